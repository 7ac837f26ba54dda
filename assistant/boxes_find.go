package assistant

import (
	"context"
	"encoding/json"
	"regexp"
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
	return q.Begun == "" && (d.tables || tableAsked.MatchString(q.Text))
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

// tableMade matches what stands behind 표로 where something is to be made into a table: 표로 보면 is about one that is there.
const tableMade = `(?:만|요)?(?: ?(?:좀|다시|한 ?번|전부|모두|그대로|[가-힣]{1,4}[게히]))?(?: ?(?:만들어|만들고|만들자|만들기|만드|옮기|옮겨|뽑|바꾸|바꿔|나타내|그려|꺼내|내보내|답해|답하|받아|받고|` +
	`부탁|줘|주세요|주십|주실|주시|달라|해 ?(?:줘|주|달|요|볼)|(?:보여|알려) ?(?:줘|주세|주십|주실|주시|달라|줄래)|(?:정리|요약|변환|추출|출력|작성|복사|저장)(?:해|하여|하고|할 |하자|하세|하십| ?부탁| ?바|\pP|$))|[\s\pP]*$)`

// tableAsked matches what somebody says who wants a table of what they point at.
var tableAsked = regexp.MustCompile(`(?i)(?:^|[^\p{Hangul}])표로` + tableMade + `|(?:^|[^\p{Hangul}])표를? ?(?:좀 ?)?(?:만들|뽑|추출|옮|복사|내보|저장|다운|꺼내|주세요|줘)|엑셀|스프레드시트|` +
	`\bcsv\b|\bxlsx?\b|\bexcel\b|spreadsheet|\b(?:as|into) (?:a )?table|(?:make|extract|copy|get|export) (?:a|the|this) table|table of th`)

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
