package library

import (
	"embed"
	"path"
)

// Document is a document of our own: something to ask about before anybody has brought anything. The company in it is made
// up.
type Document struct {
	Name string // as people see it
	Mime string
	Data []byte // not to be changed
}

// Ours are a regulation with chapters and tables, a report with a figure, and a table with two sheets, which rest on each
// other. tools/examples writes them.
//
//go:embed documents/regulation.hwpx documents/report.pdf documents/costs.xlsx
var ours embed.FS

// Documents returns the documents that a new store begins with. They are in Korean.
func Documents() []Document {
	all := []Document{
		{Name: "출장 여비 규정.hwpx", Mime: "application/hwp+zip"},
		{Name: "2025년 출장 실태 보고서.pdf", Mime: "application/pdf"},
		{Name: "2025년 부서별 출장 경비.xlsx", Mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	}
	for i, file := range []string{"regulation.hwpx", "report.pdf", "costs.xlsx"} {
		data, err := ours.ReadFile(path.Join("documents", file))
		if err != nil {
			panic(err)
		}
		all[i].Data = data
	}
	return all
}
