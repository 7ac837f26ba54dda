package document

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// A file within another that must be read in a process of its own is left to whoever wants to know, at any depth.
func TestForeignFilesWithinAreLeftToWhoeverAsks(t *testing.T) {
	mail := "From: a@example.com\nSubject: x\nContent-Type: application/pdf; name=\"a.pdf\"\nContent-Disposition: attachment; filename=\"a.pdf\"\n\n%PDF-1.4\n"
	for _, file := range []struct{ name, data string }{{"a.pdf", "%PDF-1.4\n"}, {"a.eml", mail}, {"a.txt", "글"}} {
		ctx, stop := context.WithCancel(t.Context())
		asked := 0
		o := Options{Limits: Limits{}.or(), Foreign: func() { asked++; stop() }}
		b := &builder{ctx: ctx, doc: &Document{}, limits: o.Limits, o: o, detect: detect}
		err := b.attach(file.name, "", []byte(file.data))
		foreign := file.name != "a.txt"
		if errors.Is(err, context.Canceled) != foreign || (asked > 0) != foreign || (len(b.doc.Attachments) > 0) == foreign {
			t.Errorf("%s: asked %d times, %v, %+v", file.name, asked, err, b.doc.Attachments)
		}
		stop()
	}
}

// What was read of the files in an archive is there when the next one goes beyond a limit, at any depth, and the limit that is named is
// the one that was set, and not what was left of it.
func TestAnArchiveBeyondALimitHasWhatWasRead(t *testing.T) {
	long := strings.Repeat("가나다 라마바 ", 10_000)
	inner := string(archived(t, "첫째.txt", "첫 글", "긴.txt", long, "셋째.txt", "셋째 글"))
	table := strings.Repeat("1,2\n", 5000)
	for name, c := range map[string]struct {
		file   string
		data   []byte
		limits Limits
		want   []any
	}{
		"an archive":                {"a.zip", archived(t, "앞.txt", long, "첫째.txt", "첫 글", "긴.txt", long), Limits{Text: 300 << 10}, []any{"text", "300 KB"}},
		"one within an archive":     {"a.zip", archived(t, "앞.txt", long, "안.zip", inner), Limits{Text: 300 << 10}, []any{"text", "300 KB"}},
		"one attached to a message": {"a.eml", mailOf("안.zip", inner), Limits{Text: 100 << 10}, []any{"text", "100 KB"}},
		"a table within an archive": {"a.zip", archived(t, "첫째.txt", "첫 글", "표.csv", table), Limits{Blocks: 1000}, []any{"blocks", 1000}},
	} {
		doc, err := Read(t.Context(), sourceOf(c.file, c.data), Options{Limits: c.limits})
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentTooMuch || !slices.Equal(told.Params, c.want) {
			t.Errorf("%s: %v, want that it is beyond %v", name, err, c.want)
		}
		if doc.Empty() || !strings.Contains(doc.Text(false), "첫 글") || strings.Contains(doc.Text(false), "셋째 글") {
			t.Errorf("%s: %d attachments, %.100q, want what was read", name, len(doc.Attachments), doc.Text(false))
		}
		if last := doc.Attachments[len(doc.Attachments)-1]; last.Why != string(chat.CodeDocumentTooMuch) {
			t.Errorf("%s: %s is not said to be beyond a limit: %q", name, last.Name, last.Why)
		}
	}
}

// hugePicture is a PNG that says it has so many pixels a side, which is all that is looked at.
func hugePicture(side uint32) string {
	head := append([]byte("IHDR"), 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0)
	binary.BigEndian.PutUint32(head[4:], side)
	binary.BigEndian.PutUint32(head[8:], side)
	return "\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + string(binary.BigEndian.AppendUint32(head, crc32.ChecksumIEEE(head)))
}

// nestedIn is a file in so many archives in each other.
func nestedIn(t *testing.T, deep int, name, text string) string {
	for range deep {
		text, name = string(archived(t, name, text)), "안.zip"
	}
	return text
}

