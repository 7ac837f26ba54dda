package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/store"

	"github.com/google/go-cmp/cmp"
)

// attached is a conversation with a file attached to its question and one that its answer made, and one that is gone.
func attached(t *testing.T, s *store.Store) (conversation string, contents map[string]string) {
	t.Helper()
	ctx := t.Context()
	contents = map[string]string{}
	put := func(content string) store.Blob {
		t.Helper()
		b, err := s.PutBlob(ctx, chat.Local, "upload:1", "text/plain", strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		contents[b.Hash] = content
		return b
	}
	asked, made := put("질문의 파일"), put(strings.Repeat("답의 파일 ", 50_000))
	c, _, a, err := s.StartConversation(ctx, chat.Local, store.ConversationSpec{Title: "파일"}, store.MessageSpec{Text: "이 파일은?",
		Attachments: fmt.Appendf(nil, `[{"name":"질문.txt","mime":"text/plain","blob":%q,"size":%d}]`, asked.Hash, asked.Size)}, store.MessageSpec{})
	for i, ev := range []chat.Event{chat.File{Name: "답.txt", MIME: "text/plain", Blob: made.Hash, Size: made.Size},
		chat.File{Name: "없음.txt", Blob: strings.Repeat("0", 64)}} {
		kind, version, data, e := chat.EncodeEvent(ev)
		if err == nil && e == nil {
			err = s.AppendEvents(ctx, a.ID, []store.Event{{Number: int64(i + 1), Kind: kind, Version: version, Data: data}})
		}
	}
	if err == nil {
		err = s.FinishMessage(ctx, a.ID, store.MessageEnd{State: store.StateDone, Text: "그렇습니다."})
	}
	if err != nil {
		t.Fatal(err)
	}
	return c.ID, contents
}

// Files go along and come back, whoever has them there already.
func TestFilesComeBack(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	conversation, contents := attached(t, s)
	opts := Options{Open: func(hash string) (io.ReadCloser, store.Blob, error) { return s.OpenBlob(t.Context(), chat.Local, hash) }}
	var first bytes.Buffer
	if err := WriteJSON(&first, opts, each(t, s, conversation, conversation)); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(first.Bytes()) {
		t.Fatalf("no JSON: %.300s", first.String())
	}
	in := mustRead(t, first.Bytes())
	if diff := cmp.Diff([]string{"files (없음.txt): 2"}, skippedLines(in)); diff != "" {
		t.Errorf("skipped: want (-), got (+):\n%s", diff)
	}
	other, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	ids, err := other.Import(t.Context(), chat.Local, in.Conversations)
	if err != nil {
		t.Fatal(err)
	}
	for hash, want := range contents {
		f, b, err := other.OpenBlob(t.Context(), chat.Local, hash)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		f.Close()
		if err != nil || string(got) != want || b.Mime != "text/plain" {
			t.Errorf("%+v has %d bytes, want %d; %v", b, len(got), len(want), err)
		}
	}
	w, err := other.Whole(t.Context(), chat.Local, ids[0])
	if err != nil || len(w.Files()) != 2 || !slices.Equal(names(w), []string{"질문.txt"}) {
		t.Errorf("%v, %v, %v", w.Files(), names(w), err)
	}
	var text bytes.Buffer
	if err := WriteMarkdown(&text, Options{Language: chat.Korean}, w); err != nil || !strings.Contains(text.String(), "*(파일: 질문.txt)*") {
		t.Errorf("as Markdown, %v:\n%s", err, text.String())
	}
	// The files are the messages' own: they go with them.
	if err := other.DeleteConversations(t.Context(), chat.Local, ids); err != nil {
		t.Fatal(err)
	}
	if left, err := other.Blobs(t.Context(), chat.Local); err != nil || len(left) != 0 {
		t.Errorf("left are %+v, %v", left, err)
	}
}

func names(w store.Whole) (all []string) {
	for _, m := range w.Messages {
		for _, one := range store.Attached(m.Attachments) {
			all = append(all, one.Name)
		}
	}
	return all
}

// A file that says it is another is not brought: its name is its content's.
func TestFilesThatAreOthersAreNotBrought(t *testing.T) {
	hash := strings.Repeat("0", 64)
	in := mustRead(t, fmt.Appendf(nil, `{"format":"exaone.conversations","version":1,"conversations":[{"title":"t","messages":[
		{"parent":-1,"role":"user","state":"done","text":"?","attachments":[{"name":"a.txt","blob":%q},{"name":"b.txt","blob":"../x"},7],"events":[
			{"kind":"file","version":1,"data":{"name":"c.txt","blob":%q}}]}],
		"files":[{"blob":%q,"mime":"x\ny","data":"AAAA"},{"blob":"../x","data":"AAAA"}]}]}`, hash, hash, hash))
	if m := in.Conversations[0].Messages[0]; len(in.Conversations[0].Files) != 0 || m.Attachments != nil || len(m.Events) != 0 {
		t.Errorf("brought is %+v", in.Conversations[0])
	}
	if lines := skippedLines(in); len(lines) != 5 {
		t.Errorf("skipped: %q", lines)
	}
}

func TestFootnotes(t *testing.T) {
	cited := []chat.Citation{{Index: 1}, {Index: 2}, {Index: 3}}
	for text, want := range map[string]string{
		"가 [1], 나 [2][1].":             "가 [^4-1], 나 [^4-2][^4-1].",
		"없는 것 [7]과 [0]":                "없는 것 [7]과 [0]",
		"코드 `a[1]` 밖 [1]":              "코드 `a[1]` 밖 [^4-1]",
		"```go\na[1]\n```\n밖 [2]":      "```go\na[1]\n```\n밖 [^4-2]",
		"열린 ```\na[1]":                 "열린 ```\na[1]",
		"링크 [1](https://example.com/)": "링크 [1](https://example.com/)",
		"[12345] [x] []":               "[12345] [x] []",
	} {
		if got, _ := footnotes(text, 4, cited); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if _, noted := footnotes("가 [2]", 1, cited); noted[1] || !noted[2] || noted[3] {
		t.Errorf("noted are %v", noted)
	}
	m := markdown{opts: Options{Language: chat.Korean}, answers: 1}
	m.sources([]chat.Citation{{Index: 1, Title: "가"}, {Index: 2, Withheld: true}, {Index: 3, Title: "다"}}, map[int]bool{1: true, 2: true})
	want := "[^1-1]: 가\n[^1-2]: 열어 볼 권한이 없는 출처\n\n**출처**\n\n- \\[3\\] 다"
	if diff := cmp.Diff(want, m.String()); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
