package assistant

import (
	"context"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/store"
)

// Assistant is what the modes share: the models, and the steps that are really the same. It may be used by many
// goroutines.
type Assistant struct {
	models  Models
	library Library // nil where there is none
	store   *store.Store
	now     func() time.Time
	counts  counts

	// scope returns the versions that an answer in a conversation rests on, or that it rests on all that whoever asks may read.
	scope func(ctx context.Context, who chat.Principal, conversation, scope string) (versions []string, all bool, err error)
	// waiting reports whether a version is still to be read, and nothing was read of it before; nil where nobody knows.
	waiting func(ctx context.Context, who chat.Principal, version string) (bool, error)
	// keep keeps a summary that was made, and returns it with its id if that could be done.
	keep func(ctx context.Context, q Question, s Summary) Summary
}

// mostReserved is the most that is kept free in the window for the answer, in tokens; in a small window it is a quarter.
const mostReserved = 1024

// pair is a turn of a branch: a question and its answer.
type pair struct {
	question, answer Said
	whole            bool // both are there and neither is empty
	tokens           int  // of the texts
}

// window is what a model is to read: the newest turns that fit, whole, after a summary of older ones if there is one.
type window struct {
	q        Question
	system   string // our prompt; the instructions follow it
	pairs    []pair // of the branch, oldest first
	size     int    // tokens
	reserved int

	summary Summary // ID or Text "" is none
	covered int     // pairs[:covered] are those it stands for
	from    int     // of pairs[from:], those that are whole are kept
	total   int     // tokens of what is kept
	known   bool    // they were counted, not guessed
	ahead   int     // pairs[covered:ahead] would be summarised first; for a preview
	rounds  rounds  // what summarising took, or would take
}

// newWindow is a window in which nothing has a place yet.
func newWindow(q Question, system string) *window {
	return &window{q: q, system: system, size: q.Model.Window, reserved: min(q.Model.Window/4, mostReserved), pairs: pairsOf(q.History)}
}

// plan decides what goes into the window for a question, without asking the model anything. CodeTooLong and
// CodeTooManyTokens say that the question alone, with what is always before it, is too long.
func (a *Assistant) plan(ctx context.Context, q Question, system string) (*window, error) {
	w := newWindow(q, system)
	if err := a.weigh(ctx, w); err != nil {
		return nil, err
	}
	w.from = len(w.pairs)
	if err := a.measure(ctx, w); err != nil {
		return nil, err
	}
	switch {
	case w.total > w.size:
		return nil, chat.NewError(chat.CodeTooLong, nil, w.total, w.size)
	case w.total > w.room():
		return nil, chat.NewError(chat.CodeTooManyTokens, nil, w.total, w.reserved, w.size)
	}
	if err := a.fill(ctx, w); err != nil || len(w.left()) == 0 {
		return w, err
	}
	return a.withSummary(ctx, w)
}

// weigh counts the tokens of turns, from the newest on. Those before two windows full cannot be kept whatever they have,
// and are guessed: a conversation may go back years.
func (a *Assistant) weigh(ctx context.Context, w *window) error {
	sum := 0
	for i := len(w.pairs) - 1; i >= 0; i-- {
		p := &w.pairs[i]
		for _, said := range []Said{p.question, p.answer} {
			if sum > 2*w.size {
				p.tokens += chat.GuessTokens(said.Text)
				continue
			}
			n, err := a.alone(ctx, w.q, said.Text)
			if err != nil {
				return err
			}
			p.tokens += n
			sum += n
		}
	}
	return nil
}

// withSummary returns the window with the newest summary of the branch in it, if there is one and it fits.
func (a *Assistant) withSummary(ctx context.Context, without *window) (*window, error) {
	for _, s := range slices.Backward(without.q.Summaries) {
		at := without.place(s.Until)
		if s.Undone || s.Text == "" || at < 0 {
			continue
		}
		w := *without
		w.summary, w.covered, w.from = s, at+1, len(w.pairs)
		if err := a.measure(ctx, &w); err != nil {
			return nil, err
		}
		if w.total > w.room() {
			return without, nil
		}
		return &w, a.fill(ctx, &w)
	}
	return without, nil
}

