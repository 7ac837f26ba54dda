package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"

	"exaone/chat"
)

// llamaQuestion is what the body of a completion asks.
type llamaQuestion struct {
	req      chat.Request // of which each prompt gets a copy
	prompts  []llamaPrompt
	list     bool // answered with a list
	n        int  // answers to each prompt
	streamed bool
	tokens   bool // ids beside the text
	probs    bool
	timings  bool // in every chunk
}

// llamaDefaults are those of llama.cpp's documentation.
var llamaDefaults = chat.Sampling{Temperature: 0.8, TopK: 40, TopP: 0.95, MinP: 0.05}

// llamaUsual are the settings of an answer as llama.cpp shows them, as far as there are such here.
type llamaUsual struct {
	Predict     int      `json:"n_predict"`
	MaxTokens   int      `json:"max_tokens"`
	Seed        uint64   `json:"seed"`
	Temperature float32  `json:"temperature"`
	TopK        int      `json:"top_k"`
	TopP        float32  `json:"top_p"`
	MinP        float32  `json:"min_p"`
	Repeat      float32  `json:"repeat_penalty"`
	LastN       int      `json:"repeat_last_n"`
	Presence    float32  `json:"presence_penalty"`
	Frequency   float32  `json:"frequency_penalty"`
	Stop        []string `json:"stop"`
	Samplers    []string `json:"samplers"` // in the order in which they are applied
}

func usual(p chat.Sampling, predict int, stop []string) llamaUsual {
	u := llamaUsual{Predict: predict, MaxTokens: predict, Seed: p.Seed, Temperature: p.Temperature, TopK: p.TopK, TopP: p.TopP,
		MinP: p.MinP, Repeat: p.RepetitionPenalty, LastN: -1, Presence: p.PresencePenalty, Frequency: p.FrequencyPenalty,
		Stop: append([]string{}, stop...), Samplers: []string{"penalties", "temperature", "top_k", "top_p", "min_p"}}
	if u.Repeat == 0 {
		u.Repeat = 1
	}
	return u
}

// llamaComplete answers POST /completion.
func (s *Server) llamaComplete(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseLlama(body)
	if err != nil {
		return err
	}
	q.req.Principal, q.req.Scope = who, who.Scope()
	reqs := make([]chat.Request, len(q.prompts))
	for i, p := range q.prompts {
		reqs[i] = q.req
		var all []int32
		for at, part := range p {
			more := part.ids
			if more == nil {
				if more, err = s.llamaEncode(r, who, q.req.Model, part.text, at == 0); err != nil {
					return err
				}
			}
			all = append(all, more...)
		}
		reqs[i].Prompt = &chat.Prompt{IDs: all}
	}
	reqs = spread(reqs, q.n)
	return s.answer(w, r, reqs, q.streamed, s.newLlamaReply(r, q, reqs))
}

// llamaEncode returns the ids of a part of a prompt. The first gets the token that begins a text.
func (s *Server) llamaEncode(r *http.Request, who chat.Principal, model, text string, first bool) ([]int32, error) {
	if err := s.noTokens(); err != nil {
		return nil, err
	}
	return s.opts.Tokens.Encode(r.Context(), who, model, text, true, first)
}

// llamaHarmless are fields that change nothing about an answer: hints that make it faster elsewhere, and settings of
// samplers that are off.
var llamaHarmless = []string{"dry_sequence_breakers", "speculative.type"}

// parseLlama reads the body of a completion.
func parseLlama(o *object) (llamaQuestion, error) {
	o.dialect = "llamacpp"
	q := llamaQuestion{n: 1}
	q.req.Model, _ = o.text("model")
	q.prompts, q.list = llamaPrompts(o)
	q.req.Sampling = llamaDefaults
	q.req.Sampling.Seed = uint64(rand.Uint32()) // as large as llama.cpp has them: it is shown
	readPicking(o, &q.req.Sampling)
	q.req.Sampling.LogitBias = llamaBiases(o)
	q.req.Stop = stops(o)
	q.req.Grammar = llamaGrammar(o)
	q.req.MaxTokens = llamaLength(o)
	q.streamed, _ = o.flag("stream")
	q.tokens, _ = o.flag("return_tokens")
	q.timings, _ = o.flag("timings_per_token")
	if v, ok := o.integer("n_cmpl"); ok {
		q.n = int(v)
	}
	if total := len(q.prompts) * q.n; total > maxPrompts {
		o.add(chat.CodeBadField, o.name("n_cmpl"), fmt.Sprintf("%d answers in all", total), fmt.Sprintf("at most %d", maxPrompts))
	}
	q.list = q.list || q.n > 1
	if v, ok := o.integer("n_probs"); ok && v > 0 {
		q.probs, q.req.Logprobs = true, int(v)+1
	} else if q.tokens {
		q.req.Logprobs = 1 // ids come with the tokens
	}
	refuseLlamaFields(o)
	o.close(llamaHarmless...)
	return q, o.err()
}

