package assistant

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"exaone/chat"
	"exaone/store"
)

// Ask is what somebody asks. Regenerate and Continue name a message to be answered again or gone on with; without them
// Text is a new question.
type Ask struct {
	Conversation string  // "" begins one
	Parent       *string // the answer that the question follows; nil is the end of the branch that is shown, "" the beginning
	Text         string
	Attachments  json.RawMessage // a list; nil is none

	Mode  string // "" is what the conversation was last asked in, or auto
	Model string // "" is what the conversation was last asked of, or the usual one

	Scope Scope // the documents that the answer rests on; "" as usual

	Temporary bool   // of a conversation that this begins
	Folder    string // of a conversation that this begins

	Regenerate string // an answer, or the question itself: another answer to the same question
	Continue   string // an answer: another that begins with it and goes on

	Once string // what whoever asks calls this: asked twice under one name, it is one turn. "" is nothing
}

// Start puts a question and begins its answer. When it returns, both are on the disk and the answer is being written,
// however long the request lasts that asked. The errors are those of the store for what is not there,
// and CodeTurnEmpty, CodeTurnWriting, CodeTurnTooMany, CodeTurnTooManyYours, what Models.Enter refuses, CodeNoMode, CodeNotAnAnswer, CodeNotAQuestion, CodeShuttingDown,
// or, for a question that no window holds, CodeTooLong and CodeTooManyTokens: nothing is made then.
func (t *Turns) Start(ctx context.Context, who chat.Principal, ask Ask) (question, answer store.Message, err error) {
	if ask.Regenerate == "" && ask.Continue == "" && strings.TrimSpace(ask.Text) == "" {
		return question, answer, chat.NewError(chat.CodeTurnEmpty, nil)
	}
	free, err := t.alone(ctx, who, ask.Once)
	if err != nil {
		return question, answer, err
	}
	defer free()
	if question, answer, known, err := t.taken(ctx, who, ask.Once); known || err != nil {
		return question, answer, err
	}
	t.mu.Lock()
	err = t.admits(who)
	t.mu.Unlock()
	if err != nil {
		return question, answer, err
	}
	p, err := t.prepare(ctx, who, ask)
	if err != nil {
		return question, answer, err
	}
	if err = t.enter(ctx, &p); err != nil {
		return question, answer, err
	}
	begun := false
	defer func() { // also where something below panics: nobody would ever give the place back
		if !begun {
			p.leave()
		}
	}()
	if err := t.fitsAlone(ctx, p); err != nil {
		return question, answer, err
	}
	if question, answer, err = t.put(ctx, p); err != nil {
		return question, answer, err
	}
	one := t.newTurn(question, answer, p)
	if err := t.begin(one); err != nil {
		t.conclude(one, ended(one, nil, err, nil))
		one.cancel(nil)
		return question, answer, err
	}
	begun = true
	t.remember(ctx, p)
	return question, answer, nil
}

// enter lets a question in. A model that nobody named for this question may be none that they can use, any more or at all:
// it gives way to the usual one.
func (t *Turns) enter(ctx context.Context, p *proposal) (err error) {
	tokens := chat.GuessTokens(p.question.Text)
	p.pass, p.leave, err = t.opts.Models.Enter(ctx, p.who, p.model, tokens)
	if hasCode(err, chat.CodeNoModel) && p.yields() {
		p.pass, p.leave, err = t.opts.Models.Enter(ctx, p.who, p.model, tokens)
	}
	return err
}

// proposal is what somebody asks, with what it refers to.
type proposal struct {
	who          chat.Principal
	ask          Ask
	conversation store.Conversation // ID "" is one that is to begin
	question     store.Message      // ID "" is one that is to be put, with its Parent and Text
	begun        string
	mode         Mode
	scope        Scope
	with         with
	model        string // as it is asked for; "" is the usual one

	pass  string // with which it was let in
	leave func() // says that its answer has ended
}

// yields makes the model the usual one, unless it was named for this question, and reports whether it did.
func (p *proposal) yields() bool {
	if p.model == "" || p.model == p.ask.Model {
		return false
	}
	p.model = ""
	return true
}

// prepare looks up what somebody refers to.
func (t *Turns) prepare(ctx context.Context, who chat.Principal, ask Ask) (p proposal, err error) {
	p = proposal{who: who, ask: ask, scope: ask.Scope, question: store.Message{Text: ask.Text}}
	switch {
	case ask.Regenerate != "":
		err = t.again(ctx, &p, ask.Regenerate)
	case ask.Continue != "":
		err = t.again(ctx, &p, ask.Continue)
	case ask.Conversation != "":
		err = t.after(ctx, &p)
	}
	if err == nil {
		p.with, err = t.attached(ctx, p)
	}
	if err != nil {
		return p, err
	}
	return p, t.choose(ctx, &p)
}

// The names of the settings in which a person keeps how conversations begin.
const (
	modeSetting  = "default_mode"
	modelSetting = "default_model"
)

// choose fills in the mode and the model: what is asked for, or else what the conversation was asked in last, or else what
// the person usually wants. A mode that there is no more gives way to auto, unless it is asked for.
func (t *Turns) choose(ctx context.Context, p *proposal) error {
	mode, model := p.conversation.Mode, p.conversation.Model
	if p.conversation.ID == "" {
		if _, err := t.opts.Store.Setting(ctx, p.who, modeSetting, &mode); err != nil {
			return err
		}
		if _, err := t.opts.Store.Setting(ctx, p.who, modelSetting, &model); err != nil {
			return err
		}
	}
	if p.model = p.ask.Model; p.model == "" {
		p.model = model
	}
	if t.modes[mode] == nil {
		mode = Auto
	}
	if p.ask.Mode != "" {
		mode = p.ask.Mode
	}
	if p.mode = t.modes[mode]; p.mode == nil {
		return chat.NewError(chat.CodeNoMode, nil, mode)
	}
	p.mode = t.modeFor(p.mode, p.with.boxes)
	return nil
}

