package main

import (
	"encoding/json"
	"testing"

	"exaone/api"
	"exaone/assistant"
	"exaone/chat"
	"exaone/hub"
	"exaone/store"
	"exaone/web"
)

func TestDeskFindsOutOnceWhatAModelCanDo(t *testing.T) {
	d := newDesk(t)
	local, err := d.find("good")
	if err != nil {
		t.Fatal(err)
	}
	d.use(local, nil)
	until(t, d, "ready", func(s web.Status) bool { return s.State == web.StateReady })

	level, err := d.probe(local, "digest")
	if err != nil || level != assistant.Extract {
		t.Fatalf("random weights are taken for %q, %v", level, err)
	}
	kept, ok, err := d.store.Ability(t.Context(), store.System, "good", "digest")
	var tried []assistant.Tried
	if err != nil || !ok || kept.Level != "extract" || json.Unmarshal(kept.Items, &tried) != nil || len(tried) < 7 {
		t.Fatalf("kept: %+v, %v", kept, err)
	}

	// What is kept for the files and the items of now is not asked for again.
	kept.Digest, kept.Level = assistant.ProbeDigest(digestOf(local)), "assist"
	if err := d.store.KeepAbility(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	// The page is told of each model, also of one that this process has not looked at.
	offers, err := d.Catalogue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	levels := make(map[string]string)
	for _, o := range offers {
		levels[o.Model] = o.Level
	}
	if levels["good"] != "assist" || levels["other"] != "" {
		t.Errorf("the page is told %q", levels)
	}
	steps := d.gauges()["steps"]
	if level, err := d.ability(local); err != nil || level != assistant.Assist || d.gauges()["steps"] != steps {
		t.Errorf("remembered %q, %v, after %v steps", level, err, d.gauges()["steps"]-steps)
	}
}

func TestModelsWithOtherFilesAreOthers(t *testing.T) {
	of := func(sum string) string {
		return digestOf(hub.Local{Files: []hub.File{{Name: "m.gguf", Size: 3, SHA256: sum}}})
	}
	if again := of("a"); of("a") == of("b") || of("a") != again {
		t.Error("the files' sums do not count")
	}
}

func TestAnswerGoesOnFromItsText(t *testing.T) {
	d := newDesk(t)
	local, err := d.find("good")
	if err != nil {
		t.Fatal(err)
	}
	d.use(local, nil)
	until(t, d, "ready", func(s web.Status) bool { return s.State == web.StateReady })
	models := talkers{newMeter(d), d}
	m, err := models.Describe(t.Context(), chat.Local, "")
	if err != nil || m.Name != "good" || m.Window <= 0 {
		t.Fatalf("described as %+v, %v", m, err)
	}
	req := chat.Request{Model: m.Name, Messages: []chat.Message{{Role: chat.User, Text: "안녕"}}, MaxTokens: 8, Principal: chat.Local}
	whole, _, err := chat.Collect(models.Chat(t.Context(), req))
	if err != nil {
		t.Fatal(err)
	}
	on, able, err := models.Continue(t.Context(), req, whole.Text)
	if err != nil || !able {
		t.Fatalf("able %v, %v", able, err)
	}
	n, known, err := models.Count(t.Context(), req)
	if err != nil || !known || len(on.Prompt.IDs) <= n {
		t.Errorf("the prompt has %d tokens, with the answer %d, %v", n, len(on.Prompt.IDs), err)
	}
	on.MaxTokens = 8
	if _, finish, err := chat.Collect(models.Chat(t.Context(), on)); err != nil || finish.Usage.PromptTokens != len(on.Prompt.IDs) {
		t.Errorf("goes on from %d tokens, want %d, %v", finish.Usage.PromptTokens, len(on.Prompt.IDs), err)
	}
}

// A model on another server is one and the same to the page, to a question and to the check of the server's health.
func TestAModelElsewhereIsTrustedEverywhere(t *testing.T) {
	d := newDesk(t)
	opts, err := api.ParseRemote("openai:http://127.0.0.1:1/v1#far")
	if err != nil {
		t.Fatal(err)
	}
	opts.Log = d.log
	if d.remote, err = api.NewClient(opts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.remote.Close(); err != nil {
			t.Error(err)
		}
	})
	d.now = remoteLocal(d.remote)
	asked, err := talkers{newMeter(d), d}.Describe(t.Context(), chat.Local, "")
	if err != nil || asked.Level != assistant.Full {
		t.Errorf("asked, it is %+v, %v", asked, err)
	}
	if page := d.pageModel(t.Context()); page.Level != string(assistant.Full) {
		t.Errorf("the page has %+v", page)
	}
	offers, err := d.Catalogue(t.Context())
	if err != nil || len(offers) == 0 || offers[0].Level != string(assistant.Full) {
		t.Errorf("the catalogue begins with %+v, %v", offers, err)
	}
}
