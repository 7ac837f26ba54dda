package document

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
)

func TestSeparatedValues(t *testing.T) {
	for _, c := range []struct{ name, file, in, want string }{
		{"commas", "a.csv", "이름,나이\n김,30\n", "이름\t나이\n김\t30\n"},
		{"semicolons, with commas in fields", "a.csv", "a;b;c\n1,5;2;3\n1,6;2;4\n", "a\tb\tc\n1,5\t2\t3\n1,6\t2\t4\n"},
		{"tabs", "a.tsv", "a\tb\n1\t2\n", "a\tb\n1\t2\n"},
		{"quotation marks", "a.csv", "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", "a\tb\nx, y\tsay \"hi\"\n"},
		{"breaks in fields", "a.csv", "a,b\r\n\"x\r\ny\",z\r\n", "a\tb\nx\\ny\tz\n"},
		{"a mark that nothing closes", "a.csv", "a,b\n\"x,y\nz,w\n", "a\tb\n\"x\ty\nz\tw\n"},
		{"inches", "a.csv", "size,n\n5\" disk,1\n3\" disk,2\n", "size\tn\n5\" disk\t1\n3\" disk\t2\n"},
		{"empty fields and lines", "a.csv", "a,,c\n\n,,\nx,", "a\t\tc\n\t\t\nx\t\n"},
		{"Excel's own line", "a.csv", "sep=|\na|b,c\n", "a\tb,c\n"},
	} {
		doc, err := Read(context.Background(), sourceOf(c.file, []byte(c.in)), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := doc.Text(false); got != c.want || !doc.Manifest.Whole {
			t.Errorf("%s: %q, want %q; %+v", c.name, got, c.want, doc.Manifest)
		}
	}
}

func TestSeparatedValuesHaveHeadings(t *testing.T) {
	for in, want := range map[string]int{"이름,나이\n김,30\n": 1, "1,2\n3,4\n": 0, "a,b\nc,d\n": 0, "일자,금액\n2024-01-02,\"1,000원\"\n": 1} {
		doc, err := Read(context.Background(), sourceOf("a.csv", []byte(in)), Options{})
		if err != nil || doc.Blocks[0].Grid.Headers != want {
			t.Errorf("%q: %d rows of headings, %v, want %d", in, doc.Blocks[0].Grid.Headers, err, want)
		}
	}
}

func TestSeparatedValuesBeyondALimit(t *testing.T) {
	var in bytes.Buffer
	for i := range 1000 {
		fmt.Fprintf(&in, "%d,%d\n", i, i)
	}
	doc, err := Read(context.Background(), sourceOf("a.csv", in.Bytes()), Options{Limits: Limits{Blocks: 100}})
	if err == nil || !strings.Contains(doc.Text(false), "40\t40\n") {
		t.Errorf("%v, %.60q: want an error and what was read", err, doc.Text(false))
	}
}

func TestSeparatedValuesEndSoon(t *testing.T) {
	for _, in := range []string{strings.Repeat(`"""`+",", 300_000), strings.Repeat("\"", 1_000_001), strings.Repeat("셀,", 300_000)} {
		if _, err := Read(context.Background(), sourceOf("a.csv", []byte(in)), Options{}); err != nil {
			t.Error(err)
		}
	}
}
