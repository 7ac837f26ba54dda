package prompt

import (
	"encoding/json"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/reference"
)

// renderings are what Python's Jinja2 renders for each template and conversation.
type renderings struct {
	Scenarios map[string]struct {
		Messages []struct {
			Role       string `json:"role"`
			Content    string `json:"content"`
			ToolCallID string `json:"tool_call_id"`
			Name       string `json:"name"`
			ToolCalls  []struct {
				ID       string `json:"id"`
				Function struct {
					Name      string          `json:"name"`
					Arguments json.RawMessage `json:"arguments"`
				} `json:"function"`
			} `json:"tool_calls"`
		} `json:"messages"`
		Tools []struct {
			Function struct {
				Name        string          `json:"name"`
				Description string          `json:"description"`
				Parameters  json.RawMessage `json:"parameters"`
			} `json:"function"`
		} `json:"tools"`
	} `json:"scenarios"`
	Ref map[string]struct {
		Out *string `json:"out"`
		Err string  `json:"err"`
	} `json:"ref"`
}

func readReference(t testing.TB) (renderings, map[string]chat.Request) {
	t.Helper()
	b, err := os.ReadFile(reference.Path(t, "chat-templates", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref renderings
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	reqs := map[string]chat.Request{}
	for name, s := range ref.Scenarios {
		var req chat.Request
		for _, m := range s.Messages {
			msg := chat.Message{Role: chat.Role(m.Role), Text: m.Content, CallID: m.ToolCallID, Name: m.Name}
			for _, c := range m.ToolCalls {
				msg.Calls = append(msg.Calls, chat.ToolCall{ID: c.ID, Name: c.Function.Name, Arguments: string(c.Function.Arguments)})
			}
			req.Messages = append(req.Messages, msg)
		}
		for _, tool := range s.Tools {
			req.Tools = append(req.Tools, chat.ToolSpec{Name: tool.Function.Name,
				Description: tool.Function.Description, Parameters: string(tool.Function.Parameters)})
		}
		reqs[name] = req
	}
	return ref, reqs
}

// referenceDate is what strftime_now gives in the reference, whatever the format.
const referenceDate = "26 Jul 2024"

func TestTemplatesRenderAsPythonDoes(t *testing.T) {
	ref, reqs := readReference(t)
	keys := make([]string, 0, len(ref.Ref))
	for k := range ref.Ref {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	same, errs, dated := 0, 0, 0
	for _, key := range keys {
		file, scenario, _ := strings.Cut(key, "|")
		src, err := os.ReadFile(reference.Path(t, "chat-templates", file))
		if err != nil {
			t.Fatal(err)
		}
		got, err := renderTemplate(string(src), reqs[scenario])
		want := ref.Ref[key]
		if want.Out == nil {
			if err == nil {
				t.Errorf("%s: rendered, want the error %s", key, want.Err)
				continue
			}
			errs++
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", key, err)
			continue
		}
		if strings.Contains(string(src), "strftime_now") {
			dated++
		}
		if got != *want.Out {
			t.Errorf("%s:\n%s", key, firstDifference(got, *want.Out))
			continue
		}
		same++
	}
	t.Logf("templates: %d/%d renderings equal (%d of them dated), %d/%d errors are errors", same, len(keys)-errs, dated, errs, len(keys)-same)
}

func renderTemplate(src string, req chat.Request) (string, error) {
	tmpl, err := parseTemplate(src)
	if err != nil {
		return "", err
	}
	vars, err := variables(req, "<s>", "</s>")
	if err != nil {
		return "", err
	}
	vars.put("strftime_now", &function{"strftime_now", func(*machine, []value, []keyword) (value, error) {
		return own(referenceDate), nil
	}})
	out, err := tmpl.render(vars, defaultLimits, time.Now)
	return out.s, err
}

// firstDifference shows where got and want part.
func firstDifference(got, want string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(0, i-60)
	show := func(s string) string { return s[min(from, len(s)):min(i+60, len(s))] }
	return "got  …" + strings.ReplaceAll(show(got), "\n", "⏎") + "…\nwant …" + strings.ReplaceAll(show(want), "\n", "⏎") + "…"
}
