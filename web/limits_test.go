package web

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/people"
	"exaone/store"
)

// pages are the books of a meter as the store keeps them.
type pages struct{ *store.Store }

func (p pages) QuotaOf(ctx context.Context, who chat.Principal) (people.Quota, error) {
	q, _, err := p.Store.QuotaOf(ctx, who)
	return people.Quota{PerDay: q.PerDay, PerMinute: int(q.PerMinute), AtOnce: int(q.AtOnce)}, err
}

func (p pages) TeamQuotasOf(ctx context.Context, who chat.Principal) (out []people.TeamQuota, err error) {
	all, err := p.Store.TeamQuotasOf(ctx, who)
	for _, q := range all {
		out = append(out, people.TeamQuota{Quota: people.Quota{PerDay: q.PerDay, PerMinute: int(q.PerMinute), AtOnce: int(q.AtOnce)},
			ID: q.Subject, Name: q.Name})
	}
	return out, err
}

func (p pages) TeamUsageOf(ctx context.Context, team, day string) (int64, error) {
	return p.Store.TeamUsageOf(ctx, store.System, team, day)
}

func (p pages) ModelReaders(ctx context.Context) (map[string][]string, error) {
	return p.Store.ModelReaders(ctx, store.System)
}

// metered are models within everybody's limits.
type metered struct {
	*scriptedModel
	meter *people.Meter
	level assistant.Level
}

func (m metered) Enter(ctx context.Context, who chat.Principal, model string, n int) (string, func(), error) {
	return m.meter.Enter(ctx, who, model, n)
}

func (m metered) Describe(ctx context.Context, who chat.Principal, name string) (assistant.Model, error) {
	return assistant.Model{Name: "scripted", Window: 4096, Level: m.level}, m.meter.Allow(ctx, who, name, people.Chats)
}

func (m metered) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	return m.meter.Chat(ctx, req)
}

// meteredWorld is a server where quotas and the readers of models hold. A model of the level Assist is asked for titles.
func meteredWorld(t *testing.T, level assistant.Level) *world {
	t.Helper()
	var meter *people.Meter
	return worldOf(t, func(w *world) assistant.Models {
		meter = people.NewMeter(people.MeterOptions{Model: w.model, Books: pages{w.store}, Name: func(name string, _ people.Task) string {
			if name == "" {
				return "scripted"
			}
			return name
		}})
		return metered{w.model, meter, level}
	}, func(o *Options) { o.Meter = meter })
}

// perDay sets how many tokens everybody has a day.
func (w *world) perDay(n int64) {
	w.t.Helper()
	w.limit(store.Quota{PerDay: n, PerMinute: -1, AtOnce: -1})
}

func (w *world) limit(q store.Quota) {
	w.t.Helper()
	if err := w.store.SetQuota(w.t.Context(), store.System, q); err != nil {
		w.t.Fatal(err)
	}
}

// Whoever has used up what they may, or asks a model that is not theirs by whatever name, is told before anything is made.
func TestWhatMayNotBeAsked(t *testing.T) {
	none := store.Quota{PerDay: -1, PerMinute: -1, AtOnce: -1}
	day, minute, once := none, none, none
	day.PerDay, minute.PerMinute, once.AtOnce = 0, 0, 0
	for _, c := range []struct {
		limit store.Quota
		model string
		want  chat.Code
	}{{day, "", chat.CodeQuotaDay}, {minute, "", chat.CodeQuotaMinute}, {once, "", chat.CodeQuotaAtOnce}, {none, "hidden", chat.CodeNoModel}} {
		w := meteredWorld(t, assistant.Extract)
		ann, boss := w.join("ann", "member"), w.join("boss", "admin")
		w.limit(c.limit)
		if err := w.store.SetModelReaders(t.Context(), store.System, "hidden", []string{boss.who.ID}); err != nil {
			t.Fatal(err)
		}
		ann.refused("POST", "/api/turns", jsonObject{"text": "?", "model": c.model}, c.want)
		if n := len(ann.must("GET", "/api/conversations", nil).all("id", "items")); n != 0 {
			t.Errorf("%s: %d conversations were made", c.want, n)
		}
	}
}

