package document

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/reference"
)

// mailOf is a message with files: names and contents in turn.
func mailOf(files ...string) []byte {
	var out strings.Builder
	out.WriteString("From: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=edge\n\n--edge\n\n보세요.\n")
	for i := 0; i < len(files); i += 2 {
		fmt.Fprintf(&out, "--edge\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"%s\"\nContent-Transfer-Encoding: base64\n\n%s\n",
			files[i], base64.StdEncoding.EncodeToString([]byte(files[i+1])))
	}
	return []byte(out.String() + "--edge--\n")
}

// pdfWith is a PDF of a page in which a file is.
func pdfWith(name, text string) []byte {
	return madePages([]string{"BT /F1 12 Tf 100 700 Td (cover) Tj ET"}, "", "/Names<</EmbeddedFiles<</Names[("+name+") 5 0 R]>>>>", func(m *madePDF) {
		m.stream("/Type/EmbeddedFile", text)
		m.add("<</Type/Filespec/F(%s)/EF<</F 4 0 R>>>>", name)
	})
}

// eachInner calls f for each file within a document that has bytes of its own.
func eachInner(doc, of *Document, path []int, f func(Inner)) {
	for n := range of.Attachments {
		at := append(path[:len(path):len(path)], n)
		if in, ok := doc.Inner(at); ok {
			f(in)
		}
		if inner := of.Attachments[n].Read; inner != nil {
			eachInner(doc, inner, at, f)
		}
	}
}

