// Package ocr reads what is written in pictures: it repairs them, finds columns, lines and tables, has Tesseract recognise
// each line, and says where in the picture as it was given each one stands.
//
//	picture ── gray ──▶ sheet, turn, skew ──▶ level, clean ──▶ rules, tables, segments ──▶ strips ──▶ tesseract ──▶ words
//	                                                                  └───────── columns, rows, paragraphs ◀──────────┘
//
// All but the recognition of a line is done here, because that is where Tesseract alone goes wrong: a turned page, a shadow,
// two columns, the rules of a table.
package ocr

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"exaone/document"
)

// Options are how pictures are read. The zero value is what to use.
type Options struct {
	Tesseract string        // the program; "" finds it on the path
	Timeout   time.Duration // of a run of it, at most three of which a picture takes; 0 is a minute
	Pixels    int64         // of a picture; 0 is 64 Mi
}

// Reader reads pictures. It may be used by many goroutines; each picture takes a process and about 150 MB.
type Reader struct {
	o        Options
	mu       sync.Mutex
	asked    bool // whether Tesseract has said what it can read
	language string
}

// New makes a reader. It starts nothing: what is missing is told when a picture is read.
func New(o Options) *Reader {
	o.Tesseract = cmp.Or(o.Tesseract, "tesseract")
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	o.Pixels = cmp.Or(o.Pixels, 64<<20)
	return &Reader{o: o}
}

// Recognise reads a picture: image.Data in one of the formats of document.DecodePicture. Boxes are pixels of the picture as
// it is seen, which is turned where its camera says so; each line has a confidence. A picture without writing has no blocks.
// It fits document.Options.Recognise. Its errors are *chat.Error with CodeDocumentNeedsOCR if there is no Tesseract,
// CodeDocumentNeedsKorean if that has no Korean, CodeDocumentTooMuch if the picture is too large, CodeDocumentSlow; or say
// why it could not be decoded.
func (r *Reader) Recognise(ctx context.Context, image document.Image) ([]document.Block, error) {
	if err := r.languages(ctx); err != nil {
		return nil, err
	}
	m, orientation, err := document.DecodePicture(image.Data, r.o.Pixels)
	if err != nil {
		return nil, err
	}
	g, factor := grayOf(m, orientation)
	m = nil
	p, err := r.read(ctx, g)
	if err != nil || p == nil {
		return nil, err
	}
	p.back = matrix{float64(factor), 0, 0, 0, float64(factor), 0, 0, 0, 1}.after(p.back)
	return p.compose(image.Page), nil
}

// read makes a page of a picture that is upright and level, and recognises its lines; nil if nothing is written on it.
func (r *Reader) read(ctx context.Context, g *gray) (*page, error) {
	s, err := straighten(g)
	if err != nil || s == nil {
		return nil, err
	}
	if len(s.turns) == 1 {
		p := s.page(s.turns[0])
		if err := r.recognise(ctx, p); err != nil || p.confidence(p.segments) >= surely {
			return p, err
		}
		// Perhaps it is upside down.
		s.turns = append(s.turns, s.turns[0]+2)
		upright, err := r.turned(ctx, s)
		if err != nil || upright == s.turns[0] {
			return p, err
		}
		p = s.page(upright)
		return p, r.recognise(ctx, p)
	}
	upright, err := r.turned(ctx, s)
	if err != nil {
		return nil, err
	}
	p := s.page(upright)
	return p, r.recognise(ctx, p)
}

// surely is how confident Tesseract is of text that stands upright, if it can be read at all.
const surely = 0.65

// turned finds out by how many quarters a picture is to be turned: it reads a few of its longest lines each way.
func (r *Reader) turned(ctx context.Context, s *straightened) (int, error) {
	best, most := s.turns[0], -1.0
	for _, quarters := range s.turns {
		p := s.page(quarters)
		sample := p.longest(6)
		if err := r.ask(ctx, p, sample, r.language, line); err != nil {
			return 0, err
		}
		if c := p.confidence(sample); c > most {
			best, most = quarters, c
		}
	}
	return best, ctx.Err()
}

// recognise reads a page.
func (r *Reader) recognise(ctx context.Context, p *page) error {
	if err := r.number(ctx, p); err != nil {
		return err
	}
	if err := r.ask(ctx, p, p.segments, r.language, line); err != nil {
		return err
	}
	if err := r.again(ctx, p); err != nil {
		return err
	}
	return r.second(ctx, p)
}

// How Tesseract is to take a strip (its --psm): as a line, or as a line without looking for what is in it first.
const (
	line    = "7"
	rawLine = "13"
)

// ask has Tesseract read segments of a page in a language and a mode.
func (r *Reader) ask(ctx context.Context, p *page, segments []*segment, language, mode string) error {
	for len(segments) > 0 {
		var strips []*gray
		var beside [][]word
		pixels := 0
		for _, s := range segments {
			strip := p.strip(s)
			s.gaps = gapsOf(strip)
			numbers := p.covered(s, strip)
			if pixels += len(strip.pix); pixels > maxStrips && len(strips) > 0 {
				break
			}
			strips, beside = append(strips, strip), append(beside, numbers)
		}
		words, err := r.tesseract(ctx, strips, "-l", language, "--psm", mode)
		if err != nil {
			return fmt.Errorf("%d lines: %w", len(strips), err)
		}
		for i, w := range words {
			w = append(w, beside[i]...)
			slices.SortStableFunc(w, func(a, b word) int { return a.x0 - b.x0 })
			segments[i].words = p.signed(segments[i], w)
		}
		segments = segments[len(strips):]
	}
	return nil
}

// maxStrips is how many pixels Tesseract gets at once.
const maxStrips = 32 << 20
