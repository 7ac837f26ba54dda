package document

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// markdownFile is text with marks: CommonMark (https://spec.commonmark.org/), with the tables, notes and tasks of GitHub.
// Blocks have the text without the marks; the whole text, as it is written, is the document's Plain.
var markdownFile = format{
	name: "markdown", extensions: []string{".md", ".markdown", ".mdown", ".mkd"},
	is: func(head []byte, src *Source) bool {
		return slices.Contains([]string{".md", ".markdown", ".mdown", ".mkd"}, src.extension()) && looksLikeText(head, src)
	},
	read: readMarkdown, count: countMarkdown,
	skip: []Kind{Hidden, Picture},
}

func readMarkdown(_ context.Context, src *Source, b *builder) error {
	text, err := readText(src, "", b)
	if err != nil {
		return err
	}
	b.doc.Plain = text
	r := &markdownReader{b: b, links: map[string]string{}, notes: map[string][]string{}, used: map[string]bool{}}
	lines := r.front(strings.Split(text, "\n"))
	r.define(lines)
	blocks := append(r.blocks, r.read(lines, 0)...)
	blocks = append(blocks, r.unused()...)
	for i := range blocks {
		blocks[i].Section, blocks[i].Paragraph = 1, i+1
	}
	b.doc.Meta.Title = firstOf(b.doc.Meta.Title, firstHeading(blocks))
	if err := b.ctx.Err(); err != nil {
		return err
	}
	return b.add(blocks...)
}

// markdownReader reads blocks of lines.
type markdownReader struct {
	b      *builder
	links  map[string]string   // addresses by what refers to them
	notes  map[string][]string // lines by the name of the note
	order  []string            // of notes
	used   map[string]bool     // notes that something refers to
	noting int                 // notes that are being read, each in the one before
	blocks []Block             // of what is before the text
}

var (
	markdownHeading = regexp.MustCompile(`^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$`)
	markdownRule    = regexp.MustCompile(`^ {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$`)
	markdownFence   = regexp.MustCompile("^ {0,3}(`{3,}|~{3,})[ \t]*([^`]*)$")
	markdownItem    = regexp.MustCompile(`^( {0,3})([-*+]|\d{1,9}[.)])(?:( {1,4})(.*)|[ \t]*)$`)
	markdownTask    = regexp.MustCompile(`^\[([ xX])\][ \t]+`)
	markdownDivider = regexp.MustCompile(`^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$`)
	markdownTag     = regexp.MustCompile(`^ {0,3}<(?:[A-Za-z][A-Za-z0-9-]*[ \t/>]|[A-Za-z][A-Za-z0-9-]*$|/[A-Za-z]|!--|[?!])`)
	markdownLink    = regexp.MustCompile(`^ {0,3}\[([^\]^][^\]]*)\]:[ \t]*<?([^\s>]+)>?(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?[ \t]*$`)
	markdownNote    = regexp.MustCompile(`^ {0,3}\[\^([^\]\s]+)\]:[ \t]*(.*)$`)
	markdownRaw     = regexp.MustCompile(`(?i)^ {0,3}<(?:script|style|pre|textarea)(?:[\s>]|$)`)
	markdownRawEnd  = regexp.MustCompile(`(?i)</(?:script|style|pre|textarea)>`)
	markdownFact    = regexp.MustCompile(`^(title|author|date|tags|keywords|lang)[ \t]*:[ \t]*["']?(.*?)["']?[ \t]*$`)
)

// front reads what is about the text and before it, between lines of dashes.
func (r *markdownReader) front(lines []string) []string {
	const most = 200 // lines of it
	if len(lines) < 3 || strings.TrimRight(lines[0], " \t") != "---" {
		return lines
	}
	for i := 1; i < min(len(lines), most); i++ {
		if line := strings.TrimRight(lines[i], " \t"); line == "---" || line == "..." {
			m := &r.b.doc.Meta
			for _, line := range lines[1:i] {
				if f := markdownFact.FindStringSubmatch(line); f != nil {
					*map[string]*string{"title": &m.Title, "author": &m.Author, "date": new(string), "tags": &m.Keywords, "keywords": &m.Keywords, "lang": &m.Language}[f[1]] = f[2]
				}
			}
			r.blocks = append(r.blocks, Block{Kind: Code, Text: strings.Join(lines[1:i], "\n")})
			return lines[i+1:]
		}
	}
	return lines
}

