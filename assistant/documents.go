package assistant

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"exaone/chat"
)

// The names of the modes that answer from documents.
const (
	Documents   = "documents"
	Extractives = "extract" // in the words of the documents alone, whatever the model can do
)

// documents answers from documents, and proves what it says: passages are found and shown, then a model writes sentences that
// can cite these and nothing else, and each sentence is held against what it cites. Where no model can, the sentence of the
// documents that answers best is the answer.
type documents struct {
	*Assistant
	extract bool
	tables  bool // of the parts of pages that a question is about, their tables are wanted
}

// Name is "documents" or "extract".
func (d documents) Name() string {
	if d.extract {
		return Extractives
	}
	return Documents
}

// Answer tells what was found, and then an answer that rests on it. With no documents to rest on it is plain chat.
func (d documents) Answer(ctx context.Context, q Question) iter.Seq2[chat.Event, error] {
	if !d.looks(q) {
		return talk{d.Assistant}.Answer(ctx, q)
	}
	return func(yield func(chat.Event, error) bool) {
		if err := d.answer(ctx, q, yield); err != nil && !errors.Is(err, errLeft) {
			yield(nil, err)
		}
	}
}

func (d documents) answer(ctx context.Context, q Question, yield func(chat.Event, error) bool) error {
	say := func(ev chat.Event) bool { return yield(ev, nil) }
	f, err := d.ahead(ctx, q, say)
	if err != nil {
		return err
	}
	if !d.byExtract(q) {
		if err = d.seeAll(ctx, &q, f, d.drawn); err != nil {
			return err
		}
	}
	if len(q.Boxes) > 0 {
		return d.answerBoxes(ctx, q, f, yield)
	}
	var took rounds
	if !d.byExtract(q) && q.Begun == "" {
		if f, took, err = d.refined(ctx, q, f, say); err != nil {
			return err
		}
	}
	if d.byExtract(q) || f.nothing(q, modelFloor) && !f.seenOnly(q) {
		return d.extracted(ctx, q, f, say)
	}
	return d.written(ctx, q, f, took, yield)
}

// byExtract reports whether no model writes the answer.
func (d documents) byExtract(q Question) bool {
	return d.extract || q.Model.Name == "" || !q.Model.Level.AtLeast(Assist)
}

// ahead finds passages and tells them, unless that has been done for the question already.
func (d documents) ahead(ctx context.Context, q Question, say func(chat.Event) bool) (*findings, error) {
	if q.memo != nil && q.memo.told {
		return q.memo.found, nil
	}
	f, err := d.scoped(ctx, q)
	if err != nil {
		return nil, err
	}
	if !say(chat.Phase{Name: "search"}) {
		return nil, errLeft
	}
	if !f.searched {
		if err := d.awaitRead(ctx, q, f, say); err != nil {
			return nil, err
		}
	}
	if f, err = d.find(ctx, q); err != nil {
		return nil, err
	}
	floor := modelFloor
	if d.extract || q.Model.Name != "" && !q.Model.Level.AtLeast(Assist) {
		floor = extractFloor
	}
	f.nearest = len(q.Boxes) == 0 && f.nothing(q, floor) // somebody has pointed at a box
	if !say(f.event()) {
		return nil, errLeft
	}
	if q.memo != nil {
		q.memo.told = true
	}
	return f, nil
}

// Ahead finds passages and tells them.
func (d documents) Ahead(ctx context.Context, q Question, say func(chat.Event)) error {
	if !d.looks(q) || q.Begun != "" {
		return nil
	}
	_, err := d.ahead(ctx, q, func(ev chat.Event) bool {
		say(ev)
		return true
	})
	return err
}

// Unaided reports that no model is needed.
func (d documents) Unaided(_ context.Context, q Question) bool {
	return d.looks(q)
}

// looks reports whether there is something to look through for a question.
func (d documents) looks(q Question) bool {
	return d.library != nil && (q.Scope != ScopeNone || len(q.Boxes) > 0)
}

// fits says how well a question fits: surely where somebody has said what is to be looked through, and else by what is found.
func (d documents) fits(ctx context.Context, q Question) Fit {
	if !d.looks(q) || strings.TrimSpace(q.Text) == "" {
		return Unfit
	}
	if len(q.Boxes) > 0 {
		return Certain
	}
	f, err := d.scoped(ctx, q)
	if err != nil {
		return Possible // that it cannot be looked through is told where it is tried
	}
	if !f.all && (q.Scope != ScopeUsual || len(f.versions) > 0) {
		return Certain
	}
	if f, err = d.find(ctx, q); err != nil {
		return Unfit
	}
	switch {
	case f.nothing(q, extractFloor):
		if f.nothing(q, modelFloor) {
			return Unfit
		}
		return Possible
	}
	return Fitting
}