// fill takes in as many turns, the newest first, as there is room for.
func (a *Assistant) fill(ctx context.Context, w *window) error {
	sum := w.total
	for w.from > w.covered && sum+w.pairs[w.from-1].cost() <= w.room() {
		w.from--
		sum += w.pairs[w.from].cost()
	}
	if err := a.measure(ctx, w); err != nil {
		return err
	}
	for w.total > w.room() && w.from < len(w.pairs) { // the format takes up some, too
		w.from++
		if err := a.measure(ctx, w); err != nil {
			return err
		}
	}
	for w.from > w.covered { // or texts join to fewer tokens
		more := *w
		more.from--
		if err := a.measure(ctx, &more); err != nil {
			return err
		}
		if more.total > w.room() {
			return nil
		}
		*w = more
	}
	return nil
}

// measure counts what the window holds now.
func (a *Assistant) measure(ctx context.Context, w *window) error {
	req, err := a.ask(ctx, w)
	if err == nil {
		w.total, w.known, err = a.count(ctx, req)
	}
	return err
}

// ask is the request that the window is.
func (a *Assistant) ask(ctx context.Context, w *window) (chat.Request, error) {
	messages := []chat.Message{{Role: chat.System, Text: w.head()}}
	for _, p := range w.pairs[w.from:] {
		if p.whole {
			messages = append(messages, chat.Message{Role: chat.User, Text: p.question.Text}, chat.Message{Role: chat.Assistant, Text: p.answer.Text})
		}
	}
	asked := chat.Message{Role: chat.User, Text: w.q.glance.before(w.q) + w.q.Text, Images: w.q.glance.images()}
	req := a.request(w.q, append(messages, asked)...)
	if len(w.q.Instructions) == 0 && w.summary.Text == "" {
		req.Public = 1 // our own words: whoever asks next may find them computed
	}
	req.Sampling = anew(w.q)
	return a.continued(ctx, w.q, req)
}

// anew is how the first answer to a question is sampled, or another one.
func anew(q Question) chat.Sampling {
	if q.Seed == 0 {
		return chat.Sampling{}
	}
	return chat.Sampling{Temperature: 0.7, TopP: 0.95, Seed: q.Seed}
}

// head is what the model reads first.
func (w *window) head() string {
	parts := []string{w.system}
	for _, text := range w.q.Instructions {
		if text = strings.TrimSpace(text); text != "" {
			parts = append(parts, text)
		}
	}
	if w.summary.Text != "" {
		parts = append(parts, chat.Text(w.q.Language, chat.CodeAskSummary)+"\n"+broken(w.summary.Text))
	}
	return strings.Join(parts, "\n\n")
}

// room is how many tokens may be read.
func (w *window) room() int { return w.size - w.reserved }

// cost is about what a turn takes up.
func (p pair) cost() int {
	if !p.whole {
		return 0
	}
	return p.tokens
}

// left are the turns for which there is no room.
func (w *window) left() []pair {
	return slices.DeleteFunc(slices.Clone(w.pairs[w.covered:w.from]), func(p pair) bool { return !p.whole })
}

// place returns where the turn with a message is, or -1.
func (w *window) place(message string) int {
	return slices.IndexFunc(w.pairs, func(p pair) bool {
		return message != "" && (p.question.ID == message || p.answer.ID == message)
	})
}

// pairsOf cuts a branch into turns. What is no whole turn (a question that got no answer, an answer to none) stays
// visible as one that is left out: models are taught that question and answer alternate.
func pairsOf(history []Said) []pair {
	var pairs []pair
	for _, said := range history {
		last := len(pairs) - 1
		switch {
		case said.Role != chat.Assistant:
			pairs = append(pairs, pair{question: said})
		case last >= 0 && pairs[last].question.ID != "" && pairs[last].answer.ID == "":
			pairs[last].answer = said
			pairs[last].whole = strings.TrimSpace(said.Text) != "" && strings.TrimSpace(pairs[last].question.Text) != ""
		default:
			pairs = append(pairs, pair{answer: said})
		}
	}
	return pairs
}
