package index

import (
	"strings"

	"exaone/korean"
)

// keyboard returns a question as it was meant, where it was typed on the wrong keyboard. The lexicon decides: letters that
// are a word of the texts stay, and what is a word only on the other keyboard is changed. Words of which nothing is known
// go with the rest of the question.
func keyboard(l Lexicon, text string) string {
	var b strings.Builder
	meant, typed := 0, 0 // letters that speak for Hangul, and for Latin
	at := 0
	type change struct {
		from, to int
		text     string
	}
	var changes []change
	for w := range korean.Words(text) {
		raw := text[w.Start:w.End]
		switch w.Script {
		case korean.Latin:
			hangul := korean.Hangulize(raw)
			// Initial consonants alone are typed alone, and many a word of English has no vowel of the other keyboard.
			consonants := raw == strings.TrimSpace(text) && len(raw) > 2 && korean.IsChoseong(hangul) && anyInitials(l, hangul)
			if !korean.WholeSyllables(hangul) && !consonants {
				typed += len(raw)
				continue
			}
			changes = append(changes, change{w.Start, w.End, hangul})
			switch {
			case l.Count(Term{kindStem, korean.Stems(w.Text)[0]}) > 0:
				typed += 2 * len(raw)
			case consonants, anyKnown(l, korean.Readings(hangul)):
				meant += 2 * len(raw)
			case len(raw) > 4:
				meant += len(raw) / 2
			}
		case korean.Hangul:
			if korean.IsChoseong(raw) {
				if anyInitials(l, raw) {
					continue
				}
			} else if anyKnown(l, korean.Readings(w.Text)) {
				continue
			}
			latin := strings.ToLower(korean.Latinize(raw))
			if len(latin) > 2 && l.Count(Term{kindStem, korean.Stems(latin)[0]}) > 0 {
				b.WriteString(text[at:w.Start])
				b.WriteString(latin)
				at = w.End
			}
		}
	}
	if meant > typed {
		b.Reset()
		at = 0
		for _, c := range changes {
			b.WriteString(text[at:c.from])
			b.WriteString(c.text)
			at = c.to
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

func anyKnown(l Lexicon, readings []string) bool {
	for _, r := range readings {
		if l.Count(Term{kindStem, r}) > 0 {
			return true
		}
	}
	return false
}

// anyInitials reports whether a word begins with these initial consonants.
func anyInitials(l Lexicon, consonants string) bool {
	return len(l.Initials(kindStem, consonants, true, 1)) > 0 || len(l.Initials(kindTitle, consonants, true, 1)) > 0
}
