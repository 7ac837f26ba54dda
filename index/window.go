package index

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"unicode/utf8"

	"exaone/korean"
)

// longestWindow is in sentences.
const longestWindow = 3

// What the second pass adds up. The weights were chosen on a third of the questions of a collection and reported on the
// rest (TestKorQuAD).
type weights struct {
	passage float64                // BM25 of the whole passage by the units
	window  [longestWindow]float64 // the best window of so many sentences
	beside  float64                // words that stand beside each other in the question and the passage
	cover   float64                // the share of the question that is there, anywhere
	title   float64
	first   float64 // the first pass
	length  float64 // how much a long window is held against it
}

var usual = weights{passage: 0.4, window: [longestWindow]float64{0.4, 0.35, 0.55}, beside: 0.3, cover: 0.5, title: 0.6, first: 0.25, length: 0.15}

// initialsTitle is how much a title counts for initial consonants: more than anything in the text, since they are typed to
// jump to a document.
const initialsTitle = 4

// fullScore is the score of a passage, not counting its title, that has everything the question has.
var fullScore = usual.passage + usual.cover + usual.beside + usual.first + usual.window[0] + usual.window[1] + usual.window[2]

// rank puts the best candidates of the first pass into their last order, by a new Score, and marks them.
func (p *plan) rank(hits []Hit) {
	top := 1e-9
	for _, h := range hits {
		top = max(top, h.Score)
	}
	for i := range hits {
		h := &hits[i]
		f := p.features(h)
		h.Score = usual.score(&f, h.Score/top)
		if p.initials {
			h.Score += initialsTitle * f.title
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	if p.initials {
		oneEach(hits)
	}
}

// oneEach puts the best passage of each title before the others: who types two consonants looks for a document.
func oneEach(hits []Hit) {
	seen := map[string]bool{}
	var first, others []Hit
	for _, h := range hits {
		key := cmp.Or(h.Title, h.Document)
		if seen[key] {
			others = append(others, h)
			continue
		}
		seen[key] = true
		first = append(first, h)
	}
	copy(hits[copy(hits, first):], others)
}

// features are what is known of how well a passage fits, each as a share of all that could be.
type features struct {
	passage float64
	windows [longestWindow]float64
	beside  float64
	title   float64
	cover   float64 // the best find of each unit, anywhere
}

func (w *weights) score(f *features, first float64) float64 {
	s := w.passage*f.passage + w.cover*f.cover + w.beside*f.beside + w.title*f.title + w.first*first
	for k, share := range f.windows {
		s += w.window[k] * share
	}
	return s
}

// judge marks a hit that was found by its vector alone, and gives it the Score that it has by its words.
func (p *plan) judge(h *Hit) {
	f := p.features(h)
	h.Score = usual.score(&f, 0)
}

// features looks at a passage, and marks it.
func (p *plan) features(h *Hit) features {
	if p.matcher == nil {
		p.matcher = newMatcher(p.units)
	}
	all := 0.0
	for _, u := range p.units {
		all += u.weight
	}
	if all == 0 {
		return features{}
	}
	var f features
	finds := p.matcher.find(beginning(h.Text))
	h.Marks = marks(finds)
	words := float64(len(h.Text)) / bytesOfWord
	f.passage = p.whole(finds, words) / all
	p.windows(&f, beginning(h.Text), finds, all)
	f.beside = p.beside(finds) / all
	f.cover = p.best(finds) / all
	titles := p.matcher.find(h.Title + "\n" + h.Heading)
	f.title = p.best(titles) / all
	return f
}

// bytesOfWord is about what a word and its space take: three syllables.
const bytesOfWord = 9

// longestRead is how many bytes of a passage the second pass reads: some ten times the longest that documents are divided
// into.
const longestRead = 32 << 10

func beginning(text string) string {
	if len(text) <= longestRead {
		return text
	}
	end := longestRead
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// marks returns the places of what was found, ascending, joined where they overlap. Small parts are not marked.
func marks(finds []sighting) [][2]int {
	var out [][2]int
	for _, f := range finds {
		if f.part == 0 {
			out = append(out, [2]int{f.from, f.to})
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(b[1], a[1])) })
	n := 0
	for _, m := range out {
		if n > 0 && m[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], m[1])
			continue
		}
		out[n] = m
		n++
	}
	return out[:n]
}

