package api

import "math"

// bound says what a numeric field may be, both ends included.
type bound struct {
	name     string
	min, max float64
	whole    bool
}

// bounds are all numeric fields of all dialects. Where a limit is not the dialect's own it says why.
var bounds = []bound{
	{"best_of", 1, maxChoices, true},
	{"dimensions", 1, 1 << 16, true}, // more than any embedder has; what it has is for it to say
	{"frequency_penalty", -2, 2, false},
	{"logit_bias[]", -100, 100, false},
	{"logprobs", 0, maxTop, true}, // of completions; OpenAI stops at 5, evaluation programs ask for more
	{"max_completion_tokens", 1, maxTokens, true},
	{"max_output_tokens", 1, maxTokens, true},
	{"max_tokens", -1, maxTokens, true}, // -1 to the end of the window, 0 only with echo
	{"min_p", 0, 1, false},
	{"n", 1, maxChoices, true},
	{"presence_penalty", -2, 2, false},
	{"prompt[]", 0, math.MaxInt32, true}, // ids of tokens, whatever the field is called
	{"repetition_penalty", 0.01, 10, false},
	{"seed", math.MinInt64, math.MaxInt64, true},
	{"temperature", 0, 2, false},
	{"top_k", -1, math.MaxInt32, true}, // -1 is off, as vLLM's clients write it
	{"top_logprobs", 0, maxTop, true},
	{"top_n", 1, maxTexts, true},
	{"top_p", 0, 1, false},

	{"anthropic budget_tokens", 1024, maxTokens, true},
	{"anthropic limit", 1, 1000, true},
	{"anthropic max_tokens", 0, maxTokens, true}, // 0 reads the prompt, for the next request to find
	{"anthropic temperature", 0, 1, false},
	{"anthropic top_k", 0, math.MaxInt32, true},

	// Ollama and llama.cpp have no limits of their own: these are the engine's, or beyond what anybody has.
	{"index", 0, math.MaxInt32, true},
	{"keep_alive", -math.MaxInt32, 10 * 365 * 24 * 3600, false}, // seconds; less than 0 is for ever
	{"main_gpu", 0, math.MaxInt32, true},
	{"mirostat_eta", 0, 1e6, false},
	{"mirostat_tau", 0, 1e6, false},
	{"num_batch", 0, math.MaxInt32, true},
	{"num_ctx", 1, maxTokens, true},
	{"num_gpu", -1, math.MaxInt32, true},
	{"num_keep", -1, math.MaxInt32, true},
	{"num_predict", -2, maxTokens, true}, // -1 and -2 to the end of the window
	{"num_thread", 0, math.MaxInt32, true},
	{"ollama temperature", 0, 100, false},
	{"repeat_last_n", -1, math.MaxInt32, true},
	{"repeat_penalty", 0.01, 10, false},

	{"dry_allowed_length", 0, math.MaxInt32, true},
	{"dry_base", 0, 1e6, false},
	{"dry_penalty_last_n", -1, math.MaxInt32, true},
	{"dynatemp_exponent", 0, 1e6, false},
	{"id_slot", -1, math.MaxInt32, true},
	{"llamacpp max_tokens", -1, maxTokens, true},
	{"llamacpp temperature", 0, 100, false},
	{"n_cache_reuse", 0, math.MaxInt32, true},
	{"n_cmpl", 1, maxChoices, true},
	{"n_discard", 0, math.MaxInt32, true},
	{"n_keep", -1, math.MaxInt32, true},
	{"n_predict", -1, maxTokens, true}, // -1 to the end of the window, 0 reads the prompt
	{"n_probs", 0, maxTop, true},
	{"speculative.n_max", 0, math.MaxInt32, true},
	{"speculative.n_min", 0, math.MaxInt32, true},
	{"speculative.p_min", 0, 1, false},
	{"tokens[]", 0, math.MaxInt32, true},
	{"xtc_threshold", 0, 1e6, false},
}

const (
	maxChoices  = 16      // choices of one prompt
	maxPrompts  = 128     // prompts of one request
	maxTexts    = 2048    // texts to embed or to rank: what OpenAI takes
	maxAmong    = 1024    // texts of which an answer is to be one
	maxTop      = 20      // alternatives beside a token
	maxTokens   = 1 << 24 // more than any window; what fits the model's is for the engine to say
	maxMessages = 10_000
	maxParts    = 1_000 // of one message's content
	maxTools    = 128
	maxCalls    = 128 // of one message
	maxStops    = 16
	maxStopSize = 1 << 10 // bytes
	maxBiases   = 1 << 12
	maxFields   = 256 // of one object
	maxDepth    = 64  // of nested arrays and objects
	maxBody     = 8 << 20
)

// boundIn returns the bound of a field in a dialect: its own, which the table has as "dialect field", or everybody's.
func boundIn(dialect, name string) bound {
	for _, b := range bounds {
		if b.name == dialect+" "+name {
			return b
		}
	}
	return boundOf(name)
}

// boundOf returns the bound of a field. That it has one is held by a test that reads every field.
func boundOf(name string) bound {
	for _, b := range bounds {
		if b.name == name {
			return b
		}
	}
	panic("no bound for field " + name)
}
