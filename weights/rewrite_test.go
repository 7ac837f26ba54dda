package weights

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"exaone/tensor"
)

// What was read can be written again to the same bytes: every kind of value survives.
func TestGGUFKeysAreExact(t *testing.T) {
	keys := []Key{
		{"u8", uint8(1)}, {"i8", int8(-1)}, {"u16", uint16(2)}, {"i16", int16(-2)}, {"u32", uint32(3)}, {"i32", int32(-3)},
		{"u64", uint64(1) << 63}, {"i64", int64(-4)}, {"f32", float32(0.1)}, {"f64", 0.1}, {"bool", true}, {"text", "한"},
		{"texts", []string{"a", ""}}, {"i32s", []int32{1, -1}}, {"u8s", []uint8{1, 255}}, {"f32s", []float32{0.1}}, {"bools", []bool{true}},
	}
	path := write(t, filepath.Join(t.TempDir(), "m.gguf"), keys, small())
	got, ok := open(t, path).GGUFKeys()
	if !ok || !reflect.DeepEqual(got, keys) {
		t.Fatalf("got %#v, want %#v", got, keys)
	}
	var again bytes.Buffer
	if err := WriteGGUF(&again, got, small()); err != nil {
		t.Fatal(err)
	}
	if first, err := os.ReadFile(path); err != nil || !bytes.Equal(first, again.Bytes()) {
		t.Errorf("written again, the file differs (%v)", err)
	}
}

func TestWriteSafetensorsReadsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.safetensors")
	pieces := Entry{Name: "pieces", Type: tensor.F32, Shape: []int{2}, Write: func(w io.Writer) error {
		for _, x := range []float32{7, 8} {
			if _, err := w.Write(floats(x)); err != nil {
				return err
			}
		}
		return nil
	}}
	tensors := []Entry{small()[0], pieces, small()[2]}
	var b bytes.Buffer
	if err := WriteSafetensors(&b, tensors); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	f := open(t, path)
	for i, info := range f.Tensors() {
		want := tensors[i]
		if info.Name != want.Name || info.Type != want.Type || !reflect.DeepEqual(info.Shape, want.Shape) || info.Offset%4 != 0 {
			t.Errorf("tensor %d: got %+v, want %s %v %v", i, info, want.Name, want.Type, want.Shape)
		}
	}
	if got, _ := f.Tensor("pieces"); !bytes.Equal(got.Data, floats(7, 8)) {
		t.Errorf("pieces: got % x", got.Data)
	}
}

func TestWritersRefuse(t *testing.T) {
	short := Entry{Name: "short", Type: tensor.F32, Shape: []int{2}, Write: func(w io.Writer) error { _, err := w.Write(floats(1)); return err }}
	for _, c := range []struct {
		tensors []Entry
		want    string
	}{
		{[]Entry{short}, `tensor "short": 4 bytes, want 8`},
		{[]Entry{small()[1]}, `tensor "h.0.q": Q8_0, which the format does not have`},
		{[]Entry{small()[0], small()[0]}, "that no other has"},
	} {
		if err := WriteSafetensors(io.Discard, c.tensors); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	if err := WriteGGUF(io.Discard, nil, []Entry{short}); err == nil || !strings.Contains(err.Error(), `tensor "short": 4 bytes, want 8`) {
		t.Errorf("error %v, want the size", err)
	}
}
