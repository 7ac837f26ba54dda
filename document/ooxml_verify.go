package document

import (
	"errors"
	"path"
	"strings"
)

// verify notes what nobody has read of the file: texts and pictures to which nothing leads, as when relations are lost, and
// what is damaged among the rest, a font or a theme. It stops after so many bytes that time is no question.
func (o *ooxml) verify() error {
	const most = 128 << 20
	left := int64(most)
	for _, name := range o.names {
		if dir := path.Dir(name); path.Base(dir) == "_rels" && path.Ext(name) == ".rels" {
			o.relations(path.Join(path.Dir(dir), strings.TrimSuffix(path.Base(name), ".rels")))
		}
	}
	for _, name := range o.names {
		if o.read[name] || o.missed[name] || strings.HasSuffix(name, "/") {
			continue
		}
		if !o.reached[name] && hasSomething(name) {
			o.missing(name, errors.New("nothing in the file leads to it"))
			continue
		}
		if o.b.o.Plain { // what is left has no text
			continue
		}
		n, err := o.look(name, left)
		if err != nil {
			o.missing(name, err)
		}
		if left -= n; left <= 0 || o.b.ctx.Err() != nil {
			break
		}
	}
	return o.b.ctx.Err()
}

// hasSomething reports whether a part has something to say, by where programs put such parts.
func hasSomething(name string) bool {
	folder, base, ok := strings.Cut(strings.ToLower(name), "/")
	if !ok || folder != "word" && folder != "ppt" {
		return false
	}
	for _, begin := range []string{"header", "footer", "footnotes.", "endnotes.", "comments.", "styles.", "numbering.", "media/",
		"slides/slide", "notesslides/", "comments/", "charts/chart", "diagrams/data"} {
		if strings.HasPrefix(base, begin) {
			return true
		}
	}
	return false
}