// A file that goes beyond a limit of its own is a gap: what is behind it is read.
func TestWhatIsBehindAnOversizedFileIsRead(t *testing.T) {
	packed := string(archived(t, "0.txt", strings.Repeat("0", 40<<20)))
	sheet := `<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>`
	sheets := string(xlsxParts{sheets: []string{`"가"`, sheet, `"나"`, sheet}}.file(t))
	tables := string(packOf(t, docxParts(strings.Repeat(`<w:tbl><w:tr><w:tc>`, 200)+wordPara(wordRun("속"))+strings.Repeat(`</w:tc></w:tr></w:tbl>`, 200))...))
	for name, c := range map[string]struct {
		bad    string // its name
		data   string
		limits Limits
	}{
		"pixels":                     {"현장.png", hugePicture(30_000), Limits{}},
		"a ZIP nested too deep":      {"묶음.zip", nestedIn(t, 6, "끝.txt", "끝"), Limits{}},
		"a ZIP that unpacks too far": {"묶음.zip", packed, Limits{}},
		"entries":                    {"묶음.zip", string(archived(t, "1.txt", "가", "2.txt", "나", "3.txt", "다", "4.txt", "라")), Limits{Entries: 3}},
		"pages":                      {"표.xlsx", sheets, Limits{Pages: 1}},
		"tables in tables":           {"글.docx", tables, Limits{}},
	} {
		around := map[string][]byte{"a.zip": archived(t, "앞.txt", "앞의 글", c.bad, c.data, "계약서.txt", "계약 기간은 2년")}
		if c.limits.Entries == 0 {
			around["a.eml"] = mailOf("앞.txt", "앞의 글", c.bad, c.data, "계약서.txt", "계약 기간은 2년")
			around["b.zip"] = archived(t, "안.zip", string(around["a.zip"]), "뒤.txt", "맨 뒤의 글")
		}
		for file, data := range around {
			doc, err := Read(t.Context(), sourceOf(file, data), Options{Limits: c.limits})
			if err != nil {
				t.Errorf("%s in %s: %v, want a gap", name, file, err)
				continue
			}
			text := doc.Text(false)
			if !strings.Contains(text, "앞의 글") || !strings.Contains(text, "계약 기간은 2년") || file == "b.zip" && !strings.Contains(text, "맨 뒤의 글") {
				t.Errorf("%s in %s: %.200q, want what is before and behind it", name, file, text)
			}
			if doc.Manifest.Whole || !slices.ContainsFunc(doc.Manifest.Gaps, func(g Gap) bool { return strings.Contains(g.Where, c.bad) }) {
				t.Errorf("%s in %s: gaps %+v, want one of %s", name, file, doc.Manifest.Gaps, c.bad)
			}
			in := doc
			if file == "b.zip" {
				in = doc.Attachments[0].Read
			}
			if a := in.Attachments[1]; a.Name != c.bad || a.Why != string(chat.CodeDocumentTooMuch) {
				t.Errorf("%s in %s: %s has %q, want %s", name, file, a.Name, a.Why, chat.CodeDocumentTooMuch)
			}
		}
	}
}

// Where nothing but files beyond a limit of their own is in an archive, the archive cannot be read.
func TestAnArchiveOfOversizedFilesAlone(t *testing.T) {
	_, err := Read(t.Context(), sourceOf("a.zip", archived(t, "현장.png", hugePicture(30_000))), Options{})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentTooMuch || told.Params[0] != "pixels" {
		t.Errorf("%v, want that it has too many pixels", err)
	}
}

// However many files are in files, and however little each says, reading them ends.
func TestFilesInFilesAreCounted(t *testing.T) {
	var empty, full []string
	for i := range 50 {
		empty = append(empty, fmt.Sprintf("%d.txt", i), "")
	}
	inner := string(archived(t, empty...))
	for i := range 50 {
		full = append(full, fmt.Sprintf("%d.zip", i), inner)
	}
	doc, err := Read(t.Context(), sourceOf("a.zip", archived(t, full...)), Options{Limits: Limits{Blocks: 500}})
	if told, ok := errors.AsType[*chat.Error](err); !ok || !slices.Equal(told.Params, []any{"blocks", 500}) {
		t.Errorf("%v, want that it is beyond 500 blocks", err)
	}
	n := 0
	for one := range doc.All() {
		n += len(one.Attachments)
	}
	if n > 500 {
		t.Errorf("%d files, want at most 500", n)
	}
}

