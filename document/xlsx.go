package document

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
)

// xlsx reads Excel's files: SpreadsheetML, part 1 of ECMA-376, 18, and its macro-enabled and template variants. Each sheet
// is a page with one table, in which cells stand where they stand in the sheet; its name is the page's label.
//
// It is a reader of our own, as those of the other office files are: a library would read a sheet of a million cells into
// a tree first, does not say what of a damaged file is missing, and would have to be kept in a process of its own.
var xlsx = format{
	name:       "xlsx",
	extensions: []string{".xlsx", ".xlsm", ".xltx", ".xltm"},
	is:         isXLSX,
	read:       readXLSX,
	count:      countXLSX,
	skip:       []Kind{Header, Footer, Comment, Picture, Chart, Diagram, Box},
}

// isXLSX knows a workbook by its parts, or by its name: some programs put the parts into no folder.
func isXLSX(head []byte, src *Source) bool {
	extensions := []string{".xlsx", ".xlsm", ".xltx", ".xltm"}
	return isOOXML("xl", extensions...)(head, src) || hasPrefix("PK\x03\x04")(head, src) && slices.Contains(extensions, src.extension())
}

// xlsxReader is a workbook that is being read.
type xlsxReader struct {
	*ooxml
	rels    relations // of the workbook
	strings []string
	styles  xlsxStyles
	epoch   int // serial number of 1970-01-01
	persons map[string]string
	once    once // parts that are drawn on a sheet
}

// The serial number of 1970-01-01, counted from 1900 with a day too many, as Excel does, or from 1904.
const (
	epoch1900 = 25569
	epoch1904 = 24107
)

// xlsxEntry is a sheet as the workbook lists it.
type xlsxEntry struct {
	name, id string
	hidden   bool
}

func readXLSX(_ context.Context, src *Source, b *builder) error {
	o, err := openOOXML(src, b, "xl")
	if err != nil {
		return err
	}
	b.doc.Unit, b.doc.Layout = Sheet, PageOnly
	r := &xlsxReader{ooxml: o, epoch: epoch1900}
	if _, err := o.meta(); err != nil {
		return err
	}
	r.rels = r.relations(r.main)
	sheets, err := r.readWorkbook()
	if err != nil {
		return err
	}
	if err := r.readShared(); err != nil {
		return err
	}
	b.total = len(sheets)
	for i, s := range sheets {
		if err := b.page(Page{Number: i + 1, Label: s.name, Hidden: s.hidden}); err != nil {
			return err
		}
		if err := r.readSheet(i+1, s); err != nil {
			return err
		}
	}
	return o.verify()
}

// readWorkbook reads what the workbook says of its sheets. If it says nothing, they are those that it is related to.
func (r *xlsxReader) readWorkbook() ([]xlsxEntry, error) {
	var sheets []xlsxEntry
	err := r.scan(r.main, func(x *xmlScanner) error {
		switch local(x.name) {
		case "workbookPr":
			if onOffOf(x.attr("date1904")) && x.attr("date1904") != "" {
				r.epoch = epoch1904
			}
		case "sheet":
			if len(sheets) >= r.b.limits.Pages {
				return tooMuch("pages", r.b.limits.Pages)
			}
			state := x.attr("state")
			sheets = append(sheets, xlsxEntry{name: clean(x.attr("name")), id: x.attr("r:id"), hidden: state == "hidden" || state == "veryHidden"})
		}
		return nil
	})
	if len(sheets) == 0 && err == nil {
		r.missing(r.main, errors.New("lists no sheets"))
		for _, id := range r.rels.ids() {
			if r.rels[id].kind == "worksheet" {
				sheets = append(sheets, xlsxEntry{name: id, id: id})
			}
		}
	}
	if len(sheets) == 0 && err == nil {
		return nil, chat.NewError(chat.CodeDocumentDamaged, errors.New("no sheets"), r.main)
	}
	return sheets, err
}

// readShared reads what sheets share: texts, styles, persons.
func (r *xlsxReader) readShared() error {
	for _, step := range []struct {
		kind string
		read func(name string) error
	}{
		{"styles", r.readStyles}, {"sharedStrings", r.readStrings}, {"person", r.readPersons},
	} {
		if name := r.rels.first(step.kind); name != "" {
			if err := step.read(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// readStrings reads the texts that cells share. A cell names one by its number.
func (r *xlsxReader) readStrings(name string) error {
	size := int64(0)
	return r.scan(name, func(x *xmlScanner) error {
		if local(x.name) != "si" {
			return nil
		}
		text, err := xlsxText(x)
		if err != nil && text == "" {
			return err
		}
		size += int64(len(text)) + 16 // of a string without text
		if size > r.b.limits.Text {
			return r.b.limits.over("text")
		}
		r.strings = append(r.strings, text)
		return err
	})
}

// xlsxText is the text in the element that was opened last, of all its runs, without the reading aids of some of them.
func xlsxText(x *xmlScanner) (string, error) {
	var out []byte
	aid := 0
	for depth := x.depth(); ; {
		token, err := x.next()
		if err != nil {
			return xlsxUnescape(clean(string(out))), err
		}
		switch token {
		case xmlOpen:
			if local(x.name) == "rPh" {
				aid++
			}
		case xmlClose:
			if local(x.name) == "rPh" {
				aid--
			}
			if x.depth() < depth {
				return xlsxUnescape(clean(string(out))), nil
			}
		case xmlText:
			if parent := x.open[len(x.open)-1]; aid == 0 && local(parent) == "t" {
				out = append(out, x.text...)
			}
		}
	}
}

// xlsxUnescape turns _x000D_ into the character of that number, which XML could not have. [ECMA-376, part 1, 22.9.2.19]
func xlsxUnescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var out strings.Builder
	for {
		at := strings.Index(text, "_x")
		if at < 0 {
			break
		}
		out.WriteString(text[:at])
		text = text[at:]
		if len(text) >= 7 && text[6] == '_' {
			if n, err := strconv.ParseUint(text[2:6], 16, 16); err == nil && (n < 0xd800 || n >= 0xe000) {
				out.WriteRune(rune(n))
				text = text[7:]
				continue
			}
		}
		out.WriteString(text[:2])
		text = text[2:]
	}
	out.WriteString(text)
	return clean(out.String())
}

// readPersons reads who wrote comments that are answered.
func (r *xlsxReader) readPersons(name string) error {
	r.persons = map[string]string{}
	return r.scan(name, func(x *xmlScanner) error {
		if local(x.name) == "person" {
			r.persons[x.attr("id")] = clean(x.attr("displayName"))
		}
		return nil
	})
}
