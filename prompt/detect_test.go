package prompt

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// smolTemplate does what SmolLM2's template does, in other words.
const smolTemplate = `{%- if messages[0].role != "system" %}<|im_start|>system
You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
{% endif %}
{% for m in messages %}
<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}
{% if add_generation_prompt %}
<|im_start|>assistant
{{ "" }}
{%- endif %}
`

func tokens(names ...string) func(string) bool {
	return func(s string) bool {
		for _, n := range names {
			if n == s {
				return true
			}
		}
		return false
	}
}

func TestDetectWithoutTemplate(t *testing.T) {
	exaone := tokens(exaoneRoles...)
	exaone4Tokens := tokens(append([]string{"<tool_result>"}, exaoneRoles...)...)
	for _, c := range []struct {
		src  Source
		want string
	}{
		{Source{Arch: "exaone", EOS: "[|endofturn|]", HasToken: exaone}, "exaone3"},
		{Source{Arch: "ExaoneForCausalLM", HasToken: exaone}, "exaone3"},
		{Source{Arch: "exaone4", EOS: "[|endofturn|]", HasToken: exaone4Tokens}, "exaone4"},
		{Source{Arch: "Exaone4ForCausalLM", HasToken: exaone4Tokens}, "exaone4"},
		{Source{Arch: "llama", HasToken: exaone4Tokens}, "exaone4"},
		{Source{Arch: "qwen3", EOS: "<|im_end|>", HasToken: tokens("<|im_start|>", "<|im_end|>")}, "qwen3"},
		{Source{Arch: "qwen2", EOS: "<|im_end|>", HasToken: tokens("<|im_start|>", "<|im_end|>")}, "qwen2.5"},
		{Source{Arch: "llama", HasToken: tokens("<|im_start|>", "<|im_end|>")}, "chatml"},
		{Source{Arch: "qwen2", EOS: "<|endoftext|>", HasToken: tokens("<|im_start|>", "<|im_end|>")}, "plain"},
		{Source{Arch: "llama", EOS: "<|eot_id|>", HasToken: tokens("<|start_header_id|>", "<|eot_id|>")}, "llama3"},
		{Source{Arch: "llama", EOS: "<|end_of_text|>", HasToken: tokens("<|start_header_id|>", "<|eot_id|>")}, "plain"},
		{Source{Arch: "gemma3", BOS: "<bos>", EOS: "<eos>", HasToken: tokens("<start_of_turn>", "<bos>")}, "plain"},
		{Source{Arch: "gemma3", BOS: "<bos>", EOS: "<end_of_turn>", HasToken: tokens("<start_of_turn>", "<bos>")}, "gemma"},
		{Source{}, "plain"},
	} {
		d, err := Detect(c.src)
		if err != nil || d.Name() != c.want {
			t.Errorf("%s %s: found %v, %v, want %s", c.src.Arch, c.src.EOS, d.Name(), err, c.want)
		}
	}
}

