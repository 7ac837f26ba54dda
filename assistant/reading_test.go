package assistant

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/store"
)

// halfOnce is a reader that ends before the last block, and when it is asked again goes on until nobody wants it any more.
type halfOnce struct{ again chan bool }

func (r halfOnce) Read(ctx context.Context, path, name, _ string, o document.Options) (*document.Document, error) {
	select {
	case <-r.again:
		<-ctx.Done()
		return nil, ctx.Err()
	default:
	}
	close(r.again)
	doc, err := document.ReadFile(ctx, path, name, "", o)
	if err != nil {
		return nil, err
	}
	doc.Blocks, doc.Manifest.Cut = doc.Blocks[:len(doc.Blocks)-1], true
	return doc, chat.NewError(chat.CodeDocumentReader, errors.New("killed"), name)
}

// What is asked of a document of which there is half is answered from that, and does not wait until it has been read again.
func TestAQuestionDoesNotWaitForWhatIsReadAgain(t *testing.T) {
	o := openOffice(t, nil, intake.Options{Reader: halfOnce{make(chan bool)}})
	rules, err := o.store.AddCollection(t.Context(), ann, store.CollectionSpec{Name: "규정"})
	if err != nil {
		t.Fatal(err)
	}
	v := o.bring(store.DocumentSpec{Name: "휴가.txt", Collection: rules.ID}, leaveRules)
	if err := o.store.RetryVersion(t.Context(), ann, v.ID); err != nil {
		t.Fatal(err)
	}
	o.shelf.Wake()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	_, a := start(t, o.Turns, Ask{Text: "총 연차휴가는 며칠을 넘지 못하나요?", Mode: Extractives, Scope: Scope("collection:" + rules.ID)})
	h, err := follow(ctx, o.Turns, a.ID, 0)
	if err != nil || !strings.HasPrefix(h.Text, "총 연차휴가는 25일을 넘지 못한다.") {
		t.Errorf("%q, %v", h.Text, err)
	}
	if now, err := o.store.Version(t.Context(), ann, v.ID); err != nil || now.State != store.VersionWaiting {
		t.Errorf("%s, %v; want one that is being read again", now.State, err)
	}
}
