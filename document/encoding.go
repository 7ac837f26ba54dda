package document

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// charset is a way to write text as bytes.
type charset struct {
	name   string
	decode func([]byte) string // with U+FFFD for what is no text
}

// The charsets that are looked for. CP949 holds EUC-KR.
var (
	charsetUTF8   = charset{"utf-8", decodeUTF8}
	charset16LE   = charset{"utf-16le", decodeBy(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM))}
	charset16BE   = charset{"utf-16be", decodeBy(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM))}
	charset32LE   = charset{"utf-32le", decodeBy(utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM))}
	charset32BE   = charset{"utf-32be", decodeBy(utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM))}
	charsetCP949  = charset{"cp949", decodeBy(korean.EUCKR)}
	charsetJohab  = charset{"johab", decodeJohab}
	charset2022KR = charset{"iso-2022-kr", decode2022KR}
)

// marks of byte order, the longer ones first: UTF-32LE's begins like UTF-16LE's.
var byteOrderMarks = []struct {
	mark string
	is   charset
}{
	{"\xef\xbb\xbf", charsetUTF8},
	{"\xff\xfe\x00\x00", charset32LE},
	{"\x00\x00\xfe\xff", charset32BE},
	{"\xff\xfe", charset16LE},
	{"\xfe\xff", charset16BE},
}

// guessed are the charsets that text without a mark may be in, those that win a draw first.
var guessed = []charset{
	charsetCP949, charsetJohab,
	{"shift_jis", decodeBy(japanese.ShiftJIS)}, {"euc-jp", decodeBy(japanese.EUCJP)},
	{"gb18030", decodeBy(simplifiedchinese.GB18030)}, {"big5", decodeBy(traditionalchinese.Big5)},
	{"windows-1252", decodeBy(charmap.Windows1252)},
	charset16LE, charset16BE,
}

// decodeBy is the decoder of an encoding of x/text.
func decodeBy(e encoding.Encoding) func([]byte) string {
	return func(data []byte) string {
		out, _ := e.NewDecoder().Bytes(data) // they replace what is wrong and have no error
		return string(out)
	}
}

// decodeUTF8 is UTF-8 with U+FFFD for each run of bytes that is none.
func decodeUTF8(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	return strings.ToValidUTF8(string(data), "\ufffd")
}

// charsetNamed returns the charset that a file says it is in, by any of the labels of the web
// (https://encoding.spec.whatwg.org/#names-and-labels) and those of two Korean ones that the web has given up.
func charsetNamed(label string) (charset, bool) {
	label = strings.ToLower(strings.Trim(label, " \t\r\n\f\"'"))
	switch label {
	case "johab", "x-johab", "ms1361", "cp1361", "x-ms1361", "ksc5601-1992":
		return charsetJohab, true
	case "iso-2022-kr", "csiso2022kr":
		return charset2022KR, true
	case "ms949", "cp949", "uhc", "x-windows-949", "ks_c_5601":
		return charsetCP949, true
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return charset{}, false
	}
	switch name, _ := htmlindex.Name(e); name {
	case "replacement", "x-user-defined":
		return charset{}, false
	case "utf-8":
		return charsetUTF8, true
	case "utf-16le":
		return charset16LE, true
	case "utf-16be":
		return charset16BE, true
	case "euc-kr":
		return charsetCP949, true
	default:
		return charset{name, decodeBy(e)}, true
	}
}

// decodeText returns bytes as text, the charset that they were found to be in, and how many places are no text in it:
// there U+FFFD stands. declared is what the file says of its charset, "" if nothing: it counts if the bytes do not
// speak against it, for many files say what their program says of every file.
func decodeText(data []byte, declared string) (text, name string, bad int) {
	c, rest := charsetOf(data, declared)
	text = c.decode(rest)
	bad = strings.Count(text, "\ufffd")
	if bad > 0 && (c.name == "utf-8" || strings.HasPrefix(c.name, "utf-16")) {
		bad -= bytes.Count(rest, []byte("\ufffd")) // those that were written so are no fault
	}
	return text, c.name, max(bad, 0)
}

