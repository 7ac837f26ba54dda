package document

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"exaone/chat"
)

// archived is a ZIP of files: names and contents in turn.
func archived(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate, NonUTF8: !isASCII(files[i])})
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(files[i+1]))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0
}

func TestArchiveIsRead(t *testing.T) {
	inner := archived(t, "안.txt", "속 글")
	data := archived(t, "\xba\xb8\xb0\xed\xbc\xad/\xb0\xa1.txt", "글", "b.html", "<p>쪽", "c.zip", string(inner), "__MACOSX/x", "y", "../../etc/d.txt", "라", `C:\e.txt`, "마")
	doc, err := Read(context.Background(), sourceOf("a.zip", data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = "보고서/가.txt\n글\nb.html\n쪽\nc.zip\n안.txt\n속 글\netc/d.txt\n라\ne.txt\n마\n"
	if got := doc.Text(false); got != want || !doc.Manifest.Whole {
		t.Errorf("%q, want %q; %+v", got, want, doc.Manifest.Gaps)
	}
}

func TestArchiveWithDamageSaysWhere(t *testing.T) {
	data := archived(t, "a.txt", "첫 글", "b.bin", "\x00\x01\x02\x03\x00", "c.txt", strings.Repeat("셋째 글 ", 100))
	at := bytes.Index(data, []byte("c.txt"))
	data[at+8] ^= 0xff
	doc, err := Read(context.Background(), sourceOf("a.zip", data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	where := map[string]bool{}
	for _, g := range doc.Manifest.Gaps {
		where[g.Where] = true
	}
	if !where["b.bin"] || !where["c.txt"] || len(where) != 2 || !strings.Contains(doc.Text(false), "첫 글") {
		t.Errorf("%+v, %q", doc.Manifest.Gaps, doc.Text(false))
	}
}

// TestDamageIsNamed damages archives of every kind here in each of some places and ways: what comes out is a message, or
// a document that says what is missing, or is what it was.
func TestDamageIsNamed(t *testing.T) {
	for name, data := range map[string][]byte{
		"a.zip":  archived(t, "가.txt", strings.Repeat("첫 글 ", 20), "b.csv", "1,2\n3,4\n"),
		"a.epub": testBook(t, nil),
		"a.xlsx": xlsxParts{sheets: []string{`"가"`, `<sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" s="1"><v>45000</v></c></row></sheetData>`}, more: map[string]string{"xl/styles.xml": testStyles, "xl/sharedStrings.xml": testTexts}}.file(t),
	} {
		whole, err := Read(context.Background(), sourceOf(name, data), Options{})
		if err != nil || !whole.Manifest.Whole {
			t.Fatalf("%s: %v, %+v", name, err, whole.Manifest.Gaps)
		}
		want := whole.Text(true)
		random := rand.New(rand.NewPCG(1, 2))
		for i := range 100 {
			damaged, at := bytes.Clone(data), random.IntN(len(data))
			switch i % 4 {
			case 0:
				damaged[at] ^= byte(1 + random.IntN(255))
			case 1:
				damaged = damaged[:at]
			case 2:
				clear(damaged[at:min(at+64, len(damaged))])
			case 3:
				damaged = append(damaged[:at], damaged[min(at+200, len(damaged)):]...)
			}
			doc, err := Read(context.Background(), sourceOf(name, damaged), Options{})
			if err == nil && doc.Manifest.Whole && doc.Text(true) != want {
				t.Errorf("%s, damage %d at %d: %q in silence, want %q", name, i, at, doc.Text(true), want)
			}
		}
	}
}

func TestArchiveWithoutItsList(t *testing.T) {
	data := archived(t, "a.txt", "첫 글", "b.txt", "둘째 글")
	cut := data[:bytes.LastIndex(data, []byte("둘째"))+2]
	if at := bytes.Index(data, []byte("PK\x01\x02")); at > 0 {
		cut = data[:at]
	}
	doc, err := Read(context.Background(), sourceOf("a.zip", cut), Options{})
	if err != nil || !strings.Contains(doc.Text(false), "첫 글") || doc.Manifest.Whole {
		t.Errorf("%v, %q, whole: %v", err, doc.Text(false), doc.Manifest.Whole)
	}
}

func TestArchivesInArchives(t *testing.T) {
	data := []byte("끝")
	name := "a.txt"
	for range 10 {
		data, name = archived(t, name, string(data)), "a.zip"
	}
	_, err := Read(context.Background(), sourceOf("a.zip", data), Options{})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentTooMuch {
		t.Errorf("ten archives in each other: %v, want too much", err)
	}
}

func TestArchiveThatIsABomb(t *testing.T) {
	bomb := archived(t, "0.txt", strings.Repeat("0", 40<<20))
	_, err := Read(context.Background(), sourceOf("a.zip", bomb), Options{})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentTooMuch {
		t.Errorf("%v, want too much", err)
	}
}

func TestArchiveThatIsSealed(t *testing.T) {
	for name, seal := range map[string]func(t *testing.T) []byte{"PKWARE": sealedPKWARE, "AES": sealedAES} {
		data := seal(t)
		for password, want := range map[string]chat.Code{"": chat.CodeDocumentPassword, "key2": chat.CodeDocumentPasswordWrong, "key1": ""} {
			src := sourceOf("a.zip", data)
			src.Password = password
			doc, err := Read(context.Background(), src, Options{})
			code := chat.Code("")
			if told, ok := errors.AsType[*chat.Error](err); ok {
				code = told.Code
			}
			if code != want || want == "" && doc.Text(false) != "a.txt\n비밀 글\n" {
				t.Errorf("%s with %q: %v, %q", name, password, err, doc.Text(false))
			}
		}
	}
}

// sealedPKWARE is an archive that Info-ZIP's zip 3.0 wrote: zip -X -P key1.
func sealedPKWARE(t *testing.T) []byte {
	t.Helper()
	data, err := hex.DecodeString("504b03040a0009000000572e7e5dc46f5670160000000a00000005000000612e74787486888065f671fa4d842c18fb578878bcd148ff898a5f504b0708c46f5670160000000a000000504b01021e030a0009000000572e7e5dc46f5670160000000a000000050000000000000001000000a48100000000612e747874504b0506000000000100010033000000490000000000")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sealedAES is an archive with an entry of AES-256, its salt 0 to 15, that hashlib and cryptography of Python made.
func sealedAES(t *testing.T) []byte {
	t.Helper()
	data, err := hex.DecodeString("000102030405060708090a0b0c0d0e0f444dd6f8363e7c7895bb95dc7e8a936bb6474d2ba9a7")
	if err != nil {
		t.Fatal(err)
	}
	extra := []byte{0x01, 0x99, 7, 0, 2, 0, 'A', 'E', 3, 0, 0}
	return sealedZip(t, zip.FileHeader{Name: "a.txt", Flags: 1, Method: methodAES, Extra: extra, UncompressedSize64: 10}, data)
}

func sealedZip(t *testing.T, h zip.FileHeader, data []byte) []byte {
	t.Helper()
	h.CompressedSize64 = uint64(len(data))
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.CreateRaw(&h)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func FuzzArchive(f *testing.F) {
	f.Add(archived(f, "a.txt", "가", "b.csv", "1,2"), "")
	f.Add([]byte("PK\x05\x06"+strings.Repeat("\x00", 18)), "key")
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		src := sourceOf("a.zip", data)
		src.Password = password
		o := Options{Limits: Limits{Unpacked: 1 << 20, Text: 1 << 20}}
		if doc, err := readAs(context.Background(), &archive, src, o, 0); err == nil {
			doc.Text(false)
		}
	})
}
