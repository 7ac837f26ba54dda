package prompt

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/reference"
)

// exaone35Template returns the template of EXAONE 3.5 as the reference quotes it.
func exaone35Template(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(reference.Path(t, "reference", "exaone.md"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```jinja\n(.*?)```").FindSubmatch(b)
	if m == nil {
		t.Fatal("exaone.md: no jinja block")
	}
	return string(m[1])
}

func read(t testing.TB, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(reference.Path(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestNativeDialectsRenderAsTheirTemplates compares each dialect with the model's own template on the
// reference's conversations and on our probes.
func TestNativeDialectsRenderAsTheirTemplates(t *testing.T) {
	_, reqs := readReference(t)
	for i, p := range probes {
		reqs["probe "+string('a'+rune(i))] = p
	}
	total, refused := 0, 0
	for _, c := range []struct{ dialect, template string }{
		{"exaone3", exaone35Template(t)},
		{"exaone4", read(t, "exaone-tokenizer", "chat_template.jinja")},
		{"llama3", read(t, "chat-templates", "meta-llama-Llama-3.1-8B-Instruct.jinja")},
		{"llama3", read(t, "chat-templates", "meta-llama-Llama-3.3-70B-Instruct.jinja")},
		{"llama3.2", read(t, "chat-templates", "meta-llama-Llama-3.2-3B-Instruct.jinja")},
		{"gemma", read(t, "chat-templates", "google-gemma-2-2b-it.jinja")},
		{"qwen2.5", read(t, "chat-templates", "Qwen-Qwen2.5-7B-Instruct.jinja")},
		{"qwen3", read(t, "chat-templates", "Qwen3-8B-Q8_0.jinja")},
	} {
		src := Source{Template: c.template, BOS: "<s>", EOS: "</s>"}
		j, err := newJinja(src)
		if err != nil {
			t.Fatal(c.dialect, err)
		}
		d, _ := byName(c.dialect)
		d = d.of(src)
		same := 0
		for name, req := range reqs {
			want, err := j.render(req)
			if err != nil {
				refused++
				continue // what a template refuses, the dialect may accept
			}
			total++
			got, err := d.render(req)
			if err != nil {
				t.Errorf("%s, %s: %v", c.dialect, name, err)
				continue
			}
			if got.s != want.s {
				t.Errorf("%s, %s:\n%s", c.dialect, name, firstDifference(got.s, want.s))
				continue
			}
			same++
		}
		if found, err := Detect(src); err != nil || found.Name() != c.dialect {
			t.Errorf("detect: found %v, %v, want %s", found.Name(), err, c.dialect)
		}
		t.Logf("%-9s %d renderings equal its template's", c.dialect, same)
	}
	t.Logf("native dialects: %d renderings compared, %d refused by the template", total, refused)
}

func byName(name string) (native, bool) {
	for _, d := range dialects {
		if d.name == name {
			return d, true
		}
	}
	return native{}, false
}

func TestDetectKeepsTemplatesThatAreNotKnown(t *testing.T) {
	for _, file := range templateFiles(t) {
		src := Source{Template: read(t, "chat-templates", file), BOS: "<s>", EOS: "</s>"}
		d, err := Detect(src)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		t.Logf("%-60s %-8s %q", file, d.Name(), d.Stop())
	}
}

func templateFiles(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir(reference.Path(t, "chat-templates"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".jinja") {
			files = append(files, e.Name())
		}
	}
	return files
}

var bracketed = regexp.MustCompile(`<[^<>\s]{1,40}>|\[[^\[\]\s]{1,40}\]`)

// TestNobodyCanTypeASpecialToken gives every template a message of all its marks and looks where they end
// up.
func TestNobodyCanTypeASpecialToken(t *testing.T) {
	sources := map[string]string{
		"exaone3": exaone35Template(t),
		"exaone4": read(t, "exaone-tokenizer", "chat_template.jinja"),
	}
	for _, f := range templateFiles(t) {
		sources[f] = read(t, "chat-templates", f)
	}
	rendered := 0
	for name, text := range sources {
		if name == "mrs_smollm3.jinja" {
			continue // words such as /think in a message are switches there, and "</think>" has one in it
		}
		for _, known := range []bool{true, false} {
			rendered += checkMarksStay(t, name, text, known)
		}
	}
	t.Logf("%d templates, %d renderings", len(sources), rendered)
}

func checkMarksStay(t *testing.T, name, text string, vocabulary bool) (rendered int) {
	t.Helper()
	marks := map[string]bool{"<s>": true, "</s>": true, "[|user|]": true, "[|endofturn|]": true, "[|system|]": true, "[|assistant|]": true}
	for _, m := range bracketed.FindAllString(text, -1) {
		marks[m] = true
	}
	src := Source{Template: text, BOS: "<s>", EOS: "</s>"}
	if vocabulary {
		src.HasToken = func(s string) bool { return marks[s] }
	}
	var all strings.Builder
	for m := range marks {
		all.WriteString(m)
	}
	hostile := all.String()
	j, err := newJinja(src)
	if err != nil {
		t.Fatal(name, err)
	}
	ds := []interface {
		Render(chat.Request) ([]Segment, error)
	}{j}
	if d, err := Detect(src); err == nil && d.Name() != "jinja" {
		ds = append(ds, d)
	}
	for _, probe := range probes {
		for _, d := range ds {
			// The harmless conversation, letter for letter as long as the hostile one, has the marks it should have.
			harmless, err1 := d.Render(replaced(probe, strings.Repeat("x", len(hostile))))
			attacked, err2 := d.Render(replaced(probe, hostile))
			if err1 != nil || err2 != nil {
				continue
			}
			rendered++
			if a, b := specials(harmless), specials(attacked); a != b {
				t.Errorf("%s: a message made special tokens:\ngot  %s\nwant %s", name, b, a)
			}
		}
	}
	return rendered
}

// replaced is req with every text that somebody could have typed followed by s.
func replaced(req chat.Request, s string) chat.Request {
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
	out := req
	out.Messages = nil
	for _, m := range req.Messages {
		if m.Role != chat.Assistant { // an assistant's thinking marks are looked for in its text
			m.Text += s
		}
		if m.Name != "" {
			m.Name += s
		}
		calls := m.Calls
		m.Calls = nil
		for _, c := range calls {
			c.Arguments = `{"` + quoted + `":"` + quoted + `"}`
			c.Name += s
			m.Calls = append(m.Calls, c)
		}
		out.Messages = append(out.Messages, m)
	}
	out.Tools = nil
	for _, tool := range req.Tools {
		tool.Description += s
		tool.Parameters = `{"type":"object","properties":{"` + quoted + `":{"type":"string","description":"` + quoted + `"}}}`
		out.Tools = append(out.Tools, tool)
	}
	return out
}

func specials(segs []Segment) string {
	var b strings.Builder
	for _, s := range segs {
		if s.Special {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}