// A model is hidden by whatever way it is named: in a question, a setting, a conversation, and before asking.
func TestHiddenModelIsHiddenEverywhere(t *testing.T) {
	w := meteredWorld(t, assistant.Extract)
	ann, boss := w.join("ann", "guest"), w.join("boss", "admin")
	w.model.say(nil, "네.")
	c, err := w.store.CreateConversation(t.Context(), ann.who, store.ConversationSpec{Model: "hidden"}) // while it was hers
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.SetModelReaders(t.Context(), store.System, "hidden", []string{boss.who.ID}); err != nil {
		t.Fatal(err)
	}
	const no = chat.CodeNoModel
	ann.refused("PUT", "/api/settings", jsonObject{"default_model": "hidden"}, no)
	ann.refused("POST", "/api/conversations", jsonObject{"model": "hidden"}, no)
	ann.refused("PATCH", "/api/conversations/"+c.ID, jsonObject{"model": "hidden"}, no)
	for _, path := range []string{"/api/turns", "/api/ledger"} {
		ann.refused("POST", path, jsonObject{"text": "?", "model": "hidden"}, no)
	}
	// What was remembered while it was hers gives way to the usual model.
	usual := func(question jsonObject) {
		t.Helper()
		ann.must("POST", "/api/ledger", question)
		_, _, answer := ann.ask(question)
		ann.listen(answer, 0, nil)
		m, err := w.store.Message(t.Context(), ann.who, answer)
		if err != nil || m.State != store.StateDone || m.Model == "hidden" {
			t.Errorf("%q answered, %s (%v); want the usual model", m.Model, m.State, err)
		}
	}
	usual(jsonObject{"text": "?", "conversation": c.ID})
	if err := w.store.SetSetting(t.Context(), ann.who, ann.who, "default_model", "hidden"); err != nil { // while it was hers
		t.Fatal(err)
	}
	usual(jsonObject{"text": "?"})
	boss.must("PUT", "/api/settings", jsonObject{"default_model": "hidden"})
	boss.must("POST", "/api/ledger", jsonObject{"text": "?"})
	_, _, answer := boss.ask(jsonObject{"text": "?"})
	boss.listen(answer, 0, nil)
}

// A question and its title are one request, and the next may be asked as soon as the end of the answer is heard.
func TestAQuestionIsOneRequestOfAQuota(t *testing.T) {
	w := meteredWorld(t, assistant.Assist)
	ann := w.join("ann", "member")
	w.limit(store.Quota{PerDay: -1, PerMinute: 8, AtOnce: 1})
	w.model.say(nil, "질문의 제목")
	for i := range 8 {
		_, _, answer := ann.ask(jsonObject{"text": fmt.Sprint("질문 ", i)})
		if all := ann.listen(answer, 0, nil); all[len(all)-1].kind != "finish" {
			t.Fatalf("question %d: %+v", i, all[len(all)-1])
		}
	}
	ann.refused("POST", "/api/turns", jsonObject{"text": "하나 더"}, chat.CodeQuotaMinute)
	if n := len(ann.must("GET", "/api/conversations", nil).all("id", "items")); n != 8 {
		t.Errorf("%d conversations, want 8", n)
	}
}

