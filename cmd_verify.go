package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"exaone/assistant"
	"exaone/chat"
	"exaone/intake"
	"exaone/store"
)

// verifyCmd checks answers again: whether what they cite is in the documents as it was cited, and has the numbers that the
// answer has. What was kept of the first check is not believed.
type verifyCmd struct {
	ID   string `arg:"" placeholder:"ID"`
	JSON bool   `name:"json" help:"verify-json"`
}

// verifiedAnswer is what came of one answer.
type verifiedAnswer struct {
	Message   string          `json:"message"`
	Holds     bool            `json:"holds"`
	Sentences assistant.Tally `json:"sentences"`
	Rows      assistant.Tally `json:"rows"` // of tables whose cells rest on their sources
	assistant.Proof
}

// Run checks the answer, or the answers of the conversation, of an id. One false citation makes the exit code 1.
func (c *verifyCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	owner, answers, err := st.Answers(app.ctx, app.who, c.ID)
	if err != nil {
		return err
	}
	archive := intake.NewArchive(st, filepath.Join(st.Dir(), documentsOfData))
	whole := true
	for _, a := range answers {
		proof, err := assistant.Verify(app.ctx, owner, archive, a.Text, decodedEvents(a.Events))
		if err != nil {
			return err
		}
		whole = whole && proof.Holds()
		if c.JSON {
			err = json.NewEncoder(app.out).Encode(verifiedAnswer{a.ID, proof.Holds(), proof.Sentences(), proof.Rows(), proof})
		} else {
			err = writeProof(app, a.ID, proof)
		}
		if err != nil {
			return err
		}
	}
	if !whole {
		return &silentError{exitFailed}
	}
	return nil
}

// decodedEvents are events of the store as package chat has them.
func decodedEvents(all []store.Event) []chat.Event {
	out := make([]chat.Event, len(all))
	for i, e := range all {
		out[i] = chat.DecodeEvent(e.Kind, e.Version, e.Data)
	}
	return out
}

// writeProof writes what has become of each sentence of an answer and each row of its tables, and sums of both.
func writeProof(app *app, id string, p assistant.Proof) error {
	ink := inkOf(app.outTTY)
	fmt.Fprintln(app.out, ink.bold(id))
	if len(p.Claims) == 0 && len(p.Stray) == 0 {
		_, err := fmt.Fprintln(app.out, "  "+app.text(chat.CodeCLIVerifyNone))
		return err
	}
	for _, c := range p.Claims {
		state := claimState(app, c)
		switch {
		case c.False:
			state = ink.warn(state)
		case c.Struck:
			state = ink.faint(state)
		case len(c.Cites) > 0 && allHold(c):
			state = ink.quote(state)
		}
		fmt.Fprintf(app.out, "  %s  %s\n", state, inLine(strings.Join(strings.Fields(c.Text), " ")))
	}
	for _, n := range p.Stray {
		fmt.Fprintf(app.out, "  %s  [%d]\n", ink.warn(app.text(chat.CodeCLIVerifyStray)), n)
	}
	sum := p.Sentences()
	_, err := fmt.Fprintln(app.out, "  "+app.text(chat.CodeCLIVerifySum, sum.All, sum.Held, sum.Struck, sum.False, sum.Unchecked))
	if rows := p.Rows(); rows.All > 0 && err == nil {
		_, err = fmt.Fprintln(app.out, "  "+app.text(chat.CodeCLIVerifyRows, rows.All, rows.Held, rows.Struck, rows.False, rows.Unchecked))
	}
	return err
}

func allHold(c assistant.Proved) bool {
	for _, one := range c.Cites {
		if one.State != assistant.CiteHolds {
			return false
		}
	}
	return true
}

// claimState says what has become of a sentence: the worst of its citations first.
func claimState(app *app, c assistant.Proved) string {
	texts := map[assistant.CiteStatus]chat.Code{
		assistant.CiteUnknown: chat.CodeCLIVerifyUnknown, assistant.CiteAbsent: chat.CodeCLIVerifyAbsent, assistant.CiteChanged: chat.CodeCLIVerifyChanged,
		assistant.CiteDeleted: chat.CodeCLIVerifyDeleted, assistant.CiteWithheld: chat.CodeCLIVerifyWithheld, assistant.CiteUnread: chat.CodeCLIVerifyUnread,
	}
	for _, state := range []assistant.CiteStatus{assistant.CiteUnknown, assistant.CiteAbsent, assistant.CiteChanged, assistant.CiteDeleted,
		assistant.CiteWithheld, assistant.CiteUnread} {
		for _, one := range c.Cites {
			if one.State == state {
				return app.text(texts[state])
			}
		}
	}
	switch {
	case c.Bare:
		return app.text(chat.CodeRowUnchecked)
	case len(c.Missing) > 0:
		return inLine(app.text(chat.CodeCLIVerifyMissing, strings.Join(c.Missing, ", ")))
	case len(c.Cites) == 0:
		return app.text(chat.CodeCLIVerifyUncited)
	}
	return app.text(chat.CodeCLIVerifyOK)
}
