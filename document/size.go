package document

import "reflect"

// Bytes of what a document is made of, without what hangs from it.
var (
	sizeOfDocument = sizeOf[Document]()
	sizeOfPage     = sizeOf[Page]()
	sizeOfImage    = sizeOf[Image]()
	sizeOfGap      = sizeOf[Gap]()
	sizeOfBookmark = sizeOf[Bookmark]()
	sizeOfFile     = sizeOf[Attachment]()
	sizeOfBlock    = sizeOf[Block]()
	sizeOfRect     = sizeOf[Rect]()
	sizeOfMark     = sizeOf[Mark]()
	sizeOfGrid     = sizeOf[Grid]()
	sizeOfCell     = sizeOf[Cell]()
	sizeOfLine     = sizeOf[Line]()
)

func sizeOf[T any]() int64 { return int64(reflect.TypeFor[T]().Size()) }

// Size is about how many bytes of memory a document takes, with all that hangs from it.
func (d *Document) Size() int64 {
	n := sizeOfDocument + int64(len(d.Plain)) + int64(len(d.Pages))*sizeOfPage + sizeOfBlocks(d.Blocks)
	for i := range d.Pages {
		n += int64(len(d.Pages[i].Label))
	}
	for i := range d.Images {
		n += sizeOfImage + int64(len(d.Images[i].Name)) + int64(len(d.Images[i].Data))
	}
	n += int64(len(d.Manifest.Gaps)) * sizeOfGap
	for i := range d.Manifest.Gaps {
		n += int64(len(d.Manifest.Gaps[i].Where) + len(d.Manifest.Gaps[i].Why))
	}
	for i := range d.Outline {
		n += sizeOfBookmark + int64(len(d.Outline[i].Title))
	}
	for i := range d.Attachments {
		a := &d.Attachments[i]
		n += sizeOfFile + int64(len(a.Name)+len(a.Data))
		if a.Read != nil {
			n += a.Read.Size()
		}
	}
	return n
}

func sizeOfBlocks(blocks []Block) (n int64) {
	n = int64(cap(blocks)) * sizeOfBlock
	for i := range blocks {
		b := &blocks[i]
		n += int64(len(b.Marker)+len(b.Text)+len(b.Author)) + int64(cap(b.Marks))*sizeOfMark + sizeOfLines(b.Lines) + sizeOfBlocks(b.Blocks)
		if b.Rect != nil {
			n += sizeOfRect
		}
		for m := range b.Marks {
			n += int64(len(b.Marks[m].Value))
		}
		if b.Grid == nil {
			continue
		}
		n += sizeOfGrid + int64(cap(b.Grid.Cells))*sizeOfCell
		for c := range b.Grid.Cells {
			cell := &b.Grid.Cells[c]
			n += int64(len(cell.Text)+len(cell.Formula)+len(cell.Shown)) + sizeOfLines(cell.Lines) + sizeOfBlocks(cell.Blocks)
		}
	}
	return n
}

func sizeOfLines(lines []Line) int64 {
	n := int64(cap(lines)) * sizeOfLine
	for i := range lines {
		n += 2 * int64(cap(lines[i].Steps))
	}
	return n
}
