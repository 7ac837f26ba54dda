package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"exaone/chat"
	"exaone/weights"
)

// quantised returns the path of a copy of a quantised GGUF: a tiny one of the golden checkpoints, or, if a large one
// is wanted and there, a real model, whose tensors are too large to be verified when it is opened.
func quantised(t testing.TB, large bool) string {
	t.Helper()
	if dir := os.Getenv("EXAONE_MODELS"); large && dir != "" {
		data, err := os.ReadFile(filepath.Join(dir, "SmolLM2-135M-Instruct.Q4_1.gguf"))
		if err != nil {
			t.Fatal(err)
		}
		return copied(t, data)
	}
	dir := os.Getenv("EXAONE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	found, err := filepath.Glob(filepath.Join(dir, "golden", "exaone3-tiny-gguf", "*4_0*.gguf"))
	if err != nil || len(found) == 0 {
		t.Skip("shared: golden/exaone3-tiny-gguf not here")
	}
	data, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return copied(t, data)
}

func copied(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tiny.gguf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAModelIsPreparedOnce loads a quantised model: its prepared form appears, answers with the same bits, is used
// without the original, and is not written where that is not wanted.
func TestAModelIsPreparedOnce(t *testing.T) {
	path := quantised(t, false)
	resolve := func(string) (Spec, error) { return Spec{Name: "tiny", Path: path}, nil }
	req := chat.Request{Prompt: &chat.Prompt{IDs: []int32{1, 2, 3, 4, 5, 6, 7}}, MaxTokens: 20, Logprobs: 3}
	told := 0
	plain := collect(t, newEngine(t, Options{Resolve: resolve, NoPrepared: true}), req)
	if _, err := os.Stat(weights.PreparedPath(path)); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("without leave, a prepared form is there: %v", err)
	}
	fast := collect(t, newEngine(t, Options{Resolve: resolve, Preparing: func(string, int64, int64) { told++ }}), req)
	if _, err := os.Stat(weights.PreparedPath(path)); err != nil || told == 0 {
		t.Fatalf("the prepared form, of which was told %d times: %v", told, err)
	}
	same(t, "prepared", fast, plain)
	told = 0
	same(t, "loaded again", collect(t, newEngine(t, Options{Resolve: resolve, Preparing: func(string, int64, int64) { told++ }}), req), plain)
	if told > 0 {
		t.Error("it was prepared twice")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	same(t, "without the original", collect(t, newEngine(t, Options{Resolve: resolve}), req), plain)
}

func same(t *testing.T, what string, got, want outcome) {
	t.Helper()
	if len(got.ids) == 0 || len(got.bits) != len(want.bits) {
		t.Fatalf("%s: %d tokens, want %d", what, len(got.ids), len(want.ids))
	}
	for i := range want.bits {
		if got.bits[i] != want.bits[i] {
			t.Fatalf("%s: number %d differs", what, i)
		}
	}
}

// TestADamagedPreparedFileIsNeverUsed flips a byte of a large tensor under a server that has not touched it yet: the
// request gets an error that says what happens, and the next one the right answer from a file made again.
func TestADamagedPreparedFileIsNeverUsed(t *testing.T) {
	path := quantised(t, true)
	resolve := func(string) (Spec, error) { return Spec{Name: "tiny", Path: path}, nil }
	req := chat.Request{Prompt: &chat.Prompt{IDs: []int32{1, 2, 3, 4, 5, 6, 7}}, MaxTokens: 8, Logprobs: 3}
	want := collect(t, newEngine(t, Options{Resolve: resolve}), req)
	prepared := weights.PreparedPath(path)
	data, err := os.ReadFile(prepared)
	if err != nil {
		t.Fatal(err)
	}
	f, err := weights.Open(prepared)
	if err != nil {
		t.Fatal(err)
	}
	var largest weights.Info
	for _, info := range f.Tensors() {
		if info.Bytes > largest.Bytes {
			largest = info
		}
	}
	start := len(data) - int(f.Size())
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	data[start+int(largest.Offset)+int(largest.Bytes)/2] ^= 4
	if err := os.WriteFile(prepared, data, 0o600); err != nil {
		t.Fatal(err)
	}
	e := newEngine(t, Options{Resolve: resolve})
	var failed error
	for _, err := range e.Chat(context.Background(), req) {
		failed = err
	}
	if told, ok := errors.AsType[*chat.Error](failed); failed != nil && (!ok || told.Code != chat.CodeModelRepaired) {
		t.Errorf("the error is %v, want %s", failed, chat.CodeModelRepaired)
	}
	same(t, "asked again", collect(t, e, req), want)
}
