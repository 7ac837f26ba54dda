package engine

import (
	"context"
	"encoding/json"
	"math/bits"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"exaone/chat"
	"exaone/grammar"
	"exaone/tokenizer"
)

// Tokens picked from the masks of random schemas at random, without any model, make valid answers too: more of them, and
// stranger ones. EXAONE_RANDOM_WALKS is how many are made, EXAONE_JSONSCHEMA a Python that has the package jsonschema.
func TestRandomWalks(t *testing.T) {
	count, err := strconv.Atoi(os.Getenv("EXAONE_RANDOM_WALKS"))
	python := os.Getenv("EXAONE_JSONSCHEMA")
	if err != nil || python == "" {
		t.Skip("EXAONE_RANDOM_WALKS is no number, or EXAONE_JSONSCHEMA names no Python: make prove-random-schemas runs it")
	}
	tok, err := OpenTokenizer(tiny(t))
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := grammar.NewVocabulary(tok, tok.Len())
	var answers []answered
	for seed := range uint64(count) {
		schema := randomSchema(seed)
		g, err := grammar.Compile(context.Background(), chat.Grammar{Schema: schema})
		if err != nil {
			t.Errorf("seed %d: %s: %v", seed, schema, err)
			continue
		}
		random := rand.New(rand.NewPCG(seed, 1618))
		text := randomWalk(t, g.Matcher(vocabulary), tok, random, random.IntN(150))
		answers = append(answers, answered{Seed: seed, Schema: json.RawMessage(schema), Text: text})
	}
	validate(t, python, answers)
}

// randomWalk picks n tokens and then ends as soon as there is a way.
func randomWalk(t *testing.T, m *grammar.Matcher, tok *tokenizer.Tokenizer, random *rand.Rand, n int) string {
	mask := make([]uint64, (tok.Len()+63)/64)
	var text []byte
	for range n {
		m.Mask(mask)
		id, ok := pick(mask, random)
		if !ok || m.Accepts() && random.IntN(4) == 0 {
			break
		}
		if !m.Advance(id) {
			t.Errorf("%q: id %d is in the mask and refused", text, id)
			break
		}
		text = append(text, tok.Bytes(id)...)
	}
	for _, id := range m.ClosingTokens(nil) {
		if m.Mask(mask); mask[id/64]>>(id%64)&1 == 0 || !m.Advance(id) {
			t.Errorf("%q: id %d of the ending, %q, is refused", text, id, tok.Bytes(id))
			break
		}
		text = append(text, tok.Bytes(id)...)
	}
	if !m.Accepts() {
		t.Errorf("%q is not accepted", text)
	}
	return string(text)
}

// pick returns one of the ids of a mask, or false if it has none.
func pick(mask []uint64, random *rand.Rand) (int32, bool) {
	count := 0
	for _, w := range mask {
		count += bits.OnesCount64(w)
	}
	if count == 0 {
		return 0, false
	}
	at := random.IntN(count)
	for i, w := range mask {
		if n := bits.OnesCount64(w); at >= n {
			at -= n
			continue
		}
		for range at {
			w &= w - 1
		}
		return int32(64*i + bits.TrailingZeros64(w)), true
	}
	return 0, false
}
