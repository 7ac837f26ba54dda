package prompt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/reference"
)

// A model is held to the form of calls that its template writes, where that is a known one. Where it is not, it says
// its calls in its own words if it may, and is shown a form where it must call.
func TestCallsHaveTheFormOfTheirTemplate(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(reference.Path(t, "chat-templates"), "*.jinja"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d templates: %v", len(files), err)
	}
	counts := map[string]int{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := newJinja(Source{Template: string(b), BOS: "<s>", EOS: "</s>"})
		if err != nil || !d.tools {
			continue
		}
		tool := chat.ToolSpec{Name: "probe", Description: "d", Parameters: `{"type":"object","properties":{"a":{"type":"string"}}}`}
		req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}}, Tools: []chat.ToolSpec{tool}}
		history := req
		history.Messages = append(history.Messages,
			chat.Message{Role: chat.Assistant, Calls: []chat.ToolCall{{ID: "abcdefghi", Name: "probe", Arguments: `{"a":"b"}`}}},
			chat.Message{Role: chat.Tool, CallID: "abcdefghi", Name: "probe", Text: "r"})
		free := FrameOf(d, req)
		own := plainText(t, d, history)
		f := free.Call
		said := own != "" && strings.Contains(own, f.Open+f.Head+"probe"+f.Middle+"{")
		if said == free.Own {
			t.Errorf("%s: the form %q, own %v, in\n%s", filepath.Base(file), f.Open+f.Head, free.Own, own)
		}
		if counts["known"]++; !free.Own {
			continue
		}
		counts["known"]--
		counts["own"]++
		req.Choice.Mode = chat.ToolRequired
		must := FrameOf(d, req)
		if must.Own || !strings.Contains(plainText(t, d, req), must.Call.Open+must.Call.Head) {
			t.Errorf("%s: a model that must call is held to %q, and not shown it", filepath.Base(file), must.Call.Open+must.Call.Head)
		}
	}
	t.Logf("%d templates with a form that is known, %d with one of their own", counts["known"], counts["own"])
	if counts["known"] < 5 || counts["own"] < 5 {
		t.Errorf("forms found: %v, want five of each at least", counts)
	}
}

func plainText(t *testing.T, d Dialect, req chat.Request) string {
	t.Helper()
	segs, err := d.Render(req)
	if err != nil {
		return ""
	}
	var s strings.Builder
	for _, seg := range segs {
		s.WriteString(seg.Text)
	}
	return s.String()
}
