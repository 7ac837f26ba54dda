package document

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"exaone/chat"
)

// epub is a book: pages of the web in a ZIP, in the order of its spine (EPUB 2 and 3, https://www.w3.org/TR/epub-33/). Each
// is a chapter; its title is that of the table of contents.
var epub = format{
	name: "epub", extensions: []string{".epub"},
	is: func(head []byte, src *Source) bool {
		return inPack("mimetype", "application/epub+zip")(head, src) ||
			src.extension() == ".epub" && hasPrefix("PK\x03\x04")(head, src)
	},
	read: readEPUB, count: countEPUB,
	skip: []Kind{Hidden, Picture},
}

// book is an EPUB that is being read.
type book struct {
	*pack
	src    *Source
	root   string              // of the package document
	items  map[string]bookItem // by id
	spine  []string            // ids
	toc    string              // the id of the table of contents of EPUB 2
	titles map[string]string   // of files
	images map[string]int      // by names of entries
	sealed map[string]bool     // entries that are encrypted
}

type bookItem struct{ name, kind, properties string }

// bookDepth is how deep elements of the package document and the tables of contents may nest.
const bookDepth = 128

func readEPUB(_ context.Context, src *Source, b *builder) error {
	p, err := openPack(src, b)
	if err != nil {
		return err
	}
	k := &book{pack: p, src: src, items: map[string]bookItem{}, titles: map[string]string{}, images: map[string]int{}, sealed: map[string]bool{}}
	b.doc.Unit, b.doc.Layout = Chapter, PageOnly
	if err := k.readPackage(); err != nil {
		return err
	}
	if err := k.readSeals(); err != nil {
		return err
	}
	if err := k.readContents(); err != nil {
		return err
	}
	chapters := k.chapters()
	if len(chapters) == 0 {
		return chat.NewError(chat.CodeDocumentDamaged, errors.New("no chapters"), src.Name)
	}
	b.total = len(chapters)
	for _, name := range chapters {
		if err := k.chapter(name); err != nil {
			return err
		}
	}
	return nil
}

// scan calls f for each element of an XML part that opens. What is damaged is a gap; the error is that of a limit.
func (k *book) scan(name string, f func(x *xmlScanner) error) error {
	data, err := k.part(name)
	if _, over := errors.AsType[*chat.Error](err); over {
		return err
	}
	if err != nil && !(errors.Is(err, fs.ErrNotExist) && len(data) == 0) {
		k.b.gap(Gap{What: GapEntry, Where: clean(name), Why: err.Error()})
	}
	x := newXML(data, nil, bookDepth)
	err = x.each(0, f)
	switch _, told := errors.AsType[*chat.Error](err); {
	case told:
		return err
	case err != nil && !errors.Is(err, io.EOF):
		k.b.gap(Gap{What: GapEntry, Where: clean(name), Why: err.Error()})
	}
	return nil
}

// readPackage finds and reads the package document: what the book is, its files, and their order.
func (k *book) readPackage() error {
	if err := k.scan("META-INF/container.xml", func(x *xmlScanner) error {
		if local(x.name) == "rootfile" && k.root == "" {
			k.root = path.Clean(x.attr("full-path"))
		}
		return nil
	}); err != nil {
		return err
	}
	if !k.has(k.root) {
		k.root = ""
		for _, name := range k.names {
			if path.Ext(name) == ".opf" && k.root == "" {
				k.root = name
			}
		}
	}
	if k.root == "" {
		k.b.gap(Gap{What: GapEntry, Where: "META-INF/container.xml", Why: "it names no package document"})
		return nil
	}
	m := &k.b.doc.Meta
	return k.scan(k.root, func(x *xmlScanner) error {
		name := local(x.name)
		set := map[string]*string{"title": &m.Title, "creator": &m.Author, "subject": &m.Keywords, "description": &m.Subject, "language": &m.Language}[name]
		switch {
		case set != nil && *set == "" && len(x.open) > 1 && strings.HasSuffix(local(x.open[len(x.open)-2]), "metadata"):
			text, err := x.textInside()
			*set = strings.TrimSpace(text)
			return err
		case name == "item" && len(k.items) < k.b.limits.Entries:
			k.items[x.attr("id")] = bookItem{k.resolve(k.root, x.attr("href")), x.attr("media-type"), x.attr("properties")}
		case name == "spine":
			k.toc = x.attr("toc")
		case name == "itemref" && len(k.spine) < k.b.limits.Pages:
			k.spine = append(k.spine, x.attr("idref"))
		}
		return nil
	})
}

// resolve is the name of the entry to which an address in another one leads.
func (k *book) resolve(from, address string) string {
	address, _, _ = strings.Cut(address, "#")
	if plain, err := url.PathUnescape(address); err == nil && !k.has(path.Join(path.Dir(from), address)) {
		address = plain
	}
	if rest, ok := strings.CutPrefix(address, "/"); ok {
		return path.Clean(rest)
	}
	return path.Join(path.Dir(from), address)
}

// readSeals reads which entries are encrypted. Fonts often are, in ways that everybody may undo and nobody here needs.
func (k *book) readSeals() error {
	const seals = "META-INF/encryption.xml"
	if !k.has(seals) {
		return nil
	}
	way := ""
	return k.scan(seals, func(x *xmlScanner) error {
		switch local(x.name) {
		case "EncryptionMethod":
			way = x.attr("Algorithm")
		case "CipherReference":
			if way != "http://www.idpf.org/2008/embedding" && way != "http://ns.adobe.com/pdf/enc#RC" {
				k.sealed[k.resolve("x", x.attr("URI"))] = true
			}
		}
		return nil
	})
}

