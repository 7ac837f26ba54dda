package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
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
// an error only when it comes to it.
type xmlScanner struct {
	data  []byte
	pos   int
	name  string // of the element that was opened or closed, with the canonical prefix of its namespace: "w:p"
	text  []byte // of xmlText; valid until the next call
	attrs []xmlAttr

	open     []string          // names of open elements
	most     int               // how many there may be
	pending  bool              // <a/> was opened and must be closed
	names    map[string]string // raw name → canonical name, as long as no namespace changes
	prefixes []xmlPrefix       // in force, the innermost last
	canon    map[string]string // namespace → canonical prefix
	buf      []byte
}

type xmlAttr struct {
	name  string // with canonical prefix if it has one
	value []byte // as written, entities unresolved; xmlScanner.attr resolves
}

type xmlPrefix struct {
	prefix, canon string
	depth         int
}

// newXML returns a scanner of data. canon maps namespaces to the prefixes under which the caller knows them; elements of
// others keep the prefix that they were written with.
func newXML(data []byte, canon map[string]string, depth int) *xmlScanner {
	return &xmlScanner{data: xmlUTF8(data), canon: canon, most: depth, names: map[string]string{}}
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

// maxAttrs is how many attributes an element may have.
const maxAttrs = 1 << 12

// maxNames is how many names are remembered: no format has as many.
const maxNames = 4096

var errXMLEnd = errors.New("ends within an element")

// next returns the next token, or io.EOF at the end of a whole file.
func (x *xmlScanner) next() (xmlToken, error) {
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
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			x.skip("-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end := bytes.Index(rest, []byte("]]>"))
			if end < 0 {
				return 0, x.fault(errXMLEnd)
			}
			x.text, x.pos = rest[len("<![CDATA["):end], x.pos+end+3
			return xmlText, nil
		case bytes.HasPrefix(rest, []byte("<?")):
			x.skip("?>")
		case bytes.HasPrefix(rest, []byte("<!")):
			x.doctype()
		case bytes.HasPrefix(rest, []byte("</")):
			end := bytes.IndexByte(rest, '>')
			if end < 0 {
				return 0, x.fault(errXMLEnd)
			}
			x.pos += end + 1
			if len(x.open) == 0 {
				return 0, x.fault(errors.New("an element ends that did not begin"))
			}
			return x.close()
		default:
			return x.element()
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
		clear(x.names)
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
	raw := x.data[at:end]
	x.pos, x.attrs = end, x.attrs[:0]
	depth := len(x.open) + 1
	declared := false
	for {
		for x.pos < len(x.data) && xmlSpace(x.data[x.pos]) {
			x.pos++
		}
		if x.pos >= len(x.data) {
			return 0, x.fault(errXMLEnd)
		}
		switch x.data[x.pos] {
		case '>':
			x.pos++
			return x.opened(raw, declared)
		case '/':
			x.pos++
			if x.pos < len(x.data) && x.data[x.pos] == '>' {
				x.pos++
				x.pending = true
				return x.opened(raw, declared)
			}
			continue
		}
		name, value, err := x.attribute()
		if err != nil {
			return 0, err
		}
		if prefix, is := xmlnsPrefix(name); is {
			declared = true
			x.declare(prefix, string(x.resolve(value)), depth)
			continue
		}
		if len(x.attrs) == maxAttrs {
			return 0, tooMuch("attributes", maxAttrs)
		}
		x.attrs = append(x.attrs, xmlAttr{name: name, value: value})
	}
}

// opened notes that an element has begun; names of attributes get their canonical prefixes.
func (x *xmlScanner) opened(raw []byte, declared bool) (xmlToken, error) {
	if declared {
		clear(x.names)
	}
	x.name = x.canonical(raw, true)
	x.open = append(x.open, x.name)
	for i := range x.attrs {
		if name := x.attrs[i].name; strings.IndexByte(name, ':') >= 0 { // one without a prefix is in no namespace
			x.attrs[i].name = x.canonical([]byte(name), false)
		}
	}
	return xmlOpen, nil
}

