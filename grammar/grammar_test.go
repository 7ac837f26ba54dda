package grammar

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"exaone/chat"
	"exaone/tokenizer"
)

// tiny is a vocabulary of every byte and some merges, the same as the tokenizer's tests have.
var tiny = sync.OnceValues(func() (*Vocabulary, error) {
	tok, err := tokenizer.Load("../tokenizer/testdata/tiny")
	if err != nil {
		return nil, err
	}
	return NewVocabulary(tok, tok.Len()+7), nil
})

func tinyVocabulary(t testing.TB) *Vocabulary {
	t.Helper()
	v, err := tiny()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func compile(t testing.TB, g chat.Grammar) *Grammar {
	t.Helper()
	out, err := Compile(context.Background(), g)
	if err != nil {
		t.Fatalf("Compile(%+v): %v", g, err)
	}
	return out
}

// accepts reports whether a grammar matches a whole text, and how far it read.
func accepts(m *Matcher, text string) (bool, int) {
	start := m.State()
	defer m.Restore(start)
	for i := range len(text) {
		if !m.AdvanceBytes([]byte{text[i]}) {
			return false, i
		}
	}
	return m.Accepts(), len(text)
}

// want is a grammar and texts: those that begin with + are its, those that begin with - are not.
func check(t *testing.T, g chat.Grammar, texts ...string) {
	t.Helper()
	m := compile(t, g).Matcher(tinyVocabulary(t))
	for _, text := range texts {
		want := text[0] == '+'
		got, at := accepts(m, text[1:])
		if got != want {
			t.Errorf("%s: %s: accepted %t after %q, want %t", name(g), text[1:], got, text[1:1+at], want)
		}
		if want {
			checkWalk(t, m, text[1:])
		}
	}
}

func name(g chat.Grammar) string {
	s := g.Schema + g.Regex + g.GBNF + strings.Join(g.Choices, " ")
	if len(s) > 300 {
		s = s[:300] + "…"
	}
	return s
}

// checkWalk walks a text of the grammar byte by byte and holds at each place that what is promised is so.
func checkWalk(t testing.TB, m *Matcher, text string) {
	t.Helper()
	start := m.State()
	defer m.Restore(start)
	for i := 0; ; i++ {
		checkPlace(t, m)
		if i == len(text) {
			return
		}
		if !m.AdvanceBytes([]byte{text[i]}) {
			t.Fatalf("%q: byte %d is not allowed", text, i)
		}
	}
}

// checkPlace holds that the place can be completed, in the length that is promised, and that the mask, the forced
// bytes and single tokens agree.
func checkPlace(t testing.TB, m *Matcher) {
	t.Helper()
	here := m.State()
	closing := m.Closing()
	if len(closing) != m.Distance() {
		t.Fatalf("closing %q has %d bytes, want %d", closing, len(closing), m.Distance())
	}
	if !m.AdvanceBytes(closing) || !m.Accepts() {
		t.Fatalf("closing %q does not complete the text", closing)
	}
	m.Restore(here)
	if m.Accepts() != (len(closing) == 0) {
		t.Fatalf("accepts %t, and the closing is %q", m.Accepts(), closing)
	}
	for _, id := range m.ClosingTokens(nil) {
		if !m.Advance(id) {
			t.Fatalf("token %d of the closing %q is not allowed", id, closing)
		}
	}
	if !m.Accepts() {
		t.Fatalf("the tokens of the closing %q do not complete the text", closing)
	}
	m.Restore(here)
	mask := make([]uint64, m.vocab.words)
	m.Mask(mask)
	forced := m.Forced(20)
	any := false
	for id := range int32(m.vocab.size) {
		set := mask[id>>6]>>(id&63)&1 == 1
		any = any || set
		if got := m.Allows(id); got != set {
			t.Fatalf("token %d %q: allowed %t, but in the mask %t", id, m.vocab.text(id), got, set)
		}
		if b := m.vocab.text(id); set && len(forced) > 0 {
			if n := min(len(b), len(forced)); string(b[:n]) != string(forced[:n]) {
				t.Fatalf("token %q is allowed, but %q is forced", b, forced)
			}
		}
	}
	if m.Done() == any {
		t.Fatalf("done %t, but some token allowed %t", m.Done(), any)
	}
	if !any && !m.Accepts() {
		t.Fatal("a dead end")
	}
}

func TestRegex(t *testing.T) {
	for _, c := range []struct {
		regex string
		texts []string
	}{
		{`abc`, []string{"+abc", "-ab", "-abcd", "-xabc"}},
		{`a|bc|`, []string{"+a", "+bc", "+", "-b", "-abc"}},
		{`[a-c]+\d{2,3}`, []string{"+a12", "+cab123", "-12", "-a1", "-a1234"}},
		{`.*`, []string{"+", "+한글 텍스트", "-a\nb", "-a\u2028", "-\xff"}},
		{`[^a]`, []string{"+가", "+😀", "+\n", "-a", "-bb"}},
		{`\p{Script=Hangul}+`, []string{"+한글", "-한a", "-"}},
		{`(?:a{0,3}){0,4}`, []string{"+", "+aaaaaaaaaaaa", "-aaaaaaaaaaaaa"}},
		{`^(?!foo)[a-z]+$`, []string{"+bar", "+fob", "-foo", "-foobar"}},
		{`((?!ab).)*`, []string{"+ba", "+xaxb", "-xab", "-ab"}},
		{`(?=.*\d)[a-z\d]{3}`, []string{"+a1b", "+999", "-abc", "-a1"}},
		{`a$|^b`, []string{"+a", "+b", "-ab"}},
		{`\u{1F600}|\ud83d\ude01|\x41\cA\t`, []string{"+😀", "+😁", "+A\x01\t", "-😂"}},
		{`[\w-.]+@`, []string{"+a-b.c@", "-a+b@"}},
		{`x{2}y{1,}z?`, []string{"+xxy", "+xxyyz", "-xy", "-xxz"}},
		{`a{,3}`, []string{"+a{,3}", "-aa"}},
	} {
		check(t, chat.Grammar{Regex: c.regex}, c.texts...)
	}
}

func TestRegexRefuses(t *testing.T) {
	for _, regex := range []string{`(`, `)`, `[a`, `a**`, `*`, `\`, `(?<=a)b`, `\bfoo`, `(a)\1`, `a{3,2}`, `[z-a]`, `\p{Nothing}`, `(?i)a`,
		`^*`, `(?:(?=a)a)*b`, `\ud800`, strings.Repeat("(", 60000), `(a{1000000}){1000000}`} {
		_, err := Compile(context.Background(), chat.Grammar{Regex: regex})
		var e *Error
		if err == nil && !strings.Contains(regex, "1000000") || err != nil && !errors.As(err, &e) {
			t.Errorf("%.40s: found the error %v, want an *Error", regex, err)
		}
	}
}

func TestChoices(t *testing.T) {
	check(t, chat.Grammar{Choices: []string{"red", "green", "grey", "re"}}, "+red", "+green", "+re", "+grey", "-r", "-gree", "-reds")
	check(t, chat.Grammar{Choices: []string{"예", "아니요"}}, "+예", "+아니요", "-아니")
}

func TestGBNF(t *testing.T) {
	check(t, chat.Grammar{GBNF: "root ::= object # comment\nobject ::= \"{\" ws (pair (\",\" ws pair)*)? \"}\"\n" +
		"pair ::= [a-z]+ \":\" value\nvalue ::= object | [0-9]{1,3} | \"\\x22\" [^\"\\n]* \"\\\"\"\nws ::= [ \\t\\n]*\n"},
		"+{}", "+{ a:1, b:{}}", `+{a:"x y"}`, "-{a:1234}", "-{a}", "-{")
	check(t, chat.Grammar{GBNF: "root ::= a b?\na ::= \"x\" |\n  \"y\"\nb ::= .{2,3}"}, "+x", "+yab", "+x가나다", "-xa", "-xabcd")
	check(t, chat.Grammar{GBNF: `root ::= "a" root "b" | ""`}, "+", "+ab", "+aaabbb", "-aab")
}

func TestGBNFRefuses(t *testing.T) {
	for _, rules := range []string{`root ::= root "a"`, `root ::= x`, `root ::= "a`, `root ::= ("a"`, `root = "a"`, "root ::= a\na ::= b? root",
		`root ::= "a"{2,1}`, `root ::= * "a"`, "root ::= " + strings.Repeat("(", 60000), "x ::= \"a\"", "root ::= \"a\"\nroot ::= \"b\""} {
		_, err := Compile(context.Background(), chat.Grammar{GBNF: rules})
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.40s: found the error %v, want an *Error", rules, err)
		}
	}
	if _, err := Compile(context.Background(), chat.Grammar{GBNF: `root ::= "a" root`}); !errors.Is(err, ErrUnsatisfiable) {
		t.Errorf("endless rules: found the error %v, want %v", err, ErrUnsatisfiable)
	}
}

