package assistant

import (
	"regexp"
	"strings"

	"exaone/document"
)

// clause is a line of a document: a paragraph, an item, a row of a table.
type clause struct {
	text   string
	places []stretch // where it is from
}

// unit is what is compared with one of the other document: an article, a heading of articles, a schedule, or where there are
// no articles a paragraph.
type unit struct {
	key     string // 제3조, 부칙 제1조, 별표 2, 제1장; "" of a paragraph
	title   string // what stands in brackets behind it
	article bool
	lines   []clause
}

// name is what a unit is called: 제3조(목적).
func (u *unit) name() string {
	switch {
	case u.key == "":
		return shorten(u.lines[0].text, 40)
	case u.title != "":
		return u.key + "(" + u.title + ")"
	}
	return u.key
}

// body is the text of a unit without its number.
func (u *unit) body() string {
	var all strings.Builder
	for i, c := range u.lines {
		text := c.text
		if i == 0 {
			text = text[len(numberOf(text)):]
		}
		all.WriteString(text + "\n")
	}
	return all.String()
}

// How the parts of Korean rules begin: articles with their branches, chapters, supplementary provisions, schedules and forms.
var (
	articleStart = regexp.MustCompile(`^제\s*(\d+)\s*조(?:\s*의\s*(\d+))?(?:\s*[(（]([^()（）]*)[)）])?`)
	chapterStart = regexp.MustCompile(`^제\s*(\d+)\s*(편|장|절|관)(?:\s|$)`)
	supplement   = regexp.MustCompile(`^부\s*칙(?:\s|$|[<〈(（\[])`)
	scheduleOf   = regexp.MustCompile(`^[\[［<〈]?\s*(별\s*표|별지|서식)\s*(?:제\s*)?(\d*)(?:\s*호)?[^\s\]］>〉]*\s*[\]］>〉]`)
)

// notArticle are words behind a number that refers to an article instead of beginning it.
var notArticle = regexp.MustCompile(`^(?:\s*(?:및|또는|내지|부터|까지|제\d)|[가-힣]|[,·ㆍ])`)

// numberOf is the number that an article begins with, with its title.
func numberOf(text string) string {
	if m := articleStart.FindString(text); m != "" && isArticle(text) {
		return m
	}
	return chapterStart.FindString(text)
}

func isArticle(text string) bool {
	m := articleStart.FindStringSubmatch(text)
	return m != nil && (m[3] != "" || !notArticle.MatchString(text[len(m[0]):]))
}

// clauses are the lines of a document in reading order, without what is on every page, what is hidden, and rows of headings
// that a passage repeats.
func (b *book) clauses() []clause {
	var kinds []document.Kind
	for _, t := range b.doc.Texts() {
		kinds = append(kinds, t.Block.Kind)
	}
	type origin struct{ text, from int }
	seen := map[origin]bool{}
	last := origin{-1, 0}
	var all []clause
	for n, p := range b.passages {
		if p.Hidden {
			continue
		}
		for from := 0; from < len(p.Text); {
			to := from + strings.IndexByte(p.Text[from:]+"\n", '\n')
			at := stretch{n, from, to}
			spans, fresh := spansOf(p.Spans, line{from, to}), false
			for _, s := range spans {
				switch kinds[s.Text] {
				case document.Header, document.Footer, document.Comment, document.Notes, document.Deleted:
				default:
					fresh = fresh || !seen[origin{s.Text, s.Start}]
				}
				seen[origin{s.Text, s.Start}] = true
			}
			text := strings.TrimSpace(strings.Join(strings.Fields(strings.ReplaceAll(p.Text[from:to], "\t", " | ")), " "))
			switch {
			case !fresh || text == "":
			case len(all) > 0 && last == (origin{spans[0].Text, spans[0].Start}): // a passage ended in the middle of it
				all[len(all)-1].text += " " + text
				all[len(all)-1].places = append(all[len(all)-1].places, at)
			default:
				all = append(all, clause{text, []stretch{at}})
			}
			if fresh {
				end := spans[len(spans)-1]
				last = origin{end.Text, end.End}
			}
			from = to + 1
		}
	}
	return all
}

// leastArticles is how many articles a document of articles has.
const leastArticles = 2

// unitsOf divides a document into articles; if it has none, or is not to be, into paragraphs.
func unitsOf(all []clause, byArticle bool) []*unit {
	var units []*unit
	before := "" // what stands before the number of each article: 부칙
	supplements := 0
	for _, c := range all {
		u := &unit{lines: []clause{c}}
		m := articleStart.FindStringSubmatch(c.text)
		schedule := scheduleOf.FindStringSubmatch(c.text)
		switch {
		case !byArticle:
		case m != nil && isArticle(c.text):
			u.article, u.title = true, strings.TrimSpace(m[3])
			u.key = before + "제" + m[1] + "조"
			if m[2] != "" {
				u.key += "의" + m[2]
			}
		case chapterStart.MatchString(c.text):
			m := chapterStart.FindStringSubmatch(c.text)
			u.key = before + "제" + m[1] + m[2]
		case supplement.MatchString(c.text):
			supplements++
			before = "부칙 "
			if supplements > 1 {
				before = "부칙" + string(rune('0'+min(supplements, 9))) + " "
			}
			u.key = strings.TrimSpace(before)
		case schedule != nil:
			u.key = pressed(schedule[1]) + " " + schedule[2]
		case len(units) > 0:
			units[len(units)-1].lines = append(units[len(units)-1].lines, c)
			continue
		}
		units = append(units, u)
	}
	return units
}

// articlesIn counts the articles of a document.
func articlesIn(all []clause) int {
	n := 0
	for _, c := range all {
		if isArticle(c.text) {
			n++
		}
	}
	return n
}
