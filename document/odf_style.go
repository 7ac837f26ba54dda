package document

import (
	"slices"
	"strconv"
	"strings"
)

// odfStyles are the styles of a document, as far as they say what text is. Names are those of a family: "paragraph/Title".
type odfStyles struct {
	styles  map[string]odfStyle
	lists   map[string]*odfList
	layouts map[string][2]float64 // sizes of pages, in points
	masters map[string]string     // layouts of master pages
}

// odfStyle is a style. What it does not say its parent does.
type odfStyle struct {
	parent string
	list   string
	level  int // of its outline, from 1; 0: the parent's
	hidden yesNo
	colour string
	ground string // behind letters
	breaks bool   // a page begins before it
	shown  yesNo  // of a sheet or slide
}

// yesNo may be neither.
type yesNo byte

const (
	unsaid yesNo = iota
	yes
	no
)

// odfList are the levels of a list style.
type odfList [hangulLevels]odfLevel

// odfLevel is what is drawn before an item of a level.
type odfLevel struct {
	bullet         string
	format         string // "" draws no number
	before, after  string
	start, showing int // from which it counts; how many levels are shown
}

func newODFStyles() *odfStyles {
	return &odfStyles{map[string]odfStyle{}, map[string]*odfList{}, map[string][2]float64{}, map[string]string{}}
}

// read reads styles.
func (s *odfStyles) read(x *xmlScanner) error {
	return x.children(func(string) error {
		switch x.name {
		case "style:style", "style:default-style":
			return s.style(x)
		case "text:list-style", "text:outline-style":
			name := x.attr("style:name")
			if x.name == "text:outline-style" {
				name = outlineList
			}
			return s.list(x, name)
		case "style:page-layout":
			name := x.attr("style:name")
			return x.children(func(string) error {
				if x.name == "style:page-layout-properties" {
					s.layouts[name] = [2]float64{odfLength(x.attr("fo:page-width")), odfLength(x.attr("fo:page-height"))}
				}
				return nil
			}, nil)
		}
		return nil
	}, nil)
}

// outlineList is the list style of headings: no style has its name.
const outlineList = "\x00outline"

// style reads a style.
func (s *odfStyles) style(x *xmlScanner) error {
	family := x.attr("style:family")
	name := family + "/" + x.attr("style:name")
	if x.name == "style:default-style" {
		name = family + "/"
	}
	t := odfStyle{parent: family + "/" + x.attr("style:parent-style-name"), list: x.attr("style:list-style-name"), level: x.num("style:default-outline-level")}
	if master := x.attr("style:master-page-name"); master != "" && family != "drawing-page" {
		t.breaks = true
	}
	err := x.children(func(string) error {
		switch x.name {
		case "style:text-properties":
			t.hidden = said(x, "text:display", "none")
			t.colour, t.ground = x.attr("fo:color"), x.attr("fo:background-color")
		case "style:paragraph-properties", "style:graphic-properties", "loext:graphic-properties", "style:table-cell-properties":
			if ground := x.attr("fo:background-color"); ground != "" {
				t.ground = ground
			} else if fill := x.attr("draw:fill"); fill != "" && fill != "none" {
				t.ground = "fill"
				if colour := x.attr("draw:fill-color"); fill == "solid" && colour != "" {
					t.ground = colour
				}
			}
			if x.attr("fo:break-before") == "page" {
				t.breaks = true
			}
		case "style:table-properties":
			t.shown = said(x, "table:display", "true")
			if x.attr("fo:break-before") == "page" {
				t.breaks = true
			}
		case "style:drawing-page-properties":
			t.shown = said(x, "presentation:visibility", "visible")
		}
		return nil
	}, nil)
	s.styles[name] = t
	return err
}

// said is whether an attribute says yes, or anything.
func said(x *xmlScanner, name, means string) yesNo {
	switch v, ok := x.has(name); {
	case !ok:
		return unsaid
	case v == means:
		return yes
	}
	return no
}

