package assistant

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"time"

	"exaone/chat"
	"exaone/store"
)

// slowModel is how long finding out about a model may take before those who follow are told that it is being loaded.
const slowModel = 300 * time.Millisecond

// questionOf is what the mode of a turn is asked. What the mode has to tell before it is known which model answers is told.
func (t *Turns) questionOf(ctx context.Context, one *turn) (Question, error) {
	who := t.ownerOf(one)
	c, err := t.opts.Store.Conversation(ctx, who, one.answer.Conversation)
	if err != nil {
		return Question{}, err
	}
	p := proposal{who: who, conversation: c, question: one.question, begun: one.begun, mode: one.mode, model: one.answer.Model, pass: one.pass, scope: one.scope}
	if p.with, err = t.attached(ctx, p); err != nil {
		return Question{}, err
	}
	q, err := t.history(ctx, p)
	if err != nil {
		return q, err
	}
	if one.again {
		h := fnv.New64a()
		h.Write([]byte(one.answer.ID))
		q.Seed = h.Sum64() | 1
	}
	q.remember()
	if a, ok := one.mode.(Ahead); ok {
		if err := a.Ahead(ctx, q, one.record.add); err != nil {
			return q, err
		}
	}
	told := make(chan struct{})
	loading := time.AfterFunc(slowModel, func() {
		one.record.add(chat.Phase{Name: "load"})
		close(told)
	})
	defer func() {
		if !loading.Stop() {
			<-told // nothing is recorded behind the turn's back
		}
	}()
	q.Model, err = t.describe(ctx, p, q)
	return q, err
}

// asked is a proposal's question without the conversation before it, and without a model.
func (t *Turns) asked(ctx context.Context, p proposal) (q Question, err error) {
	q = Question{Principal: p.who, Pass: p.pass, Conversation: p.conversation.ID, Message: p.question.ID, Text: p.question.Text, Begun: p.begun,
		Scope: p.scope, Boxes: p.with.boxes, Pictures: p.with.pictures, Unshown: p.with.unshown, Language: LanguageOf(p.question.Text)}
	q.attached = attachesDocument(p.attachments())
	folder := p.conversation.Folder
	if p.conversation.ID == "" {
		folder = p.ask.Folder
	}
	q.Instructions, err = t.instructions(ctx, p.who, folder)
	return q, err
}

// bare is a proposal's question without the conversation before it.
func (t *Turns) bare(ctx context.Context, p proposal) (q Question, err error) {
	if q, err = t.asked(ctx, p); err == nil {
		q.Model, err = t.describe(ctx, p, q)
	}
	return q, err
}

// whole is a proposal's question with the conversation before it.
func (t *Turns) whole(ctx context.Context, p proposal) (Question, error) {
	q, err := t.history(ctx, p)
	if err == nil {
		q.Model, err = t.describe(ctx, p, q)
	}
	return q, err
}

// describe is the model of a question. Where there is none at all, and the mode can do without, it has no name.
func (t *Turns) describe(ctx context.Context, p proposal, q Question) (Model, error) {
	m, err := t.opts.Models.Describe(ctx, p.who, p.model)
	if p.model != "" || !hasCode(err, chat.CodeNoModel) && !hasCode(err, chat.CodeNoModelYet) {
		return m, err
	}
	q.remember()
	if u, ok := p.mode.(Unaided); ok && (u.Unaided(ctx, q) || t.helps.library != nil && attachesDocument(p.ask.Attachments)) {
		return Model{}, nil
	}
	return m, err
}

// attachesDocument reports whether a question comes with a document.
func attachesDocument(attachments json.RawMessage) bool {
	var all []struct{ Document string }
	return len(attachments) > 0 && json.Unmarshal(attachments, &all) == nil &&
		slices.ContainsFunc(all, func(a struct{ Document string }) bool { return a.Document != "" })
}

