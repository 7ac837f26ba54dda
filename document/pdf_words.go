package document

import (
	"slices"
	"strings"
	"unicode"
)

// Korean breaks lines within words, and many files have no spaces but room between words. Whether a line ends in a word is
// then told by the words of the document: "전자결|재로" is one because 전자결재로 is a word elsewhere.

const mostWords = 200_000

// learn notes the words of a page that stand within lines.
func (w *pdfWriter) learn(p *laid) {
	for i := range p.items {
		item := &p.items[i]
		at := 0
		for word := range strings.FieldsSeq(item.Text) {
			begin := at + strings.Index(item.Text[at:], word)
			at = begin + len(word)
			if slices.Contains(item.soft, at) || begin > 0 && slices.Contains(item.soft, begin-1) {
				continue
			}
			if word = bare(word); w.words[word] > 0 || len(w.words) < mostWords {
				w.words[word]++
			}
		}
	}
}

// bare is a word without the punctuation around it.
func bare(word string) string {
	return strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// endings never stand alone: a line that begins with one begins within a word.
var endings = []string{"은", "는", "을", "를", "의", "에", "로", "와", "과", "다", "며", "으로", "에서", "에게", "까지", "부터"}

// join takes out the spaces that stand within words.
func (w *pdfWriter) join(i *pdfItem) {
	for n := len(i.soft) - 1; n >= 0; n-- {
		at := i.soft[n]
		left, right := i.Text[:at], i.Text[at+1:]
		if cut := strings.LastIndexFunc(left, unicode.IsSpace); cut >= 0 {
			left = left[cut+1:]
		}
		if cut := strings.IndexFunc(right, unicode.IsSpace); cut >= 0 {
			right = right[:cut]
		}
		last := []rune(left)
		joined := w.words[bare(left+right)]
		apart := min(w.words[bare(left)], w.words[bare(right)])
		if len(last) > 0 && hangul(last[len(last)-1]) && slices.Contains(endings, bare(right)) || joined > 0 && joined >= apart {
			i.drop(at)
		}
	}
	i.soft = nil
}

// drop takes one byte out of the text.
func (b *Block) drop(at int) {
	b.Text = b.Text[:at] + b.Text[at+1:]
	shift := func(n *int) {
		if *n > at {
			*n--
		}
	}
	for k := range b.Lines {
		shift(&b.Lines[k].Start)
		shift(&b.Lines[k].End)
	}
	for k := range b.Marks {
		shift(&b.Marks[k].Start)
		shift(&b.Marks[k].End)
	}
}
