package document

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// countHWPML counts by the tokens of encoding/xml.
func countHWPML(ctx context.Context, src *Source, _ Limits) (Count, error) {
	d := xml.NewDecoder(transform.NewReader(src.reader(), unicode.BOMOverride(encoding.Nop.NewDecoder())))
	d.Strict = false
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return in, nil // the mark of byte order has said so already
		}
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}
	var c Count
	var text countedText
	var open []string
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return c, ctx.Err()
		}
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			c.Characters = text.n
			return c, nil
		}
		if err != nil {
			return c, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			open = append(open, t.Name.Local)
			switch t.Name.Local {
			case "TABLE":
				c.Tables++
			case "CELL":
				c.Cells++
			case "BINDATA":
				c.Images++
			case "COMPOSE":
				text.add([]byte(attribute(t, "ComposeText") + attribute(t, "CompositeText") + attribute(t, "Text")))
			case "TEXTART":
				text.add([]byte(strings.Trim(attribute(t, "Text"), "␍␊")))
			}
			text.end()
		case xml.EndElement:
			open = open[:max(len(open)-1, 0)]
			text.end()
		case xml.CharData:
			if n := len(open); n > 0 {
				switch open[n-1] {
				case "CHAR", "MAINTEXT", "SUBTEXT", "SCRIPT", "EDITTEXT":
					text.add(t)
				}
			}
		}
	}
}

// attribute is the value of an attribute by its local name.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
