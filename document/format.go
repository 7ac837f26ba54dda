package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"exaone/chat"
)

// format is one kind of file.
type format struct {
	name       string
	extensions []string // with dot, lower case; the first is the usual one
	// is reports whether a file is of this format, from its first bytes (at most headBytes) or a look inside. Nil: the
	// extension alone decides, for files that nobody else wants.
	is   func(head []byte, src *Source) bool
	read func(ctx context.Context, src *Source, b *builder) error
	// count is the second pass: it counts what the file has, and shares no code with read. Nil: the format has nothing
	// to count by, and its manifest says so.
	count func(ctx context.Context, src *Source, l Limits) (Count, error)
	skip  []Kind // what --text leaves out of this format
	// rows: each row of a table is one line of --text: what breaks lines or divides cells is written \n, \t.
	rows bool
	// bare: --text has what the file has and no more: cells as they are shown, no names of sheets, no [notes].
	bare bool
	lets bool // once the file has been read, its bytes are nobody's
	// foreign: code that is not ours reads it, or what may be in it, and cannot be stopped from within its process.
	foreign bool
}

// headBytes are as many as a format may look at to know its file.
const headBytes = 4096

// heads are where beginnings of files are looked at.
var heads = sync.Pool{New: func() any { return new([headBytes]byte) }}

// detect returns the format of a file.
func detect(src *Source) (*format, error) {
	first := heads.Get().(*[headBytes]byte)
	defer heads.Put(first)
	head := first[:]
	n, err := src.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, chat.NewError(chat.CodeDocumentDamaged, err, src.Name)
	}
	if head = head[:n]; n == 0 {
		return nil, chat.NewError(chat.CodeDocumentEmpty, nil, src.Name)
	}
	for _, f := range formats {
		if f.is != nil && f.is(head, src) {
			return f, nil
		}
	}
	extension := src.extension()
	named := false // like a file of another format, which it then is the beginning of
	for _, f := range formats {
		if f == &plainText || !slices.Contains(f.extensions, extension) {
			continue
		}
		if f.is == nil {
			return f, nil
		}
		named = true
	}
	const beginning = 32 // bytes that may look like text by chance
	if (!named || n > beginning) && looksLikeText(head, src) {
		return &plainText, nil
	}
	return nil, chat.NewError(chat.CodeDocumentUnknown, nil, src.Name)
}

// extension is the extension of the file's name, with dot, in lower case.
func (src *Source) extension() string { return strings.ToLower(path.Ext(src.Name)) }

// Open is where a source's bytes are read from the beginning.
func (src *Source) reader() *io.SectionReader { return io.NewSectionReader(src, 0, src.Size) }

// bytes returns the whole file, which must not be larger than the limits allow to unpack.
func (src *Source) bytes(l Limits) ([]byte, error) {
	most := l
	if l.whole != nil { // it was taken off what is left when it came out of the file around it
		most = *l.whole
	}
	if src.Size > most.Unpacked {
		return nil, l.larger("unpacked")
	}
	data := make([]byte, src.Size)
	n, err := src.ReadAt(data, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, chat.NewError(chat.CodeDocumentDamaged, err, src.Name)
	}
	return data[:n], nil
}

// readAs reads a file as a format. depth counts documents in documents.
func readAs(ctx context.Context, f *format, src *Source, o Options, depth int) (*Document, error) {
	o.Limits = o.Limits.or()
	doc := &Document{Format: f.name, Unit: Flow, Layout: Paragraphs}
	if o.begun != nil && depth == 0 {
		o.begun(doc)
	}
	err := readInto(f, src, &builder{ctx: ctx, doc: doc, limits: o.Limits, o: o, depth: depth, detect: detect})
	if without, ok := errors.AsType[leftOut](err); ok { // all that was in it
		err = without.error
	}
	return doc, err
}

// readInto reads a file as a format into a builder's document.
func readInto(f *format, src *Source, b *builder) error {
	ctx, doc, o := b.ctx, b.doc, b.o
	doc.Manifest.Bytes = src.Size
	if !o.Plain {
		sum := sha256.New()
		if _, err := io.Copy(sum, src.reader()); err != nil {
			return chat.NewError(chat.CodeDocumentDamaged, err, src.Name)
		}
		doc.Manifest.SHA256 = hex.EncodeToString(sum.Sum(nil))
	}
	if err := f.read(ctx, src, b); err != nil {
		return told(err, src)
	}
	if err := b.endPage(); err != nil {
		return err
	}
	if f.count != nil && !o.NoCount && !o.Plain {
		count := b.counted
		if count == nil {
			count = func() (Count, error) { return f.count(ctx, src, o.Limits) }
		}
		in, err := count()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			b.gap(Gap{What: GapCounted, Why: err.Error()})
		default:
			doc.Manifest.In = &in
			doc.Manifest.compare()
		}
	}
	doc.Manifest.Whole = len(doc.Manifest.Gaps) == 0
	return nil
}

// told makes an error one that a person may read.
func told(err error, src *Source) error {
	told, ok := errors.AsType[*chat.Error](err)
	switch {
	case ok && told.Code == chat.CodeDocumentMemory && told.Params[0] == "":
		return chat.NewError(told.Code, told.Err, src.Name, told.Params[1])
	case ok, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return chat.NewError(chat.CodeDocumentDamaged, err, src.Name)
}

// hasPrefix is an is of a format that begins with one of some bytes.
func hasPrefix(marks ...string) func([]byte, *Source) bool {
	return func(head []byte, _ *Source) bool {
		return slices.ContainsFunc(marks, func(m string) bool { return bytes.HasPrefix(head, []byte(m)) })
	}
}

// Foreign reports whether a file is of a format that must be read in a process of its own (see Pool): one that code of
// others reads, which nothing within a process can stop, or that may have such files in it.
func Foreign(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := detect(&Source{ReaderAt: file, Size: info.Size(), Name: filepath.Base(path)})
	return err == nil && f.foreign
}

// Formats returns the names of all formats and the extensions of their files.
func Formats() map[string][]string {
	all := map[string][]string{}
	for _, f := range formats {
		all[f.name] = slices.Clone(f.extensions)
	}
	return all
}
