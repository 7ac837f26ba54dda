package assistant

import (
	"regexp"
	"slices"
	"strings"

	"exaone/chat"
)

// row is what a table of changes shows of a pairing.
type row struct {
	old, new           string
	oldMarks, newMarks [][2]int  // what differs, in UTF-16 units
	oldAt, newAt       []stretch // what it rests on
}

// rowOf sets a unit beside what it has become: what is the same in both is left out, as in such tables it is, and what differs
// is marked.
func rowOf(p pairing, lang chat.Language) row {
	var r row
	say := func(code chat.Code) string { return chat.Text(lang, code) }
	switch {
	case p.old == nil:
		r.old = say(chat.CodeCompareNew)
		r.addNew(p.new.lines, true)
	case p.new == nil:
		r.new = say(chat.CodeCompareGone)
		r.addOld(p.old.lines, true)
	case p.change == moved:
		r.add(true, p.old.name()+" "+say(chat.CodeCompareOmitted), nil, p.old.lines[:1])
		r.add(false, p.new.name()+" "+say(chat.CodeCompareSame), nil, p.new.lines[:1])
	default:
		r.beside(p, say)
	}
	return r
}

func (r *row) addOld(lines []clause, all bool) {
	for _, c := range lines {
		r.add(true, c.text, whole(c.text, all), []clause{c})
	}
}

func (r *row) addNew(lines []clause, all bool) {
	for _, c := range lines {
		r.add(false, c.text, whole(c.text, all), []clause{c})
	}
}

func whole(text string, all bool) [][2]int {
	if !all {
		return nil
	}
	return [][2]int{{0, units(text)}}
}

// add adds a line to one side.
func (r *row) add(old bool, text string, marks [][2]int, of []clause) {
	side, m, at := &r.new, &r.newMarks, &r.newAt
	if old {
		side, m, at = &r.old, &r.oldMarks, &r.oldAt
	}
	if *side != "" {
		*side += "\n"
	}
	from := units(*side)
	for _, one := range marks {
		*m = append(*m, [2]int{from + one[0], from + one[1]})
	}
	*side += text
	for _, c := range of {
		*at = append(*at, c.places...)
	}
}

// beside sets the lines of a unit beside those of the new one.
func (r *row) beside(p pairing, say func(chat.Code) string) {
	skipped := false
	for n, pair := range lined(p.old.lines, p.new.lines) {
		a, b := pair[0], pair[1]
		switch {
		case a == nil:
			r.add(true, say(chat.CodeCompareNew), nil, nil)
			r.addNew([]clause{*b}, true)
		case b == nil:
			r.addOld([]clause{*a}, true)
			r.add(false, say(chat.CodeCompareGone), nil, nil)
		case pressed(a.text) == pressed(b.text):
			if skipped && n > 0 {
				continue // one word for a run of them
			}
			r.add(true, strings.TrimSpace(counter(a.text)+" "+say(chat.CodeCompareOmitted)), nil, nil)
			r.add(false, strings.TrimSpace(counter(b.text)+" "+say(chat.CodeCompareSame)), nil, nil)
		default:
			oldMarks, newMarks := differing(a.text, b.text)
			r.add(true, a.text, oldMarks, []clause{*a})
			r.add(false, b.text, newMarks, []clause{*b})
		}
		skipped = a != nil && b != nil && pressed(a.text) == pressed(b.text) && numberOf(a.text) == ""
	}
}

// counters are what paragraphs and items of articles begin with.
var counters = regexp.MustCompile(`^(?:[①-⑳]|\(?\d{1,2}[.)]|[가-하][.)])`)

// counter is the number that a line begins with: of its article, of its paragraph, of its item.
func counter(text string) string {
	if n := numberOf(text); n != "" {
		return n
	}
	return counters.FindString(text)
}

