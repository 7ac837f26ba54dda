package prompt

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// cost is the room t takes.
func (t written) cost() int { return len(t.s) + 16*len(t.said) }

// splitCost is the room of one piece of a split text besides its bytes, which are shared.
const splitCost = 64

// splitMethod is str.split or str.rsplit.
func splitMethod(fromRight bool) textMethod {
	return func(m *machine, t written, a args) (value, error) {
		limit, err := a.integer(1, "maxsplit", -1)
		if err != nil {
			return nil, err
		}
		if limit < 0 {
			limit = int64(len(t.s)) + 1
		}
		var cuts []span // the pieces
		if a.get(0, "sep", nil) == nil {
			cuts = fieldSpans(t.s, int(limit), fromRight)
		} else {
			sep, err := a.text(0, "sep", written{})
			if err != nil {
				return nil, err
			}
			if sep.s == "" {
				return nil, fmt.Errorf("empty separator")
			}
			cuts = splitSpans(t.s, sep.s, int(limit), fromRight)
		}
		if err := m.spend(len(cuts) * splitCost); err != nil {
			return nil, err
		}
		items := make([]value, len(cuts))
		for i, c := range cuts {
			items[i] = t.slice(c.from, c.to)
			if err := m.step(len(t.said) / 16); err != nil { // slicing looks at every span
				return nil, err
			}
		}
		return &list{items}, nil
	}
}

func splitSpans(s, sep string, limit int, fromRight bool) []span {
	var at []int // where separators start
	if fromRight {
		for end := len(s); len(at) < limit; {
			i := strings.LastIndex(s[:end], sep)
			if i < 0 {
				break
			}
			at = append(at, i)
			end = i
		}
		for i, j := 0, len(at)-1; i < j; i, j = i+1, j-1 {
			at[i], at[j] = at[j], at[i]
		}
	} else {
		for from := 0; len(at) < limit; {
			i := strings.Index(s[from:], sep)
			if i < 0 {
				break
			}
			at = append(at, from+i)
			from += i + len(sep)
		}
	}
	pieces := make([]span, 0, len(at)+1)
	from := 0
	for _, i := range at {
		pieces = append(pieces, span{from, i})
		from = i + len(sep)
	}
	return append(pieces, span{from, len(s)})
}

// fieldSpans splits at runs of blanks, at most limit times; the piece that is left over keeps its inner blanks.
func fieldSpans(s string, limit int, fromRight bool) []span {
	var words []span
	start := -1
	for i, r := range s {
		switch blank := isSpace(r); {
		case blank && start >= 0:
			words = append(words, span{start, i})
			start = -1
		case !blank && start < 0:
			start = i
		}
	}
	if start >= 0 {
		words = append(words, span{start, len(s)})
	}
	if len(words) <= limit+1 || len(words) == 0 {
		return words
	}
	if fromRight {
		rest := len(words) - limit
		return append([]span{{0, words[rest-1].to}}, words[rest:]...)
	}
	return append(words[:limit:limit], span{words[limit].from, len(s)})
}

// splitLines splits at line ends as str.splitlines does.
func splitLines(t written, keep bool) []written {
	var lines []written
	from := 0
	for i := 0; i < len(t.s); {
		r, size := utf8.DecodeRuneInString(t.s[i:])
		next := i + size
		switch r {
		case '\r':
			if strings.HasPrefix(t.s[next:], "\n") {
				next++
			}
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		default:
			i = next
			continue
		}
		end := i
		if keep {
			end = next
		}
		lines = append(lines, t.slice(from, end))
		i, from = next, next
	}
	if from < len(t.s) {
		lines = append(lines, t.slice(from, len(t.s)))
	}
	return lines
}

func splitlines(m *machine, t written, a args) (value, error) {
	if err := m.spend(splitCost * (1 + strings.Count(t.s, "\n"))); err != nil {
		return nil, err
	}
	lines := splitLines(t, truth(a.get(0, "keepends", false)))
	items := make([]value, len(lines))
	for i, l := range lines {
		items[i] = l
	}
	return &list{items}, m.spend(len(lines) * splitCost)
}

func partitionMethod(find func(s, sep string) int, right bool) textMethod {
	return func(_ *machine, t written, a args) (value, error) {
		sep, err := a.text(0, "sep", written{})
		if err != nil {
			return nil, err
		}
		if sep.s == "" {
			return nil, fmt.Errorf("empty separator")
		}
		i := find(t.s, sep.s)
		switch {
		case i >= 0:
			return tuple{t.slice(0, i), t.slice(i, i+len(sep.s)), t.slice(i+len(sep.s), len(t.s))}, nil
		case right:
			return tuple{written{}, written{}, t}, nil
		}
		return tuple{t, written{}, written{}}, nil
	}
}

