package assistant

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
	"exaone/store"
)

// This file has a model put a document in short that is many times its window:
//
//	passages ─ chunks ─▶ model ─▶ findings ─ groups ─▶ model ─▶ fewer findings ─ … ─▶ answer
//
// A finding is a sentence and the passages that it rests on. What comes of each chunk is kept, so that who stops may go on.
// Whatever the model cites, a finding stands only if its numbers are in its passages and some of its words are; in the place of
// one that does not stands a sentence of the document.

// finding is a sentence that rests on passages of a book.
type finding struct {
	Text     string `json:"text"`
	Passages []int  `json:"passages"`
	Quoted   bool   `json:"quoted,omitempty"` // it is one of the document's own
}

// found is what came of one piece of the work.
type found struct {
	Findings []finding `json:"findings"`
	Replaced int       `json:"replaced"` // sentences of the model that did not stand
}

// mostFound is how many sentences the model writes of one piece.
const mostFound = 3

// mostRead is how many tokens of a document the model reads at once, however large its window: of more it tells less, and small
// models lose themselves in it.
const mostRead = 2400

// digestVersion is raised whenever pieces come out otherwise than before: what was kept is made anew then.
const digestVersion = 3

// writing is one document that a model puts in short.
type writing struct {
	*Assistant
	q    Question
	s    *saying
	b    *book
	p    *progress
	work string               // names what is kept
	kept map[int]store.Digest // pieces that there are already
	next int                  // the number of the next piece

	replaced int
}

// write has the model put a book in short, in so many sentences at most, and says them.
func (m digest) write(ctx context.Context, q Question, s *saying, b *book, p *progress, most int) error {
	w := &writing{Assistant: m.Assistant, q: q, s: s, b: b, p: p}
	room, err := w.room(ctx)
	if err != nil {
		return err
	}
	if err := w.resume(ctx, room); err != nil {
		return err
	}
	all, err := w.read(ctx, room)
	if err != nil {
		return err
	}
	for len(all) > most {
		replaced := w.replaced
		fewer, err := w.shorten(ctx, all, room)
		if err != nil {
			return err
		}
		switch {
		case len(fewer) >= len(all):
			fewer = evenly(all, most)
		case len(fewer) < most && w.replaced > replaced: // a model that is not up to this does not get to leave out the rest
			fewer = distinct(append(fewer, evenly(all, most-len(fewer))...))
			slices.SortStableFunc(fewer, func(x, y finding) int { return x.Passages[0] - y.Passages[0] })
		}
		all = fewer
	}
	title := ""
	for _, f := range all {
		title = s.under(b, f.Passages[0], title)
		if !s.prove(f.Text, f.source(b)) {
			return errLeft
		}
	}
	if len(all) == 0 {
		s.say(chat.Text(q.Language, chat.CodeDigestNothing))
	}
	if w.replaced > 0 {
		s.say("\n\n" + chat.Text(q.Language, chat.CodeDigestReplaced, w.replaced))
	}
	return nil
}

// room is how many tokens of a document fit into a request, beside the prompt and the answer.
func (w *writing) room(ctx context.Context) (int, error) {
	req := w.asking(nil)
	overhead, _, err := w.count(ctx, req)
	if err != nil {
		return 0, err
	}
	room := w.q.Model.Window - overhead - req.MaxTokens - 32
	if room < 64 {
		return 0, chat.NewError(chat.CodeTooManyTokens, nil, overhead, req.MaxTokens, w.q.Model.Window)
	}
	return min(room, mostRead), nil
}

// resume looks up what is kept of the same work: of the same version, by the same model, in pieces of the same size.
func (w *writing) resume(ctx context.Context, room int) error {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%d\n%s\n%s\n%s", digestVersion, w.q.Model.Name, room, w.b.version.ID, w.q.Language,
		promptFor("digest", w.q.Language)))
	w.work = "summary " + hex.EncodeToString(sum[:16])
	w.kept = map[int]store.Digest{}
	kept, err := w.store.Digests(ctx, w.q.Principal, w.work)
	for _, d := range kept {
		w.kept[d.Part] = d
	}
	return err
}

// part is a passage, or a piece of one that is longer than the window.
type part struct {
	passage int
	text    string
	last    bool // of its passage
}

