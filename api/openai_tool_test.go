package api

import (
	"strings"
	"testing"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
)

// TestToolChoiceArrives holds that what a client says about calls reaches the model, in both of OpenAI's forms.
func TestToolChoiceArrives(t *testing.T) {
	flat := `"input":"안녕","tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]`
	for _, c := range []struct {
		path, body string
		choice     chat.ToolChoice
		one        bool
	}{
		{"/v1/chat/completions", `{` + withTool + `}`, chat.ToolChoice{}, false},
		{"/v1/chat/completions", `{"tool_choice":"auto",` + withTool + `}`, chat.ToolChoice{}, false},
		{"/v1/chat/completions", `{"tool_choice":"none",` + withTool + `}`, chat.ToolChoice{Mode: chat.ToolNone}, false},
		{"/v1/chat/completions", `{"tool_choice":"required","parallel_tool_calls":true,` + withTool + `}`, chat.ToolChoice{Mode: chat.ToolRequired}, false},
		{"/v1/chat/completions", `{"tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,` + withTool + `}`,
			chat.ToolChoice{Mode: chat.ToolNamed, Name: "f"}, true},
		{"/v1/responses", `{"tool_choice":"required",` + flat + `}`, chat.ToolChoice{Mode: chat.ToolRequired}, false},
		{"/v1/responses", `{"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,` + flat + `}`,
			chat.ToolChoice{Mode: chat.ToolNamed, Name: "f"}, true},
	} {
		model := says(chat.Finish{Reason: chat.FinishStop})
		if w := post(newServer(model), c.path, c.body); w.Code != 200 {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
			continue
		}
		got := model.last(t)
		if got.Choice != c.choice || got.OneCall != c.one {
			t.Errorf("%s: choice %+v, one call %v; want %+v, %v", c.body, got.Choice, got.OneCall, c.choice, c.one)
		}
		if diff := cmp.Diff([]chat.ToolSpec{{Name: "f", Parameters: `{"type":"object"}`}}, got.Tools); diff != "" {
			t.Errorf("%s: tools (-want +got):\n%s", c.body, diff)
		}
	}
}

// inPieces is what a model sends that writes two calls piece by piece.
var inPieces = []chat.Event{
	chat.CallDelta{Index: 0, ID: "a", Name: "f"}, chat.CallDelta{Index: 0, Arguments: `{"곳":`}, chat.CallDelta{Index: 0, Arguments: `"서울"}`},
	chat.Call{ToolCall: chat.ToolCall{ID: "a", Name: "f", Arguments: `{"곳":"서울"}`}},
	chat.CallDelta{Index: 1, ID: "b", Name: "g", Arguments: `{}`},
	chat.Call{ToolCall: chat.ToolCall{ID: "b", Name: "g", Arguments: `{}`}},
	chat.Finish{Reason: chat.FinishCalls},
}

// TestCallsInPieces holds that a stream passes pieces of calls on as they come, and that the whole reply has each call
// once, whether a model sends pieces, whole calls or both.
func TestCallsInPieces(t *testing.T) {
	var whole []chat.Event
	for _, ev := range inPieces {
		if _, ok := ev.(chat.CallDelta); !ok {
			whole = append(whole, ev)
		}
	}
	for name, c := range map[string]struct {
		events []chat.Event
		want   []string
	}{
		"pieces": {inPieces, []string{`f(`, `{"곳":`, `"서울"}`, `g(`, `{}`}},
		"whole":  {whole, []string{`f(`, `{"곳":"서울"}`, `g(`, `{}`}},
	} {
		var got []string
		w := post(newServer(says(c.events...)), "/v1/chat/completions", `{"stream":true,`+hello+`}`)
		for _, ev := range events(t, w.Body) {
			for _, call := range callsOf(t, ev) {
				if call.Function.Name != "" {
					got = append(got, call.Function.Name+"(")
				}
				if call.Function.Arguments != "" {
					got = append(got, call.Function.Arguments)
				}
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: stream (-want +got):\n%s", name, diff)
		}
		w = post(newServer(says(c.events...)), "/v1/chat/completions", `{`+hello+`}`)
		want := `"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"곳\":\"서울\"}"}},{"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]`
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %s, want in it %s", name, w.Body, want)
		}
	}
}

// TestACallThatIsCutShortIsNotLost holds that what was written of a call when the tokens ran out is in the reply.
func TestACallThatIsCutShortIsNotLost(t *testing.T) {
	model := says(chat.CallDelta{Index: 0, ID: "a", Name: "f", Arguments: `{"곳`}, chat.Finish{Reason: chat.FinishLength})
	w := post(newServer(model), "/v1/chat/completions", `{`+hello+`}`)
	if want := `"arguments":"{\"곳"`; !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), `"length"`) {
		t.Errorf("got %s, want in it %s", w.Body, want)
	}
	w = post(newServer(model), "/v1/responses", `{"input":"안녕"}`)
	if want := `"status":"incomplete","call_id":"a","name":"f","arguments":"{\"곳"`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("got %s, want in it %s", w.Body, want)
	}
}
