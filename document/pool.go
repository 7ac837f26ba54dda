package document

import (
	"bytes"
	"cmp"
	"context"
	"encoding/gob"
	"errors"
	"io"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"exaone/chat"
)

// PoolOptions say how children are made and what they may take.
type PoolOptions struct {
	Command []string      // the program that calls Serve, and its arguments
	Most    int           // children at once; 0 is the number of processors
	Memory  int64         // bytes a child may take; 0 is what fits into 512 MB with what the Go runtime does not count
	Silence time.Duration // how long a child may read without a page to show; 0 is 8 s
	Whole   time.Duration // how long it may read one document, however often it has a page to show; 0 is 2 h
}

// Pool reads documents in processes of their own. Many goroutines may use it. A process is kept for the next document
// until it has grown, or was ended for what it did.
type Pool struct {
	o      PoolOptions
	places chan struct{}
	views  chan struct{} // of those who draw: a page is to be seen while long documents are read
	anew   chan struct{} // of those who draw to have it recognised, which takes minutes
	mu     sync.Mutex
	idle   []*child
	closed bool
}

// NewPool returns a pool that has started nothing yet.
func NewPool(o PoolOptions) *Pool {
	if o.Most == 0 {
		o.Most = runtime.NumCPU()
	}
	if o.Memory == 0 {
		o.Memory = 448 << 20
	}
	return &Pool{o: o, places: make(chan struct{}, o.Most), views: make(chan struct{}, mostViews), anew: make(chan struct{}, mostAnew)}
}

// How many pages are drawn at once, beside the documents that are read: to be seen, and to be recognised.
const (
	mostViews = 2
	mostAnew  = 1
)

// Close ends the children that wait for work; those that work end with it.
func (p *Pool) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		c.end()
	}
	p.idle = nil
	return nil
}

// Read reads a file in a child, under the name that people know it by. o.Recognise only says whether the child's own
// recogniser is used. When ctx ends the child is killed; that a child is killed or dies is a *chat.Error like any other, and
// what was read until then comes with it.
func (p *Pool) Read(ctx context.Context, path, name, password string, o Options) (*Document, error) {
	select {
	case p.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.places }()
	todo := order{
		Path: path, Name: name, Password: password, Limits: o.Limits, Images: o.Images, Recognise: o.Recognise != nil,
		From: o.From, NoCount: o.NoCount,
	}
	last, err := p.do(ctx, todo, o.Page, nil)
	return last.Doc, err
}

// Draw has a page of a file drawn by a child, as the function Draw does. View.Words has the child's own recogniser used.
func (p *Pool) Draw(ctx context.Context, path, name string, v View) (Drawing, error) {
	places := p.views
	if v.Words {
		places = p.anew
	}
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return Drawing{}, ctx.Err()
	}
	defer func() { <-places }()
	last, err := p.do(ctx, order{Path: path, Name: name, View: &v, Recognise: v.Words}, nil, nil)
	return last.Drawing, err
}

// Extract has a file within a file found by a child, as the function Extract does, and writes it to w, piece by piece: never more of it
// is in memory here. The error may be one of w, which then has the beginning of it.
func (p *Pool) Extract(ctx context.Context, path, name string, in Inner, w io.Writer) error {
	select {
	case p.views <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.views }()
	_, err := p.do(ctx, order{Path: path, Name: name, Inner: &in}, nil, &atMostTo{w, in.Size})
	return err
}

// atMostTo writes so many bytes more and then no others: a child may say what it likes.
type atMostTo struct {
	io.Writer
	left int64
}

// Write is an error where it is too much.
func (a *atMostTo) Write(p []byte) (int, error) {
	if a.left -= int64(len(p)); a.left < 0 {
		return 0, errors.New("the file is longer than it is said to be")
	}
	return a.Writer.Write(p)
}

// do has a child follow an order, and returns its last reply. Pages are shown to page, and pieces of a file written to w.
func (p *Pool) do(ctx context.Context, todo order, page func(Page, []Block, int) error, w io.Writer) (reply, error) {
	todo.Silence, todo.Whole, todo.Memory = cmp.Or(p.o.Silence, 8*time.Second), cmp.Or(p.o.Whole, 2*time.Hour), p.o.Memory
	c, err := p.ordered(todo)
	if err != nil {
		return reply{}, chat.NewError(chat.CodeDocumentReader, err, todo.Name)
	}
	last, over, err := c.read(ctx, todo, page, w)
	if over {
		c.end()
		return last, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		c.end()
	} else {
		p.idle = append(p.idle, c)
	}
	return last, err
}

