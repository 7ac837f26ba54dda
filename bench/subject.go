package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"exaone/chat"
	"exaone/engine"
	"exaone/model"
	"exaone/weights"
)

// subject is a checkpoint, and the engine that runs it. Its methods ask as a user would, with made-up prompts that
// no two requests share, and end ids that cannot be drawn.
type subject struct {
	open   func() *engine.Engine
	name   string
	engine *engine.Engine
	end    map[int32]float32
	random random

	arch          string
	vocab, window int
	file          int64 // bytes of the checkpoint
	step          int64 // bytes of all weights that one token needs
	matrices      int64 // elements of the layers' matrices, which every token is multiplied by
	head          int64 // elements of the head, which only tokens that are asked for are multiplied by
	position      int64 // numbers that one position takes in the cache
	stored        string
}

// newSubject reads what can be known of a checkpoint without computing.
func newSubject(o *Options) (*subject, error) {
	f, err := weights.Open(o.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := model.Inspect(f)
	if err != nil {
		return nil, err
	}
	tok, err := engine.OpenTokenizer(o.Path)
	if err != nil {
		return nil, err
	}
	s := &subject{
		open: o.Open, name: o.Name, arch: info.Arch, vocab: min(info.Shape.Vocab, tok.Len()), window: info.Shape.Window, file: f.Size(),
		random: random{uint64(time.Now().UnixNano())}, end: map[int32]float32{},
	}
	for _, mark := range []string{"[|endofturn|]", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<end_of_turn>", "<eos>", "</s>"} {
		if id, ok := tok.ID(mark); ok {
			s.end[id] = never
		}
	}
	if id := tok.EOS(); id >= 0 {
		s.end[id] = never
	}
	s.count(f.Tensors(), info.Shape)
	s.position = 2 * int64(info.Shape.Layers) * int64(info.Shape.KVHeads) * int64(info.Shape.HeadDim)
	return s, nil
}

// never is added to the logit of an id that must not be drawn.
const never = -1e6

// count adds up what one token reads and is multiplied by: every tensor, but of the embedding only a row, unless the
// embedding is the head too.
func (s *subject) count(tensors []weights.Info, shape model.Shape) {
	embedding := -1
	var head bool
	stored := make(map[string]int64)
	for i, t := range tensors {
		elements := int64(1)
		for _, n := range t.Shape {
			elements *= int64(n)
		}
		bytes := int64(t.Type.Bytes(int(elements)))
		s.step += bytes
		vocabulary := len(t.Shape) == 2 && t.Shape[0] == shape.Vocab && t.Shape[1] == shape.Width
		switch {
		case vocabulary && isEmbedding(t.Name):
			embedding = i
		case vocabulary:
			head = true
		case len(t.Shape) == 2:
			s.matrices += elements
			name := t.Type.String()
			if stored[name] += elements; stored[name] > stored[s.stored] {
				s.stored = name
			}
		}
	}
	s.head = int64(shape.Vocab) * int64(shape.Width)
	if head && embedding >= 0 { // one row is read
		t := tensors[embedding]
		s.step -= int64(t.Type.Bytes(t.Shape[0]*t.Shape[1])) - int64(t.Type.Bytes(t.Shape[1]))
	}
}

// isEmbedding knows the input embedding by its names in GGUF and in Hugging Face folders.
func isEmbedding(name string) bool {
	switch name {
	case "token_embd.weight", "model.embed_tokens.weight", "transformer.wte.weight":
		return true
	}
	return false
}

// start makes a fresh engine, which loads the model when it is asked.
func (s *subject) start() { s.engine = s.open() }

// close ends the engine, if there is one.
func (s *subject) close() error {
	if s.engine == nil {
		return nil
	}
	err := s.engine.Close()
	s.engine = nil
	return err
}

// ids draws a prompt.
func (s *subject) ids(n int) []int32 {
	ids := make([]int32, n)
	low := min(1000, s.vocab/2) // above what vocabularies begin with: marks and bytes
	for i := range ids {
		for {
			ids[i] = int32(low + int(s.random.next()%uint64(s.vocab-low)))
			if _, ends := s.end[ids[i]]; !ends {
				break
			}
		}
	}
	return ids
}

// answer is what happened to one request.
type answer struct {
	start, first, last time.Time // asked, first token, end
	tokens, cached     int
	gap                time.Duration // the longest between two pieces of text
}

// errShort says that a model stopped before it had given what is measured.
var errShort = errors.New("the model ended its answer early: its end of text is not among the known ones")

// ask sends ids and reads most tokens. seen, if any, is called with the time of each piece of text and ends the
// request by returning false.
func (s *subject) ask(ctx context.Context, ids []int32, most int, scope string, seen func(time.Time) bool) (answer, error) {
	a := answer{start: time.Now()}
	req := chat.Request{
		Model: s.name, Prompt: &chat.Prompt{IDs: ids}, MaxTokens: most, Scope: scope, Principal: chat.Local,
		Sampling: chat.Sampling{LogitBias: s.end},
	}
	previous := time.Time{}
	for ev, err := range s.engine.Chat(ctx, req) {
		if err != nil {
			return a, err
		}
		now := time.Now()
		switch ev := ev.(type) {
		case chat.Delta:
			if a.first.IsZero() {
				a.first = now
			} else {
				a.gap = max(a.gap, now.Sub(previous))
			}
			previous = now
			if seen != nil && !seen(now) {
				a.last = now
				return a, nil
			}
		case chat.Finish:
			a.last = now
			a.tokens, a.cached = ev.Usage.CompletionTokens, ev.Usage.CachedTokens
			if a.first.IsZero() {
				a.first = now
			}
			if a.tokens < most {
				return a, errShort
			}
		case chat.Call, chat.CallDelta, chat.Echo, chat.Phase:
		}
	}
	return a, ctx.Err()
}

// prefill returns the seconds until the first token behind n others.
func (s *subject) prefill(ctx context.Context, n int) (float64, error) {
	a, err := s.ask(ctx, s.ids(n), 1, s.scope(), nil)
	return a.last.Sub(a.start).Seconds(), err
}

// scope returns one that nobody else has, so that no prefix is found.
func (s *subject) scope() string { return fmt.Sprintf("bench-%x", s.random.next()) }

// decode returns tokens a second of one stream, over n of them behind before others: what an answer of n+1 takes
// beyond an answer of one. The moment at which a reader hears of the first token would not do: where every core
// computes, it comes late.
func (s *subject) decode(ctx context.Context, n, before int) (float64, error) {
	one, err := s.ask(ctx, s.ids(before), 1, s.scope(), nil)
	if err != nil {
		return 0, err
	}
	all, err := s.ask(ctx, s.ids(before), n+1, s.scope(), nil)
	if err != nil {
		return 0, err
	}
	beyond := all.last.Sub(all.start) - one.last.Sub(one.start)
	if beyond <= 0 {
		return 0, nil
	}
	return float64(n) / beyond.Seconds(), nil
}

// streams returns tokens a second of count streams together, while all of them run: from the moment that the last
// has its first token to the moment that the first has n more.
func (s *subject) streams(ctx context.Context, count, n, before int) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	seen := make([][]time.Time, count)
	errs := make([]error, count)
	prompts := make([][]int32, count)
	for i := range count {
		prompts[i] = s.ids(before)
	}
	scope := s.scope()
	var running atomic.Int32
	var wait sync.WaitGroup
	for i := range count {
		wait.Go(func() {
			common := 0
			_, errs[i] = s.ask(ctx, prompts[i], min(s.window-before-1, n+16*count+64), scope, func(now time.Time) bool {
				if seen[i] = append(seen[i], now); len(seen[i]) == 1 {
					running.Add(1)
				}
				if int(running.Load()) == count {
					common++
				}
				return common <= n
			})
			if errs[i] != nil {
				cancel()
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	return together(seen), nil
}

// together counts the tokens that came while all streams ran, a second.
func together(seen [][]time.Time) float64 {
	var from, to time.Time
	for i, times := range seen {
		if len(times) < 2 {
			return 0
		}
		if first := times[0]; i == 0 || first.After(from) {
			from = first
		}
		if last := times[len(times)-1]; i == 0 || last.Before(to) {
			to = last
		}
	}
	tokens := 0
	for _, times := range seen {
		for _, t := range times {
			if t.After(from) && !t.After(to) {
				tokens++
			}
		}
	}
	if tokens == 0 || !to.After(from) {
		return 0
	}
	return float64(tokens) / to.Sub(from).Seconds()
}

// pageSpan is the positions of a page of the engine's cache, by which its size is converted to tokens.
const pageSpan = 32

// cacheBytes returns the bytes that one position takes in the cache of the model as it is loaded; 0 if it is not.
func (s *subject) cacheBytes() int64 {
	for _, m := range s.engine.Loaded() {
		if m.Name == s.name && m.Pages > 0 {
			return (m.Bytes - s.file) / int64(m.Pages) / pageSpan
		}
	}
	return 0
}

// cacheName is what llama.cpp calls the type of the cache nearest to the loaded model's: f16, q8_0 or q4_1.
func (s *subject) cacheName() string {
	switch bytes := s.cacheBytes(); {
	case 8*bytes >= 12*s.position:
		return "f16"
	case 8*bytes >= 7*s.position:
		return "q8_0"
	}
	return "q4_1"
}
