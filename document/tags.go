package document

import (
	"bytes"
	"errors"
	"html"
)

// tagWalker walks over XML for second passes, by its marks alone: it knows where elements begin and end and what is between,
// and nothing of namespaces or whether names match. encoding/xml takes ten times as long.
type tagWalker struct {
	start func(name string, tag []byte) // name without prefix; tag is what is between < and >
	end   func()
	text  func([]byte) // entities resolved
	names map[string]string
}

var errTagOpen = errors.New("the file ends within a tag")

// walk walks over data to its end.
func (w *tagWalker) walk(data []byte) error {
	for len(data) > 0 {
		at := bytes.IndexByte(data, '<')
		if at < 0 {
			return nil
		}
		if at > 0 {
			w.words(data[:at])
		}
		data = data[at:]
		var mark string
		switch {
		case bytes.HasPrefix(data, []byte("<!--")):
			mark = "-->"
		case bytes.HasPrefix(data, []byte("<![CDATA[")):
			mark = "]]>"
		case bytes.HasPrefix(data, []byte("<?")):
			mark = "?>"
		default:
			mark = ">"
		}
		end := endOfTag(data, mark)
		if end < 0 {
			return errTagOpen
		}
		tag := data[1:end]
		data = data[end+len(mark):]
		switch {
		case mark == "]]>":
			w.text(tag[len("![CDATA["):])
		case mark != ">" || len(tag) == 0 || tag[0] == '!':
		case tag[0] == '/':
			w.end()
		default:
			w.start(w.name(tag), tag)
			if tag[len(tag)-1] == '/' {
				w.end()
			}
		}
	}
	return nil
}

// endOfTag is where a tag ends that begins with data; a > within quotation marks does not end it.
func endOfTag(data []byte, mark string) int {
	if mark != ">" {
		begin := len("<?")
		if mark == "-->" {
			begin = len("<!--") // its hyphens are not those of the end
		}
		if at := bytes.Index(data[begin:], []byte(mark)); at >= 0 {
			return begin + at
		}
		return -1
	}
	end := bytes.IndexByte(data, '>')
	if end < 0 || bytes.Count(data[:end], []byte{'"'})%2 == 0 && bytes.IndexByte(data[:end], '\'') < 0 {
		return end
	}
	quote := byte(0)
	for i, c := range data {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

// words gives text on.
func (w *tagWalker) words(text []byte) {
	if bytes.IndexByte(text, '&') >= 0 {
		text = []byte(html.UnescapeString(string(text)))
	}
	w.text(text)
}

// name is the name of a tag without prefix.
func (w *tagWalker) name(tag []byte) string {
	end := bytes.IndexAny(tag, " \t\r\n/")
	if end < 0 {
		end = len(tag)
	}
	name := tag[:end]
	if at := bytes.IndexByte(name, ':'); at > 0 && at < end-1 { // or else it is part of the name
		name = name[at+1:]
	}
	if known, ok := w.names[string(name)]; ok {
		return known
	}
	const most = 1000
	if len(w.names) < most {
		if w.names == nil {
			w.names = map[string]string{}
		}
		w.names[string(name)] = string(name)
	}
	return string(name)
}

// tagValue is the value of an attribute in a tag, "" if it has none.
func tagValue(tag []byte, name string) string {
	for at := 0; ; {
		found := bytes.Index(tag[at:], []byte(name))
		if found < 0 {
			return ""
		}
		at += found
		before, rest := byte(' '), bytes.TrimLeft(tag[at+len(name):], " \t\r\n")
		if at > 0 {
			before = tag[at-1]
		}
		at += len(name)
		if before != ' ' && before != '\n' && before != '\t' && before != '\r' && before != ':' || len(rest) == 0 || rest[0] != '=' {
			continue
		}
		rest = bytes.TrimLeft(rest[1:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return ""
		}
		value := rest[1 : 1+end]
		if bytes.IndexByte(value, '&') >= 0 {
			return html.UnescapeString(string(value))
		}
		return string(value)
	}
}
