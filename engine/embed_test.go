package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
)

// encoderFolder returns a folder with a tiny random encoder, whose window is 64, and a vocabulary of words w0 to w151.
func encoderFolder(t testing.TB, from string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../model/testdata/"+from)); err != nil {
		t.Fatal(err)
	}
	words := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":"}
	for i := range 152 {
		words = append(words, fmt.Sprintf("w%d", i))
	}
	for name, text := range map[string]string{"vocab.txt": strings.Join(words, "\n"), "tokenizer_config.json": `{"do_lower_case":true}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// encoders returns an engine with the embedders "plain", "e5", which has prefixes, and "prompted", whose files say them,
// the reranker "ranker" and the decoder "tiny".
func encoders(t testing.TB, o Options) *Engine {
	t.Helper()
	writer, coder, ranker := tiny(t), encoderFolder(t, "bert-uncased-tiny", nil), encoderFolder(t, "bert-rank-tiny", nil)
	prompted := encoderFolder(t, "bert-uncased-tiny", map[string]string{"config_sentence_transformers.json": `{"prompts":{"query":"w1 ","passage":"w2 "}}`})
	o.Resolve = func(name string) (Spec, error) {
		switch name {
		case "tiny":
			return Spec{Name: name, Path: writer}, nil
		case "plain":
			return Spec{Name: name, Path: coder}, nil
		case "e5":
			return Spec{Name: name, Path: coder, Prefixes: Prefixes{Query: "query: ", Passage: "passage: "}}, nil
		case "ranker":
			return Spec{Name: name, Path: ranker}, nil
		case "prompted":
			return Spec{Name: name, Path: prompted, Prefixes: Prefixes{Query: "not this"}}, nil
		}
		return Spec{}, chat.NewError(chat.CodeNoModel, nil, name)
	}
	o.Encoder = func(ranks bool) (string, error) {
		if ranks {
			return "", chat.NewError(chat.CodeRankerNotHere, nil, "x")
		}
		return "plain", nil
	}
	return newEngine(t, o)
}

func embed(t *testing.T, e *Engine, req chat.EmbedRequest) chat.Embeddings {
	t.Helper()
	out, err := e.Embed(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func codeOf(err error) chat.Code {
	told, ok := errors.AsType[*chat.Error](err)
	if !ok {
		return ""
	}
	return told.Code
}

// words returns a text of n words.
func someWords(from, n int) string {
	var text []string
	for i := range n {
		text = append(text, fmt.Sprintf("w%d", (from+i*7)%100))
	}
	return strings.Join(text, " ")
}

func TestEmbed(t *testing.T) {
	e := encoders(t, Options{Threads: 2})
	texts := []string{someWords(1, 3), someWords(2, 60), "", someWords(3, 1), someWords(4, 20)}
	all := embed(t, e, chat.EmbedRequest{Texts: texts})
	if all.Model != "plain" || all.Tokens != 3+60+0+1+20+2*len(texts) || len(all.Vectors) != len(texts) {
		t.Errorf("%s, %d tokens, %d vectors", all.Model, all.Tokens, len(all.Vectors))
	}
	for i, text := range texts {
		sum := 0.0
		for _, x := range all.Vectors[i] {
			sum += float64(x) * float64(x)
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("text %d has length %g", i, math.Sqrt(sum))
		}
		if one := embed(t, e, chat.EmbedRequest{Model: "plain", Texts: []string{text}}); !slices.Equal(one.Vectors[0], all.Vectors[i]) {
			t.Errorf("text %d alone has another vector", i)
		}
	}
	ids := embed(t, e, chat.EmbedRequest{IDs: [][]int32{{2, 9, 16, 3}}})
	if text := embed(t, e, chat.EmbedRequest{Texts: []string{"w1 w8"}}); !slices.Equal(ids.Vectors[0], text.Vectors[0]) {
		t.Error("ids have another vector than the text they spell")
	}
	short := embed(t, e, chat.EmbedRequest{Texts: texts[:1], Dimensions: 5}).Vectors[0]
	scale := float64(all.Vectors[0][0]) / float64(short[0])
	for i, x := range short {
		if len(short) != 5 || math.Abs(float64(x)*scale-float64(all.Vectors[0][i])) > 1e-6 {
			t.Errorf("5 dimensions are %v of %v", short, all.Vectors[0][:5])
		}
	}
}

// TestEmbedPurpose puts before texts what the model's files say, or else what its spec does.
func TestEmbedPurpose(t *testing.T) {
	e := encoders(t, Options{})
	check := func(model string, purpose chat.Purpose, same string) {
		t.Helper()
		got := embed(t, e, chat.EmbedRequest{Model: model, Texts: []string{"w5 w6"}, Purpose: purpose})
		want := embed(t, e, chat.EmbedRequest{Model: "plain", Texts: []string{same}})
		if !slices.Equal(got.Vectors[0], want.Vectors[0]) {
			t.Errorf("%s for %q: not the vector of %q", model, purpose, same)
		}
	}
	check("e5", chat.PurposeNone, "w5 w6")
	check("e5", chat.PurposeQuery, "query: w5 w6")
	check("e5", chat.PurposePassage, "passage: w5 w6")
	check("plain", chat.PurposeQuery, "w5 w6")
	check("prompted", chat.PurposeQuery, "w1 w5 w6")
	check("prompted", chat.PurposePassage, "w2 w5 w6")
}

// TestEmbedCuts reads the beginning of what is too long only where it may, and keeps the last special token.
func TestEmbedCuts(t *testing.T) {
	e := encoders(t, Options{})
	texts := []string{"w1", someWords(1, 63), someWords(1, 62)}
	_, err := e.Embed(context.Background(), chat.EmbedRequest{Texts: texts})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeTextTooLong || fmt.Sprint(told.Params) != "[2 65 64]" {
		t.Errorf("%v, want text 2 with 65 tokens of 64", err)
	}
	out := embed(t, e, chat.EmbedRequest{Texts: texts, Cut: true})
	if !slices.Equal(out.Cut, []int{1}) || !slices.Equal(out.Vectors[1], out.Vectors[2]) {
		t.Errorf("cut %v, want text 1, to what text 2 is", out.Cut)
	}
	long := make([]int32, 70)
	for i := range long {
		long[i] = 9
	}
	long[69] = 3
	if _, err := e.Embed(context.Background(), chat.EmbedRequest{IDs: [][]int32{long}}); codeOf(err) != chat.CodeTextTooLong {
		t.Errorf("%v, want %s", err, chat.CodeTextTooLong)
	}
	cut := embed(t, e, chat.EmbedRequest{IDs: [][]int32{long}, Cut: true})
	want := embed(t, e, chat.EmbedRequest{IDs: [][]int32{append(slices.Clone(long[:63]), 3)}})
	if !slices.Equal(cut.Cut, []int{0}) || !slices.Equal(cut.Vectors[0], want.Vectors[0]) || long[63] != 9 {
		t.Errorf("ids cut %v are not their beginning and their end", cut.Cut)
	}
}

func TestEmbedRefuses(t *testing.T) {
	e := encoders(t, Options{})
	check := func(want chat.Code, req chat.EmbedRequest) {
		t.Helper()
		if _, err := e.Embed(context.Background(), req); codeOf(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	check(chat.CodeBadRequest, chat.EmbedRequest{})
	check(chat.CodeBadRequest, chat.EmbedRequest{Texts: []string{"a"}, IDs: [][]int32{{1}}})
	check(chat.CodeBadField, chat.EmbedRequest{Texts: []string{"a"}, Dimensions: 49})
	check(chat.CodeBadField, chat.EmbedRequest{Texts: []string{"a"}, Dimensions: -1})
	check(chat.CodeBadField, chat.EmbedRequest{Texts: []string{"a"}, Purpose: "rhyme"})
	check(chat.CodeBadField, chat.EmbedRequest{IDs: [][]int32{{1024}}})
	check(chat.CodeBadField, chat.EmbedRequest{IDs: [][]int32{{1}, {}}})
	check(chat.CodeModelNoEmbedder, chat.EmbedRequest{Model: "tiny", Texts: []string{"a"}})
	check(chat.CodeNoModel, chat.EmbedRequest{Model: "nobody", Texts: []string{"a"}})
	_, err := e.Rank(context.Background(), chat.RankRequest{Model: "plain", Question: "a", Texts: []string{"b"}})
	if codeOf(err) != chat.CodeModelNoRanker {
		t.Errorf("rank with an embedder: %v", err)
	}
	if _, err := e.Rank(context.Background(), chat.RankRequest{Question: "a", Texts: []string{"b"}}); codeOf(err) != chat.CodeRankerNotHere {
		t.Errorf("rank with no ranker: %v", err)
	}
	for _, err := range e.Chat(context.Background(), chat.Request{Model: "plain", Messages: []chat.Message{{Role: chat.User, Text: "a"}}}) {
		if codeOf(err) != chat.CodeModelEncodes {
			t.Errorf("chat with an embedder: %v", err)
		}
	}
	list := e.Loaded()
	if i := slices.IndexFunc(list, func(s Status) bool { return s.Name == "plain" }); i < 0 || !list[i].Encoder || list[i].Window != 64 || list[i].Bytes == 0 {
		t.Errorf("loaded: %+v", list)
	}
}

// TestRank scores texts as the reference does, the first behind the question and with token types of its own.
func TestRank(t *testing.T) {
	e := encoders(t, Options{Exact: true})
	var g struct {
		Pairs []struct {
			IDs   []int32
			Score float32
		}
	}
	data, err := os.ReadFile("../model/testdata/bert-rank-tiny/golden.json")
	if err == nil {
		err = json.Unmarshal(data, &g)
	}
	if err != nil {
		t.Fatal(err)
	}
	spelled := func(ids []int32) string {
		var words []string
		for _, id := range ids {
			if id < 8 {
				words = append(words, []string{"query", "passage", ":"}[id-5])
			} else {
				words = append(words, fmt.Sprintf("w%d", id-8))
			}
		}
		return strings.Join(words, " ")
	}
	for _, p := range g.Pairs {
		middle := slices.Index(p.IDs, 3)
		question, text := spelled(p.IDs[1:middle]), spelled(p.IDs[middle+1:len(p.IDs)-1])
		out, err := e.Rank(context.Background(), chat.RankRequest{Model: "ranker", Question: question, Texts: []string{"w1", text, "w2"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Scores) != 3 || math.Abs(float64(out.Scores[1]-p.Score)) > 1e-4 {
			t.Errorf("%q for %q: %v, want %g in the middle", text, question, out.Scores, p.Score)
		}
	}
	long := chat.RankRequest{Model: "ranker", Question: someWords(1, 10), Texts: []string{"w1", someWords(2, 52)}}
	if _, err := e.Rank(context.Background(), long); codeOf(err) != chat.CodeTextTooLong {
		t.Errorf("%v, want %s", err, chat.CodeTextTooLong)
	}
	long.Cut = true
	cut, err := e.Rank(context.Background(), long)
	if err != nil || !slices.Equal(cut.Cut, []int{1}) {
		t.Fatalf("cut %v, %v, want text 1", cut.Cut, err)
	}
	long.Texts[1] = someWords(2, 51)
	if whole, err := e.Rank(context.Background(), long); err != nil || whole.Scores[1] != cut.Scores[1] {
		t.Errorf("cut to another score than its beginning has: %v, %v, %v", cut.Scores, whole.Scores, err)
	}
	long.Question = someWords(1, 61)
	if _, err := e.Rank(context.Background(), long); codeOf(err) != chat.CodeQuestionTooLong {
		t.Errorf("%v, want %s", err, chat.CodeQuestionTooLong)
	}
	if _, err := e.Embed(context.Background(), chat.EmbedRequest{Model: "ranker", Texts: []string{"w1"}}); codeOf(err) != chat.CodeModelNoEmbedder {
		t.Errorf("vectors of a ranker: %v", err)
	}
}

// TestEmbedIsFair sends a question while somebody else, or the same share, has very many texts read: it is answered long
// before those.
func TestEmbedIsFair(t *testing.T) {
	for _, share := range []string{"other", "crowd"} {
		e := encoders(t, Options{Threads: 1})
		embed(t, e, chat.EmbedRequest{Texts: []string{"w1"}})
		many := make([]string, 6000)
		for i := range many {
			many[i] = someWords(i, 60)
		}
		var crowd sync.WaitGroup
		done := make(chan struct{})
		ctx, cancel := context.WithCancelCause(context.Background())
		enough := errors.New("enough")
		crowd.Go(func() {
			defer close(done)
			if _, err := e.Embed(ctx, chat.EmbedRequest{Texts: many, Share: "crowd"}); !errors.Is(err, enough) {
				t.Errorf("the crowd ended with %v, want its cause", err)
			}
		})
		for m := e.snapshot()[0]; m.encoder.running.Load() == 0; {
			time.Sleep(time.Millisecond)
		}
		embed(t, e, chat.EmbedRequest{Texts: []string{"w1 w2"}, Share: share})
		select {
		case <-done:
			t.Errorf("a question of share %q waited for all texts of the crowd", share)
		default:
		}
		cancel(enough)
		crowd.Wait()
	}
}

// TestEmbedEnds closes the engine under requests.
func TestEmbedEnds(t *testing.T) {
	e := encoders(t, Options{})
	embed(t, e, chat.EmbedRequest{Texts: []string{"w1"}})
	many := make([]string, 3000)
	for i := range many {
		many[i] = someWords(i, 60)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := e.Embed(context.Background(), chat.EmbedRequest{Texts: many}); err != nil && codeOf(err) != chat.CodeShuttingDown {
				t.Errorf("%v, want %s", err, chat.CodeShuttingDown)
			}
		})
	}
	for m := e.snapshot()[0]; m.encoder.running.Load() == 0; {
		time.Sleep(time.Millisecond)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	all.Wait()
}

// TestEmbedUnderABudget lets an encoder and a decoder take turns in memory that holds one of them.
func TestEmbedUnderABudget(t *testing.T) {
	e := encoders(t, Options{Memory: 60 << 20, CacheSize: 4096})
	for range 3 {
		embed(t, e, chat.EmbedRequest{Texts: []string{"w1"}})
		if err := e.Preload(context.Background(), "tiny"); err != nil {
			t.Fatal(err)
		}
	}
	small := encoders(t, Options{Memory: 1 << 20})
	if _, err := small.Embed(context.Background(), chat.EmbedRequest{Texts: []string{"w1"}}); codeOf(err) != chat.CodeModelTooLarge {
		t.Errorf("%v, want %s", err, chat.CodeModelTooLarge)
	}
}
