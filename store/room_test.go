package store

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// What does not fit is refused whole, before or while it comes.
func TestDocumentsThatDoNotFitAreRefused(t *testing.T) {
	s := openTest(t, t.TempDir())
	ctx := t.Context()
	_, _, err := s.AddDocument(ctx, chat.Local, DocumentSpec{Name: "큰.bin", Mime: "text/plain", Size: 1 << 60}, strings.NewReader("x"))
	wantCode(t, err, chat.CodeDocumentNoRoom)
	d, _, err := s.AddDocument(ctx, chat.Local, DocumentSpec{Name: "작은.txt", Mime: "text/plain"}, strings.NewReader("x"))
	must(t, err)
	_, err = s.AddVersion(ctx, chat.Local, d.ID, DocumentSpec{Name: "큰.bin", Mime: "text/plain", Size: 1 << 60}, strings.NewReader("y"))
	wantCode(t, err, chat.CodeDocumentNoRoom)
	files := 0
	must(t, filepath.WalkDir(filepath.Join(s.Dir(), "blobs"), func(_ string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files++
		}
		return err
	}))
	if files != 1 {
		t.Errorf("%d files are kept, want that of the one that fits", files)
	}
}

// A file whose size nobody has said ends where it takes the room that is to be left.
func TestRoomIsAskedForWhileAFileComes(t *testing.T) {
	free := int64(50 << 20)
	r := &roomReader{r: io.LimitReader(endless{}, 1<<40), name: "끝없는.bin"}
	r.free = func() (int64, error) { return free - r.read, nil }
	n, err := io.Copy(io.Discard, r)
	wantCode(t, err, chat.CodeDocumentNoRoom)
	told := err.(*chat.Error)
	if n < 18<<20 || n > 18<<20+roomStep+1<<20 || told.Params[2] != int64(50) || told.Params[1].(int64) <= 50 {
		t.Errorf("after %d bytes: %v", n, told)
	}
}

// endless never ends; what it reads is whatever was there.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A job that is put off has not been tried.
func TestPutOffDoesNotCount(t *testing.T) {
	s := openTest(t, t.TempDir())
	ctx := t.Context()
	_, err := s.Enqueue(ctx, chat.Local, JobSpec{Kind: "k", MaxAttempts: 1})
	must(t, err)
	for range 3 {
		job, ok, err := s.Claim(ctx, System, time.Minute)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		must(t, s.PutOff(ctx, job, chat.NewError(chat.CodeDocumentHeld, nil, 2, 1), -time.Millisecond))
		got, err := s.Job(ctx, chat.Local, job.ID)
		must(t, err)
		if got.State != JobQueued || got.Error == nil || got.Error.Code != chat.CodeDocumentHeld || got.MaxAttempts <= got.Attempt {
			t.Errorf("put off: %+v", got)
		}
	}
}
