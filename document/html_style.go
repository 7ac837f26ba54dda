package document

import (
	"regexp"
	"strings"
)

// htmlStyles are the rules of a page's style sheets that hide something, by "tag", ".class", "#id" and "tag.class". Rules
// for some screens only, and those with more to their selectors, are left alone: this is no browser, and what is in doubt
// is shown.
type htmlStyles struct {
	hidden map[string]bool
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSimple  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$|^[A-Za-z0-9]*[.#][A-Za-z0-9_-]+$`)
	cssHides   = regexp.MustCompile(`(?i)(^|[;\s{])(display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0*(\.0+)?\s*(;|!|$)|font-size\s*:\s*0*(\.0+)?\s*(px|pt|em|rem|%)?\s*(;|!|$)|(^|[;\s])color\s*:\s*transparent)`)
	cssWhite   = regexp.MustCompile(`(?i)(^|[;\s])color\s*:\s*(#fff(fff)?|white|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*[,)])`)
)

// mostRules is how many rules that hide are kept.
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
		if !cssHides.MatchString(body) {
			continue
		}
		for one := range strings.SplitSeq(selector, ",") {
			if one = strings.TrimSpace(one); cssSimple.MatchString(one) && len(s.hidden) < mostRules {
				if s.hidden == nil {
					s.hidden = map[string]bool{}
				}
				s.hidden[one] = true
			}
		}
	}
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

// hides reports whether an element is not shown: by an attribute, by its style, by a rule; or it is white where nothing
// has a background.
func (s *htmlStyles) hides(name string, attrs attributes, painted bool) bool {
	if len(attrs) == 0 {
		return s.hidden[name]
	}
	if _, ok := attrs["hidden"]; ok {
		return true
	}
	if style := attrs["style"]; style != "" && (cssHides.MatchString(style) || !painted && cssWhite.MatchString(style)) {
		return true
	}
	if len(s.hidden) == 0 {
		return false
	}
	if s.hidden[name] || s.hidden["#"+attrs["id"]] || s.hidden[name+"#"+attrs["id"]] {
		return true
	}
	for class := range strings.FieldsSeq(attrs["class"]) {
		if s.hidden["."+class] || s.hidden[name+"."+class] {
			return true
		}
	}
	return false
}

// painted reports whether an element may have a background: by an attribute, or by a class of which nobody knows.
func painted(attrs attributes) bool {
	return attrs["bgcolor"] != "" || attrs["background"] != "" || attrs["class"] != "" || strings.Contains(strings.ToLower(attrs["style"]), "background")
}