// again makes a proposal one of another answer to the question that a message is, or answers.
func (t *Turns) again(ctx context.Context, p *proposal, id string) error {
	m, err := t.opts.Store.Message(ctx, p.who, id)
	if err != nil {
		return err
	}
	if p.ask.Continue != "" {
		switch {
		case m.Role != chat.Assistant:
			return chat.NewError(chat.CodeNotAnAnswer, nil, id)
		case m.State == store.StateWriting:
			return chat.NewError(chat.CodeTurnWriting, nil, id)
		}
		p.begun = m.Text
	}
	if m.Role == chat.Assistant {
		if m, err = t.opts.Store.Message(ctx, p.who, m.Parent); err != nil {
			return err
		}
	}
	if m.Role != chat.User {
		return chat.NewError(chat.CodeNotAQuestion, nil)
	}
	p.question = m
	p.conversation, err = t.opts.Store.Conversation(ctx, p.who, m.Conversation)
	return err
}

// after finds what a new question in a conversation follows.
func (t *Turns) after(ctx context.Context, p *proposal) (err error) {
	if p.conversation, err = t.opts.Store.Conversation(ctx, p.who, p.ask.Conversation); err != nil {
		return err
	}
	if p.ask.Parent != nil {
		p.question.Parent = *p.ask.Parent
	} else {
		// What is shown last may have been deleted; what is above it has not.
		branch, err := t.opts.Store.Branch(ctx, p.who, p.conversation.ID, "")
		if err != nil {
			return err
		}
		for _, m := range branch {
			if m.Deleted.IsZero() {
				p.question.Parent = m.ID
			}
		}
	}
	if p.question.Parent == "" {
		return nil
	}
	m, err := t.opts.Store.Message(ctx, p.who, p.question.Parent)
	switch {
	case err != nil:
		return err
	case m.Conversation != p.conversation.ID:
		return chat.NewError(chat.CodeNoMessage, nil, m.ID)
	case m.State == store.StateWriting:
		return chat.NewError(chat.CodeTurnWriting, nil, m.ID)
	}
	return nil
}

// patience is how long whoever asks waits to hear whether the question fits. A model that is being loaded takes longer:
// then the turn itself says so.
const patience = 2 * time.Second

// fitsAlone is an error if there is no model that could answer, or its window is too small for the question alone.
func (t *Turns) fitsAlone(ctx context.Context, p proposal) error {
	heard := make(chan error, 1)
	// It goes on when nobody waits any more: loading a model half-way and then again helps nobody.
	err := t.background(func() {
		q, err := t.bare(t.life, p)
		if hasCode(err, chat.CodeNoModel) || hasCode(err, chat.CodeNoModelYet) { // what it refers to may say that none is needed
			q, err = t.whole(t.life, p)
		}
		if err == nil && q.Model.Name != "" {
			_, err = t.helps.plan(t.life, q, talk{t.helps}.prompt(q))
		}
		heard <- err
	})
	if err != nil {
		return err
	}
	soon := time.NewTimer(patience)
	defer soon.Stop()
	select {
	case err = <-heard:
	case <-soon.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told
	}
	return nil // what else is wrong the turn will meet, and keep
}

// put keeps the question, if it is new, and the answer that is to be written.
func (t *Turns) put(ctx context.Context, p proposal) (q, a store.Message, err error) {
	asked := store.MessageSpec{Conversation: p.conversation.ID, Parent: p.question.Parent, Text: p.ask.Text, Attachments: p.ask.Attachments}
	answer := store.MessageSpec{Mode: p.mode.Name(), Model: p.model, Once: p.ask.Once}
	switch {
	case p.question.ID != "":
		answer.Conversation, answer.Parent = p.conversation.ID, p.question.ID
		answer.Role, answer.State = chat.Assistant, store.StateWriting
		a, err = t.opts.Store.AddMessage(ctx, p.who, answer)
		return p.question, a, err
	case p.conversation.ID != "":
		return t.opts.Store.AddTurn(ctx, p.who, asked, answer)
	}
	spec := store.ConversationSpec{Title: titleByRule(p.ask.Text), Titled: store.TitledRule, Folder: p.ask.Folder,
		Mode: p.mode.Name(), Model: p.model, Temporary: p.ask.Temporary}
	_, q, a, err = t.opts.Store.StartConversation(ctx, p.who, spec, asked, answer)
	return q, a, err
}

// remember makes the mode and the model that were asked for those of the conversation.
func (t *Turns) remember(ctx context.Context, p proposal) {
	var change store.ConversationChange
	if p.ask.Mode != "" && p.ask.Mode != p.conversation.Mode {
		change.Mode = &p.ask.Mode
	}
	if p.ask.Model != "" && p.ask.Model != p.conversation.Model {
		change.Model = &p.ask.Model
	}
	if p.conversation.ID == "" || change == (store.ConversationChange{}) {
		return
	}
	if _, err := t.opts.Store.UpdateConversation(context.WithoutCancel(ctx), p.who, p.conversation.ID, change); err != nil {
		t.opts.Log.Warn("what a conversation was asked in is not remembered", "conversation", p.conversation.ID, "err", err)
	}
}
