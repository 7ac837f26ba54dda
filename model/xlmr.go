package model

// archXLMR is XLM-RoBERTa (Conneau and others, arXiv 1911.02116): BERT with one token type and positions that begin
// behind that of padding. multilingual-e5-base and -large and bge-m3 are such.
var archXLMR = encoderArch{Name: "XLMRobertaModel", prefix: "roberta.", offset: true}

// archXLMRRank is a cross-encoder on XLM-RoBERTa, as the rerankers of bge are.
var archXLMRRank = encoderArch{Name: "XLMRobertaForSequenceClassification", prefix: "roberta.", offset: true, head: robertaHead}

// archRoberta is RoBERTa (Liu and others, arXiv 1907.11692): XLM-RoBERTa with another vocabulary.
var archRoberta = encoderArch{Name: "RobertaModel", prefix: "roberta.", offset: true}

// archRobertaRank is a cross-encoder on RoBERTa.
var archRobertaRank = encoderArch{Name: "RobertaForSequenceClassification", prefix: "roberta.", offset: true, head: robertaHead}

func robertaHead(w *encoderLoader) *rankHead {
	d, plain := w.c.Width, *w
	plain.prefix = ""
	return &rankHead{dense: plain.linear("classifier.dense", "", d, d), out: plain.linear("classifier.out_proj", "", 1, d)}
}
