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
	{"frequency_penalty", -2, 2, false},
	{"logit_bias[]", -100, 100, false},
	{"logprobs", 0, maxTop, true}, // of completions; OpenAI stops at 5, evaluation programs ask for more
	{"max_completion_tokens", 1, maxTokens, true},
	{"max_tokens", 0, maxTokens, true}, // 0 only with echo
	{"min_p", 0, 1, false},
	{"n", 1, maxChoices, true},
	{"presence_penalty", -2, 2, false},
	{"prompt[]", 0, math.MaxInt32, true},
	{"repetition_penalty", 0.01, 10, false},
	{"seed", math.MinInt64, math.MaxInt64, true},
	{"temperature", 0, 2, false},
	{"top_k", -1, math.MaxInt32, true}, // -1 is off, as vLLM's clients write it
	{"top_logprobs", 0, maxTop, true},
	{"top_p", 0, 1, false},
}

const (
	maxChoices  = 16      // choices of one prompt
	maxPrompts  = 128     // prompts of one request
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

// boundOf returns the bound of a field. That it has one is held by a test that reads every field.
func boundOf(name string) bound {
	for _, b := range bounds {
		if b.name == name {
			return b
		}
	}
	panic("no bound for field " + name)
}
