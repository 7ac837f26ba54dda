package document

import (
	"errors"
	"io"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"
)

// htmlReader turns the tags of a page into blocks as they come. It builds no tree: text is in the element that was opened
// last, and what closes what follows HTML's rules for tags that are left out
// (https://html.spec.whatwg.org/multipage/syntax.html#optional-tags). So a page takes time and memory in proportion to its
// length, whatever its tags do: a tree does not, since elements of style that are never closed are in every paragraph again.
type htmlReader struct {
	b        *builder
	z        *nethtml.Tokenizer
	xml      bool // <a/> is an element of its own
	mailed   bool // programs for mail load no style sheets
	picture  func(address string) int
	title    string
	language string
	meta     map[string]string
	styles   htmlStyles

	open   []htmlElement
	opened map[string]int // how many of a name are open
	over   int            // elements that are open beyond those that are kept
	unseen int            // of these, the first whose words nobody sees; 0 is none
	in     *htmlContainer
	tables int // that are open
	lists  []htmlList
	pre    int
	notes  map[string]bool // that something refers to, by id
}

// htmlElement is an element that is open.
type htmlElement struct {
	name      string         // "" begins the container of what is hidden, around the element that is
	container *htmlContainer // the one that it begins
	link      bool
	painted   bool     // it or one that it is in has a background
	look      htmlLook // of its words
}

type htmlList struct {
	ordered bool
	kind    string // "1", "a", "A", "i", "I"
	next    int
}

const (
	mostOpen   = 512 // elements that are kept open: of those beyond, the text is read and the tags are not
	mostTables = 12  // in each other: what is deeper is text in a cell
	mostDeep   = 40  // containers in each other
)

func newHTML(text string, b *builder) *htmlReader {
	r := &htmlReader{b: b, z: nethtml.NewTokenizer(strings.NewReader(text)), in: &htmlContainer{}, meta: map[string]string{}, notes: map[string]bool{}, opened: map[string]int{}}
	r.xml = strings.HasPrefix(text, "<?xml") || strings.Contains(text[:min(len(text), headBytes)], "http://www.w3.org/1999/xhtml")
	r.z.AllowCDATA(r.xml)
	return r
}

// read returns the blocks of the page. What was read comes with an error.
func (r *htmlReader) read() ([]Block, error) {
	var fault error
	for n := 0; ; n++ {
		kind := r.z.Next()
		if kind == nethtml.ErrorToken {
			if err := r.z.Err(); !errors.Is(err, io.EOF) {
				fault = err
			}
			break
		}
		if n&1023 == 0 && r.b.ctx.Err() != nil {
			return nil, r.b.ctx.Err()
		}
		switch kind {
		case nethtml.TextToken:
			r.text(string(r.z.Text()))
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			r.start(kind == nethtml.SelfClosingTagToken)
		case nethtml.EndTagToken:
			name, _ := r.z.TagName()
			r.end(string(name))
		}
	}
	for len(r.open) > 0 {
		r.pop()
	}
	r.flush()
	return r.placeNotes(r.in.blocks), fault
}

// start reads a tag that opens an element.
func (r *htmlReader) start(closed bool) {
	raw, more := r.z.TagName()
	name := string(raw)
	attrs := attributesOf(r.z, more)
	if closed && r.xml || name == "noscript" { // it is what is shown where nothing runs
		r.z.NextIsNotRawText()
	}
	if r.over == 0 {
		r.closeFor(name)
	}
	switch name {
	case "script", "style", "title", "noembed", "noframes", "iframe":
		if !(closed && r.xml) {
			r.rawText(name)
		}
		return
	case "html":
		r.language = firstOf(r.language, attrs["lang"], attrs["xml:lang"])
	case "meta":
		r.meta[strings.ToLower(attrs["name"])] = clean(attrs["content"])
	}
	if htmlVoid[name] {
		r.void(name, attrs)
		return
	}
	if len(r.open) >= mostOpen {
		if htmlBlock[name] {
			r.flush()
		}
		if !(closed && r.xml) {
			r.over++
			if e, _ := r.looked(name, attrs); r.unseen == 0 && e.look.hidesWords(e.painted) {
				r.unseen = r.over
			}
		}
		return
	}
	if r.element(name, attrs) && closed && r.xml {
		r.pop()
	}
}

