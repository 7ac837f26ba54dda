package assistant

import (
	"context"
	"slices"
	"strings"

	"exaone/chat"
)

// papers is a window with passages in it: what the model is to read for an answer from documents.
type papers struct {
	q        Question
	f        *findings
	system   string
	before   *pair    // the turn before, where the question refers to it
	blocks   []string // of each passage, as the model would read it
	kept     []int    // indexes of the passages that are in the window
	cut      int      // index of a passage of which only a part is, 0 if there is none
	size     int
	reserved int
	total    int
	known    bool
	req      chat.Request
}

// newPapers is a window in which no passage has a place yet.
func (d documents) newPapers(q Question, f *findings) *papers {
	return &papers{q: q, f: f, size: q.Model.Window, reserved: min(q.Model.Window/4, mostReserved), system: d.system(q)}
}

// fit puts as many passages into the window as there is room for, the best first; of the first, if it is too long for the
// window alone, the sentences around the one that answers best. CodeTooLong and CodeTooManyTokens say that there is not
// even room for the question.
func (d documents) fit(ctx context.Context, q Question, f *findings) (*papers, error) {
	w := d.newPapers(q, f)
	if err := d.measurePapers(ctx, w); err != nil {
		return nil, err
	}
	switch {
	case w.total > w.size:
		return nil, chat.NewError(chat.CodeTooLong, nil, w.total, w.size)
	case w.total > w.size-w.reserved:
		return nil, chat.NewError(chat.CodeTooManyTokens, nil, w.total, w.reserved, w.size)
	}
	room := w.size - w.reserved - w.total
	for i := range f.shown {
		w.blocks = append(w.blocks, block(q.Language, f.shown[i], f.shown[i].Text))
	}
	for _, i := range f.order() {
		n, err := d.alone(ctx, q, w.blocks[i])
		if err != nil {
			return nil, err
		}
		if n <= room {
			w.kept, room = append(w.kept, f.shown[i].Index), room-n
		} else if len(w.kept) == 0 {
			if err := d.cutDown(ctx, w, i, room); err != nil {
				return nil, err
			}
			break
		}
	}
	for {
		if err := d.measurePapers(ctx, w); err != nil {
			return nil, err
		}
		if w.total <= w.size-w.reserved || len(w.kept) == 0 {
			break
		}
		w.kept = w.kept[:len(w.kept)-1] // joined, they have more tokens than alone
	}
	slices.Sort(w.kept)
	return w, d.withTurn(ctx, w)
}

// order is the order in which passages get room: that of the best sentence first, then as they were found. What a document hides
// gets none.
func (f *findings) order() []int {
	var all []int
	if len(f.best) > 0 {
		all = append(all, f.best[0].passage)
	}
	for i := range f.shown {
		if !f.shown[i].Hidden && !slices.Contains(all, i) {
			all = append(all, i)
		}
	}
	return all
}

// cutDown takes of a passage that does not fit the sentences around its best one that do.
func (d documents) cutDown(ctx context.Context, w *papers, i, room int) error {
	s := w.f.shown[i]
	lines := linesOf(s.Text)
	if len(lines) == 0 {
		return nil
	}
	at := 0
	for _, c := range w.f.best {
		if c.passage == i {
			at = c.line
			break
		}
	}
	from, to, best := at, at, ""
	for {
		text := block(w.q.Language, s, s.Text[lines[from].from:lines[to].to])
		n, err := d.alone(ctx, w.q, text)
		if err != nil {
			return err
		}
		if n > room {
			break
		}
		best = text
		switch {
		case to+1 < len(lines) && (to-at <= at-from || from == 0):
			to++
		case from > 0:
			from--
		default:
			w.blocks[i] = best
			w.kept, w.cut = []int{s.Index}, s.Index
			return nil
		}
	}
	if best != "" {
		w.blocks[i] = best
		w.kept, w.cut = []int{s.Index}, s.Index
	}
	return nil
}

// withTurn adds the turn before the question, if it is referred to and there is room.
func (d documents) withTurn(ctx context.Context, w *papers) error {
	pairs := pairsOf(w.q.History)
	if len(pairs) == 0 || !pairs[len(pairs)-1].whole || !refersBack(w.q.Text) {
		return nil
	}
	more := *w
	last := pairs[len(pairs)-1]
	last.answer.Text = withoutMarks(last.answer.Text)
	more.before = &last
	if err := d.measurePapers(ctx, &more); err != nil {
		return err
	}
	if more.total <= more.size-more.reserved {
		*w = more
	}
	return nil
}

// system is what stands first in the window.
func (d documents) system(q Question) string {
	text := withDate(promptFor(Documents, q.Language), q.Language, d.now())
	return strings.ReplaceAll(text, "{{none}}", chat.Text(q.Language, chat.CodeAnswerNotFound))
}

