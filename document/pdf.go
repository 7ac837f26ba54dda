package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"exaone/chat"
)

// pdf reads ISO 32000 files by PDFium: its characters with their boxes become lines, paragraphs and tables here, by the
// structure that a tagged file has of itself, or else by their places.
var pdf = format{
	name: "pdf", extensions: []string{".pdf"}, foreign: true,
	is: func(head []byte, _ *Source) bool {
		return bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-"))
	},
	read: readPDF, count: countPDF,
	skip: []Kind{Comment}, // they are over the page and not of its text
}

func readPDF(ctx context.Context, src *Source, b *builder) error {
	data, err := src.bytes(b.limits)
	if err != nil {
		return err
	}
	b.doc.Unit, b.doc.Layout = Paper, Boxes
	r, err := openPDF(ctx, src, data, b.o)
	if err != nil {
		return err
	}
	defer func() { r.close() }()
	total := r.number("FPDF_GetPageCount", r.doc)
	switch {
	case r.err != nil:
		return r.err
	case total > b.limits.Pages:
		return tooMuch("pages", b.limits.Pages)
	case total < 1:
		return chat.NewError(chat.CodeDocumentDamaged, errors.New("no pages"), src.Name)
	}
	b.total = total
	r.about(&b.doc.Meta)
	b.doc.Outline = r.outline()
	files := r.files(b.limits.Unpacked)
	if r.err != nil { // what is about the document has broken it: its pages may be sound
		b.gap(Gap{What: GapStream, Where: "catalog", Why: r.err.Error()})
		r.close()
		if r, err = openPDF(ctx, src, data, b.o); err != nil {
			return err
		}
	}
	pages := &pdfPages{
		src: src, data: data, o: b.o, from: max(b.o.From, 1), total: total,
		open: func() (*pdfReader, error) { return openPDF(ctx, src, data, b.o) },
	}
	if b.o.search == nil { // a file within it is on none of its pages
		if err := readBesideCount(ctx, b, pages, r); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := b.attach(f.name, "", f.data); err != nil {
			if b.counted != nil {
				_, _ = b.counted() // nothing goes on behind an error
				b.counted = nil
			}
			return err
		}
	}
	return nil
}

// readBesideCount reads the pages, and begins the second pass once the first of them is there: processors are idle then
// that would not be afterwards.
func readBesideCount(ctx context.Context, b *builder, pages *pdfPages, r *pdfReader) error {
	type counted struct {
		Count
		err   error
		panic any
	}
	result := make(chan counted, 1)
	counting, cancel := context.WithCancel(ctx)
	begun := false
	begin := func() {
		begun = true
		go func() {
			var c counted
			defer func() {
				c.panic = recover()
				result <- c
			}()
			c.Count, c.err = countPages(counting, pages.data, pages.src.Password, b.limits)
		}()
	}
	finish := func() (Count, error) {
		c := <-result
		cancel()
		if c.panic != nil {
			panic(c.panic)
		}
		return c.Count, c.err
	}
	w := newPDFWriter(b)
	err := pages.read(ctx, r, func(p *laid, last bool) error {
		if !begun && !b.o.NoCount && p.number > pages.from+pagesBeside {
			begin()
		}
		return w.take(p, last)
	})
	switch {
	case begun && err == nil:
		b.counted = finish
	case begun:
		cancel()
		<-result
	default:
		cancel()
	}
	return err
}

// openPDF opens a document in an engine of its own.
func openPDF(ctx context.Context, src *Source, data []byte, o Options) (*pdfReader, error) {
	if o.Wait != nil {
		o.Wait(compileTime)
		defer o.Wait(0)
	}
	e, err := newEngine(ctx, o.Cache, int64(len(data))+engineMemory)
	if err != nil {
		return nil, chat.NewError(chat.CodeDocumentReader, err, src.Name)
	}
	r := &pdfReader{engine: e, fonts: map[uint64]*pdfFont{}, images: o.Images, noTags: o.noTags}
	if err := r.load(src, data); err != nil {
		e.close()
		return nil, err
	}
	r.bindText()
	return r, nil
}

