package document

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"fmt"
	"html"
	"io"
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The second pass over office files goes another way than the readers: it walks from entry to entry of the archive, without
// its list of files, and looks for tags among bytes, without knowing elements or namespaces.

// walkedParts are the XML parts of an archive by name, as its entries say one after the other.
type walkedParts struct {
	src     *Source
	entries map[string]walkedEntry
	parts   map[string][]byte // that were unpacked
	ids     map[string]map[string]walkedRelation
	left    int64 // bytes that may be unpacked and kept
	passed  int64 // bytes that may be unpacked to find where entries end
	inflate io.ReadCloser
	most    int64
	full    error // there is no memory for a part
}

// wrong is why some parts were not looked at, if there are such.
func (c *walkedParts) wrong() error {
	if c.left < 0 {
		return tooMuch("unpacked", c.most)
	}
	return c.full
}

type walkedEntry struct {
	begin, packed int64
	whole         int64 // as it says of itself
	method        uint16
}

type walkedRelation struct{ kind, target string }

// walkParts finds the XML parts of an archive. [APPNOTE.TXT 4.3.7, local file header]
func walkParts(ctx context.Context, src *Source, l Limits) (*walkedParts, error) {
	c := &walkedParts{src: src, entries: map[string]walkedEntry{}, parts: map[string][]byte{}, ids: map[string]map[string]walkedRelation{},
		left: l.Unpacked, passed: l.Unpacked, most: l.Unpacked}
	for at := int64(0); ctx.Err() == nil; {
		var h [30]byte
		if _, err := src.ReadAt(h[:], at); err != nil || !bytes.HasPrefix(h[:], []byte("PK\x03\x04")) {
			break // the list of files, or the end
		}
		if len(c.entries) > l.Entries {
			return nil, tooMuch("entries", l.Entries)
		}
		name := make([]byte, binary.LittleEndian.Uint16(h[26:]))
		if _, err := src.ReadAt(name, at+30); err != nil {
			break
		}
		e := walkedEntry{begin: at + 30 + int64(len(name)) + int64(binary.LittleEndian.Uint16(h[28:])),
			packed: int64(binary.LittleEndian.Uint32(h[18:])),
			whole:  int64(binary.LittleEndian.Uint32(h[22:])), method: binary.LittleEndian.Uint16(h[8:])}
		at = e.begin + e.packed
		if h[6]&8 != 0 || e.packed == 1<<32-1 { // its size follows it, or is somewhere else
			n, end, err := c.unpack(walkedEntry{begin: e.begin, packed: src.Size - e.begin, method: e.method}, io.Discard, &c.passed)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			e.packed, e.whole, at = end-e.begin, n, end
			if h[6]&8 != 0 {
				at = afterDescriptor(src, end)
			}
		}
		c.entries[strings.ToLower(string(name))] = e
	}
	return c, ctx.Err()
}

// part returns the bytes of a part, as far as they can be unpacked: who reads the file has named what cannot.
func (c *walkedParts) part(name string) []byte {
	if data, ok := c.parts[name]; ok {
		return data
	}
	e, ok := c.entries[name]
	if !ok {
		return nil
	}
	var out bytes.Buffer
	const most = 1032 // as many times larger deflate makes it
	size := max(0, min(e.whole, most*e.packed, c.left, most*c.src.Size)) + bytes.MinRead
	if err := mayTake(size); err != nil {
		c.full = err
		return nil
	}
	out.Grow(int(size))
	if c.unpack(e, &out, &c.left); c.left < 0 {
		return nil // nothing is counted any more
	}
	c.parts[name] = out.Bytes()
	return out.Bytes()
}

