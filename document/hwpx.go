package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// hwpx is Hangul's format since 2022: a ZIP of XML (OWPML, KS X 6101). Contents/content.hpf lists the parts and the order of
// the sections, Contents/header.xml has what they refer to, META-INF/manifest.xml how parts are encrypted.
var hwpx = &format{
	name:       "hwpx",
	extensions: []string{".hwpx", ".owpml"},
	is:         isHWPX,
	read:       readHWPX,
	count:      countHWPX,
	skip:       hwpxSkip,
	lets:       true,
}

var hwpxSkip = []Kind{Ruby, Equation, Field, Chart}

// hwpxType is what the part mimetype begins with.
const hwpxType = "application/hwp+zip"

// isHWPX knows the file by the part mimetype, which is first and not compressed, so that a file that was cut is known too;
// one by another program, which may have put it elsewhere, if its name says so.
func isHWPX(head []byte, src *Source) bool {
	const header = 30 // of a file in an archive, before its name
	if !hasPrefix("PK\x03\x04")(head, src) {
		return false
	}
	if rest := head[min(len(head), header):]; bytes.HasPrefix(rest, []byte("mimetype")) && bytes.Contains(rest[:min(len(rest), 200)], []byte(hwpxType)) {
		return true
	}
	switch src.extension() { // others are not opened for it
	case ".hwpx", ".owpml", ".hwp", "":
		return inPack("mimetype", hwpxType)(head, src) || inPack("Contents/content.hpf", "")(head, src)
	}
	return false
}

// hwpxReader reads one file.
type hwpxReader struct {
	pack   *sealedPack
	b      *builder
	head   *hwpxHead
	layout *hangulLayout // nil: the file does not keep where lines stand
	begun  int           // pages that the builder knows of
	items  map[string]hwpxItem
	images map[string]int // by id
	parts  int            // paragraphs and cells of the paragraph that is being read

	section, paragraph int
	name               string // of the section's part
	x                  *xmlScanner
	names              *xmlNames // of all parts
	outline            *hangulNumbering
	label              hwpxLabel
	list               *hwpxList

	plain    *hangulPlain // not nil: the text alone is wanted
	mark     []byte
	headData []byte // header.xml, of which nothing is read then until a paragraph's shape is asked for
}

// hwpxItem is an entry of the package's list.
type hwpxItem struct {
	id, href, kind string
	outside        bool // the file only says where it is
}

// readHWPX reads a file; for its text alone, if that is asked for and all is well with the file.
func readHWPX(ctx context.Context, src *Source, b *builder) error {
	return plainly(b, func(b *builder) error { return readHWPXInto(ctx, src, b) })
}

func readHWPXInto(ctx context.Context, src *Source, b *builder) error {
	opened, err := openPack(src, b)
	if err != nil {
		return err
	}
	defer opened.close()
	sealed, err := unseal(opened, src)
	if err != nil {
		return err
	}
	r := &hwpxReader{pack: sealed, b: b, head: newHWPXHead(), items: map[string]hwpxItem{}, images: map[string]int{}}
	if b.o.Plain {
		r.plain = newHangulPlain(b, hwpxSkip)
		r.names = &r.plain.names
		defer r.plain.leave()
	} else {
		r.names = &xmlNames{}
	}
	sections, err := r.contents()
	if err != nil {
		return err
	}
	if err := r.header(); err != nil {
		return err
	}
	return r.sections(ctx, sections)
}

