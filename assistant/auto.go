package assistant

import (
	"context"
	"iter"
	"slices"
	"strings"

	"exaone/chat"
)

// Auto is the name of the mode that picks another.
const Auto = "auto"

// Offer is a mode that auto may pick.
type Offer struct {
	Mode
	Korean, English string              // what it is for, as a model is told that picks
	Fits            func(Question) bool // the rule by which it is picked where the model is not to be asked; nil never
}

// auto answers in the mode that fits the question: the model picks, and cannot but name one; a model that is not up to
// that is not asked, and the first mode whose rule fits answers, or else the first of all.
type auto struct {
	*Assistant
	offers []Offer
}

// Name is "auto".
func (auto) Name() string { return Auto }

// Answer picks, tells what it picked if there was a choice, and answers in that mode. What picking took is in its ledger.
func (m auto) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		picked, took, err := m.pick(ctx, q)
		if err != nil {
			yield(nil, err)
			return
		}
		if len(m.offers) > 1 && !yield(chat.Phase{Name: "mode:" + picked.Name()}, nil) {
			return
		}
		for ev, err := range picked.Answer(ctx, q) {
			if l, ok := ev.(chat.Ledger); ok {
				ev = took.in(l)
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// Preview is that of the mode whose rule fits: which one a model would pick is not known before it is asked, but how much
// asking takes is.
func (m auto) Preview(ctx context.Context, q Question) (chat.Ledger, error) {
	var took rounds
	picked := m.offers[0]
	if m.choice(q) {
		req := m.ballot(q)
		n, _, err := m.count(ctx, req)
		if err != nil {
			return chat.Ledger{}, err
		}
		if n+req.MaxTokens <= q.Model.Window {
			took.add(n + req.MaxTokens)
		}
	}
	if q.Begun == "" {
		picked = m.byRule(q)
	}
	l, err := m.previewOf(ctx, picked.Mode, q)
	return took.in(l), err
}

// previewOf is what a mode tells before a turn, or else plain chat.
func (a *Assistant) previewOf(ctx context.Context, m Mode, q Question) (chat.Ledger, error) {
	if p, ok := m.(Previewer); ok {
		return p.Preview(ctx, q)
	}
	return talk{a}.Preview(ctx, q)
}

// choice reports whether the model is to pick.
func (m auto) choice(q Question) bool {
	return len(m.offers) > 1 && q.Begun == "" && q.Model.Level.AtLeast(Assist)
}

func (m auto) pick(ctx context.Context, q Question) (picked Mode, took rounds, err error) {
	switch {
	case m.choice(q):
		return m.choose(ctx, q)
	case q.Begun != "":
		return m.offers[0], took, nil
	}
	return m.byRule(q), took, nil
}

// byRule is the first mode whose rule fits.
func (m auto) byRule(q Question) Offer {
	i := slices.IndexFunc(m.offers, func(o Offer) bool { return o.Fits != nil && o.Fits(q) })
	return m.offers[max(i, 0)]
}

// ballot is how the model is asked to pick.
func (m auto) ballot(q Question) chat.Request {
	lines := []string{promptFor(Auto, q.Language)}
	var names []string
	for _, o := range m.offers {
		what := o.English
		if q.Language == chat.Korean {
			what = o.Korean
		}
		lines = append(lines, "- "+o.Name()+": "+what)
		names = append(names, o.Name())
	}
	lines = append(lines, "", q.Text)
	req := m.request(q, chat.Message{Role: chat.User, Text: strings.Join(lines, "\n")})
	req.Grammar, req.MaxTokens = chat.Grammar{Choices: names}, 32
	return req
}

// choose has the model pick. A question that is too long for that is answered by rule.
func (m auto) choose(ctx context.Context, q Question) (picked Mode, took rounds, err error) {
	req := m.ballot(q)
	n, _, err := m.count(ctx, req)
	if err != nil {
		return nil, took, err
	}
	if n+req.MaxTokens > q.Model.Window {
		return m.byRule(q), took, nil
	}
	said, finish, err := chat.Collect(m.models.Chat(ctx, req))
	if err != nil {
		return nil, took, err
	}
	took.add(finish.Usage.PromptTokens + finish.Usage.CompletionTokens)
	if i := slices.Index(req.Grammar.Choices, strings.TrimSpace(said.Text)); i >= 0 {
		return m.offers[i], took, nil
	}
	return m.byRule(q), took, nil // a model elsewhere may not have heard of the constraint
}

// rounds are what the model was, or would be, asked before an answer.
type rounds struct{ n, tokens int }

func (r *rounds) add(tokens int) {
	r.n++
	r.tokens += tokens
}

// in is a ledger with the rounds in it.
func (r rounds) in(l chat.Ledger) chat.Ledger {
	l.Rounds += r.n
	l.RoundTokens += r.tokens
	return l
}
