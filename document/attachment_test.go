package document

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// A file within another that must be read in a process of its own is left to whoever wants to know, at any depth.
func TestForeignFilesWithinAreLeftToWhoeverAsks(t *testing.T) {
	mail := "From: a@example.com\nSubject: x\nContent-Type: application/pdf; name=\"a.pdf\"\nContent-Disposition: attachment; filename=\"a.pdf\"\n\n%PDF-1.4\n"
	for _, file := range []struct{ name, data string }{{"a.pdf", "%PDF-1.4\n"}, {"a.eml", mail}, {"a.txt", "글"}} {
		ctx, stop := context.WithCancel(t.Context())
		asked := 0
		o := Options{Limits: Limits{}.or(), Foreign: func() { asked++; stop() }}
		b := &builder{ctx: ctx, doc: &Document{}, limits: o.Limits, o: o, detect: detect}
		err := b.attach(file.name, "", []byte(file.data))
		foreign := file.name != "a.txt"
		if errors.Is(err, context.Canceled) != foreign || (asked > 0) != foreign || (len(b.doc.Attachments) > 0) == foreign {
			t.Errorf("%s: asked %d times, %v, %+v", file.name, asked, err, b.doc.Attachments)
		}
		stop()
	}
}

// What was read of the files in an archive is there when the next one goes beyond a limit, at any depth, and the limit that is named is
// the one that was set, and not what was left of it.
func TestAnArchiveBeyondALimitHasWhatWasRead(t *testing.T) {
	long := strings.Repeat("가나다 라마바 ", 10_000)
	inner := string(archived(t, "첫째.txt", "첫 글", "긴.txt", long, "셋째.txt", "셋째 글"))
	table := strings.Repeat("1,2\n", 5000)
	for name, c := range map[string]struct {
		file   string
		data   []byte
		limits Limits
		want   []any
	}{
		"an archive":                {"a.zip", archived(t, "앞.txt", long, "첫째.txt", "첫 글", "긴.txt", long), Limits{Text: 300 << 10}, []any{"text", "300 KB"}},
		"one within an archive":     {"a.zip", archived(t, "앞.txt", long, "안.zip", inner), Limits{Text: 300 << 10}, []any{"text", "300 KB"}},
		"one attached to a message": {"a.eml", mailOf("안.zip", inner), Limits{Text: 100 << 10}, []any{"text", "100 KB"}},
		"a table within an archive": {"a.zip", archived(t, "첫째.txt", "첫 글", "표.csv", table), Limits{Blocks: 1000}, []any{"blocks", 1000}},
		"what unpacks to too much":  {"a.zip", archived(t, "첫째.txt", "첫 글", "안.zip", inner), Limits{Unpacked: 100 << 10}, []any{"unpacked", "100 KB"}},
	} {
		doc, err := Read(t.Context(), sourceOf(c.file, c.data), Options{Limits: c.limits})
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentTooMuch || !slices.Equal(told.Params, c.want) {
			t.Errorf("%s: %v, want that it is beyond %v", name, err, c.want)
		}
		if doc.Empty() || !strings.Contains(doc.Text(false), "첫 글") || strings.Contains(doc.Text(false), "셋째 글") {
			t.Errorf("%s: %d attachments, %.100q, want what was read", name, len(doc.Attachments), doc.Text(false))
		}
		if last := doc.Attachments[len(doc.Attachments)-1]; last.Why != string(chat.CodeDocumentTooMuch) {
			t.Errorf("%s: %s is not said to be beyond a limit: %q", name, last.Name, last.Why)
		}
	}
}
