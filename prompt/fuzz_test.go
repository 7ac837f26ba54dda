package prompt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"exaone/chat"
)

// fuzzLimits keep one run short.
var fuzzLimits = limits{steps: 200_000, room: 8 << 20, output: 1 << 20, depth: 1000, calls: 100}

// FuzzJinja parses and renders any template on a fixed conversation: no panic, and nothing without bounds.
func FuzzJinja(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "jinja.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range strings.Split(string(b), "--------\n")[1:] {
		src, _, _ := strings.Cut(c, "\n=\n")
		f.Add(src)
	}
	f.Add(smolTemplate)
	f.Fuzz(func(t *testing.T, src string) {
		tmpl, err := parseTemplate(src)
		if err != nil {
			return
		}
		vars, err := variables(probes[4], "<s>", "</s>")
		if err != nil {
			t.Fatal(err)
		}
		more := jinjaVariables(t)
		for i, k := range more.keys {
			vars.set(k, more.vals[i])
		}
		start := time.Now()
		out, err := tmpl.render(vars, fuzzLimits, time.Now)
		if d := time.Since(start); d > time.Minute {
			t.Errorf("took %v", d)
		}
		if err != nil {
			return
		}
		last := 0
		for _, sp := range out.said {
			if sp.from < last || sp.from >= sp.to || sp.to > len(out.s) {
				t.Fatalf("bad span %v of %d bytes", sp, len(out.s))
			}
			last = sp.to
		}
		joined := ""
		for _, s := range out.segments(func(s string) int { return strings.IndexByte(s[:min(len(s), 9)], '>') + 1 }) {
			joined += s.Text
		}
		if joined != out.s {
			t.Fatalf("segments spell %q, want %q", joined, out.s)
		}
	})
}

// FuzzParserFeed feeds every dialect an answer at once and in pieces.
func FuzzParserFeed(f *testing.F) {
	for i, name := range Names() {
		b, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range strings.Split(string(b), "=== parse")[1:] {
			_, body, _ := strings.Cut(c, "\n")
			in, _, _ := strings.Cut(body, "---\n")
			f.Add(i, in, 1, true)
			f.Add(i, in, 3, false)
		}
	}
	f.Fuzz(func(t *testing.T, which int, answer string, step int, tools bool) {
		names := Names()
		d, _ := ByName(names[uint(which)%uint(len(names))])
		req := weather
		if !tools {
			req.Tools = nil
		}
		checkParser(t, d, req, answer, 1+int(uint(step)%7))
		on := true
		req.Thinking = &on
		checkParser(t, d, req, answer, 1)
	})
}

func checkParser(t *testing.T, d Dialect, req chat.Request, answer string, step int) {
	t.Helper()
	var pieces []string
	for i := 0; i < len(answer); i += step {
		pieces = append(pieces, answer[i:min(i+step, len(answer))])
	}
	whole, parts := fold(d.Parse(req), []string{answer}), fold(d.Parse(req), pieces)
	if a, b := foldedText(whole), foldedText(parts); a != b {
		t.Fatalf("%s: fed at once:\n%s\nin pieces of %d:\n%s", d.Name(), a, step, b)
	}
	for i := range whole.Calls {
		if whole.Calls[i].ID != parts.Calls[i].ID {
			t.Fatalf("%s: ids differ: %q, %q", d.Name(), whole.Calls[i].ID, parts.Calls[i].ID)
		}
	}
	// Nothing but marks, blanks and calls may disappear.
	if len(whole.Calls) == 0 && !strings.Contains(answer, "think") && !strings.Contains(answer, "thought") {
		if squeeze(whole.Thinking+whole.Text) != squeeze(answer) {
			t.Fatalf("%s: lost text: got %q, want %q", d.Name(), whole.Text, answer)
		}
	}
	if !utf8.ValidString(answer) {
		return
	}
	p := d.Parse(req)
	for _, s := range append(pieces, "") {
		for _, ev := range p.Feed(s) {
			if delta, ok := ev.(chat.Delta); ok && !utf8.ValidString(delta.Text+delta.Thinking) {
				t.Fatalf("%s: a delta ends inside a character: %+v", d.Name(), delta)
			}
		}
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
