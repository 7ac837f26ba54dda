package main

import (
	"encoding/json"
	"testing"

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