// refuseLlamaFields refuses what would change an answer in a way that there is none of here, unless it is off.
func refuseLlamaFields(o *object) {
	off := func(field, why string, fine ...string) { o.only(field, why, fine...) }
	off("ignore_eos", "an answer ends where its model ends it", "false")
	off("min_keep", "samplers keep what they keep", "0")
	off("n_indent", "lines are as the model writes them", "0")
	off("t_max_predict_ms", "leave to stop an answer", "0")
	off("post_sampling_probs", "probabilities are the model's own", "false")
	off("return_progress", "a stream begins with its first word", "false")
	off("sse_ping_interval", "the server's own holds")
	off("response_fields", "replies are whole", "[]")
	off("lora", "an adapter is asked for by name, as a model", "[]")
	off("samplers", "their order is fixed: penalties, temperature, top_k, top_p, min_p", `["penalties","temperature","top_k","top_p","min_p"]`)
	off("dynatemp_range", "the temperature stays", "0", "0.0")
	off("dry_multiplier", "there is no DRY sampling", "0", "0.0")
	off("xtc_probability", "there is no XTC sampling", "0", "0.0")
	off("top_n_sigma", "there is no top-n-sigma sampling", "-1", "-1.0")
	off("grammar_lazy", "a grammar holds from the first token", "false")
	for _, field := range []string{"dynatemp_exponent", "dry_base", "xtc_threshold", "speculative.p_min"} {
		o.number(field)
	}
	o.idle("id_slot", "n_keep", "n_discard", "n_cache_reuse", "dry_allowed_length", "dry_penalty_last_n", "speculative.n_max", "speculative.n_min")
	o.idleFlags("cache_prompt")
}

// llamaLength reads n_predict, or max_tokens in its place, as chat.Request wants it.
func llamaLength(o *object) int {
	predict, ok := o.integer("n_predict")
	alias, also := o.integer("max_tokens")
	switch {
	case ok && also && predict != alias:
		o.add(chat.CodeBadField, o.name("max_tokens"), alias, "the same as n_predict")
	case !ok && !also:
		predict = -1
	case !ok:
		predict = alias
	}
	switch predict {
	case -1:
		return 0
	case 0:
		return -1
	}
	return int(predict)
}

// llamaGrammar reads what an answer must match: rules, or a schema.
func llamaGrammar(o *object) (g chat.Grammar) {
	g.GBNF, _ = o.text("grammar")
	if _, ok := o.fields["json_schema"]; ok && string(o.fields["json_schema"]) != "null" {
		if g.GBNF != "" {
			o.add(chat.CodeBadField, o.name("json_schema"), "grammar beside it", "one of them")
		}
		g.Schema = o.json("json_schema")
	}
	return g
}

// neverBias is one that no logit makes up for.
const neverBias = -1e9

// llamaBiases reads logit_bias: a list of pairs of an id and a number, or false for never; or an object.
func llamaBiases(o *object) map[int32]float32 {
	raw, ok := o.fields["logit_bias"]
	if !ok || raw[0] != '[' {
		return biases(o)
	}
	out := make(map[int32]float32)
	for i, element := range o.list("logit_bias", o.take("logit_bias"), maxBiases) {
		field := fmt.Sprintf("logit_bias[%d]", i)
		pair := o.list(field, element, 2)
		if len(pair) != 2 {
			o.add(chat.CodeBadField, o.name(field), shorten(element), "an id and a number")
			return nil
		}
		id, err := strconv.ParseInt(string(bytes.TrimSpace(pair[0])), 10, 32)
		if err != nil || id < 0 {
			o.add(chat.CodeBadField, o.name(field), shorten(pair[0]), "the id of a token, 0 … "+decimal(math.MaxInt32))
			return nil
		}
		v, ok := neverBias, true
		if string(pair[1]) != "false" {
			v, ok = o.parse(field, boundOf("logit_bias[]"), json.RawMessage(pair[1]))
		}
		if !ok {
			return nil
		}
		out[int32(id)] = float32(v)
	}
	return out
}
