package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"exaone/chat"
)

// blobFiles are the files below DIR/blobs, temporary ones too.
func blobFiles(t testing.TB, s *Store) []string {
	t.Helper()
	return files(t, filepath.Join(s.dir, "blobs"))
}

func readBlob(t testing.TB, s *Store, who chat.Principal, hash string) string {
	t.Helper()
	f, _, err := s.OpenBlob(t.Context(), who, hash)
	must(t, err)
	defer f.Close()
	data, err := io.ReadAll(f)
	must(t, err)
	return string(data)
}

func TestBlobs(t *testing.T) { eachStore(t, testBlobs) }
func testBlobs(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	ada, bob := person(t, s, "Ada"), person(t, s, "Bob")
	put := func(who chat.Principal, object, mime, content string) Blob {
		t.Helper()
		b, err := s.PutBlob(ctx, who, object, mime, stringReader(content))
		must(t, err)
		return b
	}
	const content = "회의록\n"
	b := put(ada, "message:1", "text/plain", content)
	const hash = "0c60110478e55a12d9ba3cd68c37d909f4fe6f309376fa89f5ab07ff16c11135" // sha256sum
	if b.Hash != hash || b.Size != int64(len(content)) {
		t.Fatalf("stored %+v", b)
	}
	// The same again, from another place and somebody else: one file.
	put(ada, "message:1", "text/markdown", content)
	put(ada, "message:2", "text/plain", content)
	put(bob, "message:3", "text/html", content)
	if got := blobFiles(t, s); len(got) != 1 {
		t.Fatalf("files %v, want one", got)
	}
	if all, err := s.Blobs(ctx, ada); err != nil || len(all) != 2 || all[0].Mime != "text/markdown" {
		t.Fatalf("Ada's %+v, %v; want two, the first as she said last", all, err)
	}
	if got := readBlob(t, s, bob, b.Hash); got != content {
		t.Fatalf("read %q", got)
	}
	_, _, err := s.OpenBlob(ctx, chat.Local, b.Hash)
	wantCode(t, err, chat.CodeNoBlob)

	wantCode(t, s.ReleaseBlob(ctx, bob, "message:1", b.Hash), chat.CodeNoBlob)
	must(t, s.ReleaseBlob(ctx, ada, "message:1", b.Hash))
	must(t, s.ReleaseBlob(ctx, ada, "message:2", b.Hash))
	_, _, err = s.OpenBlob(ctx, ada, b.Hash)
	wantCode(t, err, chat.CodeNoBlob)
	if got := readBlob(t, s, bob, b.Hash); got != content {
		t.Fatalf("read %q", got)
	}
	must(t, s.ReleaseBlob(ctx, bob, "message:3", b.Hash))
	if got := blobFiles(t, s); len(got) != 0 {
		t.Fatalf("files %v, want none", got)
	}
	must(t, s.Check(ctx))
}

func TestPutBlobRefuses(t *testing.T) { eachStore(t, testPutBlobRefuses) }
func testPutBlobRefuses(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	_, err := s.PutBlob(ctx, chat.Local, "", "text/plain", stringReader("a"))
	wantCode(t, err, chat.CodeBadField)
	_, err = s.PutBlob(ctx, chat.Local, "o", "text/plain\r\nX: y", stringReader("a"))
	wantCode(t, err, chat.CodeBadField)
	_, err = s.PutBlob(ctx, chat.Principal{ID: "nobody"}, "o", "text/plain", stringReader("a"))
	wantCode(t, err, chat.CodeNoPrincipal)
	left, cancel := context.WithCancel(ctx)
	cancel()
	_, err = s.PutBlob(left, chat.Local, "o", "text/plain", stringReader("a"))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
	if got := blobFiles(t, s); len(got) != 0 {
		t.Fatalf("left behind: %v", got)
	}
}

// Whichever read fails, nothing is stored and nothing is left behind.
func TestPutBlobWithFailingReads(t *testing.T) { eachStore(t, testPutBlobWithFailingReads) }
func testPutBlobWithFailingReads(t *testing.T, at place) {
	s := at.open(t)
	content := bytes.Repeat([]byte("0123456789"), 20_000)
	broken := errors.New("the line is broken")
	failed := 0
	for n := 0; ; n++ {
		pieces := iotest.HalfReader(bytes.NewReader(content))
		_, err := s.PutBlob(t.Context(), chat.Local, "upload:1", "text/plain", &failingReader{r: pieces, after: n, err: broken})
		if err == nil {
			break
		}
		if !errors.Is(err, broken) {
			t.Fatalf("read %d: %v, want %v", n, err, broken)
		}
		failed++
		if got := blobFiles(t, s); len(got) != 0 {
			t.Fatalf("read %d left %v", n, got)
		}
		if all, err := s.Blobs(t.Context(), chat.Local); err != nil || len(all) != 0 {
			t.Fatalf("read %d stored %v, %v", n, all, err)
		}
	}
	if failed < 10 {
		t.Fatalf("%d reads failed, want every one of a dozen", failed)
	}
	must(t, s.Check(t.Context()))
}