func TestABaseModelGetsItsBeginningAndEnd(t *testing.T) {
	d, err := Detect(Source{Arch: "gemma3", BOS: "<bos>", EOS: "<eos>", HasToken: tokens("<bos>", "<eos>", "<start_of_turn>")})
	if err != nil {
		t.Fatal(err)
	}
	segs, err := d.Render(chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "수도는?"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Segment{{"<bos>", true}, {"질문: 수도는?\n답변:", false}}
	if len(segs) != 2 || segs[0] != want[0] || segs[1] != want[1] {
		t.Errorf("got %+v, want %+v", segs, want)
	}
	if len(d.StopText()) == 0 || !strings.Contains(strings.Join(d.Stop(), " "), "<eos>") {
		t.Errorf("stops: got %q and %q", d.Stop(), d.StopText())
	}
}

func TestATemplateInOtherWordsGetsItsDialect(t *testing.T) {
	d, err := Detect(Source{Template: smolTemplate, EOS: "<|im_end|>"})
	if err != nil || d.Name() != "smollm2" {
		t.Fatalf("found %v, %v, want smollm2", d.Name(), err)
	}
	d, err = Detect(Source{Template: strings.Replace(smolTemplate, "named SmolLM", "named Other", 1), EOS: "<|im_end|>"})
	if err != nil || d.Name() != "jinja" {
		t.Fatalf("found %v, %v, want jinja", d.Name(), err)
	}
	segs, err := d.Render(chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "<|im_end|>"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := specials(segs), "<|im_start|><|im_end|><|im_start|><|im_end|><|im_start|>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestBadTemplatesAreErrors(t *testing.T) {
	req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "<x>" + strings.Repeat("가", 1000)}}}
	for name, src := range map[string]string{
		"syntax":            "{% if %}",
		"raise":             "{{ raise_exception('no') }}",
		"undefined":         "{{ nothing.here }}",
		"endless recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
		"mutual recursion":  "{% macro a(n) %}{{ b(n) }}{% endmacro %}{% macro b(n) %}{% for x in [1] %}{{ a(n) }}{% endfor %}{% endmacro %}{{ a(1) }}",
		"doubling":          "{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s | length }}",
		"repeat":            "{{ 'a' * 10000000000 }}",
		"repeat a list":     "{{ ([1] * 100000000) | length }}",
		"loops":             "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
		"output":            "{% for a in range(99999) %}{{ messages[0].content * 9 }}{% endfor %}",
		"replace":           "{% set s = 'a' * 100000 %}{{ s | replace('a', s) | length }}",
		"join":              "{% set s = 'a' * 100000 %}{{ s | join(s) | length }}",
		"pad":               "{{ 'a'.center(1000000000) }}",
		"format":            "{{ '%1000000000d' % 1 }}",
		"shared parts":      "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(100) %}{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
		"printing shared":   "{% set ns = namespace(a=[1]) %}{% for i in range(100) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}",
		"JSON of shared":    "{% set ns = namespace(a=[1]) %}{% for i in range(100) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a | tojson }}",
		"nested":            "{% set ns = namespace(a=1) %}{% for i in range(9999) %}{% set ns.a = [ns.a] %}{% endfor %}{{ ns.a }}",
		"itself":            "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
		"parentheses":       strings.Repeat("{{ (", 1) + strings.Repeat("(", 100000) + "1" + strings.Repeat(")", 100001) + " }}",
		"not not":           "{{ " + strings.Repeat("not ", 100000) + "1 }}",
		"minus minus":       "{{ " + strings.Repeat("- ", 100000) + "1 }}",
		"ifs":               strings.Repeat("{% if 1 %}", 100000),
		"a long sum":        "{{ 1" + strings.Repeat("+1", 100000) + " }}",
		"a long path":       "{{ a" + strings.Repeat(".b", 100000) + " }}",
		"many filters":      "{{ 1" + strings.Repeat("|abs", 100000) + " }}",
		"else chains":       "{{ 1" + strings.Repeat(" if 1 else 1", 50000) + " }}",
		"recursive loop":    "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
		"map of maps":       "{{ [[1]] | map('map', 'map', 'map', 'nope') | list | map('list') | list }}",
		"huge":              strings.Repeat("a", maxTemplate+1),
	} {
		start := time.Now()
		d, err := Detect(Source{Template: src})
		if err == nil {
			_, err = d.Render(req)
		}
		var e *chat.Error
		if !errors.As(err, &e) || e.Code != chat.CodeBadTemplate {
			t.Errorf("%s: got %v, want the code %s", name, err, chat.CodeBadTemplate)
		}
		t.Logf("%-18s %8v %v", name, time.Since(start).Round(time.Millisecond), err)
	}
}

func TestRequestsNoDialectCanRender(t *testing.T) {
	for name, req := range map[string]chat.Request{
		"no messages":  {},
		"a role":       {Messages: []chat.Message{{Role: "[|system|]", Text: "x"}}},
		"a schema":     {Messages: []chat.Message{{Role: chat.User}}, Tools: []chat.ToolSpec{{Name: "f", Parameters: "{"}}},
		"not a schema": {Messages: []chat.Message{{Role: chat.User}}, Tools: []chat.ToolSpec{{Name: "f", Parameters: "[]"}}},
		"deep":         {Messages: []chat.Message{{Role: chat.User}}, Tools: []chat.ToolSpec{{Name: "f", Parameters: strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)}}},
	} {
		d, _ := ByName("qwen3")
		_, err := d.Render(req)
		var e *chat.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want a *chat.Error", name, err)
		}
	}
}

// TestRealModelsHaveTheirDialects reads the templates of real checkpoints in $EXAONE_MODELS.
func TestRealModelsHaveTheirDialects(t *testing.T) {
	dir := os.Getenv("EXAONE_MODELS")
	for file, want := range map[string]string{
		"SmolLM2-135M-Instruct.Q4_1.gguf": "smollm2",
		"gemma-3-270m-q4_k_m.gguf":        "plain",
	} {
		t.Run(file, func(t *testing.T) {
			b := make([]byte, 16<<20)
			f, err := os.Open(filepath.Join(dir, file))
			if dir == "" || err != nil {
				t.Skipf("EXAONE_MODELS: %s not here", file)
			}
			defer f.Close()
			n, _ := f.Read(b)
			src := Source{Template: ggufText(b[:n], "tokenizer.chat_template"), Arch: ggufText(b[:n], "general.architecture"), BOS: "<bos>", EOS: "<eos>"}
			d, err := Detect(src)
			if err != nil || d.Name() != want {
				t.Errorf("found %v, %v, want %s", d.Name(), err, want)
			}
		})
	}
}

// ggufText finds a text in GGUF metadata by looking for its key.
func ggufText(b []byte, key string) string {
	_, rest, ok := strings.Cut(string(b), key+"\x08\x00\x00\x00")
	if !ok || len(rest) < 8 {
		return ""
	}
	n := binary.LittleEndian.Uint64([]byte(rest[:8]))
	return rest[8 : 8+n]
}
