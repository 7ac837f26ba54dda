package prompt

import (
	"strings"
	"unicode/utf8"
)

// span is a half-open range of bytes.
type span struct{ from, to int }

// written is text that knows which of its bytes somebody else said: a message, a tool, anything that came
// with the request. The rest is the dialect's own. said is sorted, disjoint, and has no empty or touching
// spans. A written is immutable; slices of it share memory.
type written struct {
	s    string
	said []span
	html bool // a template called it safe HTML: joined with +, other text is escaped, as Markup is in Python
}

// own is text of the dialect.
func own(s string) written { return written{s: s} }

// saidText is text that came with the request.
func saidText(s string) written {
	if s == "" {
		return written{}
	}
	return written{s: s, said: []span{{0, len(s)}}}
}

// like returns s with the provenance of t: the dialect's own only if all of t is.
func (t written) like(s string) written {
	out := own(s)
	if len(t.said) > 0 {
		out = saidText(s)
	}
	out.html = t.html
	return out
}

// over returns new as it may stand in the place of t. What stands in for said text is said too: else
// whoever types the text that is replaced, or a field of a format, gets the marks that replace it.
func (t written) over(new written) written {
	if len(t.said) > 0 {
		return saidText(new.s)
	}
	return new
}

// slice returns bytes [i, j) of t.
func (t written) slice(i, j int) written {
	if len(t.said) == 0 || i == 0 && j == len(t.s) {
		return written{t.s[i:j], t.said, t.html}
	}
	out := written{s: t.s[i:j], html: t.html}
	for _, sp := range t.said {
		from, to := max(sp.from, i), min(sp.to, j)
		if from < to {
			out.said = append(out.said, span{from - i, to - i})
		}
	}
	return out
}

// trimFunc returns t without the leading and trailing characters that f accepts, on the sides asked for.
func (t written) trimFunc(left, right bool, f func(rune) bool) written {
	i, j := 0, len(t.s)
	if left {
		i = len(t.s) - len(strings.TrimLeftFunc(t.s, f))
	}
	if right {
		j = max(i, len(strings.TrimRightFunc(t.s, f)))
	}
	return t.slice(i, j)
}

// mapPieces applies f to each stretch of one provenance.
func (t written) mapPieces(f func(string) string) written {
	if len(t.said) == 0 || len(t.said) == 1 && t.said[0] == (span{0, len(t.s)}) {
		return t.like(f(t.s))
	}
	var w writer
	t.pieces(func(s string, said bool) { w.piece(f(s), said) })
	out := w.written()
	out.html = t.html
	return out
}

// pieces calls f for each maximal stretch of one provenance, in order.
func (t written) pieces(f func(s string, said bool)) {
	at := 0
	for _, sp := range t.said {
		if at < sp.from {
			f(t.s[at:sp.from], false)
		}
		f(t.s[sp.from:sp.to], true)
		at = sp.to
	}
	if at < len(t.s) {
		f(t.s[at:], false)
	}
}

// replace returns t with up to n (all, if n < 0) occurrences of old replaced by new. An empty old matches
// before every character and at the end, as in Python.
//
// The result may be up to len(new) times as long as t: the caller sees to its size.
func (t written) replace(old string, new written, n int) written {
	if old == "" {
		return t.interleave(new, n)
	}
	if n == 0 || !strings.Contains(t.s, old) {
		return t
	}
	var w writer
	at := 0
	for n != 0 {
		i := strings.Index(t.s[at:], old)
		if i < 0 {
			break
		}
		w.add(t.slice(at, at+i))
		w.add(t.slice(at+i, at+i+len(old)).over(new))
		at += i + len(old)
		n--
	}
	w.add(t.slice(at, len(t.s)))
	return w.written()
}

func (t written) interleave(new written, n int) written {
	var w writer
	at := 0
	for ; n != 0 && at < len(t.s); n-- {
		_, size := utf8.DecodeRuneInString(t.s[at:])
		w.add(t.like(new.s))
		w.add(t.slice(at, at+size))
		at += size
	}
	if at < len(t.s) {
		w.add(t.slice(at, len(t.s)))
	} else if n != 0 {
		w.add(t.like(new.s))
	}
	return w.written()
}

// writer builds a written. The zero value is ready.
type writer struct {
	b    []byte
	said []span
}

// own appends text of the dialect.
func (w *writer) own(s string) { w.b = append(w.b, s...) }

// text appends text that came with the request.
func (w *writer) text(s string) { w.piece(s, true) }

func (w *writer) piece(s string, said bool) {
	if said && s != "" {
		w.mark(len(w.b), len(w.b)+len(s))
	}
	w.b = append(w.b, s...)
}

// add appends t, keeping its provenance.
func (w *writer) add(t written) {
	at := len(w.b)
	for _, sp := range t.said {
		w.mark(at+sp.from, at+sp.to)
	}
	w.b = append(w.b, t.s...)
}

func (w *writer) mark(from, to int) {
	if n := len(w.said); n > 0 && w.said[n-1].to == from {
		w.said[n-1].to = to
		return
	}
	w.said = append(w.said, span{from, to})
}

// written returns what has been written. The writer must not be used afterwards.
func (w *writer) written() written { return written{s: string(w.b), said: w.said} }

// marker finds marks: it returns the length of the longest mark that s begins with, or 0. It is asked only
// about the dialect's own text.
type marker func(s string) int

// markList is a marker for a fixed list of marks.
func markList(marks []string) marker {
	return func(s string) int {
		n := 0
		for _, m := range marks {
			if len(m) > n && strings.HasPrefix(s, m) {
				n = len(m)
			}
		}
		return n
	}
}

// segments cuts t into marks, which are Special, and everything else. No mark reaches into or out of said
// text, and neighbours that are not Special are one segment, so that a tokenizer sees them as one text.
func (t written) segments(mark marker) []Segment {
	var segs []Segment
	start := 0
	flush := func(end int) {
		if start < end {
			segs = append(segs, Segment{Text: t.s[start:end]})
		}
	}
	at := 0
	t.pieces(func(s string, said bool) {
		if !said {
			for i := 0; i < len(s); {
				// Every mark of every known dialect starts with a bracket or a byte above ASCII.
				if c := s[i]; c != '<' && c != '[' && c < utf8.RuneSelf {
					i++
					continue
				}
				n := mark(s[i:])
				if n == 0 {
					i++
					continue
				}
				flush(at + i)
				segs = append(segs, Segment{Text: s[i : i+n], Special: true})
				i += n
				start = at + i
			}
		}
		at += len(s)
	})
	flush(len(t.s))
	return segs
}
