package document

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"

	"golang.org/x/text/unicode/norm"
)

// countedParts are the parts of an archive for the second pass of formats that may be encrypted: opened anew.
type countedParts struct {
	archive  *zip.Reader
	sealed   *sealedPack // nil: nothing is encrypted
	left     int64
	archived int64 // bytes of the archive
	ctx      context.Context
}

func openCounted(ctx context.Context, src *Source, l Limits) (*countedParts, error) {
	archive, err := zip.NewReader(src, src.Size)
	if err != nil {
		return nil, err
	}
	p := &countedParts{archive: archive, left: l.Unpacked, archived: src.Size, ctx: ctx}
	if src.Password != "" {
		opened, err := openPack(src, &builder{ctx: ctx, doc: &Document{}, limits: l})
		if err != nil {
			return nil, err
		}
		if p.sealed, err = unseal(opened, src); err != nil {
			return nil, err
		}
	}
	return p, nil
}

var errCountedTooMuch = errors.New("more to unpack than the limits allow")

// countedPart is a part that is open. What is read of it is taken off what may be read.
type countedPart struct {
	io.ReadCloser
	p    *countedParts
	size int64 // as the archive says
}

// Read is an error once more was read than may be.
func (r *countedPart) Read(b []byte) (int, error) {
	if err := r.p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.ReadCloser.Read(b)
	if r.p.left -= int64(n); r.p.left < 0 {
		return n, errCountedTooMuch
	}
	return n, err
}

// room is how much memory the part will take, as far as that can be believed: what deflate packs is never more than 1032 times as
// large.
func (r *countedPart) room() int {
	const most = 1032
	return int(max(0, min(r.size, r.p.left, most*r.p.archived)))
}

func (p *countedParts) open(name string) (*countedPart, error) {
	if p.sealed != nil {
		data, err := p.sealed.part(name)
		if err != nil {
			return nil, err
		}
		return &countedPart{io.NopCloser(bytes.NewReader(data)), p, int64(len(data))}, nil
	}
	file, err := p.archive.Open(name)
	if err != nil {
		return nil, err
	}
	part := &countedPart{file, p, 0}
	if info, err := file.Stat(); err == nil {
		part.size = info.Size()
	}
	return part, nil
}

// walk walks over the tags of a part.
func (p *countedParts) walk(name string, w *tagWalker) error {
	from, err := p.open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	room := from.room() + bytes.MinRead
	if err := mayTake(int64(room)); err != nil {
		return err
	}
	var data bytes.Buffer
	data.Grow(room)
	if _, err := data.ReadFrom(from); err != nil {
		return err
	}
	return w.walk(bytes.TrimPrefix(data.Bytes(), []byte("\xef\xbb\xbf")))
}

// countedText counts characters of a text that comes in pieces: composed, as documents have them.
type countedText struct {
	n    int64
	text []byte
}

func (t *countedText) add(text []byte) { t.text = append(t.text, text...) }

// end ends a run of text.
func (t *countedText) end() {
	for _, r := range string(norm.NFC.Bytes(t.text)) {
		if r > 0x20 && !(r >= 0x7f && r < 0xa1) && !isWhite(r) {
			t.n++
		}
	}
	t.text = t.text[:0]
}

// isWhite lists the white space of Unicode beyond Latin 1, and signs that are no text: a mark of byte order.
func isWhite(r rune) bool {
	switch {
	case r >= 0x2000 && r <= 0x200a, r == 0x1680, r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000, r == 0xfeff:
		return true
	}
	return false
}