// whole is the saturated sum of a passage's finds.
func (p *plan) whole(finds []sighting, words float64) float64 {
	sums := make([]float64, len(p.units))
	for _, f := range finds {
		sums[f.unit] += f.quality * f.quality
	}
	total := 0.0
	for u, s := range sums {
		total += p.units[u].weight * float64(saturate(float32(s), float32(words)))
	}
	return total
}

// best is the sum of the best find of each unit.
func (p *plan) best(finds []sighting) float64 {
	qualities := make([]float64, len(p.units))
	parts := make([]uint64, len(p.units))
	for _, f := range finds {
		qualities[f.unit] = max(qualities[f.unit], f.quality)
		parts[f.unit] |= f.part
	}
	return p.sum(qualities, parts)
}

// sum weighs qualities; a unit whose parts are all there is nearly as good as itself.
func (p *plan) sum(qualities []float64, parts []uint64) float64 {
	total := 0.0
	for u, q := range qualities {
		if parts[u] != 0 && len(p.units[u].forms) > 0 {
			n := len(p.units[u].forms[0].text)
			if share := float64(bits.OnesCount64(parts[u])) / float64(n); share*qualityInside > q {
				q = share * share * qualityInside
				q = max(q, qualities[u])
			}
		}
		total += p.units[u].weight * q
	}
	return total
}

// windows finds the best window of one sentence, of two and of three. A text of fewer is its own window.
func (p *plan) windows(f *features, text string, finds []sighting, all float64) {
	type sentence struct {
		from, to int
		finds    []sighting
	}
	var sentences []sentence
	for from, to := range korean.Sentences(text) {
		sentences = append(sentences, sentence{from: from, to: to})
	}
	for _, o := range finds {
		i, ok := slices.BinarySearchFunc(sentences, o.from, func(s sentence, at int) int {
			switch {
			case s.to <= at:
				return -1
			case s.from > at:
				return 1
			}
			return 0
		})
		if ok {
			sentences[i].finds = append(sentences[i].finds, o)
		}
	}
	qualities := make([]float64, len(p.units))
	parts := make([]uint64, len(p.units))
	for i := range sentences {
		clear(qualities)
		clear(parts)
		for k := range longestWindow {
			last := i + k
			switch {
			case last < len(sentences):
				for _, o := range sentences[last].finds {
					qualities[o.unit] = max(qualities[o.unit], o.quality)
					parts[o.unit] |= o.part
				}
			case i == 0:
				last = len(sentences) - 1
			default:
				continue
			}
			words := float64(sentences[last].to-sentences[i].from) / bytesOfWord
			share := p.sum(qualities, parts) / all / (1 + usual.length*math.Log1p(words/30))
			f.windows[k] = max(f.windows[k], share)
		}
	}
}

// beside is the weight of neighbours in the question that are neighbours in the passage: in one word, or in two that
// stand one after the other. Finds are in the order of the text.
func (p *plan) beside(finds []sighting) float64 {
	total := 0.0
	best := make(map[[2]int]float64, len(finds)) // by unit and word
	for _, f := range finds {
		if f.part == 0 {
			at := [2]int{f.unit, f.word}
			best[at] = max(best[at], f.quality)
		}
	}
	for u := range len(p.units) - 1 {
		if !p.units[u].next {
			continue
		}
		near := 0.0
		for _, f := range finds {
			if f.unit != u || f.part != 0 {
				continue
			}
			if q := max(best[[2]int{u + 1, f.word}], best[[2]int{u + 1, f.word + 1}]); q > 0 {
				near = max(near, min(f.quality, q))
			}
		}
		total += near * min(p.units[u].weight, p.units[u+1].weight)
	}
	return total
}
