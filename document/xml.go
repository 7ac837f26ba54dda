package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// xmlToken is what an xmlScanner found.
type xmlToken int

const (
	xmlOpen  xmlToken = iota // an element begins
	xmlClose                 // an element ends, also one that was written <a/>
	xmlText                  // text between elements, entities resolved; long text may come in pieces
)

// xmlScanner reads the XML of office files (XML 1.0, https://www.w3.org/TR/xml/) from memory, an order of magnitude faster
// than encoding/xml, which the second passes use. It expands no entity but the five of XML and numbers, loads nothing,
// keeps no tree, and nests no deeper than it is told. It is lenient where readers of such files are: what has no end is
// an error only when it comes to it, and attributes are read when somebody asks for one.
type xmlScanner struct {
	data  []byte
	pos   int
	name  string // of the element that was opened or closed, with the canonical prefix of its namespace: "w:p"
	local string // without it, of the one that was opened
	text  []byte // of xmlText; valid until the next call

	raw   []byte    // attributes of the element that was opened last, as they are written
	attrs []xmlAttr // of it, once asked is true
	asked bool
	wrong error // with them: the next call of next tells

	open     []string          // names of open elements
	most     int               // how many there may be
	pending  bool              // <a/> was opened and must be closed
	names    *xmlNames         // nil until the first
	prefixes []xmlPrefix       // in force, the innermost last
	canon    map[string]string // namespace → canonical prefix; nil: names are taken as they are written
	buf      []byte
}

type xmlAttr struct {
	name  string // with canonical prefix if it has one
	value []byte // as written, entities unresolved; xmlScanner.attr resolves
}

type xmlPrefix struct {
	prefix []byte
	canon  string
	depth  int
}

// newXML returns a scanner of data. canon maps namespaces to the prefixes under which the caller knows them; elements of
// others keep the prefix that they were written with.
func newXML(data []byte, canon map[string]string, depth int) *xmlScanner {
	return &xmlScanner{data: xmlUTF8(data), canon: canon, most: depth}
}

// newXMLWith is newXML with names that other scanners of the same goroutine have met.
func newXMLWith(names *xmlNames, data []byte, canon map[string]string, depth int) *xmlScanner {
	x := newXML(data, canon, depth)
	if x.names = names; canon != nil {
		names.forget()
	}
	return x
}

// xmlUTF8 is XML as UTF-8, whatever encoding it says it has.
func xmlUTF8(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		if out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data); err == nil {
			return out
		}
		return data
	}
	head := data[:min(len(data), 200)]
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return data
	}
	end := bytes.Index(head, []byte("?>"))
	_, rest, ok := bytes.Cut(head[:max(end, 0)], []byte("encoding="))
	if !ok || len(rest) < 2 {
		return data
	}
	label, _, _ := bytes.Cut(rest[1:], rest[:1])
	enc, err := htmlindex.Get(string(label))
	if err != nil {
		return data
	}
	if name, _ := htmlindex.Name(enc); name == "utf-8" || name == "utf-16le" || name == "utf-16be" {
		return data // without a mark of byte order it is not UTF-16, whatever it says
	}
	if out, err := enc.NewDecoder().Bytes(data); err == nil {
		return out
	}
	return data
}

var errXMLEnd = errors.New("ends within an element")

// next returns the next token, or io.EOF at the end of a whole file.
func (x *xmlScanner) next() (xmlToken, error) {
	if x.wrong != nil {
		return 0, x.wrong
	}
	if x.pending {
		x.pending = false
		return x.close()
	}
	for x.pos < len(x.data) {
		if x.data[x.pos] != '<' {
			end := bytes.IndexByte(x.data[x.pos:], '<')
			if end < 0 {
				end = len(x.data) - x.pos
			}
			raw := x.data[x.pos : x.pos+end]
			x.pos += end
			if len(x.open) == 0 {
				continue
			}
			x.text = x.resolve(raw)
			return xmlText, nil
		}
		rest := x.data[x.pos:]
		mark := byte(0)
		if len(rest) > 1 {
			mark = rest[1]
		}
		switch {
		case mark == '/':
			end := bytes.IndexByte(rest, '>')
			if end < 0 {
				return 0, x.fault(errXMLEnd)
			}
			x.pos += end + 1
			if len(x.open) == 0 {
				return 0, x.fault(errors.New("an element ends that did not begin"))
			}
			return x.close()
		case mark == '?':
			x.skip("?>")
		case mark != '!':
			return x.element()
		case bytes.HasPrefix(rest, []byte("<!--")):
			x.skip("-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end := bytes.Index(rest, []byte("]]>"))
			if end < 0 {
				return 0, x.fault(errXMLEnd)
			}
			x.text, x.pos = rest[len("<![CDATA["):end], x.pos+end+3
			return xmlText, nil
		default:
			x.doctype()
		}
	}
	if len(x.open) > 0 {
		return 0, x.fault(errXMLEnd)
	}
	return 0, io.EOF
}

// skip goes on after a mark, or to the end.
func (x *xmlScanner) skip(mark string) {
	end := bytes.Index(x.data[x.pos:], []byte(mark))
	if end < 0 {
		x.pos = len(x.data)
		return
	}
	x.pos += end + len(mark)
}

