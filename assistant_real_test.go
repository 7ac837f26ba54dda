package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
	"exaone/store"
)

// realEngine returns an engine with a published model of the folder EXAONE_MODELS.
func realEngine(t *testing.T, file string) *engine.Engine {
	t.Helper()
	dir := os.Getenv("EXAONE_MODELS")
	if dir == "" {
		t.Skipf("EXAONE_MODELS is not set: %s not here", file)
	}
	path := filepath.Join(dir, file)
	if !exists(path) {
		t.Skipf("EXAONE_MODELS: %s not here", file)
	}
	e := engine.New(engine.Options{Resolve: func(string) (engine.Spec, error) { return engine.Spec{Name: file, Path: path}, nil }})
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestProbeTakesSmallModelsForExtractors(t *testing.T) {
	for _, file := range []string{"SmolLM2-135M-Instruct.Q4_1.gguf", "gemma-3-270m-q4_k_m.gguf"} {
		t.Run(file, func(t *testing.T) {
			e := realEngine(t, file)
			began := time.Now()
			found, err := assistant.Probe(t.Context(), assistant.ProbeOptions{Model: e, Name: file, Most: 5 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			right := map[assistant.Skill][2]int{}
			for _, one := range found.Tried {
				n := right[one.Skill]
				if n[1]++; one.Right {
					n[0]++
				}
				right[one.Skill] = n
				t.Logf("%-9s %-16s %-5v %q", one.Skill, one.Item, one.Right, one.Said)
			}
			t.Logf("%d items in %v: %v", len(found.Tried), time.Since(began).Round(time.Second), right)
			if found.Level != assistant.Extract {
				t.Errorf("it is taken for %s, want %s", found.Level, assistant.Extract)
			}
		})
	}
}

// realDesk returns a desk whose current model is a published one.
func realDesk(t *testing.T, file string) *desk {
	t.Helper()
	e := realEngine(t, file)
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	path := filepath.Join(os.Getenv("EXAONE_MODELS"), file)
	if err := e.Preload(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	return &desk{ctx: t.Context(), store: s, engine: e, log: slog.New(slog.DiscardHandler), now: hub.Local{Name: file, Path: path},
		levels: map[string]assistant.Level{file: assistant.Extract}}
}

const realModel = "SmolLM2-135M-Instruct.Q4_1.gguf"

func TestRealModelGoesOnWhereItWasCut(t *testing.T) {
	d := realDesk(t, realModel)
	models := talkers{newMeter(d), d}
	req := chat.Request{Model: realModel, Messages: []chat.Message{{Role: chat.User, Text: "Tell me about the sea."}}, MaxTokens: 24, Principal: chat.Local}
	cut, _, err := chat.Collect(models.Chat(t.Context(), req))
	if err != nil {
		t.Fatal(err)
	}
	on, able, err := models.Continue(t.Context(), req, cut.Text)
	if err != nil || !able {
		t.Fatalf("able %v, %v", able, err)
	}
	rest, _, err := chat.Collect(models.Chat(t.Context(), on))
	if err != nil {
		t.Fatal(err)
	}
	req.MaxTokens = 48
	if whole, _, err := chat.Collect(models.Chat(t.Context(), req)); err != nil || whole.Text != cut.Text+rest.Text {
		t.Errorf("%q goes on %q, want %q, %v", cut.Text, rest.Text, whole.Text, err)
	}
}

func TestStopReachesARealModelSoon(t *testing.T) {
	d := realDesk(t, realModel)
	turns, err := assistant.NewTurns(t.Context(), assistant.Options{Store: d.store, Models: talkers{newMeter(d), d}})
	if err != nil {
		t.Fatal(err)
	}
	defer turns.Shutdown(context.Background())
	who := chat.Local
	_, a, err := turns.Start(t.Context(), who, assistant.Ask{Text: "Tell me a very long story about the sea, with many chapters."})
	if err != nil {
		t.Fatal(err)
	}
	deltas := 0
	for n, err := range turns.Follow(t.Context(), who, a.ID, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := n.Event.(chat.Delta); ok {
			if deltas++; deltas == 5 {
				break
			}
		}
	}
	began := time.Now()
	if err := turns.Stop(t.Context(), who, a.ID); err != nil {
		t.Fatal(err)
	}
	for d.inFlight() > 0 {
		time.Sleep(time.Millisecond)
	}
	took := time.Since(began)
	t.Logf("the model computed for %v after Stop", took)
	if took > 10*time.Second { // where others keep the machine busy; to its end it would compute for longer
		t.Error("it did not stop")
	}
	m, err := d.store.Message(t.Context(), who, a.ID)
	if err != nil || m.State != store.StateStopped || m.Text == "" {
		t.Errorf("kept: %s %q, %v", m.State, m.Text, err)
	}
}