// list reads a list style.
func (s *odfStyles) list(x *xmlScanner, name string) error {
	levels := &odfList{}
	s.lists[name] = levels
	return x.children(func(string) error {
		level := x.num("text:level") - 1
		if level < 0 || level >= hangulLevels {
			return nil
		}
		l := odfLevel{before: x.attr("style:num-prefix"), after: x.attr("style:num-suffix"), start: 1, showing: max(x.num("text:display-levels"), 1)}
		switch x.name {
		case "text:list-level-style-number", "text:outline-level-style":
			l.format = x.attr("style:num-format")
			if _, ok := x.has("text:start-value"); ok {
				l.start = x.num("text:start-value")
			}
		case "text:list-level-style-bullet":
			l.bullet, l.before, l.after = hangulBullet(x.attr("text:bullet-char")), "", ""
		case "text:list-level-style-image":
			l.bullet = "•"
		}
		levels[level] = l
		return nil
	}, nil)
}

// mostParents is how far a style may be from what it comes from.
const mostParents = 32

// find returns of a style and its parents the first for which f is true.
func (s *odfStyles) find(name string, f func(odfStyle) bool) (odfStyle, bool) {
	for range mostParents {
		t, ok := s.styles[name]
		if !ok {
			break
		}
		if f(t) {
			return t, true
		}
		name = t.parent
	}
	return odfStyle{}, false
}

// hides reports whether letters of a style are not shown: the style says so, or they are white and so is all behind them, the
// styles around and the cells and boxes. What is behind the text of slides, nobody says here.
func (r *odfReader) hides(style string, around ...string) bool {
	s := r.styles
	if s.gone(style) {
		return true
	}
	t, ok := s.find(style, func(t odfStyle) bool { return t.colour != "" })
	if !ok || !white(t.colour) || r.b.doc.Unit == Slide || s.grounded(style) || slices.ContainsFunc(around, s.grounded) {
		return false
	}
	return !slices.ContainsFunc(r.grounds, s.grounded)
}

// gone reports whether a style takes its text out of what is shown.
func (s *odfStyles) gone(style string) bool {
	t, ok := s.find(style, func(t odfStyle) bool { return t.hidden != unsaid })
	return ok && t.hidden == yes
}

// grounded reports whether a style has a background on which white is seen.
func (s *odfStyles) grounded(name string) bool {
	t, ok := s.find(name, func(t odfStyle) bool { return t.ground != "" })
	return ok && covers(t.ground) && t.ground != "transparent"
}

// drawn is what is drawn before an item at a level from 0, which has counted to the given numbers.
func (l *odfList) drawn(level int, reached [hangulLevels]int) string {
	own := l[level]
	if own.bullet != "" {
		return own.bullet
	}
	if own.format == "" {
		return strings.TrimSpace(own.before + own.after)
	}
	var numbers []string
	for i := max(level+1-own.showing, 0); i <= level; i++ {
		if l[i].format != "" {
			numbers = append(numbers, odfNumber(l[i].format, max(reached[i], 1)))
		}
	}
	return strings.TrimSpace(own.before + strings.Join(numbers, ".") + own.after)
}

// odfNumber is a number in a format: that of a sign of its kind ("1", "a", "i"), or of the first few ("가, 나, 다, ...").
func odfNumber(format string, n int) string {
	first, _, _ := strings.Cut(format, ",")
	kinds := map[string]int{
		"1": 0, "①": 1, "I": 2, "i": 3, "A": 4, "a": 5, "가": 8, "㉮": 9, "ㄱ": 10, "㉠": 11, "일": 12, "一": 13, "㊀": 14, "갑": 15, "甲": 16,
	}
	if kind, ok := kinds[strings.TrimSpace(first)]; ok {
		return hangulNumber(kind, n)
	}
	return strconv.Itoa(n)
}

// odfLength is a length in points: "2.54cm", "1in", "72pt". What is none is 0.
func odfLength(text string) float64 {
	units := map[string]float64{"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72, "pt": 1, "pc": 12, "px": 0.75}
	if len(text) < 3 {
		return 0
	}
	value, err := strconv.ParseFloat(text[:len(text)-2], 64)
	const most = 1e6 // points: a third of a kilometre
	if err != nil || !(value > -most && value < most) {
		return 0
	}
	return value * units[text[len(text)-2:]]
}