// unpack writes what an entry has, takes it off what is left, and returns how much that is and where the entry ends.
func (c *walkedParts) unpack(e walkedEntry, to io.Writer, left *int64) (n, end int64, err error) {
	from := &walkedBytes{Reader: bufio.NewReader(io.NewSectionReader(c.src, e.begin, e.packed))}
	var plain io.Reader = from
	switch e.method {
	case 0:
	case 8:
		if c.inflate == nil {
			c.inflate = flate.NewReader(from)
		} else if err := c.inflate.(flate.Resetter).Reset(from, nil); err != nil {
			return 0, 0, err
		}
		plain = c.inflate
	default:
		return 0, 0, fmt.Errorf("packed in way %d, want 8", e.method)
	}
	n, err = io.Copy(to, io.LimitReader(plain, *left+1))
	if *left -= n; *left < 0 {
		return n, 0, tooMuch("unpacked", c.most)
	}
	return n, e.begin + from.n, err
}

// walkedBytes counts what is taken, byte by byte, so that the end of what is packed is known.
type walkedBytes struct {
	*bufio.Reader
	n int64
}

// ReadByte is how flate reads.
func (c *walkedBytes) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// Read is for blocks that are stored as they are.
func (c *walkedBytes) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// WriteTo hides that of the reader below, which would not count.
func (c *walkedBytes) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{c})
}

// afterDescriptor is where the next entry begins after what follows one whose size was not known beforehand.
func afterDescriptor(src *Source, at int64) int64 {
	var next [28]byte
	n, _ := src.ReadAt(next[:], at)
	for _, size := range []int{12, 16, 20, 24} { // with and without a mark, of 32 and 64 bits
		if size+4 <= n && next[size] == 'P' && next[size+1] == 'K' {
			return at + int64(size)
		}
	}
	return at + 16
}

// relations are those of a part.
func (c *walkedParts) relations(part string) map[string]walkedRelation {
	part = strings.ToLower(part)
	if known, ok := c.ids[part]; ok {
		return known
	}
	all := map[string]walkedRelation{}
	c.ids[part] = all
	eachTag(c.part(path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")), func(t walkedTag) {
		if t.name != "Relationship" || t.closes || t.value("TargetMode") == "External" {
			return
		}
		target := t.value("Target")
		if !strings.HasPrefix(target, "/") {
			target = "/" + path.Dir(part) + "/" + target
		}
		kind := t.value("Type")
		all[t.value("Id")] = walkedRelation{kind[strings.LastIndexByte(kind, '/')+1:], strings.ToLower(path.Clean(target)[1:])}
	})
	return all
}

// mainPart is the part of which the content type ends in a word.
func (c *walkedParts) mainPart(types ...string) string {
	found := ""
	eachTag(c.part("[content_types].xml"), func(t walkedTag) {
		for _, word := range types {
			if t.name == "Override" && found == "" && strings.Contains(t.value("ContentType"), word) {
				found = strings.ToLower(strings.TrimPrefix(t.value("PartName"), "/"))
			}
		}
	})
	return found
}

// images counts the pictures that parts have, each once.
func (c *walkedParts) images(parts map[string]bool) int {
	all := map[string]bool{}
	for part := range parts {
		for _, r := range c.relations(part) {
			if r.kind == "image" {
				all[r.target] = true
			}
		}
	}
	return len(all)
}

// walkedTag is a tag as it is written.
type walkedTag struct {
	name   string // without its prefix
	closes bool
	empty  bool // <a/>
	rest   []byte
	after  []byte // what follows up to the next tag
}

// value is the value of an attribute, with or without a prefix.
func (t walkedTag) value(name string) string {
	rest := t.rest
	for {
		at := bytes.Index(rest, []byte(name))
		if at < 0 {
			return ""
		}
		before := byte(' ')
		if at > 0 {
			before = rest[at-1]
		}
		rest = rest[at+len(name):]
		trimmed := bytes.TrimLeft(rest, " \t\r\n")
		if !strings.ContainsRune(" :\t\r\n", rune(before)) || len(trimmed) < 2 || trimmed[0] != '=' {
			continue
		}
		trimmed = bytes.TrimLeft(trimmed[1:], " \t\r\n")
		if len(trimmed) == 0 {
			return ""
		}
		value, _, _ := bytes.Cut(trimmed[1:], trimmed[:1])
		return html.UnescapeString(string(value))
	}
}

