package document

// Inside is a passage of a file within a document: of a message's attachment, of a file in a ZIP.
type Inside struct {
	Path    []int // of Attachments, the outermost first
	Names   []string
	Passage Passage
	// Sure says that it can be no other: of those with its text it alone is below the heading that was asked for, or it is the only one.
	Sure bool
}

// File is the document that a file within this one was read as, by its place among Attachments, the outermost first; nil if there is
// none. An empty path is the document itself.
func (d *Document) File(path []int) *Document {
	for _, n := range path {
		if d == nil || n < 0 || n >= len(d.Attachments) {
			return nil
		}
		d = d.Attachments[n].Read
	}
	return d
}

// FindInside looks for a passage of a file within the document, which is known by its text alone: what is found in such files has no place
// in the document. Of several it is the one below a heading, which begins with the names of the files, divided by " › ", as a heading of
// Passage is; or else the first.
func (d *Document) FindInside(heading, text string) (found Inside, ok bool) {
	f := finder{text: text, heading: heading}
	f.files(d, "", nil, nil)
	switch {
	case len(f.below) > 0:
		found, ok = f.below[0], true
		found.Sure = len(f.below) == 1
	case len(f.others) > 0:
		found, ok = f.others[0], true
		found.Sure = len(f.others) == 1
	}
	return found, ok
}

// finder collects the first two of the passages with a text, below a heading and elsewhere: more change nothing.
type finder struct {
	text, heading string
	below, others []Inside
}

func (f *finder) files(d *Document, above string, path []int, names []string) {
	for n := range d.Attachments {
		a := &d.Attachments[n]
		if a.Read == nil || len(f.below) > 1 {
			continue
		}
		path, names := append(path[:len(path):len(path)], n), append(names[:len(names):len(names)], a.Name)
		outer := a.Name
		if above != "" {
			outer = above + headingBreak + a.Name
		}
		for _, p := range a.Read.Passages() {
			if p.Text != f.text {
				continue
			}
			whole := outer
			if p.Heading != "" {
				whole += headingBreak + p.Heading
			}
			list := &f.others
			if whole == f.heading {
				list = &f.below
			}
			if len(*list) < 2 {
				*list = append(*list, Inside{Path: path, Names: names, Passage: p})
			}
		}
		f.files(a.Read, outer, path, names)
	}
}

// headingBreak divides headings in a passage's Heading.
const headingBreak = " › "

// Stretches are what bytes from and to of the text of a passage are of the document, part by part; no parts are all of it. ok is false if
// one of them is none of the text, or has nothing of the document: then it is all of the passage, too.
func (p Passage) Stretches(parts [][2]int) (all []Stretch, ok bool) {
	ok = true
	for _, part := range parts {
		if part[0] < 0 || part[0] >= part[1] || part[1] > len(p.Text) || !boundary(p.Text, part[0]) || !boundary(p.Text, part[1]) {
			ok = false
			break
		}
		before := len(all)
		for _, s := range p.Spans {
			if from, to := max(s.Start, part[0]), min(s.End, part[1]); from < to {
				all = append(all, Stretch{Text: s.Text, Start: s.From + from - s.Start, End: s.From + to - s.Start})
			}
		}
		ok = ok && len(all) > before
	}
	if ok && len(parts) > 0 {
		return all, true
	}
	all = nil
	for _, s := range p.Spans {
		all = append(all, Stretch{Text: s.Text, Start: s.From, End: s.From + s.End - s.Start})
	}
	return all, ok
}
