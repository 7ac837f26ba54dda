package document

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"exaone/chat"
)

// What DOCX and PPTX share: a ZIP of parts that name each other by relationships (ECMA-376, part 2, Open Packaging
// Conventions).

// ooxmlSpaces are the namespaces of office files and the prefixes under which the readers know them. The strict ones of
// ISO/IEC 29500 say the same as the transitional ones.
var ooxmlSpaces = map[string]string{
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main":              "w",
	"http://purl.oclc.org/ooxml/wordprocessingml/main":                          "w",
	"http://schemas.openxmlformats.org/presentationml/2006/main":                "p",
	"http://purl.oclc.org/ooxml/presentationml/main":                            "p",
	"http://schemas.openxmlformats.org/drawingml/2006/main":                     "a",
	"http://purl.oclc.org/ooxml/drawingml/main":                                 "a",
	"http://schemas.openxmlformats.org/drawingml/2006/chart":                    "c",
	"http://purl.oclc.org/ooxml/drawingml/chart":                                "c",
	"http://schemas.microsoft.com/office/drawing/2014/chartex":                  "cx",
	"http://schemas.openxmlformats.org/drawingml/2006/diagram":                  "dgm",
	"http://purl.oclc.org/ooxml/drawingml/diagram":                              "dgm",
	"http://schemas.openxmlformats.org/drawingml/2006/picture":                  "pic",
	"http://purl.oclc.org/ooxml/drawingml/picture":                              "pic",
	"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing":    "wp",
	"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing":                "wp",
	"http://schemas.microsoft.com/office/word/2010/wordprocessingShape":         "wps",
	"http://schemas.openxmlformats.org/officeDocument/2006/math":                "m",
	"http://purl.oclc.org/ooxml/officeDocument/math":                            "m",
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships":       "r",
	"http://purl.oclc.org/ooxml/officeDocument/relationships":                   "r",
	"http://schemas.openxmlformats.org/package/2006/relationships":              "rel",
	"http://schemas.openxmlformats.org/package/2006/metadata/core-properties":   "cp",
	"http://purl.org/dc/elements/1.1/":                                          "dc",
	"http://purl.org/dc/terms/":                                                 "dcterms",
	"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": "ep",
	"http://purl.oclc.org/ooxml/officeDocument/extendedProperties":              "ep",
	"http://schemas.openxmlformats.org/markup-compatibility/2006":               "mc",
	"http://schemas.microsoft.com/office/word/2010/wordml":                      "w14",
	"http://schemas.microsoft.com/office/powerpoint/2018/8/main":                "p188",
	"http://schemas.microsoft.com/office/drawing/2010/main":                     "a14",
	"urn:schemas-microsoft-com:vml":                                             "v",
	"urn:schemas-microsoft-com:office:office":                                   "o",
}

// ooxmlDepth is how deep elements of office files may nest. A table in a table takes four levels, a drawing about twenty.
const ooxmlDepth = 320

// relation is what a part says of another one, or of an address outside.
type relation struct {
	kind   string // the last word of its type: "image", "footnotes"
	target string // a part's name, or the address
	out    bool   // it leads out of the file; nobody follows it
}

// ooxml is an office file that is being read.
type ooxml struct {
	*pack
	main   string // the name of the main part
	images map[string]int
	missed map[string]bool // parts of which a gap was noted
	read   map[string]bool
	looked map[string]bool // pictures that were recognised

	met *xmlNames // names in all parts

	known   map[string]relations // by the names of the parts that have them
	reached map[string]bool      // parts to which relations lead
}

// openOOXML opens an office file and finds its main part. kind is the folder in which it usually is: "word".
func openOOXML(src *Source, b *builder, kind string) (*ooxml, error) {
	p, err := openPack(src, b)
	if err != nil {
		return nil, err
	}
	o := &ooxml{pack: p, images: map[string]int{}, missed: map[string]bool{}, read: map[string]bool{}, looked: map[string]bool{},
		known: map[string]relations{}, reached: map[string]bool{}, met: ooxmlNames.Get().(*xmlNames)}
	for _, r := range o.relations("") {
		if r.kind == "officeDocument" && !r.out && o.has(r.target) {
			o.main = r.target
		}
	}
	if o.main == "" {
		o.main = mainByName(o.names, kind)
		o.missing("_rels/.rels", errors.New("does not name the main part"))
	}
	if o.main == "" {
		return nil, chat.NewError(chat.CodeDocumentDamaged, fmt.Errorf("%s/: no main part", kind), src.Name)
	}
	return o, nil
}

// mainByName is the part that is the main one by its name, for files whose relationships are lost.
func mainByName(names []string, kind string) string {
	for _, n := range names {
		if isMain(n, kind) {
			return n
		}
	}
	return ""
}

// isMain reports whether a part is called as the main one usually is.
func isMain(name, kind string) bool {
	if !strings.HasPrefix(name, kind) || path.Ext(name) != ".xml" {
		return false
	}
	usual := map[string]string{"word": "document", "ppt": "presentation", "xl": "workbook"}[kind]
	return path.Dir(name) == kind && strings.HasPrefix(path.Base(name), usual)
}

