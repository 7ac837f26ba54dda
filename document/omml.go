package document

import (
	"strings"
	"unicode/utf8"
)

// maxMath is how many elements a formula may have.
const maxMath = 100_000

// linearMath reads the m:oMath or m:oMathPara that was opened last and writes it in a line that people read: (a+b)/2, x_i^2,
// √(x), ∑_(i=1)^n. The letters are Unicode's, the signs between them those of UnicodeMath (Unicode Technical Note 28).
// [ECMA-376, part 1, 22.1]
func linearMath(x *xmlScanner) (string, error) {
	m := &mathReader{left: maxMath}
	text, err := m.inside(x)
	return clean(strings.TrimSpace(text)), err
}

// mathReader writes one formula.
type mathReader struct {
	left int // elements that may still come
}

// inside writes what is in the element that was opened last, to its end.
func (m *mathReader) inside(x *xmlScanner) (string, error) {
	var out strings.Builder
	for depth := x.depth(); ; {
		token, err := x.next()
		switch {
		case err != nil:
			return out.String(), err
		case token == xmlClose && x.depth() < depth:
			return out.String(), nil
		case token != xmlOpen:
			continue
		}
		text, err := m.element(x)
		out.WriteString(text)
		if err != nil {
			return out.String(), err
		}
	}
}

// element writes the element that was opened last.
func (m *mathReader) element(x *xmlScanner) (string, error) {
	if m.left--; m.left < 0 {
		return "", tooMuch("blocks", maxMath)
	}
	switch name := x.name; name {
	case "m:t", "w:t", "a:t":
		return x.textInside()
	case "w:tab", "w:br", "a:br":
		return " ", x.skipElement()
	case "m:r", "m:oMath", "m:e", "m:num", "m:den", "m:sup", "m:sub", "m:deg", "m:fName", "m:lim", "w:r", "w:ins", "m:box", "m:borderBox", "m:phant":
		return m.inside(x)
	case "m:f", "m:sSup", "m:sSub", "m:sSubSup", "m:sPre", "m:rad", "m:nary", "m:d", "m:func", "m:limLow", "m:limUpp", "m:acc", "m:bar", "m:groupChr", "m:m", "m:eqArr":
		parts, err := m.parts(x)
		return parts.write(name), err
	case "m:rPr", "w:rPr", "a:rPr", "m:ctrlPr", "m:oMathParaPr", "w:del", "w:moveFrom", "w:pPr":
		return "", x.skipElement()
	}
	if strings.HasSuffix(x.name, "Pr") {
		return "", x.skipElement()
	}
	return m.inside(x)
}

// mathParts are what a formula's element is made of.
type mathParts struct {
	by                   map[string]string
	arguments            []string // the m:e
	ends                 []int    // arguments at the ends of rows
	chr, begin, sep, end string
	hasChr, hasBegin     bool
	hasEnd               bool
	kind                 string // of a fraction
}

// parts reads the parts of the element that was opened last.
func (m *mathReader) parts(x *xmlScanner) (mathParts, error) {
	p := mathParts{by: map[string]string{}}
	err := x.inside(func(x *xmlScanner) error {
		switch name := x.name; name {
		case "m:e":
			text, err := m.inside(x)
			p.arguments = append(p.arguments, text)
			return err
		case "m:num", "m:den", "m:sup", "m:sub", "m:deg", "m:fName", "m:lim":
			text, err := m.inside(x)
			p.by[name[2:]] = text
			return err
		case "m:chr":
			p.chr, p.hasChr = x.has("m:val")
		case "m:begChr":
			p.begin, p.hasBegin = x.has("m:val")
		case "m:sepChr":
			p.sep = x.attr("m:val")
		case "m:endChr":
			p.end, p.hasEnd = x.has("m:val")
		case "m:type":
			p.kind = x.attr("m:val")
		case "m:mr":
			p.ends = append(p.ends, len(p.arguments))
		case "m:ctrlPr", "m:rPr":
			return x.skipElement()
		}
		return nil
	})
	return p, err
}

func (p *mathParts) write(name string) string {
	e := strings.Join(p.arguments, "")
	sub, sup := script("_", p.by["sub"]), script("^", p.by["sup"])
	switch name {
	case "m:f":
		if p.kind == "noBar" {
			return "(" + p.by["num"] + "¦" + p.by["den"] + ")"
		}
		return grouped(p.by["num"]) + "/" + grouped(p.by["den"])
	case "m:sSup", "m:sSub", "m:sSubSup":
		return grouped(e) + sub + sup
	case "m:sPre":
		return sub + sup + " " + e
	case "m:rad":
		switch degree := p.by["deg"]; degree {
		case "", "2":
			return "√" + always(e)
		case "3":
			return "∛" + always(e)
		default:
			return "√(" + degree + "&" + e + ")"
		}
	case "m:nary":
		sign := p.chr
		if !p.hasChr {
			sign = "∫"
		}
		return sign + sub + sup + " " + e
	case "m:d":
		return p.delimited()
	case "m:func":
		if strings.HasPrefix(e, "(") {
			return p.by["fName"] + e
		}
		return p.by["fName"] + " " + e
	case "m:limLow":
		return e + script("_", p.by["lim"])
	case "m:limUpp":
		return e + script("^", p.by["lim"])
	case "m:acc":
		sign := p.chr
		if !p.hasChr {
			sign = "\u0302"
		}
		return grouped(e) + sign
	case "m:bar":
		return grouped(e) + "\u0305"
	case "m:m":
		return "[" + p.matrix() + "]"
	case "m:eqArr":
		return strings.Join(p.arguments, "\n")
	}
	return e
}

// delimited is what stands between brackets.
func (p *mathParts) delimited() string {
	begin, sep, end := "(", "|", ")"
	if p.hasBegin {
		begin = p.begin
	}
	if p.sep != "" {
		sep = p.sep
	}
	if p.hasEnd {
		end = p.end
	}
	return begin + strings.Join(p.arguments, sep) + end
}

// matrix is its rows, divided by semicolons.
func (p *mathParts) matrix() string {
	var out strings.Builder
	row := 0
	for i, a := range p.arguments {
		for row < len(p.ends) && p.ends[row] <= i {
			if row++; i > 0 {
				out.WriteString("; ")
			}
		}
		if i > 0 && (row == 0 || p.ends[row-1] != i) {
			out.WriteString(", ")
		}
		out.WriteString(a)
	}
	return out.String()
}

// script is a text above or below the line; nothing if it is empty.
func script(sign, text string) string {
	if text == "" {
		return ""
	}
	return sign + grouped(text)
}

// grouped is a text that stays together: in parentheses, if it is more than a word or a number.
func grouped(text string) string {
	if utf8.RuneCountInString(text) <= 1 {
		return text
	}
	for _, r := range text {
		if strings.ContainsRune(" +-−×÷=/·∙,;<>≤≥±|&^_\n", r) {
			return always(text)
		}
	}
	return text
}

// always is a text in parentheses, unless it is in some already.
func always(text string) string {
	if strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") && strings.Count(text, "(") == 1 {
		return text
	}
	return "(" + text + ")"
}