// A team's limit is set, shown and told by its name.
func TestTeamsLimitTogether(t *testing.T) {
	w := meteredWorld(t, assistant.Extract)
	boss, ann, bob := w.join("boss", "admin"), w.join("ann", "member"), w.join("bob", "member")
	w.model.say(nil, "네.")
	team, err := w.store.CreateTeam(t.Context(), boss.who, "기획")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.SetMembers(t.Context(), boss.who, team.ID, []string{ann.who.ID, bob.who.ID}); err != nil {
		t.Fatal(err)
	}
	limits := jsonObject{"subject": team.ID, "together": true, "per_day": 10, "per_minute": -1, "at_once": -1}
	got := boss.must("PUT", "/api/admin/quotas", limits)
	if got.at("items", 0, "together") != true || number64(got.at("items", 0, "per_day")) != "10" || got.text("items", 0, "subject") != team.ID {
		t.Errorf("limits %v", got)
	}
	for _, who := range []*visitor{ann, bob} {
		_, _, answer := who.ask(jsonObject{"text": "?"})
		who.listen(answer, 0, nil)
	}
	ann.lang = "ko"
	status, text := ann.send("POST", "/api/turns", jsonObject{"text": "?"})
	if status != http.StatusTooManyRequests || !strings.Contains(text, `"quota_team_day"`) || !strings.Contains(text, "‘기획’ 팀이") {
		t.Errorf("a third of the team: %d %s", status, text)
	}
	shown := ann.must("GET", "/api/session", nil)
	if shown.text("quota", "teams", 0, "name") != "기획" || number64(shown.at("quota", "teams", 0, "per_day")) != "10" ||
		number64(shown.at("quota", "teams", 0, "used_today")) == "0" || number64(shown.at("quota", "per_day")) != "-1" || shown.text("quota", "resets_at") == "" {
		t.Errorf("shown %v", shown.at("quota"))
	}
	limits["subject"] = "nobody"
	boss.refused("PUT", "/api/admin/quotas", limits, chat.CodeNoTeam)
	boss.refused("DELETE", "/api/admin/quotas?subject="+team.ID+"&together=maybe", nil, chat.CodeBadField)
	if left := boss.must("DELETE", "/api/admin/quotas?subject="+team.ID+"&together=true", nil).all("subject", "items"); len(left) != 0 {
		t.Errorf("left %q", left)
	}
	_, _, answer := ann.ask(jsonObject{"text": "?"})
	ann.listen(answer, 0, nil)
}

// One person follows so many answers at once, in whatever windows, and is told in their language.
func TestFollowersOfOnePerson(t *testing.T) {
	w := newWorld(t, nil)
	ann, bob := w.join("ann", "member"), w.join("bob", "member")
	step := make(chan struct{})
	w.model.say(step, "하나 ", "둘")
	_, _, answer := ann.ask(jsonObject{"text": "?"})
	var streams []*http.Response
	for range mostFollowed {
		streams = append(streams, ann.open("GET", "/api/turns/"+answer+"/events", nil))
	}
	ann.refused("GET", "/api/turns/"+answer+"/events", nil, chat.CodeFollowTooMany)
	_, _, other := bob.ask(jsonObject{"text": "?"})
	streams = append(streams, bob.open("GET", "/api/turns/"+other+"/events", nil))
	if i := slices.IndexFunc(streams, func(r *http.Response) bool { return r.StatusCode != http.StatusOK }); i >= 0 {
		t.Errorf("stream %d: %d", i, streams[i].StatusCode)
	}
	for _, r := range streams {
		r.Body.Close()
	}
	until := time.Now().Add(mostWait)
	for {
		r := ann.open("GET", "/api/turns/"+answer+"/events", nil)
		r.Body.Close()
		if r.StatusCode == http.StatusOK {
			break
		}
		if time.Now().After(until) {
			t.Fatal("those who have left are still counted")
		}
		time.Sleep(5 * time.Millisecond)
	}
	close(step)
}

// signInBy is whoever a link lets in.
func (b *visitor) signInBy(secret string) *visitor {
	b.t.Helper()
	return b.signInWith(fmt.Sprintf(`{"secret":%q}`, secret))
}

// signInWith is whoever a link lets in with what else it needs.
func (b *visitor) signInWith(body string) *visitor {
	b.t.Helper()
	reply := b.open("POST", "/api/session/link", strings.NewReader(body))
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK || len(reply.Cookies()) != 1 {
		b.t.Fatalf("by a link: %d, %d cookies", reply.StatusCode, len(reply.Cookies()))
	}
	return &visitor{t: b.t, url: b.url, lang: b.lang, cookie: plainCookie + "=" + reply.Cookies()[0].Value}
}

