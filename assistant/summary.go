package assistant

import (
	"context"
	"slices"
	"strings"

	"exaone/chat"
)

// mostSummary is the longest a summary may be in a window of a size, in tokens.
func mostSummary(size int) int { return min(max(size/8, 64), 400) }

// mostRounds is how often the model is asked for one summary. What is longer is not summarised but left out: nobody
// waits minutes for an answer to begin.
const mostRounds = 6

// fit decides what goes into the window. Where older turns have no room and the model is able to, it summarises them
// first; the person can undo that, and then, as with a weaker model, they are left out. say tells what is going on, and
// returns false when nobody listens any more.
func (a *Assistant) fit(ctx context.Context, q Question, system string, say func(chat.Phase) bool) (*window, error) {
	w, err := a.plan(ctx, q, system)
	if err != nil {
		return nil, err
	}
	cut, err := a.cut(ctx, w)
	if err != nil || cut <= w.covered {
		return w, err
	}
	s, took, err := a.summarise(ctx, w, cut, say)
	if err != nil {
		return w, err
	}
	if s.Text != "" {
		q.Summaries = append(slices.Clone(q.Summaries), s)
		if w, err = a.plan(ctx, q, system); err != nil {
			return nil, err
		}
	}
	w.rounds = took
	return w, nil
}

// preview is fit without asking the model: turns that would be summarised are marked so.
func (a *Assistant) preview(ctx context.Context, q Question, system string) (*window, error) {
	w, err := a.plan(ctx, q, system)
	if err != nil {
		return nil, err
	}
	cut, err := a.cut(ctx, w)
	if err != nil || cut <= w.covered {
		return w, err
	}
	w.ahead, w.from = cut, cut
	if w.rounds, err = a.foresee(ctx, w, cut); err != nil {
		return nil, err
	}
	return w, a.measure(ctx, w)
}

// foresee is what summarising pairs[covered:cut] would take at most, though what stands for the pieces before each is not
// there yet.
func (a *Assistant) foresee(ctx context.Context, w *window, cut int) (took rounds, err error) {
	pieces, err := a.pieces(ctx, w, cut)
	before := w.summary.Text
	for i, piece := range pieces {
		req := a.shortening(w.q, before, piece)
		n, _, err := a.count(ctx, req)
		if err != nil {
			return took, err
		}
		if i > 0 {
			n += req.MaxTokens
		}
		took.add(n + req.MaxTokens)
		before = ""
	}
	return took, err
}

// cut returns how many turns are to be summarised: so many that half of the room for turns is free again, and the next
// turns need no new summary. It is w.covered if there are to be none.
func (a *Assistant) cut(ctx context.Context, w *window) (int, error) {
	if len(w.left()) == 0 || !w.q.Model.Level.AtLeast(Assist) || w.refused() {
		return w.covered, nil
	}
	bare := *w
	bare.from, bare.summary = len(w.pairs), Summary{}
	if err := a.measure(ctx, &bare); err != nil {
		return 0, err
	}
	free := (w.room() - bare.total - mostSummary(w.size)) / 2
	cut := len(w.pairs)
	for cut > w.from && free >= w.pairs[cut-1].cost() {
		cut--
		free -= w.pairs[cut].cost()
	}
	for bare.from = cut; bare.from < len(w.pairs); bare.from++ { // the marks between them count too
		if err := a.measure(ctx, &bare); err != nil {
			return 0, err
		}
		if bare.total+mostSummary(w.size) <= w.room() {
			break
		}
	}
	if bare.from == len(w.pairs) {
		if err := a.measure(ctx, &bare); err != nil || bare.total+mostSummary(w.size) > w.room() {
			return w.covered, err // there is no room for a summary
		}
	}
	pieces, err := a.pieces(ctx, w, bare.from)
	if err != nil || len(pieces) > mostRounds {
		return w.covered, err
	}
	return bare.from, nil
}

// refused reports whether a summary of this branch has been undone.
func (w *window) refused() bool {
	return slices.ContainsFunc(w.q.Summaries, func(s Summary) bool { return s.Undone && w.place(s.Until) >= 0 })
}

