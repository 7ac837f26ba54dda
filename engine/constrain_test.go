package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"exaone/chat"
)

// person is a schema that a random model cannot write by chance.
const person = `{"type":"object","properties":{"registration_number":{"type":"integer","minimum":10,"maximum":99},` +
	`"full_name_of_the_person":{"type":"string","maxLength":6},"languages_spoken":{"type":"array","items":{"enum":["한국어","English"]},"maxItems":2}},` +
	`"required":["registration_number","full_name_of_the_person","languages_spoken"],"additionalProperties":false}`

// checkPerson checks by hand what person says.
func checkPerson(text string) error {
	var p struct {
		Number    *int      `json:"registration_number"`
		Name      *string   `json:"full_name_of_the_person"`
		Languages *[]string `json:"languages_spoken"`
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return err
	}
	if rest := text[dec.InputOffset():]; rest != "" {
		return fmt.Errorf("%q comes after it", rest)
	}
	if p.Number == nil || *p.Number < 10 || *p.Number > 99 || p.Name == nil || len([]rune(*p.Name)) > 6 || p.Languages == nil || len(*p.Languages) > 2 {
		return errors.New("a member is missing or out of bounds")
	}
	for _, l := range *p.Languages {
		if l != "한국어" && l != "English" {
			return fmt.Errorf("language %q", l)
		}
	}
	return nil
}

// constrainedRequests are requests of many kinds with a check of each.
func constrainedRequests() (list []chat.Request, checks []func(string) error) {
	matches := func(expr string) func(string) error {
		re := regexp.MustCompile("^(?:" + expr + ")$")
		return func(s string) error {
			if !re.MatchString(s) {
				return fmt.Errorf("%q does not match %s", s, expr)
			}
			return nil
		}
	}
	kinds := []struct {
		g     chat.Grammar
		check func(string) error
	}{
		{chat.Grammar{Schema: person}, checkPerson},
		{chat.Grammar{Regex: `[a-f]{3,9}-(서울|부산)+`}, matches(`[a-f]{3,9}-(서울|부산)+`)},
		{chat.Grammar{Regex: `([1-9] is the next number, and then )*`}, matches(`([1-9] is the next number, and then )*`)},
		{chat.Grammar{Choices: []string{"참", "거짓", "모름"}}, matches("참|거짓|모름")},
		{chat.Grammar{GBNF: "root ::= \"SELECT \" column (\", \" column)* \" FROM 직원\"\ncolumn ::= \"이름\" | \"부서\""}, matches("SELECT (이름|부서)(, (이름|부서))* FROM 직원")},
	}
	for i := range 16 {
		k := kinds[i%len(kinds)]
		list = append(list, chat.Request{
			Messages: []chat.Message{{Role: chat.User, Text: fmt.Sprintf("질문 %d", i)}}, Grammar: k.g, MaxTokens: 120,
			Sampling: chat.Sampling{Temperature: float32(i/4) * 0.7, Seed: uint64(i)}, Logprobs: 2,
		})
		checks = append(checks, k.check)
	}
	return list, checks
}

// Whatever a model that knows nothing says, it matches, and is the same to the last bit with guesses or without, alone
// or among others, and where it gives way to them.
func TestConstrainedAnswersMatch(t *testing.T) {
	list, checks := constrainedRequests()
	want := make([]outcome, len(list))
	alone := newEngine(t, Options{Speculate: SpeculateOff})
	for i, req := range list {
		want[i] = collect(t, alone, req)
		if err := checks[i](want[i].text); err != nil {
			t.Errorf("request %d: %q: %v", i, want[i].text, err)
		}
		if want[i].finish != chat.FinishStop && want[i].finish != chat.FinishLength {
			t.Errorf("request %d ended with %q", i, want[i].finish)
		}
	}
	for name, o := range map[string]Options{
		"guesses":   {drafts: 3},
		"together":  {Speculate: SpeculateOff, budget: 16},
		"few pages": {drafts: 2, CacheSize: 20 * pageSize},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEngine(t, o)
			got := make([]outcome, len(list))
			var wait sync.WaitGroup
			for i, req := range list {
				wait.Go(func() { got[i] = collect(t, e, req) })
				if name == "guesses" {
					wait.Wait()
				}
			}
			wait.Wait()
			for i := range list {
				if got[i].text != want[i].text || !slices.Equal(got[i].ids, want[i].ids) || !slices.Equal(got[i].bits, want[i].bits) {
					t.Errorf("request %d: %q, alone %q", i, got[i].text, want[i].text)
				}
			}
		})
	}
}

// Text that the grammar leaves no choice about is not computed step by step.
func TestForcedTextTakesNoSteps(t *testing.T) {
	e := newEngine(t, Options{Speculate: SpeculateOff})
	long := strings.Repeat("정해진 글은 계산하지 않고 그대로 씁니다, ", 4)
	req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}}, Grammar: chat.Grammar{Regex: "[ab]" + long + "[cd]"}, MaxTokens: 400}
	o := collect(t, e, req)
	if len(o.text) != len(long)+2 || !strings.Contains(o.text, long) {
		t.Fatalf("said %q", o.text)
	}
	s := e.Loaded()[0]
	if s.OutTokens < 20 || s.Steps > s.OutTokens/4 {
		t.Errorf("%d steps for %d tokens, want a quarter at most", s.Steps, s.OutTokens)
	}
}

