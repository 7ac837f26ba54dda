// Package document turns files and images into text that remembers where it stands: one file for each format, one model
// for all. It knows pages, headings, paragraphs, lists, tables, notes, headers, captions, equations, images, comments,
// tracked changes and hidden text, and of every piece of text its page and box, or what the format keeps instead.
//
//	Source ── detect ──▶ format.read ──▶ builder ──▶ Document ──▶ Text, Markdown, JSON, passages
//	   └──────────────▶ format.count ──▶ Count ──▶ Manifest: what is in the file, what came out, what is missing
//
// Text of a document is data. Nothing here follows a link, runs a macro, or opens another file than the one it was given.
package document

import (
	"context"
	"io"
	"time"
)

// Source is a file to be read. Its bytes are read at random, and by one reader at a time.
type Source struct {
	io.ReaderAt
	Size     int64
	Name     string // the file's own name, without a folder; only its extension says anything
	Password string // opens an encrypted file; "" tries without

	listed *listed // of an archive: its list of files, once somebody has asked
}

// Document is what a file says. It and what hangs from it is the caller's.
type Document struct {
	Format      string       `json:"format"` // the reader's name: "hwp", "pdf"
	Meta        Meta         `json:"meta"`
	Unit        Unit         `json:"unit"`
	Layout      Layout       `json:"layout"`
	Pages       []Page       `json:"pages"`
	Blocks      []Block      `json:"blocks"` // in reading order
	Images      []Image      `json:"images,omitempty"`
	Outline     []Bookmark   `json:"outline,omitempty"` // the document's own list of what is where
	Attachments []Attachment `json:"attachments,omitempty"`
	Plain       string       `json:"plain,omitempty"` // the whole text as it is written, of a format that is plain text with marks: Markdown
	Manifest    Manifest     `json:"manifest"`

	text *string // of the blocks, of a document that was read for it alone and has none
}

// Meta is what a file says of itself. Nobody vouches for it.
type Meta struct {
	Title    string    `json:"title,omitempty"`
	Author   string    `json:"author,omitempty"`
	Subject  string    `json:"subject,omitempty"`
	Keywords string    `json:"keywords,omitempty"`
	Language string    `json:"language,omitempty"` // BCP 47
	Created  time.Time `json:"created,omitzero"`
	Modified time.Time `json:"modified,omitzero"`
	From     string    `json:"from,omitempty"` // of a message
	To       string    `json:"to,omitempty"`
	CC       string    `json:"cc,omitempty"`
	Encoding string    `json:"encoding,omitempty"` // of plain text, as it was found: "cp949"
}

// Unit is what a Page of a document is.
type Unit string

// The units. A flow has no pages that its file knows of: its places are sections and paragraphs.
const (
	Paper   Unit = "page"
	Slide   Unit = "slide"
	Sheet   Unit = "sheet"
	Chapter Unit = "chapter"
	Flow    Unit = "flow"
)

// Layout is how precisely the format of a document says where text stands.
type Layout string

// The layouts, from the most precise.
const (
	Boxes      Layout = "boxes"      // each line has a page and a box on it
	Lines      Layout = "lines"      // each line has a page and a height on it, worked out from what the format keeps
	PageOnly   Layout = "pages"      // text has a page
	Paragraphs Layout = "paragraphs" // text has a section and a paragraph of it, no page
)

// Page is a page of paper, a slide, a sheet or a chapter. Lengths are points of 1/72 inch.
type Page struct {
	Number int     `json:"number"`          // from 1, in the file's order
	Label  string  `json:"label,omitempty"` // what is printed on it, a sheet's name, a chapter's title
	Width  float64 `json:"width,omitempty"`
	Height float64 `json:"height,omitempty"`
	Hidden bool    `json:"hidden,omitempty"` // a hidden slide or sheet
}

// Image is a picture in a document, or the document itself.
type Image struct {
	Name   string `json:"name,omitempty"` // within the file
	Type   string `json:"type,omitempty"` // media type: "image/png"
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"` // pixels
	Page   int    `json:"page,omitempty"`   // where it was first seen
	Size   int64  `json:"size"`             // bytes as stored
	Data   []byte `json:"-"`                // as stored; nil unless Options.Images
}

// Attachment is a file within a file: of a message, a ZIP, a PDF. It is read, if at all, as a document of its own.
type Attachment struct {
	Name string    `json:"name"`
	Type string    `json:"type,omitempty"`
	Size int64     `json:"size"`
	Data []byte    `json:"-"`
	Read *Document `json:"document,omitempty"` // what is in it, if it was read
	Why  string    `json:"why,omitempty"`      // why it was not: a code of package chat
}

// Options are how a document is read. The zero value reads text, with the usual limits.
type Options struct {
	Limits Limits
	Images bool // keep the bytes of images
	// Page, if set, is called when a page and what is on it is whole, in order, by the goroutine that reads; total is 0
	// while it is not known. An error ends the reading.
	Page    func(page Page, blocks []Block, total int) error
	NoCount bool // without the second pass: the manifest has no In
	// Plain reads for Document.Text(false) alone, as fast as can be, without the second pass. Readers may leave out whatever that
	// does not depend on: the document may have no blocks, pages and pictures, and its manifest has the gaps and nothing else,
	// and none of what is no text: pictures, previews, headers, notes, styles. A file in which a gap is found is read whole, so
	// that the gap is described as it always is.
	Plain bool
	From  int // the first page that is wanted; formats that cannot begin in the middle read all and leave out what is before
	// Wait, if set, is called by a reader that hands over to another program, or compiles one, with how long that may take: it
	// has no page to show meanwhile. 0 is the end of it.
	Wait  func(time.Duration)
	Cache string // a folder for what readers compile; "" is one of the user's
	// Foreign, if set, is called instead of reading a file within this one that must be read in a process of its own, as the
	// function Foreign says it. Whoever sets it ends the context then, and has all of the file read in such a process.
	Foreign func()
	// Recognise, if set, reads a picture: package document knows no optical character recognition by itself.
	Recognise func(ctx context.Context, image Image) ([]Block, error)

	begun  func(*Document) // is told of the document before anything of it is read, and of none within it
	search *search         // if it is set, a file within this one is looked for, and what is read is of no use
	noTags bool            // of a PDF the structure is not read: tests hold what is worked out from places to it
}

// Read reads a document. Its errors are *chat.Error with a code that a person may read, and what was read until then
// comes with it. A document with a hole is no error: its Manifest says what is missing.
func Read(ctx context.Context, src *Source, o Options) (*Document, error) {
	memory := rooms.Get().(*room)
	src = src.inMemory(memory.take)
	f, err := detect(src)
	if err != nil {
		return nil, err
	}
	doc, err := readAs(ctx, f, src, o, 0)
	if f.lets {
		memory.leave()
	}
	return doc, err
}