// define finds what is defined anywhere and referred to elsewhere: addresses and notes.
func (r *markdownReader) define(lines []string) {
	fence := ""
	for i := 0; i < len(lines); i++ {
		if m := markdownFence.FindStringSubmatch(lines[i]); m != nil {
			switch {
			case fence == "":
				fence = m[1]
			case strings.HasPrefix(m[1], fence):
				fence = ""
			}
			continue
		}
		if fence != "" {
			continue
		}
		if m := markdownLink.FindStringSubmatch(lines[i]); m != nil {
			if name := strings.ToLower(m[1]); r.links[name] == "" {
				r.links[name] = m[2]
			}
		}
		if m := markdownNote.FindStringSubmatch(lines[i]); m != nil {
			if _, twice := r.notes[m[1]]; !twice {
				r.order = append(r.order, m[1])
				r.notes[m[1]] = append([]string{m[2]}, indented(lines[i+1:])...)
			}
		}
	}
}

// indented are the lines at the beginning that belong to a note or an item before them, without their indent.
func indented(lines []string) []string {
	var out []string
	for _, line := range lines {
		switch {
		case strings.TrimSpace(line) == "":
			out = append(out, "")
		case strings.HasPrefix(line, "    "):
			out = append(out, line[4:])
		case strings.HasPrefix(line, "\t"):
			out = append(out, line[1:])
		default:
			return out
		}
	}
	return out
}

// unused are the notes that nothing refers to.
func (r *markdownReader) unused() []Block {
	var out []Block
	for _, name := range r.order {
		if !r.used[name] {
			out = append(out, r.note(name))
		}
	}
	return out
}

// note is a note as a block.
func (r *markdownReader) note(name string) Block {
	r.used[name] = true
	b := Block{Kind: Footnote, Marker: name}
	r.noting++
	b.Blocks = r.read(r.notes[name], mostQuotes)
	r.noting--
	if text, ok := onlyText(b.Blocks); ok {
		b.Text, b.Blocks = text, nil
	}
	return b
}

const (
	mostQuotes = 8 // quotations in each other
	mostNoted  = 4 // notes to notes
)

// read reads lines as blocks. depth counts quotations.
func (r *markdownReader) read(lines []string, depth int) []Block {
	p := &markdownLines{r: r, lines: lines, depth: depth}
	for p.at < len(p.lines) {
		if p.at&1023 == 0 && r.b.ctx.Err() != nil {
			break
		}
		p.line()
	}
	p.flush()
	return p.out
}

// markdownLines is a stretch of lines that is being read.
type markdownLines struct {
	r     *markdownReader
	lines []string
	at    int
	depth int
	out   []Block
	para  []string // lines of the paragraph that is being read
	item  Block    // what the paragraph is, if it is one of a list
	lists []int    // how far what is in each list that is open is indented
	blank bool     // the line before was empty
}

// flush ends the paragraph.
func (p *markdownLines) flush() {
	if len(p.para) > 0 || p.item.Kind == Item && p.item.Marker != "" {
		b := p.item
		if b.Kind == "" {
			b.Kind = Paragraph
		}
		p.r.inline(&b, strings.Join(p.para, "\n"))
		if b.Text != "" || len(b.Blocks) > 0 {
			p.out = append(p.out, b)
		}
	}
	p.para, p.item = nil, Block{}
}

