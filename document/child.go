package document

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"exaone/chat"
)

// Documents of others are read in a process of their own: what a hostile file does to a reader, it does to nobody else.
// Parent and child speak gob over the child's standard streams: an order for each document, and replies until one ends it.

// order asks a child for a document.
type order struct {
	Path, Name, Password string
	Limits               Limits
	Images, Recognise    bool
	From                 int
	NoCount              bool
	Silence              time.Duration // how long the child may read without a page to show
	Whole                time.Duration // and all of the document
	Memory               int64         // bytes
	Warm                 bool          // no document: see Pool.Warm
	View                 *View         // a drawing of a page, and no document
	Inner                *Inner        // a file within it, and no document
}

// reply is a page, or the end of a document.
type reply struct {
	Page   Page
	Blocks []Block
	Total  int
	Format string // of the document that the page is of, and its unit and layout
	Unit   Unit
	Layout Layout
	Waits  bool          // no page: none is to be expected for
	Wait   time.Duration // so long, or, at the end of that, 0
	Piece  []byte        // no page: what comes next of a file within the file

	Done    bool
	Doc     *Document // without the blocks that were sent with pages
	Code    chat.Code // of the error that ended the reading; "" is none
	Args    []any
	Why     string // for the log
	Drawing Drawing
	Over    bool // the child has grown, and takes no further order
}

// Serve is a child's work: it reads orders and answers them until there are no more. base is what orders do not say: the
// recogniser, above all. It returns when in ends, and not when ctx does: a terminal, and whoever manages services, tell every
// process of a group to end, and a child that ended by itself would hand over half a document as if there were no more of it.
// Whoever gave the order kills it.
func Serve(ctx context.Context, in io.Reader, out io.Writer, base Options) error {
	ctx = context.WithoutCancel(ctx)
	w := bufio.NewWriter(out)
	orders, replies := gob.NewDecoder(in), gob.NewEncoder(w)
	for {
		var o order
		if err := orders.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read an order: %w", err)
		}
		last := serve(ctx, o, base, func(r reply) error { return errors.Join(replies.Encode(r), w.Flush()) })
		if err := replies.Encode(last); err != nil {
			return err
		}
		if err := w.Flush(); err != nil || last.Over {
			return err
		}
	}
}

// recogniseTime is how long reading one picture may take, on a machine with much else to do.
const recogniseTime = 4 * time.Minute

// exitMemory is how a child says that a document took more memory than it may.
const exitMemory = 77

// serve reads one document. A panic of a reader ends that document and nothing else.
func serve(ctx context.Context, o order, base Options, send func(reply) error) (last reply) {
	last.Done = true
	defer func() {
		if p := recover(); p != nil {
			last.Code, last.Args, last.Why, last.Over = chat.CodeDocumentReader, []any{o.Name}, fmt.Sprintf("panic: %v\n%s", p, debug.Stack()), true
		}
	}()
	stop := Guard(o.Memory, func() { os.Exit(exitMemory) })
	defer stop()
	if o.Warm {
		last.Over = true // it is the slowest of all now
		if err := warm(base.Cache); err != nil {
			last.Code, last.Args, last.Why = chat.CodeDocumentReader, []any{o.Name}, err.Error()
		}
		return last
	}
	options := base
	options.Wait = func(d time.Duration) { _ = send(reply{Waits: true, Wait: d}) } // whoever is gone is noticed at the next page
	options.Limits, options.Images, options.From, options.NoCount = o.Limits, o.Images, o.From, o.NoCount
	if !o.Recognise || base.Recognise == nil {
		options.Recognise = nil
	} else {
		options.Recognise = func(ctx context.Context, image Image) ([]Block, error) {
			options.Wait(recogniseTime)
			defer options.Wait(0)
			return base.Recognise(ctx, image)
		}
	}
	if o.View != nil {
		var err error
		last.Drawing, err = drawFile(ctx, o, options)
		last.failed(o, err)
		last.Over = inUse() > o.Memory/2
		return last
	}
	if o.Inner != nil {
		last.failed(o, extractFile(ctx, o, options, send))
		last.Over = inUse() > o.Memory/2
		return last
	}
	sent, reading := 0, &Document{}
	options.begun = func(doc *Document) { reading = doc }
	options.Page = func(page Page, blocks []Block, total int) error {
		sent += len(blocks)
		return send(reply{Page: page, Blocks: blocks, Total: total, Format: reading.Format, Unit: reading.Unit, Layout: reading.Layout})
	}
	doc, err := ReadFile(ctx, o.Path, o.Name, o.Password, options)
	if doc != nil {
		doc.Blocks = doc.Blocks[min(sent, len(doc.Blocks)):]
	}
	last.Doc = doc
	last.Over = inUse() > o.Memory/2
	last.failed(o, err)
	return last
}

