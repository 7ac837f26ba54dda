package engine

import (
	"context"
	"testing"

	"exaone/chat"
)

// TestTheTokenThatEndsAnAnswerIsTold holds that who asks for log probabilities gets that of the end too, that it is the
// model's own, and that it is told of nothing that did not happen.
func TestTheTokenThatEndsAnAnswerIsTold(t *testing.T) {
	e := newEngine(t, Options{})
	ask := func(req chat.Request) (finish chat.Finish, echo []chat.TokenLogprob) {
		t.Helper()
		for ev, err := range e.Chat(context.Background(), req) {
			if err != nil {
				t.Fatal(err)
			}
			switch ev := ev.(type) {
			case chat.Echo:
				echo = append(echo, ev.Tokens...)
			case chat.Finish:
				finish = ev
			}
		}
		return finish, echo
	}
	ids := []int32{5, 6, 7}
	cut, _ := ask(chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: 1, Logprobs: 2})
	if cut.Reason == chat.FinishLength && cut.End != nil {
		t.Errorf("an answer that was cut short ended with %+v", cut.End)
	}
	for id := range e.snapshot()[0].end {
		ends := chat.Sampling{LogitBias: map[int32]float32{id: 1000}}
		got, _ := ask(chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: 4, Logprobs: 2, Sampling: ends})
		_, echo := ask(chat.Request{Prompt: &chat.Prompt{IDs: append(ids[:3:3], id)}, MaxTokens: -1, PromptLogprobs: 2})
		if got.End == nil || got.End.ID != id || len(got.End.Bytes) == 0 || len(got.End.Top) != 1 || got.Usage.CompletionTokens != 0 {
			t.Fatalf("end %d: %+v", id, got)
		}
		if want := echo[3].Logprob; got.End.Logprob != want {
			t.Errorf("end %d: log-probability %v, want %v", id, got.End.Logprob, want)
		}
		if quiet, _ := ask(chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: 4, Sampling: ends}); quiet.End != nil || quiet.Reason != chat.FinishStop {
			t.Errorf("unasked: %+v", quiet)
		}
	}
}
