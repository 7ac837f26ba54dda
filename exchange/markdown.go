package exchange

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/store"
)

// Options say for whom conversations are written.
type Options struct {
	Language chat.Language
	Owner    string         // the name of whose the conversations are
	Zone     *time.Location // in which times are told; nil is the machine's

	// Open opens a file that a conversation names by its hash; it is closed. nil writes conversations without files.
	Open func(hash string) (io.ReadCloser, store.Blob, error)
}

// WriteMarkdown writes the branch of a conversation that is shown: its title, dates and models, then question after
// answer with what each answer rests on, and that AI made the answers. How many other answers there are is said, too.
func WriteMarkdown(w io.Writer, opts Options, c store.Whole) error {
	if opts.Zone == nil {
		opts.Zone = time.Local
	}
	m := markdown{opts: opts}
	branch, others := shown(c)
	m.head(c, branch)
	for _, one := range branch {
		m.message(one, c.Events[one.ID])
	}
	if others > 0 {
		m.paragraph("*" + m.text(chat.CodeExportOthers, others) + "*")
	}
	m.paragraph("---")
	m.paragraph("*" + m.text(chat.CodeAINotice) + "*")
	_, err := io.WriteString(w, m.String()+"\n")
	return err
}

// shown is the branch that is shown, and how many messages there are besides.
func shown(c store.Whole) (branch []store.Message, others int) {
	byID := make(map[string]store.Message, len(c.Messages))
	last := ""
	for _, m := range c.Messages {
		byID[m.ID], last = m, m.ID
	}
	at := c.Leaf
	if _, ok := byID[at]; !ok {
		at = last
	}
	for m, ok := byID[at]; ok; m, ok = byID[m.Parent] {
		branch = append(branch, m)
	}
	slices.Reverse(branch)
	return branch, len(c.Messages) - len(branch)
}

// markdown is a text in the making.
type markdown struct {
	paragraphs
	opts Options

	answers int // with sources, so far: footnotes are numbered within each
}

func (m *markdown) text(code chat.Code, params ...any) string {
	return chat.Text(m.opts.Language, code, params...)
}

// paragraph adds a paragraph.
func (m *markdown) paragraph(text string) { m.add(strings.TrimRight(text, "\n")) }

func (m *markdown) time(t time.Time) string { return t.In(m.opts.Zone).Format("2006-01-02 15:04 MST") }

// head writes the title and the facts below it.
func (m *markdown) head(c store.Whole, branch []store.Message) {
	m.paragraph("# " + plain(cmp.Or(line(c.Title, maxTitle), m.text(chat.CodeExportUntitled))))
	var models []string
	for _, one := range branch {
		if one.Model != "" && one.Role == chat.Assistant && !slices.Contains(models, one.Model) {
			models = append(models, one.Model)
		}
	}
	facts := [][2]string{
		{m.text(chat.CodeExportOwner), m.opts.Owner},
		{m.text(chat.CodeExportBegun), m.time(c.Created)},
		{m.text(chat.CodeExportLast), m.time(c.Updated)},
		{m.text(chat.CodeExportModels), strings.Join(models, ", ")},
		{m.text(chat.CodeExportAt), m.time(time.Now())},
	}
	var lines []string
	for _, f := range facts {
		if f[1] != "" {
			lines = append(lines, "- "+f[0]+": "+plain(f[1]))
		}
	}
	m.paragraph(strings.Join(lines, "\n"))
}