// line reads a line, and more if it begins something.
func (p *markdownLines) line() {
	line := strings.TrimRight(expand(p.lines[p.at]), "\r")
	if strings.TrimSpace(line) == "" {
		p.flush()
		p.blank = true
		p.at++
		return
	}
	indent := len(line) - len(strings.TrimLeft(line, " "))
	for len(p.lists) > 0 && indent < p.lists[len(p.lists)-1] {
		inner := line[min(indent, len(line)):]
		if len(p.para) > 0 && !p.blank && !begins(inner) {
			break // a line of the paragraph that is not indented, as lazy people write it
		}
		p.flush()
		p.lists = p.lists[:len(p.lists)-1]
	}
	if n := len(p.lists); n > 0 {
		line = line[min(p.lists[n-1], indent):]
	}
	p.block(line)
	p.blank = false
}

// expand turns the tabs at the beginning of a line into spaces.
func expand(line string) string {
	if !strings.HasPrefix(strings.TrimLeft(line, " "), "\t") {
		return line
	}
	var out strings.Builder
	for i := range len(line) {
		switch line[i] {
		case '\t':
			out.WriteString(strings.Repeat(" ", 4-out.Len()%4))
		case ' ':
			out.WriteByte(' ')
		default:
			return out.String() + line[i:]
		}
	}
	return out.String()
}

// begins reports whether a line begins a block, and is no part of a paragraph.
func begins(line string) bool {
	return markdownHeading.MatchString(line) || markdownRule.MatchString(line) || markdownFence.MatchString(line) ||
		markdownItem.MatchString(line) || strings.HasPrefix(strings.TrimLeft(line, " "), ">")
}

// block reads what a line, without the indent of its list, begins.
func (p *markdownLines) block(line string) {
	trimmed := strings.TrimSpace(line)
	if m := markdownFence.FindStringSubmatch(line); m != nil {
		p.fenced(m[1], m[2])
		return
	}
	switch {
	case len(p.para) > 0 && (strings.Trim(trimmed, "=") == "" || strings.Trim(trimmed, "-") == "") && p.item.Kind == "":
		p.item = Block{Kind: Heading, Level: map[byte]int{'=': 1, '-': 2}[trimmed[0]]}
		p.flush()
	case markdownRule.MatchString(line):
		p.flush()
	case strings.HasPrefix(line, "    ") && len(p.para) == 0:
		p.indentedCode()
		return
	case strings.HasPrefix(trimmed, ">") && p.depth < mostQuotes:
		p.quoted()
		return
	case len(p.para) == 0 && markdownTag.MatchString(line):
		p.html()
		return
	case len(p.para) == 0 && markdownNote.MatchString(line):
		p.defined(markdownNote.FindStringSubmatch(line))
	case len(p.para) == 0 && markdownLink.MatchString(line):
	case p.table(line):
		return
	default:
		p.text(line)
	}
	p.at++
}

// defined passes over a note, which is where it is referred to. A second one of a name is where it is.
func (p *markdownLines) defined(m []string) {
	lines := append([]string{m[2]}, indented(p.lines[p.at+1:])...)
	p.at += len(lines) - 1
	if first, known := p.r.notes[m[1]]; !known || !slices.Equal(first, lines) {
		p.out = append(p.out, Block{Kind: Footnote, Marker: m[1], Blocks: p.r.read(lines, mostQuotes)})
	}
}

// text reads a heading, an item of a list, or a line of a paragraph.
func (p *markdownLines) text(line string) {
	if m := markdownHeading.FindStringSubmatch(line); m != nil {
		p.flush()
		p.item = Block{Kind: Heading, Level: len(m[1])}
		p.para = []string{m[2]}
		p.flush()
		return
	}
	m := markdownItem.FindStringSubmatch(line)
	const mostLists = 16 // in each other
	if m == nil || len(p.lists) >= mostLists || len(p.para) > 0 && p.item.Kind == "" && m[2] != "1." && len(m[2]) > 1 {
		p.para = append(p.para, strings.TrimLeft(line, " "))
		return
	}
	p.flush()
	base := 0
	if n := len(p.lists); n > 0 {
		base = p.lists[n-1]
	}
	p.lists = append(p.lists, base+len(m[1])+len(m[2])+max(len(m[3]), 1))
	p.item = Block{Kind: Item, Level: len(p.lists), Marker: m[2]}
	if len(m[2]) == 1 {
		p.item.Marker = "•"
	}
	rest := m[4]
	if t := markdownTask.FindStringSubmatch(rest); t != nil {
		p.item.Marker = map[bool]string{true: "☐", false: "☑"}[t[1] == " "]
		rest = rest[len(t[0]):]
	}
	if h := markdownHeading.FindStringSubmatch(rest); h != nil {
		rest = h[2]
	}
	if begins(rest) && !markdownRule.MatchString(rest) { // an item of an item, a quotation, code: it is read as a line of its own
		p.lines[p.at] = strings.Repeat(" ", p.lists[len(p.lists)-1]) + strings.TrimLeft(rest, " ")
		p.at--
		return
	}
	p.para = []string{rest}
}