// Whatever the budget is, an answer is whole when it is used up; a budget below the shortest answer is refused with
// both numbers.
func TestConstrainedAnswersEndInTime(t *testing.T) {
	e := newEngine(t, Options{})
	req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}}, Grammar: chat.Grammar{Schema: person},
		Sampling: chat.Sampling{Temperature: 1.5}, MaxTokens: 1}
	_, _, err := chat.Collect(e.Chat(context.Background(), req))
	refused, ok := errors.AsType[*chat.Error](err)
	if !ok || refused.Code != chat.CodeGrammarNeedsMore {
		t.Fatalf("a budget of 1 token: %v, want %s", err, chat.CodeGrammarNeedsMore)
	}
	least := refused.Params[0].(int)
	if least < 10 || refused.Params[1] != 1 {
		t.Fatalf("the error has %v, want the tokens of the shortest answer, and 1", refused.Params)
	}
	for most := least; most < least+40; most++ {
		req.MaxTokens, req.Sampling.Seed = most, uint64(most)
		msg, finish, err := chat.Collect(e.Chat(context.Background(), req))
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPerson(msg.Text); err != nil || finish.Usage.CompletionTokens > most {
			t.Errorf("at most %d tokens: %d, %q: %v", most, finish.Usage.CompletionTokens, msg.Text, err)
		}
	}
}

// A model that was taught no tools, and knows nothing, calls them rightly all the same.
func TestAnyModelCallsTools(t *testing.T) {
	e := newEngine(t, Options{})
	tools := []chat.ToolSpec{
		{Name: "register", Parameters: `{"type":"object","properties":{"n":{"type":"integer","minimum":1,"maximum":9}},"required":["n"]}`},
		{Name: "날씨", Parameters: `{"properties":{"city":{"enum":["서울","부산"]}},"required":["city"],"additionalProperties":false}`},
		{Name: "now"},
	}
	for i, choice := range []chat.ToolChoice{
		{Mode: chat.ToolRequired}, {Mode: chat.ToolNamed, Name: "register"}, {Mode: chat.ToolNamed, Name: "날씨"}, {}, {Mode: chat.ToolNone},
	} {
		for seed := range uint64(6) {
			req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "부산 날씨"}}, Tools: tools, Choice: choice, OneCall: seed%2 == 0,
				Sampling: chat.Sampling{Temperature: 1.2, Seed: seed}, MaxTokens: 130}
			msg, finish, err := chat.Collect(e.Chat(context.Background(), req))
			if err != nil {
				t.Fatalf("choice %v: %v", choice, err)
			}
			checkToolCalls(t, fmt.Sprintf("choice %d, seed %d", i, seed), req, msg, finish)
		}
	}
	for _, bad := range []chat.Request{
		{Tools: tools, Choice: chat.ToolChoice{Mode: chat.ToolNamed, Name: "없는 것"}},
		{Tools: []chat.ToolSpec{{Name: "x", Parameters: `{"type":"object","properties":{"a":{"type":"no such type"}}}`}}},
	} {
		bad.Messages = []chat.Message{{Role: chat.User, Text: "q"}}
		_, _, err := chat.Collect(e.Chat(context.Background(), bad))
		if e, ok := errors.AsType[*chat.Error](err); !ok || e.Code.HTTPStatus() != 400 {
			t.Errorf("%v: %v, want an error of the request", bad.Tools[0].Name, err)
		}
	}
}

func checkToolCalls(t *testing.T, what string, req chat.Request, msg chat.Message, finish chat.Finish) {
	t.Helper()
	mode := req.Choice.Mode
	n := len(msg.Calls)
	if must := mode == chat.ToolRequired || mode == chat.ToolNamed; must && n == 0 || mode == chat.ToolNone && n > 0 || n > 1 && (req.OneCall || mode == chat.ToolNamed) {
		t.Errorf("%s: %d calls, %q", what, n, msg.Text)
	}
	if n > 0 && finish.Reason != chat.FinishCalls && finish.Reason != chat.FinishLength {
		t.Errorf("%s: ended with %q", what, finish.Reason)
	}
	for _, c := range msg.Calls {
		var err error
		switch c.Name {
		case "register":
			var p struct{ N int }
			if err = json.Unmarshal([]byte(c.Arguments), &p); err == nil && (p.N < 1 || p.N > 9) {
				err = errors.New("out of bounds")
			}
		case "날씨":
			if c.Arguments != `{"city":"서울"}` && c.Arguments != `{"city":"부산"}` {
				err = errors.New("not one of the cities")
			}
		case "now":
			var object map[string]any
			err = json.Unmarshal([]byte(c.Arguments), &object)
		default:
			err = errors.New("no such tool")
		}
		if err != nil || mode == chat.ToolNamed && c.Name != req.Choice.Name {
			t.Errorf("%s: called %s(%s): %v", what, c.Name, c.Arguments, err)
		}
	}
}

// A constraint that cannot be kept is refused before anything is computed, with its place; what constrains nothing is told.
func TestConstraintsThatCannotBeKept(t *testing.T) {
	e := newEngine(t, Options{})
	req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "q"}}, MaxTokens: 50,
		Grammar: chat.Grammar{Schema: `{"type":"object","properties":{"a":{"type":"nothing known"}}}`}}
	_, _, err := chat.Collect(e.Chat(context.Background(), req))
	bad, ok := errors.AsType[*chat.Error](err)
	if !ok || bad.Code != chat.CodeBadGrammar || !strings.Contains(bad.In(chat.Korean), "/properties/a") {
		t.Errorf("an unknown type: %v, want %s with its path", err, chat.CodeBadGrammar)
	}
	req.Grammar.Schema = `{"type":"integer","minimum":1,"maximum":9,"x-hint":"a digit"}`
	_, finish, err := chat.Collect(e.Chat(context.Background(), req))
	if err != nil || len(finish.Warnings) != 1 || finish.Warnings[0].Keyword != "x-hint" {
		t.Errorf("an unknown keyword: %v, warnings %v, want one that names it", err, finish.Warnings)
	}
}
