package api

import (
	"math"
	"math/rand/v2"

	"exaone/chat"
)

// ollamaOptions are the options of a request: how tokens are picked, how many there may be, and how much may be read.
type ollamaOptions struct {
	sampling  chat.Sampling
	stop      []string
	maxTokens int // as in chat.Request
	window    int // of prompt and answer together; 0 is the model's
}

// The defaults of Ollama's documentation. Its penalty on what came up in the last 64 tokens is not among ours: nobody
// gets a penalty who did not ask for one.
const (
	ollamaTemperature = 0.8
	ollamaTopK        = 40
	ollamaTopP        = 0.9
)

// readOllamaOptions reads options. What only says where or how fast a model runs (num_gpu, num_thread and their like)
// changes no answer, and is held to its bounds alone.
func readOllamaOptions(o *object) ollamaOptions {
	out := ollamaOptions{sampling: chat.Sampling{Temperature: ollamaTemperature, TopK: ollamaTopK, TopP: ollamaTopP, Seed: rand.Uint64()}}
	f := o.object("options")
	if f == nil {
		return out
	}
	readPicking(f, &out.sampling)
	out.stop = stops(f)
	if v, ok := f.integer("num_predict"); ok {
		switch {
		case v == 0:
			f.add(chat.CodeBadField, f.name("num_predict"), 0, "at least 1, or -1 to the end of the window")
		case v > 0:
			out.maxTokens = int(v)
		}
	}
	if v, ok := f.integer("num_ctx"); ok {
		out.window = int(v)
	}
	f.only("tfs_z", "there is no tail-free sampling", "1", "1.0")
	f.only("penalize_newline", "newlines are tokens like others", "true")
	f.only("vocab_only", "a model is loaded whole", "false")
	f.only("logits_all", "there is logprobs", "false")
	f.only("embedding_only", "a model is loaded whole", "false")
	f.idle("num_keep", "num_batch", "num_gpu", "main_gpu", "num_thread")
	f.idleFlags("numa", "low_vram", "f16_kv", "use_mmap", "use_mlock")
	f.close()
	return out
}

// readPicking reads how tokens are picked, as Ollama and llama.cpp both write it, into p, which has the defaults.
func readPicking(o *object, p *chat.Sampling) {
	repeat := float32(0)
	for field, into := range map[string]*float32{
		"temperature": &p.Temperature, "top_p": &p.TopP, "min_p": &p.MinP, "repeat_penalty": &repeat,
		"presence_penalty": &p.PresencePenalty, "frequency_penalty": &p.FrequencyPenalty,
	} {
		if v, ok := o.number(field); ok {
			*into = float32(v)
			if field == "top_p" && v == 0 { // to chat.Sampling 0 is off; here it is the least there can be
				*into = leastTopP
			}
		}
	}
	p.RepetitionPenalty = repeat
	if v, ok := o.integer("top_k"); ok {
		p.TopK = int(max(v, 0))
	}
	if v, ok := o.integer("seed"); ok && v != -1 && v != math.MaxUint32 { // both are how llama.cpp writes "another each time"
		p.Seed = uint64(v)
	}
	// Penalties here look at all that came before. A shorter look back can be had only where there is nothing to see.
	if v, ok := o.integer("repeat_last_n"); ok {
		penalised := p.RepetitionPenalty != 0 && p.RepetitionPenalty != 1 || p.PresencePenalty != 0 || p.FrequencyPenalty != 0
		switch {
		case v == 0:
			p.RepetitionPenalty, p.PresencePenalty, p.FrequencyPenalty = 0, 0, 0
		case v > 0 && penalised:
			o.add(chat.CodeUnsupportedField, o.name("repeat_last_n"), "penalties look at all that came before (-1), or at nothing (0)")
		}
	}
	o.only("typical_p", "there is no typical sampling", "1", "1.0", "0", "0.0")
	o.only("mirostat", "there is no Mirostat", "0")
	for _, field := range []string{"mirostat_tau", "mirostat_eta"} { // of what is off
		o.number(field)
	}
}
