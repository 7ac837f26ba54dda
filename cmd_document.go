package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/ocr"
)

// documentCmd shows what a file says: its text, its structure, or what of it could be read.
type documentCmd struct {
	File     string `arg:"" type:"path" placeholder:"FILE"`
	Text     bool   `xor:"form" help:"document-text"`
	Markdown bool   `xor:"form"`
	JSON     bool   `name:"json" xor:"form" help:"document-json"`
	Manifest bool   `xor:"form"`
	All      bool   `help:"document-all"`
	Password string `placeholder:"PASSWORD"`
}

// What reading one file may take in this process, which does nothing else.
const (
	documentMemory  = 448 << 20 // what the process has beside what the Go runtime counts fits into 512 MB
	documentSilence = 8 * time.Second
	recogniseTime   = 4 * time.Minute // of one picture, on a machine with much else to do
)

// Run reads the file and writes it in the form that was asked for; what is missing is said beside it. Of a file that
// cannot be read to its end, what was read comes first.
func (c *documentCmd) Run(app *app) error {
	name := filepath.Base(c.File)
	password := c.Password
	if password == "-" {
		line, err := bufio.NewReader(app.in).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		password = strings.TrimRight(line, "\r\n")
	}
	defer document.Guard(documentMemory, sync.OnceFunc(func() {
		app.note(chat.CodeCLIFailed, chat.NewError(chat.CodeDocumentMemory, nil, name, documentMemory>>20).In(app.lang))
		os.Exit(exitFailed)
	}))()
	doc, err := c.read(app, name, password)
	if doc == nil {
		return err
	}
	if wrote := c.write(app, doc); wrote != nil {
		return wrote
	}
	app.noteGaps(name, doc.Manifest.Gaps)
	return err
}

// read reads the file, and ends the program, with words, if that takes too long.
func (c *documentCmd) read(app *app, name, password string) (doc *document.Document, err error) {
	if _, err := os.Stat(c.File); err != nil {
		return nil, chat.NewError(chat.CodeDocumentMissing, err, c.File)
	}
	if document.Foreign(c.File) {
		return c.readApart(app, name, password)
	}
	slow := time.AfterFunc(documentSilence, func() {
		app.note(chat.CodeCLIFailed, chat.NewError(chat.CodeDocumentSlow, nil, name, documentSilence.Seconds()).In(app.lang))
		os.Exit(exitFailed)
	})
	defer slow.Stop()
	defer func() {
		if p := recover(); p != nil {
			err = chat.NewError(chat.CodeDocumentReader, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), name)
		}
	}()
	wait := func(d time.Duration) { slow.Reset(max(d, documentSilence)) }
	pages := pageCounter{app: app, began: time.Now()}
	defer pages.clear()
	ctx, stop := context.WithCancelCause(app.ctx)
	defer stop(nil)
	doc, err = document.ReadFile(ctx, c.File, name, password, document.Options{
		NoCount: c.Text || c.Markdown,
		Plain:   c.Text && !c.All,
		Page: func(page document.Page, _ []document.Block, total int) error {
			slow.Reset(documentSilence)
			pages.show(page.Number, total)
			return nil
		},
		Wait: wait,
		Recognise: func(ctx context.Context, image document.Image) ([]document.Block, error) {
			wait(recogniseTime)
			defer wait(0)
			return app.recogniser().Recognise(ctx, image)
		},
		Foreign: func() { stop(errApart) },
	})
	if errors.Is(context.Cause(ctx), errApart) {
		slow.Stop()
		pages.clear()
		return c.readApart(app, name, password)
	}
	return doc, err
}

// errApart ends the reading of a file in this process.
var errApart = errors.New("it has a file in it that is to be read in a process of its own")

// readApart reads the file in a process of its own, which can be ended whatever it does.
func (c *documentCmd) readApart(app *app, name, password string) (*document.Document, error) {
	pool, err := app.readers(0)
	if err != nil {
		return nil, err
	}
	pages := pageCounter{app: app, began: time.Now()}
	defer pages.clear()
	return pool.Read(app.ctx, c.File, name, password, document.Options{
		NoCount: c.Text || c.Markdown,
		Page: func(page document.Page, _ []document.Block, total int) error {
			pages.show(page.Number, total)
			return nil
		},
		Recognise: app.recogniser().Recognise,
	})
}

// pageCounter shows on a terminal how many pages have been read, if that takes more than a second.
type pageCounter struct {
	app   *app
	began time.Time
	shown bool
}

func (p *pageCounter) show(done, total int) {
	if !p.app.errTTY || time.Since(p.began) < time.Second {
		return
	}
	p.shown = true
	if total > 0 {
		fmt.Fprintf(p.app.err, "\r\x1b[K%s", p.app.text(chat.CodeCLIPagesOf, done, total))
	} else {
		fmt.Fprintf(p.app.err, "\r\x1b[K%s", p.app.text(chat.CodeCLIPages, done))
	}
}

func (p *pageCounter) clear() {
	if p.shown {
		fmt.Fprint(p.app.err, "\r\x1b[K")
	}
}

// recogniser reads what is written in pictures.
func (a *app) recogniser() *ocr.Reader {
	if a.ocr == nil {
		a.ocr = ocr.New(ocr.Options{})
	}
	return a.ocr
}

// write writes the document in the form that was asked for.
func (c *documentCmd) write(app *app, doc *document.Document) error {
	w := bufio.NewWriter(app.out)
	switch {
	case c.JSON:
		if err := doc.WriteJSON(w); err != nil {
			return err
		}
	case c.Manifest:
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		if err := out.Encode(struct {
			File   string          `json:"file"`
			Format string          `json:"format"`
			Unit   document.Unit   `json:"unit"`
			Layout document.Layout `json:"layout"`
			document.Manifest
		}{filepath.Base(c.File), doc.Format, doc.Unit, doc.Layout, doc.Manifest}); err != nil {
			return err
		}
	case c.Markdown:
		fmt.Fprint(w, doc.Markdown())
	default:
		fmt.Fprint(w, doc.Text(c.All))
	}
	return w.Flush()
}

// noteGaps says what of a document could not be read.
func (a *app) noteGaps(name string, gaps []document.Gap) {
	const most = 20
	if len(gaps) == 0 {
		return
	}
	a.note(chat.CodeDocumentHoles, name, len(gaps))
	for _, g := range gaps[:min(len(gaps), most)] {
		fmt.Fprintln(a.err, "  "+gapText(a.lang, g))
	}
	if len(gaps) > most {
		fmt.Fprintln(a.err, "  …")
	}
}

// gapText is a hole in words: what, where, and how much of it came out.
func gapText(lang chat.Language, g document.Gap) string {
	text := chat.Text(lang, chat.CodeDocumentGap+chat.Code("_"+g.What))
	if g.Page > 0 {
		text = chat.Text(lang, chat.CodeDocumentGapPage, g.Page) + text
	}
	if g.In > 0 || g.Out > 0 {
		text += fmt.Sprintf(" (%d/%d)", g.Out, g.In)
	}
	for _, more := range []string{g.Where, g.Why} {
		if more != "" {
			text += ": " + more
		}
	}
	return text
}

// readerCmd is the process in which a server and a search read documents: see package document's Pool.
type readerCmd struct{}

// Run reads what it is told to until its input ends.
func (c *readerCmd) Run(app *app) error {
	return document.Serve(app.ctx, app.in, app.out, document.Options{Recognise: app.recogniser().Recognise})
}
