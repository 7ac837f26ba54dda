package assistant

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/store"
)

// compare is the mode that sets two documents side by side, or two versions of one, as a 신구조문 대비표 does: by articles, or
// where there are none by paragraphs. No model is asked.
type compare struct{ *Assistant }

// Name is "compare".
func (compare) Name() string { return "compare" }

// compareWords are what somebody says who wants two documents compared.
var compareWords = regexp.MustCompile(`(?i)신구\s*(?:조문|대비|대조)|대비표|대조표|비교|대조해|달라진|바뀐|변경된|개정(?:된|\s*내용|\s*사항)|차이(?:점|를|가)|\bcompare|\bdiff\b|difference|what (?:has )?changed`)

// fits is the rule by which the mode is picked: somebody asks for a comparison, and there are two to compare.
func (m compare) fits(ctx context.Context, q Question) Fit {
	if m.fitting(ctx, q, compareWords) != Certain {
		return Unfit
	}
	if two, err := m.which(ctx, q); err != nil || len(two) != 2 {
		return Unfit
	}
	return Certain
}

// Unaided reports that no model is needed.
func (m compare) Unaided(_ context.Context, q Question) bool {
	return m.library != nil && q.Scope != ScopeNone
}

// Answer reads both, and tells each change.
func (m compare) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return wholly(q, func(s *saying) error { return m.answer(ctx, q, s) })
}

