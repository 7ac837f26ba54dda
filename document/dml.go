package document

import (
	"strconv"
	"strings"
)

// dmlReader reads text of drawings: DrawingML's paragraphs, as slides, charts, diagrams and tables of slides have them.
// [ECMA-376, part 1, 21.1.2]
type dmlReader struct {
	*ooxml
	rels  relations
	spend func(blocks, text int) error
	// place is where the text stands.
	place Place
}

// dmlLevels is how many levels of bullets a text has.
const dmlLevels = 9

// dmlBullet is what is drawn before a paragraph.
type dmlBullet struct {
	kind  byte   // 0 nothing is said, 'n' none, 'c' a character, 'a' a number, 'p' a picture
	text  string // the character; the format of the number
	font  string // of the character
	start int
}

// dmlList are the bullets of a text by level.
type dmlList [dmlLevels]dmlBullet

// read reads the bullet that was opened last, if it is one.
func (b *dmlBullet) read(x *xmlScanner) {
	switch x.name {
	case "a:buNone":
		*b = dmlBullet{kind: 'n'}
	case "a:buFont":
		b.font = x.attr("typeface")
	case "a:buChar":
		*b = dmlBullet{kind: 'c', text: bulletOf(b.font, clean(x.attr("char")))}
	case "a:buAutoNum":
		*b = dmlBullet{kind: 'a', text: x.attr("type"), start: intOf(x.attr("startAt"), 1)}
	case "a:buBlip":
		*b = dmlBullet{kind: 'p', text: "•"}
	}
}

// readList reads the a:lstStyle, or the style of a master's text, that was opened last.
func readList(x *xmlScanner) (*dmlList, error) {
	l := &dmlList{}
	level := -1
	err := x.inside(func(x *xmlScanner) error {
		if n := x.name; len(n) == len("a:lvl1pPr") && n[:5] == "a:lvl" && n[6:] == "pPr" && n[5] >= '1' && n[5] <= '9' {
			level = int(n[5] - '1')
		} else if level >= 0 {
			l[level].read(x)
		}
		return nil
	})
	return l, err
}

// dmlParagraph is a paragraph that is being read.
type dmlParagraph struct {
	richText
	level  int
	bullet dmlBullet
}

// paragraphs reads the text that was opened last (a p:txBody, an a:txBody). lists are the bullets that it inherits, the
// nearest first.
func (r *dmlReader) paragraphs(x *xmlScanner, lists ...*dmlList) ([]Block, error) {
	var out []Block
	var count dmlCount
	first := true
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "a:lstStyle":
			own, err := readList(x)
			if first {
				lists, first = append([]*dmlList{own}, lists...), false
			}
			return err
		case "a:p":
			if err := r.spend(1, 0); err != nil {
				return err
			}
			p := &dmlParagraph{}
			err := r.inline(x, p)
			out = append(out, r.finished(p, lists, &count))
			return err
		}
		return nil
	})
	return out, err
}

// finished makes a block of a paragraph that was read.
func (r *dmlReader) finished(p *dmlParagraph, lists []*dmlList, count *dmlCount) Block {
	p.normalise()
	b := Block{Kind: Paragraph, Text: string(p.text), Marks: p.marks, Blocks: p.blocks, Place: r.place}
	for _, l := range lists {
		if p.bullet.kind == 0 && l != nil {
			p.bullet = l[p.level]
		}
	}
	if len(p.text) == 0 && len(p.blocks) == 0 {
		return b // without text no bullet is drawn
	}
	if p.bullet.kind != 0 && p.bullet.kind != 'n' {
		b.Kind, b.Level, b.Marker = Item, p.level+1, p.bullet.text
	}
	if number := count.next(p.level, p.bullet); number != "" {
		b.Marker = number
	}
	if len(b.Blocks) == 1 && b.Blocks[0].Kind == Equation && b.Text == "" {
		b.Kind, b.Text, b.Blocks = Equation, b.Blocks[0].Text, nil
	}
	return b
}

// inline reads what is in a paragraph, to the end of the element that was opened last.
func (r *dmlReader) inline(x *xmlScanner, p *dmlParagraph) error {
	link, at := "", 0
	err := x.inside(func(x *xmlScanner) error {
		switch x.name {
		case "a:pPr":
			p.level = min(max(intOf(x.attr("lvl"), 0), 0), dmlLevels-1)
			return x.inside(func(x *xmlScanner) error {
				p.bullet.read(x)
				return nil
			})
		case "a:r", "a:fld":
			link, at = "", len(p.text)
		case "a:hlinkClick":
			if to := r.rels[x.attr("r:id")]; to.kind == "hyperlink" || to.kind == "slide" {
				link = clean(to.target)
			}
		case "a:t":
			err := r.text(x, &p.richText)
			if link != "" {
				p.mark(at, MarkLink, link)
			}
			return err
		case "a:br":
			p.text = append(p.text, '\n')
		case "m:oMath", "m:oMathPara":
			text, err := linearMath(x)
			p.anchor(Block{Kind: Equation, Text: text, Place: r.place})
			if over := r.spend(1, len(text)); over != nil {
				return over
			}
			return err
		case "a:endParaRPr":
			return x.skipElement()
		case "mc:Fallback": // what it stands for was read before
			return x.skipElement()
		}
		return nil
	})
	return err
}

