package grammar

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"exaone/chat"
	"exaone/tokenizer"
)

// wide is a vocabulary of every byte and of all that can be made of up to three of some pieces, with a u in front or not: tokens that end inside
// of characters, that span several values, that begin like much else. Some are special.
var wide = sync.OnceValues(func() (*Vocabulary, error) {
	v := tokenizer.NewVocab("llama", "")
	add := func(text string, kind int32) {
		v.Tokens, v.Types, v.Scores = append(v.Tokens, text), append(v.Types, kind), append(v.Scores, 0)
	}
	add("<unk>", 2)
	add("<s>", 3)
	add("</s>", 3)
	add("<think>", 3)
	add("</think>", 3)
	for b := range 256 {
		add(fmt.Sprintf("<0x%02X>", b), 6)
	}
	seen := map[string]bool{}
	pieces := []string{"", "a", "f", "d1", "u", "n", "가", "é", "▁", "\ufeff", "\u2028", "\"", "\\", ",", ":", "0", "}", "[", "</"}
	for _, p := range pieces {
		for _, q := range pieces {
			for _, r := range pieces {
				for _, first := range []string{"", "u"} {
					if s := first + p + q + r; s != "" && !seen[s] {
						seen[s] = true
						add(s, 1)
					}
				}
			}
		}
	}
	add("ueeee1d", 1) // leaves the digits of an escape later than any token of such digits ends
	tok, err := tokenizer.FromVocab(v)
	if err != nil {
		return nil, err
	}
	return NewVocabulary(tok, tok.Len()), nil
})