// failed says why an order could not be followed, if err is not nil.
func (r *reply) failed(o order, err error) {
	if err == nil {
		return
	}
	r.Code, r.Args, r.Why = chat.CodeDocumentDamaged, []any{o.Name}, err.Error()
	if told, ok := errors.AsType[*chat.Error](err); ok {
		r.Code, r.Args = told.Code, plainArgs(told.Params)
	}
}

// drawTime is how long drawing a page may take, on a machine with much else to do.
const drawTime = time.Minute

// drawFile is Draw of a file on the disk.
func drawFile(ctx context.Context, o order, options Options) (Drawing, error) {
	options.Wait(drawTime)
	defer options.Wait(0)
	if recognise := options.Recognise; recognise != nil {
		options.Recognise = func(ctx context.Context, image Image) ([]Block, error) {
			defer options.Wait(drawTime)
			return recognise(ctx, image)
		}
	}
	return DrawFile(ctx, o.Path, o.Name, *o.View, options)
}

// pieceBytes is how much of a file within a file is sent at once.
const pieceBytes = 1 << 20

// extractFile is Extract of a file on the disk, which is sent piece by piece.
func extractFile(ctx context.Context, o order, options Options, send func(reply) error) error {
	options.Wait(drawTime)
	data, err := ExtractFile(ctx, o.Path, o.Name, *o.Inner, options)
	options.Wait(0)
	if err != nil {
		return err
	}
	for piece := range slices.Chunk(data, pieceBytes) {
		if err := send(reply{Piece: piece}); err != nil {
			return err
		}
	}
	return nil
}

// DrawFile is Draw of a file on the disk. name is what it is called; "" is its path's last element.
func DrawFile(ctx context.Context, path, name string, v View, o Options) (Drawing, error) {
	return withFile(path, name, "", func(src *Source) (Drawing, error) { return Draw(ctx, src, v, o) })
}

// plainArgs are parameters that gob can carry.
func plainArgs(params []any) []any {
	out := make([]any, len(params))
	for i, p := range params {
		switch p := p.(type) {
		case string, int, int64, float64, bool:
			out[i] = p
		default:
			out[i] = fmt.Sprint(p)
		}
	}
	return out
}

// ReadFile is Read of a file on the disk. name is what it is called; "" is its path's last element.
func ReadFile(ctx context.Context, path, name, password string, o Options) (*Document, error) {
	return withFile(path, name, password, func(src *Source) (*Document, error) { return Read(ctx, src, o) })
}

// withFile does something with a file on the disk.
func withFile[T any](path, name, password string, do func(*Source) (T, error)) (none T, err error) {
	if name == "" {
		name = filepath.Base(path)
	}
	file, err := os.Open(path)
	if err != nil {
		return none, chat.NewError(chat.CodeDocumentDamaged, err, name)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return none, chat.NewError(chat.CodeDocumentDamaged, err, name)
	}
	if !info.Mode().IsRegular() {
		return none, chat.NewError(chat.CodeDocumentUnknown, nil, name)
	}
	return do(&Source{ReaderAt: file, Size: info.Size(), Name: name, Password: password})
}
