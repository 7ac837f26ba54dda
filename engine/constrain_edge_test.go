package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/grammar"
)

// Text that has the mark of a call in it, where a grammar wants it, is text.
func TestMarksOfCallsInConstrainedText(t *testing.T) {
	e := newEngine(t, Options{})
	req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}}, Tools: []chat.ToolSpec{{Name: "x"}},
		Grammar: chat.Grammar{Regex: `say: <tool_call> is the mark [a-z]{3}`}, MaxTokens: 90, Sampling: chat.Sampling{Temperature: 1, LogitBias: map[int32]float32{}}}
	for id := range int32(1024) { // that no call is drawn
		if p, err := e.Pieces(context.Background(), "", []int32{id}); err == nil && strings.HasPrefix(string(p[0]), "<") {
			req.Sampling.LogitBias[id] = -100
		}
	}
	for _, mode := range []chat.ToolMode{chat.ToolAuto, chat.ToolNone} {
		req.Choice.Mode = mode
		msg, _, err := chat.Collect(e.Chat(context.Background(), req))
		if err != nil || !strings.HasPrefix(msg.Text, "say: <tool_call> is the mark ") || len(msg.Calls) > 0 {
			t.Errorf("choice %q: said %q, called %v: %v", mode, msg.Text, msg.Calls, err)
		}
	}
}

// Ids that end an answer and that no vocabulary has end nothing, and break nothing.
func TestEndIDsBeyondTheVocabulary(t *testing.T) {
	for _, ids := range []string{"-1", "[19, 99999999]"} {
		dir := tiny(t)
		path := filepath.Join(dir, "config.json")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		edited := strings.Replace(string(b), `"eos_token_id": 19`, `"eos_token_id": `+ids, 1)
		if edited == string(b) {
			t.Fatal("config.json has no such eos_token_id")
		}
		if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
			t.Fatal(err)
		}
		e := newEngine(t, Options{Resolve: func(string) (Spec, error) { return Spec{Name: "tiny", Path: dir}, nil }})
		msg, _, err := chat.Collect(e.Chat(context.Background(), chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}}, MaxTokens: 20,
			Grammar: chat.Grammar{Regex: "[ab]{3,5}"}}))
		if err != nil || len(msg.Text) < 3 || strings.Trim(msg.Text, "ab") != "" {
			t.Errorf("eos_token_id %s: %q, %v", ids, msg.Text, err)
		}
	}
}

// The arguments of a tool are an object: a type that may be one is one, and a type that cannot be one is refused by name.
func TestArgumentsAreObjects(t *testing.T) {
	for _, c := range []struct{ parameters, schema, found string }{
		{"", `{"type":"object"}`, ""},
		{" { } ", `{"type":"object"}`, ""},
		{`{"properties":{"type":{"type":"integer"}}}`, `{"type":"object","properties":{"type":{"type":"integer"}}}`, ""},
		{`{"properties":{"type":{"type":"integer"}},"type":["object","null"]}`, `{"properties":{"type":{"type":"integer"}},"type":"object"}`, ""},
		{`{"type":"object"}`, `{"type":"object"}`, ""},
		{`{"type":"integer"}`, "", `"integer"`},
		{`{"type":["null"]}`, "", `["null"]`},
		{`[1]`, `[1]`, ""},
	} {
		schema, found := argumentsSchema(c.parameters)
		if schema != c.schema || found != c.found {
			t.Errorf("%s: %s and %s, want %s and %s", c.parameters, schema, found, c.schema, c.found)
		}
	}
	e := newEngine(t, Options{})
	_, _, err := chat.Collect(e.Chat(context.Background(), chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}},
		Tools: []chat.ToolSpec{{Name: "x", Parameters: `{"type":"integer"}`}}}))
	if bad, ok := errors.AsType[*chat.Error](err); !ok || bad.Code != chat.CodeBadField || !strings.Contains(err.Error(), "tools[0].parameters.type") {
		t.Errorf("a tool of an integer: %v, want an error that names the field", err)
	}
}

// Many answers that are forced at once share the rows of a step.
func TestBurstsAreShared(t *testing.T) {
	r := &runner{pace: newPace(4<<30, (&layered{}).Shape(), 0), pass: &pass{}}
	var streams work
	for range 16 {
		l := load{pending: mostBurst, stream: true, done: 100}
		r.pass.loads = append(r.pass.loads, l)
		streams = streams.plus(span(l.done, l.pending))
	}
	r.pass.loads = append(r.pass.loads, load{pending: 500}, load{pending: 1, stream: true})
	streams = streams.plus(span(0, 1))
	r.spreadBursts(streams)
	p := plan(step{}, r.pass.loads, 0, 1000, pageSize)
	rows := 0
	for i, n := range p.tokens[:16] {
		if n < 1 {
			t.Errorf("stream %d gets nothing", i)
		}
		rows += n
	}
	if most := r.pace.within(work{}, 100, besideTime) + 17; rows > most || p.tokens[17] != 1 {
		t.Errorf("%d rows of streams, want %d at most, and one of the last", rows, most)
	}
}

// A fault in what one answer is held to ends that answer alone, also where it has guesses.
func TestAFaultyConstraintEndsItsAnswerAlone(t *testing.T) {
	m, r := flightRunner(t)
	go func() {
		for {
			select {
			case <-m.enter:
				m.leave <- struct{}{}
			case <-r.done:
				return
			}
		}
	}()
	faulty, sound := flightSequence(context.Background(), 5, 8, "a"), flightSequence(context.Background(), 5, 8, "b")
	faulty.constrained = &constrained{} // it has no matcher
	for _, s := range []*sequence{faulty, sound} {
		if err := r.submit(s); err != nil {
			t.Fatal(err)
		}
	}
	ending := func(s *sequence) (last news) {
		for last.err == nil && last.end == "" {
			list, err := s.out.take(context.Background(), r.done, nil)
			if err != nil {
				return news{err: err}
			}
			last = list[len(list)-1]
		}
		return last
	}
	if last := ending(faulty); last.err == nil || !strings.Contains(last.err.Error(), "panicked") {
		t.Errorf("the faulty one ended with %q, %v", last.end, last.err)
	}
	if last := ending(sound); last.err != nil || sound.generated() != 8 {
		t.Errorf("the sound one has %d tokens, %v", sound.generated(), last.err)
	}
}

// What compiles fast and cannot be followed ends its own answer with an error, before the others notice.
func TestAGrammarThatTakesTooLongToFollow(t *testing.T) {
	e := newEngine(t, Options{})
	var patterns []string
	for i := range 12 {
		patterns = append(patterns, fmt.Sprintf(`{"pattern":"%c.{%d}"}`, 'a'+i, 9+i))
	}
	schema := `{"type":"string","maxLength":400,"allOf":[` + strings.Join(patterns, ",") + `]}`
	req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}}, MaxTokens: 300, Grammar: chat.Grammar{Schema: schema}}
	for range 2 { // the second meets what the first has left behind
		_, _, err := chat.Collect(e.Chat(context.Background(), req))
		if err == nil || !strings.Contains(err.Error(), grammar.ErrTooSlowHere.Error()) {
			t.Errorf("%v, want %v", err, grammar.ErrTooSlowHere)
		}
	}
	req.Grammar = chat.Grammar{Regex: "[ab]{3,5}"}
	if msg, _, err := chat.Collect(e.Chat(context.Background(), req)); err != nil || len(msg.Text) < 3 {
		t.Errorf("after it: %q, %v", msg.Text, err)
	}
}
