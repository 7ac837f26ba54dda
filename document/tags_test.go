package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

// declares matches a declaration: neither a comment nor a section of text.
var declares = regexp.MustCompile(`<!(?:$|[^\[-]|-(?:$|[^-])|\[(?:$|[^C]))`)

// FuzzTags holds the walker to encoding/xml: of what that reads whole, both see the same elements, texts and values.
func FuzzTags(f *testing.F) {
	f.Add([]byte(`<a x="1 > 0" y='"'>t&lt;<b:c/><![CDATA[<d>]]><!-- <e> --><?f <g> ?></a>`))
	f.Add([]byte("<a\n>\xea\xb0\x80</a>"))
	f.Add([]byte("<:0/>"))
	f.Add([]byte("<A/>0<A/>"))
	f.Add([]byte("<!--><\"--><a/>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got, want strings.Builder
		err := (&tagWalker{
			start: func(name string, tag []byte) { fmt.Fprintf(&got, "<%s %q>", name, tagValue(tag, "x")) },
			end:   func() { got.WriteString("</>") },
			text:  func(text []byte) { got.WriteString(squeezed(string(text))) },
		}).walk(data)
		if declares.Match(data) || bytes.Contains(data, []byte("&")) {
			return // declarations are read in different ways, and HTML has more entities
		}
		said := "" // between elements: what follows the last one is nobody's
		for d := xml.NewDecoder(bytes.NewReader(data)); ; {
			token, fault := d.Token()
			if errors.Is(fault, io.EOF) {
				break
			}
			if fault != nil {
				return
			}
			switch e := token.(type) {
			case xml.StartElement:
				value := ""
				for _, a := range e.Attr {
					if a.Name.Local == "x" && value == "" {
						value = a.Value
					}
				}
				fmt.Fprintf(&want, "%s<%s %q>", said, e.Name.Local, value)
				said = ""
			case xml.EndElement:
				want.WriteString(said + "</>")
				said = ""
			case xml.CharData:
				said += squeezed(string(e))
			}
		}
		if g := got.String(); !strings.Contains(g, want.String()) || err != nil {
			t.Errorf("%q: %s, %v, want %s", data, g, err, want.String())
		}
	})
}

func TestTagValue(t *testing.T) {
	tag := []byte(`hp:tc rowspan="2" hp:span='3' span = "4&lt;" idx="7" id="x"`)
	for name, want := range map[string]string{"rowspan": "2", "id": "x", "idx": "7", "no": "", "span": "3"} {
		if got := tagValue(tag, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
