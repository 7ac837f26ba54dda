package assistant

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"

	"exaone/chat"
)

// digest is the mode that puts whole documents in short: every page is read, whatever the window of the model, and each
// sentence says where it is from. A model of level assist writes, piece by piece and then of the pieces; below that, or if it
// says what its source does not, sentences of the document speak for it.
type digest struct{ *Assistant }

// Name is "summary".
func (digest) Name() string { return "summary" }

// Answer reads, says and proves.
func (m digest) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	return wholly(q, func(s *saying) error { return m.answer(ctx, q, s) })
}

// wholly runs what answers about whole documents. Nothing is in the model's window when it begins: what the model is asked is in
// rounds, which the ledger that follows tells of.
func wholly(q Question, answer func(*saying) error) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		s := newSaying(q, yield)
		if !s.send(s.ledger) {
			return
		}
		err := answer(s)
		switch {
		case s.left || errors.Is(err, errLeft):
		case err != nil:
			yield(nil, err)
		default:
			s.end(q.Model.Name)
		}
	}
}

func (m digest) answer(ctx context.Context, q Question, s *saying) error {
	books, notes, err := m.taken(ctx, q, s)
	if err != nil || len(books)+len(notes) == 0 {
		return err
	}
	p := progressOf(s, books)
	for i, b := range books {
		r := newReading(b)
		p.reading = r
		if !s.send(chat.Phase{Name: "pages", Done: p.done(), Total: p.total}) {
			return errLeft
		}
		if len(books) > 1 {
			s.say(fmt.Sprintf("## %s\n\n", escaped(b.version.Name)))
		}
		if err := m.one(ctx, q, s, b, &p, len(books)); err != nil {
			return err
		}
		notes = append(notes, r.coverage(q.Language))
		if hidden := b.hidden(); hidden > 0 {
			notes = append(notes, chat.Text(q.Language, chat.CodeDigestHidden, escaped(b.version.Name), hidden))
		}
		p.before += b.total()
		if i < len(books)-1 {
			s.say("\n\n")
		}
	}
	if len(books) > 0 {
		s.say("\n\n")
	}
	s.say(strings.Join(notes, "\n\n"))
	return nil
}

// one puts one of several books in short.
func (m digest) one(ctx context.Context, q Question, s *saying, b *book, p *progress, among int) error {
	most := sentencesFor(q.Text, b.total(), among)
	if q.Model.Level.AtLeast(Assist) {
		return m.write(ctx, q, s, b, p, most)
	}
	picked, err := b.extracted(ctx, most, p.read)
	if err != nil {
		return err
	}
	title := ""
	for _, at := range picked {
		title = s.under(b, at.passage, title)
		if !s.prove(unlisted(b.text(at)), source{book: b, places: []stretch{at}}) {
			return errLeft
		}
	}
	if len(picked) == 0 {
		s.say(chat.Text(q.Language, chat.CodeDigestNothing))
	}
	return nil
}

// under begins an item, under the heading of its passage if that is another than the one before, and returns the heading.
func (s *saying) under(b *book, passage int, before string) string {
	title := headingAt(b.passages[passage].Heading, 1)
	if title != before && title != "" {
		if s.at > 0 {
			s.say("\n\n")
		}
		s.say("**" + escaped(title) + "**")
	}
	if s.at > 0 {
		s.say("\n")
	}
	s.say("- ")
	return title
}

// taken are the books of a question that is about whole documents, and what is to be said of those that are none. Where it is not
// clear which are meant, it is asked, and there is neither.
func (a *Assistant) taken(ctx context.Context, q Question, s *saying) (books []*book, notes []string, err error) {
	versions, more, err := a.shelved(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	if len(versions) == 0 {
		return nil, nil, a.whichOne(ctx, q, s, chat.CodeDigestWhich)
	}
	if books, notes, err = a.opened(ctx, q, s, versions); err == nil && more > 0 {
		notes = append(notes, chat.Text(q.Language, chat.CodeDigestMoreBooks, more))
	}
	return books, notes, err
}

// progress tells how many pages have been read, of all books together.
type progress struct {
	s             *saying
	reading       *reading
	before, total int
	told          int
}

func progressOf(s *saying, books []*book) progress {
	p := progress{s: s}
	for _, b := range books {
		p.total += b.total()
	}
	return p
}

func (p *progress) done() int {
	if p.reading == nil {
		return p.before
	}
	return p.before + p.reading.done
}

// read counts a passage of the book that is being read, and tells of every page.
func (p *progress) read(passage int) error {
	p.reading.read(p.reading.book.passages[passage])
	if now := p.done(); now != p.told {
		p.told = now
		if !p.s.send(chat.Phase{Name: "pages", Done: now, Total: p.total}) {
			return errLeft
		}
	}
	return nil
}

// hidden is how many passages a reader of the document does not see.
func (b *book) hidden() int {
	n := 0
	for _, p := range b.passages {
		if p.Hidden {
			n++
		}
	}
	return n
}

// howLong matches how long somebody wants a summary to be: 세 문장으로, 5줄, in 3 sentences.
var howLong = regexp.MustCompile(`(\d{1,2}|한|두|세|네|다섯|여섯|열|one|two|three|four|five|six|ten)\s*(?:개의?\s*)?(?:문장|줄|sentences?|lines?|points?|가지)`)

var smallNumbers = map[string]int{"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "열": 10,
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}

// sentencesFor is how many sentences a document of so many pages gets.
func sentencesFor(question string, pages, among int) int {
	if m := howLong.FindStringSubmatch(strings.ToLower(question)); m != nil {
		n := smallNumbers[m[1]]
		if n == 0 {
			n, _ = strconv.Atoi(m[1])
		}
		return min(max(n, 1), mostDigest)
	}
	n := min(max(4+pages/8, 4), mostDigest)
	if among > 3 {
		n = min(n, 5)
	}
	return n
}

// summaryWords are what somebody says who wants a summary.
var summaryWords = regexp.MustCompile(`(?i)요약|간추[려리린]|줄거리|핵심만|핵심을? ?(?:정리|알려|뽑)|개요를? ?(?:정리|알려|써|만들)|summar|\btl;?dr\b|\bdigest\b|key points|\bgist\b`)

// fits is the rule by which the mode is picked: somebody asks for a summary, and there are documents that it can be of.
func (m digest) fits(ctx context.Context, q Question) Fit { return m.fitting(ctx, q, summaryWords) }

// fitting is how well a mode for whole documents fits that words ask for.
func (a *Assistant) fitting(ctx context.Context, q Question, words *regexp.Regexp) Fit {
	if a.library == nil || a.store == nil || q.Scope == ScopeNone || len(q.Boxes) > 0 || !words.MatchString(q.Text) {
		return Unfit
	}
	if versions, _, err := a.shelved(ctx, q); err != nil || len(versions) == 0 {
		return Unfit
	}
	return Certain
}

// Unaided reports that no model is needed.
func (m digest) Unaided(_ context.Context, q Question) bool {
	return m.library != nil && q.Scope != ScopeNone
}
