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

// Fit is how well a mode fits a question.
type Fit int

// The fits, the least first.
const (
	Unfit    Fit = iota
	Possible     // a model may pick it
	Fitting      // it answers where no model picks
	Certain      // it answers, and no model is asked
)

// Offer is a mode that auto may pick.
type Offer struct {
	Mode
	Korean, English string                              // what it is for, as a model is told that picks
	Fits            func(context.Context, Question) Fit // nil is always Possible
}

// fit is how well it fits.
func (o Offer) fit(ctx context.Context, q Question) Fit {
	if o.Fits == nil {
		return Possible
	}
	return o.Fits(ctx, q)
}

// auto answers in the mode that fits the question: one that fits for certain, or the one that the model picks, which cannot
// but name one; a model that is not up to that is not asked, and the first mode that fits answers, or else the first of all.
type auto struct {
	*Assistant
	offers []Offer
}

// Name is "auto".
func (auto) Name() string { return Auto }

// Answer picks, tells what it picked if there was a choice, and answers in that mode. What picking took is in its ledger.
func (m auto) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		picked, took, err := m.pick(ctx, &q)
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
	q.remember()
	var picked Offer
	if q.Begun != "" {
		picked = m.goesOn(ctx, q)
	} else {
		fits := m.fits(ctx, q)
		picked = m.byRule(q, fits)
		if ballot := m.choice(q, fits); len(ballot) > 1 {
			req := m.ballot(q, ballot)
			n, _, err := m.count(ctx, req)
			if err != nil {
				return chat.Ledger{}, err
			}
			if n+req.MaxTokens <= q.Model.Window {
				took.add(n + req.MaxTokens)
			}
		}
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

// Unaided reports whether the mode whose rule fits needs no model.
func (m auto) Unaided(ctx context.Context, q Question) bool {
	var picked Offer
	if q.Begun != "" {
		picked = m.goesOn(ctx, q)
	} else {
		picked = m.byRule(q, m.fits(ctx, q))
	}
	u, ok := picked.Mode.(Unaided)
	return ok && u.Unaided(ctx, q)
}

// Ahead tells what the mode that fits for certain has to tell.
func (m auto) Ahead(ctx context.Context, q Question, say func(chat.Event)) error {
	if q.Begun != "" {
		return nil
	}
	fits := m.fits(ctx, q)
	if i := slices.Index(fits, Certain); i >= 0 {
		if a, ok := m.offers[i].Mode.(Ahead); ok {
			return a.Ahead(ctx, q, say)
		}
	}
	return nil
}

// fits are how well the offers fit a question.
func (m auto) fits(ctx context.Context, q Question) []Fit {
	all := make([]Fit, len(m.offers))
	for i, o := range m.offers {
		all[i] = o.fit(ctx, q)
	}
	return all
}

// choice is what the model is to pick from; one or none if it is not to be asked.
func (m auto) choice(q Question, fits []Fit) []Offer {
	if q.Begun != "" || !q.Model.Level.AtLeast(Assist) || slices.Contains(fits, Certain) {
		return nil
	}
	var all []Offer
	for i, o := range m.offers {
		if i == 0 || fits[i] >= Possible {
			all = append(all, o)
		}
	}
	return all
}

// pick picks the mode. What modes have found in order to know how well they fit is remembered in the question.
func (m auto) pick(ctx context.Context, q *Question) (picked Mode, took rounds, err error) {
	q.remember()
	if q.Begun != "" {
		return m.goesOn(ctx, *q), took, nil
	}
	fits := m.fits(ctx, *q)
	if err := ctx.Err(); err != nil {
		return nil, took, context.Cause(ctx)
	}
	if ballot := m.choice(*q, fits); len(ballot) > 1 {
		return m.choose(ctx, *q, ballot, m.byRule(*q, fits))
	}
	return m.byRule(*q, fits), took, nil
}

// goesOn is the mode in which an answer goes on that has begun: that which fits for certain, as it did when the answer began. No
// model is asked again: it might pick another. What cites is from the documents, and all else is talk.
func (m auto) goesOn(ctx context.Context, q Question) Offer {
	if i := slices.Index(m.fits(ctx, q), Certain); i >= 0 {
		return m.offers[i]
	}
	if len(marksIn(q.Begun)) > 0 && q.Scope != ScopeNone {
		for _, o := range m.offers {
			if o.Name() == Documents {
				return o
			}
		}
	}
	return m.offers[0]
}

// remember lets modes remember in the question what they find for it.
func (q *Question) remember() {
	if q.memo == nil {
		q.memo = &memory{}
	}
}

// byRule is a mode that fits for certain, or else the first that fits, or else the first. Where there is no model, which the first
// cannot do without, the documents show what is nearest in them, if anything is near.
func (m auto) byRule(q Question, fits []Fit) Offer {
	i := slices.Index(fits, Certain)
	if i < 0 {
		i = slices.Index(fits, Fitting)
	}
	if i < 0 && q.Model.Name == "" {
		i = slices.IndexFunc(m.offers, func(o Offer) bool { return o.Name() == Documents })
		if i >= 0 && fits[i] < Possible {
			i = 0
		}
	}
	return m.offers[max(i, 0)]
}

// ballot is how the model is asked to pick.
func (m auto) ballot(q Question, offers []Offer) chat.Request {
	lines := []string{promptFor(Auto, q.Language)}
	var names []string
	for _, o := range offers {
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
func (m auto) choose(ctx context.Context, q Question, offers []Offer, rule Offer) (picked Mode, took rounds, err error) {
	req := m.ballot(q, offers)
	n, _, err := m.count(ctx, req)
	if err != nil {
		return nil, took, err
	}
	if n+req.MaxTokens > q.Model.Window {
		return rule, took, nil
	}
	said, finish, err := chat.Collect(m.constrained(ctx, req))
	if err != nil {
		return nil, took, err
	}
	took.add(finish.Usage.PromptTokens + finish.Usage.CompletionTokens)
	if i := slices.Index(req.Grammar.Choices, strings.TrimSpace(said.Text)); i >= 0 {
		return offers[i], took, nil
	}
	return rule, took, nil // a model elsewhere may not have heard of the constraint
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
