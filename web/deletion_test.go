package web

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"exaone/assistant"
	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/reference"
	"exaone/store"
)

// canary is a file with words that nothing else has, and a question that finds them without saying them.
type canary struct {
	name, question, words string
	content               []byte
}

// rare begins the words of files that are made here: two syllables that nobody writes.
const rare = "뷁쉛"

// madeCanaries are files of formats that are text, or a few lines of XML in a zip file.
func madeCanaries() (all []canary) {
	zipped := func(parts ...string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(parts); i += 2 {
			w, _ := z.Create(parts[i])           // in memory
			_, _ = io.WriteString(w, parts[i+1]) // in memory
		}
		_ = z.Close() // in memory
		return b.String()
	}
	for i, form := range []struct{ name, content string }{
		{"글.txt", "%s. 암호는 %s이다. 여비는 닷새 안에 정산한다."},
		{"글.md", "# %s\n\n암호는 %s이다.\n"},
		{"표.csv", "주제,값\n%s,%s\n"},
		{"쪽.html", "<h1>%s</h1><p>암호는 %s이다.</p>"},
		{"편지.eml", "Subject: mail\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s. 암호는 %s이다.\r\n"},
		{"문서.docx", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>%s. 암호는 %s이다.</w:t></w:r></w:p></w:body></w:document>`},
		{"묶음.zip", "%s. 암호는 %s이다."},
	} {
		about, words := fmt.Sprintf("제%d호 출장비 규정", i+11), fmt.Sprintf("%s꿹듏%d", rare, i+1001)
		text := fmt.Sprintf(form.content, about, words)
		switch filepath.Ext(form.name) {
		case ".docx":
			text = zipped("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
				"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
				"word/document.xml", text)
		case ".zip":
			text = zipped("안.txt", text)
		}
		all = append(all, canary{words + form.name, about + "의 암호는?", words, []byte(text)})
	}
	return all
}

// sampleCanaries are files of other formats: what they say themselves is looked for.
func sampleCanaries(t *testing.T, each int) (all []canary) {
	dir, ok := reference.Find("samples")
	if !ok || each == 0 {
		return nil
	}
	run := regexp.MustCompile(`[\p{L}\p{N}]+( [\p{L}\p{N}]+)+`)
	for _, format := range []string{"docx", "hwp", "hwpx", "hwpml", "pdf", "pptx", "xlsx", "epub", "email", "html", "odf"} {
		paths, err := filepath.Glob(filepath.Join(dir, format, "*.*"))
		if err != nil {
			t.Fatal(err)
		}
		taken := 0
		for _, path := range paths {
			if info, err := os.Stat(path); taken == each || err != nil || info.Size() > 1<<20 || filepath.Ext(path) == ".json" {
				continue
			}
			doc, err := document.ReadFile(t.Context(), path, filepath.Base(path), "", document.Options{})
			if err != nil {
				continue
			}
			for _, p := range doc.Passages() {
				words := strings.Fields(p.Text)
				if len(words) < 16 {
					continue
				}
				question := strings.Join(words[:6], " ")
				found := ""
				for _, one := range run.FindAllString(p.Text, -1) {
					if n := utf8.RuneCountInString(one); n >= 14 && n < 80 && !strings.Contains(question, one) && len(one) > len(found) {
						found = one
					}
				}
				content, err := os.ReadFile(path)
				if found != "" && err == nil && !slices.ContainsFunc(all, func(c canary) bool { return strings.Contains(c.question, found) }) {
					all, taken = append(all, canary{filepath.Base(path), question, found, content}), taken+1
					break
				}
			}
		}
	}
	return all
}

// noModels is a workspace without any model.
type noModels struct{ assistant.Models }

func (noModels) Enter(context.Context, chat.Principal, string, int) (string, func(), error) {
	return "", func() {}, nil
}

func (noModels) Describe(context.Context, chat.Principal, string) (assistant.Model, error) {
	return assistant.Model{}, chat.NewError(chat.CodeNoModelYet, nil)
}

// archive is a data directory with all that keeps documents in it.
type archive struct {
	t     *testing.T
	dir   string
	store *store.Store
	shelf *intake.Shelf
	turns *assistant.Turns
	who   chat.Principal
}

func openArchive(t *testing.T, url string) *archive {
	t.Helper()
	a := &archive{t: t, dir: t.TempDir()}
	var err error
	a.store, err = store.Open(t.Context(), store.Options{Dir: a.dir, URL: url})
	a.check(err)
	a.who = addPerson(t, a.store, "ann", "admin")
	a.shelf, err = intake.Open(t.Context(), intake.Options{Store: a.store, Dir: filepath.Join(a.dir, "documents"), Reader: readsHere{}, Workers: 2})
	a.check(err)
	a.turns, err = assistant.NewTurns(t.Context(), assistant.Options{Store: a.store, Models: noModels{}, Library: a.shelf, Every: 5 * time.Millisecond})
	a.check(err)
	return a
}

func (a *archive) check(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

func (a *archive) close() {
	a.t.Helper()
	a.check(a.turns.Shutdown(context.Background()))
	a.check(a.shelf.Close())
	a.check(a.store.Close())
}

// put keeps a file and waits until it has been read, or cannot be.
func (a *archive) put(spec store.DocumentSpec, content []byte) (store.Document, store.Version) {
	a.t.Helper()
	spec.Mime = "application/octet-stream"
	d, v, err := a.store.AddDocument(a.t.Context(), a.who, spec, bytes.NewReader(content))
	a.check(err)
	a.shelf.Wake()
	for v.State == store.VersionWaiting && a.t.Context().Err() == nil {
		time.Sleep(5 * time.Millisecond)
		v, err = a.store.Version(a.t.Context(), a.who, v.ID)
		a.check(err)
	}
	return d, v
}

// ask asks in the words of the documents and returns the answer.
func (a *archive) ask(ask assistant.Ask) store.Message {
	a.t.Helper()
	ask.Mode = assistant.Extractives
	_, m, err := a.turns.Start(a.t.Context(), a.who, ask)
	a.check(err)
	for m.State == store.StateWriting && a.t.Context().Err() == nil {
		time.Sleep(5 * time.Millisecond)
		m, err = a.store.Message(a.t.Context(), a.who, m.ID)
		a.check(err)
	}
	return m
}

// find returns where words lie in the files of the archive, in its rows, and in what was read.
func (a *archive) find(words []string) (found []string) {
	a.t.Helper()
	look := func(where string, data []byte) {
		for _, w := range words {
			for form, spelt := range spellings(w) {
				if bytes.Contains(data, spelt) {
					found = append(found, fmt.Sprintf("%s has %q in %s", where, w, form))
				}
			}
		}
	}
	a.check(filepath.WalkDir(a.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil // gone meanwhile
		}
		look(path, []byte(path))
		look(path, data)
		if filepath.Ext(path) == ".read" && len(data) > 32 { // a sum, then deflated
			if plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(data[32:]))); err == nil {
				look(path+", opened", plain)
			}
		}
		return err
	}))
	var backup bytes.Buffer
	if err := a.store.Backup(a.t.Context(), &backup); err == nil {
		z, err := zip.NewReader(bytes.NewReader(backup.Bytes()), int64(backup.Len()))
		a.check(err)
		for _, member := range z.File {
			f, err := member.Open()
			a.check(err)
			data, err := io.ReadAll(f)
			a.check(err)
			look("the backup's "+member.Name, data)
		}
	} else {
		a.t.Fatal(err)
	}
	return found
}

// spellings are how words may lie in a file.
func spellings(words string) map[string][]byte {
	units := utf16.Encode([]rune(words))
	little, big := make([]byte, 0, 2*len(units)), make([]byte, 0, 2*len(units))
	for _, u := range units {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
	}
	return map[string][]byte{"UTF-8": []byte(words), "UTF-16LE": little, "UTF-16BE": big}
}

// TestDeletedDocumentsAreNowhere puts in documents, asks about them, deletes them, and looks for their words in every byte that is
// kept. EXAONE_CANARIES is how many files of each other format it takes from the samples.
func TestDeletedDocumentsAreNowhere(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testDeletedDocumentsAreNowhere(t, "", func() string { return "" }) })
	t.Run("postgres", func(t *testing.T) {
		url, vacuum := newPostgres(t)
		testDeletedDocumentsAreNowhere(t, url, vacuum)
	})
}

func testDeletedDocumentsAreNowhere(t *testing.T, url string, vacuum func() (rows string)) {
	a, ctx := openArchive(t, url), t.Context()
	each := 0
	fmt.Sscan(os.Getenv("EXAONE_CANARIES"), &each)
	all := append(madeCanaries(), sampleCanaries(t, each)...)
	folder, err := a.store.AddCollection(ctx, a.who, store.CollectionSpec{Name: "서랍 " + rare + "꿹"})
	a.check(err)
	pair := []rune(rare)
	words := []string{rare, fmt.Sprintf("%03x%05x", pair[0]&0xfff, pair[1])} // and as the index of words spells it
	var deletes []func() error
	asked := 0
	for i, c := range all {
		spec := store.DocumentSpec{Name: c.name}
		var ask assistant.Ask
		switch i % 3 {
		case 1:
			spec.Collection = folder.ID
		case 2:
			spec.Conversation = fmt.Sprint("draft:", i)
		}
		d, v := a.put(spec, c.content)
		if v.State != store.VersionRead {
			t.Fatalf("%s: %s %v", c.name, v.State, v.Error)
		}
		ask.Text, ask.Scope = c.question, "all"
		if i%3 == 2 {
			ask.Scope = "attached"
			ask.Attachments = json.RawMessage(fmt.Sprintf(`[{"document":%q}]`, d.ID))
		}
		m := a.ask(ask)
		events, err := a.store.Events(ctx, a.who, m.ID, 0)
		told := ""
		for _, e := range events {
			told += string(e.Data)
		}
		if err != nil || !strings.Contains(told, c.words) {
			t.Logf("the passages to %q do not have %q (%v)", c.question, c.words, err)
		} else {
			asked++
		}
		_, err = a.store.AddSummary(ctx, a.who, m.Conversation, m.ID, "줄임: "+c.words, "m")
		a.check(err)
		a.check(a.store.KeepDigest(ctx, a.who, "요약", store.Digest{Part: i, Version: v.ID, Data: json.RawMessage(fmt.Sprintf("%q", c.words))}))
		words = append(words, c.words)
		switch i % 3 {
		case 0:
			deletes = append(deletes, func() error { return a.store.DeleteDocument(ctx, a.who, d.ID) })
		case 2:
			deletes = append(deletes, func() error { return a.store.DeleteConversations(ctx, a.who, []string{m.Conversation}) })
		}
	}
	broken, v := a.put(store.DocumentSpec{Name: rare + "꿹 깨진.docx"}, nil)
	if v.State != store.VersionFailed {
		t.Fatalf("an empty DOCX is %s", v.State)
	}
	deletes = append(deletes, func() error { return a.store.DeleteDocument(ctx, a.who, broken.ID) },
		func() error { return a.store.DeleteCollection(ctx, a.who, folder.ID) })
	time.Sleep(4 * time.Second) // what was said comes into the index of the shelf meanwhile, too
	var before, unseen []string
	for began := time.Now(); ; time.Sleep(time.Second) {
		before, unseen = a.find(words), nil
		for _, c := range all {
			if !slices.ContainsFunc(before, func(f string) bool { return strings.Contains(f, fmt.Sprintf("%q", c.words)) }) {
				unseen = append(unseen, fmt.Sprintf("%q lies nowhere before it is deleted: the search for it shows nothing", c.words))
			}
		}
		if url == "" && !slices.ContainsFunc(before, func(f string) bool { return strings.Contains(f, words[1]) }) {
			unseen = append(unseen, fmt.Sprintf("the index of words does not spell %q as %s: the search for that shows nothing", rare, words[1]))
		}
		if len(unseen) == 0 || time.Since(began) > mostWait {
			break
		}
	}
	for _, why := range unseen {
		t.Error(why)
	}
	if asked*4 < len(all)*3 {
		t.Errorf("%d of %d answers have the words of their document: too few to show something", asked, len(all))
	}
	for _, f := range deletes {
		a.check(f())
	}
	a.shelf.Wake()
	var left []string
	for began := time.Now(); time.Since(began) < mostWait; time.Sleep(time.Second) {
		a.check(a.store.Scrub(ctx))
		if left = a.find(words); len(left) == 0 {
			break
		}
	}
	rows := vacuum()
	for _, w := range words {
		if strings.Contains(rows, w) {
			left = append(left, "a file of the database has "+w)
		}
	}
	t.Logf("%d files of %d formats, %d answers that have their words; places before: %d, after: %d", len(all), len(formatsOf(all)), asked, len(before), len(left))
	for _, one := range left {
		t.Error(one)
	}
	if found, _, err := a.store.Find(ctx, a.who, rare, 10); err != nil || len(found) > 0 {
		t.Errorf("found %v, %v", found, err)
	}
	a.close()
}

func formatsOf(all []canary) (formats []string) {
	for _, c := range all {
		formats = append(formats, filepath.Ext(c.name))
	}
	slices.Sort(formats)
	return slices.Compact(formats)
}