// untilEnd is nil for the end of a whole file.
func untilEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// fatal reports whether reading must end: a limit, somebody who does not want to wait; not that something is damaged.
func fatal(err error) bool {
	_, told := errors.AsType[*chat.Error](err)
	return told || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// damaged notes that a part could not be read or not to its end.
func (r *hwpxReader) damaged(name string, err error) {
	page := 0
	if r.layout != nil {
		page = max(r.layout.page(), 1)
	}
	r.b.gap(Gap{What: GapEntry, Page: page, Where: name, Why: err.Error()})
}

// xml returns a scanner of a part. A part of which only the beginning is there is a gap; one that is not there at all too.
func (r *hwpxReader) xml(name string) (*xmlScanner, error) {
	data, err := r.pack.lend(name)
	if err != nil {
		if fatal(err) {
			return nil, err
		}
		r.damaged(name, err)
	}
	return r.scanner(data), nil
}

// scanner returns a scanner of a part's bytes.
func (r *hwpxReader) scanner(data []byte) *xmlScanner {
	return newXMLWith(r.names, data, nil, xmlNesting*r.b.limits.Depth)
}

// xmlNesting is how many elements a table in a cell of a table takes.
const xmlNesting = 8

// contents reads the list of parts and returns the sections in order.
func (r *hwpxReader) contents() ([]string, error) {
	root := r.root()
	var spine []string
	x, err := r.xml(root)
	if err != nil {
		return nil, err
	}
	for err = nil; err == nil; {
		var token xmlToken
		if token, err = x.next(); err != nil || token != xmlOpen {
			continue
		}
		switch local(x.name) {
		case "item":
			i := hwpxItem{id: x.attr("id"), href: r.resolve(root, x.attr("href")), kind: x.attr("media-type"), outside: x.attr("isEmbeded") == "0"}
			r.items[i.id] = i
		case "itemref":
			spine = append(spine, x.attr("idref"))
		case "title", "language", "meta":
			if r.plain == nil {
				err = r.meta(x)
			}
		}
	}
	if err := untilEnd(err); err != nil {
		if fatal(err) {
			return nil, err
		}
		r.damaged(root, err)
	}
	return r.ordered(spine), nil
}

// root is the name of the list of parts.
func (r *hwpxReader) root() string {
	const usual = "Contents/content.hpf"
	if r.pack.has(usual) {
		return usual
	}
	if data, err := r.pack.part("META-INF/container.xml"); err == nil {
		x := newXML(data, nil, r.b.limits.Depth)
		for {
			token, err := x.next()
			if err != nil {
				break
			}
			if name := x.attr("full-path"); token == xmlOpen && strings.HasSuffix(name, ".hpf") && r.pack.has(name) {
				return name
			}
		}
	}
	return usual
}

// resolve is the name of a part that a list refers to, from the archive's root or from where the list is.
func (r *hwpxReader) resolve(root, href string) string {
	if r.pack.has(href) {
		return href
	}
	if beside := path.Join(path.Dir(root), href); r.pack.has(beside) {
		return beside
	}
	return href
}

// ordered are the parts that are sections, in the order of the spine; those that it forgets come after.
func (r *hwpxReader) ordered(spine []string) []string {
	var all []string
	add := func(name string) {
		if isSection(name) && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for _, id := range spine {
		add(r.items[id].href)
	}
	var rest []string
	for _, i := range r.items {
		if isSection(i.href) {
			rest = append(rest, i.href)
		}
	}
	for _, name := range r.pack.names {
		if isSection(name) {
			rest = append(rest, name)
		}
	}
	slices.SortFunc(rest, byNumber)
	for _, name := range rest {
		add(name)
	}
	return all
}

// isSection reports whether a part is a section of the text.
func isSection(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.HasPrefix(base, "section") && strings.HasSuffix(base, ".xml")
}

// byNumber orders names so that 10 is after 9.
func byNumber(a, b string) int {
	if len(a) != len(b) && strings.TrimRight(path.Dir(a), "/") == strings.TrimRight(path.Dir(b), "/") {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// meta reads what a file says of itself.
func (r *hwpxReader) meta(x *xmlScanner) error {
	what := local(x.name)
	if what == "meta" {
		what = x.attr("name")
	}
	text, err := x.wholeText()
	text = clean(strings.TrimSpace(text))
	m := &r.b.doc.Meta
	switch what {
	case "title":
		m.Title = text
	case "language":
		m.Language = text
	case "creator":
		m.Author = text
	case "subject":
		m.Subject = text
	case "keyword":
		m.Keywords = text
	case "CreatedDate":
		m.Created, _ = time.Parse(time.RFC3339, text)
	case "ModifiedDate":
		m.Modified, _ = time.Parse(time.RFC3339, text)
	}
	return err
}

// header reads header.xml.
func (r *hwpxReader) header() error {
	name := "Contents/header.xml"
	if i, ok := r.items["header"]; ok && i.href != "" {
		name = i.href
	}
	x, err := r.xml(name)
	if err != nil {
		return err
	}
	if r.plain != nil {
		r.headData = x.data
		err = closed(x.data)
	} else {
		err = r.head.read(x)
	}
	if err != nil {
		if fatal(err) {
			return err
		}
		r.damaged(name, err)
	}
	return nil
}

// sections reads the sections.
func (r *hwpxReader) sections(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return chat.NewError(chat.CodeDocumentDamaged, errors.New("no part is a section"), r.pack.file)
	}
	parts := make([][]byte, len(names))
	for i, name := range names {
		data, err := r.pack.lend(name)
		if err != nil {
			if fatal(err) {
				return err
			}
			r.damaged(name, err)
		}
		parts[i] = data
	}
	if r.plain == nil {
		r.lines(parts)
	}
	for i, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.section, r.paragraph, r.name = r.section+1, 0, name
		r.x = r.scanner(parts[i])
		parts[i] = nil
		if err := r.sec(); err != nil {
			if fatal(err) {
				return err
			}
			r.damaged(name, fmt.Errorf("paragraph %d: %w", r.paragraph, err))
		}
	}
	if r.layout != nil {
		if err := r.pages(r.layout.page(), true); err != nil {
			return err
		}
	}
	if r.plain != nil {
		text := string(r.plain.out)
		r.b.doc.text = &text
	}
	return r.rest()
}

// rest reads the pictures that no paragraph has: backgrounds.
func (r *hwpxReader) rest() error {
	for _, id := range slices.Sorted(maps.Keys(r.items)) {
		if _, seen := r.images[id]; seen || !strings.HasPrefix(r.items[id].kind, "image/") || r.items[id].outside {
			continue
		}
		if r.plain != nil {
			r.pictured(r.items[id])
			continue
		}
		if err := r.picture(&hangulObject{}, id); err != nil {
			return err
		}
		if n := r.images[id]; n > 0 {
			r.b.doc.Images[n-1].Page = 0
		}
	}
	return r.pack.verify()
}

// lines decides whether the sections keep where lines stand: programs other than Hangul leave it out.
func (r *hwpxReader) lines(parts [][]byte) {
	paragraphs, arrays := 0, 0
	for _, data := range parts {
		paragraphs += bytes.Count(data, []byte(":p "))
		arrays += bytes.Count(data, []byte(":linesegarray")) / 2
		arrays += bytes.Count(data, []byte(":lineSegArray")) / 2
	}
	if arrays == 0 || arrays*10 < paragraphs*9 {
		return
	}
	r.layout = newHangulLayout()
	r.b.doc.Unit, r.b.doc.Layout = Paper, Lines
	if arrays < paragraphs {
		r.b.doc.Layout = PageOnly
	}
}

// pages begins pages up to a number.
func (r *hwpxReader) pages(to int, last bool) error {
	for r.begun < to {
		paper := r.layout.papers[r.begun]
		r.begun++
		p := Page{Number: r.begun, Label: r.label.next(), Width: points(paper.width), Height: points(paper.height)}
		if err := r.b.page(p); err != nil {
			return err
		}
	}
	if last && !r.layout.sure && r.b.doc.Layout == Lines {
		r.b.doc.Layout = PageOnly
	}
	return nil
}

// hwpxLabel is the number that is printed on pages.
type hwpxLabel struct {
	shown  bool
	format int
	side   string
	number int // of the page before
}

// next is what is printed on the next page.
func (l *hwpxLabel) next() string {
	l.number++
	if !l.shown {
		return ""
	}
	number := hangulNumber(l.format, l.number)
	if l.side != "" {
		return l.side + " " + number + " " + l.side
	}
	return number
}
