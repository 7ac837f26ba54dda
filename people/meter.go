package people

import (
	"context"
	"iter"
	"log/slog"
	"slices"
	"time"

	"exaone/chat"
)

// MeterOptions are what a Meter needs. Model, Books and Name are required.
type MeterOptions struct {
	Model    chat.Model
	Embedder chat.Embedder // nil refuses with CodeNoEmbedder
	Ranker   chat.Ranker   // nil refuses with CodeNoRanker
	Books    Books

	// Name returns the name by which a model has readers and usage, of the name that a request gave: an alias, "" for
	// the default one of a task. It returns what it does not know as it is.
	Name func(model string, task Task) string

	// Base returns the model that one is an adapter of, by such names, or "". Who may use an adapter that nobody has named
	// readers of is who may use its model. nil knows of none.
	Base func(model string) string

	// Count returns how many tokens a model reads of a request, so that they are kept for it from the beginning. It is asked
	// where a quota of tokens holds. nil keeps what a guess says.
	Count func(ctx context.Context, req chat.Request) (int, error)

	Now func() time.Time // nil is time.Now; its location is the server's
	Log *slog.Logger     // nil discards it
}

// Task is what a model is asked for.
type Task string

// The tasks.
const (
	Chats  Task = "chat"
	Embeds Task = "embed"
	Ranks  Task = "rank"
)

// system is the id of the principal of the program itself.
const system = "system"

// Meter is a chat.Model around another that lets through what quotas and the readers of models allow, and writes down
// what was used. It is a chat.Embedder and a chat.Ranker, too. What the program asks for itself
// is written down and not limited. It may be used by many goroutines.
type Meter struct {
	opts  MeterOptions
	tally *tally
}

var (
	_ chat.Model    = (*Meter)(nil)
	_ chat.Embedder = (*Meter)(nil)
	_ chat.Ranker   = (*Meter)(nil)
)

// NewMeter returns a meter. It starts nothing.
func NewMeter(opts MeterOptions) *Meter {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Base == nil {
		opts.Base = func(string) string { return "" }
	}
	return &Meter{opts: opts, tally: &tally{books: opts.Books, now: opts.Now, by: make(map[string]*counter), passes: make(map[string]*pass)}}
}

// Standing returns how much somebody has used of what they may.
func (m *Meter) Standing(ctx context.Context, who chat.Principal) (Standing, error) {
	return m.tally.standing(ctx, who)
}

// Visible returns a function that says whether somebody may use the model of a name. Nobody else decides that: whoever
// asks a model, loads it, counts its tokens or shows it asks here.
func (m *Meter) Visible(ctx context.Context, who chat.Principal) (func(model string) bool, error) {
	readers, err := m.opts.Books.ModelReaders(ctx)
	if err != nil {
		return nil, err
	}
	return func(model string) bool { return m.reads(who, m.opts.Name(model, Chats), readers) }, nil
}

// Allow is CodeNoModel if somebody may not use the model of a name for a task, as if it were not there.
func (m *Meter) Allow(ctx context.Context, who chat.Principal, model string, task Task) error {
	readers, err := m.opts.Books.ModelReaders(ctx)
	if err == nil && !m.reads(who, m.opts.Name(model, task), readers) {
		err = chat.NewError(chat.CodeNoModel, nil, model)
	}
	return err
}

// reads reports whether somebody is among the readers of a model, by its own name.
func (m *Meter) reads(who chat.Principal, model string, readers map[string][]string) bool {
	named := readers[model]
	if len(named) == 0 {
		named = readers[m.opts.Base(model)]
	}
	return len(named) == 0 || who.ID == system || slices.ContainsFunc(named, func(subject string) bool {
		return subject == who.ID || slices.Contains(who.Groups, subject)
	})
}

// Enter lets in a question that may be put to a model more than once, or that asks it nothing, or says why there may be
// none now; the errors are those of Chat. tokens are kept for it. A chat.Request with its pass is part of it and is no
// request more; leave says that it has ended, and may be called again.
func (m *Meter) Enter(ctx context.Context, who chat.Principal, model string, tokens int) (pass string, leave func(), err error) {
	if err := m.Allow(ctx, who, model, Chats); err != nil {
		return "", nil, err
	}
	if who.ID == system {
		return "", func() {}, nil
	}
	all, err := m.tally.limits(ctx, who)
	if err != nil {
		return "", nil, err
	}
	p, err := m.tally.enter(ctx, who, all, tokens)
	if err != nil {
		return "", nil, err
	}
	return p.id, func() { m.tally.leave(p) }, nil
}

