package document

import (
	"regexp"
	"slices"
	"strings"
)

// htmlStyles are the rules of a page's style sheets that say whether something is seen, by "tag", ".class", "#id" and "tag.class". Rules
// for some screens only, and those with more to their selectors, are left alone: this is no browser, and what is in doubt
// is shown.
type htmlStyles struct {
	rules map[string]htmlRule
	hide  int // of these, those that hide

	unread bool // there are rules that are not read and may give anything a background
}

// htmlRule is what a rule says.
type htmlRule struct {
	look   htmlLook
	ground yesNo // yes, or not known
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssGrounds = regexp.MustCompile(`(?i)\bbackground(?:-color|-image)?\s*:([^;{}!]*)`)
	cssMoment  = regexp.MustCompile(`(?i):(?:hover|focus|active|:?selection|:?before|:?after|:-)`) // of an element, or what has none of its words
	cssSimple  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$|^[A-Za-z0-9]*[.#][A-Za-z0-9_-]+$`)
)

// mostRules is how many rules that hide are kept, and how many that do not.
const mostRules = 1000

// read takes up a style sheet.
func (s *htmlStyles) read(sheet string) {
	sheet = cssComment.ReplaceAllString(sheet, "")
	s.unread = s.unread || strings.Contains(sheet, "@import")
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
			if selector != "@media print" && cssPaints(rest[:len(rest)-len(sheet)]) {
				s.unread = true
			}
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
			switch one = strings.TrimSpace(one); {
			case cssSimple.MatchString(one):
				s.add(one, htmlRule{look, ground})
			case ground == yes && !cssMoment.MatchString(one):
				s.unread = true
			}
		}
	}
}

// add takes up a rule, over what others say of the same.
func (s *htmlStyles) add(of string, r htmlRule) {
	old, known := s.rules[of]
	if hides := r.look.hidesWords(true); !known {
		if hides && s.hide >= mostRules || !hides && len(s.rules)-s.hide >= mostRules {
			s.unread = s.unread || r.ground == yes
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

// cssPaints reports whether rules give anything a background on which white is seen.
func cssPaints(rules string) bool {
	for _, m := range cssGrounds.FindAllStringSubmatch(rules, -1) {
		if cssGround(strings.ToLower(strings.TrimSpace(m[1])), unsaid) == yes {
			return true
		}
	}
	return false
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
		l.colour, l.size = colourSeen, sizeSeen
	case "a":
		if attrs["href"] != "" {
			l.colour = colourSeen
		}
	case "svg":
		l.scaled = attrs["viewbox"] != ""
	case "font":
		l.colour = cssColour(attrs["color"])
	case "body":
		l.colour = cssColour(attrs["text"])
	}
	ground = s.rule(&l, name, attrs)
	if _, ok := attrs["hidden"]; ok {
		l.gone = true
	}
	own, under := cssSays(attrs["style"])
	l.over(own)
	switch {
	case under != unsaid:
		ground = under
	case attrs["background"] != "":
		ground = yes
	case ground == unsaid:
		ground = cssGround(attrs["bgcolor"], unsaid)
	}
	l.cut = s.cut(l.cut, ground)
	if under == unsaid && attrs["class"] != "" { // of which nobody knows
		ground = yes
	}
	return l, ground
}

// cut is whether letters are cut out of the background of their element. Another that it has covers those around it.
func (s *htmlStyles) cut(says, ground yesNo) yesNo {
	switch {
	case says != yes && ground != unsaid:
		return no
	case says == yes && (ground == yes || ground == unsaid && s.unread):
		return yes
	}
	return unsaid
}

// painted reports whether white is seen on an element, as far as anybody knows: rules that are not read may paint all but what says itself
// that it is white on white.
func (s *htmlStyles) painted(own htmlLook, ground yesNo, around bool) bool {
	switch ground {
	case yes:
		return true
	case no:
		return s.unread && own.colour != colourWhite
	}
	return around
}

// looked begins an element within another.
func (s *htmlStyles) looked(name string, attrs attributes, around htmlElement) htmlElement {
	own, ground := s.look(name, attrs)
	e := htmlElement{name: name, painted: s.painted(own, ground, around.painted), look: around.look}
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

// readStyle takes up a style sheet.
func (r *htmlReader) readStyle(sheet string) {
	r.styles.read(sheet)
	if r.styles.unread {
		r.paintOpen()
	}
}

// linked takes up that there is a style sheet elsewhere, which is not fetched.
func (r *htmlReader) linked(attrs attributes) {
	if r.mailed {
		return
	}
	rel := strings.Fields(strings.ToLower(attrs["rel"]))
	if slices.Contains(rel, "stylesheet") && !slices.Contains(rel, "alternate") && attrs["href"] != "" && !strings.EqualFold(attrs["media"], "print") {
		r.styles.unread = true
		r.paintOpen()
	}
}

// paintOpen has what is open be where white may be seen.
func (r *htmlReader) paintOpen() {
	for i := range r.open {
		r.open[i].painted = true
	}
}
