package document

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// OpenDocument (OASIS ODF 1.3 part 3, ISO/IEC 26300): text, sheets and slides, in a ZIP of XML or as one XML file ("flat").
// content.xml has the text, styles.xml headers and footers, meta.xml what the file says of itself.
var (
	odt = odf("odt", "text", []string{".odt", ".ott", ".fodt", ".odm"}, []Kind{Header, Footer, Equation, Field, Chart})
	ods = odf("ods", "spreadsheet", []string{".ods", ".ots", ".fods"}, []Kind{Header, Footer, Equation, Field, Chart})
	odp = odf("odp", "presentation", []string{".odp", ".otp", ".fodp", ".odg"}, []Kind{Header, Equation, Field, Chart})
)

// odfType is what the media types of OpenDocument begin with.
const odfType = "application/vnd.oasis.opendocument."

func odf(name, kind string, extensions []string, skip []Kind) *format {
	return &format{
		name: name, extensions: extensions, skip: skip, bare: true,
		is:   func(head []byte, src *Source) bool { return isODF(kind, extensions, head, src) },
		read: readODF, count: countODF,
	}
}

// isODF knows a kind of file by the part mimetype, which is first and not compressed, or by the root of flat XML; one without
// it, by another program, by its name and what is in it.
func isODF(kind string, extensions []string, head []byte, src *Source) bool {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		const header = 30 // of a file in an archive, before its name
		rest := head[min(len(head), header):]
		rest = rest[:min(len(rest), 200)]
		if !bytes.HasPrefix(rest, []byte("mimetype")) || !bytes.Contains(rest, []byte("application/")) {
			return slices.Contains(extensions, src.extension()) && inPack("content.xml", "")(head, src)
		}
		return bytes.Contains(rest, []byte(odfType+kind)) || kind == "presentation" && bytes.Contains(rest, []byte(odfType+"graphics"))
	}
	before, after, ok := bytes.Cut(head, []byte("office:mimetype="))
	return ok && bytes.Contains(before, []byte("<office:document")) && (bytes.HasPrefix(after, []byte(`"`+odfType+kind)) || bytes.HasPrefix(after, []byte(`'`+odfType+kind)))
}

// odfSpaces are the namespaces of OpenDocument and the prefixes under which they are known here.
var odfSpaces = map[string]string{
	"urn:oasis:names:tc:opendocument:xmlns:office:1.0":                     "office",
	"urn:oasis:names:tc:opendocument:xmlns:text:1.0":                       "text",
	"urn:oasis:names:tc:opendocument:xmlns:table:1.0":                      "table",
	"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0":                    "draw",
	"urn:oasis:names:tc:opendocument:xmlns:style:1.0":                      "style",
	"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0":          "fo",
	"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0":             "svg",
	"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0":               "presentation",
	"urn:oasis:names:tc:opendocument:xmlns:form:1.0":                       "form",
	"urn:oasis:names:tc:opendocument:xmlns:meta:1.0":                       "meta",
	"urn:oasis:names:tc:opendocument:xmlns:chart:1.0":                      "chart",
	"urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0": "loext",
	"http://www.w3.org/1999/xlink":                                         "xlink",
	"http://purl.org/dc/elements/1.1/":                                     "dc",
	"http://www.w3.org/1998/Math/MathML":                                   "math",
}

// odfReader reads one file.
type odfReader struct {
	pack   *sealedPack // nil: flat XML
	b      *builder
	ctx    context.Context
	x      *xmlScanner
	name   string // of the part that is read
	styles *odfStyles

	paragraph int
	parts     int // blocks and cells that are not yet the builder's
	nested    int // not 0: in a table, a note, a box
	hidden    bool
	changes   map[string]*odfChange
	inserted  string // the author of what is read, if inserts is true
	inserts   bool
	runs      map[string][hangulLevels]int // how far lists have counted, by style or id
	outline   [hangulLevels]int
	images    map[string]int
	pages     *odfPages         // nil: the file does not say where pages end
	pageCount int               // as it says of itself
	grounds   []string          // styles of the cells and boxes that are open
	decls     map[string]string // of a presentation: footers and the like, by name
	footers   once              // of decls
}

func readODF(ctx context.Context, src *Source, b *builder) error {
	r := &odfReader{b: b, ctx: ctx, styles: newODFStyles(), changes: map[string]*odfChange{}, runs: map[string][hangulLevels]int{}, images: map[string]int{}, decls: map[string]string{}}
	head := make([]byte, 4)
	if _, err := src.ReadAt(head, 0); err == nil && string(head) == "PK\x03\x04" {
		opened, err := openPack(src, b)
		if err != nil {
			return err
		}
		if r.pack, err = unseal(opened, src); err != nil {
			return err
		}
		for _, part := range []string{"meta.xml", "styles.xml", "content.xml"} {
			if err := r.read(part); err != nil {
				return err
			}
		}
		return r.rest()
	}
	data, err := src.bytes(b.limits)
	if err != nil {
		return err
	}
	if err := b.unpack(src.Size); err != nil {
		return err
	}
	r.name = src.Name
	return r.damaged(r.document(data))
}

// read reads a part. Only content.xml must be there.
func (r *odfReader) read(part string) error {
	r.name = part
	data, err := r.pack.part(part)
	switch {
	case errors.Is(err, fs.ErrNotExist) && part != "content.xml":
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return chat.NewError(chat.CodeDocumentDamaged, err, r.pack.file)
	case err != nil && fatal(err):
		return err
	case err != nil:
		r.gap(err)
	}
	return r.damaged(r.document(data))
}