// fenced reads code between fences.
func (p *markdownLines) fenced(fence, info string) {
	p.flush()
	indent := 0
	if n := len(p.lists); n > 0 {
		indent = p.lists[n-1]
	}
	begin := p.at + 1
	for p.at++; p.at < len(p.lines); p.at++ {
		if m := markdownFence.FindStringSubmatch(unindented(p.lines[p.at], indent)); m != nil && strings.HasPrefix(m[1], fence) && strings.TrimSpace(m[2]) == "" {
			break
		}
	}
	code := slices.Clone(p.lines[begin:min(p.at, len(p.lines))])
	for i := range code {
		code[i] = unindented(code[i], indent)
	}
	p.out = append(p.out, Block{Kind: Code, Marker: strings.TrimSpace(info), Text: strings.TrimRight(strings.Join(code, "\n"), "\n")})
	p.at++
}

// unindented is a line without so many spaces at its beginning.
func unindented(line string, n int) string {
	line = expand(line)
	return line[min(n, len(line)-len(strings.TrimLeft(line, " "))):]
}

// indentedCode reads code that is indented.
func (p *markdownLines) indentedCode() {
	indent := 4
	if n := len(p.lists); n > 0 {
		indent += p.lists[n-1]
	}
	var code []string
	for ; p.at < len(p.lines); p.at++ {
		line := expand(p.lines[p.at])
		if strings.TrimSpace(line) != "" && len(line)-len(strings.TrimLeft(line, " ")) < indent {
			break
		}
		code = append(code, unindented(line, indent))
	}
	p.out = append(p.out, Block{Kind: Code, Text: strings.Trim(strings.Join(code, "\n"), "\n")})
}

// quoted reads a quotation: the lines with its mark, and what follows them without a gap.
func (p *markdownLines) quoted() {
	p.flush()
	var inner []string
	for ; p.at < len(p.lines); p.at++ {
		line := strings.TrimLeft(p.lines[p.at], " \t")
		rest, marked := strings.CutPrefix(line, ">")
		if !marked && (line == "" || begins(line)) {
			break
		}
		inner = append(inner, strings.TrimPrefix(rest, " "))
	}
	p.out = append(p.out, p.r.read(inner, p.depth+1)...)
}

// html reads tags up to an empty line; a comment, a script and the like to their ends.
func (p *markdownLines) html() {
	begin := p.at
	raw, ends := false, func(line string) bool { return strings.Contains(line, "-->") }
	switch {
	case strings.HasPrefix(strings.TrimLeft(p.lines[p.at], " "), "<!--"):
		raw = true
	case markdownRaw.MatchString(p.lines[p.at]):
		raw, ends = true, markdownRawEnd.MatchString
	}
	for ; p.at < len(p.lines); p.at++ {
		if raw && ends(p.lines[p.at]) {
			p.at++
			break
		}
		if !raw && strings.TrimSpace(p.lines[p.at]) == "" {
			break
		}
	}
	r := newHTML(strings.Join(p.lines[begin:p.at], "\n"), p.r.b)
	r.picture = r.dataPicture
	blocks, err := r.read()
	if err != nil {
		p.r.b.gap(Gap{What: GapText, Where: fmt.Sprintf("line %d", begin+1), Why: err.Error()})
	}
	p.out = append(p.out, blocks...)
}
