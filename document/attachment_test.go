package document

import (
	"context"
	"errors"
	"testing"
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
