package tokenizer

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// charsmap is the table by which SentencePiece normalises text, "precompiled_charsmap": the bytes of a tree, then,
// each ended by a zero, what is put in place of the strings in the tree. The tree is a double array as darts-clone
// (github.com/s-yata/darts-clone) writes it: units of 32 bits, little-endian.
type charsmap struct {
	units []uint32
	texts string
	ascii [utf8.RuneSelf]bool // characters that something may be put in place of
}

// mostMapped bounds a table: SentencePiece's largest has 340 KB. maxInstead bounds what is put in place of a string: there
// it is 33 bytes.
const (
	mostMapped = 16 << 20
	maxInstead = 1 << 10
)

// parseCharsmap reads a table. That what it says stays within it is looked at as it is used.
func parseCharsmap(data []byte) (*charsmap, error) {
	if len(data) < 4 || len(data) > mostMapped {
		return nil, fmt.Errorf("precompiled_charsmap: found %d bytes, want 4 to %d", len(data), mostMapped)
	}
	size := int64(binary.LittleEndian.Uint32(data))
	if size < 4 || size%4 != 0 || size > int64(len(data)-4) {
		return nil, fmt.Errorf("precompiled_charsmap: found a tree of %d bytes in %d, want a multiple of 4", size, len(data))
	}
	c := &charsmap{units: make([]uint32, size/4), texts: string(data[4+size:])}
	for i := range c.units {
		c.units[i] = binary.LittleEndian.Uint32(data[4+4*i:])
	}
	for text := range strings.SplitSeq(c.texts, "\x00") {
		if len(text) > maxInstead {
			return nil, fmt.Errorf("precompiled_charsmap: found a text of %d bytes in place of a string, want at most %d", len(text), maxInstead)
		}
	}
	for b := range c.ascii {
		_, c.ascii[b] = c.step(c.root(), byte(b))
	}
	return c, nil
}

// A unit of a double array.
type unit uint32

func (u unit) leaf() bool    { return u>>8&1 != 0 }
func (u unit) value() uint32 { return uint32(u) & (1<<31 - 1) }
func (u unit) label() uint32 { return uint32(u) & (1<<31 | 0xff) }
func (u unit) offset() uint32 {
	return uint32(u>>10) << (u & (1 << 9) >> 6)
}

func (c *charsmap) root() uint32 { return unit(c.units[0]).offset() }

// step goes from where the children of a node begin along a byte, and returns the unit there.
func (c *charsmap) step(children uint32, b byte) (at uint32, ok bool) {
	at = children ^ uint32(b)
	if b == 0 || at >= uint32(len(c.units)) || unit(c.units[at]).label() != uint32(b) {
		return 0, false
	}
	return at, true
}

// find returns what is put in place of the shortest string in the tree that s begins with, or of the longest, and the
// bytes that string has: 0 if there is none.
func (c *charsmap) find(s string, longest bool) (text string, size int) {
	children := c.root()
	for i := range len(s) {
		at, ok := c.step(children, s[i])
		if !ok {
			break
		}
		u := unit(c.units[at])
		children = at ^ u.offset()
		if !u.leaf() || children >= uint32(len(c.units)) {
			continue
		}
		if from := unit(c.units[children]).value(); from <= uint32(len(c.texts)) {
			text, _, _ = strings.Cut(c.texts[from:], "\x00")
			size = i + 1
		}
		if size > 0 && !longest {
			break
		}
	}
	return text, size
}

// plain returns the bytes that text begins with and that stay as they are.
func (c *charsmap) plain(text string) int {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf || c.ascii[text[i]] {
			return max(0, i-1) // what comes next may combine with the last one
		}
	}
	return len(text)
}

// maxCluster is the size in bytes from which the library of tokenizer.json looks at characters one by one and not at
// what a person sees as one.
const maxCluster = 6

// clusters normalises as the library of tokenizer.json does, whose rule for it is its own: of a grapheme cluster
// (Unicode Standard Annex 29) of less than maxCluster bytes, all is replaced if it begins with a string in the tree;
// otherwise each character that is, or begins with, such a string.
func (c *charsmap) clusters(text string, _ place) string {
	same := c.plain(text)
	if same == len(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + len(text)/4)
	out.WriteString(text[:same])
	for each := graphemes.FromString(text[same:]); each.Next(); {
		cluster := each.Value()
		if len(cluster) < maxCluster {
			if with, n := c.find(cluster, false); n > 0 {
				out.WriteString(with)
				continue
			}
		}
		for _, r := range cluster {
			char := cluster[:utf8.RuneLen(r)]
			cluster = cluster[len(char):]
			if with, n := c.find(char, false); n > 0 {
				out.WriteString(with)
			} else {
				out.WriteString(char)
			}
		}
	}
	return out.String()
}

// longest normalises as SentencePiece does: from the left, the longest string in the tree is replaced.
func (c *charsmap) longest(text string, _ place) string {
	same := c.plain(text)
	if same == len(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + len(text)/4)
	out.WriteString(text[:same])
	for text = text[same:]; text != ""; {
		with, n := c.find(text, true)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(text)
			with = text[:n]
		}
		out.WriteString(with)
		text = text[n:]
	}
	return out.String()
}

// mapCharacters returns the normaliser that puts strings in place of single characters.
func mapCharacters(with map[rune]string) normalizer {
	return func(text string, _ place) string {
		var out strings.Builder
		out.Grow(len(text))
		for _, r := range text {
			if s, ok := with[r]; ok {
				out.WriteString(s)
			} else {
				out.WriteRune(r)
			}
		}
		return out.String()
	}
}

// squeeze makes one space of a run of them.
func squeeze(with string) normalizer {
	return func(text string, _ place) string {
		if !strings.Contains(text, "  ") {
			return text
		}
		var out strings.Builder
		out.Grow(len(text))
		for text != "" {
			n := strings.Index(text, "  ")
			if n < 0 {
				break
			}
			out.WriteString(text[:n])
			out.WriteString(with)
			text = strings.TrimLeft(text[n:], " ")
		}
		out.WriteString(text)
		return out.String()
	}
}

// oneSpaceBeforeWords writes each word of a text, cut at spaces, with one blank before it and nothing behind, as
// SentencePiece does where it removes white space that is too much.
func oneSpaceBeforeWords(text string, _ place) string {
	var out strings.Builder
	out.Grow(len(text) + len(blank))
	for word := range strings.SplitSeq(text, " ") {
		if word != "" {
			out.WriteString(blank)
			out.WriteString(word)
		}
	}
	return out.String()
}

// blankFirst begins a text with a blank unless it does.
func blankFirst(text string, at place) string {
	if !at.fresh || strings.HasPrefix(text, blank) {
		return text
	}
	return blank + text
}
