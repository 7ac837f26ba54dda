package prompt

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exaone/chat"
)

var update = flag.Bool("update", false, "rewrite testdata")

// A file testdata/NAME.txt has cases of the dialect NAME, both ways:
//
//	=== render: what it is about
//	tool: name | description | schema       before all else
//	thinking: on
//	system: text                            also user, assistant; \n is a newline
//	call: name | arguments                  of the assistant above
//	thought: text                           of the assistant above
//	result: name | text
//	---
//	the conversation, with ⟦marks⟧
//	=== parse: what it is about
//	the answer, as the model writes it
//	---
//	thinking: what folds out of it; also text and call
func TestDialectsWriteAndReadTheirGoldenFiles(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			d, _ := ByName(name)
			path := filepath.Join("testdata", name+".txt")
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			for _, c := range strings.Split(string(b), "=== ")[1:] {
				title, body, _ := strings.Cut(c, "\n")
				in, want, _ := strings.Cut(body, "---\n")
				var got string
				if strings.HasPrefix(title, "render") {
					got = goldenRender(t, d, in)
				} else {
					got = goldenParse(t, d, in)
				}
				fmt.Fprintf(&out, "=== %s\n%s---\n%s", title, in, got)
				if got != want && !*update {
					t.Errorf("%s\n%s", title, firstDifference(got, want))
				}
			}
			if *update {
				if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func goldenRender(t *testing.T, d Dialect, in string) string {
	t.Helper()
	segs, err := d.Render(goldenRequest(t, in))
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var b strings.Builder
	for i, s := range segs {
		if s.Special {
			b.WriteString("⟦" + s.Text + "⟧")
			continue
		}
		if i > 0 && !segs[i-1].Special {
			t.Errorf("two neighbours are not special: %q, %q", segs[i-1].Text, s.Text)
		}
		b.WriteString(s.Text)
	}
	return b.String() + "∎\n"
}

func goldenRequest(t *testing.T, in string) chat.Request {
	t.Helper()
	var req chat.Request
	for line := range strings.Lines(in) {
		key, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		text = strings.ReplaceAll(text, `\n`, "\n")
		parts := strings.SplitN(text, " | ", 3)
		switch key {
		case "tool":
			req.Tools = append(req.Tools, chat.ToolSpec{Name: parts[0], Description: parts[1], Parameters: parts[2]})
		case "thinking":
			on := text == "on"
			req.Thinking = &on
		case "call":
			m := &req.Messages[len(req.Messages)-1]
			m.Calls = append(m.Calls, chat.ToolCall{ID: "call00001", Name: parts[0], Arguments: parts[1]})
		case "thought":
			req.Messages[len(req.Messages)-1].Thinking = text
		case "result":
			req.Messages = append(req.Messages, chat.Message{Role: chat.Tool, CallID: "call00001", Name: parts[0], Text: parts[1]})
		default:
			req.Messages = append(req.Messages, chat.Message{Role: chat.Role(strings.TrimSuffix(key, ":")), Text: text})
		}
	}
	return req
}

// weather is the request golden answers are answers to.
var weather = chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "서울 날씨?"}},
	Tools: []chat.ToolSpec{{Name: "get_weather", Description: "d", Parameters: `{"type":"object","properties":{"city":{"type":"string"}}}`}}}

func goldenParse(t *testing.T, d Dialect, in string) string {
	t.Helper()
	in = strings.TrimSuffix(in, "\n")
	req := weather
	if strings.HasPrefix(in, "(thinking on)") {
		on := true
		req.Thinking, in = &on, strings.TrimPrefix(in, "(thinking on)")
	}
	whole := fold(d.Parse(req), []string{in})
	var bytes []string
	for i := range len(in) {
		bytes = append(bytes, in[i:i+1])
	}
	if slow := fold(d.Parse(req), bytes); foldedText(slow) != foldedText(whole) {
		t.Errorf("fed at once: %s\nfed by bytes: %s", foldedText(whole), foldedText(slow))
	}
	return foldedText(whole)
}

// fold feeds the pieces and folds the events.
func fold(p Parser, pieces []string) chat.Message {
	var all []chat.Event
	for _, s := range pieces {
		all = append(all, p.Feed(s)...)
	}
	all = append(all, p.Close()...)
	msg, _, _ := chat.Collect(func(yield func(chat.Event, error) bool) {
		for _, ev := range all {
			if !yield(ev, nil) {
				return
			}
		}
	})
	return msg
}

func foldedText(m chat.Message) string {
	var b strings.Builder
	if m.Thinking != "" {
		fmt.Fprintf(&b, "thinking: %q\n", m.Thinking)
	}
	if m.Text != "" {
		fmt.Fprintf(&b, "text: %q\n", m.Text)
	}
	for _, c := range m.Calls {
		fmt.Fprintf(&b, "call: %s %s\n", c.Name, c.Arguments)
	}
	return b.String()
}
