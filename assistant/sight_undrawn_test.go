package assistant

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

// tooWide is the beginning of a PNG of more pixels than a picture may have.
func tooWide() string {
	var out bytes.Buffer
	out.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(name string, data []byte) {
		out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data))))
		out.WriteString(name)
		out.Write(data)
		out.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(append([]byte(name), data...))))
	}
	head := binary.BigEndian.AppendUint32(nil, 60_000)
	head = binary.BigEndian.AppendUint32(head, 60_000)
	chunk("IHDR", append(head, 8, 2, 0, 0, 0))
	chunk("IDAT", nil)
	chunk("IEND", nil)
	return out.String()
}

// broken brings a picture that cannot be read, and waits until that is known.
func (g *gallery) broken(name, mime, data string, why chat.Code) store.Version {
	g.t.Helper()
	_, v, err := g.store.AddDocument(g.t.Context(), ann, store.DocumentSpec{Name: name, Mime: mime}, strings.NewReader(data))
	if err != nil {
		g.t.Fatal(err)
	}
	g.shelf.Wake()
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
		if v, err = g.store.Version(g.t.Context(), ann, v.ID); err != nil || v.State != store.VersionWaiting {
			break
		}
	}
	if err != nil || v.State != store.VersionFailed || v.Error == nil || v.Error.Code != why {
		g.t.Fatalf("%s is %s, %v, want that it failed with %s; %v", name, v.State, v.Error, why, err)
	}
	return v
}

// A picture that nobody can draw ends neither the question that it comes with nor those after it: what else there is is seen, and whoever
// asks is told ahead, by the model and in the ledger what is not.
func TestAPictureThatNobodyCanDrawEndsNoConversation(t *testing.T) {
	for _, bad := range []struct {
		name, mime, data string
		why              chat.Code
	}{
		{"사진.avif", "image/avif", "\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + strings.Repeat("\x00\xff\x80", 50), chat.CodeDocumentUnknown},
		{"빈 그림.png", "image/png", "", chat.CodeDocumentEmpty},
		{"넓은 그림.png", "image/png", tooWide(), chat.CodeDocumentTooMuch},
	} {
		for _, mode := range []string{"chat", Documents} {
			g := newGallery(t, &fakeModels{window: 8192, level: Assist, eyes: true, reply: says("빨간 네모가 보입니다.")})
			v := g.broken(bad.name, bad.mime, bad.data, bad.why)
			good := g.picture(store.DocumentSpec{Name: "여비.png"})
			place := bad.name + ", 1쪽"
			left := func(which string, items []chat.LedgerItem) {
				t.Helper()
				if len(items) != 1 || items[0].Label != place {
					t.Errorf("%s, %s, %s: left out %+v, want %q", mode, bad.name, which, items, place)
				}
			}
			ask := Ask{Text: "이 그림은 무엇인가요?", Mode: mode, Attachments: comesWith(v)}
			first := g.look(ask)
			_, out := first.items("picture")
			left("alone", out)
			if first.Text == "" || len(first.sights) != 1 || first.sights[0].By != chat.SightNone {
				t.Errorf("%s, %s: alone %q, sights %+v", mode, bad.name, first.Text, first.sights)
			}
			if mode == "chat" && !strings.Contains(g.askedWith(ask.Text).Text, place) {
				t.Errorf("%s: asked %q", bad.name, g.askedWith(ask.Text).Text)
			}
			ask.Attachments = comesWith(v, good)
			both := g.look(ask)
			if last := g.askedWith(ask.Text); len(last.Images) != 1 || !strings.Contains(last.Text, chat.Text(chat.Korean, chat.CodeAskUnshown, place)) {
				t.Errorf("%s, %s: with another asked with %d pictures and %q", mode, bad.name, len(last.Images), last.Text)
			}
			_, out = both.items("picture")
			left("with another", out)
			ask = Ask{Text: "그 그림의 네모는 무슨 색인가요?", Mode: mode, Conversation: both.answer.Conversation}
			before, err := g.Preview(t.Context(), ann, ask)
			if err != nil {
				t.Fatal(err)
			}
			left("ahead", leftOut(before))
			later := g.look(ask)
			if last := g.askedWith(ask.Text); len(last.Images) != 1 || !strings.Contains(last.Text, chat.Text(chat.Korean, chat.CodeAskNotAgain, place)) {
				t.Errorf("%s, %s: later asked with %d pictures and %q", mode, bad.name, len(last.Images), last.Text)
			}
			_, out = later.items("picture")
			left("later", out)
			ask = Ask{Text: "안녕하세요, 오늘 할 일을 정리해 주세요", Mode: "chat", Scope: ScopeNone, Conversation: first.answer.Conversation}
			if r := g.look(ask); r.Text == "" {
				t.Errorf("%s, %s: a question of text alone is not answered after it", mode, bad.name)
			}
		}
	}
}

// leftOut are the pictures that a ledger leaves out.
func leftOut(l chat.Ledger) (all []chat.LedgerItem) {
	for _, i := range l.Items {
		if i.Kind == "picture" && i.Fate == chat.FateLeftOut {
			all = append(all, i)
		}
	}
	return all
}