// tagNames are the names that are counted, so that no others become strings.
var tagNames = func() map[string]string {
	all := map[string]string{}
	for _, name := range strings.Fields(`Relationship Override t delText p tbl tc vMerge hMerge fldChar footnote endnote
		AlternateContent Choice Fallback tcPrChange sldId sp ph cm reply text pt br pic title txBody`) {
		all[name] = name
	}
	return all
}()

// eachTag calls f for the tags of a text that are known.
func eachTag(data []byte, f func(t walkedTag)) {
	for {
		at := bytes.IndexByte(data, '<')
		if at < 0 {
			return
		}
		data = data[at+1:]
		if bytes.HasPrefix(data, []byte("!--")) {
			_, data, _ = bytes.Cut(data, []byte("-->"))
			continue
		}
		end := bytes.IndexByte(data, '>')
		if end < 0 {
			return
		}
		tag := data[:end]
		data = data[end+1:]
		t := walkedTag{closes: len(tag) > 0 && tag[0] == '/', empty: len(tag) > 0 && tag[len(tag)-1] == '/'}
		if t.closes {
			tag = tag[1:]
		}
		name := tag
		if space := bytes.IndexAny(tag, " \t\r\n/"); space >= 0 {
			name, t.rest = tag[:space], tag[space:]
		}
		if colon := bytes.IndexByte(name, ':'); colon >= 0 {
			name = name[colon+1:]
		}
		known, ok := tagNames[string(name)]
		if !ok {
			continue
		}
		t.name = known
		t.after = data
		if next := bytes.IndexByte(data, '<'); next >= 0 {
			t.after = data[:next]
		}
		f(t)
	}
}

// walkedPart counts in a part.
type walkedPart struct {
	Count
	text    []byte // since the last end of a paragraph
	skipped int    // alternatives that are open and not read
	chosen  []bool // of each set of alternatives that is open: one was
}

// alternatives passes over all but the first way of several in which something is written, and reports whether what t
// begins or ends is not read.
func (c *walkedPart) alternatives(t walkedTag) bool {
	top := len(c.chosen) - 1
	switch {
	case t.name == "AlternateContent" && t.closes && top >= 0:
		c.chosen = c.chosen[:top]
	case t.name == "AlternateContent" && !t.closes && !t.empty:
		c.chosen = append(c.chosen, false)
	case t.name != "Choice" && t.name != "Fallback" || t.empty || top < 0:
		return c.skipped > 0
	case t.closes && c.skipped > 0:
		c.skipped--
	case t.closes:
	case c.skipped > 0 || c.chosen[top] || t.name == "Choice" && pictured(t.value("Requires")):
		c.skipped++
	default:
		c.chosen[top] = true
	}
	return c.skipped > 0
}

// pictured are the drawings for which readers take a picture.
func pictured(requires string) bool {
	return strings.Contains(" aink am3d wpi pslz psez psuz iact v ", " "+requires+" ")
}

// add counts text that stands between tags.
func (c *walkedPart) add(raw []byte) {
	if bytes.IndexByte(raw, '&') >= 0 {
		raw = []byte(html.UnescapeString(string(raw)))
	}
	c.text = append(c.text, raw...)
}

// flush counts the characters of a paragraph, composed, without white space and what cannot be seen.
func (c *walkedPart) flush() {
	c.Characters += visible(c.text)
	c.text = c.text[:0]
}

func visible(text []byte) int64 {
	n, plain := int64(0), true
	for _, b := range text {
		if b >= 0x80 {
			plain = false
			break
		}
		if b > 0x20 && b != 0x7f {
			n++
		}
	}
	if plain {
		return n
	}
	n = 0
	for _, r := range string(norm.NFC.Bytes(bytes.ToValidUTF8(text, []byte("\ufffd")))) {
		if !unicode.IsSpace(r) && !unicode.IsControl(r) && r != '\ufeff' {
			n++
		}
	}
	return n
}