// rawText reads an element that has no elements in it, to its end. Only a title says anything.
func (r *htmlReader) rawText(name string) {
	if r.z.Next() != nethtml.TextToken {
		return // it ended at once
	}
	text := string(r.z.Text())
	switch {
	case name == "style":
		r.readStyle(text)
	case name == "title" && r.title == "":
		r.title = strings.Join(strings.Fields(clean(text)), " ")
	}
}

// element opens an element, unless it says nothing and nothing depends on where it ends.
func (r *htmlReader) element(name string, attrs attributes) bool {
	e, differs := r.looked(name, attrs)
	hidden := e.look.gone
	block := htmlBlock[name]
	if block {
		r.flush()
	}
	part := r.in.table != nil && htmlTablePart[name]
	if part || r.isHidden() {
		e.look.gone = false // it is its cells that are, or what is around
	} else if hidden && r.in.depth < mostDeep {
		e.look.gone = false
		r.push(htmlElement{container: r.contain(Block{Kind: Hidden, Hidden: true}, !block), painted: e.painted, look: e.look})
	}
	switch {
	case part:
		e.container = r.inTable(name, attrs, hidden)
	case name == "table" && r.tables < mostTables && r.in.depth < mostDeep:
		e.container = r.openTable()
	case r.in.depth >= mostDeep:
	case htmlNote(attrs) != "" && !r.inNote():
		e.container = r.contain(Block{Kind: htmlNote(attrs)}, false)
		e.container.id = attrs["id"]
	case name == "rt":
		e.container = r.contain(Block{Kind: Ruby}, true)
	case name == "textarea":
		e.container = r.contain(Block{Kind: Field, Marker: clean(attrs["name"])}, true)
	case name == "rp", name == "annotation", name == "annotation-xml":
		e.container = r.contain(Block{}, true)
		e.container.drop = true
	}
	if e.container == nil {
		r.begin(name, attrs, &e)
	}
	if !block && e.container == nil && !e.link && !hidden && !differs && r.opened[name] == 0 && r.pre == 0 && name != "q" && name != "select" {
		return false
	}
	r.push(e)
	return true
}

// looked begins an element with its look, and reports whether that differs from what is around it so that it matters where it ends.
func (r *htmlReader) looked(name string, attrs attributes) (e htmlElement, differs bool) {
	around := htmlElement{painted: r.styles.unread}
	if n := len(r.open); n > 0 {
		around = r.open[n-1]
	}
	e = r.styles.looked(name, attrs, around)
	hides := e.look.hidesWords(false) || around.look.hidesWords(false)
	differs = e.painted != around.painted || e.look.cut != around.look.cut || e.look.scaled != around.look.scaled || hides && e.look != around.look
	return e, differs
}

// hidesWords reports whether nobody sees the words that are read now, where what they are in does not hide all that is in it.
func (r *htmlReader) hidesWords() bool {
	n := len(r.open) - 1
	return (r.unseen > 0 || n >= 0 && r.open[n].look.hidesWords(r.open[n].painted)) && !r.isHidden()
}

// write adds text to the paragraph that is being written.
func (r *htmlReader) write(text string, pre bool) {
	p := &r.in.para
	from := p.text.Len()
	if p.write(text, pre); p.text.Len() > from && r.hidesWords() {
		p.hide(from)
	}
}

func (r *htmlReader) push(e htmlElement) {
	r.open = append(r.open, e)
	r.opened[e.name]++
}

