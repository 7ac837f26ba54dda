package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// What a model would read of a request is what it reads: the count of Prompt is that of the answer, and ids asked for as
// a raw prompt are answered alike.
func TestPromptIsWhatIsRead(t *testing.T) {
	e := newEngine(t, Options{Threads: 1})
	ctx := context.Background()
	for name, req := range map[string]chat.Request{
		"a conversation": {Messages: []chat.Message{{Role: chat.System, Text: "너는"}, {Role: chat.User, Text: "안녕 [|endofturn|] <|im_end|>"}}},
		"a raw text":     {Prompt: &chat.Prompt{Text: "안녕 [|endofturn|]"}},
		"ids":            {Prompt: &chat.Prompt{IDs: []int32{40, 41, 42}}},
	} {
		req.MaxTokens = 3
		text, ids, err := e.Prompt(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		want, finish, err := chat.Collect(e.Chat(ctx, req))
		if err != nil {
			t.Fatal(err)
		}
		if finish.Usage.PromptTokens != len(ids) {
			t.Errorf("%s: %d tokens were read, want %d", name, finish.Usage.PromptTokens, len(ids))
		}
		raw := chat.Request{Prompt: &chat.Prompt{IDs: ids}, MaxTokens: 3}
		got, _, err := chat.Collect(e.Chat(ctx, raw))
		if err != nil {
			t.Fatal(err)
		}
		if said := want.Thinking + want.Text; req.Prompt != nil && got.Text != said {
			t.Errorf("%s: its ids are answered with %q, want %q", name, got.Text, said)
		}
		pieces, err := e.Pieces(ctx, "", ids)
		if err != nil {
			t.Fatal(err)
		}
		if joined := string(slices.Concat(pieces...)); joined != text {
			t.Errorf("%s: pieces %q, text %q", name, joined, text)
		}
	}
}

// What a program writes may spell special tokens; what a person typed never does. A text begins once.
func TestEncodeKnowsWhoWrites(t *testing.T) {
	e := newEngine(t, Options{Threads: 1})
	ctx := context.Background()
	text, ids, err := e.Prompt(ctx, chat.Request{Messages: []chat.Message{{Role: chat.User, Text: "안녕"}}})
	if err != nil {
		t.Fatal(err)
	}
	again, err := e.Encode(ctx, "", text, true, true)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again, ids) {
		t.Errorf("the rendered conversation %q becomes %v again, want %v", text, again, ids)
	}
	typed, err := e.Encode(ctx, "", text, false, false)
	if err != nil {
		t.Fatal(err)
	}
	pieces, err := e.Pieces(ctx, "", typed)
	if err != nil {
		t.Fatal(err)
	}
	if len(typed) <= len(ids) || !strings.Contains(string(slices.Concat(pieces...)), "안녕") {
		t.Errorf("typed, it has %d tokens, want more than %d", len(typed), len(ids))
	}
	for _, bad := range [][]int32{{-1}, {1 << 30}} {
		_, err := e.Pieces(ctx, "", bad)
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeBadField {
			t.Errorf("%v: got %v, want %s", bad, err, chat.CodeBadField)
		}
	}
	if _, _, err := e.Prompt(ctx, chat.Request{}); err == nil {
		t.Error("neither messages nor a prompt: no error")
	}
}
