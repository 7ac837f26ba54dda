package assistant

import (
	"encoding/json"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/korean"
	"exaone/store"
)

// saying is an answer about whole documents while it is written: what it says, cites and proves.
type saying struct {
	yield func(chat.Event) bool
	lang  chat.Language
	left  bool // nobody listens any more

	begun string // what the answer begins with already: as much of it as is said again is not sent again
	at    int    // UTF-16 units said

	ledger chat.Ledger
	usage  chat.Usage

	books map[string]*book // by version
	cited map[citedPlace]int
	proof *proving
	named []chat.Passage // versions that the answer names, one after another
}

type citedPlace struct {
	book    *book
	passage int
}

// newSaying is an answer to a question that has said nothing.
func newSaying(q Question, yield func(chat.Event, error) bool) *saying {
	s := &saying{lang: q.Language, begun: q.Begun, books: map[string]*book{}, cited: map[citedPlace]int{},
		ledger: chat.Ledger{Window: q.Model.Window, Items: []chat.LedgerItem{}}}
	s.yield = func(ev chat.Event) bool { return yield(ev, nil) }
	s.proof = &proving{say: s.send, prover: &prover{papers: map[string]*paper{}, open: func(version string) (*document.Document, error) {
		return s.books[version].doc, nil
	}}}
	return s
}

// send yields an event, and reports whether somebody still listens.
func (s *saying) send(ev chat.Event) bool {
	if !s.left && !s.yield(ev) {
		s.left = true
	}
	return !s.left
}

// say adds to the answer.
func (s *saying) say(text string) bool {
	s.at += units(text)
	if s.begun != "" {
		rest, same := strings.CutPrefix(s.begun, text)
		more, whole := strings.CutPrefix(text, s.begun)
		switch {
		case same:
			s.begun = rest
			return true
		case whole:
			s.begun, text = "", more
		default: // it goes on otherwise than it began: what stands there stays, and this goes behind it
			s.at += units(s.begun) + 2
			s.begun, text = "", "\n\n"+text
		}
	}
	return text == "" || s.send(chat.Delta{Text: text})
}

// cite returns the number of a passage.
func (s *saying) cite(b *book, passage int) int {
	at := citedPlace{b, passage}
	if n := s.cited[at]; n > 0 {
		return n
	}
	n := len(s.cited) + 1
	s.cited[at], s.books[b.version.ID] = n, b
	one := b.shown(s.lang, passage)
	one.Index = n
	s.proof.shown = append(s.proof.shown, one)
	s.proof.prover.passages = s.proof.shown
	return n
}

// shown is a passage of a book as it is shown.
func (b *book) shown(lang chat.Language, passage int) shown {
	p := b.passages[passage]
	place := intake.Place{Last: p.Last, Section: p.Section, Paragraph: p.Start, Hidden: p.Hidden, Spans: p.Spans}
	raw, err := json.Marshal(place)
	if err != nil { // our own type: a mistake of ours
		panic(err)
	}
	one := shown{version: b.version.ID, spans: p.Spans, Passage: chat.Passage{Source: chat.SourceVersion + b.version.ID,
		Document: b.version.Document, Title: b.version.Name, Heading: p.Heading, Page: p.Page, Last: p.Last, Date: b.version.Created,
		Text: p.Text, Place: raw, Gaps: b.version.Gaps, Hidden: p.Hidden}}
	one.Where = whereOf(one.Passage, b.doc.Format, place, lang)
	return one
}

// mark tells of a passage that no sentence rests on, but a row of a table, and returns its mark.
func (s *saying) mark(b *book, passage int) string {
	n := s.cite(b, passage)
	for _, told := range s.proof.cited {
		if told == n {
			return markText(n)
		}
	}
	s.proof.cited = append(s.proof.cited, n)
	one := s.proof.shown[n-1]
	s.send(chat.Citation{Index: n, Title: one.Title, Source: one.Source, Where: one.Where, Snippet: shorten(one.Text, 200)})
	return markText(n)
}

// source is what a sentence rests on: stretches of passages of one book. Whole says that not the stretches carry it but what of
// their passages does, which is looked for.
type source struct {
	book   *book
	places []stretch
	whole  bool
}

// prove says a sentence with the numbers of what it rests on, and tells what was checked of it.
func (s *saying) prove(said string, of ...source) bool {
	known := map[int]line{}
	text := escaped(said)
	for _, one := range of {
		for _, p := range one.places {
			n := s.cite(one.book, p.passage)
			if l, ok := known[n]; ok {
				known[n] = line{min(l.from, p.from), max(l.to, p.to)}
				continue
			}
			known[n] = line{p.from, p.to}
			text += " " + markText(n)
		}
	}
	for _, one := range of {
		for _, p := range one.places {
			if one.whole {
				delete(known, s.cite(one.book, p.passage))
			}
		}
	}
	from := s.at
	if !s.say(text) {
		return false
	}
	// What was said before may have been put in before it: it ends where the answer does now.
	return s.proof.tell(sentence{from: max(from, s.at-units(text)), to: s.at, text: text}, known)
}

// names tells of versions that the answer is about to name: nobody is to see the name of a document in an answer who may not read
// it, or when it is deleted. What is cited is told in the place of these at the end.
func (s *saying) names(versions ...store.Version) bool {
	told := chat.Passages{}
	for _, v := range versions {
		source := chat.SourceVersion + v.ID
		if !slices.ContainsFunc(s.named, func(p chat.Passage) bool { return p.Source == source }) {
			s.named = append(s.named, chat.Passage{Index: len(s.named) + 1, Source: source, Document: v.Document, Title: v.Name, Date: v.Created})
		}
	}
	for _, p := range s.named {
		told.Versions = append(told.Versions, strings.TrimPrefix(p.Source, chat.SourceVersion))
	}
	told.Among, told.Items = len(s.named), s.named
	return len(s.named) == 0 || s.send(told)
}

// end tells all that was cited, what was checked, and that the answer is whole.
func (s *saying) end(model string) {
	if s.ledger.Rounds > 0 {
		s.ledger.RoundTokens = s.usage.PromptTokens + s.usage.CompletionTokens
		s.send(s.ledger)
	}
	if len(s.proof.shown) > 0 {
		var all chat.Passages
		for _, one := range s.proof.shown {
			all.Items = append(all.Items, one.Passage)
		}
		for id := range s.books {
			all.Versions = append(all.Versions, id)
		}
		all.Among = len(s.books)
		s.send(all)
	}
	s.proof.verdict()
	s.send(chat.Finish{Reason: chat.FinishStop, Model: model, Usage: s.usage, Warnings: []chat.Warning{}})
}

// markdownSigns are what would be marks in a text that is to be read as it is, or the number of a source that it is none of.
var markdownSigns = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", "［", "]", "］", "<", `\<`, "~", `\~`, "$", `\$`)

// escaped is a text of a document as a line of Markdown.
func escaped(text string) string {
	return markdownSigns.Replace(strings.Join(strings.Fields(text), " "))
}

// shorten is the beginning of a text, on one line, of at most so many characters.
func shorten(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// pressed is a text as it is compared: folded, without white space.
func pressed(text string) string { return strings.Join(strings.Fields(korean.Fold(text)), "") }

// stemsOf counts the words of a text by their likeliest stem, and its numbers.
func stemsOf(text string) map[string]float64 {
	all := map[string]float64{}
	for w := range korean.Words(text) {
		if w.Script != korean.Digits && !korean.Filler(w) {
			all[korean.Stems(w.Text)[0]]++
		}
	}
	for n := range korean.Numbers(text) {
		if !n.Part {
			all[n.Text]++
		}
	}
	return all
}
