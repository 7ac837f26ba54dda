package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/intake"
	"exaone/reference"
	"exaone/store"
)

// TestSummaryByASmallModel has a model of 270M, taken for one that can, put a regulation of 20 pages in short: what it says is
// looked at again as anybody's answer is. It is stopped on the way and goes on.
func TestSummaryByASmallModel(t *testing.T) {
	if os.Getenv("EXAONE_DIGEST") == "" {
		t.Skip("make prove-digest runs it")
	}
	path := reference.Path(t, "samples/pdf/ko-regulation-20p.pdf")
	const model = "gemma-3-270m-q4_k_m.gguf"
	d := realDesk(t, model)
	d.levels[model] = assistant.Assist
	shelf, err := intake.Open(t.Context(), intake.Options{Store: d.store, Dir: t.TempDir(), Reader: inProcess{}})
	if err != nil {
		t.Fatal(err)
	}
	defer shelf.Close()
	turns, err := assistant.NewTurns(t.Context(), assistant.Options{Store: d.store, Models: talkers{newMeter(d), d}, Library: shelf})
	if err != nil {
		t.Fatal(err)
	}
	defer turns.Shutdown(context.Background())
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	who := chat.Local
	if _, _, err := d.store.AddDocument(t.Context(), who, store.DocumentSpec{Name: "규정.pdf", Mime: "application/pdf"}, f); err != nil {
		t.Fatal(err)
	}
	shelf.Wake()

	began := time.Now()
	_, a, err := turns.Start(t.Context(), who, assistant.Ask{Text: "이 문서를 요약해 줘", Mode: "summary", Scope: assistant.ScopeAll})
	if err != nil {
		t.Fatal(err)
	}
	for n, err := range turns.Follow(t.Context(), who, a.ID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := n.Event.(chat.Phase); ok && p.Name == "pages" && p.Done >= 8 {
			break
		}
	}
	stop := time.Now()
	if err := turns.Stop(t.Context(), who, a.ID); err != nil {
		t.Fatal(err)
	}
	t.Logf("stopped after %.0f s, on the disk %v later", stop.Sub(began).Seconds(), time.Since(stop).Round(time.Millisecond))

	began = time.Now()
	_, a, err = turns.Start(t.Context(), who, assistant.Ask{Continue: a.ID, Mode: "summary", Scope: assistant.ScopeAll})
	if err != nil {
		t.Fatal(err)
	}
	var events []chat.Event
	first, rounds := -1, 0
	for n, err := range turns.Follow(t.Context(), who, a.ID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, n.Event)
		if l, ok := n.Event.(chat.Ledger); ok {
			rounds = l.Rounds
		}
		if p, ok := n.Event.(chat.Phase); ok && p.Name == "pages" && p.Done > 0 && first < 0 && time.Since(began) < 2*time.Second {
			first = p.Done
		}
	}
	m, err := d.store.Message(t.Context(), who, a.ID)
	if err != nil || m.State != store.StateDone {
		t.Fatal(m.State, err)
	}
	proof, err := assistant.Verify(t.Context(), who, shelf, m.Text, events)
	if err != nil || !proof.Holds() || len(proof.Claims) == 0 || !strings.Contains(m.Text, "20/20쪽") {
		t.Errorf("%v: %+v\n%s", err, proof, m.Text)
	}
	t.Logf("went on in %.0f s, asking the model %d times more: 20/20 pages, %d sentences, all of them hold\n%s", time.Since(began).Seconds(), rounds, len(proof.Claims), m.Text)
}