// parts are all that is to be read of a book.
func (w *writing) parts(ctx context.Context, room int) []part {
	var all []part
	for i, p := range w.b.passages {
		texts := []string{""}
		if !p.Hidden {
			texts = w.halves(ctx, w.q, p.Text, room-16)
		}
		for n, text := range texts {
			all = append(all, part{i, text, n == len(texts)-1})
		}
	}
	return all
}

// read has the model read all passages, as many at once as there is room for.
func (w *writing) read(ctx context.Context, room int) ([]finding, error) {
	var all []finding
	parts := w.parts(ctx, room)
	for from := 0; from < len(parts); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		to, used := from, 0
		for ; to < len(parts); to++ {
			n, err := w.alone(ctx, w.q, w.line(to-from+1, parts[to].text))
			if err != nil {
				return nil, err
			}
			if used += n + 2; used > room && to > from {
				break
			}
		}
		one, err := w.piece(ctx, func() (found, error) { return w.chunk(ctx, parts[from:to]) })
		if err != nil {
			return nil, err
		}
		all = append(all, one.Findings...)
		for _, p := range parts[from:to] {
			if !p.last {
				continue
			}
			if err := w.p.read(p.passage); err != nil {
				return nil, err
			}
		}
		from = to
	}
	return all, nil
}

// piece returns what is kept of the next piece of the work, or else makes and keeps it.
func (w *writing) piece(ctx context.Context, do func() (found, error)) (one found, err error) {
	n := w.next
	w.next++
	if d, ok := w.kept[n]; ok && json.Unmarshal(d.Data, &one) == nil && one.valid(w.b) {
		w.replaced += one.Replaced
		return one, nil
	}
	if one, err = do(); err != nil {
		return one, err
	}
	w.replaced += one.Replaced
	data, err := json.Marshal(one)
	if err != nil {
		return one, err
	}
	return one, w.store.KeepDigest(ctx, w.q.Principal, w.work, store.Digest{Part: n, Version: w.b.version.ID, Data: data})
}

// valid reports whether what was kept speaks of passages that there are.
func (f found) valid(b *book) bool {
	return !slices.ContainsFunc(f.Findings, func(one finding) bool {
		return len(one.Passages) == 0 || slices.ContainsFunc(one.Passages, func(n int) bool { return n < 0 || n >= len(b.passages) })
	})
}

// chunk has the model put parts of a book in short.
func (w *writing) chunk(ctx context.Context, parts []part) (found, error) {
	var lines []string
	var ids []int // the passage of each number
	for _, p := range parts {
		if strings.TrimSpace(p.text) != "" {
			ids = append(ids, p.passage)
			lines = append(lines, w.line(len(ids), p.text))
		}
	}
	if len(ids) == 0 {
		return found{}, nil
	}
	return w.ask(ctx, lines, func(n int) []int { return []int{ids[n-1]} })
}

// shorten has the model put findings in short, as many at once as there is room for.
func (w *writing) shorten(ctx context.Context, all []finding, room int) ([]finding, error) {
	var fewer []finding
	for from := 0; from < len(all); {
		to, used := from, 0
		var lines []string
		for ; to < len(all); to++ {
			line := w.line(to-from+1, all[to].Text)
			n, err := w.alone(ctx, w.q, line)
			if err != nil {
				return nil, err
			}
			if used += n + 2; to > from && (used > room || to-from >= 4*mostFound) {
				break
			}
			lines = append(lines, line)
		}
		if len(lines) <= mostFound { // there is nothing to gain
			fewer = append(fewer, all[from:to]...)
		} else {
			group := all[from:to]
			one, err := w.piece(ctx, func() (found, error) {
				return w.ask(ctx, lines, func(n int) []int { return group[n-1].Passages })
			})
			if err != nil {
				return nil, err
			}
			fewer = append(fewer, one.Findings...)
		}
		from = to
	}
	return fewer, nil
}

// line is a passage as the model reads it. What is in it is data: nothing in it is a mark of the format.
func (w *writing) line(n int, text string) string {
	return fmt.Sprintf("[%d] %s", n, strings.NewReplacer("[", "(", "]", ")").Replace(strings.Join(strings.Fields(asData(text)), " ")))
}