// summarise has the model put pairs[covered:cut], after the summary that there is, in short, and keeps that. The
// Summary is empty if the model says nothing.
func (a *Assistant) summarise(ctx context.Context, w *window, cut int, say func(chat.Phase) bool) (s Summary, took rounds, err error) {
	pieces, err := a.pieces(ctx, w, cut)
	if err != nil {
		return s, took, err
	}
	text := w.summary.Text
	for i, piece := range pieces {
		if !say(chat.Phase{Name: "summarise", Done: i, Total: len(pieces)}) {
			return s, took, errLeft
		}
		said, finish, err := chat.Collect(a.models.Chat(ctx, a.shortening(w.q, text, piece)))
		if err != nil {
			return s, took, err
		}
		took.add(finish.Usage.PromptTokens + finish.Usage.CompletionTokens)
		if text = strings.TrimSpace(said.Text); text == "" {
			return s, took, nil
		}
	}
	s = Summary{Until: w.pairs[cut-1].last(), Text: text}
	if a.keep == nil {
		return s, took, nil
	}
	return a.keep(ctx, w.q, s), took, nil
}

// shortening asks for a piece of a conversation, after what went before it, in short.
func (a *Assistant) shortening(q Question, before, piece string) chat.Request {
	lines := []string{promptFor("summary", q.Language), before, piece}
	req := a.request(q, chat.Message{Role: chat.User, Text: strings.Join(slices.DeleteFunc(lines, func(s string) bool { return s == "" }), "\n\n")})
	req.MaxTokens = mostSummary(q.Model.Window)
	return req
}

// pieces writes pairs[covered:cut] down in pieces that the model can read beside a summary of those before. There are
// mostRounds + 1 of them if there would be more than mostRounds.
func (a *Assistant) pieces(ctx context.Context, w *window, cut int) ([]string, error) {
	overhead, _, err := a.count(ctx, a.request(w.q, chat.Message{Role: chat.User, Text: promptFor("summary", w.q.Language) + "\n\n\n\n"}))
	if err != nil {
		return nil, err
	}
	budget := w.size - overhead - 2*mostSummary(w.size) - 16
	if budget <= 0 {
		return make([]string, mostRounds+1), nil
	}
	var pieces []string
	used := budget
	for _, line := range w.transcript(cut) {
		for _, part := range a.halves(ctx, w.q, line, budget) {
			n, err := a.alone(ctx, w.q, part)
			if err != nil {
				return nil, err
			}
			if used+n+1 > budget {
				if len(pieces) > mostRounds {
					return pieces, nil // too many already
				}
				pieces, used = append(pieces, ""), 0
			}
			pieces[len(pieces)-1] += part + "\n"
			used += n + 1
		}
	}
	return pieces, nil
}

// transcript is what was said in pairs[covered:cut], each said with who said it.
func (w *window) transcript(cut int) []string {
	var lines []string
	for _, p := range w.pairs[w.covered:cut] {
		if p.question.Text != "" {
			lines = append(lines, chat.Text(w.q.Language, chat.CodeAskQuestion)+" "+p.question.Text)
		}
		if p.answer.Text != "" {
			lines = append(lines, chat.Text(w.q.Language, chat.CodeAskAnswer)+" "+p.answer.Text)
		}
	}
	return lines
}

// halves cuts a text in two until no part is longer than a number of tokens.
func (a *Assistant) halves(ctx context.Context, q Question, text string, most int) []string {
	runes := []rune(text)
	if n, err := a.alone(ctx, q, text); err != nil || n < most || len(runes) < 2 {
		return []string{text}
	}
	return append(a.halves(ctx, q, string(runes[:len(runes)/2]), most), a.halves(ctx, q, string(runes[len(runes)/2:]), most)...)
}

// last is the id of a turn's last message.
func (p pair) last() string {
	if p.answer.ID != "" {
		return p.answer.ID
	}
	return p.question.ID
}
