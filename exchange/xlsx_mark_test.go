package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// TestChangesAreUnderlined reads the file back: what is marked is underlined, and the texts are whole.
func TestChangesAreUnderlined(t *testing.T) {
	table := chat.Table{Columns: []string{"현행", "개정안"}, Rows: [][]string{{"여비는 5일 안에 & 정산한다", "여비는 7일 안에 👋 정산한다"}, {"12,000", "=하나"}}, Marks: []chat.TableMark{
		{Row: 0, Column: 0, Start: 4, End: 6}, {Row: 0, Column: 1, Start: 11, End: 12}, {Row: 0, Column: 1, Start: 4, End: 6}, {Row: 0, Column: 1, Start: 5, End: 5},
		{Row: 1, Column: 0, Start: 0, End: 6}, {Row: 1, Column: 1, Start: 1, End: 99}, {Row: 7, Column: 0, Start: 0, End: 1}, {Row: 0, Column: 0, Start: -3, End: -1}}}
	var out bytes.Buffer
	if err := WriteXLSX(&out, table, chat.Korean); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var sheet struct {
		Cells []struct {
			At    string `xml:"r,attr"`
			Form  string `xml:"s,attr"`
			Value string `xml:"v"`
			Runs  []struct {
				Line *struct{} `xml:"rPr>u"`
				Text string    `xml:"t"`
			} `xml:"is>r"`
		} `xml:"sheetData>row>c"`
	}
	if err := xml.Unmarshal(data, &sheet); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, c := range sheet.Cells {
		for _, one := range c.Runs {
			text := one.Text
			if one.Line != nil {
				text = "_" + text + "_"
			}
			got[c.At] = append(got[c.At], text)
		}
		if c.At == "A3" && c.Value != "12000" {
			t.Errorf("a marked number is %q", c.Value)
		}
		if c.At == "B3" && c.Form != "2" {
			t.Errorf("what begins as a formula has the form %s", c.Form)
		}
	}
	for at, want := range map[string][]string{
		"A2": {"여비는 ", "_5일_", " 안에 & 정산한다"}, "B2": {"여비는 ", "_7일_", " 안에 👋 정산한다"}, "A3": nil, "B3": {"=", "_하나_"},
	} {
		if !slices.Equal(got[at], want) {
			t.Errorf("%s: %q, want %q", at, got[at], want)
		}
	}
	if strings.Contains(string(data), "<f>") {
		t.Error("there is a formula in it")
	}
}
