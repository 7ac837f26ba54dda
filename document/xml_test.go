package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// events are what a scanner finds in a text, one a line.
func events(data string, canon map[string]string) (string, error) {
	var out strings.Builder
	x := newXML([]byte(data), canon, 64)
	for {
		token, err := x.next()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return out.String(), err
		}
		switch token {
		case xmlOpen:
			fmt.Fprintf(&out, "<%s", x.name)
			for _, a := range x.attributes() {
				fmt.Fprintf(&out, " %s=%s", a.name, x.attr(a.name))
			}
			out.WriteString(">")
		case xmlClose:
			fmt.Fprintf(&out, "</%s>", x.name)
		case xmlText:
			out.Write(x.text)
		}
	}
}

func TestXMLIsRead(t *testing.T) {
	const w = "urn:w"
	for _, c := range []struct{ name, in, want string }{
		{"nested", `<?xml version="1.0"?><a><b x="1"/>t&lt;&#44032;&#x1F600;</a>`, `<a><b x=1></b>t<가😀</a>`},
		{"prefixes are those of the caller", `<z:p xmlns:z="urn:w" z:v='"'><q xmlns="urn:w"/><q/></z:p>`, `<w:p w:v="><w:q></w:q><q></q></w:p>`},
		{"comments and instructions are passed over", `<a><!-- <b> --><?x <c> ?>1<![CDATA[<&]]></a>`, `<a>1<&</a>`},
		{"what is declared is not expanded", `<!DOCTYPE a [<!ENTITY e "ha"><!ENTITY f SYSTEM "file:///etc/passwd">]><a>&e;&f;&amp;</a>`, `<a>&e;&f;&</a>`},
		{"no text outside", "\n<a/>\nx", `<a></a>`},
	} {
		if got, err := events(c.in, map[string]string{w: "w"}); got != c.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestXMLThatIsCutIsToldSo(t *testing.T) {
	whole := `<a b="c"><d>e</d></a>`
	for n := 1; n < len(whole); n++ {
		if _, err := events(whole[:n], nil); err == nil {
			t.Errorf("%q: no error", whole[:n])
		}
	}
	if _, err := events(strings.Repeat("<a>", 100), nil); err == nil {
		t.Error("a hundred elements in each other: no error, want one at 64")
	}
}

func TestXMLInOtherEncodings(t *testing.T) {
	for _, in := range []string{
		"\xef\xbb\xbf<a>가</a>",
		"\xff\xfe<\x00a\x00>\x00\x00\xac<\x00/\x00a\x00>\x00",
		"<?xml version=\"1.0\" encoding=\"euc-kr\"?><a>\xb0\xa1</a>",
	} {
		if got, err := events(in, nil); got != "<a>가</a>" || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

// FuzzXML holds the scanner to encoding/xml: what that reads whole, this reads alike.
func FuzzXML(f *testing.F) {
	f.Add([]byte(`<a x="1">t<b/>&lt;</a>`))
	f.Add([]byte(`<:/>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY e "x">]><a xmlns:b="c"><b:d/></a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		x := newXML(data, nil, 64)
		var names []string
		var err error
		var token xmlToken
		for steps := 0; err == nil; steps++ {
			if token, err = x.next(); err == nil && token == xmlOpen {
				names = append(names, x.local)
			}
			if steps > 2*len(data)+2 {
				t.Fatalf("%d steps in %d bytes", steps, len(data))
			}
		}
		if bytes.Contains(data, []byte("<?")) || bytes.Contains(data, []byte("<!")) {
			return // its encoding may be another; declarations that are none are read in different ways
		}
		var want []string
		d := xml.NewDecoder(bytes.NewReader(data))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || len(want) > 60 {
				return
			}
			if start, ok := token.(xml.StartElement); ok {
				want = append(want, start.Name.Local)
			}
		}
		if fmt.Sprint(names) != fmt.Sprint(want) {
			t.Errorf("%q: elements %q, want %q (%v)", data, names, want, err)
		}
	})
}
