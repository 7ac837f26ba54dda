package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"
)

// FuzzXMLSkip holds what skips an element to what reads it: both end at the same byte of what is read whole.
func FuzzXMLSkip(f *testing.F) {
	f.Add([]byte(`<a><b c="/>" d='<'/><!-- </a> --><![CDATA[</a>]]><?x </a> ?><e>t</e></a><f/>`))
	f.Add([]byte(`<a/>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, skipped := newXML(data, nil, 64), newXML(data, nil, 64)
		if token, err := read.next(); err != nil || token != xmlOpen {
			return
		}
		if _, err := skipped.next(); err != nil {
			t.Fatal(err)
		}
		var err error
		for read.depth() > 0 && err == nil {
			_, err = read.next()
		}
		if err != nil || !wellFormed(data) {
			return // what is damaged may be passed over where nobody looks
		}
		if err := skipped.skipElement(); err != nil || skipped.pos != read.pos || skipped.depth() != 0 {
			t.Errorf("%q: at %d with %d open, %v; want at %d", data, skipped.pos, skipped.depth(), err, read.pos)
		}
	})
}

// wellFormed reports whether encoding/xml reads data to its end.
func wellFormed(data []byte) bool {
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		switch _, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return true
		case err != nil:
			return false
		}
	}
}

func TestChildrenSkipsWhatNobodyReads(t *testing.T) {
	x := newXML([]byte(`<a>1<b><c/>no</b>2<d>yes</d>3<e/></a>`), nil, 64)
	if _, err := x.next(); err != nil {
		t.Fatal(err)
	}
	text, names := "", ""
	err := x.children(func(name string) error {
		names += name
		if name == "d" {
			inner, err := x.wholeText()
			names += "=" + inner
			return err
		}
		return nil
	}, func(s []byte) { text += string(s) })
	if err != nil || text != "123" || names != "bd=yese" {
		t.Errorf("%q, %q, %v", text, names, err)
	}
	if _, err := x.next(); !errors.Is(err, io.EOF) {
		t.Errorf("%v, want the end", err)
	}
}
