package document

import (
	"strings"

	nethtml "golang.org/x/net/html"
)

// markdownSeen says which words of a text are seen, as the tags of HTML in it have it.
type markdownSeen struct {
	open  []htmlElement
	over  int // that are open beyond those that are kept
	from  int // where what is hidden now begins
	hides bool
}

// tag takes up a tag, which stands at a place of what is written, and returns the end of what was hidden until here.
func (s *markdownSeen) tag(tag string, at int) (m Mark, ended bool) {
	if len(s.open) == 0 && !sayingTag(tag) {
		return Mark{}, false
	}
	z := nethtml.NewTokenizer(strings.NewReader(tag))
	switch z.Next() {
	case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
		raw, more := z.TagName()
		name := string(raw)
		switch attrs := attributesOf(z, more); {
		case htmlVoid[name]:
		case len(s.open) >= mostOpen:
			s.over++
		default:
			var around htmlElement
			if n := len(s.open); n > 0 {
				around = s.open[n-1]
			}
			s.open = append(s.open, (&htmlStyles{}).looked(name, attrs, around))
		}
	case nethtml.EndTagToken:
		raw, _ := z.TagName()
		s.end(string(raw))
	}
	return s.turn(at)
}

// sayingTag reports whether a tag may say that something is not seen.
func sayingTag(tag string) bool {
	tag = strings.ToLower(tag)
	for _, says := range []string{"hidden", "style", "<font", "<template"} {
		if strings.Contains(tag, says) {
			return true
		}
	}
	return false
}

// end closes an element, and those in it.
func (s *markdownSeen) end(name string) {
	if s.over > 0 {
		s.over--
		return
	}
	for i := len(s.open) - 1; i >= 0; i-- {
		if s.open[i].name == name {
			s.open = s.open[:i]
			return
		}
	}
}

// turn notes whether words are hidden from a place on.
func (s *markdownSeen) turn(at int) (m Mark, ended bool) {
	was := s.hides
	n := len(s.open) - 1
	s.hides = n >= 0 && s.open[n].look.hidesWords(s.open[n].painted)
	if was == s.hides {
		return Mark{}, false
	}
	m = Mark{Kind: MarkHidden, Start: s.from, End: at}
	s.from = at
	return m, was
}

// hidesAll reports whether pictures are hidden where the text has come to.
func (s *markdownSeen) hidesAll() bool {
	return len(s.open) > 0 && s.open[len(s.open)-1].look.hidesAll()
}