// ordered returns a child that has been given an order: one that waits, or a new one. What waits may have been killed for
// the memory of the machine meanwhile; that is no fault of the document.
func (p *Pool) ordered(o order) (*child, error) {
	for {
		c := p.waiting()
		if c == nil {
			break
		}
		if c.orders.Encode(o) == nil {
			return c, nil
		}
		c.end()
	}
	c, err := startChild(p.o.Command)
	if err != nil {
		return nil, err
	}
	if err := c.orders.Encode(o); err != nil {
		c.end()
		return nil, errors.Join(err, errors.New(c.said.String()))
	}
	return c, nil
}

// waiting takes a child that waits, nil if there is none.
func (p *Pool) waiting() *child {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	c := p.idle[n-1]
	p.idle = p.idle[:n-1]
	return c
}

// child is a process that reads documents. It is of one goroutine.
type child struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	orders  *gob.Encoder
	replies *gob.Decoder
	said    lastWords
}

func startChild(command []string) (*child, error) {
	c := &child{cmd: exec.Command(command[0], command[1:]...)}
	c.cmd.Stderr = &c.said
	c.cmd.WaitDelay = time.Second
	in, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	c.in, c.orders, c.replies = in, gob.NewEncoder(in), gob.NewDecoder(out)
	return c, nil
}

// read reads the replies to an order that it has been given, of which the last says what came of it. over says that the child
// is of no further use.
func (c *child) read(ctx context.Context, o order, page func(Page, []Block, int) error, w io.Writer) (last reply, over bool, err error) {
	kill := func() { _ = c.cmd.Process.Kill() }
	patience := newPatience(o, kill)
	defer patience.rest()
	stopped := context.AfterFunc(ctx, kill)
	defer stopped()
	part := &Document{}
	for {
		var r reply
		if err := c.replies.Decode(&r); err != nil {
			return reply{Doc: part.soFar().cut()}, true, c.ended(ctx, o, patience.lost(), err)
		}
		patience.rest() // the time that whoever follows takes is not the child's
		if r.Waits {
			patience.expect(max(r.Wait, o.Silence))
			continue
		}
		if r.Piece != nil && w != nil {
			if _, err := w.Write(r.Piece); err != nil {
				return reply{}, true, err
			}
			patience.expect(o.Silence)
			continue
		}
		if !r.Done {
			part.Format, part.Unit, part.Layout = r.Format, r.Unit, r.Layout
			part.Pages, part.Blocks = append(part.Pages, r.Page), append(part.Blocks, r.Blocks...)
			if page != nil {
				if err := page(r.Page, r.Blocks, r.Total); err != nil {
					return reply{}, true, err
				}
			}
			patience.expect(o.Silence)
			continue
		}
		if r.Doc != nil {
			r.Doc.Blocks = append(part.Blocks, r.Doc.Blocks...)
		} else {
			r.Doc = part.soFar()
		}
		if r.Code == chat.CodeDocumentReader || r.Code == chat.CodeDocumentMemory { // it has panicked, or asked for too much
			r.Doc.cut()
		}
		if r.Code != "" {
			return r, r.Over, chat.NewError(r.Code, errors.New(r.Why), r.Args...)
		}
		return r, r.Over, nil
	}
}

// soFar is what came of a document of which no more will come; nil if nothing did.
func (d *Document) soFar() *Document {
	if len(d.Blocks) == 0 {
		return nil
	}
	b := builder{doc: d, limits: Limits{}.or()}
	for i := range d.Blocks {
		if b.count(&d.Blocks[i], 0) != nil {
			break // a child that has more than its limits is none of ours
		}
	}
	d.Manifest.Out.Pages = len(d.Pages)
	return d
}

// cut notes of a document, if there is one, that its reader ended before it.
func (d *Document) cut() *Document {
	if d != nil {
		d.Manifest.Cut = true
	}
	return d
}

// ended says why a child has ended before its document. lost is why it was not waited for any longer, nil if it was.
func (c *child) ended(ctx context.Context, o order, lost *chat.Error, cause error) error {
	c.end()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case lost != nil:
		return chat.NewError(lost.Code, cause, lost.Params...)
	case c.cmd.ProcessState.ExitCode() == exitMemory:
		return chat.NewError(chat.CodeDocumentMemory, cause, o.Name, o.Memory>>20)
	}
	return chat.NewError(chat.CodeDocumentReader, errors.Join(cause, errors.New(c.said.String())), o.Name)
}

// end ends the process and waits for it; once more does nothing.
func (c *child) end() {
	_ = c.in.Close()
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

// lastWords keeps the end of what a child wrote to its standard error.
type lastWords struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps the last 4 KiB.
func (l *lastWords) Write(p []byte) (int, error) {
	const most = 4096
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	if over := l.text.Len() - most; over > 0 {
		l.text.Next(over)
	}
	return len(p), nil
}

// String returns what was kept.
func (l *lastWords) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
