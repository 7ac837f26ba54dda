package assistant

import (
	"context"
	"iter"

	"exaone/chat"
)

// constrained has a model answer in a form. A model elsewhere that knows no such forms is asked without: what it says is
// read with the same care either way, and what is not of the form is dropped.
func (a *Assistant) constrained(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		unable := false
		for ev, err := range a.models.Chat(ctx, req) {
			if unable = hasCode(err, chat.CodeRemoteNoGrammar) && !req.Grammar.IsZero(); unable {
				break
			}
			if !yield(ev, err) {
				return
			}
		}
		if unable {
			req.Grammar = chat.Grammar{}
			a.models.Chat(ctx, req)(yield)
		}
	}
}
