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

// Answer picks, tells what it picked if there was a choice, and answers in that mode.
func (m auto) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		picked, err := m.pick(ctx, q)
		if err != nil {
			yield(nil, err)
			return
		}
		if len(m.offers) > 1 && !yield(chat.Phase{Name: "mode:" + picked.Name()}, nil) {
			return
		}
		picked.Answer(ctx, q)(yield)
	}
}

func (m auto) pick(ctx context.Context, q Question) (Mode, error) {
	switch {
	case len(m.offers) == 1, q.Begun != "":
		return m.offers[0], nil
	case q.Model.Level.AtLeast(Assist):
		return m.choose(ctx, q)
	}
	return m.byRule(q), nil
}

// byRule is the first mode whose rule fits.
func (m auto) byRule(q Question) Mode {
	i := slices.IndexFunc(m.offers, func(o Offer) bool { return o.Fits != nil && o.Fits(q) })
	return m.offers[max(i, 0)]
}

// choose has the model pick. A question that is too long for that is answered by rule.
func (m auto) choose(ctx context.Context, q Question) (Mode, error) {
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
	n, _, err := m.count(ctx, req)
	if err != nil {
		return nil, err
	}
	if n+req.MaxTokens > q.Model.Window {
		return m.byRule(q), nil
	}
	said, _, err := chat.Collect(m.models.Chat(ctx, req))
	if err != nil {
		return nil, err
	}
	if i := slices.Index(names, strings.TrimSpace(said.Text)); i >= 0 {
		return m.offers[i], nil
	}
	return m.byRule(q), nil // a model elsewhere may not have heard of the constraint
}
