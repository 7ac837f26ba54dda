package main

import (
	"fmt"
	"slices"

	"exaone/grammar"
)

// accepts reports whether a grammar allows a text, byte by byte, and how many bytes of it.
func accepts(g *grammar.Grammar, text string) (bool, int) {
	m := g.Matcher(nil)
	for i := range len(text) {
		if !m.AdvanceBytes([]byte(text[i : i+1])) {
			return false, i
		}
	}
	return m.Accepts(), len(text)
}

// whyRefused says what would have to be otherwise for a valid value to be accepted: the order of its members, the
// spelling of its numbers, or neither. It is for whoever looks for the fault.
func whyRefused(g *grammar.Grammar, v *jsonValue, order *schemaOrder) string {
	if ok, _ := accepts(g, order.put(v.plainNumbers()).String()); ok {
		return "spelling of a number"
	}
	if ok, _ := accepts(g, v.String()); ok {
		return "order: accepted as it was written"
	}
	s := search{m: g.Matcher(nil), left: 20000}
	if s.value(v.plainNumbers(), func() bool { return s.m.Accepts() }) {
		return "order: accepted as " + string(s.text)
	}
	_, at := accepts(g, order.put(v).String())
	return fmt.Sprintf("refused at byte %d", at)
}

// search looks for an order of members that a grammar accepts.
type search struct {
	m    *grammar.Matcher
	text []byte
	left int // steps that may still be tried
}

// write goes on by a text and then by next; if either fails, all is as before.
func (s *search) write(text string, next func() bool) bool {
	if s.left--; s.left < 0 {
		return false
	}
	state, length := s.m.State(), len(s.text)
	if s.m.AdvanceBytes([]byte(text)) {
		s.text = append(s.text, text...)
		if next() {
			return true
		}
	}
	s.m.Restore(state)
	s.text = s.text[:length]
	return false
}

func (s *search) value(v *jsonValue, next func() bool) bool {
	switch v.kind {
	case '{':
		return s.write("{", func() bool { return s.members(v.members, "", next) })
	case '[':
		return s.write("[", func() bool { return s.items(v.items, "", next) })
	}
	return s.write(v.String(), next)
}

func (s *search) items(list []*jsonValue, comma string, next func() bool) bool {
	if len(list) == 0 {
		return s.write("]", next)
	}
	return s.write(comma, func() bool {
		return s.value(list[0], func() bool { return s.items(list[1:], ",", next) })
	})
}

func (s *search) members(list []jsonMember, comma string, next func() bool) bool {
	if len(list) == 0 {
		return s.write("}", next)
	}
	for i, m := range list {
		rest := slices.Delete(slices.Clone(list), i, i+1)
		found := s.write(comma+string(appendJSONString(nil, m.name))+":", func() bool {
			return s.value(m.value, func() bool { return s.members(rest, ",", next) })
		})
		if found {
			return true
		}
	}
	return false
}
