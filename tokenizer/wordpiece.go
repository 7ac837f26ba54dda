package tokenizer

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wordPiece cuts a word into the longest tokens, from its beginning on. A word of which some part is no token is
// unknown as a whole. It never changes once built.
type wordPiece struct {
	vocab         *vocabulary
	begin, inside string // what a token at the beginning of a word is spelled with, and any other
	most          int    // characters of a word; a longer one is unknown
	unknown       ID
}

// mostWordCharacters is what most is where a file does not say it.
const mostWordCharacters = 100

// encode appends the ids of a word.
func (p *wordPiece) encode(_ *scratch, dst []ID, word string) []ID {
	if utf8.RuneCountInString(word) > p.most {
		return append(dst, p.unknown)
	}
	start := len(dst)
	prefix := p.begin
	for word != "" {
		id, n := p.longest(prefix+word, len(prefix))
		if id < 0 {
			return append(dst[:start], p.unknown)
		}
		dst = append(dst, id)
		word, prefix = word[n:], p.inside
	}
	return dst
}

// longest returns the longest token that text begins with and that goes beyond its first skip bytes, or -1, and how
// far beyond.
func (p *wordPiece) longest(text string, skip int) (ID, int) {
	end := len(text)
	for end > p.vocab.longest && end > skip { // whole characters, as few as may be
		_, n := utf8.DecodeLastRuneInString(text[:end])
		end -= n
	}
	for end > skip {
		if id := p.vocab.find(text[:end]); id >= 0 && p.vocab.class[id] == classNormal {
			return id, end - skip
		}
		_, n := utf8.DecodeLastRuneInString(text[:end])
		end -= n
	}
	return -1, 0
}

// setWordPiece makes the model of a tokenizer.json of type WordPiece.
func (t *Tokenizer) setWordPiece(m *modelJSON) error {
	if m.UnkToken == nil {
		return fmt.Errorf("found no unk_token, want one")
	}
	if t.unk = t.vocab.find(*m.UnkToken); t.unk < 0 {
		return fmt.Errorf("unk_token %.40q is not in the vocabulary", *m.UnkToken)
	}
	if m.Vocab.scores != nil {
		return fmt.Errorf("vocab: found tokens with scores, want tokens with ids")
	}
	p := &wordPiece{vocab: t.vocab, inside: "##", most: mostWordCharacters, unknown: t.unk}
	if m.Prefix != nil {
		p.inside = *m.Prefix
	}
	if m.MaxChars != nil {
		p.most = *m.MaxChars
	}
	t.model = p
	t.normalizers = append([]normalizer{replaceInvalid}, t.normalizers...)
	return nil
}

// bertNormalizer is what BERT does to a text before it is cut into words.
type bertNormalizer struct {
	clean  bool // white space becomes spaces, control characters go
	spaced bool // Chinese characters become words
	strip  bool // accents go
	lower  bool
}

func (b bertNormalizer) normalize(text string, _ place) string {
	if b.clean || b.spaced {
		text = b.sweep(text)
	}
	if b.strip && !isASCII(text) {
		text = withoutAccents(normalize(norm.NFD, text))
	}
	if b.lower {
		text = lowered(text)
	}
	return text
}

// sweep cleans a text and sets Chinese characters apart.
func (b bertNormalizer) sweep(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for _, r := range text {
		switch {
		case b.clean && (r == 0 || r == utf8.RuneError || isControl(r)):
		case b.clean && unicode.IsSpace(r):
			out.WriteByte(' ')
		case b.spaced && isChinese(r):
			out.WriteByte(' ')
			out.WriteRune(r)
			out.WriteByte(' ')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// isControl reports whether BERT drops r: control, format and private characters, but for white space.
func isControl(r rune) bool {
	return r != '\t' && r != '\n' && r != '\r' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co)
}

// chinese are the blocks of CJK Unified Ideographs, as the library of tokenizer.json has them; it leaves out the
// first 256 characters of Extension E.
var chinese = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x3400, Hi: 0x4dbf, Stride: 1}, {Lo: 0x4e00, Hi: 0x9fff, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x20000, Hi: 0x2a6df, Stride: 1}, {Lo: 0x2a700, Hi: 0x2b73f, Stride: 1}, {Lo: 0x2b740, Hi: 0x2b81f, Stride: 1},
		{Lo: 0x2b920, Hi: 0x2ceaf, Stride: 1}, {Lo: 0x2f800, Hi: 0x2fa1f, Stride: 1}},
}

func isChinese(r rune) bool { return unicode.Is(chinese, r) }

// withoutAccents drops marks without a width of their own.
func withoutAccents(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, text)
}

// lowered is the lower case of each character by itself. Of all characters one has two: İ.
func lowered(text string) string {
	text = strings.ReplaceAll(text, "İ", "i\u0307")
	return strings.Map(unicode.ToLower, text)
}

// bertWords cuts a text into words: at white space, which goes, and around punctuation.
func bertWords(dst []string, text string, _ bool) ([]string, error) {
	from := 0
	for i, r := range text {
		n := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, n = utf8.DecodeRuneInString(text[i:])
		}
		space, punctuation := unicode.IsSpace(r), isPunctuation(r)
		if !space && !punctuation {
			continue
		}
		if i > from {
			dst = append(dst, text[from:i])
		}
		if punctuation {
			dst = append(dst, text[i:i+n])
		}
		from = i + n
	}
	if from < len(text) {
		dst = append(dst, text[from:])
	}
	return dst, nil
}

// isPunctuation reports whether r is a word by itself to BERT, which counts all ASCII symbols.
func isPunctuation(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= '!' && r <= '/' || r >= ':' && r <= '@' || r >= '[' && r <= '`' || r >= '{' && r <= '~'
	}
	return unicode.IsPunct(r)
}

// whiteSpaceWords cuts a text at white space, which goes.
func whiteSpaceWords(dst []string, text string, _ bool) ([]string, error) {
	return append(dst, strings.Fields(text)...), nil
}
