package assistant

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"exaone/chat"
	"exaone/intake"
)

// mostPassages is how many passages are shown.
const mostPassages = 8

// How much of a question, by weight, the passage of the best sentence has to have for the documents to answer it. Measured on
// KorQuAD with paragraphs held out (make prove-answers): without a model, at this floor, one answerable question in forty is
// said not to be answered, and two in three of those whose paragraph is missing, nineteen in twenty of those whose whole
// article is. A model may say so itself, and is asked unless hardly anything was found.
const (
	extractFloor = 0.42
	modelFloor   = 0.2
)

// findings is what was found for a question.
type findings struct {
	query    string // that was looked for
	versions []string
	all      bool
	unread   int // of the versions, those that are being read still
	among    int
	shown    []shown
	best     []candidate
	nearest  bool
	searched bool

	tables   []boxTable // of the boxes that the question is about
	pictures []sighted  // that the model is shown
}

// memory holds what has been found for one question, so that a mode that is picked by it need not look again.
type memory struct {
	found *findings
	told  bool // its passages have been told
}

// empty reports whether there was nothing to look through.
func (f *findings) empty() bool { return !f.all && len(f.versions) == 0 }

// nothing reports whether what was found does not bear on the question.
func (f *findings) nothing(q Question, floor float64) bool {
	if len(f.best) == 0 {
		return true
	}
	terms := 0
	for _, t := range askOf(f.query).terms {
		if !t.light {
			terms++
		}
	}
	if terms == 0 && !f.all { // 이게 뭐야? of a document that is at hand
		return false
	}
	if floor == modelFloor && f.foreign(q) {
		return false // words cannot be held against those of another language; vectors have found it
	}
	return f.best[0].cover < floor
}

// foreign reports whether the question and what was found are in different languages.
func (f *findings) foreign(q Question) bool {
	hangul := func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
	}
	return hangul(q.Text) != hangul(f.shown[f.best[0].passage].Text)
}

// event is what is told of the findings.
func (f *findings) event() chat.Passages {
	ev := chat.Passages{Query: f.query, Among: f.among, Nearest: f.nearest, Versions: f.versions}
	for _, s := range f.shown {
		if f.nearest {
			s.Extract = nil
		}
		ev.Items = append(ev.Items, s.Passage)
	}
	return ev
}

// scoped says what is looked through for a question.
func (d documents) scoped(ctx context.Context, q Question) (f *findings, err error) {
	if q.memo != nil && q.memo.found != nil {
		return q.memo.found, nil
	}
	f = &findings{query: standalone(q)}
	if len(q.Boxes) > 0 {
		f.versions = boxed(q.Boxes)
	} else {
		f.versions, f.all, err = d.scope(ctx, q.Principal, q.Conversation, string(q.Scope))
	}
	if err == nil && q.memo != nil {
		q.memo.found = f
	}
	return f, err
}

// find looks for passages, once for each question.
func (d documents) find(ctx context.Context, q Question) (*findings, error) {
	f, err := d.scoped(ctx, q)
	if err != nil || f.searched {
		return f, err
	}
	if len(q.Boxes) > 0 {
		err = d.look(ctx, q, f)
	} else {
		err = d.search(ctx, q, f)
	}
	if err == nil {
		f.searched = true
	}
	return f, err
}

// search fills in what is found for the query.
func (d documents) search(ctx context.Context, q Question, f *findings) error {
	f.shown, f.best = nil, nil
	if f.empty() || strings.TrimSpace(f.query) == "" {
		return nil
	}
	var only []string
	if !f.all {
		only, f.among = f.versions, len(f.versions)
	}
	found, err := d.library.Search(ctx, q.Principal, intake.Question{Text: f.query, Versions: only, Top: mostPassages})
	if err != nil {
		return err
	}
	type said struct {
		text   string
		hidden bool
	}
	seen := map[said]bool{}
	var texts []passageText
	var visible []int // by the place of a text, that of its passage
	for _, one := range found {
		key := said{one.Text, one.Place.Hidden}
		if seen[key] { // the same file twice
			continue
		}
		seen[key] = true
		s := shownOf(one, q.Language)
		s.Index = len(f.shown) + 1
		f.shown = append(f.shown, s)
		if s.Hidden { // it is shown as what it is, and nothing is answered from it
			continue
		}
		visible = append(visible, len(f.shown)-1)
		texts = append(texts, passageText{above: s.Title + "\n" + s.Heading, text: s.Text, score: s.Score})
	}
	f.best = candidates(strings.TrimSpace(q.Text), f.query, texts)
	for i := range f.best {
		f.best[i].passage = visible[f.best[i].passage]
	}
	f.extracts()
	return nil
}

