package document

import (
	"strings"
)

// rawFont is how the codes of a font are divided, and which of them are spaces.
type rawFont struct {
	widths [256]byte // bytes of a code by its first byte
	spaces map[uint32]bool
}

// count counts the characters of a string that are no spaces.
func (f *rawFont) count(s rawString) int64 {
	if f == nil {
		return 0 // without a font nothing is shown
	}
	n := int64(0)
	for i := 0; i < len(s); {
		w := max(int(f.widths[s[i]]), 1)
		code := uint32(0)
		for k := i; k < min(i+w, len(s)); k++ {
			code = code<<8 | uint32(s[k])
		}
		if i += w; !f.spaces[code] {
			n++
		}
	}
	return n
}

// fontOf reads what there is to know of a font, and unpacks its streams to see that they can be.
func (c *rawCounter) fontOf(v any) *rawFont {
	d := c.dict(v)
	if d == nil {
		if v != nil {
			c.fault("font", "a font that a page needs is not there")
		}
		return nil
	}
	r, _ := v.(rawRef)
	f := c.fonts[int(r)]
	if f == nil || r == 0 {
		f = &rawFont{spaces: map[uint32]bool{}}
		if d["Subtype"] == rawName("Type0") {
			c.composite(f, d)
		} else {
			f.spaces[32] = true
		}
		if d["ToUnicode"] != nil {
			if s, ok := c.of(d["ToUnicode"]).(*rawStream); ok {
				data, _ := c.unpack(s)
				f.spacesOf(data)
			}
		}
		if r != 0 {
			c.fonts[int(r)] = f
		}
	}
	if _, ok := d["ToUnicode"].(rawRef); ok {
		c.check(d["ToUnicode"])
	}
	descriptor := c.dict(d["FontDescriptor"])
	if below := c.list(d["DescendantFonts"]); len(below) > 0 {
		descriptor = c.dict(c.dict(below[0])["FontDescriptor"])
	}
	for _, key := range []rawName{"FontFile", "FontFile2", "FontFile3"} {
		if descriptor[key] != nil {
			c.check(descriptor[key])
		}
	}
	return f
}

// composite finds how long the codes of a composite font are: two bytes, unless its map says otherwise.
func (c *rawCounter) composite(f *rawFont, d rawDict) {
	for i := range f.widths {
		f.widths[i] = 2
	}
	switch encoding := c.of(d["Encoding"]).(type) {
	case rawName:
		name := string(encoding)
		switch {
		case strings.Contains(name, "RKSJ"):
			f.single(0x00, 0x80)
			f.single(0xa0, 0xdf)
		case strings.Contains(name, "EUC"), strings.Contains(name, "KSC"), strings.Contains(name, "GB"), strings.Contains(name, "B5"),
			strings.Contains(name, "ETen"), strings.Contains(name, "CNS"), strings.Contains(name, "HKscs"):
			if !strings.Contains(name, "UCS2") && !strings.Contains(name, "UTF16") && name != "KSC-H" && name != "KSC-V" {
				f.single(0x00, 0x80)
			}
		}
		if strings.HasPrefix(name, "Uni") {
			f.spaces[0x20], f.spaces[0xa0], f.spaces[0x3000] = true, true, true
		} else if !strings.HasPrefix(name, "Identity") {
			f.spaces[0x20] = true
		}
	case *rawStream:
		data, _ := c.unpack(encoding)
		f.ranges(data)
	}
}

func (f *rawFont) single(from, to int) {
	for i := from; i <= to; i++ {
		f.widths[i] = 1
	}
}

// ranges reads the ranges of codes of an embedded map.
func (f *rawFont) ranges(data []byte) {
	x := lexer{data: data}
	inside := false
	var pair []rawString
	for {
		v, ok := x.value(false, 0)
		if !ok {
			return
		}
		switch v := v.(type) {
		case rawWord:
			inside, pair = v == "begincodespacerange", nil
		case rawString:
			if !inside {
				continue
			}
			if pair = append(pair, v); len(pair) < 2 {
				continue
			}
			from, to := pair[0], pair[1]
			if pair = nil; len(from) == len(to) && len(from) >= 1 && len(from) <= 4 {
				for b := int(from[0]); b <= int(to[0]); b++ {
					f.widths[b] = byte(len(from))
				}
			}
		}
	}
}

// spacesOf reads from a map to Unicode which codes are spaces, or nothing.
func (f *rawFont) spacesOf(data []byte) {
	x := lexer{data: data}
	var mode rawWord
	var held []any
	for {
		v, ok := x.value(false, 0)
		if !ok {
			return
		}
		if w, is := v.(rawWord); is {
			mode, held = w, nil
			continue
		}
		held = append(held, v)
		switch {
		case mode == "beginbfchar" && len(held) == 2:
			code, _ := held[0].(rawString)
			to, _ := held[1].(rawString)
			f.maps(codeOf(code), to)
			held = nil
		case mode == "beginbfrange" && len(held) == 3:
			from, _ := held[0].(rawString)
			end, _ := held[1].(rawString)
			f.mapsRange(codeOf(from), codeOf(end), held[2])
			held = nil
		case len(held) > 3:
			held = nil
		}
	}
}

func codeOf(s rawString) uint32 {
	n := uint32(0)
	for _, b := range s[:min(len(s), 4)] {
		n = n<<8 | uint32(b)
	}
	return n
}

// maps notes one code's text, in UTF-16.
func (f *rawFont) maps(code uint32, to rawString) {
	blank := true
	for i := 0; i+1 < len(to); i += 2 {
		switch uint16(to[i])<<8 | uint16(to[i+1]) {
		case 0, 9, 10, 13, 0x20, 0xa0, 0x3000, 0x200b, 0xad, 0xfeff:
		default:
			blank = blank && to[i] == 0x20 && to[i+1] <= 0x0b
		}
	}
	if len(f.spaces) < 100_000 {
		f.spaces[code] = blank
	}
}

func (f *rawFont) mapsRange(from, end uint32, to any) {
	const most = 1 << 16
	end = min(end, from+most)
	switch to := to.(type) {
	case rawString:
		if len(to) < 2 {
			return
		}
		last := uint16(to[len(to)-2])<<8 | uint16(to[len(to)-1])
		for code := from; code <= end && code >= from; code++ {
			f.maps(code, rawString{byte(last >> 8), byte(last)})
			last++
		}
	case []any:
		for i, v := range to {
			if s, ok := v.(rawString); ok && from+uint32(i) <= end {
				f.maps(from+uint32(i), s)
			}
		}
	}
}
