package exchange

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

// What a model said of a picture nobody can check, and whoever reads it elsewhere is told so, too.
func TestWhatAModelSawIsMarked(t *testing.T) {
	const text = "합계는 30일입니다 [1]. 빨간 도장이 있습니다.\n\n| 도장 | 둘 |\n"
	seen := func(sentence string) chat.Claim {
		c := claimOf(text, sentence)
		c.Seen = true
		return c
	}
	events := storedEvents(t, chat.Sight{By: chat.SightModel, Version: "v-1", Page: 1},
		claimOf(text, "합계는 30일입니다 [1]."), seen("빨간 도장이 있습니다."), seen("| 도장 | 둘 |\n"))
	for _, lang := range []chat.Language{chat.Korean, chat.English} {
		mark := "*(" + chat.Text(lang, chat.CodeSeenOnly) + ")*"
		want := "합계는 30일입니다 [1]. 빨간 도장이 있습니다. " + mark + "\n\n| 도장 | 둘 " + mark + " |\n"
		answer := store.Message{ID: "m-1", Role: chat.Assistant, Text: text, Created: time.UnixMilli(1e12)}
		var alone, whole bytes.Buffer
		if err := WriteAnswer(&alone, Options{Language: lang}, answer, events); err != nil {
			t.Fatal(err)
		}
		all := store.Whole{Conversation: store.Conversation{Leaf: "m-1"}, Messages: []store.Message{answer}, Events: map[string][]store.Event{"m-1": events}}
		if err := WriteMarkdown(&whole, Options{Language: lang}, all); err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]string{"an answer": alone.String(), "a conversation": whole.String()} {
			if !strings.Contains(got, want) {
				t.Errorf("%s has no %q:\n%s", name, want, got)
			}
		}
	}
}
