package model

// archBert is BERT (Devlin and others, arXiv 1810.04805), and multilingual-e5-small, which is one with another tokenizer.
var archBert = encoderArch{Name: "BertModel", prefix: "bert."}

// archBertRank is a cross-encoder on BERT: its pooler, tanh of a layer on the first token, and a projection to one score.
var archBertRank = encoderArch{Name: "BertForSequenceClassification", prefix: "bert.", head: func(w *encoderLoader) *rankHead {
	d, plain := w.c.Width, *w
	plain.prefix = ""
	return &rankHead{dense: w.linear("pooler.dense", "", d, d), out: plain.linear("classifier", "", 1, d)}
}}
