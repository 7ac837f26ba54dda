package document

import (
	stdhtml "html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inline gives a block the text of Markdown without its marks: emphasis, code, links, pictures, notes.
func (r *markdownReader) inline(b *Block, text string) {
	w := markdownText{r: r, in: strings.TrimSpace(text), runs: map[int]int{}}
	w.match()
	for w.at < len(w.in) {
		w.next()
	}
	w.finish(b)
}

// markdownText is a text that is being read.
type markdownText struct {
	r        *markdownReader
	in       string
	at       int
	out      []byte
	closed   map[int]int // where the bracket that opens at a place is closed
	runs     map[int]int // of backquotes by length: from where on no more are
	comments int         // -1: no comment ends any more
	marks    []Mark
	links    []markdownOpen
	blocks   []Block
	stars    map[byte][]markdownRun // runs of signs of emphasis that nothing has closed yet
	cut      [][2]int               // stretches of out that are marks and no text
	seen     markdownSeen
}

type markdownOpen struct {
	end, after, from int // where its text ends, where to go on then, where it begins in out
	to               string
}

type markdownRun struct{ from, size int }

// match finds which brackets belong together.
func (w *markdownText) match() {
	w.closed = map[int]int{}
	var open []int
	for i := 0; i < len(w.in); i++ {
		switch w.in[i] {
		case '\\':
			i++
		case '[':
			open = append(open, i)
		case ']':
			if n := len(open); n > 0 {
				w.closed[open[n-1]] = i
				open = open[:n-1]
			}
		}
	}
}

var (
	inlineAuto   = regexp.MustCompile(`^<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>]+)>`)
	inlineTag    = regexp.MustCompile(`^</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>`)
	inlineEntity = regexp.MustCompile(`^&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
)

// lookAhead is how far a link's address or a tag may go.
const lookAhead = 1024

// next reads the next sign or the text before it.
func (w *markdownText) next() {
	if n := len(w.links); n > 0 && w.at == w.links[n-1].end {
		w.closeLink()
		return
	}
	c := w.in[w.at]
	ahead := w.in[w.at:min(len(w.in), w.at+lookAhead)]
	switch {
	case c == '\\' && w.at+1 < len(w.in) && (w.in[w.at+1] == '\n' || isPunct(rune(w.in[w.at+1]))):
		w.out = append(w.out, w.in[w.at+1])
		w.at += 2
	case c == '`':
		w.code()
	case c == '\n':
		w.lineEnd()
	case c == '!' && strings.HasPrefix(ahead, "!["):
		w.picture()
	case c == '[':
		w.bracket()
	case c == '<' && strings.HasPrefix(ahead, "<!--") && w.comments >= 0:
		w.comment()
	case c == '<':
		if m := inlineAuto.FindStringSubmatch(ahead); m != nil {
			w.marks = append(w.marks, Mark{Start: len(w.out), End: len(w.out) + len(m[1]), Kind: MarkLink, Value: m[1]})
			w.out = append(w.out, m[1]...)
			w.at += len(m[0])
		} else if tag := inlineTag.FindString(ahead); tag != "" {
			if strings.HasPrefix(strings.ToLower(tag), "<br") {
				w.out = append(w.out, '\n')
			}
			if m, ended := w.seen.tag(tag, len(w.out)); ended {
				w.marks = append(w.marks, m)
			}
			w.at += len(tag)
		} else {
			w.plain()
		}
	case c == '&':
		if entity := inlineEntity.FindString(ahead); entity != "" {
			w.out = append(w.out, clean(stdhtml.UnescapeString(entity))...)
			w.at += len(entity)
		} else {
			w.plain()
		}
	case c == '*' || c == '_' || c == '~':
		w.emphasis(c)
	default:
		w.plain()
	}
}

// comment passes over a comment.
func (w *markdownText) comment() {
	end := strings.Index(w.in[w.at:], "-->")
	if end < 0 {
		w.comments = -1
		w.plain()
		return
	}
	w.at += end + len("-->")
}

// plain takes a character as it is.
func (w *markdownText) plain() {
	w.out = append(w.out, w.in[w.at])
	w.at++
}

// lineEnd is a space, or a line's end if two spaces were before it.
func (w *markdownText) lineEnd() {
	trimmed := strings.TrimRight(string(w.out[max(len(w.out)-8, 0):]), " ")
	spaces := min(len(w.out), 8) - len(trimmed)
	w.out = w.out[:len(w.out)-spaces]
	for i := len(w.marks) - 1; i >= 0 && w.marks[i].End > len(w.out); i-- {
		w.marks[i].Start, w.marks[i].End = min(w.marks[i].Start, len(w.out)), len(w.out)
	}
	w.seen.from = min(w.seen.from, len(w.out))
	if spaces >= 2 {
		w.out = append(w.out, '\n')
	} else if len(w.out) > 0 && w.out[len(w.out)-1] != '\n' {
		w.out = append(w.out, ' ')
	}
	w.at++
}

// code takes what is between equal runs of backquotes as it is.
func (w *markdownText) code() {
	size := 1
	for w.at+size < len(w.in) && w.in[w.at+size] == '`' {
		size++
	}
	begin := w.at + size
	if from, none := w.runs[size]; none && begin >= from {
		w.out = append(w.out, w.in[w.at:begin]...)
		w.at = begin
		return
	}
	for i := begin; i < len(w.in); {
		next := strings.IndexByte(w.in[i:], '`')
		if next < 0 {
			break
		}
		i += next
		run := 1
		for i+run < len(w.in) && w.in[i+run] == '`' {
			run++
		}
		if run == size {
			inside := strings.ReplaceAll(w.in[begin:i], "\n", " ")
			if strings.TrimSpace(inside) != "" && strings.HasPrefix(inside, " ") && strings.HasSuffix(inside, " ") {
				inside = inside[1 : len(inside)-1]
			}
			w.out = append(w.out, inside...)
			w.at = i + run
			return
		}
		i += run
	}
	w.runs[size] = begin
	w.out = append(w.out, w.in[w.at:begin]...)
	w.at = begin
}

// target is where the brackets that end at a place lead, and where to go on after it.
func (w *markdownText) target(text string, end int) (string, int, bool) {
	rest := w.in[end+1 : min(len(w.in), end+1+lookAhead)]
	if strings.HasPrefix(rest, "(") {
		if to, size, ok := inlineAddress(rest); ok {
			return to, end + 1 + size, true
		}
	}
	const most = 999 // characters of a name
	if strings.HasPrefix(rest, "[") {
		if close, ok := w.closed[end+1]; ok && close-end < most {
			if to, ok := w.r.links[strings.ToLower(firstOf(w.in[end+2:close], text))]; ok {
				return to, close + 1, true
			}
		}
	}
	if len(text) > most {
		return "", 0, false
	}
	to, ok := w.r.links[strings.ToLower(text)]
	return to, end + 1, ok
}

// inlineAddress reads an address, and a title that is not kept, in parentheses; size is how long all of it is.
func inlineAddress(rest string) (to string, size int, ok bool) {
	i := 1 + spaces(rest[1:])
	begin := i
	if strings.HasPrefix(rest[i:], "<") {
		end := strings.IndexAny(rest[i:], ">\n")
		if end < 0 || rest[i+end] != '>' {
			return "", 0, false
		}
		to, i = rest[i+1:i+end], i+end+1
	} else {
		i += addressSize(rest[i:])
		to = rest[begin:i]
	}
	i += spaces(rest[i:])
	if i < len(rest) && strings.IndexByte(`"'(`, rest[i]) >= 0 {
		closes := strings.Replace(rest[i:i+1], "(", ")", 1)
		end := strings.Index(rest[i+1:], closes)
		if end < 0 {
			return "", 0, false
		}
		i += end + 2
		i += spaces(rest[i:])
	}
	return to, i + 1, i < len(rest) && rest[i] == ')'
}

// addressSize is how long an address is that parentheses enclose.
func addressSize(rest string) int {
	const most = 32 // parentheses in each other
	depth := 0
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c <= ' ', c == ')' && depth == 0, depth > most:
			return i
		case c == '\\':
			i++
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
	}
	return len(rest)
}

