package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/grammar"
	"exaone/reference"
	"exaone/tokenizer"
)

// maskRounds is how often everything is measured, and maskChunk how many schemas a turn takes.
const (
	maskRounds = 5
	maskChunk  = 60
)

// TestMasksAgainstPeer measures masks against llguidance: the valid instances of MaskBench's schemas, EXAONE's
// vocabulary, one core each, in turns of some schemas. Times are those for which each process has had a processor, ours with
// what collects garbage. What one of the two does not compile, or not let through, is measured in neither. EXAONE_LLGUIDANCE names a Python that has the package.
func TestMasksAgainstPeer(t *testing.T) {
	python := os.Getenv("EXAONE_LLGUIDANCE")
	if python == "" {
		t.Skip("EXAONE_LLGUIDANCE: no interpreter with the package llguidance named")
	}
	dir := exaoneTokenizerJSON(t)
	tok, err := tokenizer.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	ours := &maskSide{judge: newGrammarJudge(tok), items: peerItems(t, tok)}
	theirs := startMaskPeer(t, python, filepath.Join(dir, "tokenizer.json"), tok, ours.items)
	all := len(ours.items)

	first, second := ours.turn(t, 0, all, nil), theirs.turn(t, 0, all, nil)
	both := slices.DeleteFunc(slices.Clone(first.Accepted), func(i int) bool { return !slices.Contains(second.Accepted, i) })
	t.Logf("%d schemas: ours lets all valid instances of %d through, llguidance those of %d, both of %d; %d processors",
		all, len(first.Accepted), len(second.Accepted), len(both), runtime.NumCPU())
	if len(both) == 0 {
		t.Fatal("there is nothing to compare")
	}
	var rounds [2][]maskTimes
	for round := range maskRounds {
		var sums [2]maskTimes
		for from := 0; from < all; from += maskChunk {
			turns := []int{0, 1}
			if (from/maskChunk+round)%2 == 1 {
				turns = []int{1, 0}
			}
			for _, side := range turns {
				to := min(from+maskChunk, all)
				if side == 0 {
					sums[0].add(ours.turn(t, from, to, both))
				} else {
					sums[1].add(theirs.turn(t, from, to, both))
				}
			}
		}
		if a, b := len(sums[0].Mask), len(sums[1].Mask); a != b {
			t.Fatalf("%d masks of ours, %d of the peer's", a, b)
		}
		rounds[0], rounds[1] = append(rounds[0], sums[0]), append(rounds[1], sums[1])
	}
	printMaskRounds(t, rounds)
}

// maskTimes are nanoseconds. Compile and First are one for each schema, Mask and Step one for each token.
type maskTimes struct {
	Compile, First, Mask, Step []int64
	Accepted                   []int
}

func (m *maskTimes) add(o maskTimes) {
	m.Compile = append(m.Compile, o.Compile...)
	m.First = append(m.First, o.First...)
	m.Mask = append(m.Mask, o.Mask...)
	m.Step = append(m.Step, o.Step...)
	m.Accepted = append(m.Accepted, o.Accepted...)
}

// printMaskRounds prints each figure of both, and the median of the rounds' ratios.
func printMaskRounds(t *testing.T, rounds [2][]maskTimes) {
	both := func(m maskTimes) (sum []int64) {
		for i := range m.Mask {
			sum = append(sum, m.Mask[i]+m.Step[i])
		}
		return sum
	}
	ready := func(m maskTimes) (sum []int64) {
		for i := range m.Compile {
			sum = append(sum, m.Compile[i]+m.First[i])
		}
		return sum
	}
	t.Logf("%d tokens and %d schemas a round", len(rounds[0][0].Mask), len(rounds[0][0].Compile))
	t.Logf("%-24s %12s %12s   %s", "microseconds", "ours", "llguidance", "times faster, median of rounds (range)")
	row := func(name string, of func(maskTimes) []int64, figure func(spread) float64) {
		var values [2][]float64
		var ratios []float64
		for i := range rounds[0] {
			for side := range rounds {
				values[side] = append(values[side], figure(spreadOf(durations(of(rounds[side][i])))))
			}
			ratios = append(ratios, values[1][i]/values[0][i])
		}
		slices.Sort(values[0])
		slices.Sort(values[1])
		slices.Sort(ratios)
		mid := len(ratios) / 2
		t.Logf("%-24s %12.1f %12.1f   %.2f (%.2f to %.2f)", name, values[0][mid], values[1][mid], ratios[mid], ratios[0], ratios[len(ratios)-1])
	}
	mean := func(s spread) float64 { return s.mean }
	at := func(q float64) func(spread) float64 { return func(s spread) float64 { return s.at(q) } }
	masks := func(m maskTimes) []int64 { return m.Mask }
	row("mask, mean", masks, mean)
	row("mask, p99", masks, at(0.99))
	row("mask, p99.9", masks, at(0.999))
	row("mask and step, mean", both, mean)
	row("mask and step, p99", both, at(0.99))
	row("mask and step, p99.9", both, at(0.999))
	compiles := func(m maskTimes) []int64 { return m.Compile }
	row("compile, p50", compiles, at(0.5))
	row("compile, p99", compiles, at(0.99))
	row("to the first mask, p50", ready, at(0.5))
	row("to the first mask, p99", ready, at(0.99))
}

