package document

import (
	"fmt"
	"slices"
	"strings"
)

// The kinds of annotations, as FPDFAnnot_GetSubtype has them.
const (
	annotText, annotLink, annotFreeText = 1, 2, 3
	annotPopup, annotFile, annotWidget  = 16, 17, 20
)

const mostNotes = 20_000 // of a page

// annotations reads what is laid over the page: links, comments, fields of a form, files.
func (r *pdfReader) annotations(p *pdfPage, page uint64) {
	n := r.number("FPDFPage_GetAnnotCount", page)
	for i := range uint64(min(max(n, 0), mostNotes)) {
		a := r.call("FPDFPage_GetAnnot", page, i)
		if a == 0 {
			continue
		}
		var at [4]float64 // left, top, right, bottom
		r.call("FPDFAnnot_GetRect", a, r.scratch)
		r.floats(at[:])
		box := p.frame.rect(at[0], at[3], at[2], at[1]).rounded()
		if !finite(box.X0, box.Y0, box.X1, box.Y1) {
			box = Rect{}
		}
		const hidden = 1 << 1
		switch kind := r.number("FPDFAnnot_GetSubtype", a); {
		case kind == annotPopup:
		case kind == annotLink:
			if to := r.leads(a); to != "" {
				p.links = append(p.links, pdfLink{box, to})
			}
		case kind == annotWidget:
			r.field(p, a, box)
		default:
			text := strings.TrimSpace(r.string(a, "Contents"))
			if text == "" {
				break
			}
			b := Block{Kind: Comment, Text: text, Author: r.string(a, "T"), Hidden: r.number("FPDFAnnot_GetFlags", a)&hidden != 0}
			b.Page, b.Rect = p.number, &box
			p.notes = append(p.notes, b)
		}
		r.call("FPDFPage_CloseAnnot", a)
	}
}

// string is a text of an annotation.
func (r *pdfReader) string(annotation uint64, key string) string {
	at := r.text(key)
	defer r.call("free", at)
	return r.wide("FPDFAnnot_GetStringValue", annotation, at)
}

// leads is where a link leads: an address, or a page of the document.
func (r *pdfReader) leads(annotation uint64) string {
	link := r.call("FPDFAnnot_GetLink", annotation)
	if link == 0 {
		return ""
	}
	target := r.call("FPDFLink_GetDest", r.doc, link)
	if action := r.call("FPDFLink_GetAction", link); action != 0 && target == 0 {
		const goTo, uri = 1, 3
		switch r.number("FPDFAction_GetType", action) {
		case uri:
			return clean(r.narrow("FPDFAction_GetURIPath", r.doc, action))
		case goTo:
			target = r.call("FPDFAction_GetDest", r.doc, action)
		}
	}
	if target == 0 {
		return ""
	}
	if page := r.number("FPDFDest_GetDestPageIndex", r.doc, target); page >= 0 {
		return fmt.Sprintf("#page=%d", page+1)
	}
	return ""
}

// field reads a field of a form, and what is filled in.
func (r *pdfReader) field(p *pdfPage, annotation uint64, box Rect) {
	if r.form == 0 {
		return
	}
	const button, check, radio = 1, 2, 3
	kind := r.number("FPDFAnnot_GetFormFieldType", r.form, annotation)
	name := r.wide("FPDFAnnot_GetFormFieldName", r.form, annotation)
	value := ""
	switch kind {
	case button:
		return
	case check, radio:
		if r.number("FPDFAnnot_IsChecked", r.form, annotation) == 0 {
			return
		}
		value = "☑"
		if export := r.wide("FPDFAnnot_GetFormFieldExportValue", r.form, annotation); export != "" && export != "Yes" && export != "On" {
			value += " " + export
		}
	default:
		value = r.wide("FPDFAnnot_GetFormFieldValue", r.form, annotation)
	}
	if strings.TrimSpace(value) == "" {
		return
	}
	b := Block{Kind: Field, Marker: name, Text: value}
	b.Page, b.Rect = p.number, &box
	if box != (Rect{}) {
		b.Lines = []Line{{End: len(value), Page: p.number, Rect: box}}
	}
	p.fields = append(p.fields, b)
}

// Bookmark is an entry of a document's outline: its own list of what is where.
type Bookmark struct {
	Title string `json:"title"`
	Level int    `json:"level"`          // from 1
	Page  int    `json:"page,omitempty"` // 0: it leads nowhere
}

// outline reads the bookmarks.
func (r *pdfReader) outline() []Bookmark {
	const most = 20_000
	var out []Bookmark
	seen := map[uint64]bool{}
	var walk func(parent uint64, level int)
	walk = func(parent uint64, level int) {
		for b := r.call("FPDFBookmark_GetFirstChild", r.doc, parent); b != 0 && !seen[b] && len(out) < most && level < 50; b = r.call("FPDFBookmark_GetNextSibling", r.doc, b) {
			seen[b] = true
			mark := Bookmark{Title: strings.TrimSpace(r.wide("FPDFBookmark_GetTitle", b)), Level: level}
			if to := r.call("FPDFBookmark_GetDest", r.doc, b); to != 0 {
				mark.Page = max(r.number("FPDFDest_GetDestPageIndex", r.doc, to)+1, 0)
			}
			out = append(out, mark)
			walk(b, level+1)
		}
	}
	walk(0, 1)
	return slices.Clip(out)
}

// pdfFile is a file in a PDF.
type pdfFile struct {
	name string
	data []byte
}

// files reads the files that are in the document, up to so many bytes of them together.
func (r *pdfReader) files(most int64) []pdfFile {
	const count = 1000
	var out []pdfFile
	for i := range uint64(min(max(r.number("FPDFDoc_GetAttachmentCount", r.doc), 0), count)) {
		a := r.call("FPDFDoc_GetAttachment", r.doc, i)
		if a == 0 {
			continue
		}
		f := pdfFile{name: r.wide("FPDFAttachment_GetName", a)}
		if r.number("FPDFAttachment_GetFile", a, 0, 0, r.scratch) != 0 {
			if b := r.bytes(r.scratch, 4); len(b) == 4 {
				n := int64(b[0]) | int64(b[1])<<8 | int64(b[2])<<16 | int64(b[3])<<24
				if n > 0 && n <= most {
					most -= n
					f.data = r.file(a, n)
				}
			}
		}
		out = append(out, f)
	}
	return out
}

func (r *pdfReader) file(attachment uint64, n int64) []byte {
	at := r.call("malloc", uint64(n))
	if at == 0 {
		return nil
	}
	defer r.call("free", at)
	if r.number("FPDFAttachment_GetFile", attachment, at, uint64(n), r.scratch) == 0 {
		return nil
	}
	return append([]byte(nil), r.bytes(at, int(n))...)
}
