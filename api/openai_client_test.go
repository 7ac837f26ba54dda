package api

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	"exaone/chat"
)

// TestOpenAIClient runs the official Python client, unmodified, against the scripted models. EXAONE_PYTHON names an
// interpreter that has it.
func TestOpenAIClient(t *testing.T) {
	python := os.Getenv("EXAONE_PYTHON")
	if python == "" {
		t.Skip("EXAONE_PYTHON: not set")
	}
	if err := exec.Command(python, "-c", "import openai").Run(); err != nil {
		t.Skip("openai: not in EXAONE_PYTHON")
	}
	e := new(encoder)
	server := httptest.NewServer(newServer(obedient, func(o *Options) { o.Embedder, o.Ranker = e, e }))
	defer server.Close()
	out, err := exec.Command(python, "testdata/openai_client.py", server.URL+"/v1", "tiny", "tiny-embedder").CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

// obedient is talker, and keeps to schemas and calls the tools that it must.
var obedient = &scripted{answer: func(ctx context.Context, req chat.Request, yield func(chat.Event, error) bool) {
	usage := chat.Usage{PromptTokens: 5, CachedTokens: 3, CompletionTokens: 7}
	switch {
	case req.Choice.Mode == chat.ToolRequired || req.Choice.Mode == chat.ToolNamed:
		index := 0
		for _, tool := range req.Tools {
			if req.Choice.Mode == chat.ToolNamed && tool.Name != req.Choice.Name || req.OneCall && index > 0 {
				continue
			}
			call := chat.ToolCall{ID: newID("call_"), Name: tool.Name, Arguments: sample(tool.Parameters)}
			half := len(call.Arguments) / 2
			yield(chat.CallDelta{Index: index, ID: call.ID, Name: call.Name}, nil)
			yield(chat.CallDelta{Index: index, Arguments: call.Arguments[:half]}, nil)
			yield(chat.CallDelta{Index: index, Arguments: call.Arguments[half:]}, nil)
			yield(chat.Call{ToolCall: call}, nil)
			index++
		}
		yield(chat.Finish{Reason: chat.FinishCalls, Model: "tiny", Usage: usage}, nil)
	case req.Grammar.Schema != "":
		yield(chat.Delta{Text: sample(req.Grammar.Schema)}, nil)
		yield(chat.Finish{Reason: chat.FinishStop, Model: "tiny", Usage: usage}, nil)
	default:
		talker.answer(ctx, req, yield)
	}
}}

// sample returns an object that matches a schema of texts and whole numbers, all of which it has.
func sample(schema string) string {
	var s struct {
		Properties map[string]struct{ Type string }
	}
	if err := json.Unmarshal([]byte(schema), &s); err != nil {
		return err.Error()
	}
	out := make(map[string]any)
	for name, p := range s.Properties {
		out[name] = map[string]any{"string": "seoul", "integer": 3}[p.Type]
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
