package document

import (
	"encoding/binary"
	"strings"
	"time"
)

// hwpMaxPending is how many paragraphs wait for one whose lines are known.
const hwpMaxPending = 4096

// emit adds a paragraph of the body. One whose lines are not stored waits for the next one that has some, which tells
// where between the two it stands. Until a line is found at all, it is not known whether the file has pages.
func (h *hwpReader) emit(b Block) error {
	if b.Rect == nil && b.Kind != Header {
		h.pending = append(h.pending, b)
		if len(h.pending) < hwpMaxPending {
			return nil // what it has stays counted as waiting
		}
		return h.addPending(h.flow.page, nil)
	}
	if err := h.addPending(b.Page, b.Rect); err != nil {
		return err
	}
	return h.addOn(b)
}

// addOn adds a paragraph whose page is known.
func (h *hwpReader) addOn(b Block) error {
	if b.Page > 0 && h.b.doc.Unit != Paper {
		h.b.doc.Unit, h.b.doc.Layout = Paper, Lines
		hwpMove(h.b.doc.Blocks, hwpTo(1, 0), 0) // those that had waited too long
	}
	if err := h.beginPages(b.Page); err != nil {
		return err
	}
	h.after, h.afterPage = h.flow.bottom, h.flow.page
	return h.b.add(b)
}

// addPending adds the paragraphs that wait for one that stands on a page; nil at the end of the document.
func (h *hwpReader) addPending(page int, next *Rect) error {
	waiting := h.pending
	h.pending, h.waiting, h.waitText = nil, 0, 0
	if len(waiting) == 0 {
		return nil
	}
	paper := h.flow.paper
	top, bottom := float64(paper.bodyTop)*hwpUnit, float64(paper.bodyTop+paper.bodyHeight)*hwpUnit
	at := max(waiting[0].Page, 1)
	from, to := top, bottom
	if at == h.afterPage {
		from = float64(h.after) * hwpUnit
	}
	if next != nil {
		const line = 8 // points: as much has room for a line
		switch {
		case page == at:
			to = next.Y0
		case next.Y0-top >= line*float64(len(waiting)):
			at, from, to = page, top, next.Y0
		}
	}
	if next == nil { // the last ones: as high as lines are
		const high = 16 // points
		to = min(bottom, from+high*float64(len(waiting)))
	}
	each := (to - from) / float64(len(waiting))
	for i := range waiting {
		b := &waiting[i]
		if page > 0 {
			b.Page = max(b.Page, at)
			hwpMove(waiting[i:i+1], hwpTo(b.Page, 0), 0)
		}
		switch left := float64(paper.bodyLeft) * hwpUnit; {
		case page > 0 && b.Page == at && each > 2:
			box := Rect{left, from + float64(i)*each, left + float64(paper.bodyWidth)*hwpUnit, from + float64(i+1)*each}
			b.Rect = &box
			if b.Text != "" {
				b.Lines = []Line{{End: len(b.Text), Page: at, Rect: box}}
			}
		default:
			h.loose = h.loose || b.Text != ""
		}
		if err := h.addOn(*b); err != nil {
			return err
		}
	}
	return nil
}

// beginPages begins the pages up to one.
func (h *hwpReader) beginPages(page int) error {
	for n := len(h.b.doc.Pages) + 1; n <= page; n++ {
		p := Page{Number: n, Width: float64(h.flow.paper.width) * hwpUnit, Height: float64(h.flow.paper.height) * hwpUnit}
		p.Label = h.printed(n)
		if err := h.b.page(p); err != nil {
			return err
		}
	}
	return nil
}

// printed is what is printed on a page, "" if that is its number.
func (h *hwpReader) printed(page int) string {
	if number := page + h.flow.number; h.flow.label.set || number != page {
		return h.flow.label.of(number)
	}
	return ""
}

// relabel says what is printed on the pages that have begun, from the one on which reading is: a paragraph that is not the
// first on its page may tell.
func (h *hwpReader) relabel() {
	for n := max(h.flow.page, 1); n <= len(h.b.doc.Pages); n++ {
		h.b.doc.Pages[n-1].Label = h.printed(n)
	}
}