// begin does what an element does to the text that follows it.
func (r *htmlReader) begin(name string, attrs attributes, e *htmlElement) {
	p := &r.in.para
	switch name {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		p.kind, p.level = Heading, int(name[1]-'0')
	case "ul", "menu", "dir":
		r.lists = append(r.lists, htmlList{})
	case "ol":
		l := htmlList{ordered: true, kind: attrs["type"], next: 1}
		if n, err := strconv.Atoi(attrs["start"]); err == nil {
			l.next = n
		}
		r.lists = append(r.lists, l)
	case "li":
		r.item(attrs)
	case "pre", "listing", "xmp", "plaintext":
		p.kind = Code
		r.pre++
		p.newline = true
	case "figcaption":
		p.kind = Caption
	case "a":
		if r.noteRef(attrs) {
			break
		}
		if to := strings.TrimSpace(attrs["href"]); to != "" && !strings.HasPrefix(strings.ToLower(to), "javascript:") {
			p.openLink(clean(to[:min(len(to), 2048)]))
			e.link = true
		}
	case "image": // of a drawing in SVG
		r.drawn(name, attrs, firstOf(attrs["xlink:href"], attrs["href"], attrs["src"]))
	case "q":
		r.write("“", false)
	case "td", "th":
		r.write(" ", false)
	}
}

// item begins an item of a list.
func (r *htmlReader) item(attrs attributes) {
	p := &r.in.para
	p.kind, p.level, p.marker = Item, max(len(r.lists), 1), "•"
	if len(r.lists) == 0 {
		return
	}
	l := &r.lists[len(r.lists)-1]
	if !l.ordered {
		return
	}
	if n, err := strconv.Atoi(attrs["value"]); err == nil {
		l.next = n
	}
	p.marker = listNumber(l.next, l.kind) + "."
	l.next++
}

// end reads a tag that closes an element: all that are in it end, too. One that was not opened in this cell is passed over.
func (r *htmlReader) end(name string) {
	switch {
	case name == "br", name == "p" && r.over == 0 && !r.within("p"):
		r.void("br", nil) // as browsers have it
		return
	case r.over > 0:
		if htmlBlock[name] {
			r.flush()
		}
		if !htmlVoid[name] {
			if r.over--; r.over < r.unseen {
				r.unseen = 0
			}
		}
		return
	case r.opened[name] == 0:
		return
	}
	for i := len(r.open) - 1; i >= 0; i-- {
		e := &r.open[i]
		if e.name == name {
			for len(r.open) > i {
				r.pop()
			}
			return
		}
		if e.container != nil && e.container.cell != nil && !htmlTablePart[name] && name != "table" {
			return
		}
	}
}

// within reports whether an element is open in this cell.
func (r *htmlReader) within(name string) bool {
	if r.opened[name] == 0 {
		return false
	}
	for i := len(r.open) - 1; i >= 0 && (r.open[i].container == nil || r.open[i].container.cell == nil); i-- {
		if r.open[i].name == name {
			return true
		}
	}
	return false
}

// pop closes the innermost element, and what is around it if it was hidden.
func (r *htmlReader) pop() {
	e := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	r.opened[e.name]--
	if e.link {
		r.in.para.closeLink()
	}
	if htmlBlock[e.name] {
		r.flush()
	}
	switch e.name {
	case "ul", "ol", "menu", "dir":
		if len(r.lists) > 0 {
			r.lists = r.lists[:len(r.lists)-1]
		}
	case "pre", "listing", "xmp", "plaintext":
		r.pre = max(r.pre-1, 0)
		r.in.para.reset()
	case "h1", "h2", "h3", "h4", "h5", "h6", "li", "figcaption":
		r.in.para.reset()
	case "q":
		r.write("”", false)
	case "thead", "tbody", "tfoot":
		if t := r.in.table; t != nil {
			t.header, t.hiddenPart = false, false
		}
	}
	if e.container != nil {
		r.close(e.container)
	}
	if n := len(r.open); n > 0 && r.open[n-1].name == "" {
		r.pop()
	}
}

// flush ends the paragraph that is being written.
func (r *htmlReader) flush() {
	if block, ok := r.in.para.end(); ok {
		r.place(block)
	}
}

func (r *htmlReader) text(text string) {
	r.write(clean(text), r.pre > 0)
}
