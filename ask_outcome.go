package main

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"exaone/chat"
	"exaone/intake"
)

// askOutcome is an answer as exaone ask writes it. Places in texts are in UTF-16 units.
type askOutcome struct {
	Passages  []askPassage  `json:"passages"`
	Answer    string        `json:"answer"`
	Citations []askCitation `json:"citations"`
	Claims    []askClaim    `json:"claims"`
	Tables    []chat.Table  `json:"tables,omitempty"`
	Sight     *chat.Sight   `json:"sight,omitempty"` // how the part that was asked about was looked at

	nearest bool          // nothing answers the question
	lang    chat.Language // of the question, and of the answer
}

type askPassage struct {
	Index   int      `json:"index"`
	File    string   `json:"file"` // as it was given
	Page    int      `json:"page"` // 0 if the format has none
	Last    int      `json:"last"`
	Heading string   `json:"heading"`
	Where   string   `json:"where"`
	Text    string   `json:"text"`
	Marks   [][2]int `json:"marks"`
	Extract []int    `json:"extract"`
	Score   float64  `json:"score"`
	Gaps    int      `json:"gaps"`
	Hidden  bool     `json:"hidden"`
}

type askCitation struct {
	Index int      `json:"index"`
	File  string   `json:"file"`
	Page  int      `json:"page"`
	Where string   `json:"where"`
	Text  string   `json:"text"`  // that is cited first
	Texts []string `json:"texts"` // that are cited, one for each sentence
}

type askClaim struct {
	Start   int       `json:"start"`
	End     int       `json:"end"`
	Text    string    `json:"text"` // the sentence
	Cites   []askCite `json:"cites"`
	Checked []string  `json:"checked"`
	Missing []string  `json:"missing"` // numbers and names that the cited text does not have: the sentence does not stand
	Loose   bool      `json:"loose"`
	Seen    bool      `json:"seen,omitempty"` // said by a model of a picture: nothing of it could be checked
}

type askCite struct {
	Index int             `json:"index"`
	File  string          `json:"file"`
	Page  int             `json:"page"`
	Text  string          `json:"text"`
	Spans []chat.CiteSpan `json:"spans"`
	Hash  string          `json:"hash"`
}

// origins look up what an answer cites in the files.
type origins struct {
	ctx   context.Context
	files *intake.Files
	read  map[string][]string // texts, by version
	shown []chat.Passage
}

// file is the path of the file that a source is, as it was given.
func (o *origins) file(source string) string {
	v, err := o.files.Version(o.ctx, chat.Local, strings.TrimPrefix(source, chat.SourceVersion))
	if err != nil {
		return source
	}
	return v.Name
}

// claim is a claim with the words that it has and rests on.
func (o *origins) claim(c chat.Claim, answer string) (askClaim, error) {
	out := askClaim{Start: c.Start, End: c.End, Cites: []askCite{}, Checked: append([]string{}, c.Checked...), Missing: append([]string{}, c.Missing...), Loose: c.Loose, Seen: c.Seen}
	units := utf16.Encode([]rune(answer))
	if 0 <= c.Start && c.Start <= c.End && c.End <= len(units) {
		out.Text = string(utf16.Decode(units[c.Start:c.End]))
	}
	for _, cite := range c.Cites {
		text, err := o.text(cite)
		if err != nil {
			return out, err
		}
		out.Cites = append(out.Cites, askCite{Index: cite.Index, File: o.file(cite.Source), Page: cite.Page, Text: text, Spans: cite.Spans, Hash: cite.Hash})
	}
	return out, nil
}

// text is the text that a claim rests on, as it is in the file.
func (o *origins) text(c chat.Cite) (string, error) {
	id := strings.TrimPrefix(c.Source, chat.SourceVersion)
	texts, ok := o.read[id]
	if !ok {
		doc, err := o.files.Document(o.ctx, chat.Local, id)
		if err != nil {
			return "", err
		}
		for _, t := range doc.Texts() {
			texts = append(texts, t.Text)
		}
		o.read[id] = texts
	}
	if len(c.Spans) == 0 { // in a file within the file
		return o.within(c)
	}
	var parts []string
	for _, s := range c.Spans {
		if s.Text < 0 || s.Text >= len(texts) || s.Start < 0 || s.Start > s.End || s.End > len(texts[s.Text]) {
			return "", fmt.Errorf("a citation of %s: text %d, bytes %d to %d, of %d texts", id, s.Text, s.Start, s.End, len(texts))
		}
		parts = append(parts, texts[s.Text][s.Start:s.End])
	}
	return strings.Join(parts, "\n"), nil
}

// within is what is cited of a file within a file, as the passage has it that was shown.
func (o *origins) within(c chat.Cite) (string, error) {
	var parts []string
	for _, p := range o.shown {
		if p.Index != c.Index || p.Source != c.Source {
			continue
		}
		if len(c.Within) == 0 {
			return p.Text, nil
		}
		for _, at := range c.Within {
			if at[0] < 0 || at[0] > at[1] || at[1] > len(p.Text) {
				return "", fmt.Errorf("a citation of passage %d: bytes %d to %d, of %d", p.Index, at[0], at[1], len(p.Text))
			}
			parts = append(parts, p.Text[at[0]:at[1]])
		}
	}
	return strings.Join(parts, "\n"), nil
}