// finish adds what is left at the end of the last section.
func (h *hwpReader) finish() error {
	if err := h.addPending(h.flow.page, nil); err != nil {
		return err
	}
	if h.loose && h.b.doc.Unit == Paper {
		h.b.doc.Layout = PageOnly
	}
	return h.beginPages(h.flow.page)
}

// preview gives the beginning of the text as Hangul keeps it for showing files in lists, where no section could be read.
func (h *hwpReader) preview() error {
	e, ok := h.file.entry("PrvText")
	if len(h.b.doc.Blocks) > 0 || !ok || h.decipher != nil {
		return nil
	}
	data, err := h.file.read(e, 1<<20)
	if err := h.b.unpack(int64(len(data))); err != nil {
		return err
	}
	if err != nil {
		h.b.gap(Gap{What: GapStream, Where: "PrvText", Why: err.Error()})
	}
	for _, line := range strings.Split(clean(utf16Text(data)), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := h.b.add(Block{Kind: Paragraph, Text: line, Place: Place{Section: 1}}); err != nil {
			return err
		}
	}
	return nil
}

// brokenOn is broken for a stream that is not the one being read.
func (h *hwpReader) brokenOn(page int, err error, where string) error {
	at := h.flow.page
	h.flow.page = page
	defer func() { h.flow.page = at }()
	return h.broken(err, where)
}

// Properties of the summary. [MS-OLEPS; the numbers are those of Office, the set is Hangul's own]
const (
	hwpTitle    = 2
	hwpSubject  = 3
	hwpAuthor   = 4
	hwpKeywords = 5
	hwpCreated  = 12
	hwpModified = 13
)

// summary reads what the document says of itself.
func (h *hwpReader) summary() {
	e, ok := h.file.entry("\x05HwpSummaryInformation")
	if !ok {
		return
	}
	data, err := h.file.read(e, 1<<20)
	if err != nil {
		h.b.gap(Gap{What: GapStream, Where: "HwpSummaryInformation", Why: err.Error()})
	}
	if len(data) < 48 {
		return
	}
	start := int64(binary.LittleEndian.Uint32(data[44:]))
	if start+8 > int64(len(data)) {
		return
	}
	set := data[start:]
	n := min(int64(binary.LittleEndian.Uint32(set[4:])), 64, int64(len(set)-8)/8)
	meta := &h.b.doc.Meta
	for i := range n {
		id, at := binary.LittleEndian.Uint32(set[8+8*i:]), int64(binary.LittleEndian.Uint32(set[12+8*i:]))
		if at+12 > int64(len(set)) {
			continue
		}
		switch value := set[at:]; id {
		case hwpTitle:
			meta.Title = hwpProperty(value)
		case hwpSubject:
			meta.Subject = hwpProperty(value)
		case hwpAuthor:
			meta.Author = hwpProperty(value)
		case hwpKeywords:
			meta.Keywords = hwpProperty(value)
		case hwpCreated:
			meta.Created = hwpTime(value)
		case hwpModified:
			meta.Modified = hwpTime(value)
		}
	}
}

// hwpProperty is a property that is a text.
func hwpProperty(value []byte) string {
	const text = 0x1f
	if binary.LittleEndian.Uint32(value) != text {
		return ""
	}
	n := int64(binary.LittleEndian.Uint32(value[4:]))
	all := utf16Text(value[8:min(8+2*n, int64(len(value)))])
	all, _, _ = strings.Cut(all, "\x00")
	return strings.TrimSpace(clean(all))
}

// hwpTime is a property that is a time: tenths of microseconds since 1601.
func hwpTime(value []byte) time.Time {
	const times = 0x40
	if binary.LittleEndian.Uint32(value) != times || len(value) < 12 {
		return time.Time{}
	}
	ticks := binary.LittleEndian.Uint64(value[4:])
	const to1970 = 11_644_473_600
	if seconds := int64(ticks/10_000_000) - to1970; seconds > 0 && seconds < 1<<33 {
		return time.Unix(seconds, int64(ticks%10_000_000)*100).UTC()
	}
	return time.Time{}
}
