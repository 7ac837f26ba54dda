package index

import (
	"slices"
	"strings"
	"unicode/utf8"

	"exaone/korean"
)

// plan is a question taken apart: what is looked up, and what the passages that are found are ranked by.
type plan struct {
	terms       []Weighted
	units       []unit
	initials    bool // the question is initial consonants alone: one passage a document is enough
	groups      int
	nears, runs int // how many words have been looked for by what is near, and taken apart
	glossary    *Glossary
	lexicon     Lexicon
	matcher     *matcher // made when first needed
}

// unit is one thing that is asked for: a word, with everything it may be in a text.
type unit struct {
	forms    []form
	weight   float64 // rarity × how much it matters
	next     bool    // the unit after it stands beside it in the question
	group    int     // of its terms
	initials []rune  // instead of forms: initial consonants of what is asked for
}

// form is one spelling of a unit.
type form struct {
	text    []rune
	kind    byte // of the term
	quality float64
}

// What a question asks with, and not for. They stand in few texts, so that their rarity would mislead.
var askers = wordSet(`무엇 뭐 뭘 누구 누가 어디 어디서 언제 얼마 얼마나 몇 어느 어떤 어떠한 무슨 왜 어떻게 무엇인 어떻 어찌 무어 알려줘 알려 찾아줘 찾아 보여줘 설명해줘 주세요`)

// Words that are in every question and say little, however rare they are in a small collection.
var light = wordSet(`대해 대한 위해 위한 통해 통한 관해 관한 의해 의한 인해 인한 따라 따른 있 없 하 되 이 그 저 것 수 때 등 및 또 또는 더 후 중 총 할 한 말 이름 사람 경우 당시 동안 가장 모두 불리 부르 일 알 위하 통하 대하 관하 의하 인하`)

func wordSet(list string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		out[w] = true
	}
	return out
}

// How much is believed of what a word may have meant.
const (
	pairInWord    = 0.6 // the pair of syllables of a word of two, inside a longer one
	pairOfWord    = 0.3 // each pair of syllables of a longer word
	nearOne       = 0.7 // one jamo away
	nearTwo       = 0.5 // two
	barePart      = 0.3 // a number without its unit
	datePart      = 0.6 // the month of a date
	glossaryForms = 0.9 // another word for it
	glossaryPart  = 0.7 // one of several other words for it
	partWeight    = 0.7 // a known part of a word that is not known
	lightWeight   = 0.5
	repeatWeight  = 0.3
	mostNear      = 6    // words that are near
	mostInitials  = 24   // words that have the consonants
	mostWords     = 64   // of a question
	mostNears     = 12   // words of a question that are looked for by what is near
	mostRuns      = 16   // words of a question that are taken apart
	mostRunes     = 2000 // likewise
)

// ask makes of a question what is looked up.
func ask(l Lexicon, q *Query) *plan {
	p := &plan{lexicon: l, glossary: q.Glossary}
	text := q.Text
	if utf8.RuneCountInString(text) > mostRunes {
		text = string([]rune(text)[:mostRunes])
	}
	text = keyboard(l, text)
	var words []korean.Word
	for w := range korean.Words(text) {
		if len(words) == mostWords {
			break
		}
		words = append(words, w)
	}
	p.initials = len(words) > 0
	for _, w := range words {
		p.initials = p.initials && initialsOnly(w)
	}
	var same []string // what means the same as the words from here on
	left := 0         // of these words
	for i, w := range words {
		if more, n := p.glossary.at(words[i:]); n > 0 {
			same, left = more, n
		}
		from := len(p.units)
		p.word(w, left > 0)
		if from > 0 && len(p.units) > from {
			p.units[from-1].next = true
		}
		if left > 0 {
			p.synonyms(from, same)
			left--
		}
	}
	p.figures(text)
	if len(p.units) == 0 { // a question of nothing but askers: it is all there is
		for _, w := range words {
			p.plain(korean.Stems(w.Text))
		}
	}
	p.prune()
	return p
}

func initialsOnly(w korean.Word) bool {
	return w.Script == korean.Hangul && utf8.RuneCountInString(w.Text) > 1 && korean.IsChoseong(w.Text)
}

// word adds what one word of the question asks for. One that the glossary has is not mistyped.
func (p *plan) word(w korean.Word, inGlossary bool) {
	var readings []string
	switch {
	case w.Script == korean.Digits, korean.Filler(w):
		return // figures has numbers
	case initialsOnly(w):
		p.byInitials(w.Text)
		return
	case w.Script != korean.Hangul:
		readings = korean.Stems(w.Text)
	default:
		text := strings.TrimPrefix(w.Text, "몇") // 몇층으로
		if text == "" || korean.IsParticle(text) {
			return
		}
		readings = korean.Readings(text)
		for _, r := range append(readings, text) {
			if askers[r] {
				return
			}
		}
	}
	known := p.known(readings)
	switch {
	case len(known) > 0:
		p.plain(known)
	case inGlossary:
		p.plain(readings)
	default:
		p.unknown(w, readings)
	}
}

