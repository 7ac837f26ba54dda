package tokenizer

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// splitter appends the parts of a piece of text to dst. fresh says that the piece begins the text.
type splitter func(dst []string, text string, fresh bool) ([]string, error)

// behavior says what becomes of the delimiters that a text is split at.
type behavior string

// The behaviours, by their names in tokenizer.json.
const (
	removed            behavior = "Removed"
	isolated           behavior = "Isolated"
	mergedWithPrevious behavior = "MergedWithPrevious"
	mergedWithNext     behavior = "MergedWithNext"
	contiguous         behavior = "Contiguous"
)

func parseBehavior(name string) (behavior, error) {
	switch b := behavior(name); b {
	case removed, isolated, mergedWithPrevious, mergedWithNext, contiguous:
		return b, nil
	}
	return "", fmt.Errorf("behavior: found %q, want Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous", name)
}

// part is a stretch of a text that is a delimiter or lies between two. It is not empty.
type part struct {
	start, end int
	delimiter  bool
}

// appendParts appends the parts of a text as a behaviour has them. Parts follow each other without gaps.
func appendParts(dst []string, text string, parts []part, b behavior) []string {
	open := -1 // where the piece under way begins
	last := false
	for _, p := range parts {
		cutBefore := true
		switch b {
		case mergedWithPrevious:
			cutBefore = !p.delimiter || last
		case mergedWithNext:
			cutBefore = p.delimiter || !last
		case contiguous:
			cutBefore = p.delimiter != last
		case removed, isolated:
		}
		if open >= 0 && cutBefore {
			dst = append(dst, text[open:p.start])
			open = -1
		}
		last = p.delimiter
		if b == removed && p.delimiter {
			continue
		}
		if open < 0 {
			open = p.start
		}
	}
	if open >= 0 {
		dst = append(dst, text[open:parts[len(parts)-1].end])
	}
	return dst
}

// appendPart appends a part unless it is empty.
func appendPart(parts []part, start, end int, delimiter bool) []part {
	if start == end {
		return parts
	}
	return append(parts, part{start, end, delimiter})
}

// splitString splits at a string.
func splitString(pattern string, b behavior, invert bool) splitter {
	return func(dst []string, text string, _ bool) ([]string, error) {
		var parts []part
		for pos := 0; pos < len(text); {
			n := strings.Index(text[pos:], pattern)
			if n < 0 {
				parts = appendPart(parts, pos, len(text), invert)
				break
			}
			parts = appendPart(parts, pos, pos+n, invert)
			parts = appendPart(parts, pos+n, pos+n+len(pattern), !invert)
			pos += n + len(pattern)
		}
		return appendParts(dst, text, parts, b), nil
	}
}

// splitWords splits into the words of a scanner.
func splitWords(w wordScanner) splitter {
	return func(dst []string, text string, _ bool) ([]string, error) {
		for len(text) > 0 {
			n := w.word(text)
			dst = append(dst, text[:n])
			text = text[n:]
		}
		return dst, nil
	}
}

// splitDigits splits numbers, \p{N}, from other text: each character by itself, or run by run.
func splitDigits(each bool) splitter {
	b := contiguous
	if each {
		b = isolated
	}
	return func(dst []string, text string, _ bool) ([]string, error) {
		var parts []part
		from := 0
		for i := 0; i < len(text); {
			r, n := utf8.DecodeRuneInString(text[i:])
			if unicode.IsNumber(r) {
				parts = appendPart(parts, from, i, false)
				parts = appendPart(parts, i, i+n, true)
				from = i + n
			}
			i += n
		}
		parts = appendPart(parts, from, len(text), false)
		return appendParts(dst, text, parts, b), nil
	}
}

// prefixSpace puts a space before a piece that does not begin with one.
func prefixSpace(dst []string, text string, _ bool) ([]string, error) {
	if text != "" && text[0] != ' ' {
		text = " " + text
	}
	return append(dst, text), nil
}

// metaspace writes spaces as blank, begins pieces with one as scheme says ("always", "first" or "never"),
// and splits before each if split.
func metaspace(blank, scheme string, split bool) splitter {
	cut := splitString(blank, mergedWithNext, false)
	return func(dst []string, text string, fresh bool) ([]string, error) {
		if text == "" { // nothing is left of what was normalised
			return dst, nil
		}
		text = strings.ReplaceAll(text, " ", blank)
		if (scheme == "always" || scheme == "first" && fresh) && !strings.HasPrefix(text, blank) {
			text = blank + text
		}
		if split {
			return cut(dst, text, fresh)
		}
		return append(dst, text), nil
	}
}
