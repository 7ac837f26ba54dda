// Package engine runs many sequences through one model at once, and samples.
//
// An [Engine] holds models by name under one memory budget. Each loaded model is owned by one goroutine (see
// runner.go, and embed_run.go for encoders); all of them share one pool of workers. A request becomes a sequence of token ids:
//
//	chat.Request ─ dialect ─▶ segments ─ tokenizer ─▶ ids ─▶ sequence ──▶ runner
//	chat.Event   ◀─ parser ── text ◀──── tokenizer ── ids ◀── mailbox ───┘
//
// What a sequence yields depends on its ids, its sampling and its seed alone: batch size, chunking, reuse of
// cached prefixes, preemption and the number of threads change no bit of it.
package engine

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"maps"
	"runtime"
	"sync"
	"time"

	"exaone/chat"
	"exaone/tensor"
)

// Spec says where a model is and how it is to be read.
type Spec struct {
	Name     string            // as people call it, and as it is loaded once
	Path     string            // a GGUF file, a safetensors file, or a Hugging Face folder
	Adapters map[string]string // folders of LoRA adapters in PEFT form, by name
	Prefixes Prefixes          // of an embedder whose files do not say them
}

func (s Spec) equal(o Spec) bool {
	return s.Name == o.Name && s.Path == o.Path && s.Prefixes == o.Prefixes && maps.Equal(s.Adapters, o.Adapters)
}

// Options are what an Engine needs to know. Resolve is required.
type Options struct {
	// Resolve finds a model by name; "" is the default model. Its errors go to the caller as they are.
	Resolve func(name string) (Spec, error)

	// Encoder names the model that embeds, or scores, where none is named; nil wants a name of everybody. Its errors go to
	// the caller as they are.
	Encoder func(ranks bool) (name string, err error)

	Memory  int64 // bytes that weights and caches of all models together may take; 0 is no limit
	Threads int   // workers of the one pool; 0 is one per core
	Exact   bool  // dequantise and compute in float32

	// NoPrepared neither reads nor writes prepared files beside checkpoints. Preparing is told how far one is.
	NoPrepared bool
	Preparing  func(model string, done, total int64)

	Queue     int // sequences that may wait per model, and as many of shares that have none waiting; 0 is 128
	Sequences int // sequences that run at once per model; 0 is 64
	CacheSize int // tokens of cache per model; 0 fits it to window and memory
	KV        CacheType
	Speculate Speculation

	PrefixDir   string // where prefixes are kept on disk, and found again after a restart; "" is nowhere
	PrefixBytes int64  // that they may take there, of all models together; 0 is 4 GiB, or a tenth of what is free if that is less; some of the disk stays free anyhow

	Log *slog.Logger

	// For tests.
	budget   int           // tokens per step; 0 lets pace decide
	drafts   int           // guesses per sequence and step, where there are some; 0 lets pace decide
	patience time.Duration // 0 is the constant of that name

	prefixes func() *prefixes // opens them when they are first needed
}

// pageSize is the number of positions in a page of the cache.
const pageSize = 32

// Engine answers requests with local models. It is a [chat.Model], a [chat.Embedder] and a [chat.Ranker]; all methods may
// be called from many goroutines.
type Engine struct {
	opts Options
	pool *tensor.Pool

	mu      sync.Mutex
	models  map[string]*loaded // by name; also those that are being brought, or unloaded
	clock   int64              // counts claims, to know which model was used least recently
	change  chan struct{}      // closed and replaced whenever models or their uses change
	overdue *loaded            // has waited for room long enough: nobody else begins to use a model
	closed  bool
	close   context.CancelCauseFunc
	life    context.Context // ends with Close
}

// New returns an engine with no model loaded. Close it to stop its goroutines.
func New(o Options) *Engine {
	if o.Queue == 0 {
		o.Queue = 128
	}
	if o.Sequences == 0 {
		o.Sequences = 64
	}
	if o.Threads == 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if o.patience == 0 {
		o.patience = patience
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.prefixes = sync.OnceValue(func() *prefixes { return openPrefixes(o.PrefixDir, o.PrefixBytes, o.Log) })
	life, cancel := context.WithCancelCause(context.Background())
	return &Engine{
		opts: o, pool: tensor.NewPool(o.Threads), models: make(map[string]*loaded),
		change: make(chan struct{}), life: life, close: cancel,
	}
}

// Chat answers a request; see [chat.Model]. Errors that a person may read are *chat.Error.
func (e *Engine) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		if err := e.chat(ctx, req, yield); err != nil && !errors.Is(err, errLeft) {
			yield(nil, err)
		}
	}
}

// errLeft says that the reader has broken out of the loop.
var errLeft = errors.New("reader left")

func (e *Engine) chat(ctx context.Context, req chat.Request, yield func(chat.Event, error) bool) error {
	if err := onlyText(req.Messages); err != nil { // before a model is brought into memory for it
		return err
	}
	ctx, cancel := e.during(ctx)
	defer cancel()
	m, err := e.acquire(ctx, req.Model, func() bool { return yield(chat.Phase{Name: "load"}, nil) })
	if err != nil {
		return err
	}
	defer e.release(m)
	seq, ans, err := m.prepare(ctx, req)
	if err != nil {
		return err
	}
	if err := m.runner.submit(seq); err != nil {
		return err
	}
	// Said at once: how long the prompt is, and that the model is there.
	if !yield(chat.Phase{Name: "read", Total: seq.prompt}, nil) {
		return errLeft
	}
	return read(ctx, m, seq, ans, yield)
}