// What was read of a file within a file is what is given out of it, byte for byte, whatever is around it.
func TestFilesWithinAreGivenOut(t *testing.T) {
	picture, page := string(asPNG(t, squares(20, "RG"))), string(madePages([]string{"BT /F1 12 Tf 100 700 Td (inside) Tj ET"}, "", ""))
	deep := string(archived(t, "__MACOSX/x", "y", "no.bin", "\x00\x01\x02\x03\x00", "a/b.pdf", page, "c.png", picture))
	mail := mailOf("first.txt", "하나", "all.zip", deep, "with.pdf", string(pdfWith("hello.txt", "hello")), "last.txt", "끝")
	want := map[string]string{"first.txt": "하나", "all.zip": deep, "a/b.pdf": page, "c.png": picture, "hello.txt": "hello", "last.txt": "끝", "with.pdf": ""}
	doc, err := Read(t.Context(), sourceOf("a.eml", mail), Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	eachInner(doc, doc, nil, func(in Inner) {
		seen++
		got, err := Extract(t.Context(), sourceOf("a.eml", mail), in, Options{})
		if text, known := want[in.Name]; err != nil || !known || text != "" && string(got) != text || int64(len(got)) != in.Size {
			t.Errorf("%s at %v: %d bytes, want %d, %v", in.Name, in.Path, len(got), in.Size, err)
		}
	})
	if seen != len(want) {
		t.Errorf("%d files, want %d", seen, len(want))
	}
	for _, path := range [][]int{nil, {4}, {-1}, {1, 0}, {0, 0}, {1, 1, 0}} { // the second of the archive is of no format
		if in, ok := doc.Inner(path); ok {
			t.Errorf("there is a file at %v: %+v", path, in)
		}
	}

	b, ok := doc.Inner([]int{1, 1})
	if !ok {
		t.Fatal("no PDF in the archive of the message")
	}
	d, _ := seenOf(t, mail, "a.eml", View{File: &b, Page: 1})
	own, _ := seenOf(t, []byte(page), "b.pdf", View{Page: 1})
	if !bytes.Equal(d.PNG, own.PNG) {
		t.Error("a page of a file within looks otherwise than of the file itself")
	}
	c, _ := doc.Inner([]int{1, 2})
	if _, m := seenOf(t, mail, "a.eml", View{File: &c, Page: 1}); seenAs(m, 20) != "RG" {
		t.Errorf("a picture within is %s", seenAs(m, 20))
	}
}

// The messages, archives and reports of others have files of which the same holds.
func TestFilesWithinSamplesAreGivenOut(t *testing.T) {
	for folder, least := range map[string]int{"email": 3, "text": 2} {
		all, err := filepath.Glob(filepath.Join(reference.Path(t, "samples", folder), "*"))
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, name := range all {
			switch filepath.Ext(name) {
			case ".eml", ".msg", ".zip":
			default:
				continue
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := Read(t.Context(), sourceOf(filepath.Base(name), data), Options{NoCount: true})
			if doc == nil {
				t.Fatalf("%s: %v", name, err)
			}
			eachInner(doc, doc, nil, func(in Inner) {
				seen++
				if got, err := Extract(t.Context(), sourceOf(filepath.Base(name), data), in, Options{}); err != nil || int64(len(got)) != in.Size {
					t.Errorf("%s: %s at %v: %d bytes, want %d, %v", filepath.Base(name), in.Name, in.Path, len(got), in.Size, err)
				}
			})
		}
		if seen < least {
			t.Errorf("%s: %d files within, want %d at least", folder, seen, least)
		}
	}
}

// Nobody is given another file than they were told of, nor one that is unpacked without end.
func TestFilesWithinAreBounded(t *testing.T) {
	mail := mailOf("a.txt", "하나", "b.zip", string(archived(t, "c.txt", "둘")))
	doc, err := Read(t.Context(), sourceOf("a.eml", mail), Options{})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := doc.Inner([]int{1, 0})
	other := in
	other.Path = []int{0}
	gone := in
	gone.Path = []int{1, 7}
	deep, inner := []byte("끝"), "a.txt"
	for range 10 {
		deep, inner = archived(t, inner, string(deep)), "a.zip"
	}
	bomb := archived(t, "a.txt", strings.Repeat("0", 32<<20))
	for name, c := range map[string]struct {
		data []byte
		in   Inner
		o    Options
		want chat.Code
	}{
		"another file":          {mail, other, Options{}, chat.CodeDocumentDamaged},
		"none":                  {mail, gone, Options{}, chat.CodeDocumentDamaged},
		"not a file at all":     {[]byte("글"), in, Options{}, chat.CodeDocumentUnknown},
		"deeper than is read":   {deep, Inner{Path: make([]int, 9), Name: "a.txt"}, Options{}, chat.CodeDocumentTooMuch},
		"a bomb":                {bomb, Inner{Path: []int{0}, Name: "a.txt"}, Options{}, chat.CodeDocumentTooMuch},
		"a bomb in a message":   {mailOf("a.zip", string(bomb)), Inner{Path: []int{0, 0}, Name: "a.txt"}, Options{}, chat.CodeDocumentTooMuch},
		"more than may unpack":  {mail, in, Options{Limits: Limits{Unpacked: 10}}, chat.CodeDocumentTooMuch},
		"nothing in a file":     {mailOf("a.txt", ""), Inner{Path: []int{0}, Name: "a.txt"}, Options{}, chat.CodeDocumentEmpty},
		"a file that has none":  {mailOf("a.txt", "글"), Inner{Path: []int{0, 0}, Name: "b.txt"}, Options{}, chat.CodeDocumentDamaged},
		"one of another format": {mailOf("a.bin", "\x00\x01\x02\x03\x00"), Inner{Path: []int{0, 0}, Name: "b.txt"}, Options{}, chat.CodeDocumentUnknown},
	} {
		data, err := Extract(t.Context(), sourceOf("a.eml", c.data), c.in, c.o)
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != c.want || data != nil {
			t.Errorf("%s: %d bytes, %v, want %s", name, len(data), err, c.want)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Extract(ended, sourceOf("a.eml", mail), in, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("for whoever has gone: %v", err)
	}
}

// A file of any length comes from the process that finds it, and nobody here has more of it in memory than a piece.
func TestPoolGivesFilesWithinOut(t *testing.T) {
	p := pool(t)
	p.o.Silence = time.Minute // on a busy machine reading takes its time
	random := rand.NewChaCha8([32]byte{8})
	long := make([]byte, 3*pieceBytes+7)
	_, _ = random.Read(long)
	text := []byte(base64.StdEncoding.EncodeToString(long))
	path := write(t, string(mailOf("긴.txt", string(text))))
	doc, err := p.Read(t.Context(), path, "a.eml", "", Options{})
	if doc == nil {
		t.Fatal(err)
	}
	in, ok := doc.Inner([]int{0})
	if !ok || in.Size != int64(len(text)) {
		t.Fatalf("%+v of %+v, %v", in, doc.Attachments, err)
	}
	var got bytes.Buffer
	pieces := &largest{Writer: &got}
	if err := p.Extract(t.Context(), path, "a.eml", in, pieces); err != nil || !bytes.Equal(got.Bytes(), text) || pieces.most > pieceBytes {
		t.Errorf("%d bytes, want %d, %d at once, %v", got.Len(), len(text), pieces.most, err)
	}
	full := errors.New("full")
	if err := p.Extract(t.Context(), path, "a.eml", in, &largest{err: full}); !errors.Is(err, full) {
		t.Errorf("a disk that is full: %v", err)
	}
	short := in
	short.Size = pieceBytes + 1
	got.Reset()
	if err := p.Extract(t.Context(), path, "a.eml", short, &got); err == nil || got.Len() > pieceBytes+1 {
		t.Errorf("more than it is said to be: %d bytes, %v", got.Len(), err)
	}
	broken := write(t, string(mailOf("b.bad", "bad:page one\npanic now")))
	err = p.Extract(t.Context(), broken, "a.eml", Inner{Path: []int{0, 0}, Name: "x", Size: 1}, io.Discard)
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentReader {
		t.Errorf("a file around it that breaks its reader: %v", err)
	}
	_, err = p.Draw(t.Context(), path, "a.eml", View{File: &in, Page: 1})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeNoPicture || told.Params[0] != "긴.txt" {
		t.Errorf("a page of a text within: %v", err)
	}
}

// largest is a writer that knows how much it was given at once.
type largest struct {
	io.Writer
	most int
	err  error
}

func (l *largest) Write(p []byte) (int, error) {
	l.most = max(l.most, len(p))
	if l.err != nil {
		return 0, l.err
	}
	return l.Writer.Write(p)
}
