package document

import (
	"bytes"
	"errors"
	"strings"
)

// maxAttrs is how many attributes an element may have.
const maxAttrs = 1 << 12

// attributes are those of the element that was opened last, without declarations of namespaces.
func (x *xmlScanner) attributes() []xmlAttr {
	if x.asked {
		return x.attrs
	}
	x.asked, x.attrs = true, x.attrs[:0]
	for at := 0; ; {
		name, value, ok := x.attribute(&at)
		switch _, declares := xmlnsPrefix(name); {
		case !ok:
			return x.attrs
		case declares:
			continue
		case len(x.attrs) == maxAttrs:
			x.wrong = tooMuch("attributes", maxAttrs)
			return x.attrs
		}
		known, _ := x.called(name, false)
		x.attrs = append(x.attrs, xmlAttr{known, value})
	}
}

// declarations puts the prefixes into force that the element declares.
func (x *xmlScanner) declarations() {
	depth := len(x.open) + 1
	for at := 0; ; {
		name, value, ok := x.attribute(&at)
		if !ok {
			return
		}
		if prefix, declares := xmlnsPrefix(name); declares {
			x.declare(prefix, x.resolve(value), depth)
			x.names.forget()
		}
	}
}

// attribute reads the attribute at a place of those that are written, and moves the place behind it. It is false after the
// last, and where something is no attribute: that is what is wrong.
func (x *xmlScanner) attribute(at *int) (name, value []byte, ok bool) {
	raw, i := x.raw, *at
	for i < len(raw) && (xmlSpace(raw[i]) || raw[i] == '/') {
		i++
	}
	begin := i
	for i < len(raw) && raw[i] != '=' && !xmlSpace(raw[i]) {
		i++
	}
	if name = raw[begin:i]; i == len(raw) {
		*at = i
		return name, nil, len(name) > 0 // a name alone, as below
	}
	for i < len(raw) && xmlSpace(raw[i]) {
		i++
	}
	if i == len(raw) || raw[i] != '=' {
		*at = i
		return name, nil, true
	}
	i++
	for i < len(raw) && xmlSpace(raw[i]) {
		i++
	}
	if i == len(raw) || raw[i] != '"' && raw[i] != '\'' {
		x.wrong = x.fault(errors.New("a value without quotation marks"))
		return nil, nil, false
	}
	end := bytes.IndexByte(raw[i+1:], raw[i])
	if end < 0 {
		x.wrong = x.fault(errXMLEnd)
		return nil, nil, false
	}
	*at = i + end + 2
	return name, raw[i+1 : i+1+end], true
}

// declare puts a prefix into force from a depth on.
func (x *xmlScanner) declare(prefix, space []byte, depth int) {
	const most = 1024
	if len(x.prefixes) < most {
		x.prefixes = append(x.prefixes, xmlPrefix{prefix: prefix, canon: x.canon[string(space)], depth: depth})
	}
}

// xmlnsPrefix is the prefix that an attribute declares, and whether it does.
func xmlnsPrefix(name []byte) ([]byte, bool) {
	switch {
	case len(name) < 5 || string(name[:5]) != "xmlns":
		return nil, false
	case len(name) == 5:
		return nil, true
	}
	return name[min(6, len(name)):], len(name) > 6 && name[5] == ':'
}

// attr returns the value of an attribute of the element that was opened last, "" if it has none.
func (x *xmlScanner) attr(name string) string {
	value, _ := x.has(name)
	return value
}

// has returns the value of an attribute, and whether it is there.
func (x *xmlScanner) has(name string) (string, bool) {
	for _, a := range x.attributes() {
		if a.name == name {
			return string(x.resolve(a.value)), true
		}
	}
	return "", false
}

// xmlNames are names that were met, so that a name is one string each time, and its namespace is looked for once.
type xmlNames struct {
	slots [xmlNameSlots]xmlName
	age   int // names of other ages are forgotten
}

type xmlName struct {
	raw, name, local string
	element          bool
	age              int
}

// How many names are known at a time, and in how many places each may be.
const (
	xmlNameSlots = 128
	xmlNameTries = 4
)

// forget forgets all names: a namespace has changed.
func (n *xmlNames) forget() {
	if n != nil {
		n.age++
	}
}

// called is a name with the prefix under which the caller knows its namespace, and without any.
func (x *xmlScanner) called(raw []byte, element bool) (name, short string) {
	const most = 64 // bytes of a name that is remembered
	if len(raw) == 0 || len(raw) > most {
		name = x.canonical(string(raw), element)
		return name, local(name)
	}
	if x.names == nil {
		x.names = &xmlNames{}
	}
	n := x.names
	hash := uint(raw[0])*3 ^ uint(raw[len(raw)-1])*37 ^ uint(raw[len(raw)/2])*7 + uint(len(raw))*5
	if element {
		hash += 64
	}
	free := -1
	for try := range uint(xmlNameTries) {
		at := (hash + try) % xmlNameSlots
		s := &n.slots[at]
		if s.element == element && s.raw == string(raw) {
			if s.age != n.age { // of another part: most often it means the same
				if name := x.canonical(s.raw, element); name != s.name {
					s.name, s.local = name, local(name)
				}
				s.age = n.age
			}
			return s.name, s.local
		}
		if s.age != n.age || s.raw == "" {
			free = int(at)
			break
		}
	}
	if free < 0 {
		free = int(hash % xmlNameSlots)
	}
	written := string(raw)
	name = x.canonical(written, element)
	short = local(name)
	n.slots[free] = xmlName{written, name, short, element, n.age}
	return name, short
}

// canonical is a name with the prefix under which the caller knows its namespace. An attribute without a prefix is in none.
func (x *xmlScanner) canonical(raw string, element bool) string {
	prefix, local, ok := strings.Cut(raw, ":")
	if !ok {
		prefix, local = "", raw
	}
	if x.canon == nil || !ok && !element {
		return raw
	}
	for i := len(x.prefixes) - 1; i >= 0; i-- {
		if p := x.prefixes[i]; string(p.prefix) == prefix {
			if p.canon != "" && p.canon != prefix {
				return p.canon + ":" + local
			}
			break
		}
	}
	return raw
}

// written is the value of an attribute as it is written, of names without a prefix; nil if there is none. It is looked for
// without reading the others.
func (x *xmlScanner) written(name string) []byte {
	for at := 0; ; {
		raw, value, ok := x.attribute(&at)
		if !ok || string(raw) == name {
			return value
		}
	}
}
