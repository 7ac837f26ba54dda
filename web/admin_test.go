package web

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

// What is announced and how the page looks reaches those it is for, in their language.
func TestAnnouncementsAndBranding(t *testing.T) {
	w := newWorld(t, nil)
	boss, ann := w.join("boss", "admin"), w.join("ann", "member")
	nobody := &visitor{t: t, url: w.url, lang: "ko"}
	one := boss.must("POST", "/api/admin/announcements", jsonObject{"level": "warning", "ko": "점검합니다", "en": "Maintenance"})
	boss.must("POST", "/api/admin/announcements", jsonObject{"level": "info", "ko": "내일", "begins": time.Now().Add(time.Hour)})
	if texts := ann.must("GET", "/api/session", nil).all("text", "announcements"); !slices.Equal(texts, []string{"점검합니다"}) {
		t.Errorf("announced: %q", texts)
	}
	ann.lang = "en"
	if texts := ann.must("GET", "/api/session", nil).all("text", "announcements"); !slices.Equal(texts, []string{"Maintenance"}) {
		t.Errorf("announced in English: %q", texts)
	}
	boss.must("PUT", "/api/admin/announcements/"+one.text("id"), jsonObject{"level": "info", "ko": "끝났습니다"})
	if texts := ann.must("GET", "/api/session", nil).all("text", "announcements"); !slices.Equal(texts, []string{"끝났습니다"}) {
		t.Errorf("changed, with one language: %q", texts)
	}
	boss.must("DELETE", "/api/admin/announcements/"+one.text("id"), nil)
	if n := len(ann.must("GET", "/api/session", nil).all("text", "announcements")); n != 0 {
		t.Errorf("%d announcements after it was taken back", n)
	}
	ann.refused("POST", "/api/admin/announcements", jsonObject{"level": "info", "ko": "x"}, chat.CodeMayNot)

	boss.must("PUT", "/api/admin/branding", jsonObject{"name": "감나무 주식회사", "accent": "#A50034", "notice": "비밀은 쓰지 마세요"})
	got := nobody.must("GET", "/api/session", nil)
	if got.text("branding", "name") != "감나무 주식회사" || got.text("branding", "accent") != "#a50034" || got.text("branding", "logo") != "" {
		t.Errorf("branding before signing in: %v", got)
	}
	if n := len(got.at("announcements").([]any)); n != 0 || got.text("model", "name") != "" {
		t.Errorf("whoever is nobody learns more: %v", got)
	}
}