// TestATiredMatcher has a grammar that compiles at once and whose states double with each character: a call ends, the
// matcher allows nothing any more and says why, and others of the same grammar are as they were.
func TestATiredMatcher(t *testing.T) {
	var ways []string
	for i := range 24 {
		ways = append(ways, fmt.Sprintf(`{"pattern":"%c.{%d}"}`, 'a'+i, 9+i))
	}
	v := tinyVocabulary(t)
	g, err := Compile(t.Context(), chat.Grammar{Schema: `{"type":"string","maxLength":300,"allOf":[` + strings.Join(ways, ",") + `]}`})
	if err != nil {
		t.Fatal(err)
	}
	mask := make([]uint64, v.words)
	for range 2 {
		m := g.Matcher(v)
		if !m.AdvanceBytes([]byte(`"`)) || m.Err() != nil {
			t.Fatalf("a quote is refused: %v", m.Err())
		}
		for letter := byte('a'); m.Err() == nil && letter <= 'x'; letter++ {
			m.Mask(mask)
			m.AdvanceBytes([]byte{letter})
		}
		if !errors.Is(m.Err(), ErrTooSlowHere) {
			t.Fatalf("%v, want %v", m.Err(), ErrTooSlowHere)
		}
		m.Mask(mask)
		for _, word := range mask {
			if word != 0 {
				t.Fatal("a matcher that has ended allows a token")
			}
		}
		if m.AdvanceBytes([]byte("a")) || m.Accepts() || m.Done() || m.Forced(9) != nil || m.Closing() != nil || len(m.ClosingTokens(nil)) > 0 {
			t.Error("a matcher that has ended goes on")
		}
	}
}
