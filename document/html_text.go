package document

import (
	"slices"
	"strconv"
	"strings"
)

// htmlText is a paragraph of a page that is being written. White space in it is one space, and none at its ends.
type htmlText struct {
	kind   Kind // "" is Paragraph
	level  int
	marker string

	text    strings.Builder
	space   bool // there was white space that is a space if more text comes
	newline bool // a line break at the beginning is none: after <pre>
	marks   []Mark
	blocks  []Block
	link    string // that is open
	from    int    // where its text begins
}

// write adds text.
func (p *htmlText) write(text string, pre bool) {
	if pre {
		if p.newline && text != "" {
			text = strings.TrimPrefix(text, "\n")
			p.newline = false
		}
		p.text.WriteString(text)
		return
	}
	for text != "" {
		end := strings.IndexAny(text, " \t\n")
		if end == 0 {
			p.space = true
			text = strings.TrimLeft(text, " \t\n")
			continue
		}
		if end < 0 {
			end = len(text)
		}
		if p.space {
			p.space = false
			if n := p.text.Len(); n > 0 && p.text.String()[n-1] != '\n' {
				p.text.WriteByte(' ')
			}
		}
		p.text.WriteString(text[:end])
		text = text[end:]
	}
}

// hide marks what was written from a byte on as what nobody sees.
func (p *htmlText) hide(from int) {
	if n := len(p.marks) - 1; n >= 0 && p.marks[n].Kind == MarkHidden && p.marks[n].End == from {
		p.marks[n].End = p.text.Len()
		return
	}
	p.marks = append(p.marks, Mark{Start: from, End: p.text.Len(), Kind: MarkHidden})
}

// breakLine adds a line break.
func (p *htmlText) breakLine() {
	p.space = false
	if p.text.Len() > 0 {
		p.text.WriteByte('\n')
	}
}

// anchor hangs a block from where the text has come to.
func (p *htmlText) anchor(b Block) {
	b.Offset = p.text.Len()
	p.blocks = append(p.blocks, b)
}

func (p *htmlText) openLink(to string) {
	p.closeLink()
	if p.space && p.text.Len() > 0 { // the space before a link is none of it
		p.write("", false)
		p.text.WriteByte(' ')
		p.space = false
	}
	p.link, p.from = to, p.text.Len()
}

func (p *htmlText) closeLink() {
	if p.link != "" && p.text.Len() > p.from {
		p.marks = append(p.marks, Mark{Start: p.from, End: p.text.Len(), Kind: MarkLink, Value: p.link})
	}
	p.link = ""
}

// end returns what was written, if anything, and begins the next paragraph: in the same item or heading if nothing was, in
// the same link if one is open.
func (p *htmlText) end() (Block, bool) {
	link := p.link
	p.closeLink()
	text := p.text.String()
	if p.kind == Code {
		text = strings.TrimRight(text, "\n")
	} else {
		text = strings.TrimRight(text, " \n")
	}
	if strings.TrimSpace(text) == "" && len(p.blocks) == 0 {
		*p = htmlText{kind: p.kind, level: p.level, marker: p.marker, newline: p.newline, link: link}
		return Block{}, false
	}
	b := Block{Kind: p.kind, Level: p.level, Marker: p.marker, Text: text, Marks: p.marks, Blocks: p.blocks}
	if b.Kind == "" {
		b.Kind = Paragraph
	}
	for i := range b.Marks {
		b.Marks[i].End = min(b.Marks[i].End, len(text))
	}
	b.Marks = slices.DeleteFunc(b.Marks, func(m Mark) bool { return m.Start >= m.End }) // of white space at the end
	for i := range b.Blocks {
		b.Blocks[i].Offset = min(b.Blocks[i].Offset, len(text))
	}
	b.Hidden = hiddenWhole(b.Text, b.Marks, each(b.Blocks))
	kind := p.kind
	if kind == Item {
		kind = "" // a second paragraph of an item has no marker
	}
	*p = htmlText{kind: kind, level: p.level, link: link}
	if kind == "" {
		p.level = 0
	}
	return b, true
}

// reset ends what the paragraph was to be.
func (p *htmlText) reset() { p.kind, p.level, p.marker = "", 0, "" }

// listNumber is the number of an item in the way of its list.
func listNumber(n int, kind string) string {
	switch kind {
	case "a", "A":
		if n < 1 || n > 26*27 {
			break
		}
		letters := ""
		for ; n > 0; n = (n - 1) / 26 {
			letters = string(rune('a'+(n-1)%26)) + letters
		}
		if kind == "A" {
			return strings.ToUpper(letters)
		}
		return letters
	case "i", "I":
		if n < 1 || n > 3999 {
			break
		}
		roman := ""
		for _, d := range []struct {
			value int
			sign  string
		}{{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
			for ; n >= d.value; n -= d.value {
				roman += d.sign
			}
		}
		if kind == "I" {
			return strings.ToUpper(roman)
		}
		return roman
	}
	return strconv.Itoa(n)
}