// extracts marks in each passage the sentence that answers best, with its neighbours, if it bears on the question.
func (f *findings) extracts() {
	done := map[int]bool{}
	for _, c := range f.best {
		if done[c.passage] || c.cover < extractFloor {
			continue
		}
		done[c.passage] = true
		s := &f.shown[c.passage]
		lines := linesOf(s.Text)
		from, to := lines[max(c.line-1, 0)].from, lines[min(c.line+1, len(lines)-1)].to
		s.Extract = []int{units(s.Text[:from]), units(s.Text[:to])}
	}
}

// quotation is the answer in the words of the documents, and the lines that it rests on.
func (f *findings) quotation() (s sentence, rests map[int]line) {
	const least = 12 // characters: what is shorter is a heading or a label, and what it is of comes next
	best := f.best[0]
	from := &f.shown[best.passage]
	lines := linesOf(from.Text)
	l := lines[best.line]
	for k := best.line + 1; k < len(lines) && len([]rune(from.Text[l.from:l.to])) < least; k++ {
		l.to = lines[k].to
	}
	s.text = escaped(from.Text[l.from:l.to]) + " " + markText(from.Index)
	s.to = units(s.text)
	return s, map[int]line{from.Index: l}
}

// shownOf is a passage that was found as it is shown.
func shownOf(found intake.Found, lang chat.Language) shown {
	v := found.Version
	s := shown{version: v.ID, spans: found.Place.Spans, Passage: chat.Passage{
		Source: chat.SourceVersion + v.ID, Document: v.Document, Title: found.Title, Heading: found.Heading, Page: found.Page,
		Last: max(found.Place.Last, found.Page), Date: v.Created, Text: found.Text, Place: json.RawMessage(found.Hit.Place),
		Score: found.Score, Gaps: v.Gaps, Hidden: found.Place.Hidden,
	}}
	if s.Title == "" {
		s.Title = v.Name
	}
	if found.Page == 0 {
		s.Last = 0
	}
	if len(s.Place) == 0 {
		s.Place = nil
	}
	s.Where = whereOf(s.Passage, v.Format, found.Place, lang)
	for _, m := range found.Hit.Marks {
		if 0 <= m[0] && m[0] < m[1] && m[1] <= len(s.Text) {
			s.Marks = append(s.Marks, [2]int{units(s.Text[:m[0]]), units(s.Text[:m[1]])})
		}
	}
	return s
}

// whereOf says where a passage stands.
func whereOf(p chat.Passage, format string, place intake.Place, lang chat.Language) string {
	switch {
	case p.Page == 0 && place.Paragraph > 0:
		return chat.Text(lang, chat.CodePlaceParagraph, place.Paragraph)
	case p.Page == 0:
		return ""
	case format == "pptx" || format == "odp":
		return chat.Text(lang, chat.CodePlaceSlide, p.Page)
	case format == "xlsx" || format == "xls" || format == "ods":
		return chat.Text(lang, chat.CodePlaceSheet, p.Page)
	case format == "epub":
		return chat.Text(lang, chat.CodePlaceChapter, p.Page)
	case p.Last > p.Page:
		return chat.Text(lang, chat.CodePlacePages, p.Page, p.Last)
	}
	return chat.Text(lang, chat.CodePlacePage, p.Page)
}

// How long, and how often, versions that are being read are waited for, and how many are looked at.
const (
	mostReading = 2 * time.Minute
	lookRead    = 200 * time.Millisecond
	mostAwaited = 64
)

// awaitRead waits until what somebody has put into the conversation, or named, is read: what is asked of it is asked of all of
// it. What takes too long is answered from as far as it has come, and what is read once more from what there is of it.
func (d documents) awaitRead(ctx context.Context, q Question, f *findings, say func(chat.Event) bool) error {
	if f.all || d.waiting == nil || len(f.versions) > mostAwaited {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, mostReading, errReading)
	defer cancel()
	for {
		f.unread = 0
		for _, v := range f.versions {
			if waits, err := d.waiting(ctx, q.Principal, v); err == nil && waits {
				f.unread++
			}
		}
		if f.unread == 0 {
			return nil
		}
		if !say(chat.Phase{Name: "documents", Done: len(f.versions) - f.unread, Total: len(f.versions)}) {
			return errLeft
		}
		select {
		case <-time.After(lookRead):
		case <-ctx.Done():
			if context.Cause(ctx) == errReading {
				return nil
			}
			return context.Cause(ctx)
		}
	}
}
