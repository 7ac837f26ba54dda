package web

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/intake"
	"exaone/store"
)

// heldDocument and heldCollection are what the test knows of documents and collections: who may read them follows from them by
// rules that are written here a second time, and nowhere asks the store.
type heldDocument struct {
	id, version, hash, word string
	owner                   string
	collection              *heldCollection
	inherits, deleted, mail bool
	readers                 []string
}

type heldCollection struct {
	id, word, owner string
	parent          *heldCollection
	readers         []string
}

// heldWorld is all of it.
type heldWorld struct {
	team        string
	members     []string
	documents   []*heldDocument
	collections []*heldCollection
}

// names reports whether somebody is among readers.
func (h *heldWorld) names(readers []string, who string) bool {
	return slices.Contains(readers, who) || slices.Contains(readers, store.Everybody) ||
		slices.Contains(readers, h.team) && slices.Contains(h.members, who)
}

func (h *heldWorld) sees(who string, c *heldCollection) bool {
	for at := c; at != nil; at = at.parent {
		if h.names(at.readers, who) {
			return true
		}
	}
	return c != nil && c.owner == who
}

func (h *heldWorld) reads(who string, d *heldDocument) bool {
	switch {
	case d.deleted:
		return false
	case d.owner == who:
		return true
	case d.inherits:
		return h.sees(who, d.collection)
	}
	return h.names(d.readers, who)
}

// secrets of a reply: the words and ids of documents, and of collections.
var secretWord = regexp.MustCompile(`qx\d{5}z|cy\d{4}z|(?:document|version|collection)-[a-z2-7]{16}`)

// permissionWorld is a server with documents, and what the test knows of them.
type permissionWorld struct {
	*heldWorld
	*world
	t      *testing.T
	r      *rand.Rand
	people []*visitor
	of     map[string]any // a *heldDocument or *heldCollection, by word and id
	asked  int            // replies that were looked at
	leaks  int
	shown  int // words that were rightly shown
}