// text reads the a:t that was opened last.
func (r *dmlReader) text(x *xmlScanner, t *richText) error {
	for depth := x.depth(); ; {
		switch token, err := x.next(); {
		case err != nil:
			return err
		case token == xmlClose && x.depth() < depth:
			return nil
		case token == xmlText:
			if err := r.spend(0, len(x.text)); err != nil {
				return err
			}
			t.write(x.text)
		}
	}
}

// dmlCount numbers the paragraphs of a text.
type dmlCount struct {
	bullet  [dmlLevels]dmlBullet
	reached [dmlLevels]int
}

// next is the number of the next paragraph: "" if it has none.
func (c *dmlCount) next(level int, b dmlBullet) string {
	for i := level + 1; i < dmlLevels; i++ {
		c.bullet[i] = dmlBullet{}
	}
	if b.kind != 'a' || c.bullet[level] != b {
		c.reached[level] = b.start - 1
	}
	c.bullet[level] = b
	if b.kind != 'a' {
		return ""
	}
	c.reached[level]++
	return dmlNumber(b.text, c.reached[level])
}

// dmlNumber writes a number in one of the formats of slides (ST_TextAutonumberScheme, 20.1.10.61).
func dmlNumber(format string, n int) string {
	before, after := "", ""
	for _, ending := range []struct{ name, before, after string }{
		{"ParenBoth", "(", ")"}, {"ParenR", "", ")"}, {"Period", "", "."}, {"Minus", "- ", " -"}, {"Plain", "", ""},
	} {
		if rest, ok := strings.CutSuffix(format, ending.name); ok {
			format, before, after = rest, ending.before, ending.after
			break
		}
	}
	name := map[string]string{
		"alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman", "romanUc": "upperRoman",
		"circleNumDb": "decimalEnclosedCircle", "circleNumWdWhite": "decimalEnclosedCircle", "arabicDb": "decimalFullWidth",
		"ea1Chs": "chineseCounting", "ea1Cht": "chineseCounting", "ea1JpnKor": "koreanDigital2", "ea1JpnChsDb": "chineseCounting",
	}[format]
	return before + docxNumber(firstOf(name, "decimal"), n) + after
}

// altOf is what the drawing that was opened last says for those who do not see it.
func altOf(x *xmlScanner) string { return firstOf(clean(x.attr("descr")), clean(x.attr("title"))) }

// symbolOf is a character of a font of signs (w:sym), by its code in hexadecimal.
func symbolOf(font, code string) string {
	n, err := strconv.ParseUint(code, 16, 16)
	if err != nil {
		return ""
	}
	r := rune(n)
	if r < 0xf000 || r > 0xf0ff {
		return clean(string(r))
	}
	if font == "Symbol" {
		if sign := symbolFont[r-0xf000]; sign != 0 {
			return string(sign)
		}
	}
	if sign := hangulBullet(string(r)); sign != "•" || r == 0xf09f || r == 0xf0b7 {
		return sign
	}
	return string(r)
}

// bulletOf is a bullet as it is drawn: fonts of signs have theirs where others have letters.
func bulletOf(font, text string) string {
	switch {
	case strings.HasPrefix(font, "Wingdings"), font == "Webdings":
		text = strings.Map(func(r rune) rune {
			if r < 0x100 {
				r += 0xf000
			}
			return r
		}, text)
	case strings.HasPrefix(font, "Courier") && text == "o":
		return "○"
	case font == "Symbol" && text == "·":
		return "•"
	}
	return hangulBullet(text)
}

// symbolFont are the letters and signs of the font Symbol, by their codes.
var symbolFont = func() (t [256]rune) {
	for code, sign := range map[int]string{
		0x41: "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", 0x61: "αβχδεφγηιϕκλμνοπθρστυϖωξψζ",
		0xa2: "′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…", 0xc0: "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇", 0xd5: "∏√⋅¬∧∨⇔⇐⇑⇒⇓◊", 0xe5: "∑",
	} {
		for i, r := range []rune(sign) {
			t[code+i] = r
		}
	}
	for c := 0x20; c < 0x40; c++ {
		t[c] = rune(c)
	}
	t[0x22], t[0x24], t[0x27], t[0x2a], t[0x2d] = '∀', '∃', '∋', '∗', '−'
	return t
}()
