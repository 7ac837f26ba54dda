package assistant

import (
	"context"
	"iter"
	"slices"
	"strings"

	"exaone/chat"
)

// tabling is the mode that collects what somebody names from whole documents into a table: rows of tables whose headings fit and
// of lists of labels by rule, and where a model can, from sentences. A cell says what the document says, or nothing.
type tabling struct{ *Assistant }

// Name is "table".
func (tabling) Name() string { return "table" }

// fits is the rule by which the mode is picked: somebody names columns of a table, and there are documents to fill it from.
func (m tabling) fits(ctx context.Context, q Question) Fit {
	if len(columnsIn(q.Text)) == 0 {
		return Unfit
	}
	return m.fitting(ctx, q, tableWords)
}

// Unaided reports that no model is needed.
func (m tabling) Unaided(_ context.Context, q Question) bool {
	return documents{Assistant: m.Assistant}.looks(q)
}

// Answer collects and tells.
func (m tabling) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	if len(q.Boxes) > 0 {
		return documents{Assistant: m.Assistant, tables: true}.Answer(ctx, q)
	}
	return wholly(q, func(s *saying) error { return m.answer(ctx, q, s) })
}

func (m tabling) answer(ctx context.Context, q Question, s *saying) error {
	columns := columnsIn(q.Text)
	if len(columns) == 0 {
		s.say(chat.Text(q.Language, chat.CodeFieldsColumns))
		return nil
	}
	books, notes, err := m.taken(ctx, q, s)
	if err != nil || len(books)+len(notes) == 0 {
		return err
	}
	t := &tabled{s: s, check: newRowChecker(ctx, s), columns: columns, many: len(books) > 1, table: chat.Table{Title: strings.Join(columns, ", "), Sources: len(columns) + 1, Held: true,
		Columns: append(slices.Clone(columns), chat.Text(q.Language, chat.CodeFieldsSource)), Rows: [][]string{}}}
	p := progressOf(s, books)
	for _, b := range books {
		p.reading = newReading(b)
		if err := m.one(ctx, q, t, b, &p); err != nil {
			return err
		}
		notes = append(notes, p.reading.coverage(q.Language))
		p.before += p.reading.done
		p.reading = nil
	}
	return t.tell(append(t.notes(q), notes...))
}

// one collects from one book.
func (m tabling) one(ctx context.Context, q Question, t *tabled, b *book, p *progress) error {
	c := b.collect(t.columns)
	t.grid, t.text, t.more = t.grid+len(c.fromGrid), t.text+len(c.fromText), t.more+c.more
	all := append(c.fromGrid, c.fromText...)
	if q.Model.Level.AtLeast(Assist) {
		more, err := m.fill(ctx, q, t.s, b, t.columns, c.used, p)
		if err != nil {
			return err
		}
		t.model, t.empty = t.model+len(more.Entries), t.empty+more.Empty
		all = append(all, more.Entries...)
	} else {
		for i := range b.passages {
			if err := p.read(i); err != nil {
				return err
			}
		}
	}
	slices.SortStableFunc(all, func(x, y entry) int { return x.Passage - y.Passage })
	for _, one := range all {
		if err := t.add(b, one); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// tabled is a table that is being filled.
type tabled struct {
	s       *saying
	check   *rowChecker
	columns []string
	many    bool // documents
	table   chat.Table

	grid, text, model int // rows, by where they are from
	empty, more       int
	struck, bare      int // rows
}

// mostCited is how many passages are cited by number: a citation has three digits at most.
const mostCited = 999

// add adds a row with where it is from, and what is wrong with it.
func (t *tabled) add(b *book, one entry) error {
	where := b.shown(t.s.lang, one.Passage).Where
	if t.many {
		where = strings.TrimSpace(unmarked(b.version.Name) + " " + where)
	}
	where = strings.TrimSpace(t.marks(b, one) + " " + where)
	row := append(slices.Clone(one.Cells), where)
	flaw, wrong, err := t.check.flaw(b, len(row), row)
	if err != nil {
		return err
	}
	if flaw.Row = len(t.table.Rows); wrong {
		t.table.Flaws = append(t.table.Flaws, flaw)
		if len(flaw.Missing) > 0 {
			t.struck++
		} else {
			t.bare++
		}
	}
	t.table.Rows = append(t.table.Rows, row)
	return nil
}

// marks are the numbers of all passages that a row is from, or of none where they are too many: with some of them it would be held
// against these alone.
func (t *tabled) marks(b *book, one entry) string {
	all := append([]int{one.Passage}, one.Others...)
	more := 0
	for _, passage := range all {
		if t.s.cited[citedPlace{b, passage}] == 0 {
			more++
		}
	}
	if len(t.s.cited)+more > mostCited {
		return ""
	}
	marks := ""
	for _, passage := range all {
		marks += t.s.mark(b, passage)
	}
	return marks
}

// notes say how the table came about, and what is not in it.
func (t *tabled) notes(q Question) []string {
	say := func(code chat.Code, params ...any) string { return chat.Text(q.Language, code, params...) }
	if len(t.table.Rows) == 0 {
		return []string{say(chat.CodeFieldsNone, strings.Join(t.columns, ", "))}
	}
	notes := []string{say(chat.CodeFieldsRows, len(t.table.Rows), t.grid, t.text+t.model)}
	blank := 0
	for _, row := range t.table.Rows {
		for _, cell := range row[:len(t.columns)] {
			if cell == "" {
				blank++
			}
		}
	}
	if blank > 0 {
		notes = append(notes, say(chat.CodeFieldsBlank, blank))
	}
	if t.empty > 0 {
		notes = append(notes, say(chat.CodeFieldsEmpty, t.empty))
	}
	if t.struck > 0 {
		notes = append(notes, say(chat.CodeFieldsStruck, t.struck))
	}
	if t.bare > 0 {
		notes = append(notes, say(chat.CodeFieldsBare, t.bare))
	}
	if t.more > 0 {
		notes = append(notes, say(chat.CodeFieldsMore, t.more, mostEntries))
	}
	if !q.Model.Level.AtLeast(Assist) {
		notes = append(notes, say(chat.CodeFieldsByRule))
	}
	return notes
}

// tell says what there is to say, and the table.
func (t *tabled) tell(notes []string) error {
	if !t.s.say(strings.Join(notes, "\n\n")) || len(t.table.Rows) > 0 && !t.s.send(t.table) {
		return errLeft
	}
	return nil
}
