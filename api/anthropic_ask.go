package api

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"exaone/chat"
)

// anthropicQuestion is what a body asks.
type anthropicQuestion struct {
	req      chat.Request
	streamed bool
	warnings []string // of what was taken and has no effect
}

// anthropicHarmless are fields that change nothing about an answer. cache_control marks what may be kept for the next
// request: here every prompt is, for whoever may share it.
var anthropicHarmless = []string{"cache_control", "inference_geo", "metadata", "service_tier"}

// parseAnthropic reads the body of messages, or of a count of their tokens, which asks for no answer.
func parseAnthropic(o *object, answer bool) (anthropicQuestion, error) {
	o.dialect = "anthropic"
	var q anthropicQuestion
	q.req.Model, _ = o.text("model")
	q.req.Messages = anthropicConversation(o)
	q.req.Tools = anthropicTools(o)
	anthropicChoice(o, &q.req)
	budget := anthropicThinking(o, &q)
	anthropicOutput(o, &q)
	o.only("container", "this server runs no code")
	o.only("mcp_servers", "this server connects to no others", "[]")
	o.only("context_management", "a conversation is read as it is sent")
	o.only("speed", "there is one speed", `"standard"`)
	if !answer {
		o.close(anthropicHarmless...)
		return q, o.err()
	}
	q.streamed, _ = o.flag("stream")
	q.req.Sampling = anthropicSampling(o)
	q.req.Stop = o.texts("stop_sequences", maxStops, maxStopSize)
	most, ok := o.integer("max_tokens")
	switch {
	case !ok:
		o.add(chat.CodeBadField, o.name("max_tokens"), "nothing", "how long the answer may be")
	case budget > 0 && budget >= most:
		o.add(chat.CodeBadField, o.name("thinking.budget_tokens"), budget, "less than max_tokens, "+strconv.FormatInt(most, 10))
	case most == 0:
		q.req.MaxTokens = -1
	default:
		q.req.MaxTokens = int(most)
	}
	o.close(anthropicHarmless...)
	return q, o.err()
}

// anthropicSampling reads how tokens are picked. There is no seed: each answer is another.
func anthropicSampling(o *object) chat.Sampling {
	p := chat.Sampling{Temperature: 1, Seed: rand.Uint64()}
	if v, ok := o.number("temperature"); ok {
		p.Temperature = float32(v)
	}
	if v, ok := o.number("top_p"); ok {
		p.TopP = max(float32(v), leastTopP)
	}
	if v, ok := o.integer("top_k"); ok {
		p.TopK = int(v)
	}
	return p
}

// anthropicThinking reads whether to think aloud, which nobody does who is not asked to, and returns the budget. The
// budget is held to its bounds and has no effect: a thought ends where the model ends it, or at max_tokens.
func anthropicThinking(o *object, q *anthropicQuestion) int64 {
	q.req.Thinking = new(false)
	f := o.object("thinking")
	if f == nil {
		return 0
	}
	var budget int64
	switch f.choice("type", "enabled", "disabled", "adaptive") {
	case "enabled":
		q.req.Thinking = new(true)
		var ok bool
		if budget, ok = f.integer("budget_tokens"); !ok {
			f.add(chat.CodeBadField, f.name("budget_tokens"), "nothing", "tokens to think, less than max_tokens")
		}
		q.warnings = append(q.warnings, "thinking.budget_tokens: thinking ends where the model ends it, at max_tokens at the latest")
	case "adaptive":
		q.req.Thinking = nil // the model's own habit
	case "":
		f.add(chat.CodeBadField, f.name("type"), "nothing", "enabled | disabled | adaptive")
	}
	f.only("display", "thoughts are shown as they are", `"summarized"`)
	f.close()
	return budget
}

// anthropicOutput reads what an answer must match.
func anthropicOutput(o *object, q *anthropicQuestion) {
	config := o.object("output_config")
	if config == nil {
		return
	}
	config.only("effort", "a model has one way to answer", `"high"`)
	if f := config.object("format"); f != nil {
		if f.choice("type", "json_schema") == "" {
			f.add(chat.CodeBadField, f.name("type"), "nothing", "json_schema")
		}
		q.req.Grammar.Schema = f.json("schema")
		f.close()
	}
	config.close()
}

// anthropicTools reads tools. A client runs them; a server's own are refused by their type.
func anthropicTools(o *object) []chat.ToolSpec {
	var out []chat.ToolSpec
	for i, element := range o.list("tools", o.take("tools"), maxTools) {
		t := newObject(fmt.Sprintf("tools[%d].", i), element, maxFields, o.faults)
		if kind, ok := t.text("type"); ok && kind != "custom" {
			t.add(chat.CodeUnsupportedField, t.name("type"), strconv.Quote(fmt.Sprintf("%.40s", kind))+": this server has no tools of its own, send custom ones")
		}
		spec := function(t, "input_schema")
		t.only("input_examples", "a model is shown the schema; put examples into the description", "[]")
		t.only("defer_loading", "a model is shown all tools", "false")
		t.only("allowed_callers", "this server runs no code", `["direct"]`)
		// strict asks for what is so anyway: arguments that match their schema. The others change nothing that is said.
		t.idleFlags("strict", "eager_input_streaming")
		t.close("cache_control")
		if o.first != nil {
			return nil
		}
		out = append(out, spec)
	}
	return out
}

// anthropicChoice reads whether an answer calls tools.
func anthropicChoice(o *object, req *chat.Request) {
	f := o.object("tool_choice")
	if f == nil {
		return
	}
	switch f.choice("type", "auto", "any", "tool", "none") {
	case "any":
		req.Choice.Mode = chat.ToolRequired
	case "tool":
		req.Choice = chat.ToolChoice{Mode: chat.ToolNamed, Name: f.need("name", "the name of a tool")}
	case "none":
		req.Choice.Mode = chat.ToolNone
	case "":
		f.add(chat.CodeBadField, f.name("type"), "nothing", "auto | any | tool | none")
	}
	req.OneCall, _ = f.flag("disable_parallel_tool_use")
	f.close()
	if len(req.Tools) == 0 && req.Choice.Mode != chat.ToolNone && req.Choice.Mode != chat.ToolAuto {
		o.add(chat.CodeBadField, o.name("tool_choice"), string(req.Choice.Mode), "tools beside it")
	}
	if req.Choice.Mode == chat.ToolNamed {
		for _, t := range req.Tools {
			if t.Name == req.Choice.Name {
				return
			}
		}
		o.add(chat.CodeBadField, o.name("tool_choice.name"), strconv.Quote(fmt.Sprintf("%.64s", req.Choice.Name)), "the name of one of the tools")
	}
}
