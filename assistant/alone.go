package assistant

import (
	"context"
	"iter"
	"time"

	"exaone/chat"
)

// Alone answers a question from all documents of a library, in mode "documents", with no conversation around it: nothing is
// kept. Of the question, Text and Principal matter, and Model: with none the answer is in the words of the documents, and
// models may be nil. The events are those of a turn.
func Alone(ctx context.Context, models Models, library Library, q Question) iter.Seq2[chat.Event, error] {
	q.Scope, q.Language = ScopeAll, LanguageOf(q.Text)
	return documents{Assistant: &Assistant{models: models, library: library, now: time.Now,
		scope: func(context.Context, chat.Principal, string, string) ([]string, bool, error) { return nil, true, nil },
	}}.Answer(ctx, q)
}
