package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/engine"
	"exaone/grammar"
	"exaone/reference"
)

// What MaskBench must give: of all schemas, of the valid instances of those that compile, and of the invalid ones.
const (
	maskbenchPass    = 0.92
	maskbenchRefused = 0.002
	maskbenchSample  = 20 // without EXAONE_MASKBENCH=all, one schema of so many
)

// maskbenchSchema is a line of MaskBench (https://github.com/guidance-ai/jsonschemabench, maskbench/data).
type maskbenchSchema struct {
	Name   string
	Schema json.RawMessage
	Tests  []struct {
		Valid bool
		Data  json.RawMessage
	}
}

// maskbench returns each of every schemas.
func maskbench(t testing.TB, every int) (list []maskbenchSchema) {
	t.Helper()
	f, err := os.Open(reference.Path(t, "bench/maskbench-3000.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(unzipped)
	for n := 0; ; n++ {
		line, err := r.ReadBytes('\n')
		if len(line) > 1 && n%every == 0 {
			var s maskbenchSchema
			if err := json.Unmarshal(line, &s); err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
			list = append(list, s)
		}
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// maskbenchTokenizers are the vocabularies the masks are computed for: EXAONE's, and Gemma 3's with 262,144 ids.
func maskbenchTokenizers(t testing.TB) map[string]*grammarJudge {
	t.Helper()
	paths := map[string]string{"exaone": filepath.Dir(reference.Path(t, "exaone-tokenizer/vocab.json"))}
	if dir := os.Getenv("EXAONE_MODELS"); dir != "" && os.Getenv("EXAONE_MASKBENCH") == "all" {
		paths["gemma3"] = filepath.Join(dir, "gemma-3-270m-q4_k_m.gguf")
	}
	judges := map[string]*grammarJudge{}
	for name, path := range paths {
		tok, err := engine.OpenTokenizer(path)
		if err != nil {
			t.Fatal(err)
		}
		judges[name] = newGrammarJudge(tok)
	}
	return judges
}

// TestMaskBench walks the instances of MaskBench's schemas, members in schema order and compactly written, token by
// token: the valid ones must be let through and the invalid ones not. A schema passes if it compiles and all of its
// instances are judged rightly. EXAONE_MASKBENCH=all takes every schema; EXAONE_MASKBENCH_FAILURES names a file for a
// line of JSON for each failure. Times are shown and prove nothing; on Linux they are the thread's own, so that
// what other programs take of the machine is not in them.
func TestMaskBench(t *testing.T) {
	every := maskbenchSample
	if os.Getenv("EXAONE_MASKBENCH") == "all" {
		every = 1
	}
	schemas := maskbench(t, every)
	judges := maskbenchTokenizers(t)
	for _, name := range slices.Sorted(maps.Keys(judges)) {
		t.Run(name, func(t *testing.T) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			judges[name].clock = threadTime
			r := &maskbenchReport{t: t, judge: judges[name], refusals: map[string]int{}}
			for _, s := range schemas {
				r.schema(s)
			}
			r.print()
			if r.passed < int(maskbenchPass*float64(r.schemas)) {
				t.Errorf("%d of %d schemas pass, want %.0f %%", r.passed, r.schemas, 100*maskbenchPass)
			}
			if r.acceptedInvalid > 0 {
				t.Errorf("%d invalid instances are accepted, want 0", r.acceptedInvalid)
			}
			if every == 1 && float64(r.refusedValid) > maskbenchRefused*float64(r.valid) {
				t.Errorf("%d of %d valid instances are refused, want at most %.1f %%", r.refusedValid, r.valid, 100*maskbenchRefused)
			}
			writeFailures(t, name, r.failures)
		})
	}
}

// maskbenchReport counts.
type maskbenchReport struct {
	t     testing.TB
	judge *grammarJudge

	schemas, compiled, passed int
	valid, refusedValid       int // of schemas that compile
	invalid, acceptedInvalid  int
	refusals                  map[string]int // schemas by the keyword for which they do not compile
	compiles, masks           []time.Duration
	failures                  []maskbenchFailure
	slowest                   []slowSchema
}

// slowSchema is what took longest of one schema.
type slowSchema struct {
	name          string
	compile, mask time.Duration
}

// maskbenchFailure is something that should be otherwise.
type maskbenchFailure struct {
	What    string          `json:"what"` // "refused at compile", "valid refused" or "invalid accepted"
	Cause   string          `json:"cause"`
	Name    string          `json:"name"`
	Text    string          `json:"text,omitempty"`
	At      int             `json:"at,omitempty"` // bytes of the text that were allowed
	Keyword string          `json:"keyword,omitempty"`
	Schema  json.RawMessage `json:"schema"`
}

// schema judges one schema.
func (r *maskbenchReport) schema(s maskbenchSchema) {
	r.schemas++
	start := r.judge.clock()
	g, err := grammar.Compile(context.Background(), chat.Grammar{Schema: string(s.Schema)})
	slow := slowSchema{name: s.Name, compile: r.judge.clock() - start}
	r.compiles = append(r.compiles, slow.compile)
	defer func() { r.slowest = append(r.slowest, slow) }()
	if err != nil {
		known, ok := errors.AsType[*grammar.Error](err)
		if !ok {
			r.t.Errorf("%s: %v is no *grammar.Error", s.Name, err)
			return
		}
		r.refusals[known.Keyword]++
		r.failures = append(r.failures, maskbenchFailure{What: "refused at compile", Cause: err.Error(), Name: s.Name, Keyword: known.Keyword, Schema: s.Schema})
		return
	}
	r.compiled++
	order := newSchemaOrder(mustJSON(r.t, string(s.Schema)))
	right := true
	for _, test := range s.Tests {
		data := mustJSON(r.t, string(test.Data))
		text := order.put(data).String()
		walk := r.walk(s.Name, g, text)
		for _, took := range walk.masks {
			slow.mask = max(slow.mask, took)
		}
		switch {
		case test.Valid && !walk.accepted:
			r.refusedValid++
			right = false
			r.fail("valid refused", whyRefused(g, data, order), s, text, walk)
		case !test.Valid && walk.accepted:
			r.acceptedInvalid++
			right = false
			r.fail("invalid accepted", "", s, text, walk)
		}
		if test.Valid {
			r.valid++
		} else {
			r.invalid++
		}
	}
	if right {
		r.passed++
	}
}

func (r *maskbenchReport) walk(name string, g *grammar.Grammar, text string) grammarWalk {
	ids, err := r.judge.encode(text)
	if err != nil {
		r.t.Errorf("%s: %v", name, err)
		return grammarWalk{}
	}
	walk := r.judge.walk(g.Matcher(r.judge.vocabulary), ids)
	if walk.err != nil {
		r.t.Errorf("%s: %s: %v", name, text, walk.err)
	}
	r.masks = append(r.masks, walk.masks...)
	return walk
}

func (r *maskbenchReport) fail(what, cause string, s maskbenchSchema, text string, walk grammarWalk) {
	ids, _ := r.judge.encode(text)
	at := len(r.judge.spell(ids[:min(walk.allowed, len(ids))]))
	r.failures = append(r.failures, maskbenchFailure{What: what, Cause: cause, Name: s.Name, Text: text, At: at, Schema: s.Schema})
}

// print writes the report to the test's log.
func (r *maskbenchReport) print() {
	share := func(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
	r.t.Logf("%d of %d schemas pass: %.2f %%; %d compile: %.2f %%", r.passed, r.schemas, share(r.passed, r.schemas), r.compiled, share(r.compiled, r.schemas))
	r.t.Logf("%d of %d invalid instances accepted; %d of %d valid ones refused: %.2f %%", r.acceptedInvalid, r.invalid,
		r.refusedValid, r.valid, share(r.refusedValid, r.valid))
	var words []string
	for _, keyword := range slices.SortedFunc(maps.Keys(r.refusals), func(a, b string) int {
		return cmp.Or(r.refusals[b]-r.refusals[a], strings.Compare(a, b))
	}) {
		words = append(words, fmt.Sprintf("%d %s", r.refusals[keyword], cmp.Or(keyword, "(none)")))
	}
	r.t.Logf("refused at compile, by keyword: %s", cmp.Or(strings.Join(words, ", "), "none"))
	masks, compiles := spreadOf(r.masks), spreadOf(r.compiles)
	r.t.Logf("%d masks: mean %.1f µs, p50 %.1f, p99 %.0f, p99.9 %.0f, longest %.0f", len(r.masks), masks.mean, masks.at(0.5),
		masks.at(0.99), masks.at(0.999), masks.at(1))
	r.t.Logf("%d compiled: p50 %.3f ms, p99 %.2f, longest %.1f", len(r.compiles), compiles.at(0.5)/1e3, compiles.at(0.99)/1e3, compiles.at(1)/1e3)
	r.printSlowest("compile", func(s slowSchema) time.Duration { return s.compile })
	r.printSlowest("mask", func(s slowSchema) time.Duration { return s.mask })
	for i, f := range r.failures {
		if i == 20 {
			r.t.Logf("… and %d more", len(r.failures)-i)
			break
		}
		r.t.Logf("%s: %s: %s %s", f.What, f.Name, f.Cause, f.Text[:min(len(f.Text), 300)])
	}
}

// printSlowest names the schemas of which something took longest.
func (r *maskbenchReport) printSlowest(what string, of func(slowSchema) time.Duration) {
	slices.SortFunc(r.slowest, func(a, b slowSchema) int { return cmp.Compare(of(b), of(a)) })
	var words []string
	for _, s := range r.slowest[:min(len(r.slowest), 12)] {
		words = append(words, fmt.Sprintf("%s %.1f", s.name, microseconds(of(s))/1e3))
	}
	r.t.Logf("longest %s, ms: %s", what, strings.Join(words, ", "))
}

// spread is times in order, in microseconds.
type spread struct {
	sorted []float64
	mean   float64
}

func spreadOf(times []time.Duration) (s spread) {
	for _, t := range times {
		s.sorted = append(s.sorted, microseconds(t))
		s.mean += microseconds(t) / float64(len(times))
	}
	slices.Sort(s.sorted)
	return s
}

// at returns a quantile, 0 if there is no time at all.
func (s spread) at(q float64) float64 {
	if len(s.sorted) == 0 {
		return 0
	}
	return s.sorted[min(int(q*float64(len(s.sorted))), len(s.sorted)-1)]
}

func writeFailures(t testing.TB, tokenizer string, list []maskbenchFailure) {
	path := os.Getenv("EXAONE_MASKBENCH_FAILURES")
	if path == "" {
		return
	}
	f, err := os.Create(path + "." + tokenizer)
	if err != nil {
		t.Fatal(err)
	}
	out := json.NewEncoder(f)
	out.SetEscapeHTML(false)
	for _, failure := range list {
		if err := out.Encode(failure); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
