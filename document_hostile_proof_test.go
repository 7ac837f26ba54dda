//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"exaone/reference"
)

// What a hostile document may take of the program that reads it.
const (
	hostileTime   = 10 * time.Second
	hostileMemory = 512 << 20
)

// TestHostileDocuments has the program read files that were made to exhaust or break it, each in a process of its own: those
// of the reference data, and bombs of every format that is packed. Each ends in text or a sentence, in time and memory.
func TestHostileDocuments(t *testing.T) {
	program := os.Getenv(programKey)
	if program == "" {
		t.Skipf("%s: names no program; make prove runs this", programKey)
	}
	dir := t.TempDir()
	files := bombed(t, dir)
	if dir, ok := reference.Find("samples/hostile"); ok {
		all, err := filepath.Glob(filepath.Join(dir, "*.*"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, slices.DeleteFunc(all, func(name string) bool { return filepath.Ext(name) == ".json" })...)
	}
	slowest, largest, panics := time.Duration(0), int64(0), 0
	for _, file := range files {
		name := filepath.Base(file)
		cmd := exec.Command(program, "--data", t.TempDir(), "--lang", "en", "document", "--json", file)
		var said bytes.Buffer
		cmd.Stderr = &said
		began := time.Now()
		err := cmd.Run()
		took, memory := time.Since(began), peakOf(cmd)
		slowest, largest = max(slowest, took), max(largest, memory)
		exit, failed := errors.AsType[*exec.ExitError](err)
		switch {
		case strings.Contains(said.String(), "panic") || strings.Contains(said.String(), "goroutine "):
			panics++
			t.Errorf("%s: %.600s", name, said.String())
		case failed && exit.ExitCode() != exitFailed:
			t.Errorf("%s: exit code %d: %.300s", name, exit.ExitCode(), said.String())
		case failed && said.Len() == 0:
			t.Errorf("%s: it failed without a word", name)
		case err != nil && !failed:
			t.Errorf("%s: %v", name, err)
		}
		// What else runs on the machine does not count: the time of the clock is in the log.
		if busy := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); busy > hostileTime || memory > hostileMemory {
			t.Errorf("%s: %v of a processor and %.0f MiB, want at most %v and 512", name, busy.Round(time.Millisecond), mebi(memory), hostileTime)
		}
		t.Logf("%-60s %6v %4.0f MiB  %s", name, took.Round(10*time.Millisecond), mebi(memory), strings.TrimSpace(strings.SplitN(said.String(), "\n", 2)[0]))
	}
	t.Logf("%d files: %d panics, slowest %v, largest %.0f MiB", len(files), panics, slowest.Round(time.Millisecond), mebi(largest))
}

// bombsKey names a folder that TestWriteBombs is to fill.
const bombsKey = "EXAONE_BOMBS"

// bombed has bombs written by another process: a process begins with the memory that the one had that started it.
func bombed(t *testing.T, dir string) []string {
	t.Helper()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(me, "-test.run", "^TestWriteBombs$")
	cmd.Env = append(os.Environ(), bombsKey+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d bombs, %v", len(files), err)
	}
	return files
}

// TestWriteBombs is for TestHostileDocuments.
func TestWriteBombs(t *testing.T) {
	dir := os.Getenv(bombsKey)
	if dir == "" {
		t.Skip("make prove-document-hostile runs it")
	}
	bombs(t, dir)
}

// peakOf is the most memory that a process had at once, in bytes.
func peakOf(cmd *exec.Cmd) int64 {
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}