// lined pairs lines: those that are the same in both in their order, and between those the ones that are most alike. One of a
// pair is nil if the other has no counterpart.
func lined(old, new []clause) [][2]*clause {
	texts := func(all []clause) []string {
		out := make([]string, len(all))
		for i, c := range all {
			out[i] = pressed(c.text)
		}
		return out
	}
	var all [][2]*clause
	i, j := 0, 0
	between := func(toOld, toNew int) {
		all = append(all, nearest(old[i:toOld], new[j:toNew])...)
		i, j = toOld, toNew
	}
	for _, at := range inCommon(texts(old), texts(new)) {
		between(at[0], at[1])
		all = append(all, [2]*clause{&old[i], &new[j]})
		i, j = i+1, j+1
	}
	between(len(old), len(new))
	return all
}

// nearest pairs lines that differ, in their order, so that as much as possible is alike.
func nearest(old, new []clause) [][2]*clause {
	n, m := len(old), len(new)
	var all [][2]*clause
	if n*m > mostPairs/100 { // grams of each pair are compared
		for i := range old {
			all = append(all, [2]*clause{&old[i], nil})
		}
		for j := range new {
			all = append(all, [2]*clause{nil, &new[j]})
		}
		return all
	}
	scores := make([]float64, (n+1)*(m+1))
	alike := make([]float64, n*m)
	for i := n - 1; i >= 0; i-- {
		g := gramsOf(old[i].text)
		for j := m - 1; j >= 0; j-- {
			const least = 0.3
			if like := g.like(gramsOf(new[j].text)); like >= least {
				alike[i*m+j] = like
			}
			best := max(scores[(i+1)*(m+1)+j], scores[i*(m+1)+j+1])
			if a := alike[i*m+j]; a > 0 {
				best = max(best, a+scores[(i+1)*(m+1)+j+1])
			}
			scores[i*(m+1)+j] = best
		}
	}
	i, j := 0, 0
	for i < n || j < m {
		switch {
		case i < n && j < m && alike[i*m+j] > 0 && scores[i*(m+1)+j] == alike[i*m+j]+scores[(i+1)*(m+1)+j+1]:
			all = append(all, [2]*clause{&old[i], &new[j]})
			i, j = i+1, j+1
		case j == m || i < n && scores[i*(m+1)+j] == scores[(i+1)*(m+1)+j]:
			all = append(all, [2]*clause{&old[i], nil})
			i++
		default:
			all = append(all, [2]*clause{nil, &new[j]})
			j++
		}
	}
	return all
}

// differing marks the words of two texts that the other does not have in its place.
func differing(old, new string) (oldMarks, newMarks [][2]int) {
	a, b := wordsOf(old), wordsOf(new)
	texts := func(text string, words []line) []string {
		out := make([]string, len(words))
		for i, w := range words {
			out[i] = text[w.from:w.to]
		}
		return out
	}
	keptA, keptB := make([]bool, len(a)), make([]bool, len(b))
	for _, at := range inCommon(texts(old, a), texts(new, b)) {
		keptA[at[0]], keptB[at[1]] = true, true
	}
	return runsOf(old, a, keptA), runsOf(new, b, keptB)
}

// wordsOf are the words of a text; what is in brackets behind one is another.
func wordsOf(text string) []line {
	var all []line
	from := -1
	for i, r := range text + " " {
		switch space := r == ' ' || r == '\t' || r == '\n'; {
		case space && from >= 0:
			all, from = append(all, line{from, i}), -1
		case r == '(' && from >= 0:
			all, from = append(all, line{from, i}), i
		case !space && from < 0:
			from = i
		}
	}
	return all
}

// runsOf are the runs of words that are not kept, in UTF-16 units of their text.
func runsOf(text string, words []line, kept []bool) [][2]int {
	var all [][2]int
	for i, w := range words {
		if kept[i] {
			continue
		}
		at := [2]int{units(text[:w.from]), units(text[:w.to])}
		if i > 0 && !kept[i-1] {
			all[len(all)-1][1] = at[1]
		} else {
			all = append(all, at)
		}
	}
	return slices.Clip(all)
}