// write writes the answer for people: its words, and the sources that they rest on with place and text. What was found comes
// in the place of sources where nothing is cited. All is in the language of the question, as the answer is.
func (out askOutcome) write(app *app) error {
	w := bufio.NewWriter(app.out)
	ink := inkOf(app.outTTY)
	units := utf16.Encode([]rune(out.Answer))
	at := 0
	for _, c := range out.Claims {
		if len(c.Missing) == 0 || c.Start < at || c.End > len(units) {
			continue
		}
		fmt.Fprint(w, onTerminal(unescaped(string(utf16.Decode(units[at:c.Start])))), ink.struck(onTerminal(unescaped(c.Text))), " ",
			ink.warn(onTerminal(chat.Text(out.lang, chat.CodeCLIAskStruck, strings.Join(c.Missing, ", ")))))
		at = c.End
	}
	fmt.Fprintln(w, onTerminal(unescaped(string(utf16.Decode(units[at:])))))
	for _, t := range out.Tables {
		out.grid(w, ink, t)
	}
	if out.Sight != nil {
		fmt.Fprintf(w, "\n%s\n", ink.faint(out.Sight.Text(out.lang)))
	}
	if out.seen() {
		fmt.Fprintf(w, "%s\n", ink.faint(chat.Text(out.lang, chat.CodeSeenOnly)))
	}
	if len(out.Citations) > 0 {
		fmt.Fprintf(w, "\n%s\n", ink.bold(chat.Text(out.lang, chat.CodeCLIAskSources)))
		for _, c := range out.Citations {
			out.source(w, ink, c.Index, c.File, c.Where, append([]string{}, c.Texts...))
		}
		fmt.Fprintf(w, "\n%s\n", ink.faint(chat.Text(out.lang, chat.CodeCLIAskChecked)))
		return w.Flush()
	}
	if len(out.Passages) > 0 {
		fmt.Fprintf(w, "\n%s\n", ink.bold(chat.Text(out.lang, chat.CodeCLIAskNearest)))
		for _, p := range out.Passages[:min(len(out.Passages), 3)] {
			out.source(w, ink, p.Index, p.File, p.Where, []string{p.Text})
		}
	}
	return w.Flush()
}

// seen reports whether a model has said something of a picture.
func (out askOutcome) seen() bool {
	return slices.ContainsFunc(out.Claims, func(c askClaim) bool { return c.Seen })
}

// grid writes a table as lines of cells, divided by tabs. Rows that do not stand are struck through; a last cell says why.
func (out askOutcome) grid(w *bufio.Writer, ink ink, t chat.Table) {
	fmt.Fprintln(w)
	struck, notes := t.Struck(), t.Notes(out.lang)
	var cells []string // of one row
	for n, row := range append([][]string{t.Columns}, t.Rows...) {
		cells = notes.Row(cells[:0], n-1, row)
		for i, cell := range cells {
			cells[i] = inLine(strings.Join(strings.Fields(cell), " "))
			switch {
			case cells[i] == "" || n == 0:
			case struck(n-1, i):
				cells[i] = ink.struck(cells[i])
			case notes.Any() && i == len(cells)-1:
				cells[i] = ink.warn(cells[i])
			}
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
}

// source writes where something stands, and what does.
func (askOutcome) source(w *bufio.Writer, ink ink, index int, file, where string, texts []string) {
	head := file
	if where != "" {
		head += ", " + where
	}
	fmt.Fprintf(w, "%s %s\n", ink.number(fmt.Sprintf("[%d]", index)), inLine(head))
	for _, text := range texts {
		for line := range strings.Lines(text) {
			fmt.Fprintf(w, "    %s\n", ink.quote(inLine(strings.ReplaceAll(strings.TrimRight(line, "\n"), "\t", "  "))))
		}
	}
}

// unescaped is Markdown without the backslashes before signs that mean nothing: a terminal shows an answer as it is written, and what is
// in the words of a document has them. In code they are what they are (CommonMark 2.4).
func unescaped(text string) string {
	var out strings.Builder
	for text != "" {
		at := strings.IndexAny(text, "\\`")
		if at < 0 {
			break
		}
		out.WriteString(text[:at])
		text = text[at:]
		size := 1
		if fence := text[:len(text)-len(strings.TrimLeft(text, "`"))]; fence != "" {
			size = len(fence)
			if end := strings.Index(text[size:], fence); end >= 0 {
				size += end + len(fence)
			}
		} else if len(text) > 1 && text[1] < utf8.RuneSelf && (unicode.IsPunct(rune(text[1])) || unicode.IsSymbol(rune(text[1]))) {
			text, size = text[1:], 1
		}
		out.WriteString(text[:size])
		text = text[size:]
	}
	return out.String() + text
}

// onTerminal is a text of several lines without what could steer a terminal.
func onTerminal(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = inLine(strings.ReplaceAll(l, "\t", "  "))
	}
	return strings.Join(lines, "\n")
}

// ink is how words are set off from each other: by colours on a terminal, by signs elsewhere.
type ink struct{ colours bool }

func inkOf(terminal bool) ink { return ink{terminal} }

func (i ink) with(code, text string) string {
	if !i.colours {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (i ink) bold(text string) string   { return i.with("1", text) }
func (i ink) faint(text string) string  { return i.with("2", text) }
func (i ink) number(text string) string { return i.with("1;36", text) }
func (i ink) quote(text string) string  { return i.with("32", text) }
func (i ink) warn(text string) string   { return i.with("31", text) }

// struck is text that does not stand.
func (i ink) struck(text string) string {
	if !i.colours {
		return "~~" + text + "~~"
	}
	return i.with("9;31", text)
}