// message writes one message. An empty place of one that was deleted is not there.
func (m *markdown) message(one store.Message, events []store.Event) {
	if !one.Deleted.IsZero() {
		return
	}
	who := m.text(chat.CodeExportQuestion)
	if one.Role == chat.Assistant {
		who = m.text(chat.CodeExportAnswer)
		if one.Model != "" {
			who += " · " + plain(one.Model)
		}
	}
	m.paragraph("## " + who + " · " + m.time(one.Created))
	if one.Thinking != "" {
		m.paragraph("<details>\n<summary>" + m.text(chat.CodeExportThinking) + "</summary>\n\n" + harmless(strings.TrimSpace(one.Thinking)) + "\n\n</details>")
	}
	cited := sourcesOf(events)
	if len(cited) > 0 {
		m.answers++
	}
	words, noted := footnotes(m.told(one.Text, events), m.answers, cited)
	m.paragraph(words)
	for _, file := range store.Attached(one.Attachments) {
		m.paragraph("*" + m.text(chat.CodeExportFile, plain(line(file.Name, maxTitle))) + "*")
	}
	switch {
	case one.Error != nil:
		m.paragraph("*" + plain(one.Error.In(m.opts.Language)) + "*")
	case one.State == store.StateStopped || one.State == store.StateInterrupted || one.State == store.StateFailed:
		m.paragraph("*" + m.text(chat.CodeExportUnfinished) + "*")
	}
	m.events(events)
	m.sources(cited, noted)
}

// events writes what came with an answer: tables, and the names of charts and files.
func (m *markdown) events(events []store.Event) {
	for _, e := range events {
		switch ev := chat.DecodeEvent(e.Kind, e.Version, e.Data).(type) {
		case chat.Table:
			m.table(ev)
		case chat.Chart:
			m.paragraph("*" + m.text(chat.CodeExportChart, plain(ev.Title)) + "*")
		case chat.File:
			m.paragraph("*" + m.text(chat.CodeExportFile, plain(ev.Name)) + "*")
		case chat.Verdict:
			for _, failed := range ev.Failed {
				m.paragraph("*" + m.text(chat.CodeExportFailed, plain(failed)) + "*")
			}
		case chat.Unknown:
			m.paragraph("*" + m.text(chat.CodeExportUnknown, plain(e.Kind)) + "*")
		case chat.Passages:
			if len(sourcesOf(events)) == 0 { // what is cited is at the end
				m.passages(ev)
			}
		case chat.Sight:
			m.paragraph("*" + ev.Text(m.opts.Language) + "*")
		case chat.Citation: // at the end
		case chat.Claim: // in the text
		case chat.Delta, chat.Echo, chat.Phase, chat.CallDelta, chat.Call, chat.Finish, chat.Result, chat.Approval, chat.Ledger:
			// How an answer came about is in the JSON.
		}
	}
}

// table writes a table. Rows are as wide as the columns are many, but for those of a ragged one, which are as short as they are: a
// reader of Markdown takes what is missing for empty. Rows that do not stand are struck through, and a last column says why.
func (m *markdown) table(t chat.Table) {
	notes := t.Notes(m.opts.Language)
	if t.Title != "" {
		m.paragraph("**" + plain(line(t.Title, maxTitle)) + "**")
	}
	width := notes.Column
	if width == 0 {
		return
	}
	if notes.Any() {
		width++
	}
	least := width
	if t.Ragged() {
		least = 1
	}
	grid := markdownGrid{struck: t.Struck(), notes: notes}
	grid.row(-1, t.Columns, width)
	grid.WriteString(strings.Repeat("| --- ", width) + "|\n")
	for n, row := range t.Rows {
		grid.row(n, row, least)
	}
	m.paragraph(grid.String())
}

// markdownGrid is a table in the making.
type markdownGrid struct {
	strings.Builder
	struck func(row, column int) bool
	notes  chat.TableNotes
	cells  []string // of one row
}

// row writes a row, from 0 or -1 for the heading, of so many cells at least.
func (g *markdownGrid) row(n int, row []string, least int) {
	g.cells = g.notes.Row(g.cells[:0], n, row)
	for i := range max(len(g.cells), least) {
		cell := ""
		if i < len(g.cells) {
			cell = strings.ReplaceAll(plain(line(g.cells[i], maxText)), "|", `\|`)
		}
		if n >= 0 && g.struck(n, i) {
			cell = strike(cell)
		}
		fmt.Fprintf(g, "| %s ", cell)
	}
	g.WriteString("|\n")
}

// plain is a text whose characters mean nothing in Markdown.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_[]<>#", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
