package document

import (
	"bytes"
	"path"
	"strings"
)

// embedded reads an object of another program: what a chart shows, a file that is then an attachment. Others are a gap.
func (r *hwpxReader) embedded(o *hangulObject, kind string) error {
	id := r.x.attr("binaryItemIDRef")
	if kind == "chart" {
		id = r.x.attr("chartIDRef")
	}
	where := id
	if i, ok := r.items[id]; ok {
		where = i.href
	}
	switch {
	case kind == "chart" && r.pack.has(where):
		return r.chart(o, where)
	case kind == "ole" && r.pack.has(where):
		return r.ole(where)
	}
	r.b.gap(Gap{What: GapEmbedded, Page: r.begun, Where: where, Why: kind})
	return nil
}

// chart reads a chart as DrawingML has it: Hangul keeps the parts of office files.
func (r *hwpxReader) chart(o *hangulObject, part string) error {
	r.pack.read[part] = true
	d := &dmlReader{
		ooxml: &ooxml{pack: r.pack.pack, images: map[string]int{}, missed: map[string]bool{}, read: map[string]bool{}, looked: map[string]bool{}, met: &xmlNames{}},
		spend: func(int, int) error { return nil }, // it is counted with the paragraph in which it is
	}
	b, err := d.chart(part)
	o.Kind, o.Text, o.Blocks = b.Kind, b.Text, b.Blocks
	return err
}

// ole reads an object of OLE.
func (r *hwpxReader) ole(part string) error {
	data, err := r.pack.part(part)
	if err != nil {
		if fatal(err) {
			return err
		}
		r.damaged(part, err)
	}
	return r.b.ole(part, r.begun, data)
}

// ole attaches the file of another program that an object of OLE keeps in a compound file. One in which nothing is known is
// a gap.
func (b *builder) ole(part string, page int, data []byte) error {
	if at := bytes.Index(data[:min(len(data), 16)], []byte(cfbMagic)); at > 0 {
		data = data[at:] // Hangul writes the length before it
	}
	name := path.Base(part)
	if inner, err := openCompound(bytes.NewReader(data), int64(len(data)), b.limits.Entries); err == nil {
		if e, ok := inner.entry("Package"); ok {
			office, _ := inner.read(e, int64(len(data)))
			return b.attach(strings.TrimSuffix(name, path.Ext(name)), "", office)
		}
		for _, known := range []string{"Workbook", "Book", "WordDocument", "PowerPoint Document", "FileHeader"} {
			if _, ok := inner.entry(known); ok {
				return b.attach(name, "application/x-ole-storage", data)
			}
		}
	}
	b.gap(Gap{What: GapEmbedded, Page: page, Where: part, Why: "an object of another program"})
	return nil
}
