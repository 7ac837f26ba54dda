package document

import (
	"regexp"
	"strings"
)

// htmlStyles are the rules of a page's style sheets that say whether something is seen, by "tag", ".class", "#id" and "tag.class". Rules
// for some screens only, and those with more to their selectors, are left alone: this is no browser, and what is in doubt
// is shown.
type htmlStyles struct {
	rules map[string]htmlRule
	hide  int // of these, those that hide
}

// htmlRule is what a rule says.
type htmlRule struct {
	look   htmlLook
	ground yesNo // yes, or not known
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSimple  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$|^[A-Za-z0-9]*[.#][A-Za-z0-9_-]+$`)
)

// mostRules is how many rules that hide are kept, and how many that do not.
const mostRules = 1000

// read takes up a style sheet.
func (s *htmlStyles) read(sheet string) {
	sheet = cssComment.ReplaceAllString(sheet, "")
	for sheet != "" {
		selector, rest, ok := strings.Cut(sheet, "{")
		if !ok {
			return
		}
		if at := strings.LastIndexByte(selector, ';'); at >= 0 {
			selector = selector[at+1:] // after an @import
		}
		selector = strings.TrimSpace(selector)
		if strings.HasPrefix(selector, "@") {
			sheet = afterBraces(rest)
			continue
		}
		body, after, _ := strings.Cut(rest, "}")
		sheet = after
		look, ground := cssSays(body)
		if look.colour == colourWhite { // on what, other rules may say
			look.colour = colourUnsaid
		}
		if ground != yes {
			ground = unsaid
		}
		if look == (htmlLook{}) && ground == unsaid {
			continue
		}
		for one := range strings.SplitSeq(selector, ",") {
			if one = strings.TrimSpace(one); cssSimple.MatchString(one) {
				s.add(one, htmlRule{look, ground})
			}
		}
	}
}

// add takes up a rule, over what others say of the same.
func (s *htmlStyles) add(of string, r htmlRule) {
	old, known := s.rules[of]
	if hides := r.look.hidesWords(true); !known {
		if hides && s.hide >= mostRules || !hides && len(s.rules)-s.hide >= mostRules {
			return
		}
		if hides {
			s.hide++
		}
	}
	if s.rules == nil {
		s.rules = map[string]htmlRule{}
	}
	old.look.over(r.look)
	old.ground = max(old.ground, r.ground)
	s.rules[of] = old
}

// afterBraces is what follows the brace that closes the one before a text.
func afterBraces(text string) string {
	depth := 1
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[i+1:]
			}
		}
	}
	return ""
}

// look is what an element says of itself: by what it is, by a rule, by an attribute, by its style. It says of its ground whether white is
// seen on it.
func (s *htmlStyles) look(name string, attrs attributes) (l htmlLook, ground yesNo) {
	switch name {
	case "template":
		l.gone = true
	case "textarea", "select", "button", "mark": // have a look of their own
		l.colour, l.size = colourSeen, yes
	case "a":
		if attrs["href"] != "" {
			l.colour = colourSeen
		}
	case "font":
		l.colour = cssColour(attrs["color"])
	case "body":
		l.colour = cssColour(attrs["text"])
	}
	ground = s.rule(&l, name, attrs)
	if _, ok := attrs["hidden"]; ok {
		l.gone = true
	}
	if style := attrs["style"]; style != "" {
		own, under := cssSays(style)
		l.over(own)
		if under != unsaid {
			return l, under
		}
	}
	if ground == yes || attrs["background"] != "" || attrs["class"] != "" { // of which nobody knows
		return l, yes
	}
	return l, cssGround(attrs["bgcolor"], unsaid)
}

// looked begins an element within another.
func (s *htmlStyles) looked(name string, attrs attributes, around htmlElement) htmlElement {
	own, ground := s.look(name, attrs)
	e := htmlElement{name: name, painted: ground == yes || ground == unsaid && around.painted, look: around.look}
	e.look.over(own)
	return e
}

// rule takes up what rules say of an element, and of its ground.
func (s *htmlStyles) rule(l *htmlLook, name string, attrs attributes) (ground yesNo) {
	if len(s.rules) == 0 {
		return unsaid
	}
	take := func(of string) {
		if r, ok := s.rules[of]; ok {
			l.over(r.look)
			ground = max(ground, r.ground)
		}
	}
	take(name)
	for class := range strings.FieldsSeq(attrs["class"]) {
		take("." + class)
		take(name + "." + class)
	}
	if id := attrs["id"]; id != "" {
		take("#" + id)
		take(name + "#" + id)
	}
	return ground
}
