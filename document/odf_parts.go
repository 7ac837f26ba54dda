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
	archive *zip.Reader
	sealed  *sealedPack // nil: nothing is encrypted
	left    int64
	ctx     context.Context
}

func openCounted(ctx context.Context, src *Source, l Limits) (*countedParts, error) {
	archive, err := zip.NewReader(src, src.Size)
	if err != nil {
		return nil, err
	}
	p := &countedParts{archive: archive, left: l.Unpacked, ctx: ctx}
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

// open opens a part. What is read of it is taken off what may be read.
func (p *countedParts) open(name string) (io.ReadCloser, error) {
	if p.sealed != nil {
		data, err := p.sealed.part(name)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(&countedReader{bytes.NewReader(data), p}), nil
	}
	file, err := p.archive.Open(name)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{&countedReader{file, p}, file}, nil
}

// walk walks over the tags of a part.
func (p *countedParts) walk(name string, w *tagWalker) error {
	from, err := p.open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	data, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	return w.walk(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
}

// countedReader takes what it reads off what may be read.
type countedReader struct {
	io.Reader
	p *countedParts
}

func (r *countedReader) Read(b []byte) (int, error) {
	if err := r.p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.Reader.Read(b)
	if r.p.left -= int64(n); r.p.left < 0 {
		return n, errCountedTooMuch
	}
	return n, err
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