// charsetOf returns the charset of bytes, and the bytes without a mark of byte order.
func charsetOf(data []byte, declared string) (charset, []byte) {
	for _, b := range byteOrderMarks {
		if bytes.HasPrefix(data, []byte(b.mark)) {
			return b.is, data[len(b.mark):]
		}
	}
	said, known := charsetNamed(declared)
	wide := bytes.IndexByte(data, 0) >= 0
	switch {
	case is2022KR(data):
		return charset2022KR, data
	case !wide && utf8.Valid(data):
		return charsetUTF8, data
	}
	sample := highLines(data)
	best, most := charset{}, 0.0
	candidates := guessed
	if known && !slices.ContainsFunc(guessed, func(c charset) bool { return c.name == said.name }) {
		candidates = append(slices.Clone(guessed), said)
	}
	for i, c := range candidates {
		points := c.points(sample, data)
		if known && c.name == said.name {
			points = points*1.3 + 1
		}
		if i == 0 || points > most {
			best, most = c, points
		}
	}
	if utf8Points(data) >= most {
		return charsetUTF8, data
	}
	if known && said.name != best.name && said.fits(sample) {
		return said, data
	}
	return best, data
}

// points is how much bytes look like text in the charset.
func (c charset) points(sample, data []byte) float64 {
	if c.name != "utf-16le" && c.name != "utf-16be" {
		return textPoints(c.decode(sample), false)
	}
	head := data[:min(len(data), sampleBytes)&^1]
	return textPoints(c.decode(head), true) * float64(max(len(sample), 1)) / float64(max(len(head), 1))
}

// fits reports whether a charset of more than one byte, in which chance makes faults, was said and reads without many.
func (c charset) fits(sample []byte) bool {
	switch c.name {
	case "shift_jis", "euc-jp", "iso-2022-jp", "gbk", "gb18030", "big5", "cp949", "johab":
		text := c.decode(sample)
		return strings.Count(text, "\ufffd")*100 <= utf8.RuneCountInString(text)
	}
	return false
}

// sampleBytes is how much of a file is looked at to find its charset.
const sampleBytes = 128 << 10

// highLines returns the lines with bytes beyond ASCII, the first ones: elsewhere all charsets are the same. Of a text of
// one line it is the beginning.
func highLines(data []byte) []byte {
	if len(data) <= sampleBytes {
		return data
	}
	var out []byte
	for line := range bytes.Lines(data) {
		if bytes.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) {
			out = append(out, line[:min(len(line), sampleBytes-len(out))]...)
		}
		if len(out) >= sampleBytes {
			break
		}
	}
	return out
}

// utf8Points are those of UTF-8 with damage: characters of several bytes do not come about by chance.
func utf8Points(data []byte) float64 {
	points := 0.0
	for head := data[:min(len(data), sampleBytes)]; len(head) > 0; {
		r, n := utf8.DecodeRune(head)
		switch {
		case n > 1:
			points += float64(n)
		case r == utf8.RuneError:
			points -= 3
		}
		head = head[n:]
	}
	return points
}

// is2022KR reports whether text is ISO-2022-KR (RFC 1557): a designator at the beginning of a line, before any shift.
func is2022KR(data []byte) bool {
	at := bytes.Index(data, []byte("\x1b$)C"))
	return at >= 0 && (at == 0 || data[at-1] == '\n') && bytes.IndexByte(data[at:], 0x0e) >= 0
}

// decode2022KR is ISO-2022-KR: what is between SO and SI is KS X 1001 in seven bits. A line ends it, too.
func decode2022KR(data []byte) string {
	euc := make([]byte, 0, len(data))
	shifted := false
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case b == 0x1b && bytes.HasPrefix(data[i:], []byte("\x1b$)C")):
			i += 3
		case b == 0x0e || b == 0x0f:
			shifted = b == 0x0e
		case b == '\n':
			shifted = false
			euc = append(euc, b)
		case shifted && b > ' ' && b < 0x7f:
			euc = append(euc, b|0x80)
		default:
			euc = append(euc, b)
		}
	}
	return charsetCP949.decode(euc)
}