// doctype skips a document type with what it declares.
func (x *xmlScanner) doctype() {
	for depth := 0; x.pos < len(x.data); x.pos++ {
		switch x.data[x.pos] {
		case '<', '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth--; depth <= 0 {
				x.pos++
				return
			}
		}
	}
}

// close ends the innermost element, whatever the name that was written: files whose tags cross are read as if they did not.
func (x *xmlScanner) close() (xmlToken, error) {
	depth := len(x.open)
	x.name = x.open[depth-1]
	x.open = x.open[:depth-1]
	if n := len(x.prefixes); n > 0 && x.prefixes[n-1].depth == depth {
		for n > 0 && x.prefixes[n-1].depth == depth {
			n--
		}
		x.prefixes = x.prefixes[:n]
		x.names.forget()
	}
	return xmlClose, nil
}

// element reads the start of an element.
func (x *xmlScanner) element() (xmlToken, error) {
	if len(x.open) >= x.most {
		return 0, tooMuch("depth", x.most)
	}
	at := x.pos + 1
	end := at
	for end < len(x.data) && !xmlSpace(x.data[end]) && x.data[end] != '>' && x.data[end] != '/' {
		end++
	}
	last := end
	if last == len(x.data) || x.data[last] != '>' {
		if last = x.tagEnd(end); last < 0 {
			return 0, x.fault(errXMLEnd)
		}
	}
	x.pos, x.pending = last+1, x.data[last-1] == '/'
	x.raw, x.asked = x.data[end:last], false
	if x.canon != nil && len(x.raw) > len("xmlns") && bytes.Contains(x.raw, []byte("xmlns")) {
		x.declarations()
	}
	x.name, x.local = x.called(x.data[at:end], true)
	x.open = append(x.open, x.name)
	return xmlOpen, nil
}

// tagEnd is where the tag ends in which a place outside of values is: at its ">"; -1 if it does not.
func (x *xmlScanner) tagEnd(from int) int {
	rest := x.data[from:]
	end := bytes.IndexByte(rest, '>')
	if end < 0 {
		return -1
	}
	// With an even number of quotation marks of one kind before it, it is in no value.
	if tag := rest[:end]; bytes.Count(tag, []byte{'"'})&1 == 0 && bytes.IndexByte(tag, '\'') < 0 {
		return from + end
	}
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; c {
		case '"', '\'':
			end := bytes.IndexByte(rest[i+1:], c)
			if end < 0 {
				return -1
			}
			i += end + 1
		case '>':
			return from + i
		}
	}
	return -1
}

// skipElement goes on after the end of the element that was opened last. Names and values in it are not looked at.
func (x *xmlScanner) skipElement() error {
	if x.pending {
		x.pending = false
		_, err := x.close()
		return err
	}
	for depth := len(x.open); ; {
		at := bytes.IndexByte(x.data[x.pos:], '<')
		if at < 0 || x.pos+at+1 == len(x.data) {
			return x.fault(errXMLEnd)
		}
		x.pos += at
		switch rest := x.data[x.pos:]; {
		case rest[1] == '/':
			end := bytes.IndexByte(rest, '>')
			if end < 0 {
				return x.fault(errXMLEnd)
			}
			x.pos += end + 1
			if depth--; depth < len(x.open) {
				_, err := x.close()
				return err
			}
		case bytes.HasPrefix(rest, []byte("<!--")):
			x.skip("-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			if !bytes.Contains(rest, []byte("]]>")) {
				return x.fault(errXMLEnd)
			}
			x.skip("]]>")
		case rest[1] == '?':
			x.skip("?>")
		case rest[1] == '!':
			x.doctype()
		default:
			opens, err := x.skipTag()
			if err != nil {
				return err
			}
			if opens {
				depth++
			}
			if depth > x.most {
				return tooMuch("depth", x.most)
			}
		}
	}
}

// skipTag goes on after the start of an element, and reports whether it must be closed.
func (x *xmlScanner) skipTag() (opens bool, err error) {
	end := x.tagEnd(x.pos + 1)
	if end < 0 {
		return false, x.fault(errXMLEnd)
	}
	x.pos = end + 1
	return x.data[end-1] != '/', nil
}

// depth is how many elements are open.
func (x *xmlScanner) depth() int { return len(x.open) }

// resolve replaces entities. One that is not known stays as it is written.
func (x *xmlScanner) resolve(raw []byte) []byte {
	at := bytes.IndexByte(raw, '&')
	if at < 0 {
		return raw
	}
	out := x.buf[:0]
	for at >= 0 {
		out = append(out, raw[:at]...)
		raw = raw[at:]
		end := bytes.IndexByte(raw[:min(len(raw), 12)], ';')
		r, known := rune(0), false
		if end > 1 {
			r, known = xmlEntity(string(raw[1:end]))
		}
		if known {
			out = utf8.AppendRune(out, r)
			raw = raw[end+1:]
		} else {
			out = append(out, '&')
			raw = raw[1:]
		}
		at = bytes.IndexByte(raw, '&')
	}
	x.buf = append(out, raw...)
	return x.buf
}

// xmlEntity is what an entity stands for.
func xmlEntity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if len(digits) > 1 && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune || n >= 0xd800 && n < 0xe000 {
		return utf8.RuneError, err == nil
	}
	return rune(n), true
}

func (x *xmlScanner) fault(err error) error { return fmt.Errorf("byte %d: %w", x.pos, err) }

func xmlSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
