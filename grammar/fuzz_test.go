package grammar

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"exaone/chat"
)

// exercise walks a grammar at random, as far as the seed says, and holds what is promised at each place. It returns a
// text of the grammar; ok is false if the grammar takes too long to follow.
func exercise(t *testing.T, g *Grammar, seed uint64, steps int) (whole string, ok bool) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	m := g.Matcher(tinyVocabulary(t))
	tired := func() bool { return errors.Is(m.Err(), ErrTooSlowHere) }
	mask := make([]uint64, m.vocab.words)
	var text []byte
	for range steps {
		here := m.State()
		if m.Mask(mask); tired() {
			return "", false
		}
		var allowed []int32
		for id := range int32(m.vocab.size) {
			if mask[id>>6]>>(id&63)&1 == 1 {
				allowed = append(allowed, id)
			}
		}
		if len(allowed) == 0 {
			if !m.Accepts() || !m.Done() {
				t.Fatalf("a dead end after %q", text)
			}
			break
		}
		for range 4 {
			id := int32(random.IntN(m.vocab.size))
			set := mask[id>>6]>>(id&63)&1 == 1
			if m.Allows(id) != set && !tired() {
				t.Fatalf("after %q: token %q: in the mask %t, allowed %t", text, m.vocab.text(id), set, !set)
			}
		}
		if forced := m.Forced(8); len(forced) > 0 {
			for _, id := range allowed {
				b := m.vocab.text(id)
				if n := min(len(b), len(forced)); string(b[:n]) != string(forced[:n]) {
					t.Fatalf("after %q: token %q is allowed, but %q is forced", text, b, forced)
				}
			}
		}
		if complete(t, m, text); tired() {
			return "", false
		}
		m.Restore(here)
		id := allowed[random.IntN(len(allowed))]
		if !m.Advance(id) {
			if tired() {
				return "", false
			}
			t.Fatalf("after %q: token %q is in the mask and not allowed", text, m.vocab.text(id))
		}
		text = append(text, m.vocab.text(id)...)
	}
	whole = string(text) + string(complete(t, m, text))
	return whole, m.Distance() <= 1<<16 && !tired()
}

// complete ends a text the shortest way and returns what that adds.
func complete(t *testing.T, m *Matcher, text []byte) []byte {
	t.Helper()
	if m.Distance() > 1<<16 { // who may write less than this asks for none
		return nil
	}
	closing := m.Closing()
	if !(m.AdvanceBytes(closing) && m.Accepts()) && m.Err() == nil {
		t.Fatalf("after %q: closing %.200q does not complete the text", text, closing)
	}
	return closing
}

// compileQuickly compiles within bounds, or returns nil.
func compileQuickly(t *testing.T, g chat.Grammar) *Grammar {
	t.Helper()
	begin := time.Now()
	out, err := Compile(context.Background(), g)
	if took := time.Since(begin); took > 20*time.Second { // a bound for machines that are busy; see the limits
		t.Fatalf("took %v", took)
	}
	var e *Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("the error is no *Error: %v", err)
	}
	return out
}

func FuzzSchema(f *testing.F) {
	for _, s := range []string{`true`, `{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}`,
		`{"type":"array","uniqueItems":true,"items":{"enum":[1,"a",null]},"contains":{"type":"string"}}`,
		`{"oneOf":[{"type":"string","pattern":"^a|b$","maxLength":9},{"minimum":3,"multipleOf":0.5}],"not":{"const":4}}`,
		`{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"type":"null"},{"items":{"$ref":"#/$defs/a"},"type":"array"}]}}}`,
		`{"patternProperties":{"^x":{"type":"null"}},"propertyNames":{"minLength":2},"minProperties":2,"additionalProperties":{"format":"time"}}`,
		`{"type":"object","if":{"required":["a"]},"then":{"maxProperties":2},"else":{"required":["b"]},"unevaluatedProperties":false}`,
		`{"$schema":"http://json-schema.org/draft-07/schema#","dependencies":{"a":["b"],"c":{"required":["d"]}},"type":"object"}`,
		`{"type":"string","minLength":3,"format":"date-time"}`, `{"type":"object","not":{"patternProperties":{"a":{"type":"null"}}}}`} {
		f.Add(s, uint64(len(s)))
	}
	f.Fuzz(func(t *testing.T, schema string, seed uint64) {
		g := compileQuickly(t, chat.Grammar{Schema: schema})
		if g == nil || schema == "" {
			return
		}
		text, ok := exercise(t, g, seed, 12)
		if ok && !json.Valid([]byte(text)) {
			t.Fatalf("%q is not JSON", text)
		}
	})
}