// asking is the request for some lines.
func (w *writing) asking(lines []string) chat.Request {
	req := w.request(w.q, chat.Message{Role: chat.System, Text: promptFor("digest", w.q.Language)},
		chat.Message{Role: chat.User, Text: "<document>\n" + strings.Join(lines, "\n") + "\n</document>"})
	req.MaxTokens = min(max(w.q.Model.Window/8, 96), 480)
	var ids []string
	for n := range lines {
		ids = append(ids, strconv.Itoa(n+1))
	}
	if len(ids) > 0 {
		sentence := `[^\[\]\n]{8,220} (?:\[(?:` + strings.Join(ids, "|") + `)\]){1,2}`
		req.Grammar = chat.Grammar{Regex: sentence + `(?:\n` + sentence + `){0,` + strconv.Itoa(mostFound-1) + `}`}
	}
	return req
}

var (
	citedLine = regexp.MustCompile(`^\s*(?:[-*]\s*)?(.+?)\s*((?:\[\d+\])+)\s*$`)
	citedID   = regexp.MustCompile(`\[(\d+)\]`)
)

// ask has the model put lines in short. passages are those of the line with a number.
func (w *writing) ask(ctx context.Context, lines []string, passages func(n int) []int) (one found, err error) {
	said, finish, err := chat.Collect(w.constrained(ctx, w.asking(lines)))
	if err != nil {
		return one, err
	}
	w.s.ledger.Rounds++
	w.s.usage.PromptTokens += finish.Usage.PromptTokens
	w.s.usage.CompletionTokens += finish.Usage.CompletionTokens
	var first []int // the passages of the lines, should what the model says not stand
	for n := range lines {
		first = append(first, passages(n+1)...)
	}
	slices.Sort(first)
	first = slices.Compact(first)
	for line := range strings.Lines(said.Text) {
		m := citedLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		f := finding{Text: strings.TrimSpace(m[1])}
		for _, id := range citedID.FindAllStringSubmatch(m[2], -1) {
			if n, err := strconv.Atoi(id[1]); err == nil && n >= 1 && n <= len(lines) {
				f.Passages = append(f.Passages, passages(n)...)
			}
		}
		slices.Sort(f.Passages)
		f.Passages = slices.Compact(f.Passages)
		switch {
		case len(f.Passages) == 0:
		case w.stands(f):
			one.Findings = append(one.Findings, f)
		default:
			one.Replaced++
		}
	}
	one.Findings = distinct(one.Findings)
	if wanted := max(one.Replaced, 1-len(one.Findings)); wanted > 0 {
		one.Findings = distinct(append(one.Findings, w.instead(first, min(wanted, mostFound))...))
	}
	return one, nil
}

// stands reports whether a finding says nothing that its passages do not have, and something that they do.
func (w *writing) stands(f finding) bool {
	need := needsOf(saidBy(f.Text))
	var g ground
	for _, i := range f.Passages {
		g.add(w.b.passages[i].Text)
	}
	return len(g.missing(&need)) == 0 && need.words.share([]bag{bagOf(g.text.String())}, []float64{1}) >= looseShare
}

// instead are the sentences that say most of what passages say.
func (w *writing) instead(passages []int, most int) []finding {
	var all []stretch
	for _, i := range passages {
		all = append(all, w.b.sentencesOf(i, i+1)...)
	}
	if len(all) > mostRanked {
		all = all[:mostRanked]
	}
	var out []finding
	for _, at := range w.b.pick(all, most) {
		out = append(out, finding{Text: w.b.text(at), Passages: []int{at.passage}, Quoted: true})
	}
	return out
}

// source is what a finding rests on: its own place if it is a sentence of the document, or else what of its passages carries it.
func (f finding) source(b *book) source {
	out := source{book: b, whole: true}
	for _, i := range f.Passages {
		text := b.passages[i].Text
		if at := strings.Index(text, f.Text); f.Quoted && at >= 0 {
			return source{book: b, places: []stretch{{i, at, at + len(f.Text)}}}
		}
		out.places = append(out.places, stretch{i, 0, len(text)})
	}
	return out
}

// distinct leaves out findings that have been made before.
func distinct(all []finding) []finding {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(f finding) bool {
		key := pressed(f.Text)
		was := seen[key]
		seen[key] = true
		return was
	})
}

// evenly takes so many of a list, at even distances.
func evenly[T any](all []T, most int) []T {
	var out []T
	for i := range most {
		out = append(out, all[i*len(all)/most])
	}
	return out
}