func wideVocabulary(t testing.TB) *Vocabulary {
	t.Helper()
	v, err := wide()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestMasksAreWhatIsAllowed holds that masks, which are found in many ways, say of every token what reading it says.
func TestMasksAreWhatIsAllowed(t *testing.T) {
	v := wideVocabulary(t)
	mask := make([]uint64, v.words)
	for _, c := range []struct {
		g    chat.Grammar
		text string
	}{
		{chat.Grammar{Schema: `{"type":"string"}`}, `"a\u00`},
		{chat.Grammar{Schema: `{"type":"string","maxLength":2}`}, `"가a`},
		{chat.Grammar{Schema: `{"type":"string","minLength":2,"maxLength":40}`}, `"가a`},
		{chat.Grammar{Schema: `{"type":"string","pattern":"^[^a]{1,4}$"}`}, `"f가é"`},
		{chat.Grammar{Schema: `{"type":"string","pattern":"^\\S+( \\S+){0,3}$"}`}, `"fa 가 n`},
		{chat.Grammar{Schema: `{"type":"string","pattern":"^[\\S]*$"}`}, `"fa가`},
		{chat.Grammar{Schema: `{"type":"string","pattern":"^(.[af]){1,3}$","maxLength":5}`}, `"fa`},
		{chat.Grammar{Schema: `{"type":"object","properties":{"a":{},"a0":{},"fan":{"type":"integer"}},"additionalProperties":{"type":"array"}}`}, `{"a":0,"u":[],"d1":[0,0],"f`},
		{chat.Grammar{Schema: `{"type":"object","propertyNames":{"pattern":"^[a-z]+$"}}`}, `{"a":0,"ff":"a","f`},
		{chat.Grammar{Schema: `{"type":"array","uniqueItems":true,"items":{"type":"string"}}`}, `["a","f",""]`},
		{chat.Grammar{Schema: `{"type":"array","uniqueItems":true,"items":{"enum":["a","f","","aa",0,10]}}`}, `["a","",0`},
		{chat.Grammar{Schema: `{}`}, `[{"a":"a"},[0,0],"`},
		{chat.Grammar{Regex: `(?:a|가|[^,]{3})*,`}, `a가af`},
		{chat.Grammar{GBNF: "root ::= (\"a\" | [^a\"]+) (\":\" root)?"}, `f가:a`},
		{chat.Grammar{}, `a가`},
	} {
		g := compile(t, c.g)
		m := g.Matcher(v)
		for i := 0; ; i++ {
			m.Mask(mask)
			for id := range int32(v.size) {
				if set := mask[id>>6]>>(id&63)&1 == 1; m.Allows(id) != set {
					t.Errorf("%s: after %q: token %q: in the mask %t, allowed %t", name(c.g), c.text[:i], v.text(id), set, !set)
				}
			}
			if i == len(c.text) {
				break
			}
			if !m.AdvanceBytes([]byte{c.text[i]}) {
				t.Fatalf("%s: after %q: %q is not allowed", name(c.g), c.text[:i], c.text[i])
			}
		}
	}
}

// frame is how a dialect frames an answer: thoughts, then a call.
func frame(t testing.TB) Expr {
	t.Helper()
	args, _, err := Source(context.Background(), chat.Grammar{Schema: `{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}`})
	if err != nil {
		t.Fatal(err)
	}
	return Seq(Special("<think>"), Free("</think>", "<think>"), Special("</think>"),
		Repeat(Seq(Text("<tool>"), args, Special("</tool>"), Alt(Text("\n"), Text(""))), 0, 2))
}

func TestFrames(t *testing.T) {
	g, err := New(context.Background(), frame(t))
	if err != nil {
		t.Fatal(err)
	}
	v := wideVocabulary(t)
	think, _ := v.tok.ID("<think>")
	end, _ := v.tok.ID("</think>")
	m := g.Matcher(v)
	mask := make([]uint64, v.words)
	only := func(id int32) {
		t.Helper()
		m.Mask(mask)
		for i := range int32(v.size) {
			if mask[i>>6]>>(i&63)&1 == 1 != (i == id) {
				t.Fatalf("token %d %q: want %d alone", i, v.text(i), id)
			}
		}
	}
	only(think)
	if m.AdvanceBytes([]byte("<think>")) || !m.Advance(think) {
		t.Fatal("want the special token and not its text")
	}
	if !m.AdvanceBytes([]byte("a가</thinK> </")) || m.AdvanceBytes([]byte("think>")) {
		t.Fatal("want any text but the mark")
	}
	m.Mask(mask)
	if mask[end>>6]>>(end&63)&1 == 0 || m.Accepts() || string(m.Closing()) != "</think>" || m.ClosingTokens(nil)[0] != end {
		t.Fatalf("the thoughts must be able to end: %q", m.Closing())
	}
	before := m.State()
	if !m.Advance(end) || !m.Accepts() || m.Done() {
		t.Fatal("after the thoughts everything is optional")
	}
	// The vocabulary has no </tool>, so it is text.
	if !m.AdvanceBytes([]byte(`<tool>{"a":12`)) || string(m.Closing()) != "}</tool>" || !m.AdvanceBytes([]byte("}</tool>\n<tool>")) {
		t.Fatal("want a call")
	}
	if got := string(m.Forced(100)); got != `{"a":` {
		t.Errorf("forced %q", got)
	}
	if !m.AdvanceBytes([]byte(`{"a":0}</tool>`+"\n")) || !m.Accepts() || !m.Done() {
		t.Error("want no third call")
	}
	m.Restore(before)
	if m.Accepts() || !m.Allows(end) {
		t.Error("a restored place is where it was")
	}
}

func TestFreeTextEndsBeforeItsMarks(t *testing.T) {
	for _, c := range []struct {
		marks []string
		good  []string
		bad   []string
	}{
		{nil, []string{"", "a</b>", "가"}, []string{"\xff"}},
		{[]string{"aba", "c"}, []string{"abab"[:2], "ab ba", "b"}, []string{"ababa", "xc"}},
	} {
		g, err := New(context.Background(), Free(c.marks...))
		if err != nil {
			t.Fatal(err)
		}
		m := g.Matcher(tinyVocabulary(t))
		for _, s := range c.good {
			if ok, at := accepts(m, s); !ok {
				t.Errorf("%q: %q is refused at %d", c.marks, s, at)
			}
		}
		for _, s := range c.bad {
			if ok, _ := accepts(m, s); ok {
				t.Errorf("%q: %q is allowed", c.marks, s)
			}
		}
	}
}

func TestExprRefusesWhatIsTooMuch(t *testing.T) {
	deep := Text("a")
	for range 5000 {
		deep = Seq(deep, Text("b"))
	}
	for _, e := range []Expr{deep, Repeat(Text("a"), 3, 2), Repeat(Text("a"), 0, 1<<40), Alt()} {
		if _, err := New(context.Background(), e); err == nil {
			t.Error("want an error")
		}
	}
	if _, err := Compile(context.Background(), chat.Grammar{Regex: "a", Choices: []string{"b"}}); err == nil || !strings.Contains(err.Error(), "2 kinds") {
		t.Errorf("two kinds at once: found the error %v", err)
	}
}

// TestManyMatchersOfOneGrammar holds that matchers of a grammar do not disturb each other; run it with -race.
func TestManyMatchersOfOneGrammar(t *testing.T) {
	g := compile(t, chat.Grammar{Schema: `{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","pattern":"^[a-f]+$"}}},"required":["a"]}`})
	v := tinyVocabulary(t)
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			m := g.Matcher(v)
			mask := make([]uint64, v.words)
			for _, c := range []byte(fmt.Sprintf(`{"a":["%s"],"x":%d}`, strings.Repeat("abc", i+1), i)) {
				m.Mask(mask)
				m.Forced(5)
				m.Closing()
				if !m.AdvanceBytes([]byte{c}) {
					t.Errorf("%q is refused", c)
					return
				}
			}
			if !m.Accepts() {
				t.Error("want the end")
			}
		})
	}
	wait.Wait()
}