// attribute reads a name and a value.
func (x *xmlScanner) attribute() (string, []byte, error) {
	at := x.pos
	for x.pos < len(x.data) && x.data[x.pos] != '=' && x.data[x.pos] != '>' && !xmlSpace(x.data[x.pos]) {
		x.pos++
	}
	name := x.intern(x.data[at:x.pos])
	for x.pos < len(x.data) && xmlSpace(x.data[x.pos]) {
		x.pos++
	}
	if x.pos >= len(x.data) || x.data[x.pos] != '=' {
		return name, nil, nil // a name alone
	}
	x.pos++
	for x.pos < len(x.data) && xmlSpace(x.data[x.pos]) {
		x.pos++
	}
	if x.pos >= len(x.data) || x.data[x.pos] != '"' && x.data[x.pos] != '\'' {
		return "", nil, x.fault(errors.New("a value without quotation marks"))
	}
	quote := x.data[x.pos]
	x.pos++
	end := bytes.IndexByte(x.data[x.pos:], quote)
	if end < 0 {
		return "", nil, x.fault(errXMLEnd)
	}
	value := x.data[x.pos : x.pos+end]
	x.pos += end + 1
	return name, value, nil
}

// intern returns a name as a string, the same one each time.
func (x *xmlScanner) intern(raw []byte) string {
	key := "@" + string(raw) // no element begins so
	if name, ok := x.names[key]; ok {
		return name
	}
	name := string(raw)
	if len(x.names) < maxNames {
		x.names[key] = name
	}
	return name
}

// canonical is a name with the prefix under which the caller knows its namespace.
func (x *xmlScanner) canonical(raw []byte, element bool) string {
	if !element && bytes.IndexByte(raw, ':') < 0 {
		return x.intern(raw) // an attribute without a prefix is in no namespace
	}
	if name, ok := x.names[string(raw)]; ok {
		return name
	}
	prefix, local, ok := bytes.Cut(raw, []byte(":"))
	if !ok {
		prefix, local = nil, raw
	}
	name := string(raw)
	for i := len(x.prefixes) - 1; i >= 0; i-- {
		if p := x.prefixes[i]; p.prefix == string(prefix) {
			if p.canon != "" {
				name = p.canon + ":" + string(local)
			}
			break
		}
	}
	if len(x.names) < maxNames {
		x.names[string(raw)] = name
	}
	return name
}

// declare puts a prefix into force from a depth on.
func (x *xmlScanner) declare(prefix, space string, depth int) {
	const most = 1024
	if len(x.prefixes) < most {
		x.prefixes = append(x.prefixes, xmlPrefix{prefix: prefix, canon: x.canon[space], depth: depth})
	}
}

// attr returns the value of an attribute of the element that was opened last, "" if it has none.
func (x *xmlScanner) attr(name string) string {
	for _, a := range x.attrs {
		if a.name == name {
			return string(x.resolve(a.value))
		}
	}
	return ""
}

// has returns the value of an attribute, and whether it is there.
func (x *xmlScanner) has(name string) (string, bool) {
	for _, a := range x.attrs {
		if a.name == name {
			return string(x.resolve(a.value)), true
		}
	}
	return "", false
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
	for i := x.pos + 1; i < len(x.data); i++ {
		switch c := x.data[i]; c {
		case '"', '\'':
			end := bytes.IndexByte(x.data[i+1:], c)
			if end < 0 {
				return false, x.fault(errXMLEnd)
			}
			i += end + 1
		case '>':
			x.pos = i + 1
			return x.data[i-1] != '/', nil
		}
	}
	return false, x.fault(errXMLEnd)
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

// xmlnsPrefix is the prefix that an attribute declares, and whether it does.
func xmlnsPrefix(name string) (string, bool) {
	if name == "xmlns" {
		return "", true
	}
	if len(name) > 6 && name[:6] == "xmlns:" {
		return name[6:], true
	}
	return "", false
}