// spaces is how many there are at the beginning.
func spaces(text string) int { return len(text) - len(strings.TrimLeft(text, " \t\n")) }

// bracket opens a link, or refers to a note.
func (w *markdownText) bracket() {
	end, ok := w.closed[w.at]
	if !ok {
		w.plain()
		return
	}
	text := w.in[w.at+1 : end]
	if name, is := strings.CutPrefix(text, "^"); is {
		if _, known := w.r.notes[name]; known {
			if !w.r.used[name] && w.r.noting < mostNoted {
				note := w.r.note(name)
				note.Offset = len(w.out)
				w.blocks = append(w.blocks, note)
			}
			w.at = end + 1
			return
		}
	}
	to, after, ok := w.target(text, end)
	if !ok {
		w.plain()
		return
	}
	w.links = append(w.links, markdownOpen{end: end, after: after, from: len(w.out), to: to})
	w.at++
}

// closeLink ends the text of a link.
func (w *markdownText) closeLink() {
	l := w.links[len(w.links)-1]
	w.links = w.links[:len(w.links)-1]
	if len(w.out) > l.from {
		w.marks = append(w.marks, Mark{Start: l.from, End: len(w.out), Kind: MarkLink, Value: l.to})
	}
	w.at = l.after
}

// picture reads a picture: its words, and where it is.
func (w *markdownText) picture() {
	end, ok := w.closed[w.at+1]
	if ok {
		alt := w.in[w.at+2 : end]
		if to, after, is := w.target(alt, end); is {
			b := Block{Kind: Picture, Text: alt, Offset: len(w.out), Hidden: w.seen.hidesAll()}
			if strings.HasPrefix(to, "data:") {
				r := newHTML("", w.r.b)
				b.Image = r.dataPicture(to)
			}
			if b.Text != "" || b.Image > 0 {
				w.blocks = append(w.blocks, b)
			}
			w.at = after
			return
		}
	}
	w.plain()
}

