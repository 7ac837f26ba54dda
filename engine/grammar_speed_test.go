package engine

import (
	"context"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// speedSchemas are eight schemas as programs have them; longKeys are eight whose answers are mostly prescribed.
var speedSchemas = []string{
	`{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":120},"tags":{"type":"array","items":{"type":"string"}}},"required":["name","age","tags"],"additionalProperties":false}`,
	`{"type":"array","items":{"type":"object","properties":{"title":{"type":"string"},"year":{"type":"integer"}},"required":["title","year"],"additionalProperties":false},"minItems":4}`,
	`{"type":"object","properties":{"answer":{"type":"string","minLength":120}},"required":["answer"],"additionalProperties":false}`,
	`{"type":"array","items":{"type":"number"},"minItems":30}`,
	`{"type":"object","additionalProperties":{"type":"string"},"minProperties":6}`,
	`{"$ref":"#/$defs/t","$defs":{"t":{"type":"object","properties":{"v":{"type":"string","minLength":10},"l":{"anyOf":[{"$ref":"#/$defs/t"},{"type":"null"}]},"r":{"anyOf":[{"$ref":"#/$defs/t"},{"type":"null"}]}},"required":["v","l","r"],"additionalProperties":false}}}`,
	`{"type":"array","items":{"enum":["red","green","blue","초록","노랑","보라"]},"minItems":24}`,
	`{"type":"object","properties":{"kind":{"const":"report"},"date":{"type":"string","format":"date"},"by":{"type":"string","pattern":"^[A-Z][a-z]{2,20}$"},"text":{"type":"string","minLength":60}},"required":["kind","date","by","text"],"additionalProperties":false}`,
}

var longKeys = func() (list []string) {
	for i := range 8 {
		n := strconv.Itoa(i)
		list = append(list, `{"type":"array","items":{"type":"object","properties":{"identification_number_of_the_applicant_`+n+`":{"type":"integer","minimum":0,"maximum":999},`+
			`"previous_correspondence_address_country":{"enum":["Korea","Japan","France"]},"has_accepted_the_terms_and_conditions":{"type":"boolean"}},`+
			`"required":["identification_number_of_the_applicant_`+n+`","previous_correspondence_address_country","has_accepted_the_terms_and_conditions"],`+
			`"additionalProperties":false},"minItems":3,"maxItems":3}`)
	}
	return list
}()

// TestGrammarSpeed prints the tokens a second of eight streams with eight schemas, as a share of those of eight streams
// without, which write answers of the same lengths; in turns. EXAONE_GRAMMAR_ROUNDS is how many.
func TestGrammarSpeed(t *testing.T) {
	path := smolLM2(t)
	rounds, err := strconv.Atoi(os.Getenv("EXAONE_GRAMMAR_ROUNDS"))
	if err != nil || rounds < 1 {
		t.Skip("EXAONE_GRAMMAR_ROUNDS is no number: make prove-grammar-speed runs it")
	}
	tok, err := OpenTokenizer(path)
	if err != nil {
		t.Fatal(err)
	}
	ends := map[int32]float32{}
	for id := range int32(tok.Len()) {
		if tok.IsSpecial(id) {
			ends[id] = -1e9
		}
	}
	e := newEngine(t, Options{Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }})
	for _, c := range []struct {
		name    string
		schemas []string
	}{{"eight schemas", speedSchemas}, {"long keys", longKeys}} {
		s := &speedTest{t: t, e: e, schemas: c.schemas, ends: ends}
		lengths := s.with(0) // and what is compiled once is compiled
		s.without(0, lengths)
		var ratios, plain, bound []float64
		for round := range rounds {
			seed := uint64(1 + round)
			start := time.Now()
			lengths := s.with(seed)
			with := rate(lengths, time.Since(start))
			start = time.Now()
			s.without(seed, lengths)
			without := rate(lengths, time.Since(start))
			bound, plain, ratios = append(bound, with), append(plain, without), append(ratios, with/without)
		}
		for _, list := range [][]float64{bound, plain, ratios} {
			slices.Sort(list)
		}
		t.Logf("%s: %.1f tokens/s, %.1f without: %.3f of it (%.3f to %.3f, %d rounds)", c.name, bound[rounds/2], plain[rounds/2],
			ratios[rounds/2], ratios[0], ratios[rounds-1], rounds)
	}
}

// rate is tokens a second.
func rate(lengths [][]int, took time.Duration) float64 {
	sum := 0
	for _, stream := range lengths {
		for _, n := range stream {
			sum += n
		}
	}
	return float64(sum) / took.Seconds()
}

// speedTest asks in eight streams.
type speedTest struct {
	t       *testing.T
	e       *Engine
	schemas []string
	ends    map[int32]float32 // against every special token: who writes without a grammar goes on to the end
}

const (
	speedStream = 256 // tokens of a stream, at least
	speedAnswer = 192 // tokens of an answer, at most
)

// with lets every stream write answers by its schema, and returns how many tokens each had.
func (s *speedTest) with(seed uint64) [][]int {
	lengths := make([][]int, len(s.schemas))
	s.streams(func(i int) {
		for sum := 0; sum < speedStream; {
			n := s.ask(i, chat.Request{Grammar: chat.Grammar{Schema: s.schemas[i]}, MaxTokens: speedAnswer, Sampling: chat.Sampling{Temperature: 1, Seed: seed<<8 + uint64(len(lengths[i]))}})
			if n == 0 {
				return
			}
			lengths[i] = append(lengths[i], n)
			sum += n
		}
	})
	return lengths
}

// without lets every stream write answers of these lengths.
func (s *speedTest) without(seed uint64, lengths [][]int) {
	s.streams(func(i int) {
		for j, n := range lengths[i] {
			got := s.ask(i, chat.Request{MaxTokens: n, Sampling: chat.Sampling{Temperature: 1, Seed: seed<<8 + uint64(j), LogitBias: s.ends}})
			if got != n {
				s.t.Errorf("stream %d: %d tokens, want %d", i, got, n)
			}
		}
	})
}

func (s *speedTest) streams(run func(i int)) {
	var wg sync.WaitGroup
	for i := range s.schemas {
		wg.Go(func() { run(i) })
	}
	wg.Wait()
}

// ask returns how many tokens an answer had, 0 if there was an error.
func (s *speedTest) ask(stream int, req chat.Request) int {
	req.Messages = []chat.Message{{Role: chat.User, Text: "Number " + strconv.Itoa(stream) + ": write a long record as JSON."}}
	_, finish, err := chat.Collect(s.e.Chat(context.Background(), req))
	if err != nil {
		s.t.Errorf("stream %d: %v", stream, err)
		return 0
	}
	return finish.Usage.CompletionTokens
}
