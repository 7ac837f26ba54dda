package document

import (
	"bytes"
	"context"
	"encoding/binary"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// The second passes over text do not ask which charset it is in: they count characters by how many bytes each takes,
// and where that is not certain they count too few rather than too many.

func countPlainText(_ context.Context, src *Source, l Limits) (Count, error) {
	data, err := src.bytes(l)
	return Count{Characters: countCharacters(byteText(data))}, err
}

// byteText is text in which ASCII is one byte: UTF-16 and UTF-32 as UTF-8, ISO-2022-KR in eight bits.
func byteText(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")):
		return wideText(data[4:], 4, binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\x00\x00\xfe\xff")):
		return wideText(data[4:], 4, binary.BigEndian)
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return wideText(data[2:], 2, binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return wideText(data[2:], 2, binary.BigEndian)
	case bytes.Contains(data, []byte("\x1b$)C")):
		return shiftedText(data)
	}
	// Without a mark, the high bytes of UTF-16 tell: they are 0 of ASCII, AC to D7 of Hangul, each at the same side.
	var sides [2]int
	for i, c := range data {
		if c == 0 || c >= 0xac && c <= 0xd7 {
			sides[i&1]++
		}
	}
	half := len(data) / 2
	switch {
	case len(data) < 4 || bytes.IndexByte(data, 0) < 0 && utf8.Valid(data):
	case sides[1]*5 > half*4 && sides[0]*3 < half:
		return wideText(data, 2, binary.LittleEndian)
	case sides[0]*5 > half*4 && sides[1]*3 < half:
		return wideText(data, 2, binary.BigEndian)
	}
	return data
}

func wideText(data []byte, width int, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(data)*3/2)
	for ; len(data) >= width; data = data[width:] {
		if width == 4 {
			out = utf8.AppendRune(out, rune(order.Uint32(data)))
			continue
		}
		r := rune(order.Uint16(data))
		if utf16.IsSurrogate(r) && len(data) >= 4 {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[2:]))); pair != unicode.ReplacementChar {
				r, data = pair, data[2:]
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

func shiftedText(data []byte) []byte {
	var out []byte
	high := byte(0)
	for _, c := range bytes.ReplaceAll(data, []byte("\x1b$)C"), nil) {
		switch {
		case c == 0x0e:
			high = 0x80
		case c == 0x0f, c == '\n':
			high = 0
			if c == '\n' {
				out = append(out, c)
			}
		case c > ' ':
			out = append(out, c|high)
		default:
			out = append(out, c)
		}
	}
	return out
}

// countCharacters counts what is to be seen: no white space, no control characters, and a character with its marks, or a
// syllable of its letters, once.
func countCharacters(data []byte) int64 {
	if n, ok := countUTF8(data); ok {
		return n
	}
	n := int64(0)
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c >= 0x80:
			if i+1 < len(data) && c == 0xa1 && data[i+1] == 0xa1 || i+1 < len(data) && c == 0x81 && data[i+1] == 0x40 {
				n-- // a space that is as wide as a character
			}
			n++
			i++
		case c > ' ' && c < 0x7f:
			n++
		}
	}
	return n
}

// countUTF8 is countCharacters of UTF-8, damage left out; ok is false if it is something else.
func countUTF8(data []byte) (n int64, ok bool) {
	good, bad := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		data = data[size:]
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.M, r), r == 0xfeff, r >= 0x1160 && r <= 0x11ff, r >= 0xd7b0 && r <= 0xd7ff:
		default:
			n++
		}
		if size > 1 {
			good++
		}
	}
	return n, bad == 0 || good > 4*bad
}
