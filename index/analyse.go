package index

import (
	"math"
	"strings"

	"exaone/korean"
)

// analysis is raised whenever analyse gives other terms of the same text: indexes are then made anew.
const analysis = 1

// The kinds of terms. Stems, pairs and figures are package korean's.
const (
	kindStem   = byte(korean.Stem)
	kindPair   = byte(korean.Pair)
	kindFigure = byte(korean.Figure)
	kindTitle  = 't' // a word of a document's title, with its first passage alone; and the title without spaces
)

// lookupKinds are the kinds of terms that a Lexicon looks up by more than their text.
const lookupKinds = "wt"

// How much once in a field is worth of once in the text.
const (
	titleWeight   = 2
	headingWeight = 1.5
	alsoWeight    = 0.75 // the second reading of a word
)

// analyse yields each term of passage n of a document once, with its frequency: how often it is there, fields weighted.
// It returns the passage's length in words.
func analyse(d *Document, n int, yield func(t Term, frequency float32)) (length float32) {
	p := &d.Passages[n]
	counts := map[Term]float32{}
	order := make([]Term, 0, 256)
	add := func(t Term, f float32) {
		if _, there := counts[t]; !there {
			order = append(order, t)
		}
		counts[t] += f
	}
	field := func(text string, weight float32) {
		korean.Terms(text, func(t korean.Term) bool {
			f := weight
			if t.Also {
				f *= alsoWeight
			} else if t.Kind == korean.Stem {
				length++
			}
			add(Term{byte(t.Kind), t.Text}, f)
			return true
		})
	}
	field(p.Text, 1)
	words := length
	field(p.Heading, headingWeight)
	field(d.Title, titleWeight)
	length = words // titles do not make a passage long
	if n == 0 {
		for _, word := range titleWords(d.Title) {
			add(Term{kindTitle, word}, 1)
		}
	}
	for _, t := range order {
		yield(t, min(64, max(0.25, counts[t])))
	}
	return max(1, length)
}

// titleWords returns the stems of a title, and all of it without what stands between the words.
func titleWords(title string) []string {
	var out []string
	var whole strings.Builder
	for w := range korean.Words(title) {
		if len(out) >= maxTitleWords || whole.Len() > maxTitleBytes {
			break
		}
		whole.WriteString(w.Text)
		if w.Script != korean.Digits && len(w.Text) <= maxTitleBytes {
			out = append(out, korean.Stems(w.Text)...)
		}
	}
	if s := whole.String(); s != "" && len(s) <= maxTitleBytes {
		out = append(out, s)
	}
	return out
}

// A title that is longer than this is a text.
const (
	maxTitleWords = 32
	maxTitleBytes = 120
)

// BM25's constants: how soon a word that is there often counts no more, how much a long passage is held against it, and
// the length in words of the usual one. That is fixed: were it the mean of what is there, it would tell of passages that
// the asker may not see, and each new one would change the impacts of all.
const (
	saturation = 1.2
	lengthBias = 0.5
	meanLength = 100
)

// saturate is BM25's saturated frequency (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009), from 0 to
// below 1. The fields have been weighted and summed before, as in BM25F.
func saturate(frequency, length float32) float32 {
	return frequency / (frequency + saturation*(1-lengthBias+lengthBias*length/meanLength))
}

// idf is a term's rarity, ≥ 0.
func idf(count, passages int) float64 {
	count = min(max(count, 0), passages)
	return math.Log1p((float64(passages-count) + 0.5) / (float64(count) + 0.5))
}