// Chat answers with the model. The error is CodeNoModel for a model that the principal may not use, as if it were not
// there, CodeQuotaDay, CodeQuotaMinute or CodeQuotaAtOnce, or those of a team together, or what the model says. An answer
// that has begun is not cut short by a quota: what it takes beyond is missing from the next. What is asked with a pass is
// part of what was let in, and is not refused for a quota.
func (m *Meter) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		one, err := m.begin(ctx, asked{req.Principal, req.Model, Chats, req.Pass, func() (int, error) { return m.count(ctx, req) }})
		if err != nil {
			yield(nil, err)
			return
		}
		defer one.write(ctx)
		defer one.end()
		for ev, err := range m.opts.Model.Chat(ctx, req) {
			one.heard(ev)
			if _, over := ev.(chat.Finish); over {
				one.end() // before it is told: whoever hears it may ask again
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// count is how many tokens a request has, or about how many.
func (m *Meter) count(ctx context.Context, req chat.Request) (int, error) {
	if m.opts.Count != nil {
		return m.opts.Count(ctx, req)
	}
	return chat.GuessMessages(req.Messages), nil
}

// Embed embeds with the embedder, and errors as Chat does.
func (m *Meter) Embed(ctx context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	if m.opts.Embedder == nil {
		return chat.Embeddings{}, chat.NewError(chat.CodeNoEmbedder, nil)
	}
	one, err := m.begin(ctx, asked{req.Principal, req.Model, Embeds, "", func() (int, error) { return guess(req.Texts), nil }})
	if err != nil {
		return chat.Embeddings{}, err
	}
	defer one.write(ctx)
	defer one.end()
	out, err := m.opts.Embedder.Embed(ctx, req)
	one.took(out.Model, chat.Usage{PromptTokens: out.Tokens})
	return out, err
}

// Rank scores with the ranker, and errors as Chat does.
func (m *Meter) Rank(ctx context.Context, req chat.RankRequest) (chat.Ranking, error) {
	if m.opts.Ranker == nil {
		return chat.Ranking{}, chat.NewError(chat.CodeNoRanker, nil)
	}
	one, err := m.begin(ctx, asked{req.Principal, req.Model, Ranks, "", func() (int, error) {
		return guess(req.Texts) + len(req.Texts)*chat.GuessTokens(req.Question), nil
	}})
	if err != nil {
		return chat.Ranking{}, err
	}
	defer one.write(ctx)
	defer one.end()
	out, err := m.opts.Ranker.Rank(ctx, req)
	one.took(out.Model, chat.Usage{PromptTokens: out.Tokens})
	return out, err
}

// guess is about how many tokens texts have together.
func guess(texts []string) int {
	n := 0
	for _, text := range texts {
		n += chat.GuessTokens(text)
	}
	return n
}

// asked is what is asked of a model.
type asked struct {
	who   chat.Principal
	model string
	task  Task
	pass  string
	count func() (int, error) // the tokens of it
}

// metered is one request under way.
type metered struct {
	meter *Meter
	who   chat.Principal
	named bool   // the request said which model
	model string // its own name
	task  Task
	usage chat.Usage
	whole bool  // usage is what the model said, not what was seen of it
	spent int64 // tokens that the tally knows of
	over  bool  // it has been counted
	pass  *pass // nil for the program itself
	own   bool  // the pass is this request's, not a question's that it is part of
}

// begin lets a request in, or says why not.
func (m *Meter) begin(ctx context.Context, in asked) (*metered, error) {
	if err := m.Allow(ctx, in.who, in.model, in.task); err != nil {
		return nil, err
	}
	one := &metered{meter: m, who: in.who, named: in.model != "", model: m.opts.Name(in.model, in.task), task: in.task}
	if in.who.ID == system {
		return one, nil
	}
	all, err := m.tally.limits(ctx, in.who)
	if err != nil {
		return nil, err
	}
	tokens := 0
	if counted(all) {
		if in.pass == "" { // what is refused anyhow is not counted: that may bring a model into memory
			if err := m.tally.open(ctx, all); err != nil {
				return nil, err
			}
		}
		if tokens, err = in.count(); err != nil {
			return nil, err
		}
	}
	if in.pass != "" {
		one.pass = m.tally.part(in.who, in.pass, all)
		m.tally.keepFor(one.pass, int64(tokens))
		return one, nil
	}
	one.own = true
	one.pass, err = m.tally.enter(ctx, in.who, all, tokens)
	return one, err
}

// heard counts what an event tells. A reader who leaves in the middle hears no Finish, and has used what was read and
// written until then all the same.
func (o *metered) heard(ev chat.Event) {
	var tokens int
	switch ev := ev.(type) {
	case chat.Phase:
		if ev.Name == "read" && ev.Total > o.usage.PromptTokens {
			tokens = ev.Total - o.usage.PromptTokens
			o.usage.PromptTokens = ev.Total
		}
	case chat.Delta:
		tokens = max(1, len(ev.Tokens))
		o.usage.CompletionTokens += tokens
	case chat.Finish:
		o.took(ev.Model, ev.Usage)
	}
	if tokens > 0 && o.pass != nil {
		o.spent += int64(tokens)
		o.meter.tally.spend(o.pass, int64(tokens))
	}
}

// took notes what the model says it took. Of a request that named none it also says which model that was.
func (o *metered) took(model string, usage chat.Usage) {
	o.usage, o.whole = usage, true
	if model != "" && !o.named {
		o.model = o.meter.opts.Name(model, o.task)
	}
}

// end counts what was used, and that it is over.
func (o *metered) end() {
	if o.over || o.pass == nil {
		return
	}
	o.over = true
	o.meter.tally.settle(o.pass, o.spent, int64(o.usage.PromptTokens)+int64(o.usage.CompletionTokens))
	if o.own {
		o.meter.tally.leave(o.pass)
	}
}

// write writes down what was used. That the reader has left does not keep it from being written.
func (o *metered) write(ctx context.Context) {
	m := o.meter
	if o.usage.PromptTokens+o.usage.CompletionTokens == 0 && !o.whole {
		return // it was refused
	}
	today, _ := day(m.opts.Now())
	err := m.opts.Books.AddUsage(context.WithoutCancel(ctx), o.who, today, o.model, o.usage)
	if err != nil {
		m.opts.Log.Error("usage was not written down", "principal", o.who.ID, "model", o.model, "err", err)
	}
}
