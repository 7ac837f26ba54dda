package document

import (
	"bytes"
	"context"
	stdhtml "html"
	"regexp"
	"unicode"
)

func countHTML(_ context.Context, src *Source, l Limits) (Count, error) {
	data, err := src.bytes(l)
	if err != nil {
		return Count{}, err
	}
	p := htmlCounted{data: byteText(data)}
	p.count()
	return p.n, nil
}

// htmlCounted counts what is in a page, by its bytes: text outside tags, tags by their names.
type htmlCounted struct {
	data   []byte
	at     int
	n      Count
	xml    bool
	tables []bool          // that are open, and whether each has a cell
	skip   int             // elements that are open whose text is for machines
	drawn  map[string]bool // addresses of pictures, if that is wanted
}

// pictureAddress is where the picture of a tag is.
var pictureAddress = regexp.MustCompile(`(?i)\s(src|xlink:href|href)\s*=\s*["']([^"']+)["']`)

// unreadHTML are the elements whose text is not the page's.
var unreadHTML = [][]byte{[]byte("script"), []byte("style"), []byte("title"), []byte("iframe"), []byte("noembed"), []byte("noframes")}

func (p *htmlCounted) count() {
	head := p.data[:min(len(p.data), 4096)]
	p.xml = p.xml || bytes.HasPrefix(bytes.TrimSpace(head), []byte("<?xml")) || bytes.Contains(head, []byte("http://www.w3.org/1999/xhtml"))
	for p.at < len(p.data) {
		next := bytes.IndexByte(p.data[p.at:], '<')
		if next < 0 {
			next = len(p.data) - p.at
		}
		p.text(p.data[p.at : p.at+next])
		p.at += next
		if rest := p.data[p.at:]; len(rest) > 1 {
			p.tag(rest)
		} else {
			p.at = len(p.data)
		}
	}
}

// tag counts what begins with "<".
func (p *htmlCounted) tag(rest []byte) {
	c := rest[1] | 0x20
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		p.comment(rest)
	case p.xml && bytes.HasPrefix(rest, []byte("<![CDATA[")):
		end := bytes.Index(rest, []byte("]]>"))
		if end < 0 {
			end = len(rest)
		}
		p.n.Characters += countCharacters(rest[9:end])
		p.at += min(end+3, len(rest))
	case rest[1] == '!' || rest[1] == '?' || rest[1] == '/' && (len(rest) < 3 || !isLetter(rest[2])):
		p.past(rest, ">")
	case rest[1] == '/':
		p.element(rest[2:], true)
	case c >= 'a' && c <= 'z':
		p.element(rest[1:], false)
	default: // a sign like any other
		p.n.Characters++
		p.at++
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// past goes on after a mark, or to the end.
func (p *htmlCounted) past(rest []byte, mark string) {
	end := bytes.Index(rest, []byte(mark))
	if end < 0 {
		p.at = len(p.data)
		return
	}
	p.at += end + len(mark)
}

func (p *htmlCounted) comment(rest []byte) {
	for _, short := range []string{"<!-->", "<!--->"} {
		if bytes.HasPrefix(rest, []byte(short)) {
			p.at += len(short)
			return
		}
	}
	a, b := bytes.Index(rest[4:], []byte("-->")), bytes.Index(rest[4:], []byte("--!>"))
	if b >= 0 && (a < 0 || b < a) {
		p.at += 4 + b + 4
		return
	}
	if a < 0 {
		p.at = len(p.data)
		return
	}
	p.at += 4 + a + 3
}

// element counts a tag: name and attributes follow.
func (p *htmlCounted) element(rest []byte, ends bool) {
	size := bytes.IndexAny(rest, " \t\r\n\f/>")
	if size < 0 {
		size = len(rest)
	}
	name := bytes.ToLower(rest[:size])
	end := tagEnd(rest[size:])
	tag := rest[size : size+end]
	p.at = len(p.data) - len(rest) + size + end
	closed := p.xml && bytes.HasSuffix(bytes.TrimRight(tag, ">"), []byte("/"))
	switch string(name) {
	case "table":
		if ends && len(p.tables) > 0 {
			p.tables = p.tables[:len(p.tables)-1]
		} else if !ends && !closed {
			p.tables = append(p.tables, false)
		}
	case "td", "th":
		if n := len(p.tables); n > 0 && !ends {
			if !p.tables[n-1] {
				p.tables[n-1] = true
				p.n.Tables++
			}
			p.n.Cells++
		}
	case "img", "image":
		if m := pictureAddress.FindSubmatch(tag); m != nil && p.drawn != nil {
			p.drawn[stdhtml.UnescapeString(string(m[2]))] = true
		}
		if bytes.Contains(tag, []byte("data:image/")) && bytes.Contains(tag, []byte(",")) && !ends {
			p.n.Images++
		}
	case "rp", "annotation", "annotation-xml":
		if ends {
			p.skip = max(p.skip-1, 0)
		} else if !closed {
			p.skip++
		}
	default:
		for _, unread := range unreadHTML {
			if !ends && !closed && bytes.Equal(unread, name) {
				p.pastEnd(name)
			}
		}
	}
}

// tagEnd is how long a tag is from after its name, to its ">".
func tagEnd(rest []byte) int {
	quote, value := byte(0), false
	for i, c := range rest {
		switch {
		case quote != 0:
			if c == quote {
				quote, value = 0, false
			}
		case (c == '"' || c == '\'') && value:
			quote = c
		case c == '>':
			return i + 1
		case c == '=':
			value = true
		case c > ' ':
			value = false
		}
	}
	return len(rest)
}

// pastEnd goes on after the tag that ends an element that has no elements in it.
func (p *htmlCounted) pastEnd(name []byte) {
	for {
		next := bytes.Index(p.data[p.at:], []byte("</"))
		if next < 0 {
			p.at = len(p.data)
			return
		}
		p.at += next
		rest := p.data[p.at+2:]
		if len(rest) >= len(name) && bytes.EqualFold(rest[:len(name)], name) {
			return
		}
		p.at += 2
	}
}

// text counts text, an entity as what it stands for.
func (p *htmlCounted) text(text []byte) {
	if p.skip > 0 {
		return
	}
	for {
		at := bytes.IndexByte(text, '&')
		if at < 0 {
			p.n.Characters += countCharacters(text)
			return
		}
		p.n.Characters += countCharacters(text[:at])
		end := at + 1
		for end < len(text) && end < at+40 && (text[end] == '#' || text[end] >= '0' && text[end] <= '9' || isLetter(text[end])) {
			end++
		}
		if end < len(text) && text[end] == ';' {
			end++
		}
		for _, r := range stdhtml.UnescapeString(string(text[at:end])) {
			if !unicode.IsSpace(r) && !unicode.IsControl(r) && !unicode.Is(unicode.M, r) && r != 0xfeff && (r < 0x1160 || r > 0x11ff) {
				p.n.Characters++
			}
		}
		text = text[end:]
	}
}
