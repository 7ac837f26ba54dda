package tokenizer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"exaone/reference"
)

// forget empties the memory of common words.
func (c *cache) forget() { clear(c.sets) }

// encodeAll encodes texts one by one, as a server would, and returns the number of ids.
func encodeAll(tok *Tokenizer, texts []string, ids []ID) int {
	count := 0
	for _, text := range texts {
		ids = tok.Encode(ids[:0], text, false)
		count += len(ids)
	}
	return count
}

func BenchmarkEncode(b *testing.B) {
	tok := loadGolden(b, "exaone4")
	texts, _ := korquad(b)
	size := 0
	for _, text := range texts {
		size += len(text)
	}
	ids := make([]ID, 0, 1<<16)
	run := func(name string, tok *Tokenizer, before func()) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				before()
				encodeAll(tok, texts, ids)
			}
		})
	}
	run("warm", tok, func() {})
	run("cold", tok, tok.cache.forget)
	bare := loadGolden(b, "exaone4")
	bare.cache = nil
	run("no cache", bare, func() {})
}

// TestSpeedAgainstPeer measures against the Python package tokenizers, both on one thread, taking turns on
// the same texts and vocabulary. EXAONE_PYTHON names an interpreter that has the package.
func TestSpeedAgainstPeer(t *testing.T) {
	python := os.Getenv("EXAONE_PYTHON")
	if python == "" {
		t.Skip("EXAONE_PYTHON: no interpreter with the package tokenizers named")
	}
	runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(runtime.NumCPU())
	dir := writeTokenizerJSON(t, filepath.Dir(reference.Path(t, "exaone-tokenizer/vocab.json")), "null")
	paragraphs, _ := korquad(t)
	peer := startPeer(t, python, filepath.Join(dir, "tokenizer.json"), paragraphs)
	tok := load(t, dir)
	bare := load(t, dir)
	bare.cache = nil

	want := peer.ids(t)
	size, count := 0, 0
	for i, text := range paragraphs {
		if got := tok.Encode(nil, text, false); !slices.Equal(got, want[i]) {
			t.Fatalf("paragraph %d: ids differ from the peer's", i)
		}
		size += len(text)
		count += len(want[i])
	}
	t.Logf("%d paragraphs, %d bytes, %d ids, all equal to the peer's", len(paragraphs), size, count)

	ids := make([]ID, 0, 1<<16)
	const rounds = 11
	times := map[string][]float64{}
	measure := func(name string, run func()) {
		start := time.Now()
		run()
		times[name] = append(times[name], time.Since(start).Seconds())
	}
	for range rounds {
		times["peer"] = append(times["peer"], peer.seconds(t, "all"))
		times["peer, batch"] = append(times["peer, batch"], peer.seconds(t, "batch"))
		measure("ours", func() { encodeAll(tok, paragraphs, ids) })
		tok.cache.forget()
		measure("ours, cache cold", func() { encodeAll(tok, paragraphs, ids) })
		measure("ours, no cache", func() { encodeAll(bare, paragraphs, ids) })
	}
	// A ratio is of one round, to the faster of the peer's two ways.
	for _, name := range []string{"peer", "peer, batch", "ours", "ours, cache cold", "ours, no cache"} {
		ratios := make([]float64, rounds)
		for i, own := range times[name] {
			ratios[i] = min(times["peer"][i], times["peer, batch"][i]) / own
		}
		slices.Sort(ratios)
		slices.Sort(times[name])
		median := times[name][rounds/2]
		t.Logf("%-16s %7.2f ms  %6.1f MB/s  %5.1f times the peer (%.1f to %.1f)", name, 1e3*median, float64(size)/median/1e6,
			ratios[rounds/2], ratios[0], ratios[rounds-1])
	}
}

// peer is the other program. It reads commands by line and answers by line.
type peer struct {
	in  io.Writer
	out *bufio.Reader
}

func startPeer(t *testing.T, python, tokenizer string, texts []string) *peer {
	t.Helper()
	data, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	dir := writeFolder(t, map[string]string{"texts.json": string(data)})
	cmd := exec.Command(python, filepath.Join("testdata", "peer.py"), tokenizer, filepath.Join(dir, "texts.json"))
	cmd.Env = append(os.Environ(), "RAYON_NUM_THREADS=1", "TOKENIZERS_PARALLELISM=false")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
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
	return &peer{in, bufio.NewReader(out)}
}

func (p *peer) ask(t *testing.T, command string, answer any) {
	t.Helper()
	fmt.Fprintln(p.in, command)
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("peer: %s: %v", command, err)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		t.Fatal(err)
	}
}

func (p *peer) ids(t *testing.T) (ids [][]ID) {
	p.ask(t, "ids", &ids)
	return ids
}

func (p *peer) seconds(t *testing.T, command string) (s float64) {
	p.ask(t, command, &s)
	return s
}
