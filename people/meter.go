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
	return &Meter{opts: opts, tally: &tally{books: opts.Books, now: opts.Now, by: make(map[string]*counter)}}
}

// Standing returns how much somebody has used of what they may.
func (m *Meter) Standing(ctx context.Context, who chat.Principal) (Standing, error) {
	return m.tally.standing(ctx, who)
}

// Visible returns a function that says whether somebody may use the model of a name.
func (m *Meter) Visible(ctx context.Context, who chat.Principal) (func(model string) bool, error) {
	readers, err := m.opts.Books.ModelReaders(ctx)
	if err != nil {
		return nil, err
	}
	return func(model string) bool { return reads(who, readers[m.opts.Name(model, Chats)]) }, nil
}

// reads reports whether somebody is among the readers of a model.
func reads(who chat.Principal, readers []string) bool {
	return len(readers) == 0 || who.ID == system || slices.ContainsFunc(readers, func(subject string) bool {
		return subject == who.ID || slices.Contains(who.Groups, subject)
	})
}

// Chat answers with the model. The error is CodeNoModel for a model that the principal may not use, as if it were not
// there, CodeQuotaDay, CodeQuotaMinute or CodeQuotaAtOnce, or what the model says. An answer that has begun is not cut
// short by a quota: what it takes beyond is missing from the next.
func (m *Meter) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		one, err := m.begin(ctx, req.Principal, req.Model, Chats)
		if err != nil {
			yield(nil, err)
			return
		}
		defer one.end(ctx)
		for ev, err := range m.opts.Model.Chat(ctx, req) {
			one.heard(ev)
			if !yield(ev, err) {
				return
			}
		}
	}
}

// Embed embeds with the embedder, and errors as Chat does.
func (m *Meter) Embed(ctx context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	if m.opts.Embedder == nil {
		return chat.Embeddings{}, chat.NewError(chat.CodeNoEmbedder, nil)
	}
	one, err := m.begin(ctx, req.Principal, req.Model, Embeds)
	if err != nil {
		return chat.Embeddings{}, err
	}
	defer one.end(ctx)
	out, err := m.opts.Embedder.Embed(ctx, req)
	one.took(out.Model, chat.Usage{PromptTokens: out.Tokens})
	return out, err
}

// Rank scores with the ranker, and errors as Chat does.
func (m *Meter) Rank(ctx context.Context, req chat.RankRequest) (chat.Ranking, error) {
	if m.opts.Ranker == nil {
		return chat.Ranking{}, chat.NewError(chat.CodeNoRanker, nil)
	}
	one, err := m.begin(ctx, req.Principal, req.Model, Ranks)
	if err != nil {
		return chat.Ranking{}, err
	}
	defer one.end(ctx)
	out, err := m.opts.Ranker.Rank(ctx, req)
	one.took(out.Model, chat.Usage{PromptTokens: out.Tokens})
	return out, err
}

// metered is one request under way.
type metered struct {
	meter *Meter
	who   chat.Principal
	model string
	task  Task
	usage chat.Usage
	whole bool  // usage is what the model said, not what was seen of it
	spent int64 // tokens that the tally knows of
}

// begin lets a request in, or says why not.
func (m *Meter) begin(ctx context.Context, who chat.Principal, model string, task Task) (*metered, error) {
	readers, err := m.opts.Books.ModelReaders(ctx)
	if err != nil {
		return nil, err
	}
	name := m.opts.Name(model, task)
	if !reads(who, readers[name]) {
		return nil, chat.NewError(chat.CodeNoModel, nil, model)
	}
	if who.ID != system {
		if err := m.tally.enter(ctx, who); err != nil {
			return nil, err
		}
	}
	return &metered{meter: m, who: who, model: name, task: task}, nil
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
	if tokens > 0 && o.who.ID != system {
		o.spent += int64(tokens)
		o.meter.tally.spend(o.who, int64(tokens))
	}
}

// took notes what the model says it took.
func (o *metered) took(model string, usage chat.Usage) {
	o.usage, o.whole = usage, true
	if model != "" {
		o.model = o.meter.opts.Name(model, o.task)
	}
}

// end writes down what was used. That the reader has left does not keep it from being written.
func (o *metered) end(ctx context.Context) {
	m := o.meter
	used := int64(o.usage.PromptTokens) + int64(o.usage.CompletionTokens)
	if o.who.ID != system {
		m.tally.leave(o.who, o.spent, used)
	}
	if used == 0 && !o.whole {
		return // it was refused
	}
	today, _ := day(m.opts.Now())
	err := m.opts.Books.AddUsage(context.WithoutCancel(ctx), o.who, today, o.model, o.usage)
	if err != nil {
		m.opts.Log.Error("usage was not written down", "principal", o.who.ID, "model", o.model, "err", err)
	}
}