// during returns a context that also ends when the engine is closed.
func (e *Engine) during(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(e.life, func() { cancel(context.Cause(e.life)) })
	return ctx, func() { stop(); cancel(nil) }
}

// read passes on what a sequence yields until it ends or the reader leaves.
func read(ctx context.Context, m *loaded, seq *sequence, ans *answer, yield func(chat.Event, error) bool) error {
	send := func(events []chat.Event) error {
		for _, ev := range events {
			if !yield(ev, nil) {
				return errLeft
			}
		}
		return nil
	}
	usage := chat.Usage{PromptTokens: seq.prompt}
	var batch []news
	for {
		var err error
		if batch, err = seq.out.take(ctx, m.runner.done, batch); err != nil {
			return err
		}
		for _, n := range batch {
			var events []chat.Event
			stop := false
			switch {
			case n.err != nil:
				return n.err
			case n.isToken:
				usage.CompletionTokens++
				events, stop = ans.token(n.token)
			case n.echo != nil:
				events = ans.echo(n.echo)
			case n.progress:
				events = []chat.Event{chat.Phase{Name: "read", Done: n.read, Total: seq.prompt}}
			}
			if err := send(events); err != nil {
				return err
			}
			if !stop && n.end == "" {
				continue
			}
			usage.CachedTokens = seq.cached // settled before the first news
			return send(append(ans.close(), ans.finish(m.spec.Name, n, usage)))
		}
	}
}

// Forget removes the cached prefixes of scopes from every model and from disk: after it returns, no request is
// answered from them, and what runs leaves none behind. It waits for the step that a model is at.
func (e *Engine) Forget(scopes ...string) {
	store := e.opts.prefixes()
	tags := store.tags(scopes)
	// A model that looks at the files from now on finds none. One that has found some, or is being unloaded and writes
	// what it has, is a user of the store; one that uses no store is ready, or has nothing. What they wrote until they
	// heard of it is deleted at last.
	store.forget(tags)
	for _, m := range e.snapshot() {
		if !m.encodes() {
			m.runner.forget(tags)
		}
	}
	for _, r := range store.users() {
		r.forget(tags)
	}
	store.forget(tags)
}

// Close ends all sequences with an error, stops all goroutines and unloads all models. Closing again does nothing.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	e.close(chat.NewError(chat.CodeShuttingDown, nil)) // readers hear of it and let go
	e.mu.Unlock()
	for _, m := range e.snapshot() {
		m.stop()
	}
	e.mu.Lock()
	for e.anyInUse() {
		change := e.change
		e.mu.Unlock()
		<-change
		e.mu.Lock()
	}
	var errs []error
	for name, m := range e.models {
		errs = append(errs, m.unload())
		delete(e.models, name)
	}
	e.mu.Unlock()
	e.pool.Close()
	return errors.Join(errs...)
}

// anyInUse reports whether a model is held, on its way or being unloaded. e.mu is held.
func (e *Engine) anyInUse() bool {
	for _, m := range e.models {
		if m.uses > 0 || !m.ready {
			return true
		}
	}
	return false
}

// snapshot returns the models that are ready.
func (e *Engine) snapshot() []*loaded {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []*loaded
	for _, m := range e.models {
		if m.ready {
			list = append(list, m)
		}
	}
	return list
}

// Status describes a loaded model and what it is doing.
type Status struct {
	Name         string
	Architecture string
	Dialect      string
	Encoder      bool  // it embeds or scores texts, and writes none
	Window       int   // tokens of the longest sequence
	Bytes        int64 // weights and cache
	Running      int
	Waiting      int
	PagesHeld    int // pages of running sequences
	PagesCached  int // pages kept for whoever comes with the same prefix
	Pages        int

	Steps, PromptTokens, CachedTokens, OutTokens, Preempted int64 // since it was loaded
	Drafted, Accepted                                       int64 // tokens that were guessed, and those of them that came true

	DiskTokens int64 // tokens whose keys and values were read from disk
	DiskBytes  int64 // of prefixes on disk
}

// Loaded returns the models that are in memory, in no particular order.
func (e *Engine) Loaded() []Status {
	var list []Status
	for _, m := range e.snapshot() {
		if m.encodes() {
			list = append(list, m.encoderStatus())
			continue
		}
		s := &m.runner.stats
		list = append(list, Status{
			Name: m.spec.Name, Architecture: m.arch, Dialect: m.dialect.Name(), Window: m.runner.limits.window, Bytes: m.bytes,
			Running: int(s.running.Load()), Waiting: m.runner.queue.length(),
			PagesHeld: int(s.pagesHeld.Load()), PagesCached: int(s.pagesCached.Load()), Pages: m.pageCount,
			Steps: s.steps.Load(), PromptTokens: s.promptTokens.Load(), CachedTokens: s.cachedTokens.Load(),
			OutTokens: s.outTokens.Load(), Preempted: s.preempted.Load(),
			Drafted: s.drafted.Load(), Accepted: s.accepted.Load(),
			DiskTokens: s.diskTokens.Load(), DiskBytes: s.diskBytes.Load(),
		})
	}
	return list
}
