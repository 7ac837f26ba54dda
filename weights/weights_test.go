package weights

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"exaone/tensor"
)

// floats stores numbers as F32.
func floats(xs ...float32) []byte {
	var b []byte
	for _, x := range xs {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// small is a checkpoint of three tensors.
func small() []Entry {
	return []Entry{
		Stored(&tensor.Tensor{Name: "h.0.w", Type: tensor.F32, Shape: []int{2, 3}, Data: floats(1, 2, 3, 4, 5, 6)}),
		Stored(&tensor.Tensor{Name: "h.0.q", Type: tensor.Q8_0, Shape: []int{2, 32}, Data: make([]byte, 68)}),
		Stored(&tensor.Tensor{Name: "norm", Type: tensor.BF16, Shape: []int{3}, Data: make([]byte, 6)}),
	}
}

// write writes a GGUF file and returns its path.
func write(t testing.TB, path string, keys []Key, tensors []Entry) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteGGUF(&b, keys, tensors); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWriteGGUFReadsBack(t *testing.T) {
	keys := []Key{
		{"general.architecture", "exaone"}, {"general.alignment", uint32(64)},
		{"u8", uint8(1)}, {"i8", int8(-1)}, {"u16", uint16(2)}, {"i16", int16(-2)}, {"u32", uint32(3)}, {"i32", int32(-3)},
		{"u64", uint64(math.MaxUint64)}, {"i64", int64(-4)}, {"f32", float32(0.5)}, {"f64", 0.25}, {"bool", true},
		{"texts", []string{"한", "", "b"}}, {"ints", []int32{1, -1}}, {"bytes", []uint8{1, 255}}, {"halves", []float32{0.5, -1}},
		{"truths", []bool{true, false}}, {"nothing", []string{}},
	}
	f := open(t, write(t, filepath.Join(t.TempDir(), "m.gguf"), keys, small()))
	want := map[string]any{
		"general.architecture": "exaone", "general.alignment": uint64(64), "u8": uint64(1), "i8": int64(-1), "u16": uint64(2), "i16": int64(-2),
		"u32": uint64(3), "i32": int64(-3), "u64": uint64(math.MaxUint64), "i64": int64(-4), "f32": 0.5, "f64": 0.25, "bool": true,
		"texts": []string{"한", "", "b"}, "ints": []int64{1, -1}, "bytes": []uint64{1, 255}, "halves": []float64{0.5, -1},
		"truths": []bool{true, false}, "nothing": []string{},
	}
	for i, key := range f.Keys() {
		if key != keys[i].Name || !reflect.DeepEqual(f.Value(key), want[key]) {
			t.Errorf("key %d: got %s = %#v, want %s = %#v", i, key, f.Value(key), keys[i].Name, want[keys[i].Name])
		}
	}
	if len(f.Keys()) != len(keys) {
		t.Errorf("%d keys, want %d", len(f.Keys()), len(keys))
	}
	for i, e := range small() {
		data, _ := e.Data()
		got, ok := f.Tensor(e.Name)
		if !ok || got.Type != e.Type || !slices.Equal(got.Shape, e.Shape) || !bytes.Equal(got.Data, data) {
			t.Errorf("tensor %s: got %+v", e.Name, got)
		}
		if info := f.Tensors()[i]; info.Offset%64 != 0 || info.DType != e.Type.String() {
			t.Errorf("tensor %s: info %+v", e.Name, info)
		}
	}
}

// The typed getters take what fits and refuse what does not, without a panic.
func TestMetadataGetters(t *testing.T) {
	f := open(t, write(t, filepath.Join(t.TempDir(), "m.gguf"), []Key{
		{"s", "x"}, {"n", uint16(7)}, {"neg", int32(-7)}, {"f", float32(1.5)}, {"b", true},
		{"ss", []string{"x"}}, {"ns", []uint64{1, math.MaxUint64}}, {"is", []int8{-1}}, {"fs", []float64{0.5}}}, nil))
	ok := func(got any, found bool) string { return fmt.Sprint(got, " ", found) }
	for _, c := range []struct{ got, want string }{
		{ok(f.String("s")), "x true"}, {ok(f.String("n")), " false"}, {ok(f.String("none")), " false"},
		{ok(f.Uint("n")), "7 true"}, {ok(f.Uint("neg")), "0 false"}, {ok(f.Uint("f")), "0 false"}, {ok(f.Uint("s")), "0 false"},
		{ok(f.Float("f")), "1.5 true"}, {ok(f.Float("neg")), "-7 true"}, {ok(f.Float("b")), "0 false"},
		{ok(f.Bool("b")), "true true"}, {ok(f.Bool("n")), "false false"},
		{ok(f.Strings("ss")), "[x] true"}, {ok(f.Strings("s")), "[] false"},
		{ok(f.Ints("is")), "[-1] true"}, {ok(f.Ints("ns")), "[] false"}, {ok(f.Ints("n")), "[] false"},
		{ok(f.Floats("fs")), "[0.5] true"}, {ok(f.Floats("is")), "[] false"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestWriteGGUFRefuses(t *testing.T) {
	entry := func(e Entry) []Entry {
		if e.Data == nil {
			e.Data = func() ([]byte, error) { return nil, nil }
		}
		return []Entry{e}
	}
	for _, c := range []struct {
		name    string
		keys    []Key
		tensors []Entry
		want    string
	}{
		{"int", []Key{{"a", 1}}, nil, "fixed size"},
		{"nil", []Key{{"a", nil}}, nil, "no value"},
		{"no name", []Key{{"", true}}, nil, "want a name"},
		{"key twice", []Key{{"a", true}, {"a", true}}, nil, "no other"},
		{"alignment", []Key{{alignmentKey, uint32(3)}}, nil, "power of two"},
		{"alignment of another kind", []Key{{alignmentKey, uint64(32)}}, nil, "want a uint32"},
		{"array of arrays", []Key{{"a", [][]string{{"a"}}}}, nil, "fixed size"},
		{"long text", []Key{{"a", strings.Repeat("a", 1<<20+1)}}, nil, "at most"},
		{"no shape", nil, entry(Entry{Name: "a"}), "dimensions"},
		{"dimension 0", nil, entry(Entry{Name: "a", Shape: []int{0}}), "dimensions"},
		{"half a block", nil, entry(Entry{Name: "a", Type: tensor.Q4_0, Shape: []int{2, 16}}), "whole blocks"},
		{"overflow", nil, entry(Entry{Name: "a", Shape: []int{math.MaxInt, 8}}), "dimensions"},
		{"too little data", nil, entry(Entry{Name: "a", Shape: []int{1}}), "0 bytes, want 4"},
		{"no data", nil, entry(Entry{Name: "a", Shape: []int{1}, Data: func() ([]byte, error) { return nil, io.ErrUnexpectedEOF }}), "unexpected EOF"},
		{"tensor twice", nil, append(small(), small()...), "no other"},
	} {
		checkErr(t, c.name, WriteGGUF(io.Discard, c.keys, c.tensors), c.want)
	}
}

// All faults of loading come in one error, each with what was found and what was wanted.
func TestScopeReportsEverythingAtOnce(t *testing.T) {
	f := open(t, write(t, filepath.Join(t.TempDir(), "m.gguf"), nil, append(small(),
		Stored(&tensor.Tensor{Name: "ids", Type: tensor.I64, Shape: []int{1}, Data: make([]byte, 8)}),
		Stored(&tensor.Tensor{Name: "h.0.rotary.inv_freq", Type: tensor.F32, Shape: []int{1}, Data: make([]byte, 4)}),
		Stored(&tensor.Tensor{Name: "extra", Type: tensor.F32, Shape: []int{1}, Data: make([]byte, 4)}),
		Stored(&tensor.Tensor{Name: "extra\x1b[2J", Type: tensor.F32, Shape: []int{1}, Data: make([]byte, 4)}))))
	root := f.Root()
	layer := root.At("h").At("0")
	if w := layer.Get("w", 2, 3); w.Name != "h.0.w" || len(w.Data) != 24 {
		t.Errorf("got %+v", w)
	}
	if w := layer.Get("q", 2, -1); len(w.Data) != 68 {
		t.Errorf("got %+v", w)
	}
	root.Get("norm", 4)
	root.Get("ids", 1)
	if w := layer.Get("bias", 3); w == nil || w.Data != nil || w.Rows() != 1 {
		t.Errorf("placeholder is %+v", w)
	}
	if _, ok := root.Lookup("optional", 3); ok || !root.Has("norm") || root.Has("optional") {
		t.Error("a tensor is where it is not")
	}
	layer.Ignore("rotary")
	want := strings.Join([]string{
		"h.0.bias: missing, want shape [3]",
		"norm: shape [3], want [4]",
		"ids: stored as I64, which cannot be read",
		"extra: found with shape [1], but not part of this architecture",
		`"extra\x1b[2J": found with shape [1], but not part of this architecture`,
	}, "\n")
	if err := root.Err(); err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	other := f.Root() // has a ledger of its own
	for _, w := range f.Tensors() {
		if w.Name != "ids" {
			other.Get(w.Name, w.Shape...)
		}
	}
	other.Ignore("ids")
	if err := other.Err(); err != nil {
		t.Error(err)
	}
}

// A long list of faults is cut, and says so.
func TestErrCountsWhatItLeavesOut(t *testing.T) {
	f := open(t, write(t, filepath.Join(t.TempDir(), "m.gguf"), nil, nil))
	root := f.Root()
	for i := range 20 {
		root.Get(fmt.Sprint(i), 1)
	}
	if err := root.Err(); err == nil || !strings.HasSuffix(err.Error(), "and 4 more like the last") {
		t.Errorf("got %v", err)
	}
}

// Layers may be loaded by many goroutines; go test -race watches.
func TestScopeFromManyGoroutines(t *testing.T) {
	f := open(t, write(t, filepath.Join(t.TempDir(), "m.gguf"), []Key{{"a", "b"}}, small()))
	root := f.Root()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			root.At("h.0").Get("w", 2, 3)
			root.Get("norm", 3)
			root.Ignore("h.0.q")
			if s, ok := f.String("a"); !ok || s != "b" || f.ID() == "" {
				t.Errorf("got %q", s)
			}
		})
	}
	all.Wait()
	if err := root.Err(); err != nil {
		t.Error(err)
	}
}