// damaged notes what is wrong with the part that is read, and passes on what ends the reading.
func (r *odfReader) damaged(err error) error {
	if err = untilEnd(err); err != nil && !fatal(err) {
		r.gap(err)
		return nil
	}
	return err
}

func (r *odfReader) gap(err error) {
	r.b.gap(Gap{What: GapEntry, Page: len(r.b.doc.Pages), Where: r.name, Why: err.Error()})
}

// document reads the parts of a document that are in one XML file.
func (r *odfReader) document(data []byte) error {
	r.x = newXML(data, odfSpaces, xmlNesting*r.b.limits.Depth)
	if bytes.Contains(data, []byte("soft-page-break")) {
		r.foresee(data)
	}
	for {
		token, err := r.x.next()
		if err != nil {
			return err
		}
		if token != xmlOpen {
			continue
		}
		switch r.x.name {
		case "office:meta":
			err = r.x.children(func(string) error { return r.meta() }, nil)
		case "office:styles", "office:automatic-styles":
			err = r.styles.read(r.x)
		case "office:master-styles":
			err = r.masters()
		case "office:body":
			err = r.body()
		}
		if err != nil {
			return err
		}
	}
}

// meta reads one thing that a file says of itself.
func (r *odfReader) meta() error {
	name := r.x.name
	if name == "meta:document-statistic" {
		r.pageCount = r.x.num("meta:page-count")
	}
	text, err := r.x.wholeText()
	text = clean(strings.TrimSpace(text))
	m := &r.b.doc.Meta
	switch name {
	case "dc:title":
		m.Title = text
	case "dc:creator":
		m.Author = text
	case "meta:initial-creator":
		if m.Author == "" {
			m.Author = text
		}
	case "dc:subject":
		m.Subject = text
	case "meta:keyword":
		m.Keywords = strings.TrimPrefix(m.Keywords+", "+text, ", ")
	case "dc:language":
		m.Language = text
	case "meta:creation-date":
		m.Created = odfTime(text)
	case "dc:date":
		m.Modified = odfTime(text)
	}
	return err
}

// odfTime is a time as OpenDocument writes it: with a zone or without.
func odfTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// body reads the document itself.
func (r *odfReader) body() error {
	return r.x.children(func(string) error {
		doc := r.b.doc
		switch r.x.name {
		case "office:text":
			err := r.content(r.add)
			if out := r.undeleted(); out != nil {
				return out
			}
			if out := r.pagesTo(r.pages.page()); out != nil {
				return out
			}
			return err
		case "office:spreadsheet":
			doc.Unit, doc.Layout = Sheet, PageOnly
			return r.sheets()
		case "office:presentation", "office:drawing":
			doc.Unit, doc.Layout = Slide, PageOnly
			return r.slides()
		}
		return nil
	}, nil)
}

// add gives a block to the builder.
func (r *odfReader) add(b Block) error {
	r.parts = 0
	if err := r.pagesTo(b.Page); err != nil {
		return err
	}
	return r.b.add(b)
}

// sink is where blocks go.
type sink func(Block) error

// into is a sink that keeps blocks.
func into(blocks *[]Block) sink {
	return func(b Block) error {
		*blocks = append(*blocks, b)
		return nil
	}
}

// part counts a block or cell, of which there may not be more than the limits allow in all.
func (r *odfReader) part() error {
	if r.parts++; r.parts+r.b.blocks > r.b.limits.Blocks {
		return r.b.limits.over("blocks")
	}
	return nil
}

// rest reads the pictures that the text does not show: backgrounds.
func (r *odfReader) rest() error {
	for _, name := range r.pack.names {
		if strings.HasPrefix(name, "Pictures/") && !strings.HasSuffix(name, "/") && r.images[name] == 0 {
			if err := r.image(&Block{}, name); err != nil {
				return err
			}
		}
	}
	return r.pack.verify()
}

// masters reads what stands on each page: headers and footers.
func (r *odfReader) masters() error {
	said := map[string]bool{}
	kinds := map[string]Kind{"style:header": Header, "style:header-left": Header, "style:header-first": Header, "style:footer": Footer, "style:footer-left": Footer, "style:footer-first": Footer}
	return r.x.children(func(string) error {
		if r.x.name != "style:master-page" {
			return nil
		}
		r.styles.masters[r.x.attr("style:name")] = r.x.attr("style:page-layout-name")
		return r.x.children(func(string) error {
			kind, ok := kinds[r.x.name]
			b := Block{Kind: kind}
			read := r.content
			switch {
			case ok && r.x.attr("style:display") != "false":
			case isDrawing(r.x.name) && r.x.attr("presentation:class") == "": // on each slide: what has a class asks for text
				b.Kind, read = Header, r.block
			default:
				return nil
			}
			err := r.inner(&b, read)
			text := strings.TrimSpace(plain(&b))
			if b.Kind == Header && strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") {
				return err // "<number>": a field that each slide fills
			}
			if text != "" && !said[string(b.Kind)+text] {
				said[string(b.Kind)+text] = true
				if err := r.add(b); err != nil {
					return err
				}
			}
			return err
		}, nil)
	}, nil)
}

// inner reads what is in a block; one plain paragraph becomes its text.
func (r *odfReader) inner(b *Block, read func(sink) error) error {
	hidden, inserts := r.hidden, r.inserts
	r.hidden, r.inserts = false, false
	r.nested++
	defer func() {
		r.hidden, r.inserts = hidden, inserts
		r.nested--
	}()
	err := read(into(&b.Blocks))
	if len(b.Blocks) == 1 && b.Blocks[0].Kind == Paragraph && b.Text == "" && b.Kind != Box {
		p := b.Blocks[0]
		b.Text, b.Marks, b.Blocks = p.Text, p.Marks, p.Blocks
	}
	return err
}
