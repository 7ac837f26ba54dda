package document

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// countPDF is the second pass: it finds the pages by itself, unpacks what each shows, and counts the characters and
// pictures in it. It knows no fonts but how many bytes a character has and which are spaces.
func countPDF(ctx context.Context, src *Source, l Limits) (Count, error) {
	data := make([]byte, src.Size)
	if _, err := io.ReadFull(io.NewSectionReader(src, 0, src.Size), data); err != nil {
		return Count{}, err
	}
	return countPages(ctx, data, src.Password, l)
}

// countPages counts a file that is in memory.
func countPages(ctx context.Context, data []byte, password string, l Limits) (Count, error) {
	f, err := openRaw(data, password, l.Unpacked)
	if err != nil {
		return Count{}, err
	}
	c := &rawCounter{rawFile: f, fonts: map[int]*rawFont{}, forms: map[int]*rawTally{}, checked: map[int]string{}}
	pages := c.pages(l.Pages)
	out := Count{Pages: len(pages), pages: &[]pageCount{}, faults: &f.faults}
	for i, p := range pages {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		t := c.page(p, i+1)
		*out.pages = append(*out.pages, pageCount{page: i + 1, characters: t.glyphs, images: t.images})
		out.Characters += t.glyphs
		out.Images += t.images
	}
	out.Pages = max(len(pages), c.missing)
	return out, nil
}

// rawCounter counts the pages of a file.
type rawCounter struct {
	*rawFile
	fonts   map[int]*rawFont
	forms   map[int]*rawTally
	checked map[int]string // streams that were unpacked, and what was wrong with them
	missing int            // pages that the file says it has, where it has fewer
	now     int            // the page that is counted
}

// rawPage is a page, with what it has from those above it in the tree; nil dict: the tree leads to it, and it is not there.
type rawPage struct {
	dict      rawDict
	resources rawDict
	number    int
}

// pages lists the pages in the order of the tree.
func (c *rawCounter) pages(most int) []rawPage {
	root := c.dict(rawRef(c.root))
	seen := map[rawRef]bool{}
	var out []rawPage
	loops := false
	var walk func(v any, resources rawDict, depth int)
	walk = func(v any, resources rawDict, depth int) {
		r, _ := v.(rawRef)
		if r != 0 && seen[r] || depth > mostRawDepth || len(out) >= most {
			loops = true
			return
		}
		seen[r] = true
		d := c.dict(v)
		if own := c.dict(d["Resources"]); own != nil {
			resources = own
		}
		if kids := c.list(d["Kids"]); d != nil && d["Type"] != rawName("Page") && d["Kids"] != nil {
			for _, k := range kids {
				walk(k, resources, depth+1)
			}
			return
		}
		if d == nil || d["Type"] != rawName("Page") && d["Contents"] == nil && d["MediaBox"] == nil {
			out = append(out, rawPage{number: int(r)})
			return
		}
		out = append(out, rawPage{d, resources, int(r)})
	}
	tree := c.dict(root["Pages"])
	if tree != nil {
		walk(root["Pages"], nil, 0)
	}
	said := rawInt(c.of(tree["Count"]))
	if tree != nil && said == len(out) && !loops {
		return out
	}
	// The tree is damaged: pages that it does not lead to are pages all the same.
	var lost []int
	for n := range c.at {
		if d, ok := c.object(n).(rawDict); ok && d["Type"] == rawName("Page") && !seen[rawRef(n)] {
			lost = append(lost, n)
		}
	}
	for n := range c.packed {
		if d, ok := c.object(n).(rawDict); ok && d["Type"] == rawName("Page") && !seen[rawRef(n)] {
			lost = append(lost, n)
		}
	}
	slices.Sort(lost)
	for _, n := range slices.Compact(lost) {
		if len(out) < most {
			d := c.dict(rawRef(n))
			out = append(out, rawPage{d, c.dict(d["Resources"]), n})
		}
	}
	if said <= len(c.at)+len(c.packed) && said <= most {
		c.missing = said
	}
	c.faults = append(c.faults, Gap{What: GapStream, Where: "page tree", In: int64(said), Out: int64(len(out)), Why: "the tree of pages does not have as many as it says"})
	return out
}

// fault notes what is wrong with something that the page needs.
func (c *rawCounter) fault(where, why string) {
	const most = 2000
	if g := (Gap{What: GapStream, Page: c.now, Where: where, Why: why}); len(c.faults) < most && !slices.Contains(c.faults, g) {
		c.faults = append(c.faults, g)
	}
}

// page counts a page.
func (c *rawCounter) page(p rawPage, number int) rawTally {
	c.now = number
	if p.dict == nil {
		c.faults = append(c.faults, Gap{What: GapPage, Page: number, Where: fmt.Sprintf("object %d", p.number), Why: "the page is not in the file"})
		return rawTally{}
	}
	contents := c.list(p.dict["Contents"])
	if contents == nil && p.dict["Contents"] != nil {
		contents = []any{p.dict["Contents"]}
	}
	var data []byte
	for _, v := range contents {
		data = append(append(data, c.stream(v)...), '\n')
	}
	return c.content(data, p.resources, 0)
}

// stream unpacks a stream that a page needs, as far as it can be.
func (c *rawCounter) stream(v any) []byte {
	s, is := c.of(v).(*rawStream)
	if !is {
		c.absent(v)
		return nil
	}
	data, err := c.unpack(s)
	why := ""
	if err != nil {
		why = err.Error()
		c.fault(fmt.Sprintf("object %d", s.number), why)
	}
	c.checked[s.number] = why
	return data
}

// absent notes that there is no stream where a page needs one.
func (c *rawCounter) absent(v any) {
	where := "content"
	if r, named := v.(rawRef); named {
		where = fmt.Sprintf("object %d", int(r))
	}
	c.fault(where, "a stream that a page needs is not there")
}

// check unpacks a stream, once, only to see that it can be; its fault is named on each page that needs it.
func (c *rawCounter) check(v any) {
	const dear = 32 << 20 // pictures are looked at while there is much left to unpack
	s, is := c.of(v).(*rawStream)
	if !is {
		c.absent(v)
		return
	}
	why, seen := c.checked[s.number]
	if !seen && c.budget > dear {
		if err := c.sound(s); err != nil && err != errUnpackBudget {
			why = err.Error()
		}
		c.checked[s.number] = why
	}
	if why != "" {
		c.fault(fmt.Sprintf("object %d", s.number), why)
	}
}