type failingReader struct {
	r     io.Reader
	after int
	err   error
}

func (f *failingReader) Read(p []byte) (int, error) {
	if f.after == 0 {
		return 0, f.err
	}
	f.after--
	return f.r.Read(p)
}

func TestPutBlobHealsADamagedFile(t *testing.T) { eachStore(t, testPutBlobHealsADamagedFile) }
func testPutBlobHealsADamagedFile(t *testing.T, at place) {
	s := at.open(t)
	b, err := s.PutBlob(t.Context(), chat.Local, "o", "text/plain", stringReader("whole"))
	must(t, err)
	path := blobFiles(t, s)[0]
	for name, damage := range map[string]func() error{
		"shortened": func() error { return os.Truncate(path, 2) },
		"gone":      func() error { return os.Remove(path) },
	} {
		must(t, damage())
		_, _, err = s.OpenBlob(t.Context(), chat.Local, b.Hash)
		wantCode(t, err, chat.CodeBlobMissing)
		wantCode(t, s.Check(t.Context()), chat.CodeBlobMissing)
		_, err = s.PutBlob(t.Context(), chat.Local, "o", "text/plain", stringReader("whole"))
		must(t, err)
		if got := readBlob(t, s, chat.Local, b.Hash); got != "whole" {
			t.Fatalf("%s: read %q", name, got)
		}
	}
	must(t, os.WriteFile(path, []byte("WHOLE"), 0o600))
	wantCode(t, s.Check(t.Context()), chat.CodeBlobMissing)
}

func TestSweepRemovesOnlyOrphans(t *testing.T) {
	dir := t.TempDir()
	s := openTest(t, dir)
	kept, err := s.PutBlob(t.Context(), chat.Local, "o", "text/plain", stringReader("kept"))
	must(t, err)
	must(t, s.Close())
	orphan := strings.Repeat("0a", 32)
	write := func(content string, parts ...string) string {
		path := filepath.Join(append([]string{dir, "blobs"}, parts...)...)
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	write("lost", "0a", orphan)
	write("half", tempDir, "ABCDEFG")
	stranger := write("not ours", "0a", "README")
	misplaced := write("not ours either", "0b", orphan)

	s = openTest(t, dir)
	n, err := s.Sweep(t.Context()) // after or beside the one that Open began
	must(t, err)
	must(t, s.Close())
	if n.Files < 1 {
		t.Fatalf("swept %+v", n)
	}
	want := []string{stranger, misplaced, filepath.Join(dir, "blobs", kept.Hash[:2], kept.Hash)}
	got := files(t, filepath.Join(dir, "blobs"))
	if len(got) != len(want) {
		t.Fatalf("files %v, want %v", got, want)
	}
	for _, path := range want {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// Putting, releasing and sweeping the same few contents at once never loses one that is referred to.
func TestBlobsUnderConcurrency(t *testing.T) { eachStore(t, testBlobsUnderConcurrency) }
func testBlobsUnderConcurrency(t *testing.T, at place) {
	s := at.open(t)
	ctx := t.Context()
	var workers sync.WaitGroup
	for w := range 6 {
		workers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 1))
			object := fmt.Sprint("worker:", w)
			for range 25 {
				content := fmt.Sprint("content ", random.IntN(3))
				b, err := s.PutBlob(ctx, chat.Local, object, "text/plain", stringReader(content))
				if err != nil {
					t.Error(err)
					return
				}
				if got := readBlob(t, s, chat.Local, b.Hash); got != content {
					t.Errorf("read %q, want %q", got, content)
				}
				if err := s.ReleaseBlob(ctx, chat.Local, object, b.Hash); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Go(func() {
		for range 10 {
			if _, err := s.Sweep(ctx); err != nil {
				t.Error(err)
			}
		}
	})
	workers.Wait()
	must(t, s.Check(ctx))
	if got := blobFiles(t, s); len(got) != 0 {
		t.Fatalf("left behind: %v", got)
	}
}

func TestBlobPath(t *testing.T) {
	good := strings.Repeat("0123456789abcdef", 4)
	if got, err := BlobPath(good); err != nil || got != "01/"+good {
		t.Fatalf("%q, %v", got, err)
	}
	for _, bad := range []string{"", "..", "../../etc/passwd", strings.ToUpper(good), good[1:], good + "0", "/" + good[1:],
		good[:62] + "..", good[:63] + "/", good[:63] + "\x00", good[:63] + "\n", "sha256:" + good, good[:61] + "가"} {
		if got, err := BlobPath(bad); err == nil {
			t.Errorf("%q became %q", bad, got)
		} else {
			wantCode(t, err, chat.CodeNoBlob)
		}
	}
}

func FuzzBlobPath(f *testing.F) {
	f.Add(strings.Repeat("0f", 32))
	f.Add("../../../etc/passwd")
	f.Fuzz(func(t *testing.T, hash string) {
		path, err := BlobPath(hash)
		if err == nil && (len(path) != 67 || strings.Trim(hash, "0123456789abcdef") != "" || !filepath.IsLocal(path)) {
			t.Errorf("%q became %q", hash, path)
		}
	})
}
