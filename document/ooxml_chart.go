package document

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// chartReader reads what a chart shows: its title, the titles of its axes, categories and series. Numbers are as the file
// keeps them, whatever the chart makes of them. [ECMA-376, part 1, 21.2]
type chartReader struct {
	r      *dmlReader
	titles []string
	series []chartSeries
	left   int // points that may still be read
}

type chartSeries struct {
	name       string
	categories map[int]string
	values     []chartValues
}

// chartValues are the values of a series: bubbles and points have several for each category.
type chartValues map[int]string

// maxPoints is how many points and names a chart may have.
const maxPoints = 1 << 18

// chart reads the part of a chart.
func (r *dmlReader) chart(name string) (Block, error) {
	c := &chartReader{r: r, left: min(maxPoints, r.b.limits.Blocks-r.b.blocks)}
	err := r.scan(name, func(x *xmlScanner) error {
		switch x.name {
		case "c:title", "cx:title":
			return c.title(x)
		case "c:ser":
			return c.readSeries(x)
		case "cx:data":
			return c.readData(x)
		case "cx:series":
			return c.nameSeries(x)
		case "mc:Fallback", "c:externalData", "c:txPr":
			return x.skipElement()
		}
		return nil
	})
	text := c.text()
	if over := r.spend(0, len(text)); over != nil && err == nil {
		err = over
	}
	return Block{Kind: Chart, Text: text}, err
}

// title reads a title: written, or as it was in the cell from which it comes.
func (c *chartReader) title(x *xmlScanner) error {
	var lines []string
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "a:p":
			p := &dmlParagraph{}
			err := c.r.inline(x, p)
			lines = append(lines, string(p.text))
			return err
		case "c:v":
			text, err := x.textInside()
			lines = append(lines, text)
			return err
		}
		return nil
	})
	if title := strings.TrimSpace(strings.Join(lines, " ")); title != "" && len(c.titles) < 100 {
		c.titles = append(c.titles, title)
	}
	return err
}

// readSeries reads the c:ser that was opened last.
func (c *chartReader) readSeries(x *xmlScanner) error {
	s := chartSeries{categories: map[int]string{}}
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "c:tx":
			names := chartValues{}
			err := c.points(x, names)
			s.name = strings.Join(sortedValues(names), " ")
			return err
		case "c:cat", "c:xVal":
			return c.points(x, s.categories)
		case "c:val", "c:yVal", "c:bubbleSize":
			values := chartValues{}
			err := c.points(x, values)
			s.values = append(s.values, values)
			return err
		case "c:dLbls", "c:spPr", "c:txPr", "c:trendline", "c:errBars":
			return x.skipElement()
		}
		return nil
	})
	c.series = append(c.series, s)
	return err
}

// points reads the points of a series by their numbers. Categories of several levels are put together, the outermost first.
func (c *chartReader) points(x *xmlScanner, into map[int]string) error {
	at, seen := 0, map[int]bool{}
	return x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "c:lvl":
			clear(seen)
		case "c:pt":
			at = intOf(x.attr("idx"), 0)
		case "c:v", "a:t":
			if c.left--; c.left < 0 {
				return c.r.b.limits.over("blocks")
			}
			text, err := x.textInside()
			switch {
			case x.name == "a:t", into[at] == "":
				into[at] += text
			case !seen[at]:
				into[at] = text + " " + into[at]
			}
			seen[at] = true
			return err
		}
		return nil
	})
}

// readData reads the cx:data that was opened last: series of the newer charts have their points apart.
func (c *chartReader) readData(x *xmlScanner) error {
	s := chartSeries{categories: map[int]string{}}
	var into map[int]string
	at := 0
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "cx:strDim":
			into = s.categories
		case "cx:numDim":
			s.values = append(s.values, chartValues{})
			into = s.values[len(s.values)-1]
		case "cx:pt":
			at = intOf(x.attr("idx"), 0)
			if c.left--; c.left < 0 {
				return c.r.b.limits.over("blocks")
			}
			text, err := x.textInside()
			if into != nil {
				into[at] = strings.TrimSpace(text + " " + into[at])
			}
			return err
		}
		return nil
	})
	c.series = append(c.series, s)
	return err
}

// nameSeries reads the cx:series that was opened last: whose name it is.
func (c *chartReader) nameSeries(x *xmlScanner) error {
	name, of := "", -1
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "cx:v":
			text, err := x.textInside()
			name = text
			return err
		case "cx:dataId":
			of = intOf(x.attr("val"), -1)
		}
		return nil
	})
	if of >= 0 && of < len(c.series) {
		c.series[of].name = name
	}
	return err
}

