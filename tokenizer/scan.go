package tokenizer

// scanner finds words as a published regular expression would, in one pass and without backtracking.
// Each field is a point in which the expressions differ.
type scanner struct {
	kinds  *kinds
	apart  bool // every \p{N} is a piece by itself before the expression runs (EXAONE 3, SmolLM)
	modern bool // the form that Llama 3 and Qwen 2 use, else GPT-2's
	digits int  // of the modern form: how many \p{N} make a word
}

// The scanners and their expressions. Text that matches none of the alternatives does not exist: the last
// two take any white space, the ones before anything else.
//
//	gpt2    '(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//	exaone  \p{N} apart, then gpt2
//	llama3  (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|
//	        \s*[\r\n]+|\s+(?!\S)|\s+
//	qwen2   as llama3, with \p{N} for \p{N}{1,3}
func gpt2Scanner() *scanner   { return &scanner{kinds: runeKinds()} }
func exaoneScanner() *scanner { return &scanner{kinds: runeKinds(), apart: true} }
func llama3Scanner() *scanner { return &scanner{kinds: runeKinds(), modern: true, digits: 3} }
func qwen2Scanner() *scanner  { return &scanner{kinds: runeKinds(), modern: true, digits: 1} }

// word returns the length in bytes of the word that s, which is not empty, begins with.
func (c *scanner) word(s string) int {
	if c.modern {
		return c.modernWord(s)
	}
	if s[0] == '\'' {
		if n := contraction(s, false); n > 0 {
			return n
		}
	}
	start := 0
	k, n := c.kinds.next(s, 0)
	if s[0] == ' ' && len(s) > 1 {
		if k2, n2 := c.kinds.next(s, 1); k2 != kindSpace && !(c.apart && k2 == kindNumber) {
			start, k, n = 1, k2, n2
		}
	}
	switch {
	case k == kindSpace:
		return c.space(s)
	case k == kindNumber && c.apart:
		return start + n
	}
	return c.run(s, start+n, k)
}

// run returns the end of the characters of kind k that begin at i.
func (c *scanner) run(s string, i int, k kind) int {
	for i < len(s) {
		k2, n := c.kinds.next(s, i)
		if k2 != k {
			break
		}
		i += n
	}
	return i
}

// space returns the length of the white space that s begins with, less its last character if a word follows
// and something is left: that character may belong to the word.
func (c *scanner) space(s string) int {
	end, last := 0, 0
	for end < len(s) {
		k, n := c.kinds.next(s, end)
		if k != kindSpace {
			if last > 0 && !(c.apart && k == kindNumber) {
				return last
			}
			break
		}
		last = end
		end += n
	}
	return end
}

func (c *scanner) modernWord(s string) int {
	if s[0] == '\'' {
		if n := contraction(s, true); n > 0 {
			return n
		}
	}
	k, n := c.kinds.next(s, 0)
	if k == kindLetter {
		return c.run(s, n, kindLetter)
	}
	if k == kindNumber {
		for count := 1; count < c.digits && n < len(s); count++ {
			k2, n2 := c.kinds.next(s, n)
			if k2 != kindNumber {
				break
			}
			n += n2
		}
		return n
	}
	// Any one character but a line break may lead a word.
	if n < len(s) && s[0] != '\r' && s[0] != '\n' {
		k2, n2 := c.kinds.next(s, n)
		if k2 == kindLetter {
			return c.run(s, n+n2, kindLetter)
		}
		if s[0] == ' ' && k2 == kindOther {
			k, n = kindOther, n+n2
		}
	}
	if k == kindOther {
		n = c.run(s, n, kindOther)
		for n < len(s) && (s[n] == '\r' || s[n] == '\n') {
			n++
		}
		return n
	}
	if n := c.lines(s); n > 0 {
		return n
	}
	return c.space(s)
}

// lines returns the length of the white space that s begins with, up to its last line break, or 0.
func (c *scanner) lines(s string) int {
	end := 0
	for i := 0; i < len(s); {
		k, n := c.kinds.next(s, i)
		if k != kindSpace {
			break
		}
		i += n
		if s[i-1] == '\r' || s[i-1] == '\n' {
			end = i
		}
	}
	return end
}

// contraction returns the length of 's, 't, 're, 've, 'm, 'll or 'd at the start of s, or 0. Ignoring case,
// the long s (U+017F) is an s.
func contraction(s string, ignoreCase bool) int {
	if len(s) < 2 {
		return 0
	}
	a, b := s[1], byte(0)
	if len(s) > 2 {
		b = s[2]
	}
	if ignoreCase {
		if a == 0xc5 && b == 0xbf {
			return 3
		}
		if a >= 'A' && a <= 'Z' {
			a |= 0x20
		}
		if b >= 'A' && b <= 'Z' {
			b |= 0x20
		}
	}
	switch {
	case a == 's' || a == 't' || a == 'm' || a == 'd':
		return 2
	case a == 'r' && b == 'e', a == 'v' && b == 'e', a == 'l' && b == 'l':
		return 3
	}
	return 0
}
