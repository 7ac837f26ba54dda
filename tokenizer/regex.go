package tokenizer

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// ErrSlow is in the error of a text on which a tokenizer.json's own expression took too long.
var ErrSlow = errors.New("expression took too long")

const (
	maxPattern   = 4096            // bytes of an expression
	regexTimeout = time.Second     // for one window; the known expressions take microseconds
	regexWindow  = 1 << 16         // bytes of text that an expression sees at once
	regexStack   = 1 << 20         // entries of backtracking
	regexTail    = regexWindow / 4 // where a match that ends beyond it waits for the next window
)

// compileRegex compiles an expression for which there is no scanner. It backtracks, so it has a limit of
// time and of memory, and sees a long text through windows.
func compileRegex(pattern string) (*regexp2.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("expression: found %d bytes, want at most %d", len(pattern), maxPattern)
	}
	re, err := regexp2.Compile(pattern, regexp2.OptionMaxBacktrackingStackSize(regexStack))
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", pattern, err)
	}
	re.MatchTimeout = regexTimeout
	return re, nil
}

// splitRegex splits at what an expression matches.
func splitRegex(re *regexp2.Regexp, b behavior, invert bool) splitter {
	return func(dst []string, text string, _ bool) ([]string, error) {
		parts, err := regexParts(re, text, invert)
		return appendParts(dst, text, parts, b), err
	}
}

// regexParts returns the matches in a text and what lies between. After an error the rest of the text is
// one part.
func regexParts(re *regexp2.Regexp, text string, invert bool) (parts []part, err error) {
	from := 0 // the end of the last match
	for from < len(text) {
		window := window(text[from:])
		whole := from+len(window) == len(text)
		matches, err := re.FindAllStringIndex(window, -1)
		if err != nil {
			parts = appendPart(parts, from, len(text), invert)
			return parts, fmt.Errorf("%w: expression %q on %d bytes: %v", ErrSlow, re.String(), len(window), err)
		}
		base, moved := from, false
		for _, m := range matches {
			start, end := base+m[0], base+m[1]
			// What ends near the edge of the window might be longer.
			if !whole && moved && end > base+len(window)-regexTail {
				break
			}
			parts = appendPart(parts, from, start, invert)
			parts = appendPart(parts, start, end, !invert)
			from, moved = end, true
		}
		if whole || from == base {
			parts = appendPart(parts, from, base+len(window), invert)
			from = base + len(window)
		}
	}
	return parts, nil
}

// window returns the first regexWindow bytes of text, less a character that they end inside of.
func window(text string) string {
	if len(text) <= regexWindow {
		return text
	}
	n := regexWindow
	for n > regexWindow-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// The expressions for which there are scanners, as published tokenizer.json files write them.
const (
	gpt2Pattern      = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	gpt2PatternShort = `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
	llama3Pattern    = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
	qwen2Pattern     = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
)

// known maps expressions to the scanners that do the same.
var known = map[string]func() *scanner{
	gpt2Pattern:      gpt2Scanner,
	gpt2PatternShort: gpt2Scanner,
	llama3Pattern:    llama3Scanner,
	qwen2Pattern:     qwen2Scanner,
}