// sortedValues are values in the order of their numbers.
func sortedValues(values map[int]string) []string {
	var out []string
	for _, at := range slices.Sorted(maps.Keys(values)) {
		out = append(out, values[at])
	}
	return out
}

// text is the chart as lines: titles, categories, then a line for each series. Series with categories of their own, as
// those of points have them, come each with theirs.
func (c *chartReader) text() string {
	lines := slices.Clone(c.titles)
	var shown []string
	for i, s := range c.series {
		columns := map[int]string{}
		maps.Copy(columns, s.categories)
		for _, values := range s.values {
			for at := range values {
				if _, ok := columns[at]; !ok {
					columns[at] = ""
				}
			}
		}
		order := slices.Sorted(maps.Keys(columns))
		categories := make([]string, 0, len(order))
		for _, at := range order {
			categories = append(categories, columns[at])
		}
		said := strings.Join(categories, "") != ""
		if said && (i == 0 || slices.Compare(categories, shown) != 0) {
			lines = append(lines, "\t"+strings.Join(categories, "\t"))
			shown = categories
		}
		if len(s.values) == 0 && s.name != "" {
			lines = append(lines, s.name)
		}
		for _, values := range s.values {
			line := []string{s.name}
			for _, at := range order {
				line = append(line, values[at])
			}
			lines = append(lines, strings.Join(line, "\t"))
		}
	}
	return strings.Join(lines, "\n")
}

// diagram reads the part with the data of a diagram (SmartArt): its points, each under the one to which it belongs.
// [ECMA-376, part 1, 21.4]
func (r *dmlReader) diagram(name string) (Block, error) {
	d := diagramData{points: map[string][]Block{}, below: map[string][]diagramLink{}}
	err := r.scan(name, func(x *xmlScanner) error {
		switch x.name {
		case "dgm:pt":
			id, kind := x.attr("modelId"), x.attr("type")
			if err := r.spend(1, 0); err != nil {
				return err
			}
			if kind != "" && kind != "node" && kind != "asst" && kind != "doc" {
				return x.skipElement() // a line between points, or how it is drawn
			}
			if kind == "doc" {
				d.roots = append(d.roots, id)
			}
			blocks, err := r.paragraphs(x)
			if _, twice := d.points[id]; !twice {
				d.points[id] = blocks
				d.order = append(d.order, id)
			}
			return err
		case "dgm:cxn":
			if err := r.spend(1, 0); err != nil {
				return err
			}
			if t := x.attr("type"); t == "" || t == "parOf" {
				from := x.attr("srcId")
				d.below[from] = append(d.below[from], diagramLink{x.attr("destId"), intOf(x.attr("srcOrd"), 0)})
			}
		}
		return nil
	})
	for _, id := range d.roots {
		d.put(id, 0)
	}
	for _, id := range d.order {
		if !d.isBelow(id) {
			d.put(id, 0)
		}
	}
	for _, id := range d.order { // what is in a circle
		d.put(id, 1)
	}
	return Block{Kind: Diagram, Blocks: d.out}, err
}

type diagramLink struct {
	to    string
	order int
}

type diagramData struct {
	roots  []string
	order  []string
	points map[string][]Block
	below  map[string][]diagramLink
	under  map[string]bool
	out    []Block
}

// isBelow reports whether a point belongs to another.
func (d *diagramData) isBelow(id string) bool {
	if d.under == nil {
		d.under = map[string]bool{}
		for _, links := range d.below {
			for _, l := range links {
				d.under[l.to] = true
			}
		}
	}
	return d.under[id]
}

// put puts out a point and what belongs to it, once. Whatever is too deep comes later, beside it.
func (d *diagramData) put(id string, level int) {
	blocks, ok := d.points[id]
	if !ok || level > 32 {
		return
	}
	delete(d.points, id)
	for _, b := range blocks {
		if b.Text == "" && len(b.Blocks) == 0 {
			continue
		}
		if level > 0 && b.Kind == Paragraph {
			b.Kind, b.Level = Item, level
		}
		d.out = append(d.out, b)
	}
	links := d.below[id]
	slices.SortStableFunc(links, func(a, b diagramLink) int { return cmp.Compare(a.order, b.order) })
	for _, l := range links {
		d.put(l.to, level+1)
	}
}