// extracted answers in the words of the documents: the sentence that answers best.
func (d documents) extracted(ctx context.Context, q Question, f *findings, say func(chat.Event) bool) error {
	if l, ok := q.lostLedger(); ok && !say(l) {
		return errLeft
	}
	if s, ok := f.sight(q); ok && !say(s) {
		return errLeft
	}
	out := d.proving(ctx, q, f, say)
	if f.nothing(q, extractFloor) || len(f.best) == 0 {
		if !f.nearest {
			f.nearest = true // what may have been enough for a model is not enough for an answer without
			if !say(f.event()) {
				return errLeft
			}
		}
		text := chat.Text(q.Language, chat.CodeAnswerNotFound)
		switch {
		case f.empty():
			text = chat.Text(q.Language, chat.CodeAnswerNothing)
		case len(f.shown) > 0:
			text += " " + chat.Text(q.Language, chat.CodeAnswerNearest)
		}
		if !say(chat.Delta{Text: text}) {
			return errLeft
		}
		return finish(say, chat.Finish{Reason: chat.FinishStop, Model: q.Model.Name})
	}
	if q.Begun != "" { // nothing goes on from a quotation: what there is is proven again
		out.begin(q.Begun)
		if !out.close() {
			return errLeft
		}
		return finish(say, chat.Finish{Reason: chat.FinishStop, Model: q.Model.Name})
	}
	s, lines := f.quotation()
	if !say(chat.Delta{Text: s.text}) || !out.tell(s, lines) || !out.verdict() {
		return errLeft
	}
	return finish(say, chat.Finish{Reason: chat.FinishStop, Model: q.Model.Name})
}

func finish(say func(chat.Event) bool, f chat.Finish) error {
	if !say(f) {
		return errLeft
	}
	return nil
}

// proving is an answer whose sentences are proven as they come.
type proving struct {
	prover *prover
	shown  []shown
	say    func(chat.Event) bool
	marks  marks
	cutter cutter
	cited  []int // passages that have been told as citations
	claims []chat.Claim
	idle   []string // sentences that claim nothing
	seen   bool     // whoever answers was shown pictures
	left   bool     // nobody listens any more
}

func (d documents) proving(ctx context.Context, q Question, f *findings, say func(chat.Event) bool) *proving {
	return &proving{prover: d.prover(ctx, q.Principal, f.shown), shown: f.shown, say: say, marks: marks{last: len(f.shown)},
		idle: []string{chat.Text(chat.Korean, chat.CodeAnswerNotFound), chat.Text(chat.English, chat.CodeAnswerNotFound)}}
}

// begin takes what the answer begins with, which has been told.
func (p *proving) begin(text string) {
	for _, s := range p.cutter.feed(text) {
		p.tell(s, nil)
	}
}

// feed takes a piece of the answer, tells what is certain of it, and proves the sentences that have ended. It reports false
// when nobody listens any more.
func (p *proving) feed(text string) bool { return p.pass(p.marks.feed(storable(text))) }

func (p *proving) pass(text string) bool {
	if text == "" {
		return !p.left
	}
	if !p.say(chat.Delta{Text: text}) {
		p.left = true
		return false
	}
	for _, s := range p.cutter.feed(text) {
		if !p.tell(s, nil) {
			return false
		}
	}
	return true
}

// close ends the answer.
func (p *proving) close() bool {
	if !p.pass(p.marks.close()) {
		return false
	}
	for _, s := range p.cutter.close() {
		if !p.tell(s, nil) {
			return false
		}
	}
	return p.verdict()
}

// tell proves a sentence, and tells the citations that are new and the claim.
func (p *proving) tell(s sentence, known map[int]line) bool {
	if slices.Contains(p.idle, s.text) {
		return true
	}
	c := p.prover.prove(s, known)
	if p.seen && len(c.Cites) == 0 {
		c.Seen, c.Missing = true, nil
	}
	for _, cite := range c.Cites {
		if slices.Contains(p.cited, cite.Index) {
			continue
		}
		p.cited = append(p.cited, cite.Index)
		one := p.shown[cite.Index-1]
		if !p.say(chat.Citation{Index: cite.Index, Title: one.Title, Source: one.Source, Where: one.Where, Snippet: p.prover.snippet(cite, one)}) {
			p.left = true
			return false
		}
	}
	p.claims = append(p.claims, c)
	p.left = !p.say(c)
	return !p.left
}

// snippet is the beginning of what a citation rests on.
func (p *prover) snippet(c chat.Cite, one shown) string {
	const most = 200 // characters
	text := one.Text
	if parts, ok := partsOf(text, c.Within); ok {
		text = strings.Join(parts, " ")
	}
	if paper := p.paper(one.version); paper != nil && len(c.Spans) > 0 {
		if texts, ok := paper.cited(c.Spans); ok {
			text = strings.Join(texts, " ")
		}
	}
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}

// verdict tells what was checked of all sentences, and what was not in order in one of them.
func (p *proving) verdict() bool {
	claims := slices.DeleteFunc(slices.Clone(p.claims), func(c chat.Claim) bool { return c.Seen }) // of these nothing was
	if len(claims) == 0 {
		return !p.left
	}
	var v chat.Verdict
	for _, kind := range []string{chat.CheckSource, chat.CheckNumbers, chat.CheckNames} {
		if slices.ContainsFunc(claims, func(c chat.Claim) bool { return !slices.Contains(c.Checked, kind) }) {
			v.Failed = append(v.Failed, kind)
		} else {
			v.Checked = append(v.Checked, kind)
		}
	}
	p.left = p.left || !p.say(v)
	return !p.left
}
