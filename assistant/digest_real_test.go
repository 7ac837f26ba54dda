package assistant

import (
	"os"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/reference"
	"exaone/store"
)

// TestNeedleAndCoverage has the handbook of 320 pages put in short without a model, and finds one sentence on its page 287.
func TestNeedleAndCoverage(t *testing.T) {
	if os.Getenv("EXAONE_DIGEST") == "" {
		t.Skip("make prove-digest runs it")
	}
	path := reference.Path(t, "samples", "pdf", "ko-handbook-320p.pdf")
	s := openStore(t, t.TempDir())
	shelf, err := intake.Open(t.Context(), intake.Options{Store: s, Dir: t.TempDir(), Reader: inProcess{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shelf.Close() })
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, v, err := s.AddDocument(t.Context(), ann, store.DocumentSpec{Name: "업무편람.pdf", Mime: "application/pdf"}, f)
	if err != nil {
		t.Fatal(err)
	}
	shelf.Wake()
	d := &desk{t: t, held: held{}, models: &fakeModels{window: 4096, level: Extract}}
	d.Assistant = &Assistant{models: d.models, library: shelf, store: s}
	d.scope = s.ScopeVersions
	q := d.question("업무편람을 요약해 줘")

	began := time.Now()
	if _, err := hear(t, t.Context(), digest{d.Assistant}, q); err != nil { // it waits until the file is read
		t.Fatal(err)
	}
	t.Logf("read and put in short in %.1f s", time.Since(began).Seconds())
	began = time.Now()
	a, err := hear(t, t.Context(), digest{d.Assistant}, q)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := shelf.Document(t.Context(), ann, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	d.held[v.ID] = doc
	d.proven(a)
	pages := map[int]bool{}
	for _, c := range a.claims {
		for _, cite := range c.Cites {
			pages[cite.Page] = true
		}
	}
	last := a.phases[len(a.phases)-1]
	if last != (chat.Phase{Name: "pages", Done: 320, Total: 320}) || !strings.Contains(a.text, "320/320쪽을 읽었습니다") {
		t.Errorf("covered %+v", last)
	}
	t.Logf("summary without a model: %d of %d pages read, %d sentences, all proven, from %d pages, in %.2f s",
		last.Done, last.Total, len(a.claims), len(pages), time.Since(began).Seconds())
	needle(t, shelf, doc, v.ID)
}

// needle looks for the sentence that is in the handbook once, and checks where it is marked.
func needle(t *testing.T, shelf *intake.Shelf, doc *document.Document, version string) {
	const want = "냉각수 순환펌프의 예비 축봉장치는 지하 2층 자재창고 C-17 선반에 두 벌을 상시 비치한다."
	found, err := shelf.Search(t.Context(), ann, intake.Question{Text: "순환펌프의 예비 축봉장치는 어디에 두나요?"})
	if err != nil || len(found) == 0 {
		t.Fatalf("%v, %d found", err, len(found))
	}
	b := newBook(store.Version{ID: version}, doc)
	for _, p := range b.passages {
		at := strings.Index(strings.ReplaceAll(p.Text, "\n", " "), want)
		if at < 0 {
			continue
		}
		if found[0].Text != p.Text {
			t.Errorf("found first: %q", found[0].Text)
		}
		texts := []document.TextOf{}
		for _, one := range doc.Texts() {
			texts = append(texts, one)
		}
		marked, page := "", 0
		for _, s := range spansOf(p.Spans, line{at, at + len(want)}) {
			marked += texts[s.Text].Text[s.Start:s.End]
			for _, l := range texts[s.Text].Lines {
				if l.Start < s.End && l.End > s.Start && l.Rect.X1 > l.Rect.X0 {
					page = l.Page
				}
			}
		}
		if pressed(marked) != pressed(want) || page != 287 {
			t.Errorf("marked %q on page %d", marked, page)
		}
		t.Logf("needle: found first of %d, cited, marked in a box of page %d of %d", len(found), page, len(doc.Pages))
		return
	}
	t.Error("no passage has the needle")
}
