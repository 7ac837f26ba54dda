package assistant

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/korean"
	"exaone/store"
)

// boxed is the versions that boxes are on, each once.
func boxed(boxes []Box) (versions []string) {
	for _, b := range boxes {
		if !slices.Contains(versions, b.Version) {
			versions = append(versions, b.Version)
		}
	}
	return versions
}

// mostBoxed is how many characters the boxes of a question may have: pages of a book.
const mostBoxed = 40_000

// look fills in what stands in the boxes of a question, in the place of what a search finds.
func (d documents) look(ctx context.Context, q Question, f *findings) error {
	f.shown, f.best, f.tables, f.among = nil, nil, nil, len(f.versions)
	var texts []passageText
	letters, room := 0, document.MostPlaces
	for _, b := range q.Boxes {
		v, doc, err := d.leaf(ctx, q, b)
		if err != nil {
			return err
		}
		if doc == nil {
			continue
		}
		first := len(f.shown)
		for _, p := range doc.Within(b.Page, *b.Rect) {
			if letters += utf8.RuneCountInString(p.Text); letters > mostBoxed {
				return chat.NewError(chat.CodeBoxTooMuch, nil, letters, mostBoxed)
			}
			s := boxShown(v, doc, p, q.Language)
			s.Index = len(f.shown) + 1
			f.shown = append(f.shown, s)
			texts = append(texts, passageText{above: s.Title + "\n" + s.Heading, text: s.Text, score: 1})
		}
		if !d.wantsTable(q) {
			continue
		}
		tables, err := doc.TablesWithin(ctx, b.Page, *b.Rect, &room)
		if err != nil {
			return err
		}
		for _, t := range tables {
			f.tables = append(f.tables, boxTable{TablePart: t, title: s0(f.shown[first:]), rests: resting(f.shown[first:], t.Texts)})
		}
	}
	f.best = candidates(strings.TrimSpace(q.Text), f.query, texts)
	f.extracts()
	return nil
}

// wantsTable reports whether the answer to a question about boxes is the tables in them.
func (d documents) wantsTable(q Question) bool {
	return q.Begun == "" && (d.tables || asksForTable(q.Text))
}

// s0 is the heading above the first of some passages, or else the name of their document.
func s0(all []shown) string {
	if len(all) == 0 {
		return ""
	}
	if i := strings.LastIndex(all[0].Heading, " › "); i >= 0 {
		return all[0].Heading[i+len(" › "):]
	}
	if all[0].Heading != "" {
		return all[0].Heading
	}
	return all[0].Title
}

// boxTable is a table that a box is about.
type boxTable struct {
	document.TablePart
	title string
	rests []int // indexes of the passages that its cells are in
}

// resting are the indexes of the passages that have any of some texts, which are in order.
func resting(all []shown, texts []int) (rests []int) {
	for _, s := range all {
		if slices.ContainsFunc(s.spans, func(span document.Span) bool {
			_, ok := slices.BinarySearch(texts, span.Text)
			return ok
		}) {
			rests = append(rests, s.Index)
		}
	}
	return rests
}

// leaf is the document that a box is on, held against it. A model that sees has use for a page that nobody could read: the
// document is nil then.
func (d documents) leaf(ctx context.Context, q Question, b Box) (v store.Version, doc *document.Document, err error) {
	if v, err = d.library.Version(ctx, q.Principal, b.Version); err != nil {
		return v, nil, err
	}
	doc, err = d.library.Document(ctx, q.Principal, b.Version)
	if hasCode(err, chat.CodeDocumentUnread) && v.State == store.VersionFailed {
		if q.Model.Eyes {
			return v, nil, nil
		}
		if v.Error != nil {
			err = v.Error
		}
	}
	if err == nil {
		err = b.within(doc, v.Name)
	}
	return v, doc, err
}

// boxShown is a passage of a box as it is shown.
func boxShown(v store.Version, doc *document.Document, p document.Passage, lang chat.Language) shown {
	place := intake.Place{Last: p.Last, Spans: p.Spans}
	raw, err := json.Marshal(place)
	if err != nil { // our own type: a mistake of ours
		panic(err)
	}
	s := shown{version: v.ID, spans: p.Spans, Passage: chat.Passage{Source: chat.SourceVersion + v.ID, Document: v.Document, Title: v.Name,
		Heading: p.Heading, Page: p.Page, Last: p.Last, Date: v.Created, Text: p.Text, Place: raw, Score: 1, Gaps: v.Gaps}}
	s.Where = whereOf(s.Passage, doc.Format, place, lang)
	return s
}

// pointing are words with which somebody points at a part of a picture, and says nothing of what is in it.
var pointing = wordSet(`그림 사진 이미지 화면 영역 부분 구역 상자 칸 박스 곳 여기 이곳 글자 글씨 글 내용 텍스트 문구 적히 적혀 쓰이 쓰여 써 써있 쓰 적 보이 읽 읽어
	설명 요약 번역 정리 옮기 옮겨 표 알려주 뜻 의미 picture image photo part box area here say says said written text words word read explain describe show shown what this is it the in of does`)

// pointsOnly reports whether a question has no words of what it is about.
func pointsOnly(question string) bool {
	for _, t := range askOf(question).terms {
		if !t.light && !slices.ContainsFunc(t.forms, func(f string) bool { return pointing[korean.Fold(f)] }) {
			return false
		}
	}
	return true
}
