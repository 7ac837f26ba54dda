package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/people"
	"exaone/store"
)

// endless is a model that never stops talking.
type endless struct{}

func (endless) Chat(ctx context.Context, _ chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for yield(chat.Delta{Text: "말 "}, nil) {
			select {
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
}

// thing makes something of a kind for whoever asks and returns its id; "" if there is no such thing.
type thing func(p *place, kind string, who chat.Principal) string

// things are what a request may be about, by the word after $.
var things = map[string]thing{
	"attached":     newAttached,
	"announcement": alone(newAnnouncement, (*store.Store).DeleteAnnouncement),
	"collection":   newCollection,
	"conversation": newConversation,
	"document":     newDocumentOf,
	"file":         newFile,
	"folder":       alone(newFolder, (*store.Store).DeleteFolder),
	"invite":       alone(newInvite, (*store.Store).RevokeLink),
	"key":          alone(newKeyOf, (*store.Store).RevokeKey),
	"message":      newMessage,
	"person":       newPerson,
	"prompt":       newPrompt,
	"rated":        newRated,
	"secret":       newSecret,
	"session":      alone(newSession, (*store.Store).EndSession),
	"share":        newShare,
	"summary":      newSummary,
	"team":         newTeam,
	"version":      newVersionOf,
}

var placeholder = regexp.MustCompile(`\$[a-z]+`)

// fill makes what a request is about and returns its path and body. $owner is whose the thing before it is.
func (p *place) fill(r rule, kind string, who chat.Principal) (path, body string, ok bool) {
	p.t.Helper()
	ok = true
	put := func(word string) string {
		if word == "$owner" {
			return p.owner(kind, who).ID
		}
		if word == "$other" {
			return p.other.ID
		}
		if word == "$word" { // one that nobody has used
			p.made++
			return fmt.Sprint("word-", p.made)
		}
		make, known := things[word[1:]]
		if !known {
			p.t.Fatalf("%s: there is no %s in things", r.route, word)
		}
		id := make(p, kind, who)
		ok = ok && id != ""
		return id
	}
	return placeholder.ReplaceAllStringFunc(r.path, put), placeholder.ReplaceAllStringFunc(r.body, put), ok
}

// owner is whose things of a kind are.
func (p *place) owner(kind string, who chat.Principal) chat.Principal {
	if kind == "own" || kind == "deleted" {
		return who
	}
	return p.other
}

// check ends the test if something could not be made.
func (p *place) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// talk is a conversation of a kind with an answer.
func (p *place) talk(kind string, who chat.Principal) (c store.Conversation, answer store.Message) {
	p.t.Helper()
	ctx, owner := p.t.Context(), p.owner(kind, who)
	c, _, answer, err := p.store.StartConversation(ctx, owner, store.ConversationSpec{Title: "감나무"},
		store.MessageSpec{Text: "감은 언제 익나요?"}, store.MessageSpec{})
	p.check(err)
	p.check(p.store.FinishMessage(ctx, answer.ID, store.MessageEnd{State: store.StateDone, Text: "가을에 익습니다.", Finish: "stop"}))
	if kind == "shared" {
		_, _, err := p.store.CreateShare(ctx, owner, store.ShareSpec{Conversation: c.ID, Audience: p.audience(who)})
		p.check(err)
	}
	return c, answer
}

// audience is whoever asks; local is nobody that one can share with but everybody.
func (p *place) audience(who chat.Principal) []string {
	if who.Role == people.Local || who.Role == "" {
		return []string{"*"}
	}
	return []string{who.ID}
}

// drop deletes a conversation that was made to have been deleted.
func (p *place) drop(kind string, who chat.Principal, c store.Conversation) {
	p.t.Helper()
	if kind == "deleted" {
		p.check(p.store.DeleteConversations(p.t.Context(), who, []string{c.ID}))
	}
}

func newConversation(p *place, kind string, who chat.Principal) string {
	c, _ := p.talk(kind, who)
	p.drop(kind, who, c)
	return c.ID
}

func newMessage(p *place, kind string, who chat.Principal) string {
	c, answer := p.talk(kind, who)
	p.drop(kind, who, c)
	return answer.ID
}

// newRated is an answer that its owner has rated.
func newRated(p *place, kind string, who chat.Principal) string {
	c, answer := p.talk(kind, who)
	p.check(p.store.Rate(p.t.Context(), p.owner(kind, who), answer.ID, store.RatingSpec{Value: -1, Reasons: []string{}}))
	p.drop(kind, who, c)
	return answer.ID
}

func newSummary(p *place, kind string, who chat.Principal) string {
	c, answer := p.talk(kind, who)
	one, err := p.store.AddSummary(p.t.Context(), p.owner(kind, who), c.ID, answer.ID, "감은 가을에 익는다.", "good")
	p.check(err)
	p.drop(kind, who, c)
	return one.ID
}

// newShare is the id of a share, newSecret what its link has.
func newShare(p *place, kind string, who chat.Principal) string {
	if kind == "shared" {
		return "" // a share is its owner's
	}
	_, share := p.share(kind, who)
	return share.ID
}

func newSecret(p *place, kind string, who chat.Principal) string {
	secret, _ := p.share(kind, who)
	return secret
}

// newAttached is the file of the share that was made before it.
func newAttached(p *place, _ string, _ chat.Principal) string { return p.attached }

// share shares a conversation with a file in it.
func (p *place) share(kind string, who chat.Principal) (string, store.Share) {
	p.t.Helper()
	ctx, owner := p.t.Context(), p.owner(kind, who)
	c, answer := p.talk("own", owner)
	b, err := p.store.PutBlob(ctx, owner, "upload:1", "text/plain", strings.NewReader(rand.Text()))
	p.check(err)
	p.attached = b.Hash
	_, err = p.store.AddMessage(ctx, owner, store.MessageSpec{Conversation: c.ID, Parent: answer.ID, Role: chat.User, Text: "이 파일은?",
		Attachments: fmt.Appendf(nil, `[{"name":"감.txt","blob":%q}]`, b.Hash)})
	p.check(err)
	audience := []string{p.other.ID}
	if kind == "shared" {
		audience = p.audience(who)
	}
	secret, share, err := p.store.CreateShare(ctx, owner, store.ShareSpec{Conversation: c.ID, Audience: audience})
	p.check(err)
	if kind == "deleted" {
		p.check(p.store.RevokeShare(ctx, owner, share.ID))
	}
	return secret, share
}

// alone is of things that nobody shares: made by create, taken away by remove.
func alone(create func(context.Context, *store.Store, chat.Principal) (id string, err error),
	remove func(*store.Store, context.Context, chat.Principal, string) error) thing {
	return func(p *place, kind string, who chat.Principal) string {
		if kind == "shared" {
			return ""
		}
		id, err := create(p.t.Context(), p.store, p.owner(kind, who))
		p.check(err)
		if kind == "deleted" {
			p.check(remove(p.store, p.t.Context(), who, id))
		}
		return id
	}
}

func newAnnouncement(ctx context.Context, s *store.Store, owner chat.Principal) (string, error) {
	one, err := s.CreateAnnouncement(ctx, owner, store.AnnouncementSpec{Level: store.LevelInfo, Korean: "점검"})
	return one.ID, err
}

func newFolder(ctx context.Context, s *store.Store, owner chat.Principal) (string, error) {
	one, err := s.CreateFolder(ctx, owner, store.FolderSpec{Name: "과일"})
	return one.ID, err
}

func newInvite(ctx context.Context, s *store.Store, owner chat.Principal) (string, error) {
	_, one, err := s.CreateLink(ctx, owner, store.LinkSpec{Kind: store.LinkInvite, Role: people.Member})
	return one.ID, err
}

func newKeyOf(ctx context.Context, s *store.Store, owner chat.Principal) (string, error) {
	_, one, err := s.CreateKey(ctx, owner, store.KeySpec{Name: "laptop", Scopes: []store.Scope{store.ScopeInference}})
	return one.ID, err
}

func newSession(ctx context.Context, s *store.Store, owner chat.Principal) (string, error) {
	_, one, err := s.CreateSession(ctx, owner, store.SessionSpec{})
	return one.ID, err
}

func newPrompt(p *place, kind string, who chat.Principal) string {
	p.made++
	spec := store.PromptSpec{Name: fmt.Sprint("prompt-", p.made), Title: "요약", Text: "{{글}}을 요약해 줘"}
	if kind == "shared" {
		spec.Audience = "*"
	}
	one, err := p.store.CreatePrompt(p.t.Context(), p.owner(kind, who), spec)
	p.check(err)
	if kind == "deleted" {
		p.check(p.store.DeletePrompt(p.t.Context(), who, one.ID))
	}
	return one.ID
}

// newPerson is whoever asks, somebody else, or somebody who has left.
func newPerson(p *place, kind string, who chat.Principal) string {
	switch kind {
	case "own":
		return who.ID
	case "foreign":
		return p.person("somebody", people.Member).ID
	case "deleted":
		gone := p.person("somebody who left", people.Member)
		p.check(p.store.Depart(p.t.Context(), store.System, gone.ID, p.other.ID))
		return gone.ID
	}
	return ""
}

// newTeam is one that whoever asks is in, one that they are not in, or one that is no more.
func newTeam(p *place, kind string, who chat.Principal) string {
	if kind == "shared" {
		return ""
	}
	ctx := p.t.Context()
	p.made++
	team, err := p.store.CreateTeam(ctx, store.System, fmt.Sprint("team ", p.made))
	p.check(err)
	switch {
	case kind == "deleted":
		p.check(p.store.DeleteTeam(ctx, store.System, team.ID))
	case kind == "own" && who.Role != people.Local && who.Role != "":
		p.check(p.store.SetMembers(ctx, store.System, team.ID, []string{who.ID}))
	}
	return team.ID
}

// newFile is a file that something of whoever asks, or of somebody else, refers to. No two have the same content.
func newFile(p *place, kind string, who chat.Principal) string {
	if kind == "shared" {
		return ""
	}
	ctx, owner := p.t.Context(), p.owner(kind, who)
	b, err := p.store.PutBlob(ctx, owner, "message:1", "text/plain", strings.NewReader(rand.Text()))
	p.check(err)
	if kind == "deleted" {
		p.check(p.store.ReleaseBlob(ctx, owner, "message:1", b.Hash))
	}
	return b.Hash
}

// drawsHere draws pages in this process.
func drawsHere(ctx context.Context, path, name string, v document.View) (document.Drawing, error) {
	return document.DrawFile(ctx, path, name, v, document.Options{})
}

// newDocument is a document that has been read, with one version.
func (p *place) newDocument(kind string, who chat.Principal) (store.Document, store.Version) {
	p.t.Helper()
	ctx, owner := p.t.Context(), p.owner(kind, who)
	spec := store.DocumentSpec{Name: "감.txt", Mime: "text/plain"}
	if kind == "shared" {
		spec.Readers = p.audience(who)
	}
	d, v := bringDocument(p.t, p.store, p.shelf, owner, spec, "감은 가을에 익는다. "+rand.Text())
	if kind == "deleted" {
		p.check(p.store.DeleteDocument(ctx, who, d.ID))
	}
	return d, v
}

func newDocumentOf(p *place, kind string, who chat.Principal) string {
	d, _ := p.newDocument(kind, who)
	return d.ID
}

// newCollection is a collection without documents.
func newCollection(p *place, kind string, who chat.Principal) string {
	p.t.Helper()
	spec := store.CollectionSpec{Name: "과일"}
	if kind == "shared" {
		spec.Readers = p.audience(who)
	}
	c, err := p.store.AddCollection(p.t.Context(), p.owner(kind, who), spec)
	p.check(err)
	if kind == "deleted" {
		p.check(p.store.DeleteCollection(p.t.Context(), who, c.ID))
	}
	return c.ID
}

func newVersionOf(p *place, kind string, who chat.Principal) string {
	_, v := p.newDocument(kind, who)
	return v.ID
}