// whose is whose protection the book has.
func (k *book) whose() string {
	for _, p := range []struct{ entry, whose string }{
		{"META-INF/license.lcpl", "Readium LCP"}, {"META-INF/sinf.xml", "Apple FairPlay"}, {"META-INF/rights.xml", "Adobe Adept"},
	} {
		if k.has(p.entry) {
			return p.whose
		}
	}
	return "EPUB DRM"
}

// readContents reads the titles of chapters from the tables of contents: that of EPUB 3, then that of EPUB 2.
func (k *book) readContents() error {
	for _, id := range slices.Sorted(maps.Keys(k.items)) {
		item := k.items[id]
		if !slices.Contains(strings.Fields(item.properties), "nav") {
			continue
		}
		if err := k.scan(item.name, func(x *xmlScanner) error {
			if local(x.name) != "a" {
				return nil
			}
			to := x.attr("href")
			text, err := x.textInside()
			k.entitle(item.name, to, text)
			return err
		}); err != nil {
			return err
		}
	}
	ncx, ok := k.items[k.toc]
	if !ok {
		return nil
	}
	label := ""
	return k.scan(ncx.name, func(x *xmlScanner) error {
		switch local(x.name) {
		case "navLabel":
			text, err := x.textInside()
			label = text
			return err
		case "content":
			k.entitle(ncx.name, x.attr("src"), label)
		}
		return nil
	})
}

// entitle gives a file its title, if it has none: the first one that leads to it.
func (k *book) entitle(from, to, title string) {
	name := k.resolve(from, to)
	if title = strings.Join(strings.Fields(title), " "); title != "" && k.titles[name] == "" {
		k.titles[name] = title
	}
}

// chapters are the names of the entries to read, in order. A book without a spine has all of its pages.
func (k *book) chapters() []string {
	var names []string
	for _, id := range k.spine {
		item, ok := k.items[id]
		if !ok {
			k.b.gap(Gap{What: GapPage, Where: clean(id), Why: "the spine names what is not in the manifest"})
			continue
		}
		names = append(names, item.name)
	}
	if len(names) > 0 {
		return names
	}
	for _, name := range k.names {
		if ext := strings.ToLower(path.Ext(name)); ext == ".xhtml" || ext == ".html" || ext == ".htm" {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		k.b.gap(Gap{What: GapEntry, Where: clean(firstOf(k.root, "META-INF/container.xml")), Why: "no spine: chapters are in the order of the archive"})
	}
	return names
}

// chapter reads a chapter.
func (k *book) chapter(name string) error {
	number := len(k.b.doc.Pages) + 1
	if k.sealed[name] {
		return chat.NewError(chat.CodeDocumentProtected, nil, k.src.Name, k.whose())
	}
	data, err := k.part(name)
	if _, over := errors.AsType[*chat.Error](err); over {
		return err
	}
	if err != nil {
		k.b.gap(Gap{What: GapPage, Page: number, Where: clean(name), Why: err.Error()})
	}
	text, charset, bad := decodeText(data, declaredCharset(data[:min(len(data), headBytes)]))
	if bad > 0 {
		k.b.gap(Gap{What: GapText, Page: number, Where: clean(name), In: int64(bad), Why: "bytes that are no " + charset})
	}
	r := newHTML(clean(text), k.b)
	r.xml = true
	r.z.AllowCDATA(true)
	r.picture = func(address string) int {
		if strings.HasPrefix(address, "data:") {
			return r.dataPicture(address)
		}
		if strings.Contains(address, "://") || address == "" {
			return 0 // it is not in the book
		}
		return k.picture(k.resolve(name, address), number)
	}
	blocks, err := r.read()
	if err != nil {
		k.b.gap(Gap{What: GapPage, Page: number, Where: clean(name), Why: err.Error()})
	}
	if err := k.b.page(Page{Number: number, Label: firstOf(k.titles[name], firstHeading(blocks), r.title)}); err != nil {
		return err
	}
	for i := range blocks {
		blocks[i].Section, blocks[i].Paragraph = number, i+1
	}
	return k.b.add(blocks...)
}

// firstHeading is the text of the first heading.
func firstHeading(blocks []Block) string {
	for i := range blocks {
		if blocks[i].Kind == Heading {
			return strings.Join(strings.Fields(blocks[i].Text), " ")
		}
	}
	return ""
}

// picture takes up a picture, once.
func (k *book) picture(name string, page int) int {
	if n, known := k.images[name]; known {
		return n
	}
	f := k.files[name]
	if f == nil {
		k.images[name] = 0
		k.b.gap(Gap{What: GapImages, Page: page, Where: clean(name), Why: "the chapter shows it, and it is not in the book"})
		return 0
	}
	image := Image{Name: clean(name), Type: imageTypes[strings.ToLower(path.Ext(name))], Page: page, Size: int64(f.UncompressedSize64)}
	if k.b.o.Images {
		data, err := k.part(name)
		if err != nil {
			k.b.gap(Gap{What: GapEntry, Page: page, Where: clean(name), Why: err.Error()})
		}
		image.Data, image.Size = data, int64(len(data))
	}
	k.images[name] = k.b.image(image)
	return k.images[name]
}