// A file that is larger than what is left to be unpacked, or than the text that is left, is left out by its name, at any depth: what is behind
// it is read out of the rest. One that has come out of the file around it is not held to what is left behind it.
func TestAFileLargerThanWhatIsLeftIsLeftOut(t *testing.T) {
	long := strings.Repeat("가나다 라마바 ", 4000) // 80 KB
	files := func(name, text string) []string {
		return []string{"앞.txt", "앞의 글", name, text, "뒤.txt", "뒤의 글"}
	}
	around := func(name, text string) map[string][]byte {
		zip := archived(t, files(name, text)...)
		return map[string][]byte{"a.zip": zip, "a.eml": mailOf(files(name, text)...), "b.zip": archived(t, "안.zip", string(zip)), "b.eml": mailOf("안.zip", string(zip))}
	}
	for name, c := range map[string]struct {
		limits Limits
		read   bool
	}{
		"all of it is too much":    {Limits{Unpacked: 40 << 10}, false},
		"the text is too much":     {Limits{Text: 10 << 10}, false},
		"more than half of it":     {Limits{Unpacked: 100 << 10}, true},
		"as much as there may be ": {Limits{}, true},
	} {
		for file, data := range around("긴.txt", long) {
			if file == "a.eml" && c.limits.Unpacked > 0 {
				continue // the message itself is larger, as it has all of it in letters
			}
			doc, err := Read(t.Context(), sourceOf(file, data), Options{Limits: c.limits})
			if err != nil {
				t.Errorf("%s, %s: %v, want a gap", name, file, err)
				continue
			}
			text := doc.Text(false)
			if !strings.Contains(text, "앞의 글") || !strings.Contains(text, "뒤의 글") || strings.Contains(text, "라마바") != c.read {
				t.Errorf("%s, %s: read %v: %.200q", name, file, !c.read, text)
			}
			in := doc
			if strings.HasPrefix(file, "b") {
				in = doc.Attachments[0].Read
			}
			why, gap := "", slices.ContainsFunc(doc.Manifest.Gaps, func(g Gap) bool { return strings.HasSuffix(g.Where, "긴.txt") })
			if !c.read {
				why = string(chat.CodeDocumentTooMuch)
			}
			if a := in.Attachments[1]; a.Name != "긴.txt" || a.Why != why || a.Size == 0 || gap == c.read || doc.Manifest.Whole != c.read {
				t.Errorf("%s, %s: %s of %d bytes has %q, want %q; gaps %+v", name, file, a.Name, a.Size, a.Why, why, doc.Manifest.Gaps)
			}
		}
	}
	// What is attached to a message is held to what the files before it have left.
	before := string(archived(t, "가.txt", strings.Repeat(long, 2)))
	doc, err := Read(t.Context(), sourceOf("a.eml", mailOf("안.zip", before, "긴.txt", long, "뒤.txt", "뒤의 글")), Options{Limits: Limits{Unpacked: 200 << 10}})
	if err != nil || len(doc.Attachments) != 3 || doc.Attachments[1].Why != string(chat.CodeDocumentTooMuch) || doc.Attachments[1].Name != "긴.txt" || !strings.Contains(doc.Text(false), "뒤의 글") {
		t.Errorf("%v, %+v", err, doc.Attachments)
	}
	// Where nothing else is in it, it says which limit that is.
	for _, data := range [][]byte{archived(t, "긴.txt", long), archived(t, "안.zip", string(archived(t, "긴.txt", long)))} {
		_, err := Read(t.Context(), sourceOf("a.zip", data), Options{Limits: Limits{Unpacked: 40 << 10}})
		if told, ok := err.(*chat.Error); !ok || !slices.Equal(told.Params, []any{"unpacked", "40 KB"}) {
			t.Errorf("%v, want that it is beyond 40 KB", err)
		}
	}
}
