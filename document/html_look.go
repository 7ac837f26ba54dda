package document

import (
	"slices"
	"strconv"
	"strings"
)

// htmlLook is what says of an element whether its words are seen. All but gone is inherited by what is in it, and goes no further than to
// what says something else of itself.
type htmlLook struct {
	gone    bool // with all that is in it, whatever that says
	colour  htmlColour
	size    htmlSize
	visible yesNo
	cut     yesNo // letters are cut out of a background, which is seen where they are clear
	scaled  bool  // in a drawing with measures of its own, in which no length says how large letters are
}

// htmlSize is the size of letters, as far as it matters.
type htmlSize int8

const (
	sizeUnsaid htmlSize = iota
	sizeSeen
	sizeTiny // is not seen where nothing makes it larger
	sizeNone
)

// htmlColour is the colour of letters, as far as it matters.
type htmlColour int8

const (
	colourUnsaid htmlColour = iota
	colourSeen
	colourWhite // is not seen where nothing has a background
	colourClear
)

// over takes up what an element or a rule says of itself.
func (l *htmlLook) over(own htmlLook) {
	l.gone = l.gone || own.gone
	if own.colour != colourUnsaid {
		l.colour = own.colour
	}
	if own.size != sizeUnsaid {
		l.size = own.size
	}
	if own.visible != unsaid {
		l.visible = own.visible
	}
	if own.cut != unsaid {
		l.cut = own.cut
	}
	l.scaled = l.scaled || own.scaled
}

// hidesWords reports whether nobody sees the words of an element, which has a background or not.
func (l htmlLook) hidesWords(painted bool) bool {
	switch {
	case l.hidesAll(), l.size == sizeNone, l.size == sizeTiny && !l.scaled:
		return true
	}
	return l.colour == colourClear && l.cut != yes || l.colour == colourWhite && !painted
}

// hidesAll reports whether nobody sees the pictures in an element, either.
func (l htmlLook) hidesAll() bool { return l.gone || l.visible == no }

// cssSays is what the declarations of a style or a rule say: of the look, and of the ground: yes is one on which white is seen, no a white one.
func cssSays(style string) (l htmlLook, ground yesNo) {
	style = strings.ToLower(cssComment.ReplaceAllString(style, ""))
	noBox, faint := false, false
	var kept map[string]bool // that are important: a later one is not taken
	for one := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(one, ":")
		value, important, _ := strings.Cut(value, "!")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if important = strings.TrimSpace(important); important == "important" {
			if kept == nil {
				kept = map[string]bool{}
			}
			kept[name] = true
		} else if kept[name] {
			continue
		}
		switch value {
		case "", "inherit", "unset", "revert", "revert-layer":
			continue
		}
		switch name {
		case "display":
			noBox = value == "none"
		case "opacity":
			faint = cssNumber(value, "%") == 0
		case "visibility":
			l.visible = yes
			if value == "hidden" || value == "collapse" {
				l.visible = no
			}
		case "color", "-webkit-text-fill-color":
			l.colour = cssColour(value)
		case "font-size":
			l.size = cssSize(value)
		case "font":
			for part := range strings.FieldsSeq(value) {
				if part, _, _ = strings.Cut(part, "/"); part != "" && (part[0] >= '0' && part[0] <= '9' || part[0] == '.') && cssNumber(part, "") <= 0 {
					l.size = cssSize(part) // and not a weight
					break
				}
			}
		case "background", "background-color", "background-image":
			ground = cssGround(value, ground)
			if name == "background" && hasText(value) {
				l.cut = yes
			}
		case "background-clip", "-webkit-background-clip":
			l.cut = no
			if hasText(value) {
				l.cut = yes
			}
		}
	}
	l.gone = noBox || faint
	return l, ground
}

// hasText reports whether the shape of the letters is what a background is cut to.
func hasText(value string) bool {
	return slices.Contains(strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' }), "text")
}

// cssNumber is a number with a unit or without; -1 is none.
func cssNumber(value, unit string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSuffix(value, unit), 64)
	if err != nil {
		return -1
	}
	return n
}

// cssSize is a size of letters. That of the element around says it where one is a part of it.
func cssSize(value string) htmlSize {
	end := strings.IndexFunc(value, func(r rune) bool { return r != '.' && r != '+' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(value)
	}
	const tiny = 1 // point
	n, err := strconv.ParseFloat(value[:end], 64)
	switch unit := value[end:]; {
	case err != nil && (value == "smaller" || value == "larger" || value == "math"), err == nil && n > 0 && (unit == "em" || unit == "%" || unit == "ex" || unit == "ch"):
		return sizeUnsaid
	case err == nil && n == 0:
		return sizeNone
	case err == nil && (unit == "pt" && n < tiny || unit == "px" && n*0.75 < tiny):
		return sizeTiny
	}
	return sizeSeen
}

// cssColourOf are the functions that make a colour, and no picture.
var cssColourOf = wordSet("rgb rgba hsl hsla hwb lab lch oklab oklch")

// cssColour is a colour in letters, a number or a function.
func cssColour(value string) htmlColour {
	value = strings.ToLower(strings.TrimSpace(value))
	switch {
	case value == "", value == "currentcolor":
		return colourUnsaid
	case value == "transparent", strings.HasPrefix(value, "#") && (len(value) == 5 && value[4] == '0' || len(value) == 9 && value[7:] == "00"):
		return colourClear
	case value == "white", strings.HasPrefix(value, "#fff") && strings.Trim(value, "f") == "#" && len(value) <= 9:
		return colourWhite
	}
	name, inside, is := strings.Cut(strings.TrimSuffix(value, ")"), "(")
	parts := strings.FieldsFunc(inside, func(r rune) bool { return r == ',' || r == '/' || r == ' ' })
	switch {
	case !is || len(parts) < 3 || !cssColourOf[name]:
	case len(parts) > 3 && cssNumber(parts[3], "%") == 0:
		return colourClear
	case name == "rgb" || name == "rgba":
		for _, p := range parts[:3] {
			if p != "255" && p != "100%" {
				return colourSeen
			}
		}
		return colourWhite
	case (name == "hsl" || name == "hsla") && parts[2] == "100%":
		return colourWhite
	}
	return colourSeen
}

// cssGround is whether white is seen on a background, which was known to be one or not.
func cssGround(value string, ground yesNo) yesNo {
	switch {
	case value == "none", value == "initial", value == "inherit", value == "unset", cssColour(value) == colourClear, cssColour(value) == colourUnsaid:
		return ground
	case cssColour(value) == colourWhite && ground != yes:
		return no
	}
	return yes
}
