package document

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// pdfPages reads the pages of a document, by two engines where there are processors and pages for them.
type pdfPages struct {
	src         *Source
	data        []byte
	o           Options
	from, total int
	open        func() (*pdfReader, error)

	next    atomic.Int64
	results []chan *laid
	ahead   chan struct{} // a place for each page that is read and not yet taken
}

const (
	pagesForTwo = 8        // fewer are read by one engine
	bytesForTwo = 64 << 20 // each engine has a copy of the file
	pagesAhead  = 12
)

// read reads all pages and hands them to take in order, in this goroutine. The reader is the first engine's, and stays
// the caller's.
func (p *pdfPages) read(ctx context.Context, r *pdfReader, take func(*laid, bool) error) error {
	n := p.total - p.from + 1
	if n < 1 {
		return ctx.Err()
	}
	p.results = make([]chan *laid, n)
	for i := range p.results {
		p.results[i] = make(chan *laid, 1)
	}
	p.ahead = make(chan struct{}, pagesAhead)
	inner, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer cancel()
	working.Go(func() { p.work(inner, r) })
	if n >= pagesForTwo && len(p.data) <= bytesForTwo && runtime.GOMAXPROCS(0) > 1 {
		working.Go(func() {
			// Whoever reads another document needs its first engine more than this one its second.
			soon, stop := context.WithTimeout(inner, time.Millisecond)
			defer stop()
			if second, err := openPDF(soon, p.src, p.data, p.o); err == nil {
				defer second.close()
				p.work(inner, second)
			}
		})
	}
	for i := range p.results {
		var page *laid
		select {
		case page = <-p.results[i]:
		case <-ctx.Done():
			return ctx.Err()
		}
		<-p.ahead
		if page.panicked != nil {
			panic(page.panicked)
		}
		if err := take(page, i == n-1); err != nil {
			return err
		}
	}
	return nil
}

// work reads pages until there are no more. An engine that has broken on a page is replaced.
func (p *pdfPages) work(ctx context.Context, r *pdfReader) {
	first := r
	for {
		select {
		case p.ahead <- struct{}{}:
		case <-ctx.Done():
			return
		}
		i := int(p.next.Add(1)) - 1
		if i >= len(p.results) {
			return
		}
		page := p.one(r, p.from+i)
		p.results[i] <- page
		if r.err == nil {
			continue
		}
		if r != first {
			r.close()
		} else {
			first.engine.close()
		}
		fresh, err := p.open()
		if err != nil {
			r = &pdfReader{engine: &engine{err: err, functions: map[string]wasmFunction{}}}
			continue
		}
		*first = *fresh // the caller closes it
		r = first
	}
}

// one reads a page and lays it out.
func (p *pdfPages) one(r *pdfReader, n int) (page *laid) {
	defer func() {
		if cause := recover(); cause != nil {
			page = &laid{panicked: fmt.Sprintf("page %d: %v\n%s", n, cause, debug.Stack())}
		}
	}()
	if r.instance == nil {
		return &laid{pdfPage: &pdfPage{number: n, err: r.err}}
	}
	raw := r.page(n)
	page = lay(raw)
	if p.o.Recognise != nil && page.scanned() && raw.err == nil {
		page.picture, page.dots, raw.err = r.render(n, recogniseAt, p.o.Limits.Pixels)
	}
	return page
}

// recogniseAt is how many dots an inch of a page are read: Tesseract is best at 300.
const recogniseAt = 300

// scanned reports whether a page is a picture of one: with no text at all, or with no more than a stamp on a picture that
// covers it. A recogniser's own text, which lies invisible on such a picture, is text.
func (l *laid) scanned() bool {
	const stamp = 40 // characters
	cover := l.picturesCover()
	return l.drawn == 0 && cover > 0.2 || l.drawn <= stamp && cover > 0.8
}
