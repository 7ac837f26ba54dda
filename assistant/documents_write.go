package assistant

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
)

// errReading says that reading what an answer rests on has taken too long to be waited for.
var errReading = errors.New("documents are still being read")

// markText is a citation as answers have it.
func markText(index int) string { return "[" + strconv.Itoa(index) + "]" }

// written has a model write an answer that rests on what was found, and proves it.
func (d documents) written(ctx context.Context, q Question, f *findings, took rounds, yield func(chat.Event, error) bool) error {
	w, err := d.fit(ctx, q, f)
	if err != nil {
		return err
	}
	if len(w.kept) == 0 && !f.seenOnly(q) { // none fits into the window: what a model would say rests on nothing
		return d.extracted(ctx, q, f, func(ev chat.Event) bool { return yield(ev, nil) })
	}
	ledger, err := d.account(ctx, w)
	if err != nil {
		return err
	}
	req, err := d.continued(ctx, q, w.req)
	if err != nil {
		return err
	}
	if !yield(took.in(ledger), nil) {
		return errLeft
	}
	if s, ok := w.sight(); ok && !yield(s, nil) {
		return errLeft
	}
	out := d.proving(ctx, q, f, func(ev chat.Event) bool { return yield(ev, nil) })
	out.marks.only, out.seen = append([]int{}, w.kept...), f.seenOnly(q)
	out.begin(q.Begun)
	for ev, err := range d.constrained(ctx, req) {
		if err != nil {
			return err
		}
		if _, over := ev.(chat.Finish); over && out.abstains() && !f.nearest {
			f.nearest = true
			if !yield(f.event(), nil) {
				return errLeft
			}
		}
		if !out.hear(ev) {
			return errLeft
		}
	}
	return nil
}

// hear takes what the model says. It reports false when nobody listens any more.
func (p *proving) hear(ev chat.Event) bool {
	switch ev := ev.(type) {
	case chat.Delta:
		if ev.Thinking != "" && !p.say(chat.Delta{Thinking: ev.Thinking}) {
			p.left = true
			return false
		}
		return p.feed(ev.Text)
	case chat.Finish:
		if !p.close() {
			return false
		}
		p.left = !p.say(ev)
		return !p.left
	case chat.Echo, chat.Phase, chat.CallDelta, chat.Call, chat.Result, chat.Citation, chat.Table, chat.Chart, chat.File,
		chat.Approval, chat.Ledger, chat.Verdict, chat.Passages, chat.Claim, chat.Sight, chat.Unknown:
		p.left = !p.say(ev)
	}
	return !p.left
}

// abstains reports whether all that was said is that there is no answer.
func (p *proving) abstains() bool {
	return len(p.claims) == 0 && slices.Contains(p.idle, strings.TrimSpace(p.cutter.held))
}

// continued is a request whose answer goes on from what the question's answer begins with, if it begins with something.
func (a *Assistant) continued(ctx context.Context, q Question, req chat.Request) (chat.Request, error) {
	if q.Begun == "" {
		return req, nil
	}
	on, able, err := a.models.Continue(ctx, req, q.Begun)
	if err != nil || able {
		return on, err
	}
	req.Messages = append(slices.Clone(req.Messages), chat.Message{Role: chat.Assistant, Text: broken(q.Begun)},
		chat.Message{Role: chat.User, Text: chat.Text(q.Language, chat.CodeAskGoOn)})
	return req, nil
}

// mostSentences bounds an answer, and longestWritten a sentence of it, in characters.
const (
	mostSentences  = 12
	longestWritten = 240
)

// answerGrammar lets an answer be sentences, each with the passages at its end that it rests on, or that there is no answer. A
// passage that the model has not seen cannot be written. A full stop in a sentence is one of a number or a date. Whoever was shown
// pictures may say what only these show, without a citation.
func answerGrammar(ids []int, none string, seen bool) string {
	cites := `cite{1,3}`
	if seen {
		cites = `cite{0,3}`
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = strconv.Quote(strconv.Itoa(id))
	}
	return strings.Join([]string{
		`root ::= none | gap? sentence (gap sentence){0,` + strconv.Itoa(mostSentences-1) + `}`,
		`none ::= ` + strconv.Quote(none),
		`sentence ::= first piece{1,` + strconv.Itoa(longestWritten) + `} stop? " "? ` + cites + ` "."?`,
		`first ::= [^ \t\r\n.?!。！？…\[\]］［]`,
		`piece ::= [^\t\r\n.?!。！？…\[\]］［] | "." [0-9A-Za-z] | [0-9] ". " [0-9]`,
		`stop ::= [.?!]`,
		`cite ::= "[" id "]"`,
		`id ::= ` + strings.Join(names, " | "),
		`gap ::= " " | "\n" | "\n- " | "\n\n"`,
	}, "\n")
}