// bombs writes files that are small and ask for much.
func bombs(t *testing.T, dir string) {
	t.Helper()
	add := func(name string, data []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	document := docxOf
	paragraph := `<w:p><w:r><w:t>가</w:t></w:r></w:p>`
	add("spaces-1-GB.docx", squeezed(t, document(paragraph+strings.Repeat(" ", 1<<30))))
	add("paragraphs-8-million.docx", squeezed(t, document(strings.Repeat(paragraph, 8<<20))))
	add("tables-in-tables.docx", squeezed(t, document(strings.Repeat(`<w:tbl><w:tr><w:tc>`, 200_000))))
	add("spans-2-billion.docx", squeezed(t, document(`<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2147483647"/></w:tcPr>`+paragraph+`</w:tc></w:tr></w:tbl>`)))
	add("attributes.docx", squeezed(t, document(`<w:p `+strings.Repeat(`a="b" `, 4<<20)+`/>`)))
	sheet := `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>가</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`
	add("cells-17-billion.ods", squeezed(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": sheet}))
	hwpx := `<hs:sec xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph">`
	add("spaces-1-GB.hwpx", squeezed(t, map[string]string{"mimetype": "application/hwp+zip", "Contents/section0.xml": hwpx + strings.Repeat(" ", 1<<30) + `</hs:sec>`}))
	add("columns-2-billion.hwpx", squeezed(t, map[string]string{"mimetype": "application/hwp+zip",
		"Contents/section0.xml": hwpx + `<hp:p><hp:run><hp:tbl rowCnt="2147483647" colCnt="2147483647"><hp:tr><hp:tc><hp:cellAddr colAddr="2147483646" rowAddr="2147483646"/><hp:cellSpan colSpan="2147483647" rowSpan="2147483647"/></hp:tc></hp:tr></hp:tbl></hp:run></hp:p></hs:sec>`}))
	add("nested-to-the-bottom.zip", matryoshka(t, 200))
	add("pixels-4-billion.png", pngOf(65_500, 65_500))
	add("element-in-element.html", []byte(strings.Repeat("<div>", 1<<20)+"가"))
	add("list-in-list.html", []byte(strings.Repeat("<ul><li>", 1<<18)+"가"))
	add("table-in-table.html", []byte(strings.Repeat("<table><tr><td>", 1<<17)+"가"))
	add("spans.html", []byte("<table><tr>"+strings.Repeat(`<td rowspan="65534" colspan="1000">가</td>`, 10_000)+"</table>"))
	add("quotes.md", []byte(strings.Repeat("> ", 1<<20)+"가"))
	add("stars.md", []byte(strings.Repeat("*a_ ", 1<<20)))
	add("part-in-part.eml", []byte("From: a\nSubject: b\n"+strings.Repeat("Content-Type: multipart/mixed; boundary=a\n\n--a\n", 1<<16)))
	add("parts.eml", []byte("From: a\nSubject: b\nContent-Type: multipart/mixed; boundary=a\n\n"+strings.Repeat("--a\n\nx\n", 1<<18)))
	add("words.eml", []byte("From: a\nSubject: "+strings.Repeat("=?utf-8?B?7JWI?= ", 1<<18)+"\n\nx"))
	add("commas.csv", bytes.Repeat([]byte(","), 32<<20))
	add("quote-without-end.csv", append([]byte(`"`), bytes.Repeat([]byte("가,\n"), 8<<20)...))
	add("objects-in-objects.pdf", []byte("%PDF-1.7\n1 0 obj\n"+strings.Repeat("[", 4<<20)+"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"))
	add("stream-1-GB.pdf", pdfBomb(t))
	if os.Getenv("EXAONE_CROWDS") != "" { // they take a minute and more
		crowds(t, add)
	}
}

// docxOf is the parts of a text document with some XML in its body.
func docxOf(body string) map[string]string {
	return ooxmlOf("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
		`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`+body+`</w:body></w:document>`)
}

// ooxmlOf is the parts of a file of Office with a main part of some type.
func ooxmlOf(name, kind, content string) map[string]string {
	return map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/` + name + `" ContentType="` + kind + `"/></Types>`,
		"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="` + name + `"/></Relationships>`,
		name:                  content,
	}
}

// squeezed is a ZIP of parts, each squeezed as far as it goes.
func squeezed(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	names := []string{}
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	if at := slices.Index(names, "mimetype"); at > 0 {
		names[0], names[at] = names[at], names[0]
	}
	for _, name := range names {
		part, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(parts[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// matryoshka is a ZIP in a ZIP in a ZIP.
func matryoshka(t *testing.T, deep int) []byte {
	t.Helper()
	inner := []byte("가")
	name := "a.txt"
	for range deep {
		inner, name = squeezed(t, map[string]string{name: string(inner)}), "a.zip"
	}
	return inner
}

// pngOf is a picture of so many pixels, all of which are the same.
func pngOf(width, height uint32) []byte {
	var out bytes.Buffer
	out.WriteString("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		_ = binary.Write(&out, binary.BigEndian, uint32(len(data)))
		body := append([]byte(kind), data...)
		out.Write(body)
		_ = binary.Write(&out, binary.BigEndian, crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(nil, width)
	head = binary.BigEndian.AppendUint32(head, height)
	chunk("IHDR", append(head, 1, 0, 0, 0, 0))
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	row := make([]byte, 1+(width+7)/8)
	for range 2000 { // it says that there are more
		_, _ = z.Write(row)
	}
	_ = z.Close()
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	return out.Bytes()
}

// pdfBomb is a page whose content unpacks to a gigabyte.
func pdfBomb(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	piece := bytes.Repeat([]byte("BT (a) Tj ET "), 1<<16)
	for packed.Len() < 4<<20 {
		if _, err := z.Write(piece); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"+
		"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n4 0 obj<</Filter/FlateDecode/Length %d>>stream\n", packed.Len())
	out.Write(packed.Bytes())
	out.WriteString("\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
	return out.Bytes()
}