// missing notes a part that could not be read, once.
func (o *ooxml) missing(name string, err error) {
	if !o.missed[name] {
		o.missed[name] = true
		o.b.gap(Gap{What: GapEntry, Where: name, Why: err.Error()})
	}
}

// ooxmlNames are kept from file to file.
var ooxmlNames = sync.Pool{New: func() any { return &xmlNames{} }}

// close takes back what parts were read with.
func (o *ooxml) close() {
	o.pack.close()
	if o.met != nil {
		ooxmlNames.Put(o.met)
		o.met = nil
	}
}

// xml returns a scanner of a part. What is wrong with it is noted as a gap, and what is left of it is read all the same;
// nil if nothing is. The error is that of a limit.
func (o *ooxml) xml(name string) (*xmlScanner, error) {
	data, err := o.bytes(name)
	if len(data) == 0 || err != nil {
		return nil, err
	}
	return o.scanOf(data), nil
}

func (o *ooxml) scanOf(data []byte) *xmlScanner {
	return newXMLWith(o.met, data, ooxmlSpaces, ooxmlDepth)
}

// bytes returns a part, which is lent. What is wrong with it is noted as a gap; the error is that of a limit.
func (o *ooxml) bytes(name string) ([]byte, error) {
	o.read[name] = true
	data, err := o.lend(name)
	if _, over := errors.AsType[*chat.Error](err); over {
		return nil, err
	}
	if err != nil {
		o.missing(name, err)
	}
	if len(data) == 0 {
		return nil, nil
	}
	// Part 1 of ECMA-376 forbids document types. One is where the attacks are: it is not even looked at.
	if bytes.Contains(data[:min(len(data), 4096)], []byte("<!DOCTYPE")) {
		o.missing(name, errors.New("has a document type (DTD), which office files may not have; it is passed over"))
	}
	return data, nil
}

// scan reads a part from its beginning to its end: f is called for each element that opens, and may read on. What is
// damaged is a gap; the error is that of a limit.
func (o *ooxml) scan(name string, f func(x *xmlScanner) error) error { return o.scanner(name)(f) }

// xmlScan scans a part from its beginning: f is called as by scan.
type xmlScan func(f func(x *xmlScanner) error) error

// scanner returns a scan of a part, which is unpacked at the first call and kept for the others.
func (o *ooxml) scanner(name string) xmlScan {
	unpacked := sync.OnceValues(func() ([]byte, error) { return o.bytes(name) })
	return func(f func(x *xmlScanner) error) error {
		data, err := unpacked()
		if len(data) == 0 {
			return err
		}
		return o.damaged(name, o.scanOf(data).each(0, f))
	}
}

// damaged notes what is wrong with a part, and passes on the errors that end the reading.
func (o *ooxml) damaged(name string, err error) error {
	switch _, told := errors.AsType[*chat.Error](err); {
	case err == nil || errors.Is(err, io.EOF):
		return nil
	case told || o.b.ctx.Err() != nil:
		return err
	}
	o.missing(name, err)
	return nil
}

// each calls f for each element that opens, at any depth, until only depth elements are open. f may read on to the end of
// what it was called for.
func (x *xmlScanner) each(depth int, f func(x *xmlScanner) error) error {
	for {
		token, err := x.next()
		switch {
		case err != nil:
			return err
		case token == xmlClose && x.depth() <= depth:
			return nil
		case token == xmlOpen:
			if err := f(x); err != nil {
				return err
			}
		}
	}
}

// inside calls f for each element in the one that was opened last, at any depth, to its end.
func (x *xmlScanner) inside(f func(x *xmlScanner) error) error { return x.each(x.depth()-1, f) }

// alternate reads one of several ways in which a program wrote the same: the first that is understood.
func alternate(x *xmlScanner, read func() error) error {
	taken := false
	return x.inside(func(x *xmlScanner) error {
		switch {
		case x.name == "mc:Choice" && !taken && understood(x.attr("Requires")), x.name == "mc:Fallback" && !taken:
			taken = true
			return read()
		case x.name == "mc:Choice", x.name == "mc:Fallback":
			return x.skipElement()
		}
		return nil
	})
}

// understood reports whether what needs some namespaces, by the prefixes that all programs give them, says more to these
// readers than what stands for it: not ink, models in space, zooms into slides and pointers
// to drawings of before 2007, which have a picture instead.
func understood(requires string) bool {
	for _, prefix := range strings.Fields(requires) {
		switch prefix {
		case "aink", "am3d", "wpi", "pslz", "psez", "psuz", "iact", "v":
			return false
		}
	}
	return true
}

// textInside is the text in the element that was opened last, at any depth, as it is written.
func (x *xmlScanner) textInside() (string, error) {
	text, err := x.wholeText()
	return clean(text), err
}

// relations are those of a part by their names.
type relations map[string]relation