// load gives PDFium the file.
func (r *pdfReader) load(src *Source, data []byte) error {
	var password uint64
	if src.Password != "" {
		password = r.text(src.Password)
	}
	if at := r.data(data); at != 0 {
		r.doc = r.call("FPDF_LoadMemDocument", at, uint64(len(data)), password)
	}
	if r.doc != 0 {
		r.tagged = r.number("FPDFCatalog_IsTagged", r.doc) != 0
		r.openForm()
		return r.err
	}
	const badPassword, badSecurity = 4, 5
	switch code := r.number("FPDF_GetLastError"); {
	case r.err != nil:
		return chat.NewError(chat.CodeDocumentDamaged, r.err, src.Name)
	case code == badPassword && src.Password == "":
		return chat.NewError(chat.CodeDocumentPassword, nil, src.Name)
	case code == badPassword:
		return chat.NewError(chat.CodeDocumentPasswordWrong, nil, src.Name)
	case code == badSecurity:
		return chat.NewError(chat.CodeDocumentCipher, nil, src.Name, cipherOf(data))
	default:
		return chat.NewError(chat.CodeDocumentDamaged, fmt.Errorf("pdfium: code %d", code), src.Name)
	}
}

// cipherOf is the name of the security handler that a file asks for.
func cipherOf(data []byte) string {
	i := bytes.LastIndex(data, []byte("/Encrypt"))
	if i < 0 {
		return "?"
	}
	for _, handler := range []string{"Adobe.PubSec", "Standard", "FoxitSec", "MicrosoftIRMServices", "EBX_HANDLER"} {
		if bytes.Contains(data, []byte(handler)) {
			return handler
		}
	}
	return "?"
}

// openForm makes the fields of a form readable.
func (r *pdfReader) openForm() {
	if r.number("FPDF_GetFormType", r.doc) <= 0 {
		return
	}
	const infoBytes = 512 // of FPDF_FORMFILLINFO, all callbacks none
	info := make([]byte, infoBytes)
	info[0] = 1 // its version
	r.form = r.call("FPDFDOC_InitFormFillEnvironment", r.doc, r.data(info))
}

// about reads what the document says of itself.
func (r *pdfReader) about(m *Meta) {
	get := func(key string) string {
		at := r.text(key)
		defer r.call("free", at)
		return r.wide("FPDF_GetMetaText", r.doc, at)
	}
	m.Title, m.Author, m.Subject, m.Keywords = get("Title"), get("Author"), get("Subject"), get("Keywords")
	m.Created, m.Modified = pdfTime(get("CreationDate")), pdfTime(get("ModDate"))
	m.Language = r.wide("FPDFCatalog_GetLanguage", r.doc)
}

// pdfTime reads "D:20240305143000+09'00'" as far as it goes.
func pdfTime(s string) time.Time {
	var digits, zone string
	for i, c := range s {
		if c >= '0' && c <= '9' {
			digits += string(c)
		} else if len(digits) > 0 {
			zone = s[i:]
			break
		}
	}
	if len(digits) > 14 {
		digits = digits[:14]
	}
	const layout = "20060102150405"
	if len(digits) < 4 || len(digits)%2 != 0 {
		return time.Time{}
	}
	t, err := time.Parse(layout[:len(digits)], digits)
	if err != nil {
		return time.Time{}
	}
	var hours, minutes int
	if n, _ := fmt.Sscanf(zone, "+%d'%d", &hours, &minutes); n >= 1 && hours < 24 {
		return t.Add(-time.Duration(hours)*time.Hour - time.Duration(minutes)*time.Minute)
	}
	if n, _ := fmt.Sscanf(zone, "-%d'%d", &hours, &minutes); n >= 1 && hours < 24 {
		return t.Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
	}
	return t
}

// RenderPDF draws a page of a PDF, from 1, as a PNG of dpi pixels an inch. Its errors are *chat.Error. A page that would be
// larger than the limits allow is drawn smaller.
func RenderPDF(ctx context.Context, src *Source, page int, dpi float64, o Options) ([]byte, error) {
	o.Limits = o.Limits.or()
	data, err := src.bytes(o.Limits)
	if err != nil {
		return nil, err
	}
	r, err := openPDF(ctx, src, data, o)
	if err != nil {
		return nil, err
	}
	defer r.close()
	png, _, err := r.render(page, dpi, o.Limits.Pixels)
	if err != nil {
		return nil, chat.NewError(chat.CodeDocumentDamaged, err, src.Name)
	}
	return png, ctx.Err()
}