// known returns those of a word's readings that are words of the lexicon.
func (p *plan) known(readings []string) []string {
	var out []string
	for _, r := range readings {
		if p.lexicon.Count(Term{kindStem, r}) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// group begins a group of terms.
func (p *plan) group() int {
	p.groups++
	return p.groups
}

func (p *plan) add(group int, kind byte, text string, weight float64) {
	p.terms = append(p.terms, Weighted{Term{kind, text}, float32(weight), group})
}

// plain adds a word by its readings.
func (p *plan) plain(readings []string) {
	forms := make([]form, 0, len(readings))
	for _, r := range readings {
		forms = append(forms, form{[]rune(r), kindStem, 1})
	}
	p.unit(forms)
}

// unit adds a unit of these forms, and the terms that find it.
func (p *plan) unit(forms []form) {
	u := unit{forms: forms, group: p.group()}
	count, g := 0, u.group
	for _, f := range forms {
		text := string(f.text)
		n := p.lexicon.Count(Term{f.kind, text})
		p.add(g, f.kind, text, f.quality)
		if f.kind == kindStem && len(f.text) == 2 {
			p.add(g, kindPair, text, f.quality*pairInWord)
			n = max(n, p.lexicon.Count(Term{kindPair, text}))
		}
		count = max(count, n)
	}
	if f := forms[0]; f.kind == kindStem {
		for _, pair := range korean.Bigrams(string(f.text)) {
			pg := p.group()
			p.add(pg, kindPair, pair, f.quality*pairOfWord)
			p.add(pg, kindStem, pair, f.quality*pairOfWord)
		}
	}
	u.weight = idf(count, p.lexicon.Passages())
	if text := string(forms[0].text); light[text] {
		u.weight *= lightWeight
	}
	for _, other := range p.units { // what is said twice is meant once
		if slices.EqualFunc(other.forms, forms, func(a, b form) bool { return slices.Equal(a.text, b.text) }) {
			u.weight *= repeatWeight
			break
		}
	}
	p.units = append(p.units, u)
}

// unknown adds a word that is none of the lexicon's: several written as one, one mistyped, or one that is not there.
func (p *plan) unknown(w korean.Word, readings []string) {
	var parts []string
	if w.Script == korean.Hangul && p.runs < mostRuns {
		p.runs++
		runes := []rune(w.Text)
		var unread int
		parts, unread = unspace(p.lexicon, runes)
		if len(parts) > 0 && unread*3 <= len(runes) {
			p.inOne(parts, 1)
			return
		}
	}
	forms := make([]form, 0, len(readings)+mostNear)
	for _, r := range readings {
		forms = append(forms, form{[]rune(r), kindStem, 1})
	}
	for _, r := range readings {
		distance := nearDistance(r)
		if distance == 0 || p.nears == mostNears {
			continue
		}
		p.nears++
		for _, f := range p.lexicon.Near(kindStem, r, distance, mostNear) {
			quality := nearOne
			if f.Distance > 1 {
				quality = nearTwo
			}
			forms = append(forms, form{[]rune(f.Text), kindStem, quality})
		}
	}
	p.unit(forms)
	p.inOne(parts, partWeight)
}

// nearDistance is how many jamo of a word may be mistyped: none of what is too short to be known again.
func nearDistance(word string) int {
	switch n := utf8.RuneCountInString(korean.Jamo(word)); {
	case n < 4:
		return 0
	case n < 9:
		return 1
	}
	return 2
}

// inOne adds words that were written as one.
func (p *plan) inOne(parts []string, weight float64) {
	for i, part := range parts {
		if i > 0 {
			p.units[len(p.units)-1].next = true
		}
		p.plain([]string{part})
		p.units[len(p.units)-1].weight *= weight
	}
}

// figures adds the numbers of the question.
func (p *plan) figures(text string) {
	for n := range korean.Numbers(text) {
		weight := 1.0
		if n.Part {
			weight = barePart
			if strings.ContainsAny(n.Text, "-") || !isASCII(n.Text) {
				weight = datePart
			}
		}
		p.add(p.group(), kindFigure, n.Text, weight)
		p.units = append(p.units, unit{
			group:  p.groups,
			forms:  []form{{[]rune(n.Text), kindFigure, 1}},
			weight: weight * idf(p.lexicon.Count(Term{kindFigure, n.Text}), p.lexicon.Passages()),
		})
	}
}

func isASCII(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(b byte) bool { return b >= utf8.RuneSelf })
}