// maxRelations is how many relations a part may have: a workbook of pictures has thousands.
const maxRelations = 1 << 16

// relations returns those of a part; "" is the file itself. A part without any has none.
func (o *ooxml) relations(part string) relations {
	name := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if part == "" {
		name = "_rels/.rels"
	}
	if known, ok := o.known[name]; ok {
		return known
	}
	all := relations{}
	o.known[name] = all
	if !o.has(name) {
		return all
	}
	err := o.scan(name, func(x *xmlScanner) error {
		if x.name != "rel:Relationship" {
			return nil
		}
		if len(all) >= maxRelations {
			return tooMuch("entries", maxRelations)
		}
		r := relation{kind: path.Base(x.attr("Type")), target: x.attr("Target"), out: x.attr("TargetMode") == "External"}
		if !r.out {
			r.target = partName(part, r.target)
			o.reached[r.target] = true
		}
		if !r.out && r.kind != "hyperlink" && !o.has(r.target) {
			o.missing(r.target, fmt.Errorf("%s names it: %w", name, fs.ErrNotExist))
		}
		all[x.attr("Id")] = r
		return nil
	})
	if err != nil {
		o.missing(name, err)
	}
	return all
}

// partName is the name of the part to which a target in another part leads.
func partName(from, target string) string {
	target, _, _ = strings.Cut(target, "#")
	if rest, ok := strings.CutPrefix(target, "/"); ok {
		return path.Clean(rest)
	}
	return path.Join(path.Dir(from), target)
}

// first is the target of the first relation of a kind, in the order of names; "" if there is none.
func (rs relations) first(kind string) string {
	first, found := "", false
	for id, r := range rs {
		if r.kind == kind && !r.out && (!found || len(id) < len(first) || len(id) == len(first) && id < first) {
			first, found = id, true
		}
	}
	return rs[first].target
}

// ids are the names of relations in an order that is always the same: rId2 before rId10.
func (rs relations) ids() []string {
	ids := make([]string, 0, len(rs))
	for id := range rs {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return ids
}

// meta reads what the file says of itself, and returns the pages that its program counted, 0 if it did not say.
func (o *ooxml) meta() (pages int, err error) {
	m := &o.b.doc.Meta
	rs := o.relations("")
	if o.b.o.Plain {
		return 0, nil
	}
	if core := rs.first("core-properties"); o.has(core) {
		err = o.scan(core, func(x *xmlScanner) error {
			name := x.name
			set := map[string]*string{"dc:title": &m.Title, "dc:creator": &m.Author, "dc:subject": &m.Subject,
				"cp:keywords": &m.Keywords, "dc:language": &m.Language}[name]
			if set == nil && name != "dcterms:created" && name != "dcterms:modified" {
				return nil
			}
			text, err := x.textInside()
			text = strings.TrimSpace(text)
			switch {
			case set != nil:
				*set = text
			case name == "dcterms:created":
				m.Created, _ = time.Parse(time.RFC3339, text)
			default:
				m.Modified, _ = time.Parse(time.RFC3339, text)
			}
			return err
		})
	}
	if app := rs.first("extended-properties"); err == nil && o.has(app) {
		err = o.scan(app, func(x *xmlScanner) error {
			if x.name != "ep:Pages" {
				return nil
			}
			text, err := x.textInside()
			pages = intOf(text, 0)
			return err
		})
	}
	return pages, err
}

// isOOXML returns an is for office files whose main part is in a folder. A file whose list of parts is lost is known by
// its name.
func isOOXML(kind string, extensions ...string) func([]byte, *Source) bool {
	return func(head []byte, src *Source) bool {
		if !hasPrefix("PK\x03\x04")(head, src) {
			return false
		}
		if rest := head[min(len(head), 30):]; bytes.HasPrefix(rest, []byte("mimetypeapplication/")) {
			return false // what begins so says what it is, and never that it is one of these
		}
		archive, _, err := src.archive()
		if err != nil {
			return slices.Contains(extensions, src.extension())
		}
		for _, f := range archive.File {
			if isMain(slashed(f.Name), kind) {
				return true
			}
		}
		return mainOfRoot(archive, kind)
	}
}

// mainOfRoot reports whether the file says that its main part is in a folder.
func mainOfRoot(archive fs.FS, kind string) bool {
	f, err := archive.Open("_rels/.rels")
	if err != nil {
		return false
	}
	defer f.Close()
	data, _ := io.ReadAll(io.LimitReader(f, 1<<16))
	at := bytes.Index(data, []byte("/officeDocument\""))
	if at < 0 {
		return false
	}
	begin := bytes.LastIndexByte(data[:at], '<')
	element, _, _ := bytes.Cut(data[max(begin, 0):], []byte(">"))
	return bytes.Contains(element, []byte("\""+kind+"/")) || bytes.Contains(element, []byte("\"/"+kind+"/"))
}

// intOf is a whole number, or another where there is none.
func intOf(text string, or int) int {
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
		return n
	}
	return or
}