// A logo is a small PNG, seen by everybody, and what is no such thing is refused.
func TestLogo(t *testing.T) {
	w := newWorld(t, nil)
	boss, ann := w.join("boss", "admin"), w.join("ann", "member")
	nobody := &visitor{t: t, url: w.url, lang: "ko"}
	picture := func(side int) []byte {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	put := func(b *visitor, content []byte) int {
		reply := b.open("PUT", "/api/admin/branding/logo", bytes.NewReader(content))
		reply.Body.Close()
		return reply.StatusCode
	}
	nobody.refused("GET", "/api/branding/logo", nil, chat.CodeNoRoute)
	small := picture(64)
	for name, c := range map[string]struct {
		content []byte
		want    int
	}{
		"svg":          {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 400},
		"html":         {[]byte("<!doctype html><script>alert(1)</script>"), 400},
		"nothing":      {nil, 400},
		"cut short":    {small[:len(small)-20], 400},
		"many pixels":  {picture(2000), 400},
		"many bytes":   {append(slices.Clone(small), make([]byte, maxLogo)...), 400},
		"a small logo": {small, 200},
	} {
		if got := put(boss, c.content); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := put(ann, small); got != http.StatusForbidden {
		t.Errorf("a member: %d", got)
	}
	where := nobody.must("GET", "/api/session", nil).text("branding", "logo")
	reply := nobody.open("GET", where, nil)
	content, err := io.ReadAll(reply.Body)
	reply.Body.Close()
	if err != nil || !bytes.Equal(content, small) || reply.Header.Get("Content-Type") != "image/png" || reply.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: %s, %d bytes, %v, %v", where, reply.Status, len(content), reply.Header, err)
	}
	put(boss, picture(32))
	if next := nobody.must("GET", "/api/session", nil).text("branding", "logo"); next == where {
		t.Errorf("another logo has the same address %s", next)
	}
	vice := w.join("vice", "admin")
	for i := range 20 { // what two change at once is all there
		before := nobody.must("GET", "/api/session", nil).text("branding", "logo")
		var both sync.WaitGroup
		both.Go(func() { put(boss, picture(40+i)) })
		both.Go(func() { vice.send("PUT", "/api/admin/branding", jsonObject{"name": fmt.Sprint("회사 ", i)}) })
		both.Wait()
		after := nobody.must("GET", "/api/session", nil)
		if after.text("branding", "name") != fmt.Sprint("회사 ", i) || after.text("branding", "logo") == before {
			t.Fatalf("a name and a logo at once: one of them is lost: %v", after.at("branding"))
		}
	}
	boss.must("DELETE", "/api/admin/branding/logo", nil)
	nobody.refused("GET", "/api/branding/logo", nil, chat.CodeNoRoute)
	if blobs, err := w.store.Blobs(t.Context(), store.System); err != nil || len(blobs) != 0 {
		t.Errorf("logos that nobody sees any more are kept: %v, %v", blobs, err)
	}
}

// Usage is summed by day, person, team and model, and quotas are set for everybody, a team, a person.
func TestUsageAndQuotas(t *testing.T) {
	w := newWorld(t, nil)
	boss, ann, bob := w.join("boss", "admin"), w.join("ann", "member"), w.join("bob", "member")
	ctx := t.Context()
	team, err := w.store.CreateTeam(ctx, boss.who, "기획")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.SetMembers(ctx, boss.who, team.ID, []string{ann.who.ID}); err != nil {
		t.Fatal(err)
	}
	for _, u := range []struct {
		who   chat.Principal
		day   string
		model string
		n     int
	}{{ann.who, "2026-11-01", "a", 10}, {ann.who, "2026-11-02", "b", 20}, {bob.who, "2026-11-02", "a", 40}, {bob.who, "2026-10-31", "a", 1000}} {
		if err := w.store.AddUsage(ctx, u.who, u.day, u.model, chat.Usage{PromptTokens: u.n, CompletionTokens: 1}); err != nil {
			t.Fatal(err)
		}
	}
	for by, want := range map[string]string{
		"day": "2026-11-01 10 2026-11-02 60", "person": "bob 40 ann 30", "team": " 40 기획 30", "model": "a 50 b 20",
	} {
		got := boss.must("GET", "/api/admin/usage?from=2026-11-01&to=2026-11-02&by="+by, nil)
		var words []string
		for i, name := range got.all("name", "items") {
			words = append(words, name, number64(got.at("items", i, "prompt")))
		}
		if text := strings.Join(words, " "); text != want || number64(got.at("total", "requests")) != "3" {
			t.Errorf("by %s: %q, total %v; want %q", by, text, got.at("total"), want)
		}
	}
	ann.refused("GET", "/api/admin/usage", nil, chat.CodeMayNot)

	limits := jsonObject{"per_day": 1000, "per_minute": -1, "at_once": 2}
	for _, subject := range []string{"", team.ID, ann.who.ID} {
		limits["subject"] = subject
		boss.must("PUT", "/api/admin/quotas", limits)
	}
	if got := boss.must("GET", "/api/admin/quotas", nil).all("subject", "items"); len(got) != 3 || got[0] != "" {
		t.Errorf("quotas of %q", got)
	}
	if got := boss.must("DELETE", "/api/admin/quotas?subject="+ann.who.ID, nil).all("subject", "items"); len(got) != 2 {
		t.Errorf("quotas of %q after one was taken away", got)
	}
	boss.must("PUT", "/api/admin/models/a%2Fb/readers", jsonObject{"subjects": []string{team.ID}})
	if got := boss.must("GET", "/api/admin/models/a%2Fb/readers", nil).at("subjects").([]any); len(got) != 1 || got[0] != team.ID {
		t.Errorf("readers: %v", got)
	}
}

func number64(v any) string { return fmt.Sprint(v) }

// An administrator sees what was done and not what was said; an auditor may read that, and it shows.
func TestAudit(t *testing.T) {
	w := newWorld(t, nil)
	boss, yun, ann := w.join("boss", "admin"), w.join("yun", "auditor"), w.join("ann", "member")
	w.model.say(nil, "비밀스러운 답")
	conversation, _, answer := ann.ask(jsonObject{"text": "비밀스러운 질문"})
	ann.listen(answer, 0, nil)
	ann.must("PUT", "/api/messages/"+answer+"/rating", jsonObject{"value": -1, "reasons": []string{"wrong"}, "text": "틀림"})

	boss.refused("POST", "/api/admin/audit/text", jsonObject{"conversation": conversation}, chat.CodeMayNot)
	ann.refused("GET", "/api/admin/audit", nil, chat.CodeMayNot)
	rated := boss.must("GET", "/api/admin/feedback", nil)
	if rated.text("items", 0, "message") != answer || rated.text("items", 0, "text") != "틀림" {
		t.Errorf("feedback: %v", rated)
	}
	if _, text := boss.send("GET", "/api/admin/feedback", nil); strings.Contains(text, "비밀스러운") {
		t.Errorf("an administrator reads what was said: %s", text)
	}
	boss.must("POST", "/api/admin/feedback/handle", jsonObject{"message": answer, "person": ann.who.ID})
	if n := len(boss.must("GET", "/api/admin/feedback", nil).all("message", "items")); n != 0 {
		t.Errorf("%d ratings are open", n)
	}
	if n := len(boss.must("GET", "/api/admin/feedback?all=true", nil).all("message", "items")); n != 1 {
		t.Errorf("%d ratings at all", n)
	}

	got := yun.must("POST", "/api/admin/audit/text", jsonObject{"message": answer})
	if texts := got.all("text", "messages"); !slices.Equal(texts, []string{"비밀스러운 질문", "비밀스러운 답"}) || got.text("owner") != ann.who.ID {
		t.Errorf("an auditor reads %v", got)
	}
	yun.must("POST", "/api/admin/audit/text", jsonObject{"conversation": conversation})
	yun.must("POST", "/api/admin/audit/text", jsonObject{"person": ann.who.ID})
	yun.refused("POST", "/api/admin/audit/text", jsonObject{"person": ann.who.ID, "message": answer}, chat.CodeBadField)
	yun.refused("POST", "/api/admin/audit/text", jsonObject{}, chat.CodeBadField)
	log := boss.must("GET", "/api/admin/audit?action=text.read&principal="+yun.who.ID, nil)
	if objects := log.all("object", "items"); !slices.Equal(objects, []string{ann.who.ID, conversation, conversation}) {
		t.Errorf("looks in the log: %q", objects)
	}
	page := boss.must("GET", "/api/admin/audit?limit=2", nil)
	next := boss.must("GET", "/api/admin/audit?limit=2&cursor="+page.text("next"), nil)
	if a, b := page.at("items", 1, "seq").(float64), next.at("items", 0, "seq").(float64); b != a-1 {
		t.Errorf("the page after %v begins with %v", a, b)
	}
	if head := yun.must("GET", "/api/admin/audit/verify", nil); head.at("ok") != true || len(head.text("hash")) != 64 {
		t.Errorf("the log: %v", head)
	}
}

// Facts are put into the reader's words, for those who run the server.
func TestHealthIsInWords(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Health = func(context.Context) []Fact {
			return []Fact{{"disk", Soon, Note{chat.CodeHealthDiskLow, []any{"1.0 GiB", "/data"}}}}
		}
	})
	boss, ann := w.join("boss", "admin"), w.join("ann", "member")
	got := boss.must("GET", "/api/admin/health", nil)
	if got.text("items", 0, "level") != "warning" || got.text("items", 0, "about") != "disk" || !strings.Contains(got.text("items", 0, "text"), "1.0 GiB밖에") {
		t.Errorf("%v", got)
	}
	ann.refused("GET", "/api/admin/health", nil, chat.CodeMayNot)
}
