package exchange

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"

	"exaone/chat"
	"exaone/store"

	"github.com/google/go-cmp/cmp"
)

// storedEvents are events as the store has them.
func storedEvents(t *testing.T, all ...chat.Event) (out []store.Event) {
	t.Helper()
	for i, ev := range all {
		kind, version, data, err := chat.EncodeEvent(ev)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, store.Event{Number: int64(i + 1), Kind: kind, Version: version, Data: data})
	}
	return out
}

// claimOf is a claim of a sentence of a text.
func claimOf(text, sentence string, missing ...string) chat.Claim {
	before, _, _ := strings.Cut(text, sentence)
	start := len(utf16.Encode([]rune(before)))
	return chat.Claim{Start: start, End: start + len(utf16.Encode([]rune(sentence))), Missing: missing}
}

// Places that are within a character, or nowhere, strike nothing.
func TestStruckHoldsToTheText(t *testing.T) {
	for _, c := range []chat.Claim{{Start: 1, End: 2}, {Start: 0, End: 1}, {Start: -1, End: 2}, {Start: 2, End: 1}, {Start: 0, End: 99}} {
		c.Missing = []string{"1"}
		if got := proven("🙂가", []chat.Claim{c}, "seen"); got != "🙂가" {
			t.Errorf("%d to %d makes %q", c.Start, c.End, got)
		}
	}
}

func TestWriteAnswerWithItsProof(t *testing.T) {
	const text = "국내 출장은 7일 안에 정산합니다 [1]. 🙂 국외는 30일입니다 [2].\n- 연장은 한 차례입니다 [1]."
	events := storedEvents(t,
		chat.Passages{Items: []chat.Passage{{Index: 1, Title: "여비 규정.hwpx", Text: "아무 데도 인용하지 않은 대목"}}},
		claimOf(text, "국내 출장은 7일 안에 정산합니다 [1]."),
		claimOf(text, "국외는 30일입니다 [2].", "30일"),
		claimOf(text, "- 연장은 한 차례입니다 [1].", "한 차례"),
		chat.Claim{Start: 50, End: 9000, Missing: []string{"nowhere"}},
		chat.Citation{Index: 1, Title: "여비 규정.hwpx", Where: "7쪽", Source: chat.SourceVersion + "v-1", Snippet: "7일 이내에 출장 여비를\n정산하여야 한다"},
		chat.Citation{Index: 2, Title: "옛 규정", Source: chat.SourceVersion + "v-2", Snippet: "secret", Deleted: true},
		chat.Citation{Index: 3, Title: "남의 문서", Source: chat.SourceVersion + "v-3", Snippet: "secret", Withheld: true},
		chat.Verdict{Checked: []string{"1"}, Failed: []string{"30일"}},
	)
	var b bytes.Buffer
	if err := WriteAnswer(&b, Options{Language: chat.Korean}, store.Message{Text: text}, events); err != nil {
		t.Fatal(err)
	}
	want := `국내 출장은 7일 안에 정산합니다 [1]. 🙂 ~~국외는 30일입니다 [2].~~
- ~~연장은 한 차례입니다 [1].~~

*확인하지 못한 내용: 30일*

**출처**

\[1\] 여비 규정.hwpx — 7쪽 — “7일 이내에 출장 여비를 정산하여야 한다”

\[2\] \[삭제된 문서\]

\[3\] ` + chat.Text(chat.Korean, chat.CodeSourceWithheld) + `

*` + chat.Text(chat.Korean, chat.CodeAINotice) + "*\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if strings.Contains(b.String(), "secret") {
		t.Error("what may not be read is in it")
	}
}

func TestWriteAnswerThatFoundNothing(t *testing.T) {
	events := storedEvents(t, chat.Passages{Nearest: true, Items: []chat.Passage{
		{Index: 1, Title: "규정.pdf", Where: "3쪽", Text: "연차는 15일이다."}, {Index: 2, Text: "secret", Withheld: true}}})
	var b bytes.Buffer
	if err := WriteAnswer(&b, Options{Language: chat.Korean}, store.Message{Text: "찾지 못했습니다."}, events); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"찾지 못했습니다.", "**찾은 대목**", "- 규정.pdf — 3쪽 — “연차는 15일이다.”"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "secret") {
		t.Error("what may not be read is in it")
	}
}