// history is a proposal's question with the conversation before it, and without a model.
func (t *Turns) history(ctx context.Context, p proposal) (Question, error) {
	q, err := t.asked(ctx, p)
	if err != nil || p.question.Parent == "" {
		return q, err
	}
	branch, err := t.opts.Store.Branch(ctx, p.who, p.conversation.ID, p.question.Parent)
	if err != nil {
		return q, err
	}
	texts := []string{q.Text}
	told := false // the question before came with documents, whose words its answer may have
	for _, m := range branch {
		if m.Deleted.IsZero() {
			said := Said{ID: m.ID, Role: m.Role, Text: m.Text, Cut: m.Cut}
			if m.Role == chat.User {
				if told = attachesDocument(m.Attachments); told {
					if err := q.rememberAttached(m.Attachments); err != nil {
						return q, err
					}
				}
			} else if told || m.Mode != (talk{}).Name() { // it may say what a document does
				said.Text = broken(said.Text)
			}
			q.History = append(q.History, said)
		}
	}
	for i := len(q.History) - 1; i >= 0 && len(texts) < 8 && !q.History[i].Cut; i-- {
		texts = append(texts, q.History[i].Text)
	}
	q.Language = LanguageOf(texts...)
	q.Summaries, err = t.summaries(ctx, p.who, p.conversation.ID)
	return q, err
}

// rememberAttached notes what came with a question before, which is the next of the history.
func (q *Question) rememberAttached(attachments json.RawMessage) error {
	came, err := store.AttachedDocuments(attachments)
	if err == nil && len(came) > 0 {
		q.earlier = append(q.earlier, attachedBefore{len(q.History), came})
	}
	return err
}

// instructionsSetting is the name of the setting in which a person keeps what the model is to read first.
const instructionsSetting = "instructions"

// instructions are what a person, and a folder, want the model to read first.
func (t *Turns) instructions(ctx context.Context, who chat.Principal, folder string) ([]string, error) {
	var all []string
	var own string
	if _, err := t.opts.Store.Setting(ctx, who, instructionsSetting, &own); err != nil {
		return nil, err
	}
	if own != "" {
		all = append(all, own)
	}
	if folder == "" {
		return all, nil
	}
	f, err := t.opts.Store.Folder(ctx, who, folder)
	if hasCode(err, chat.CodeNoFolder) { // deleted meanwhile
		return all, nil
	}
	if f.Instructions != "" {
		all = append(all, f.Instructions)
	}
	return all, err
}

// summaries are those of a conversation.
func (t *Turns) summaries(ctx context.Context, who chat.Principal, conversation string) ([]Summary, error) {
	kept, err := t.opts.Store.Summaries(ctx, who, conversation)
	all := make([]Summary, len(kept))
	for i, s := range kept {
		all[i] = Summary{ID: s.ID, Until: s.Until, Text: broken(s.Text), Undone: !s.Undone.IsZero()}
	}
	return all, err
}

// keepSummary keeps a summary that a mode had made. If it cannot be kept, this answer has it all the same.
func (t *Turns) keepSummary(ctx context.Context, q Question, s Summary) Summary {
	kept, err := t.opts.Store.AddSummary(ctx, t.asker(q), q.Conversation, s.Until, s.Text, q.Model.Name)
	if err != nil {
		t.opts.Log.Warn("a summary is not kept", "conversation", q.Conversation, "err", err)
	}
	s.ID = kept.ID
	return s
}

// Preview tells what would go into the window for a question in its mode before it is asked; the question may be empty. Nothing is made,
// and no model is asked; the errors are those of Start.
func (t *Turns) Preview(ctx context.Context, who chat.Principal, ask Ask) (chat.Ledger, error) {
	p, err := t.prepare(ctx, who, ask)
	if err != nil {
		return chat.Ledger{}, err
	}
	q, err := t.whole(ctx, p)
	if hasCode(err, chat.CodeNoModel) && p.yields() {
		q, err = t.whole(ctx, p)
	}
	if err != nil {
		return chat.Ledger{}, err
	}
	return t.helps.previewOf(ctx, p.mode, q)
}

// giveTitle has the model name a conversation after its first answer, in the place of the rule's name. What a person
// named stays as it is. It ends when the answer would have: somebody who may go on no more has nothing named either.
func (t *Turns) giveTitle(one *turn, q Question) {
	if len(q.History) > 0 || !q.Model.Level.AtLeast(Assist) {
		return
	}
	ctx := one.ctx
	c, err := t.opts.Store.Conversation(ctx, t.ownerOf(one), q.Conversation)
	if err != nil || c.Titled == store.TitledModel || c.Titled == store.TitledPerson {
		return
	}
	title, byModel, err := t.helps.title(ctx, q)
	if err == nil && byModel {
		titled := store.TitledModel
		_, err = t.opts.Store.UpdateConversation(ctx, t.ownerOf(one), c.ID, store.ConversationChange{Title: &title, Titled: &titled})
	}
	if err != nil && ctx.Err() == nil {
		t.opts.Log.Info("a conversation keeps the title that the rule gave", "conversation", c.ID, "err", err)
	}
}