// What is asked before there is anybody goes on as the first administrator's when the link is used in the middle, and so
// does what somebody leaves in the middle as their heir's.
func TestAnswersGoOnWithTheirConversations(t *testing.T) {
	w := newWorld(t, nil)
	step := make(chan struct{})
	w.model.say(step, "하나 ", "둘 ", "셋")
	local := &visitor{t: t, url: w.url, lang: "ko", who: chat.Local}
	conversation, _, answer := local.ask(jsonObject{"text": "?"})
	step <- struct{}{}
	secret, _, err := w.store.CreateLink(t.Context(), store.System, store.LinkSpec{Kind: store.LinkFirst, Role: people.Admin, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	boss := local.signInBy(secret)
	heir := w.join("heir", "member")
	if got := boss.must("GET", "/api/conversations/"+conversation, nil); got.text("writing") != answer {
		t.Errorf("being written: %v", got.at("writing"))
	}
	step <- struct{}{}
	heard := make(chan []told, 1)
	go func() { heard <- boss.listen(answer, 0, nil) }()
	step <- struct{}{}
	if all := <-heard; all[len(all)-1].kind != "finish" {
		t.Errorf("it ends with %+v", all[len(all)-1])
	}
	_, _, stopped := boss.ask(jsonObject{"text": "?"})
	step <- struct{}{}
	boss.must("POST", "/api/turns/"+stopped+"/stop", nil)

	ann := w.join("ann", "member")
	left, _, going := ann.ask(jsonObject{"text": "?"})
	step <- struct{}{}
	ann.listen(going, 0, func(all []told) bool { return deltas(all) == 1 })
	boss.must("POST", "/api/people/"+ann.who.ID+"/depart", jsonObject{"heir": heir.who.ID})
	time.Sleep(100 * time.Millisecond) // whoever watches has looked
	heir.must("POST", "/api/turns/"+going+"/stop", nil)
	got := heir.must("GET", "/api/conversations/"+left, nil)
	if got.text("messages", 1, "state") != "stopped" || got.text("messages", 1, "text") != "하나 " {
		t.Errorf("what was left: %v", got.at("messages", 1))
	}
}

// The first administrator may be let in by an invitation from the terminal as well: what is being written goes on as theirs,
// and ends when they may go on no more.
func TestAnswersGoOnWithWhoeverIsInvitedFirst(t *testing.T) {
	w := newWorld(t, nil)
	step := make(chan struct{})
	w.model.say(step, "하나 ", "둘 ")
	local := &visitor{t: t, url: w.url, lang: "ko", who: chat.Local}
	_, _, answer := local.ask(jsonObject{"text": "?"})
	step <- struct{}{}
	secret, _, err := w.store.CreateLink(t.Context(), chat.Console, store.LinkSpec{Kind: store.LinkInvite, Role: people.Admin, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	boss := local.signInWith(fmt.Sprintf(`{"secret":%q,"name":"관리자","login":"boss","password":%q}`, secret, goodPassword))
	boss.who.ID = boss.must("GET", "/api/session", nil).text("person", "id")
	other, login, password := w.join("other", "admin"), "other", "$argon2id$x"
	if _, err := w.store.UpdatePerson(t.Context(), store.System, other.who.ID, store.PersonChange{Login: &login, Password: &password}); err != nil {
		t.Fatal(err)
	}
	other.must("POST", "/api/people/"+boss.who.ID+"/disable", nil)

	ctx, done := context.WithTimeout(t.Context(), mostWait)
	defer done()
	var end error
	for _, err := range w.turns.Follow(ctx, boss.who, answer, 0) {
		end = err
	}
	if codeOf(end) != chat.CodePrincipalOff {
		t.Errorf("it ends with %v", end)
	}
}
