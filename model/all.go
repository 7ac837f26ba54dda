package model

// archs are the architectures that can be loaded.
var archs = []Arch{
	archExaone,
	archExaone4,
	archGemma2,
	archGemma3,
	archLlama,
	archQwen2,
	archQwen3,
}

// encoders are the architectures of encoders that can be loaded.
var encoders = []encoderArch{
	archBert,
	archBertRank,
	archRoberta,
	archRobertaRank,
	archXLMR,
	archXLMRRank,
}
