package document

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"exaone/chat"
)

// archive is a ZIP of files that are documents of their own: they are its attachments, each with a count of its own, and
// nothing else is in it to be counted. Nothing is ever written, so names that lead out of a folder are names like others,
// without what leads out.
var archive = format{name: "zip", extensions: []string{".zip"}, is: hasPrefix("PK\x03\x04", "PK\x05\x06"), read: readArchive, foreign: true}

// mostRatio is how many times larger than the archive what is in it may be: what deflate packs best is a thousandth, which
// no document is.
const mostRatio = 200

// readArchive reads the files of an archive one after the other.
func readArchive(ctx context.Context, src *Source, b *builder) error {
	p, err := openPack(src, b)
	if err != nil {
		return err
	}
	claimed := uint64(0)
	for _, name := range p.names {
		claimed += p.files[name].UncompressedSize64
	}
	if src.Size > 0 && claimed > 16<<20 && claimed/uint64(src.Size) > mostRatio {
		return tooMuch("unpacked", fmt.Sprintf("%d × %d", mostRatio, src.Size))
	}
	named := entryNames(p)
	var refused error // why sealed entries are not read, or what is beyond a limit
	for _, raw := range p.names {
		if err := ctx.Err(); err != nil {
			return err
		}
		f := p.files[raw]
		name := named(f)
		if strings.HasSuffix(raw, "/") || isLitter(name) {
			continue
		}
		if b.passes() {
			continue // and is not unpacked
		}
		if own, ok := localName(src, f); ok && own != f.Name {
			b.gap(Gap{What: GapEntry, Where: name, Why: fmt.Sprintf("the entry itself is called %.100q", clean(own))})
		}
		data, err := entry(p, raw, src)
		if b.limits.spent(err) {
			return err
		}
		if _, ok := errors.AsType[*chat.Error](err); ok {
			refused = err
		}
		if err != nil {
			b.gap(Gap{What: GapEntry, Where: name, Why: err.Error()})
		}
		if err != nil && len(data) == 0 {
			if over := b.spendBytes(0, 1); over != nil {
				return over
			}
			b.doc.Attachments = append(b.doc.Attachments, Attachment{Name: name, Size: int64(f.UncompressedSize64), Why: string(whyOf(err))})
			continue
		}
		if err := b.attach(name, "", data); err != nil {
			return err
		}
	}
	refused = cmp.Or(refused, b.refused)
	if refused != nil && !slices.ContainsFunc(b.doc.Attachments, func(a Attachment) bool { return a.Read != nil }) {
		return refused
	}
	return nil
}

// localName is what an entry is called where it is, beside what the list of entries calls it. [APPNOTE.TXT 4.3.7]
func localName(src *Source, f *zip.File) (string, bool) {
	const head, most = 30, 4096 // of an entry: what is before its name, and all that is looked at
	body, err := f.DataOffset()
	if err != nil {
		return "", false
	}
	before := make([]byte, min(body, most))
	if _, err := src.ReadAt(before, body-int64(len(before))); err != nil {
		return "", false
	}
	for end := len(before); ; {
		at := bytes.LastIndex(before[:end], []byte("PK\x03\x04"))
		if at < 0 {
			return "", false
		}
		end = at
		if at+head > len(before) {
			continue
		}
		name, extra := int(binary.LittleEndian.Uint16(before[at+26:])), int(binary.LittleEndian.Uint16(before[at+28:]))
		if at+head+name+extra == len(before) {
			return string(before[at+head : at+head+name]), true
		}
	}
}

// whyOf is the code of an error.
func whyOf(err error) chat.Code {
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told.Code
	}
	return chat.CodeDocumentDamaged
}

// isLitter reports whether an entry is of a system, and not of whoever made the archive.
func isLitter(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini"
}

// entryNames returns how entries are called. A name is UTF-8 if the entry says so; if not, it is in the charset that all
// such names of the archive together look to be in: CP949 of archives that Windows made in Korea.
func entryNames(p *pack) func(*zip.File) string {
	var unknown []string
	for _, raw := range p.names {
		if f := p.files[raw]; f.NonUTF8 || f.Flags&0x800 == 0 {
			unknown = append(unknown, raw)
		}
	}
	_, charset, _ := decodeText([]byte(strings.Join(unknown, "\n")), "")
	return func(f *zip.File) string {
		name := f.Name
		if f.Flags&0x800 == 0 {
			if c, ok := charsetNamed(charset); ok && c.name != "utf-8" {
				name = c.decode([]byte(f.Name))
			}
		}
		name = strings.ReplaceAll(clean(name), `\`, "/")
		if len(name) > 1 && name[1] == ':' { // C:\evil.txt
			name = name[2:]
		}
		return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, "\n", " ")), "/")
	}
}

// entry returns what an entry unpacks to; one that is damaged, with its beginning. One that is said to be larger than what is left of the
// limit is not unpacked.
func entry(p *pack, name string, src *Source) ([]byte, error) {
	f := p.files[name]
	switch {
	case !p.b.fits(f.UncompressedSize64):
		return nil, leftOut{p.b.limits.over("unpacked")}
	case f.Flags&1 != 0:
		return sealedEntry(p, f, src)
	case f.Method == zip.Store, f.Method == zip.Deflate:
		return p.part(name)
	}
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, err
	}
	return unpackEntry(p, raw, f.Method, f.CRC32)
}
