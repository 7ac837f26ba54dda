package document

import "slices"

// Count is how much of what there is. The reader's side is counted while it builds, the file's by a second pass that
// shares no code with the reader.
type Count struct {
	Pages      int   `json:"pages"`
	Tables     int   `json:"tables"`
	Cells      int   `json:"cells"`
	Images     int   `json:"images"`
	Characters int64 `json:"characters"` // without white space

	pages  *[]pageCount // of formats whose pages are counted one by one
	faults *[]Gap       // what the second pass found to be damaged
}

// Manifest says what went in and what came out. A document is Whole if nothing is missing. What is missing of one that was Cut
// another reading may find.
type Manifest struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	In     *Count `json:"in,omitempty"` // nil: the second pass could not read the file; a gap says why
	Out    Count  `json:"out"`
	Gaps   []Gap  `json:"gaps,omitempty"`
	Whole  bool   `json:"whole"`
	Cut    bool   `json:"cut,omitempty"` // its reader was ended, or ended itself, before the document did
}

// Gap is a hole: something in the file that is not in the document.
type Gap struct {
	What  GapKind `json:"what"`
	Page  int     `json:"page,omitempty"`  // 0: of the whole file, or where is not known
	Where string  `json:"where,omitempty"` // within the file: a stream, an entry, a cell
	In    int64   `json:"in,omitempty"`    // how many there are in the file
	Out   int64   `json:"out,omitempty"`   // how many came out
	Why   string  `json:"why,omitempty"`   // for the log and a curious person: what was found, what was wanted
}

// GapKind is what is missing.
type GapKind string

// The kinds of gaps. Each has its words in package chat.
const (
	GapPage       GapKind = "page"       // a page could not be read
	GapPages      GapKind = "pages"      // fewer came out than went in
	GapTables     GapKind = "tables"     //
	GapCells      GapKind = "cells"      //
	GapImages     GapKind = "images"     //
	GapCharacters GapKind = "characters" //
	GapStream     GapKind = "stream"     // a stream of the file is damaged
	GapEntry      GapKind = "entry"      // an entry of an archive is damaged, or was not read
	GapCell       GapKind = "cell"       // a cell of a sheet could not be read
	GapText       GapKind = "text"       // bytes that are no text in the encoding, a font without a map to Unicode
	GapScan       GapKind = "scan"       // a page is a picture, and nobody was there to recognise it
	GapTable      GapKind = "table"      // a table whose cells do not fit together
	GapEmbedded   GapKind = "embedded"   // an object that no reader opens: a chart's drawing, OLE
	GapCounted    GapKind = "uncounted"  // the second pass could not count
)

// compare adds gaps for what the file has and the document has not.
func (m *Manifest) compare() {
	if m.In == nil {
		return
	}
	lost := func(what GapKind, in, out int64) {
		if out < in {
			m.Gaps = append(m.Gaps, Gap{What: what, In: in, Out: out})
		}
	}
	if m.In.pages != nil {
		m.comparePages()
		return
	}
	lost(GapPages, int64(m.In.Pages), int64(m.Out.Pages))
	lost(GapTables, int64(m.In.Tables), int64(m.Out.Tables))
	lost(GapCells, int64(m.In.Cells), int64(m.Out.Cells))
	lost(GapImages, int64(m.In.Images), int64(m.Out.Images))
	lost(GapCharacters, m.In.Characters, m.Out.Characters)
}

// pageCount is what one page has.
type pageCount struct {
	page       int
	characters int64
	images     int
}

// comparePages adds gaps page by page. The two sides do not count alike: a letter may be two of them, what is drawn twice
// may be one, a space may be a letter to whoever does not know the font. A page is holed if nothing came out of what is on
// it, or less than nine tenths and by more than a few.
func (m *Manifest) comparePages() {
	const few = 8
	var out []pageCount
	if m.Out.pages != nil {
		out = *m.Out.pages
	}
	for _, g := range *m.In.faults {
		if !slices.Contains(m.Gaps, g) {
			m.Gaps = append(m.Gaps, g)
		}
	}
	last := 0
	for _, p := range out {
		last = p.page
		if p.page > len(*m.In.pages) {
			continue
		}
		in := (*m.In.pages)[p.page-1]
		if less := in.characters - p.characters; less > few && p.characters*10 < in.characters*9 || p.characters == 0 && less > 0 {
			m.Gaps = append(m.Gaps, Gap{What: GapCharacters, Page: p.page, In: in.characters, Out: p.characters})
		}
		if p.images < in.images {
			m.Gaps = append(m.Gaps, Gap{What: GapImages, Page: p.page, In: int64(in.images), Out: int64(p.images)})
		}
	}
	if last < m.In.Pages {
		m.Gaps = append(m.Gaps, Gap{What: GapPages, In: int64(m.In.Pages), Out: int64(last)})
	}
}
