package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"exaone/chat"
)

// Inner says which file within a document is meant, and what its bytes are: nobody takes another for it, should the file be read in
// another way one day.
type Inner struct {
	Path   []int  // of Attachments, the outermost first, as Document.File takes it
	Name   string // that the file around it has for it
	Size   int64  // bytes
	SHA256 string
}

// Inner is the file within the document at a path. ok is false where there is none, where it could not be read, and where it has no
// bytes of its own: a message within one of Outlook is a part of that one's file.
func (d *Document) Inner(path []int) (in Inner, ok bool) {
	if len(path) == 0 {
		return Inner{}, false
	}
	last := len(path) - 1
	around := d.File(path[:last])
	if around == nil || around.File(path[last:]) == nil {
		return Inner{}, false
	}
	a := &around.Attachments[path[last]]
	return Inner{Path: slices.Clone(path), Name: a.Name, Size: a.Size, SHA256: a.Read.Manifest.SHA256}, a.Read.Manifest.SHA256 != ""
}

// Extract returns the bytes of a file within a file, which are the caller's. The files around it are unpacked under the limits under
// which they are read, as far as to where it is; nothing is recognised, and no other file is looked into. The errors are *chat.Error:
// what reading the files around it says, and CodeDocumentDamaged where the file is not there, or has other bytes than it is said to
// have; or that of ctx.
func Extract(ctx context.Context, src *Source, in Inner, o Options) ([]byte, error) {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	s := &search{path: in.Path, stop: stop}
	_, err := Read(reading, src, Options{Limits: o.Limits, NoCount: true, Wait: o.Wait, Cache: o.Cache, search: s})
	switch {
	case s.found != nil:
		sum := sha256.Sum256(s.found)
		if got := hex.EncodeToString(sum[:]); got != in.SHA256 {
			return nil, chat.NewError(chat.CodeDocumentDamaged, fmt.Errorf("file %v: SHA-256 %s, want %s", in.Path, got, in.SHA256), in.Name)
		}
		return s.found, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case s.err != nil:
		return nil, s.err
	case err != nil && reading.Err() == nil:
		return nil, err
	}
	return nil, chat.NewError(chat.CodeDocumentDamaged, fmt.Errorf("no file at %v", in.Path), in.Name)
}

// ExtractFile is Extract of a file on the disk. name is what it is called; "" is its path's last element.
func ExtractFile(ctx context.Context, path, name string, in Inner, o Options) ([]byte, error) {
	return withFile(path, name, "", func(src *Source) ([]byte, error) { return Extract(ctx, src, in, o) })
}

// inside is the file within a source that is meant, as a source of its own.
func (src *Source) inside(ctx context.Context, in Inner, o Options) (*Source, error) {
	data, err := Extract(ctx, src, in, o)
	if err != nil {
		return nil, err
	}
	return &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: in.Name}, nil
}

// search is a file within a file that is looked for while that is read. What is not on the way to it is passed.
type search struct {
	path  []int
	stop  func() // ends the reading: nothing else is wanted
	found []byte // nil until it is found
	err   error  // why it cannot be had
}

// passes counts the file that comes next among the attachments, and reports true, where another one is looked for.
func (b *builder) passes() bool {
	s := b.o.search
	if s == nil || b.depth < len(s.path) && s.path[b.depth] == len(b.doc.Attachments) {
		return false
	}
	b.doc.Attachments = append(b.doc.Attachments, Attachment{})
	return true
}

// meet takes the file that is looked for, or looks for it in the one that it is in. Either is the end of the reading.
func (s *search) meet(b *builder, name string, data []byte) error {
	switch a := (Attachment{Name: clean(name)}); {
	case b.depth+1 < len(s.path):
		if err := b.readAttachment(&a, data); b.ctx.Err() == nil { // it has not ended within
			s.err = err
		}
	case len(data) == 0:
		s.err = chat.NewError(chat.CodeDocumentEmpty, nil, a.Name)
	default:
		s.found = data
	}
	s.stop()
	return b.ctx.Err()
}