func durations(ns []int64) (list []time.Duration) {
	for _, n := range ns {
		list = append(list, time.Duration(n))
	}
	return list
}

// peerItem is a schema and its valid instances.
type peerItem struct {
	Schema string           `json:"schema"`
	Texts  [][]tokenizer.ID `json:"texts"`
}

// peerItems returns the schemas that have valid instances.
func peerItems(t *testing.T, tok *tokenizer.Tokenizer) (list []peerItem) {
	judge := newGrammarJudge(tok)
	every := maskbenchSample
	if os.Getenv("EXAONE_MASKBENCH") == "all" {
		every = 1
	}
	for _, s := range maskbench(t, every) {
		item := peerItem{Schema: string(s.Schema)}
		order := newSchemaOrder(mustJSON(t, item.Schema))
		for _, test := range s.Tests {
			if !test.Valid {
				continue
			}
			ids, err := judge.encode(order.put(mustJSON(t, string(test.Data))).String())
			if err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			item.Texts = append(item.Texts, ids)
		}
		if len(item.Texts) > 0 {
			list = append(list, item)
		}
	}
	return list
}

// maskSide is this program.
type maskSide struct {
	judge *grammarJudge
	items []peerItem
}

// turn does what masks.py does.
func (s *maskSide) turn(t *testing.T, from, to int, only []int) (m maskTimes) {
	for i := from; i < to; i++ {
		if only != nil && !slices.Contains(only, i) {
			continue
		}
		start := processTime()
		g, err := grammar.Compile(context.Background(), chat.Grammar{Schema: s.items[i].Schema})
		if err != nil {
			continue
		}
		matcher := g.Matcher(s.judge.vocabulary)
		compiled := processTime() - start
		start = processTime()
		matcher.Mask(s.judge.mask)
		m.First = append(m.First, (processTime() - start).Nanoseconds())
		m.Compile = append(m.Compile, compiled.Nanoseconds())
		fine := true
		for _, ids := range s.items[i].Texts {
			fine = s.walk(g.Matcher(s.judge.vocabulary), ids, &m) && fine
		}
		if fine {
			m.Accepted = append(m.Accepted, i)
		}
	}
	return m
}

func (s *maskSide) walk(m *grammar.Matcher, ids []tokenizer.ID, into *maskTimes) bool {
	for _, id := range ids {
		start := processTime()
		m.Mask(s.judge.mask)
		masked := processTime() - start
		if s.judge.mask[id/64]>>(id%64)&1 == 0 {
			return false
		}
		start = processTime()
		fine := m.Advance(id)
		into.Step = append(into.Step, (processTime() - start).Nanoseconds())
		into.Mask = append(into.Mask, masked.Nanoseconds())
		if !fine {
			return false
		}
	}
	return m.Accepts()
}

// maskPeer is llguidance in a process of its own.
type maskPeer struct {
	in  io.Writer
	out *bufio.Reader
}

func startMaskPeer(t *testing.T, python, tokenizerJSON string, tok *tokenizer.Tokenizer, items []peerItem) *maskPeer {
	t.Helper()
	path := filepath.Join(t.TempDir(), "items.jsonl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out := json.NewEncoder(f)
	for _, item := range items {
		if err := out.Encode(item); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, filepath.Join("tools", "peer", "masks.py"), tokenizerJSON,
		strconv.Itoa(tok.Len()), strconv.Itoa(int(tok.EOS())), path)
	cmd.Env = append(os.Environ(), "RAYON_NUM_THREADS=1", "TOKENIZERS_PARALLELISM=false")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	return &maskPeer{in, bufio.NewReader(answers)}
}

func (p *maskPeer) turn(t *testing.T, from, to int, only []int) (m maskTimes) {
	t.Helper()
	command, err := json.Marshal(map[string]any{"from": from, "to": to, "only": only})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(p.in, "%s\n", command)
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("peer: %v", err)
	}
	if err := json.Unmarshal(line, &m); err != nil {
		t.Fatalf("peer: %v", err)
	}
	return m
}

// exaoneTokenizerJSON writes EXAONE's vocabulary, merges and added tokens as the tokenizer.json that peers read, into a
// folder of its own.
func exaoneTokenizerJSON(t *testing.T) string {
	t.Helper()
	from := filepath.Dir(reference.Path(t, "exaone-tokenizer/vocab.json"))
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var config struct {
		Decoder map[string]map[string]any `json:"added_tokens_decoder"`
	}
	if err := json.Unmarshal(read("tokenizer_config.json"), &config); err != nil {
		t.Fatal(err)
	}
	var added []map[string]any
	for id, token := range config.Decoder {
		token["id"] = json.Number(id)
		added = append(added, token)
	}
	level := map[string]any{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}
	file, err := json.Marshal(map[string]any{
		"version": "1.0", "added_tokens": added, "normalizer": nil, "pre_tokenizer": level, "decoder": level,
		"model": map[string]any{"type": "BPE", "vocab": json.RawMessage(read("vocab.json")),
			"merges": strings.Split(strings.TrimSpace(string(read("merges.txt"))), "\n")[1:]},
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tokenizer_config.json"), read("tokenizer_config.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
