package index

import (
	"cmp"
	"slices"
	"strings"

	"exaone/korean"
)

// brute is the plain way to find: every passage is looked at for every term. It is what the index is compared with.
type brute struct {
	documents []Document
	passages  []brutePassage
	counts    map[Term]int
	words     map[byte][]string // sorted
}

type brutePassage struct {
	document, number int
	levels           map[Term]uint8
	length           byte
}

func newBrute(documents []Document) *brute {
	b := &brute{documents: documents, counts: map[Term]int{}, words: map[byte][]string{}}
	for d := range documents {
		for n := range documents[d].Passages {
			p := brutePassage{document: d, number: n, levels: map[Term]uint8{}}
			p.length = lengthLevel(analyse(&documents[d], n, func(t Term, f float32) { p.levels[t] = frequencyLevel(f) }))
			for t := range p.levels {
				b.counts[t]++
			}
			b.passages = append(b.passages, p)
		}
	}
	for t := range b.counts {
		if strings.IndexByte(lookupKinds, t.Kind) >= 0 {
			b.words[t.Kind] = append(b.words[t.Kind], t.Text)
		}
	}
	for _, list := range b.words {
		slices.Sort(list)
	}
	return b
}

func (b *brute) Passages() int    { return len(b.passages) }
func (b *brute) Count(t Term) int { return b.counts[t] }

func (b *brute) some(kind byte, most int, fits func(string) (int, bool)) []Found {
	var out []Found
	for _, w := range b.words[kind] {
		if d, ok := fits(w); ok {
			out = append(out, Found{w, b.counts[Term{kind, w}], d})
		}
	}
	slices.SortFunc(out, func(x, y Found) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Distance, y.Distance), cmp.Compare(x.Text, y.Text))
	})
	return out[:min(most, len(out))]
}

func (b *brute) Near(kind byte, text string, distance, most int) []Found {
	jamo := []rune(korean.Jamo(text))
	out := b.some(kind, len(b.words[kind]), func(w string) (int, bool) {
		d := edits(jamo, []rune(korean.Jamo(w)), distance)
		return d, d <= distance
	})
	slices.SortStableFunc(out, func(x, y Found) int { return cmp.Compare(x.Distance, y.Distance) })
	return out[:min(most, len(out))]
}

func (b *brute) Initials(kind byte, consonants string, longer bool, most int) []Found {
	return b.some(kind, most, func(w string) (int, bool) {
		c := korean.Choseong(w)
		return 0, korean.WholeSyllables(w) && (c == consonants || longer && strings.HasPrefix(c, consonants))
	})
}

// edits is the Levenshtein distance, or most+1.
func edits(a, b []rune, most int) int {
	if len(a) > len(b)+most || len(b) > len(a)+most {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		least := row[0]
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
			least = min(least, row[j+1])
		}
		if least > most {
			return most + 1
		}
	}
	return row[len(b)]
}

// first is the first pass: the best passages by the sum over groups.
func (b *brute) first(p *plan, most int) []Hit {
	var out []Hit
	for _, passage := range b.passages {
		groups := map[int]uint32{}
		for _, t := range p.terms {
			level, ok := passage.levels[t.Term]
			if !ok {
				continue
			}
			c := contribution(scaled(float64(t.Weight)*idf(b.counts[t.Term], len(b.passages))), impacts()[level][passage.length])
			groups[t.Group] = max(groups[t.Group], c)
		}
		sum := uint64(0)
		for _, c := range groups {
			sum += uint64(c)
		}
		if sum == 0 {
			continue
		}
		d := &b.documents[passage.document]
		text := d.Passages[passage.number]
		out = append(out, Hit{Document: d.ID, Number: passage.number, Title: d.Title, Heading: text.Heading, Text: text.Text, Page: text.Page, Score: float64(sum) / scoreUnit})
	}
	slices.SortFunc(out, func(x, y Hit) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Document, y.Document), cmp.Compare(x.Number, y.Number))
	})
	return out[:min(most, len(out))]
}

// search is both passes.
func (b *brute) search(q *Query) []Hit {
	p := ask(b, q)
	hits := b.first(p, candidates)
	p.rank(hits)
	return hits
}
