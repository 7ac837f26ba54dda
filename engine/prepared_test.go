package engine

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"exaone/chat"
	"exaone/tensor"
	"exaone/weights"
)

// quantised returns the path of a new GGUF with one layer of random weights in Q8_0. Three of its tensors are larger
// than what is compared with its sums when a prepared file is opened.
func quantised(t testing.TB) string {
	t.Helper()
	const d, ff, kv = 256, 4352, 128
	random := rand.New(rand.NewPCG(5, 6))
	words, keys := byteWords()
	entries := []weights.Entry{
		matrix(random, "token_embd.weight", words, d), ones("output_norm.weight", d),
		ones("blk.0.attn_norm.weight", d), ones("blk.0.ffn_norm.weight", d),
		matrix(random, "blk.0.attn_q.weight", d, d), matrix(random, "blk.0.attn_k.weight", kv, d),
		matrix(random, "blk.0.attn_v.weight", kv, d), matrix(random, "blk.0.attn_output.weight", d, d),
		matrix(random, "blk.0.ffn_gate.weight", ff, d), matrix(random, "blk.0.ffn_up.weight", ff, d),
		matrix(random, "blk.0.ffn_down.weight", d, ff),
	}
	keys = append([]weights.Key{
		{Name: "general.architecture", Value: "llama"},
		{Name: "llama.block_count", Value: uint32(1)},
		{Name: "llama.context_length", Value: uint32(256)},
		{Name: "llama.embedding_length", Value: uint32(d)},
		{Name: "llama.feed_forward_length", Value: uint32(ff)},
		{Name: "llama.attention.head_count", Value: uint32(4)},
		{Name: "llama.attention.head_count_kv", Value: uint32(2)},
		{Name: "llama.attention.layer_norm_rms_epsilon", Value: float32(1e-5)},
		{Name: "llama.rope.freq_base", Value: float32(10000)},
		{Name: "llama.vocab_size", Value: uint32(words)},
	}, keys...)
	path := filepath.Join(t.TempDir(), "tiny.gguf")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(weights.WriteGGUF(out, keys, entries), out.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// byteWords returns a vocabulary of an end of text, all bytes and one merge, how many words that is, and its keys.
func byteWords() (int, []weights.Key) {
	tokens, types := []string{"<end>"}, []int32{3}
	next := rune(256) // byte-level vocabularies spell bytes that print as themselves, and the others from here on
	for b := range rune(256) {
		spelt := b
		if !(b >= '!' && b <= '~' || b >= 0xa1 && b != 0xad) {
			spelt, next = next, next+1
		}
		tokens, types = append(tokens, string(spelt)), append(types, 1)
	}
	tokens, types = append(tokens, "ab"), append(types, 1)
	return len(tokens), []weights.Key{
		{Name: "tokenizer.ggml.model", Value: "gpt2"},
		{Name: "tokenizer.ggml.pre", Value: "gpt-2"},
		{Name: "tokenizer.ggml.tokens", Value: tokens},
		{Name: "tokenizer.ggml.token_type", Value: types},
		{Name: "tokenizer.ggml.merges", Value: []string{"a b"}},
		{Name: "tokenizer.ggml.eos_token_id", Value: uint32(0)},
		{Name: "tokenizer.ggml.add_bos_token", Value: false},
		{Name: "tokenizer.chat_template", Value: "{% for message in messages %}<|im_start|>{{ message['role'] }}{{ message['content'] }}<|im_end|>{% endfor %}"},
	}
}

// matrix is a tensor of random weights in Q8_0: a scale of about a hundredth and 32 numbers each.
func matrix(random *rand.Rand, name string, rows, cols int) weights.Entry {
	t := &tensor.Tensor{Name: name, Type: tensor.Q8_0, Shape: []int{rows, cols}, Data: make([]byte, rows*tensor.Q8_0.Bytes(cols))}
	for i := range t.Data {
		switch i % 34 {
		case 0:
			t.Data[i] = 0x1f
		case 1:
			t.Data[i] = 0x11
		default:
			t.Data[i] = byte(random.Uint32())
		}
	}
	return weights.Stored(t)
}

func ones(name string, n int) weights.Entry {
	return weights.Stored(&tensor.Tensor{Name: name, Type: tensor.F32, Shape: []int{n}, Data: bytes.Repeat([]byte{0, 0, 0x80, 0x3f}, n)})
}

// TestAModelIsPreparedOnce loads a quantised model: its prepared form appears, answers with the same bits, is used
// without the original, and is not written where that is not wanted.
func TestAModelIsPreparedOnce(t *testing.T) {
	path := quantised(t)
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
	err := newEngine(t, Options{Resolve: resolve, NoPrepared: true}).Preload(t.Context(), "")
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeHubNoOriginal {
		t.Errorf("without the original and without leave: %v, want %s", err, chat.CodeHubNoOriginal)
	}
	collect(t, newEngine(t, Options{Resolve: resolve, Exact: true}), req) // the reference takes what there is
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
	path, req, want := damaged(t)
	e := newEngine(t, Options{Resolve: func(string) (Spec, error) { return Spec{Name: "tiny", Path: path}, nil }})
	mustRepair(t, e, req)
	same(t, "asked again", collect(t, e, req), want)
	if err := weights.VerifyPrepared(context.Background(), path, nil); err != nil {
		t.Errorf("made again: %v", err)
	}
}

// TestADamagedPreparedFileGoesWhenItIsLetGo finds it there for as long as it is mapped, since Windows removes no such
// file, and gone when its model is unloaded.
func TestADamagedPreparedFileGoesWhenItIsLetGo(t *testing.T) {
	path, req, _ := damaged(t)
	e := newEngine(t, Options{Resolve: func(string) (Spec, error) { return Spec{Name: "tiny", Path: path}, nil }})
	mustRepair(t, e, req)
	if _, err := os.Stat(weights.PreparedPath(path)); err != nil {
		t.Errorf("while it is mapped: %v", err)
	}
	if err := e.Unload(context.Background(), "tiny"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(weights.PreparedPath(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("once it is unloaded: %v, want %v", err, os.ErrNotExist)
	}
}

// damaged returns a model whose prepared form has another byte in its largest tensor, a request, and what is answered
// to it by right.
func damaged(t *testing.T) (path string, req chat.Request, want outcome) {
	t.Helper()
	path = quantised(t)
	req = chat.Request{Prompt: &chat.Prompt{IDs: []int32{1, 2, 3, 4, 5, 6, 7}}, MaxTokens: 8, Logprobs: 3}
	sound := newEngine(t, Options{Resolve: func(string) (Spec, error) { return Spec{Name: "tiny", Path: path}, nil }})
	want = collect(t, sound, req)
	if err := sound.Close(); err != nil {
		t.Fatal(err)
	}
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
	if largest.Bytes <= tensor.CheckBytes {
		t.Fatalf("the largest tensor has %d bytes, want more than are verified when it is opened", largest.Bytes)
	}
	data[start+int(largest.Offset)+int(largest.Bytes)/2] ^= 4
	if err := os.WriteFile(prepared, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, req, want
}

// mustRepair asks an engine with a damaged prepared file.
func mustRepair(t *testing.T, e *Engine, req chat.Request) {
	t.Helper()
	_, _, err := chat.Collect(e.Chat(context.Background(), req))
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeModelRepaired {
		t.Errorf("the error is %v, want %s", err, chat.CodeModelRepaired)
	}
}
