package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"exaone/chat"
)

// respond answers POST /v1/responses. Nothing is kept: whoever goes on with a conversation sends all of it.
func (s *Server) respond(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseResponse(body)
	if err != nil {
		return err
	}
	q.req.Principal, q.req.Scope = who, who.Scope()
	q.shown.Model = s.modelName(r, q.req.Model)
	q.shown.CreatedAt = s.opts.Now().Unix()
	return s.answer(w, r, []chat.Request{q.req}, q.streamed, newResponseReply(q.shown, q.req.Logprobs > 0))
}

// responseQuestion is what a body asks, and what of it the reply shows again.
type responseQuestion struct {
	req      chat.Request
	streamed bool
	shown    responseBody
}

// parseResponse reads the body of a request for a response.
func parseResponse(o *object) (responseQuestion, error) {
	q := responseQuestion{shown: newResponseBody()}
	keepAsked(o, &q.shown)
	q.req.Model, _ = o.text("model")
	q.req.Adapter, _ = o.text("adapter")
	q.req.Sampling = sampling(o)
	q.shown.Temperature, q.shown.TopP = q.req.Sampling.Temperature, max(q.req.Sampling.TopP, 0)
	if q.shown.TopP == 0 {
		q.shown.TopP = 1
	}
	if text, ok := o.text("instructions"); ok {
		q.shown.Instructions = &text
		q.req.Messages = append(q.req.Messages, chat.Message{Role: chat.System, Text: text})
	}
	q.req.Messages = append(q.req.Messages, inputs(o)...)
	toolset(o, toolFlat, &q.req)
	q.shown.Parallel = !q.req.OneCall
	q.shown.Tools = shownTools(q.req.Tools)
	q.req.Grammar = responseText(o)
	if n, ok := o.integer("max_output_tokens"); ok {
		q.req.MaxTokens = int(n)
		q.shown.MaxOutputTokens = &q.req.MaxTokens
	}
	if t := o.object("reasoning"); t != nil {
		q.req.Thinking = effort(t, "effort")
		// A summary is shown if there is one, which is never: what was thought is shown as it was.
		t.only("summary", "what was thought is shown as it was", `"auto"`)
		t.only("generate_summary", "what was thought is shown as it was", `"auto"`)
		t.close()
	}
	q.req.Logprobs = responseLogprobs(o)
	q.shown.TopLogprobs = max(q.req.Logprobs-1, 0)
	q.streamed, _ = o.flag("stream")
	if options := o.object("stream_options"); options != nil {
		options.close("include_obfuscation")
	}
	refuseKept(o)
	o.close(harmless...)
	return q, o.err()
}

// keepAsked keeps what a reply shows again as it was asked.
func keepAsked(o *object, shown *responseBody) {
	for field, into := range map[string]*json.RawMessage{
		"tool_choice": &shown.ToolChoice, "metadata": &shown.Metadata, "text": &shown.Text, "reasoning": &shown.Reasoning,
		"user": &shown.User,
	} {
		if raw := o.fields[field]; raw != nil && string(raw) != "null" {
			*into = raw
		}
	}
}

// refuseKept refuses what needs a memory of earlier responses, or machines of OpenAI.
func refuseKept(o *object) {
	const whole = "nothing is kept here: send the whole conversation"
	keepsNothing(o)
	o.only("previous_response_id", whole)
	o.only("conversation", whole)
	o.only("background", "a response is computed while its reader waits", "false")
	o.only("prompt", "there are no stored prompts")
	o.only("truncation", "nothing is left out of a conversation", `"disabled"`)
	o.only("max_tool_calls", "it counts calls of OpenAI's own tools")
}

// responseText reads what form the answer is to have.
func responseText(o *object) chat.Grammar {
	c := constraint{o: o}
	if t := o.object("text"); t != nil {
		c.set("text.format", format(t.object("format"), true))
		keepsNothing(t)
		t.close()
	}
	c.beside()
	return c.g
}

// responseLogprobs reads how many alternatives are reported beside each token, as chat.Request counts them.
func responseLogprobs(o *object) int {
	const logprobs = "message.output_text.logprobs"
	// What was thought is sent in the open, and taken back so: nobody needs it encrypted.
	const thought = "reasoning.encrypted_content"
	on := false
	for i, element := range o.list("include", o.take("include"), maxFields) {
		var what string
		if !o.want(fmt.Sprintf("include[%d]", i), element, &what, "texts") {
			return 0
		}
		if !slices.Contains([]string{logprobs, thought}, what) {
			o.add(chat.CodeUnsupportedField, fmt.Sprintf("include[%d]", i), fmt.Sprintf("%.64q", what))
		}
		on = on || what == logprobs
	}
	top, set := o.integer("top_logprobs")
	switch {
	case on:
		return int(top) + 1
	case set && top > 0:
		o.add(chat.CodeBadField, "top_logprobs", top, "include: "+logprobs+" beside it")
	}
	return 0
}

// responseTool is a function as responses show it.
type responseTool struct {
	Type        string          `json:"type"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
	Strict      bool            `json:"strict"`
}

func shownTools(specs []chat.ToolSpec) []responseTool {
	out := []responseTool{}
	for _, t := range specs {
		out = append(out, responseTool{"function", t.Name, t.Description, json.RawMessage(t.Parameters), true})
	}
	return out
}