// emphasis reads a run of signs of emphasis. They are taken out if another run closes them.
func (w *markdownText) emphasis(c byte) {
	size := 1
	for w.at+size < len(w.in) && w.in[w.at+size] == c {
		size++
	}
	before, _ := utf8.DecodeLastRuneInString(w.in[:w.at])
	after, _ := utf8.DecodeRuneInString(w.in[w.at+size:])
	if w.at == 0 {
		before = ' '
	}
	if w.at+size == len(w.in) {
		after = ' '
	}
	opens := !unicode.IsSpace(after) && (!isPunct(after) || unicode.IsSpace(before) || isPunct(before))
	closes := !unicode.IsSpace(before) && (!isPunct(before) || unicode.IsSpace(after) || isPunct(after))
	if c == '_' {
		opens, closes = opens && (!closes || isPunct(before)), closes && (!opens || isPunct(after))
	}
	if c == '~' && size != 2 {
		opens, closes = false, false
	}
	from, left := len(w.out), size
	w.out = append(w.out, w.in[w.at:w.at+size]...)
	w.at += size
	if w.stars == nil {
		w.stars = map[byte][]markdownRun{}
	}
	open := w.stars[c]
	for closes && left > 0 && len(open) > 0 {
		top := &open[len(open)-1]
		n := min(top.size, left)
		w.cut = append(w.cut, [2]int{top.from + top.size - n, top.from + top.size}, [2]int{from, from + n})
		from, left, top.size = from+n, left-n, top.size-n
		if top.size == 0 {
			open = open[:len(open)-1]
		}
	}
	if opens && left > 0 {
		open = append(open, markdownRun{from, left})
	}
	w.stars[c] = open
}

func isPunct(r rune) bool {
	return r < utf8.RuneSelf && r > ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) || r >= utf8.RuneSelf && unicode.IsPunct(r)
}

// finish takes the marks out and moves what has a place in the text.
func (w *markdownText) finish(b *Block) {
	w.seen.open = nil // elements end with the text
	if m, ended := w.seen.turn(len(w.out)); ended {
		w.marks = append(w.marks, m)
	}
	slices.SortFunc(w.cut, func(a, b [2]int) int { return a[0] - b[0] })
	var text []byte
	at, taken := 0, 0
	moved := make(map[int]int, 2*len(w.marks)+len(w.blocks)) // places in out → in text
	places := []int{}
	for _, m := range w.marks {
		places = append(places, m.Start, m.End)
	}
	for _, inner := range w.blocks {
		places = append(places, inner.Offset)
	}
	slices.Sort(places)
	next := 0
	for _, c := range append(w.cut, [2]int{len(w.out), len(w.out)}) {
		for ; next < len(places) && places[next] <= c[0]; next++ {
			moved[places[next]] = places[next] - taken
		}
		for ; next < len(places) && places[next] < c[1]; next++ {
			moved[places[next]] = c[0] - taken
		}
		text = append(text, w.out[at:c[0]]...)
		at = c[1]
		taken += c[1] - c[0]
	}
	whole := strings.TrimRight(string(text), " \n")
	b.Text = whole
	for _, m := range w.marks {
		m.Start, m.End = min(moved[m.Start], len(whole)), min(moved[m.End], len(whole))
		if m.Start < m.End {
			b.Marks = append(b.Marks, m)
		}
	}
	for _, inner := range w.blocks {
		inner.Offset = min(moved[inner.Offset], len(whole))
		b.Blocks = append(b.Blocks, inner)
	}
	b.Hidden = b.Hidden || hiddenWhole(b.Text, b.Marks, each(b.Blocks))
}