func (m compare) answer(ctx context.Context, q Question, s *saying) error {
	two, err := m.which(ctx, q)
	if err != nil {
		return err
	}
	if len(two) != 2 {
		return m.whichOne(ctx, q, s, chat.CodeCompareWhich)
	}
	books, why, err := m.opened(ctx, q, s, two)
	if err != nil {
		return err
	}
	if len(books) != 2 {
		s.say(strings.Join(why, "\n\n"))
		return nil
	}
	p := progressOf(s, books)
	var all [2][]clause
	var read [2]*reading
	for n, b := range books {
		all[n] = b.clauses()
		read[n] = newReading(b)
		p.reading = read[n]
		for i := range b.passages {
			if err := p.read(i); err != nil {
				return err
			}
		}
		p.before += read[n].done
		p.reading = nil
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	c := comparison{s: s, old: books[0], new: books[1]}
	c.byArticle = articlesIn(all[0]) >= leastArticles && articlesIn(all[1]) >= leastArticles
	c.pairs = aligned(unitsOf(all[0], c.byArticle), unitsOf(all[1], c.byArticle))
	if err := c.tell(); err != nil {
		return err
	}
	s.say("\n\n" + read[0].coverage(q.Language) + "\n\n" + read[1].coverage(q.Language))
	return nil
}

// which are the two that a question is about, the older first: two documents, or the newest versions of one. Fewer or more are
// what is in question.
func (m compare) which(ctx context.Context, q Question) ([]store.Version, error) {
	all, more, err := m.shelved(ctx, q)
	if err != nil || more > 0 || len(all) > 2 {
		return nil, err
	}
	if len(all) == 2 {
		said := pressed(q.Text)
		if later(all[0].Name) && !later(all[1].Name) || later(all[0].Name) == later(all[1].Name) && mentionedAt(said, all[1].Name) < mentionedAt(said, all[0].Name) {
			slices.Reverse(all)
		}
		return all, nil
	}
	if len(all) == 0 {
		return nil, nil
	}
	versions, err := m.store.Versions(ctx, q.Principal, all[0].Document)
	if err != nil || len(versions) < 2 {
		return nil, err
	}
	return []store.Version{versions[1], versions[0]}, nil
}

// mentionedAt is where a question names a document; behind its end if it does not.
func mentionedAt(said, name string) int {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	if i := strings.Index(said, pressed(name)); i >= 0 {
		return i
	}
	return len(said)
}

// laterName matches names of documents that come after another.
var laterName = regexp.MustCompile(`(?i)개정|수정|변경|신규|최종|\bnew\b|after|revised|amended|final`)

func later(name string) bool { return laterName.MatchString(name) }

// comparison is two books whose units are paired.
type comparison struct {
	s         *saying
	old, new  *book
	byArticle bool
	pairs     []pairing
}

// tell says how many units there are and what became of them, each change by itself, and then the table.
func (c *comparison) tell() error {
	s := c.s
	s.say(c.counts() + "\n")
	table := chat.Table{Title: chat.Text(s.lang, chat.CodeCompareTitle), Sources: 3, Columns: []string{
		chat.Text(s.lang, chat.CodeCompareOld), chat.Text(s.lang, chat.CodeCompareNewer), chat.Text(s.lang, chat.CodeCompareNote)}}
	for _, p := range c.pairs {
		if p.change == same {
			continue
		}
		r := rowOf(p, s.lang)
		if !s.say("\n- ") || !s.prove(c.headline(p), c.sources(p, r)...) {
			return errLeft
		}
		note := chat.Text(s.lang, chat.CodeCompareChange+chat.Code("_"+string(p.change)))
		for _, one := range c.sources(p, r) {
			for _, at := range one.places {
				if mark := " " + s.mark(one.book, at.passage); !strings.Contains(note, mark) {
					note += mark
				}
			}
		}
		n := len(table.Rows)
		table.Rows = append(table.Rows, []string{r.old, r.new, note})
		for col, marks := range [][][2]int{r.oldMarks, r.newMarks} {
			for _, m := range marks {
				table.Marks = append(table.Marks, chat.TableMark{Row: n, Column: col, Start: m[0], End: m[1]})
			}
		}
	}
	if len(table.Rows) == 0 {
		s.say("\n" + chat.Text(s.lang, chat.CodeCompareEqual))
	} else if !s.send(table) {
		return errLeft
	}
	return nil
}

// headline names a change.
func (c *comparison) headline(p pairing) string {
	what := chat.Text(c.s.lang, chat.CodeCompareChange+chat.Code("_"+string(p.change)))
	switch {
	case p.old == nil:
		return p.new.name() + ": " + what
	case p.new == nil || p.old.name() == p.new.name() || p.new.key == "":
		return p.old.name() + ": " + what
	}
	return p.old.name() + " → " + p.new.name() + ": " + what
}

// sources are what a change rests on, of both books: the lines that differ, and the first of each unit, which names it.
func (c *comparison) sources(p pairing, r row) []source {
	var all []source
	for _, side := range []struct {
		b  *book
		u  *unit
		at []stretch
	}{{c.old, p.old, r.oldAt}, {c.new, p.new, r.newAt}} {
		if side.u == nil {
			continue
		}
		places := append(slices.Clone(side.u.lines[0].places), side.at...)
		slices.SortFunc(places, compareStretches)
		all = append(all, source{book: side.b, places: slices.Compact(places)})
	}
	return all
}

// counts says how many articles each side has and what became of them: each is in one number.
func (c *comparison) counts() string {
	lang := c.s.lang
	olds, news, others := 0, 0, 0
	by := map[change]int{}
	for _, p := range c.pairs {
		counted := !c.byArticle || p.old != nil && p.old.article || p.new != nil && p.new.article
		if !counted {
			if p.change != same {
				others++
			}
			continue
		}
		if p.old != nil {
			olds++
		}
		if p.new != nil {
			news++
		}
		by[p.change]++
	}
	code := chat.CodeCompareParagraphs
	if c.byArticle {
		code = chat.CodeCompareArticles
	}
	var parts []string
	for _, ch := range []change{same, reworded, rewritten, moved, movedToo, added, removed} {
		if by[ch] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", chat.Text(lang, chat.CodeCompareChange+chat.Code("_"+string(ch))), by[ch]))
		}
	}
	text := chat.Text(lang, code, escaped(c.old.version.Name), olds, escaped(c.new.version.Name), news) + " " + strings.Join(parts, ", ") + "."
	if others > 0 {
		text += " " + chat.Text(lang, chat.CodeCompareOthers, others)
	}
	return text
}
