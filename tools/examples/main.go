// Command examples writes the documents that the program brings along, from their sources beside it: the regulation as HWPX,
// the table as XLSX, and the report as PDF, which LibreOffice makes. The company in them is made up.
//
//	go run ./examples -out ../library/documents -fonts FOLDER
//
// FOLDER has Pretendard (OFL 1.1, as in the npm package pretendard), of which the PDF holds the letters that it uses.
package main

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	from := flag.String("from", "examples", "the folder with the sources")
	out := flag.String("out", "", "the folder to write to")
	fonts := flag.String("fonts", "", "a folder with Pretendard; without it the PDF is left as it is")
	flag.Parse()
	if err := run(*from, *out, *fonts); err != nil {
		fmt.Fprintln(os.Stderr, "examples:", err)
		os.Exit(1)
	}
}

func run(from, out, fonts string) error {
	regulation, err := os.ReadFile(filepath.Join(from, "regulation.txt"))
	if err != nil {
		return err
	}
	hwpx, err := writeHWPX(string(regulation))
	if err != nil {
		return err
	}
	costs, err := os.ReadFile(filepath.Join(from, "costs.tsv"))
	if err != nil {
		return err
	}
	xlsx, err := writeXLSX(string(costs))
	if err != nil {
		return err
	}
	for name, file := range map[string][]byte{regulationFile: hwpx, costsFile: xlsx} {
		if err := os.WriteFile(filepath.Join(out, name), file, 0o644); err != nil {
			return err
		}
	}
	if fonts == "" {
		return nil
	}
	return writePDF(filepath.Join(from, "report.html"), filepath.Join(out, reportFile), fonts)
}

// The names of the files; package library says what people call them.
const (
	regulationFile = "regulation.hwpx"
	reportFile     = "report.pdf"
	costsFile      = "costs.xlsx"
)

// made is when the documents are said to have been made: the same sources make the same bytes.
var made = time.Date(2025, 11, 28, 0, 0, 0, 0, time.UTC)

// part is one of an archive.
type part struct{ name, text string }

// archive is a ZIP of parts. The first is stored as it is, where readers look for it.
func archive(parts ...part) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i, p := range parts {
		head := &zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: made}
		if i == 0 {
			head.Method = zip.Store
		}
		to, err := w.CreateHeader(head)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write([]byte(p.text)); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// escaped is a text as XML holds it.
func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}