func replaceMethod(m *machine, t written, a args) (value, error) {
	old, err := a.text(0, "old", written{})
	if err != nil {
		return nil, err
	}
	new, err := a.text(1, "new", written{})
	if err != nil {
		return nil, err
	}
	limit := int64(-1)
	if a.get(2, "count", nil) != nil {
		if limit, err = a.integer(2, "count", -1); err != nil {
			return nil, err
		}
	}
	n := strings.Count(t.s, old.s)
	if limit >= 0 {
		n = int(min(int64(n), limit))
	}
	if n == 0 {
		return t, nil
	}
	// Each piece is cut from all of t's spans.
	if err := m.step(n * len(t.said) / 16); err != nil {
		return nil, err
	}
	if n > m.left.room/(new.cost()+1) {
		return nil, errRoom
	}
	if err := m.spend(t.cost() + n*new.cost()); err != nil {
		return nil, err
	}
	return t.replace(old.s, new, n), nil
}

func joinMethod(m *machine, t written, a args) (value, error) {
	items, err := m.iterate(a.get(0, "iterable", nil))
	if err != nil {
		return nil, err
	}
	return m.joinTexts(t, items, func(x value) (written, error) {
		s, ok := x.(written)
		if !ok {
			return s, fmt.Errorf("found %s, want str", kind(x))
		}
		return s, nil
	})
}

// findMethod returns where a text is, in characters; -1 or an error where it is not.
func findMethod(find func(s, sub string) int, must bool) textMethod {
	return func(_ *machine, t written, a args) (value, error) {
		sub, err := a.text(0, "sub", written{})
		if err != nil {
			return nil, err
		}
		from, to, err := window(t.s, a)
		if err != nil {
			return nil, err
		}
		i := -1
		if from <= to {
			i = find(t.s[from:to], sub.s)
		}
		if i < 0 {
			if must {
				return nil, fmt.Errorf("substring not found")
			}
			return int64(-1), nil
		}
		return int64(utf8.RuneCountInString(t.s[:from+i])), nil
	}
}

// window returns the bytes that the arguments start and end leave of s.
func window(s string, a args) (from, to int, err error) {
	n := int64(utf8.RuneCountInString(s))
	bound := func(i int, name string, def int64) int {
		var k int64
		if a.get(i, name, nil) == nil {
			k = def
		} else if k, err = a.integer(i, name, def); err != nil {
			return 0
		}
		if k < 0 {
			k = max(k, -n) + n
		}
		return byteOffset(s, int(min(k, n)))
	}
	from = bound(1, "start", 0)
	if err == nil {
		to = bound(2, "end", n)
	}
	return from, to, err
}

func countMethod(_ *machine, t written, a args) (value, error) {
	sub, err := a.text(0, "sub", written{})
	if err != nil {
		return nil, err
	}
	from, to, err := window(t.s, a)
	if err != nil || from > to {
		return int64(0), err
	}
	return int64(strings.Count(t.s[from:to], sub.s)), nil
}

// padMethod pads to a width; left says how many of n pads go to the left.
func padMethod(left func(n int, odd bool) int) textMethod {
	return func(m *machine, t written, a args) (value, error) {
		width, err := a.width(0, "width", 0)
		if err != nil {
			return nil, err
		}
		fill, err := a.text(1, "fillchar", own(" "))
		if err != nil {
			return nil, err
		}
		if utf8.RuneCountInString(fill.s) != 1 {
			return nil, fmt.Errorf("the fill character must be exactly one character long")
		}
		n := width - utf8.RuneCountInString(t.s)
		if n <= 0 {
			return t, nil
		}
		if err := m.spend(t.cost() + n*fill.cost()); err != nil {
			return nil, err
		}
		var w writer
		l := left(n, width%2 == 1)
		for range l {
			w.add(fill)
		}
		w.add(t)
		for range n - l {
			w.add(fill)
		}
		return w.written(), nil
	}
}

func zfill(m *machine, t written, a args) (value, error) {
	width, err := a.width(0, "width", 0)
	if err != nil {
		return nil, err
	}
	n := width - utf8.RuneCountInString(t.s)
	if n <= 0 {
		return t, nil
	}
	sign := oneIf(strings.HasPrefix(t.s, "-") || strings.HasPrefix(t.s, "+"))
	var w writer
	w.add(t.slice(0, sign))
	w.own(strings.Repeat("0", n))
	w.add(t.slice(sign, len(t.s)))
	return w.written(), m.spend(t.cost() + n)
}