// measurePapers makes the request, and counts it.
func (d documents) measurePapers(ctx context.Context, w *papers) (err error) {
	head := &window{q: w.q, system: w.system}
	messages := []chat.Message{{Role: chat.System, Text: head.head()}}
	if w.before != nil {
		messages = append(messages, chat.Message{Role: chat.User, Text: w.before.question.Text},
			chat.Message{Role: chat.Assistant, Text: w.before.answer.Text})
	}
	var b strings.Builder
	kept := slices.Sorted(slices.Values(w.kept))
	for _, index := range kept {
		b.WriteString(w.blocks[index-1])
		b.WriteString("\n\n")
	}
	b.WriteString(w.looks())
	b.WriteString(chat.Text(w.q.Language, chat.CodeAskQuestion) + " " + w.q.Text)
	w.req = d.request(w.q, append(messages, chat.Message{Role: chat.User, Text: b.String(), Images: imagesOf(w.f.pictures)})...)
	if len(w.q.Instructions) == 0 {
		w.req.Public = 1 // our own words
	}
	w.req.Sampling = anew(w.q)
	w.req.MaxTokens = w.reserved
	if len(kept) > 0 {
		w.req.Grammar.GBNF = answerGrammar(kept, chat.Text(w.q.Language, chat.CodeAnswerNotFound), w.f.seenOnly(w.q))
	}
	w.total, w.known, err = d.count(ctx, w.req)
	return err
}

// looks is what a model is told of the pictures that it is shown, and is not.
func (w *papers) looks() string {
	lang := w.q.Language
	text := ""
	if lines := captionsOf(w.f.pictures, lang); len(lines) > 0 {
		how := chat.CodeAskSeen
		if !w.f.seenOnly(w.q) {
			how = chat.CodeAskLook
		}
		text = strings.Join(append(lines, chat.Text(lang, how)), "\n") + "\n\n"
		if unshown := w.q.unshownText(); unshown != "" {
			text += unshown + "\n\n"
		}
	} else if unseen := w.unseen(); len(unseen) > 0 {
		text = chat.Text(lang, chat.CodeAskUnseen, onLine(asData(strings.Join(unseen, "; ")))) + "\n\n"
	}
	if lost := w.q.lostText(); lost != "" {
		text += lost + "\n\n"
	}
	return text
}

// unseen says where what comes with the question is from that could not be drawn, and of which no words were found either.
func (w *papers) unseen() []string {
	var all []string
	for _, p := range w.q.undrawn {
		if !slices.ContainsFunc(w.f.shown, func(s shown) bool { return s.version == p.box.Version }) {
			all = append(all, p.place(w.q.Language))
		}
	}
	return all
}

// block is a passage as the model reads it: its number, where it is from, and its text.
func block(lang chat.Language, s shown, text string) string {
	from := s.Title
	for _, part := range []string{s.Heading, s.Where} {
		if part != "" {
			from += ", " + part
		}
	}
	return asSource(lang, markText(s.Index)+" ", from, text)
}

// asSource is a text of a document as a model reads it: marked as what it is, and where it is from.
func asSource(lang chat.Language, mark, from, text string) string {
	name := chat.Text(lang, chat.CodeAskSource)
	from = strings.Map(func(r rune) rune {
		if r == '"' || r == '\n' || r == '<' || r == '>' {
			return ' '
		}
		return r
	}, asData(from))
	return "<" + name + " " + mark + chat.Text(lang, chat.CodeAskSourcePlace) + `="` + from + "\">\n" + asData(text) + "\n</" + name + ">"
}

// account tells what is in the window, and what is not.
func (d documents) account(ctx context.Context, w *papers) (chat.Ledger, error) {
	c := account{count: func(text string) (int, error) { return d.alone(ctx, w.q, text) }}
	c.Window, c.Reserved, c.Estimated = w.size, w.reserved, !w.known
	c.add("prompt", w.system, chat.FateKept, "")
	for _, text := range w.q.Instructions {
		c.add("instructions", text, chat.FateKept, "")
	}
	plain := &window{pairs: pairsOf(w.q.History), from: len(w.q.History)}
	plain.from = len(plain.pairs)
	if w.before != nil {
		plain.from--
	}
	c.Items = append(c.Items, plain.older(plain.from)...)
	if w.before != nil {
		c.add("question", w.before.question.Text, chat.FateKept, w.before.question.ID)
		c.add("answer", w.before.answer.Text, chat.FateKept, w.before.answer.ID)
	}
	for i, s := range w.f.shown {
		fate := chat.FateLeftOut
		if slices.Contains(w.kept, s.Index) {
			fate = chat.FateKept
		}
		c.add("passage", w.blocks[i], fate, "")
		if last := len(c.Items) - 1; c.err == nil && last >= 0 && c.Items[last].Kind == "passage" {
			c.Items[last].Label = label(markText(s.Index) + " " + s.Title + " " + s.Where)
		}
	}
	unshown := w.q.Unshown
	if !w.q.Model.Eyes { // the words of all are looked through
		unshown = nil
	}
	c.pictures(w.q.Language, w.f.pictures, unshown)
	c.lost(w.q.lost)
	c.add("question", w.q.Text, chat.FateKept, w.q.Message)
	c.add("answer", w.q.Begun, chat.FateKept, "")
	c.balance(w.total)
	return c.Ledger, c.err
}

// Preview tells what would go into the window: what is found now.
func (d documents) Preview(ctx context.Context, q Question) (chat.Ledger, error) {
	if !d.looks(q) {
		return d.previewOf(ctx, talk{d.Assistant}, q)
	}
	f, err := d.find(ctx, q)
	if err != nil {
		return chat.Ledger{}, err
	}
	if d.byExtract(q) {
		return chat.Ledger{Window: q.Model.Window}, nil
	}
	if err = d.seeAll(ctx, &q, f, d.measured); err != nil {
		return chat.Ledger{}, err
	}
	w, err := d.fit(ctx, q, f)
	if err != nil {
		return chat.Ledger{}, err
	}
	return d.account(ctx, w)
}
