package assistant

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"exaone/korean"
)

// chapter is a run of passages of a book under one heading.
type chapter struct {
	title    string
	from, to int // passages
}

// Sizes of summaries.
const (
	mostChapters  = 12  // more are put together
	mostRanked    = 300 // sentences that are held against each other at once
	mostDigest    = 24
	shortSentence = 12 // characters; what is shorter is a label
	longSentence  = 240
)

// chapters divides a book at the highest level of its headings that divides it at all.
func (b *book) chapters() []chapter {
	var all []chapter
	for depth := 1; depth <= 3 && len(all) < 3; depth++ {
		all = all[:0]
		for i, p := range b.passages {
			if p.Hidden {
				continue
			}
			title := headingAt(p.Heading, depth)
			if last := len(all) - 1; last >= 0 && all[last].title == title {
				all[last].to = i + 1
			} else {
				all = append(all, chapter{title, i, i + 1})
			}
		}
	}
	for len(all) > mostChapters { // the two neighbours that are shortest together become one
		at, least := 0, math.MaxInt
		for i := range len(all) - 1 {
			if n := all[i+1].to - all[i].from; n < least {
				at, least = i, n
			}
		}
		all[at].to = all[at+1].to
		if all[at+1].title != "" && all[at].title == "" {
			all[at].title = all[at+1].title
		}
		all = slices.Delete(all, at+1, at+2)
	}
	return all
}

// headingAt is the outermost headings of a passage, so many of them.
func headingAt(heading string, depth int) string {
	parts := strings.Split(heading, " › ")
	return strings.Join(parts[:min(depth, len(parts))], " › ")
}

// sentencesOf are the sentences of some passages that a summary may be made of: what is said, not tables, labels, lists of what
// is where, or what a reader of the document does not see.
func (b *book) sentencesOf(from, to int) []stretch {
	var all []stretch
	for i := from; i < to; i++ {
		p := b.passages[i]
		if p.Hidden {
			continue
		}
		for start, end := range korean.Sentences(p.Text) {
			text := p.Text[start:end]
			n := utf8.RuneCountInString(text)
			if n < shortSentence || strings.ContainsRune(text, '\t') || strings.Contains(text, "....") || strings.Contains(text, "····") ||
				strings.HasSuffix(p.Heading, strings.TrimSpace(text)) || !wordy(text) {
				continue
			}
			all = append(all, stretch{i, start, end})
		}
	}
	return all
}

// wordy reports whether a text is more letters than anything else.
func wordy(text string) bool {
	letters, all := 0, 0
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		if all++; unicode.IsLetter(r) {
			letters++
		}
	}
	return 2*letters > all
}

// extracted picks so many sentences of a book that say most of what its chapters say, in their order. seen is called for each
// passage that was read. It stops when ctx ends.
func (b *book) extracted(ctx context.Context, most int, seen func(passage int) error) ([]stretch, error) {
	all := b.chapters()
	shares := sharesOf(b, all, most)
	var picked []stretch
	read := make([]bool, len(b.passages))
	for n, c := range all {
		best, err := b.best(ctx, b.sentencesOf(c.from, c.to), shares[n])
		if err != nil {
			return nil, err
		}
		picked = append(picked, best...)
		for i := c.from; i < c.to; i++ {
			if !read[i] {
				read[i] = true
				if err := seen(i); err != nil {
					return nil, err
				}
			}
		}
	}
	for i := range read { // hidden ones, which no chapter begins or ends with
		if !read[i] {
			if err := seen(i); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(picked, compareStretches)
	return picked, ctx.Err()
}

func compareStretches(x, y stretch) int {
	if x.passage != y.passage {
		return x.passage - y.passage
	}
	return x.from - y.from
}

// sharesOf says how many sentences each chapter gets: by the root of its length, and the longest first one each.
func sharesOf(b *book, all []chapter, most int) []int {
	weights, shares := make([]float64, len(all)), make([]int, len(all))
	for i, c := range all {
		size := 0
		for _, p := range b.passages[c.from:c.to] {
			size += len(p.Text)
		}
		weights[i] = math.Sqrt(float64(size))
	}
	for range most {
		at := -1
		for i := range all {
			if at < 0 || weights[i]/float64(2*shares[i]+1) > weights[at]/float64(2*shares[at]+1) {
				at = i
			}
		}
		if at >= 0 {
			shares[at]++
		}
	}
	return shares
}

// best are the most central of some sentences that do not say the same. Many are looked at in runs, and the best of those
// together.
func (b *book) best(ctx context.Context, all []stretch, most int) ([]stretch, error) {
	if most <= 0 {
		return nil, nil
	}
	for len(all) > mostRanked {
		var winners []stretch
		for run := range slices.Chunk(all, mostRanked) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			winners = append(winners, b.pick(run, max(most, mostRanked/8))...)
		}
		all = winners
	}
	return b.pick(all, most), ctx.Err()
}

// pick ranks sentences against each other and takes the best that are not alike.
func (b *book) pick(all []stretch, most int) []stretch {
	texts := make([]map[string]float64, len(all))
	for i, s := range all {
		texts[i] = stemsOf(b.text(s))
	}
	vectors := vectorsOf(texts)
	scores := central(vectors)
	order := make([]int, len(all))
	for i, s := range all {
		order[i] = i
		scores[i] *= likely(b.text(s))
	}
	slices.SortStableFunc(order, func(x, y int) int {
		switch {
		case scores[x] > scores[y]:
			return -1
		case scores[x] < scores[y]:
			return 1
		}
		return 0
	})
	var picked []int
	for _, i := range order {
		const alike = 0.6 // two sentences of which one need not be said
		if len(picked) < most && !slices.ContainsFunc(picked, func(o int) bool { return cosine(vectors[i], vectors[o]) > alike }) {
			picked = append(picked, i)
		}
	}
	slices.Sort(picked)
	out := make([]stretch, len(picked))
	for n, i := range picked {
		out[n] = all[i]
	}
	return out
}

// likely weighs a sentence by its form: a whole one says something, a long one says too much.
func likely(text string) float64 {
	weight := 1.0
	if !strings.HasSuffix(strings.TrimRight(text, `"')]”’」』`), ".") {
		weight *= 0.6
	}
	if utf8.RuneCountInString(text) > longSentence {
		weight *= 0.5
	}
	return weight
}
