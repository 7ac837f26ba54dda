package document

import (
	"strings"
)

// hwpxHead is what header.xml says of paragraphs and letters (KS X 6101, 8): by id, as sections refer to it.
type hwpxHead struct {
	paragraphs map[string]hangulShape
	letters    map[string]hangulLetters
	numberings map[string]*hangulNumbering
	bullets    map[string]string
	fills      map[string]bool   // backgrounds that white text can be read on
	changes    map[string]string // of tracked changes, the author's mark
	authors    map[string]string // by mark
}

// hangulShape is the shape of paragraphs, as far as it says what they are.
type hangulShape struct {
	heading string // OUTLINE, NUMBER, BULLET or NONE
	of      string // the numbering or bullet
	level   int    // from 0
	fill    string
}

// depth is the level from 1, within those that there are.
func (s hangulShape) depth() int { return min(max(s.level, 0), hangulLevels-1) + 1 }

// hangulLetters is the shape of letters, as far as it says whether they are seen.
type hangulLetters struct {
	white bool // on white nobody sees them
	tiny  bool
	fill  string
}

// tinyLetters is a height that nobody reads, in hundredths of a point.
const tinyLetters = 100

func newHWPXHead() *hwpxHead {
	return &hwpxHead{map[string]hangulShape{}, map[string]hangulLetters{}, map[string]*hangulNumbering{}, map[string]string{}, map[string]bool{}, map[string]string{}, map[string]string{}}
}

// read reads header.xml. What was read before a fault stays.
func (h *hwpxHead) read(x *xmlScanner) error {
	for {
		token, err := x.next()
		if err != nil {
			return untilEnd(err)
		}
		if token != xmlOpen {
			continue
		}
		switch local(x.name) {
		case "fontfaces", "tabProperties", "styles", "memoProperties", "compatibleDocument":
			err = x.skipElement() // most of the part
		case "borderFill":
			err = h.borderFill(x)
		case "charPr":
			err = h.charPr(x)
		case "paraPr":
			err = h.paraPr(x)
		case "numbering":
			err = h.numbering(x)
		case "bullet":
			h.bullets[x.attr("id")] = hangulBullet(x.attr("char"))
		case "trackChange":
			h.changes[x.attr("id")] = x.attr("authorID")
		case "trackChangeAuthor":
			name := clean(x.attr("name"))
			if _, ok := h.authors[x.attr("id")]; !ok {
				h.authors[x.attr("id")] = name
			}
			if mark := x.attr("mark"); mark != "" {
				h.authors[mark] = name
			}
		}
		if err != nil {
			return untilEnd(err)
		}
	}
}

// author is who made a tracked change.
func (h *hwpxHead) author(change string) string { return h.authors[h.changes[change]] }

func (h *hwpxHead) borderFill(x *xmlScanner) error {
	id := x.attr("id")
	return x.children(func(name string) error {
		if name != "fillBrush" {
			return nil
		}
		fills := h.fills[id]
		err := brush(x, &fills)
		h.fills[id] = fills
		return err
	}, nil)
}

// brush reads whether what is filled is a ground on which white is seen.
func brush(x *xmlScanner, fills *bool) error {
	return x.children(func(name string) error {
		switch name {
		case "winBrush":
			*fills = covers(x.attr("faceColor"))
		case "gradation", "imgBrush":
			*fills = true
		}
		return nil
	}, nil)
}

// covers reports whether a colour is one on which white is seen.
func covers(colour string) bool {
	return colour != "" && !strings.EqualFold(colour, "none") && !white(colour)
}

func white(colour string) bool {
	colour = strings.TrimPrefix(colour, "#")
	return len(colour) >= 6 && strings.EqualFold(colour[len(colour)-6:], "FFFFFF")
}

func (h *hwpxHead) charPr(x *xmlScanner) error {
	l := hangulLetters{fill: x.attr("borderFillIDRef")}
	height, ok := x.has("height")
	l.tiny = ok && wholeNumber([]byte(height)) < tinyLetters
	l.white = white(x.attr("textColor")) && !covers(x.attr("shadeColor"))
	h.letters[x.attr("id")] = l
	return x.skipElement()
}

func (h *hwpxHead) paraPr(x *xmlScanner) error {
	id := x.attr("id")
	var s hangulShape
	err := x.children(func(name string) error {
		switch name {
		case "heading":
			s.heading, s.of, s.level = x.attr("type"), x.attr("idRef"), x.num("level")
		case "border":
			s.fill = x.attr("borderFillIDRef")
		}
		return nil
	}, nil)
	h.paragraphs[id] = s
	return err
}

func (h *hwpxHead) numbering(x *xmlScanner) error {
	n := &hangulNumbering{}
	h.numberings[x.attr("id")] = n
	return x.children(func(name string) error {
		level := x.num("level") - 1
		if name != "paraHead" || level < 0 || level >= hangulLevels {
			return nil
		}
		l := hangulLevel{format: hangulFormat(x.attr("numFormat")), start: x.num("start")}
		text, err := x.wholeText()
		l.text = clean(text)
		n.levels[level] = l
		return err
	}, nil)
}