func FuzzRegex(f *testing.F) {
	for _, s := range []string{`a+b*?c{2,3}`, `^(?!x)[^a-c\d]{1,4}$|\p{L}+`, `((?!ab).)*`, `(a|b)*a(a|b){8}`, `(?=.{3}$)[가-힣a]*`, `\u{1F600}?\x41.`, `(a{0,9}){0,9}`} {
		f.Add(s, uint64(len(s)))
	}
	f.Fuzz(func(t *testing.T, regex string, seed uint64) {
		g := compileQuickly(t, chat.Grammar{Regex: regex})
		if g == nil || regex == "" {
			return
		}
		if text, ok := exercise(t, g, seed, 12); ok && !utf8.ValidString(text) {
			t.Fatalf("%q is not UTF-8", text)
		}
	})
}

func FuzzGBNF(f *testing.F) {
	for _, s := range []string{"root ::= \"a\" [b-d]* (x | \"e\"){1,2} # c\nx ::= [^a] root? | .\n", `root ::= "a" root "a" | "b"`, "root ::= a a a\na ::= \"x\"?\n",
		`root ::= "{" (root ("," root)*)? "}"`, "root ::= <|end|> \"x\"+"} {
		f.Add(s, uint64(len(s)))
	}
	f.Fuzz(func(t *testing.T, rules string, seed uint64) {
		g := compileQuickly(t, chat.Grammar{GBNF: rules})
		if g == nil || rules == "" {
			return
		}
		exercise(t, g, seed, 12)
	})
}

// TestBombs holds that sources made to be hard end soon, in an error or not, and that what compiles can be used.
func TestBombs(t *testing.T) {
	nested := func(open, middle, end string, n int) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(end, n)
	}
	for name, g := range map[string]chat.Grammar{
		"groups":            {Regex: nested("(", "a", ")", 60000)},
		"group quantifiers": {Regex: nested("(", "a", "){2,9}", 60)},
		"optional groups":   {Regex: nested("(a?", "", ")*", 60)},
		"counts":            {Regex: nested("(?:", "a?", "){0,1000}", 20)},
		"hard to determine": {Regex: `(a|b)*a(a|b){40}`},
		"hard to meet":      {Schema: `{"type":"string","pattern":"^(a|b)*a(a|b){14}$","allOf":[{"pattern":"^(a|b)*b(a|b){13}$"},{"pattern":"^(a|b)*a(a|b){12}$"}]}`},
		"rules":             {GBNF: "root ::= " + nested("(", `"a"`, ")", 60000)},
		"rule counts":       {GBNF: "root ::= " + nested("(", `"a"?`, "){0,999}", 40)},
		"rule palindrome":   {GBNF: `root ::= "a" root "a" | "b" root? | root2` + "\n" + `root2 ::= "c" root | "d"`},
		"arrays":            {Schema: nested("[", "1", "]", 60000)},
		"schemas":           {Schema: nested(`{"items":`, "true", "}", 250)},
		"anyOf":             {Schema: nested(`{"anyOf":[`, "true,false", "]}", 100)},
		"allOf of anyOf":    {Schema: `{"allOf":[` + strings.Repeat(`{"anyOf":[{"required":["a"]},{"minProperties":2},{"properties":{"b":{"minimum":1}}}]},`, 30) + `{"type":"object"}]}`},
		"large counts":      {Schema: `{"type":"array","minItems":4000,"items":{"type":"array","minItems":4000,"items":{"type":"array","minItems":4000}}}`},
		"large lengths":     {Schema: `{"type":"string","minLength":60000,"maxLength":2000000000,"pattern":"^a|b"}`},
		"references":        {Schema: `{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"},{"$ref":"#/$defs/a"}]},"b":{"anyOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/b"},{"type":"null"}]}}}`},
		"modulus":           {Schema: `{"type":"integer","multipleOf":999999999989,"minimum":1,"maximum":999999999988}`},
		"patterns":          {Schema: `{"type":"object","patternProperties":{"a":{"minimum":1},"b":{"minimum":2},"c":{"minimum":3},"d":{"minimum":4},"e":{"minimum":5},"f":{"minimum":6},"g":{"minimum":7},"h":{"minimum":8},"i":{"minimum":9},"j":{}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			if g := compileQuickly(t, g); g != nil {
				exercise(t, g, 1, 30)
			}
		})
	}
}
