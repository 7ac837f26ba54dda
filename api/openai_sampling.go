package api

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"exaone/chat"
)

// harmless are fields that change nothing about an answer. They are for the bookkeeping of OpenAI's own service,
// or hints that only make it faster.
var harmless = []string{
	"user", "metadata", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention",
	"prediction", "cache_prompt",
}

// keepsNothing refuses what OpenAI's models were taught, or its service does, and nobody here.
func keepsNothing(o *object) {
	o.only("store", "nothing is kept here", "false")
	o.only("verbosity", "say in the prompt how long an answer should be", `"medium"`)
}

// common reads what chat completions and completions have in common into req, and returns how many choices of
// each prompt are wanted.
func common(o *object, req *chat.Request) (n int, streamed, usage bool) {
	req.Model, _ = o.text("model")
	req.Adapter, _ = o.text("adapter")
	req.Stop = stops(o)
	req.Sampling = sampling(o)
	n = 1
	if v, ok := o.integer("n"); ok {
		n = int(v)
	}
	if best, ok := o.integer("best_of"); ok && int(best) != n {
		o.add(chat.CodeUnsupportedField, o.name("best_of"), "only as many as n")
	}
	streamed, _ = o.flag("stream")
	if options := o.object("stream_options"); options != nil {
		if !streamed {
			o.add(chat.CodeBadField, "stream_options", "stream: false", "stream: true")
		}
		usage, _ = options.flag("include_usage")
		options.close("include_obfuscation")
	}
	o.only("ignore_eos", "an answer ends where its model ends it", "false")
	keepsNothing(o)
	o.only("min_tokens", "an answer ends where its model ends it", "0")
	return n, streamed, usage
}

// sampling reads how tokens are picked. Where nothing is said, OpenAI's defaults hold: temperature 1, a seed that
// is different each time.
func sampling(o *object) chat.Sampling {
	p := chat.Sampling{Temperature: 1, Seed: rand.Uint64()}
	for field, into := range map[string]*float32{
		"temperature": &p.Temperature, "top_p": &p.TopP, "min_p": &p.MinP, "repetition_penalty": &p.RepetitionPenalty,
		"presence_penalty": &p.PresencePenalty, "frequency_penalty": &p.FrequencyPenalty,
	} {
		if v, ok := o.number(field); ok {
			*into = float32(v)
			if field == "top_p" && v == 0 { // to chat.Sampling 0 is off; here it is the least there can be
				*into = leastTopP
			}
		}
	}
	if v, ok := o.integer("top_k"); ok {
		p.TopK = int(max(v, 0))
	}
	if v, ok := o.integer("seed"); ok {
		p.Seed = uint64(v)
	}
	p.LogitBias = biases(o)
	return p
}

// leastTopP leaves nothing but the likeliest token.
const leastTopP = 1e-9

// biases reads logit_bias: an object from ids, as text, to numbers.
func biases(o *object) map[int32]float32 {
	raw := o.take("logit_bias")
	if raw == nil {
		return nil
	}
	entries := newObject("logit_bias.", raw, maxBiases, o.faults).fields
	if o.first != nil || len(entries) == 0 {
		return nil
	}
	out := make(map[int32]float32, len(entries))
	for key, value := range entries {
		id, err := strconv.ParseInt(key, 10, 32)
		if err != nil || id < 0 {
			o.add(chat.CodeBadField, o.name("logit_bias"), fmt.Sprintf("%.20q", key), "ids of tokens")
			return nil
		}
		v, ok := o.parse(fmt.Sprintf("logit_bias[%d]", id), boundOf("logit_bias[]"), value)
		if !ok {
			return nil
		}
		out[int32(id)] = float32(v)
	}
	return out
}

// stops reads stop: a text or a list of texts.
func stops(o *object) []string {
	raw := o.take("stop")
	if raw == nil {
		return nil
	}
	var out []string
	if raw[0] == '"' {
		var one string
		if o.want("stop", raw, &one, "a text") {
			out = append(out, one)
		}
	} else {
		for _, element := range o.list("stop", raw, maxStops) {
			var one string
			if !o.want("stop", element, &one, "texts") {
				return nil
			}
			out = append(out, one)
		}
	}
	for _, one := range out {
		if one == "" || len(one) > maxStopSize {
			o.add(chat.CodeBadField, o.name("stop"), fmt.Sprintf("%d bytes", len(one)),
				fmt.Sprintf("texts of 1 … %d bytes", maxStopSize))
			return nil
		}
	}
	return out
}

// spread makes n choices of each request. The seeds of the choices follow that of the first.
func spread(reqs []chat.Request, n int) []chat.Request {
	out := make([]chat.Request, 0, len(reqs)*n)
	for _, req := range reqs {
		for i := range n {
			one := req
			one.Sampling.Seed += uint64(i)
			out = append(out, one)
		}
	}
	return out
}
