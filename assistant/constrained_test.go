package assistant

import (
	"context"
	"iter"
	"testing"

	"exaone/chat"
)

// formless is a model elsewhere that knows no grammars.
type formless struct{ fakeModels }

func (f *formless) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	if !req.Grammar.IsZero() {
		return func(yield func(chat.Event, error) bool) {
			yield(nil, chat.NewError(chat.CodeRemoteNoGrammar, nil, "example.com", "grammar"))
		}
	}
	return f.fakeModels.Chat(ctx, req)
}

func TestAModelWithoutGrammarsIsAskedWithout(t *testing.T) {
	f := &formless{fakeModels{window: 1000, reply: func(chat.Request) string { return "15일입니다 [1]." }}}
	a := &Assistant{models: f}
	req := chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "며칠?"}}, Grammar: chat.Grammar{Choices: []string{"a"}}}
	said, _, err := chat.Collect(a.constrained(t.Context(), req))
	if err != nil || said.Text != "15일입니다 [1]." {
		t.Errorf("%q, %v", said.Text, err)
	}
}
