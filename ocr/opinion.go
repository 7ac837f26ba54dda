package ocr

import (
	"context"
	"slices"
	"unicode"
)

// second asks Tesseract for Korean alone about lines of Korean in which it has read Latin letters: where both models are asked,
// the English one makes words of syllables ("회사는" becomes "SARE"), and is sure of it. The Korean one never makes
// syllables of Latin letters and is sure of that.
func (r *Reader) second(ctx context.Context, p *page) error {
	if r.language == "kor" {
		return nil
	}
	var some []*segment
	for _, s := range p.segments {
		if slices.ContainsFunc(s.words, func(w word) bool { return hasLatin(w.text) }) {
			other := *s
			some = append(some, &other)
		}
	}
	if err := r.ask(ctx, p, some, "kor", line); err != nil {
		return err
	}
	i := 0
	for _, s := range p.segments {
		if i < len(some) && some[i].box == s.box {
			s.words = better(s.words, some[i].words)
			i++
		}
	}
	return nil
}

// doubtful is the confidence below which a line is read once more.
const doubtful = 0.5

// again reads lines once more of which nothing was read, or hardly anything: short numbers in cells, mostly, in which
// Tesseract finds no line.
func (r *Reader) again(ctx context.Context, p *page) error {
	var some []*segment
	var which []int
	for i, s := range p.segments {
		if _, sure := s.text(); sure < doubtful {
			other := *s
			some, which = append(some, &other), append(which, i)
		}
	}
	if err := r.ask(ctx, p, some, r.language, rawLine); err != nil {
		return err
	}
	for k, i := range which {
		_, before := p.segments[i].text()
		if _, after := some[k].text(); after > before {
			p.segments[i].words = some[k].words
		}
	}
	return nil
}

// better are words of which those with Latin letters are replaced by syllables that stand in their place, if there are such.
func better(words, others []word) (out []word) {
	for _, w := range words {
		if !hasLatin(w.text) {
			out = append(out, w)
			continue
		}
		var instead []word
		sum, syllables, digits, korean := 0.0, 0, 0, true
		for _, k := range others {
			if k.x0 >= w.x0-stripEdge && k.x0 < w.x1-stripEdge/2 {
				instead = append(instead, k)
				sum += k.confidence
				s, d, is := isKorean(k.text)
				syllables, digits, korean = syllables+s, digits+d, korean && is
			}
		}
		least := 0.75
		if digits > 0 { // which is what it makes of Latin letters
			least = 0.88
		}
		if mean := sum / float64(max(len(instead), 1)); korean && syllables > 0 && (mean >= least || digits == 0 && mean > w.confidence) {
			out = append(out, instead...)
		} else {
			out = append(out, w)
		}
	}
	return out
}

func hasLatin(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.Latin, r) {
			return true
		}
	}
	return false
}

// isKorean counts the syllables and the digits of a text; it is not Korean if there is anything else but punctuation.
func isKorean(text string) (syllables, digits int, is bool) {
	for _, r := range text {
		switch {
		case r >= '가' && r <= '힣':
			syllables++
		case r >= '0' && r <= '9':
			digits++
		case !unicode.IsPunct(r):
			return 0, 0, false
		}
	}
	return syllables, digits, true
}