func newPermissionWorld(t *testing.T) *permissionWorld {
	t.Helper()
	var shelf *intake.Shelf
	w := newWorld(t, func(o *Options) {
		var err error
		shelf, err = intake.Open(t.Context(), intake.Options{Store: o.Store, Dir: t.TempDir(), Reader: readsHere{}, Draw: drawsHere, Extract: extractsHere, Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		turns, err := assistant.NewTurns(t.Context(), assistant.Options{Store: o.Store, Models: noModels{}, Library: shelf, Every: 5 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := turns.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
		})
		o.Documents, o.Turns = shelf, turns
	})
	t.Cleanup(func() {
		if err := shelf.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &permissionWorld{heldWorld: &heldWorld{}, world: w, t: t, r: rand.New(rand.NewPCG(8, 1)), of: map[string]any{}}
	for _, name := range []string{"ann", "bob", "cho"} {
		p.people = append(p.people, w.join(name, "member"))
	}
	team, err := w.store.CreateTeam(t.Context(), store.System, "연구소")
	p.check(err)
	p.team = team.ID
	return p
}

func (p *permissionWorld) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// someReaders are readers by chance: mostly few.
func (p *permissionWorld) someReaders() []string {
	all := []string{p.people[0].who.ID, p.people[1].who.ID, p.people[2].who.ID, p.team, store.Everybody}
	var some []string
	for i, one := range all {
		if p.r.IntN(5) == 0 && (i < 4 || p.r.IntN(3) == 0) {
			some = append(some, one)
		}
	}
	return some
}

func some[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// owned is a collection of somebody's, or none.
func (p *permissionWorld) owned(who string) *heldCollection {
	var all []*heldCollection
	for _, c := range p.collections {
		if c.owner == who {
			all = append(all, c)
		}
	}
	if len(all) == 0 || p.r.IntN(3) == 0 {
		return nil
	}
	return some(p.r, all)
}

func idOf(c *heldCollection) string {
	if c == nil {
		return ""
	}
	return c.id
}

func (p *permissionWorld) addCollection() {
	who := some(p.r, p.people[:2]).who
	c := &heldCollection{word: fmt.Sprintf("cy%04dz", len(p.collections)), owner: who.ID, parent: p.owned(who.ID), readers: p.someReaders()}
	made, err := p.store.AddCollection(p.t.Context(), who, store.CollectionSpec{Name: "서랍 " + c.word, Parent: idOf(c.parent), Readers: c.readers})
	p.check(err)
	c.id = made.ID
	p.collections = append(p.collections, c)
	p.of[c.word], p.of[c.id] = c, c
}

func (p *permissionWorld) addDocument() {
	who := some(p.r, p.people[:2]).who
	d := &heldDocument{word: fmt.Sprintf("qx%05dz", len(p.documents)), owner: who.ID, collection: p.owned(who.ID)}
	spec := store.DocumentSpec{Name: d.word + ".txt", Mime: "text/plain", Collection: idOf(d.collection)}
	text := "# " + d.word + "\n\n공통 자료의 암호는 " + d.word + "이다."
	if d.mail = len(p.documents)%4 == 0; d.mail {
		spec.Name, text = d.word+".eml", mailWith("비밀.txt", text)
	}
	if d.inherits = d.collection != nil && p.r.IntN(2) == 0; !d.inherits {
		d.readers = p.someReaders()
		spec.Readers = append([]string{}, d.readers...)
	}
	made, v, err := p.store.AddDocument(p.t.Context(), who, spec, strings.NewReader(text))
	p.check(err)
	d.id, d.version, d.hash = made.ID, v.ID, v.Hash
	p.documents = append(p.documents, d)
	p.of[d.word], p.of[d.id], p.of[d.version] = d, d, d
}

// change changes something by chance, in the store and in what the test knows.
func (p *permissionWorld) change() {
	ctx := p.t.Context()
	switch p.r.IntN(6) {
	case 0:
		c := some(p.r, p.collections)
		c.readers = p.someReaders()
		_, err := p.store.UpdateCollection(ctx, chat.Principal{ID: c.owner}, c.id, store.CollectionChange{Readers: &c.readers})
		p.check(err)
	case 1:
		c := some(p.r, p.collections)
		to := p.owned(c.owner)
		for at := to; at != nil; at = at.parent {
			if at == c {
				return
			}
		}
		id := idOf(to)
		if _, err := p.store.UpdateCollection(ctx, chat.Principal{ID: c.owner}, c.id, store.CollectionChange{Parent: &id}); err == nil {
			c.parent = to
		}
	case 2:
		p.members = nil
		for _, b := range p.people {
			if p.r.IntN(2) == 0 {
				p.members = append(p.members, b.who.ID)
			}
		}
		p.check(p.store.SetMembers(ctx, store.System, p.team, p.members))
	case 3:
		d := some(p.r, p.documents)
		if !d.deleted && p.r.IntN(4) == 0 {
			d.deleted = true
			p.check(p.store.DeleteDocument(ctx, chat.Principal{ID: d.owner}, d.id))
		}
	case 4:
		d := some(p.r, p.documents)
		if d.deleted {
			return
		}
		d.readers, d.inherits = p.someReaders(), false
		_, err := p.store.UpdateDocument(ctx, chat.Principal{ID: d.owner}, d.id, store.DocumentChange{Readers: &d.readers})
		p.check(err)
	default:
		d := some(p.r, p.documents)
		to := p.owned(d.owner)
		if d.deleted || to == nil {
			return
		}
		yes := true
		_, err := p.store.UpdateDocument(ctx, chat.Principal{ID: d.owner}, d.id, store.DocumentChange{Collection: &to.id, Inherits: &yes})
		p.check(err)
		d.collection, d.inherits = to, true
	}
}

// settle waits until everything has been read and the index follows.
func (p *permissionWorld) settle() {
	for _, d := range p.documents {
		for !d.deleted && p.t.Context().Err() == nil {
			v, err := p.store.Version(p.t.Context(), chat.Principal{ID: d.owner}, d.version)
			p.check(err)
			if v.State == store.VersionRead {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
	for p.t.Context().Err() == nil {
		moved, err := p.store.MovedVersions(p.t.Context(), store.System, 1)
		p.check(err)
		if len(moved) == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// may reports whether a secret is for somebody.
func (p *permissionWorld) may(who, secret string) bool {
	switch held := p.of[secret].(type) {
	case *heldDocument:
		return p.reads(who, held)
	case *heldCollection:
		return p.sees(who, held)
	}
	return true // it is of nothing here
}

// look sends a request and counts what its reply should not have.
func (p *permissionWorld) look(b *visitor, method, path string, in any, want ...int) string {
	p.t.Helper()
	status, body := b.send(method, path, in)
	if len(want) > 0 && !slices.Contains(want, status) {
		p.t.Errorf("%s %s: %d, want %v\n%.300s", method, path, status, want, body)
	}
	asked, err := json.Marshal(in)
	p.check(err)
	p.judge(b, method+" "+path, string(asked), body)
	return body
}

func (p *permissionWorld) judge(b *visitor, where, asked, body string) {
	p.t.Helper()
	p.asked++
	for _, secret := range secretWord.FindAllString(body, -1) {
		if strings.Contains(where, secret) || strings.Contains(asked, secret) {
			continue // they said it themselves
		}
		if p.may(b.who.ID, secret) {
			p.shown++
		} else {
			p.leaks++
			p.t.Errorf("%s shows %s the word %s", where, b.who.ID, secret)
		}
	}
}

// lookAtDocument looks at every route that is about one document.
func (p *permissionWorld) lookAtDocument(b *visitor, d *heldDocument) {
	own, read := http.StatusNotFound, http.StatusNotFound
	if p.reads(b.who.ID, d) {
		read = http.StatusOK
		if d.owner == b.who.ID {
			own = http.StatusOK
		}
	}
	p.look(b, "GET", "/api/documents/"+d.id, nil, read)
	for _, path := range []string{"", "/events", "/file", "/content"} {
		p.look(b, "GET", "/api/versions/"+d.version+path, nil, read)
	}
	inner := read
	if read == http.StatusOK && !d.mail {
		inner = http.StatusBadRequest
	}
	for _, path := range []string{"/file?file=0", "/content?from=0&file=0"} {
		if body := p.look(b, "GET", "/api/versions/"+d.version+path, nil, inner); inner == http.StatusOK && !strings.Contains(body, d.word) {
			p.t.Errorf("%s of %s has not its word: %.200s", path, d.word, body)
		}
	}
	if inner == http.StatusOK {
		inner = http.StatusUnprocessableEntity // it is a text
	}
	p.look(b, "GET", "/api/versions/"+d.version+"/picture?file=0", nil, inner)
	p.look(b, "POST", "/api/versions/"+d.version+"/places", jsonObject{"spans": []jsonObject{{"text": 0, "start": 0, "end": 1}}}, read)
	p.look(b, "GET", "/api/files/"+d.hash, nil, own)
	p.look(b, "GET", "/api/documents?after="+d.id+"&limit=2", nil, read)
	if read != http.StatusOK {
		p.look(b, "PATCH", "/api/documents/"+d.id, jsonObject{"name": "x"}, own)
		p.look(b, "DELETE", "/api/documents/"+d.id, nil, own)
		p.look(b, "POST", "/api/turns", jsonObject{"text": "?", "attachments": []jsonObject{{"document": d.id}}}, own)
		for _, query := range []jsonObject{{"query": d.word}, {"query": "공통 자료", "versions": []string{d.version}}} {
			if body := p.look(b, "POST", "/api/passages", query, http.StatusOK); strings.Contains(body, d.version) || strings.Contains(body, d.word) {
				p.t.Errorf("%s finds %s by its word", b.who.ID, d.word)
			}
		}
	}
}

func (p *permissionWorld) decode(body string, into any) {
	p.t.Helper()
	p.check(json.Unmarshal([]byte(body), into))
}

// lookAtLists holds that lists have all that somebody may read and nothing else, and that their counts count nothing else.
func (p *permissionWorld) lookAtLists(b *visitor) {
	want, got := 0, 0
	for _, d := range p.documents {
		if p.reads(b.who.ID, d) {
			want++
		}
	}
	for after := ""; ; {
		var page list[documentJSON]
		p.decode(p.look(b, "GET", "/api/documents?limit=100"+after, nil, http.StatusOK), &page)
		if got += len(page.Items); len(page.Items) < 100 {
			break
		}
		after = "&after=" + page.Items[99].ID
	}
	if got != want {
		p.t.Errorf("%s lists %d documents, may read %d", b.who.ID, got, want)
	}
	var all list[collectionJSON]
	p.decode(p.look(b, "GET", "/api/collections", nil, http.StatusOK), &all)
	seen := 0
	for _, c := range p.collections {
		if !p.sees(b.who.ID, c) {
			p.look(b, "GET", "/api/collections/"+c.id, nil, http.StatusNotFound)
			p.look(b, "GET", "/api/documents?collection="+c.id, nil, http.StatusOK)
			p.look(b, "POST", "/api/passages", jsonObject{"query": "공통", "scope": "collection:" + c.id}, http.StatusNotFound)
			continue
		}
		seen++
		in := 0
		for _, d := range p.documents {
			if d.collection == c && p.reads(b.who.ID, d) {
				in++
			}
		}
		i := slices.IndexFunc(all.Items, func(one collectionJSON) bool { return one.ID == c.id })
		if i < 0 || all.Items[i].Documents != in {
			p.t.Errorf("%s sees %d documents in %s, may read %d", b.who.ID, all.Items[max(i, 0)].Documents, c.word, in)
		}
		p.look(b, "GET", "/api/documents?limit=200&collection="+c.id, nil, http.StatusOK)
		p.look(b, "POST", "/api/passages", jsonObject{"query": "공통 자료", "top": 100, "scope": "collection:" + c.id}, http.StatusOK)
	}
	if seen != len(all.Items) {
		p.t.Errorf("%s lists %d collections, may see %d", b.who.ID, len(all.Items), seen)
	}
	var found list[passageJSON]
	p.decode(p.look(b, "POST", "/api/passages", jsonObject{"query": "공통 자료의 암호", "top": 100}, http.StatusOK), &found)
	if len(found.Items) < min(want, 10) {
		p.t.Errorf("%s finds %d passages of %d documents", b.who.ID, len(found.Items), want)
	}
}

// ask has somebody ask the documents and returns the conversation. What it says is for them, at that time.
func (p *permissionWorld) ask(b *visitor, scope string) string {
	out := b.must("POST", "/api/turns", jsonObject{"text": "공통 자료의 암호는?", "mode": assistant.Extractives, "scope": scope})
	talk, answer := out.text("conversation", "id"), out.text("answer", "id")
	p.look(b, "GET", "/api/turns/"+answer+"/events", nil, http.StatusOK) // until it has ended
	for _, path := range []string{"/api/messages/" + answer + "/events", "/api/conversations/" + talk,
		"/api/conversations/" + talk + "/export?format=md", "/api/conversations/" + talk + "/export?format=json"} {
		p.look(b, "GET", path, nil, http.StatusOK)
	}
	p.look(b, "GET", "/api/search?q="+"%EC%95%94%ED%98%B8", nil, http.StatusOK)
	return talk
}

// share has somebody share a conversation with everybody, and the others open it, copy it, and carry the copy away.
func (p *permissionWorld) share(b *visitor, talk string) (secret string) {
	secret = b.must("POST", "/api/shares", jsonObject{"conversation": talk, "audience": []string{"*"}, "thinking": true}).text("secret")
	p.open(b, talk, secret)
	return secret
}

func (p *permissionWorld) open(owner *visitor, talk, secret string) {
	for _, b := range p.people {
		if b == owner {
			continue
		}
		p.look(b, "POST", "/api/shared", jsonObject{"secret": secret}, http.StatusOK)
		copied := b.must("POST", "/api/shared/branch", jsonObject{"secret": secret}).text("id")
		p.look(b, "GET", "/api/conversations/"+copied, nil, http.StatusOK)
		p.look(b, "GET", "/api/conversations/"+copied+"/export?format=md", nil, http.StatusOK)
		p.look(b, "GET", "/api/conversations/"+copied+"/export?format=json", nil, http.StatusOK)
		p.look(b, "GET", "/api/conversations/"+talk, nil, http.StatusNotFound)
		p.look(b, "DELETE", "/api/conversations/"+copied, nil, http.StatusOK)
	}
}

// TestNobodySeesWhatTheyMayNotRead compares what every route shows with who may read what. EXAONE_PERMISSIONS is how many
// documents there are.
func TestNobodySeesWhatTheyMayNotRead(t *testing.T) {
	documents := 24
	fmt.Sscan(os.Getenv("EXAONE_PERMISSIONS"), &documents)
	p := newPermissionWorld(t)
	for range 4 + documents/40 {
		p.addCollection()
	}
	for range documents {
		p.addDocument()
	}
	shared := map[string][2]any{}
	for round := range 3 {
		for range documents / 2 {
			p.change()
		}
		p.settle()
		for _, b := range p.people {
			p.lookAtLists(b)
			for _, i := range p.r.Perm(len(p.documents))[:min(len(p.documents), 20+documents/10)] {
				p.lookAtDocument(b, p.documents[i])
			}
			scope := "all"
			if c := p.collections[round%len(p.collections)]; p.sees(b.who.ID, c) {
				scope = "collection:" + c.id
			}
			for _, scope := range []string{"all", scope} {
				talk := p.ask(b, scope)
				shared[p.share(b, talk)] = [2]any{b, talk}
			}
		}
		for secret, s := range shared { // also those of before what changed
			p.open(s[0].(*visitor), s[1].(string), secret)
		}
	}
	t.Logf("%d documents, %d collections, %d changes, %d share links; %d replies looked at, %d words rightly shown, %d leaks",
		documents, len(p.collections), 3*(documents/2), len(shared), p.asked, p.shown, p.leaks)
	if p.shown < p.asked/4 {
		t.Error("too little is shown at all to show something")
	}
}
