package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/store"
)

var flawed = chat.Table{Title: "지급", Columns: []string{"이름", "금액", "출처"}, Sources: 3, Held: true,
	Rows:  [][]string{{"김철수", "1,300,000", "[1] 1쪽"}, {"이영희", "35,000", "[2] 2쪽"}, {"박민수", "7", "3쪽"}},
	Flaws: []chat.TableFlaw{{Row: 0, Missing: []string{"1,300,000"}}, {Row: 2, Unchecked: true}}}

// A row that does not stand is struck through in a workbook, and a last column says why: a number, too, and no other row.
func TestFlawedRowsAreStruckInWorkbooks(t *testing.T) {
	var out bytes.Buffer
	if err := WriteXLSX(&out, flawed, chat.English); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string, into any) {
		t.Helper()
		r, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err == nil {
			err = xml.Unmarshal(data, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var styles struct {
		Fonts []struct {
			Strike *struct{} `xml:"strike"`
		} `xml:"fonts>font"`
		Forms []struct {
			Font int `xml:"fontId,attr"`
		} `xml:"cellXfs>xf"`
	}
	var sheet struct {
		Cells []struct {
			At    string `xml:"r,attr"`
			Form  int    `xml:"s,attr"`
			Value string `xml:"v"`
			Text  string `xml:"is>t"`
		} `xml:"sheetData>row>c"`
	}
	read("xl/styles.xml", &styles)
	read("xl/worksheets/sheet1.xml", &sheet)
	texts := map[string]string{}
	for _, c := range sheet.Cells {
		texts[c.At] = c.Value + c.Text
		struck := styles.Fonts[styles.Forms[c.Form].Font].Strike != nil
		if want := c.At == "A2" || c.At == "B2"; struck != want {
			t.Errorf("%s is struck: %v, want %v", c.At, struck, want)
		}
	}
	for at, want := range map[string]string{"D1": "Check", "B2": "1300000", "D2": "Not in the source: 1,300,000", "D3": "", "D4": "Row not checked"} {
		if texts[at] != want {
			t.Errorf("%s: %q, want %q", at, texts[at], want)
		}
	}
}

func TestFlawedRowsAreToldInCSVAndMarkdown(t *testing.T) {
	var out bytes.Buffer
	if err := WriteCSV(&out, flawed, chat.Korean); err != nil {
		t.Fatal(err)
	}
	if want := "\ufeff이름,금액,출처,확인\r\n김철수,\"1,300,000\",[1] 1쪽,\"근거에 없음: 1,300,000\"\r\n이영희,\"35,000\",[2] 2쪽,\r\n박민수,7,3쪽,확인하지 못한 행\r\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	kind, version, data, err := chat.EncodeEvent(flawed)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := WriteAnswer(&text, Options{Language: chat.Korean}, store.Message{Text: "모았습니다."}, []store.Event{{Number: 1, Kind: kind, Version: version, Data: data}}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"| 이름 | 금액 | 출처 | 확인 |",
		`| ~~김철수~~ | ~~1,300,000~~ | \[1\] 1쪽 | 근거에 없음: 1,300,000 |`,
		`| 이영희 | 35,000 | \[2\] 2쪽 |  |`,
		"| 박민수 | 7 | 3쪽 | 확인하지 못한 행 |",
	} {
		if !strings.Contains(text.String(), line+"\n") {
			t.Errorf("no line %s in\n%s", line, text.String())
		}
	}
}
