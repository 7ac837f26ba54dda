package assistant

import (
	"context"
	"errors"
	"iter"

	"exaone/chat"
)

// talk is plain chat: the conversation, as far as it fits, goes to the model, with the pictures that come with the question and
// those before it, and what it says is the answer.
type talk struct{ *Assistant }

// Name is "chat".
func (talk) Name() string { return "chat" }

// Answer tells what goes into the window and then what the model says.
func (t talk) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		if err := t.answer(ctx, q, yield); err != nil && !errors.Is(err, errLeft) {
			yield(nil, err)
		}
	}
}

// errLeft says that the consumer has broken out of the loop: it must not be called again.
var errLeft = errors.New("consumer left")

func (t talk) answer(ctx context.Context, q Question, yield func(chat.Event, error) bool) error {
	if err := t.glanceAt(ctx, &q, t.drawn, func(ev chat.Event) bool { return yield(ev, nil) }); err != nil {
		return err
	}
	w, err := t.fit(ctx, q, t.prompt(q), func(p chat.Phase) bool { return yield(p, nil) })
	if err != nil {
		return err
	}
	ledger, err := t.ledger(ctx, w)
	if err != nil {
		return err
	}
	req, err := t.ask(ctx, w)
	if err != nil {
		return err
	}
	if !yield(ledger, nil) {
		return errLeft
	}
	if s, ok := q.glance.sight(q); ok && !yield(s, nil) {
		return errLeft
	}
	t.models.Chat(ctx, req)(yield)
	return nil
}

// Preview tells what would go into the window.
func (t talk) Preview(ctx context.Context, q Question) (chat.Ledger, error) {
	if err := t.glanceAt(ctx, &q, t.measured, nil); err != nil {
		return chat.Ledger{}, err
	}
	w, err := t.preview(ctx, q, t.prompt(q))
	if err != nil {
		return chat.Ledger{}, err
	}
	return t.ledger(ctx, w)
}

// prompt is what stands first in the window.
func (t talk) prompt(q Question) string {
	return withDate(promptFor("chat", q.Language), q.Language, t.now())
}
