package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"exaone/chat"
)

// smolLM2 returns the file of a small real model, or skips the test.
func smolLM2(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("EXAONE_MODELS")
	if dir == "" {
		t.Skip("EXAONE_MODELS names no folder of models")
	}
	files, err := filepath.Glob(filepath.Join(dir, "SmolLM2-135M*.gguf"))
	if err != nil || len(files) == 0 {
		t.Skipf("no SmolLM2-135M in %s", dir)
	}
	return files[0]
}

// answered is an answer to be validated by somebody else.
type answered struct {
	Seed   uint64          `json:"seed"`
	Schema json.RawMessage `json:"schema"`
	Text   string          `json:"text"`
	Most   int             `json:"most"` // tokens it might have
}

// Whatever the schema, the budget and the luck, an answer is whole and valid, and a budget in which there is no answer is
// refused before anything is computed. EXAONE_RANDOM_SCHEMAS is how many schemas are tried; EXAONE_JSONSCHEMA names a
// Python that has the package jsonschema, which judges every answer.
func TestRandomSchemas(t *testing.T) {
	path := smolLM2(t)
	count, err := strconv.Atoi(os.Getenv("EXAONE_RANDOM_SCHEMAS"))
	python := os.Getenv("EXAONE_JSONSCHEMA")
	if err != nil || python == "" {
		t.Skip("EXAONE_RANDOM_SCHEMAS is no number, or EXAONE_JSONSCHEMA names no Python: make prove-random-schemas runs it")
	}
	e := newEngine(t, Options{Resolve: func(string) (Spec, error) { return Spec{Name: "x", Path: path}, nil }})
	var mu sync.Mutex
	var answers []answered
	var wg sync.WaitGroup
	seeds := make(chan uint64)
	least, tokens := 0, 0
	for range 8 {
		wg.Go(func() {
			for seed := range seeds {
				a, exact, used := answerAtRandom(t, e, seed)
				mu.Lock()
				if answers = append(answers, a); exact {
					least++
				}
				tokens += used
				mu.Unlock()
			}
		})
	}
	for seed := range uint64(count) {
		seeds <- seed
	}
	close(seeds)
	wg.Wait()
	t.Logf("%d schemas, %d answers of the fewest tokens there can be, %d tokens", count, least, tokens)
	validate(t, python, answers)
}

// answerAtRandom asks with a schema and a budget that are functions of seed. exact says that the budget was the least.
func answerAtRandom(t *testing.T, e *Engine, seed uint64) (a answered, exact bool, tokens int) {
	random := rand.New(rand.NewPCG(seed, 31415))
	schema := randomSchema(seed)
	req := chat.Request{
		Messages: []chat.Message{{Role: chat.User, Text: "Invent something and write it as JSON."}},
		Grammar:  chat.Grammar{Schema: schema},
		Sampling: chat.Sampling{Temperature: 1.5, Seed: seed},
	}
	least := leastTokens(t, e, req)
	switch random.IntN(4) {
	case 0:
		req.MaxTokens, exact = least, true
	case 1:
		req.MaxTokens = least + 1 + random.IntN(4)
	default:
		req.MaxTokens = least + random.IntN(120)
	}
	msg, finish, err := chat.Collect(e.Chat(context.Background(), req))
	if err != nil {
		t.Errorf("seed %d: %d tokens of at least %d: %s: %v", seed, req.MaxTokens, least, schema, err)
	}
	if finish.Usage.CompletionTokens > req.MaxTokens {
		t.Errorf("seed %d: %d tokens, want at most %d", seed, finish.Usage.CompletionTokens, req.MaxTokens)
	}
	return answered{seed, json.RawMessage(schema), msg.Text, req.MaxTokens}, exact, finish.Usage.CompletionTokens
}

// leastTokens is how many tokens a request must be allowed, as the refusal of one that is allowed fewer says.
func leastTokens(t *testing.T, e *Engine, req chat.Request) int {
	refused := func(most int) int {
		req.MaxTokens = most
		_, finish, err := chat.Collect(e.Chat(context.Background(), req))
		if err == nil {
			return 0
		}
		told, ok := errors.AsType[*chat.Error](err)
		if !ok || told.Code != chat.CodeGrammarNeedsMore || told.Code.HTTPStatus() != http.StatusBadRequest || len(told.Params) == 0 {
			t.Errorf("%s: at most %d tokens: got %v, want %s", req.Grammar.Schema, most, err, chat.CodeGrammarNeedsMore)
			return 0
		}
		if finish.Usage.CompletionTokens > 0 {
			t.Errorf("%s: %d tokens before the refusal, want none", req.Grammar.Schema, finish.Usage.CompletionTokens)
		}
		least, _ := told.Params[0].(int)
		return least
	}
	least := refused(1)
	if least > 2 && refused(least-1) != least {
		t.Errorf("%s: %d tokens are not refused, though %d are the least", req.Grammar.Schema, least-1, least)
	}
	return max(least, 1)
}

// validate has all answers judged in one process.
func validate(t *testing.T, python string, answers []answered) {
	t.Helper()
	var in bytes.Buffer
	for _, a := range answers {
		line, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command(python, filepath.Join("..", "tools", "peer", "validate.py"))
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		Valid   int
		Invalid []struct {
			Seed uint64
			Why  string
		}
	}
	if err := json.Unmarshal(out, &told); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d answers are valid to jsonschema, %d are not", told.Valid, len(told.Invalid))
	for _, bad := range told.Invalid {
		for _, a := range answers {
			if a.Seed == bad.Seed {
				t.Errorf("seed %d: %s: %q by %s in %d tokens", bad.Seed, bad.Why, a.Text, a.Schema, a.Most)
			}
		}
	}
	if told.Valid+len(told.Invalid) != len(answers) {
		t.Errorf("%d of %d answers were judged", told.Valid+len(told.Invalid), len(answers))
	}
}

func TestRandomSchemasAreJSON(t *testing.T) {
	kinds := map[string]int{}
	for seed := range uint64(500) {
		schema := randomSchema(seed)
		if !json.Valid([]byte(schema)) {
			t.Fatalf("seed %d: %s", seed, schema)
		}
		for _, word := range []string{`"$ref"`, `"anyOf"`, `"oneOf"`, `"pattern"`, `"format"`, `"enum"`, `"multipleOf"`, `"prefixItems"`} {
			if bytes.Contains([]byte(schema), []byte(word)) {
				kinds[word]++
			}
		}
	}
	if len(kinds) != 8 {
		t.Errorf("500 schemas have only %s", fmt.Sprint(kinds))
	}
}
