package weights

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exaone/tensor"
)

// safetensors writes a file with a header as given and n bytes of data.
func safetensors(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

// one is the entry of a tensor of four bytes.
const one = `{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`

// badHeaders are headers of safetensors files, with the bytes of data behind and what Open should say.
var badHeaders = []struct {
	name, header string
	data         int
	want         string
}{
	{"good", `{"__metadata__":{"format":"pt"},"a":` + one + `}  `, 4, ""},
	{"no tensor", `{}`, 0, ""},
	{"a number and an empty tensor", `{"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[0,3],"data_offsets":[8,8]}}`, 8, ""},
	{"out of order", `{"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},"a":` + one + `}`, 8, ""},
	{"four-bit numbers", `{"a":{"dtype":"F4","shape":[2,3],"data_offsets":[0,3]}}`, 3, ""},
	{"escaped name", `{"\u0061\"":` + one + `}`, 4, ""},

	{"not JSON", `{"a":`, 4, "JSON"},
	{"more after it", `{"a":` + one + `}{}`, 4, "header"},
	{"same name twice", `{"a":` + one + `,"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8, "twice"},
	{"same name twice, escaped", `{"a":` + one + `,"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8, "twice"},
	{"empty name", `{"":` + one + `}`, 4, "no name"},
	{"long name", `{"` + strings.Repeat("a", 5000) + `":` + one + `}`, 4, "at most"},
	{"nested deeply", `{"__metadata__":` + strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 41), 0, "nested deeper"},
	{"nested beyond any stack", `{"a":` + strings.Repeat("[", 1<<20), 0, "header"},
	{"an array for a tensor", `{"a":[1]}`, 4, "want an object"},
	{"a number for a tensor", `{"a":1}`, 4, "want an object"},
	{"unknown dtype", `{"a":{"dtype":"Q4_0","shape":[32],"data_offsets":[0,18]}}`, 18, `dtype "Q4_0"`},
	{"no dtype", `{"a":{"shape":[1],"data_offsets":[0,4]}}`, 4, "dtype"},
	{"no shape", `{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4, "no shape"},
	{"no offsets", `{"a":{"dtype":"F32","shape":[1]}}`, 4, "data_offsets"},
	{"a field too many", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"stride":[1]}}`, 4, "stride"},
	{"a field twice", `{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}`, 4, "shape"},
	{"negative dimension", `{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4, "whole number"},
	{"dimension of one and a half", `{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}`, 6, "whole number"},
	{"dimension as text", `{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}`, 4, "whole number"},
	{"dimension with exponent", `{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}`, 4, "whole number"},
	{"null shape", `{"a":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}`, 4, "want an array"},
	{"nine dimensions", `{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}`, 4, "more than 8"},
	{"size of 2^64 bits", `{"a":{"dtype":"F32","shape":[4294967296,134217728],"data_offsets":[0,0]}}`, 0, "beyond any file"},
	{"size of 2^65 bits that wraps to 0", `{"a":{"dtype":"F32","shape":[4294967296,268435456],"data_offsets":[0,0]}}`, 0, "beyond any file"},
	{"dimension of 2^63", `{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]}}`, 4, "whole number"},
	{"size unlike the offsets", `{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4, "want 64 bits"},
	{"half a byte", `{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}`, 1, "want 12 bits"},
	{"end before begin", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4, "begin and an end"},
	{"three offsets", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 8, "more than 2"},
	{"one offset", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`, 4, "begin and an end"},
	{"a gap before", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8, "want from 0"},
	{"an overlap", `{"a":` + one + `,"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}`, 6, "want from 4"},
	{"the same place twice", `{"a":` + one + `,"b":` + one + `}`, 4, "want from 4"},
	{"data beyond the file", `{"a":` + one + `}`, 3, "only 3 bytes"},
	{"data at the end of the world", `{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}`, 4, "beyond any file"},
	{"data of nobody", `{"a":` + one + `}`, 5, "belong to no tensor"},
}

func TestHostileSafetensors(t *testing.T) {
	most := uint64(0)
	try := func(name string, data []byte, want string) {
		t.Helper()
		heap, err := tryOpen(t, map[string][]byte{"model.safetensors": data}, "model.safetensors")
		checkErr(t, name, err, want)
		if heap > budget(len(data)) {
			t.Errorf("%s: allocated %d bytes for a file of %d", name, heap, len(data))
		}
		most = max(most, heap)
	}
	for _, h := range badHeaders {
		try(h.name, safetensors(h.header, h.data), h.want)
	}
	good := safetensors(`{"a":`+one+`}`, 4)
	for n := range good {
		if _, _, err := parseSafetensors(good[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are accepted", n, len(good))
		}
	}
	lie := bytes.Clone(good)
	for _, n := range []uint64{uint64(len(good)), 1 << 20, 1 << 32, 1 << 63, huge} {
		binary.LittleEndian.PutUint64(lie, n)
		try(fmt.Sprintf("a header of %d bytes", n), lie, "header of")
	}
	var many strings.Builder
	many.WriteString("{")
	for i := range maxTensors {
		fmt.Fprintf(&many, `"%d":{"dtype":"U8","shape":[],"data_offsets":[%d,%d]},`, i, i, i+1)
	}
	try("131,072 tensors", safetensors(strings.TrimSuffix(many.String(), ",")+"}", maxTensors), "")
	try("131,073 tensors", safetensors(many.String()+`"x":`+one+`}`, maxTensors), "more than")
	try("16 MiB of metadata", safetensors(`{"__metadata__":{"a":"`+strings.Repeat("x", 16<<20)+`"}}`, 0), "")
	t.Logf("%d kinds: no panic, at most %.1f MiB allocated", len(badHeaders)+8, float64(most)/(1<<20))
}

// A header of 100 MiB is read within its budget; a larger one is refused at once. The files have holes, not bytes.
func TestHeaderLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.safetensors")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Truncate(300 << 20); err != nil {
		t.Skipf("no files with holes here: %v", err)
	}
	for n, want := range map[uint64]string{100 << 20: "JSON", 100<<20 + 1: "want at most"} {
		if _, err := file.WriteAt(append(le64(n), '{'), 0); err != nil {
			t.Fatal(err)
		}
		heap := allocated(func() { _, err = Open(path) })
		if want == "JSON" {
			want = "header"
		}
		checkErr(t, fmt.Sprint(n), err, want)
		if heap > 1<<20 {
			t.Errorf("a header of %d bytes: allocated %d", n, heap)
		}
	}
}

// badIndexes are texts of model.safetensors.index.json; the folder has a.safetensors with tensor a, and b likewise.
var badIndexes = []struct{ name, text, want string }{
	{"good", `{"metadata":{"total_size":8},"weight_map":{"a":"a.safetensors","b":"b.safetensors"}}`, ""},
	{"one of them is enough", `{"weight_map":{"a":"a.safetensors"}}`, ""},
	{"a file above", `{"weight_map":{"a":"../a.safetensors"}}`, "same folder"},
	{"a file from the root", `{"weight_map":{"a":"/etc/a.safetensors"}}`, "same folder"},
	{"a file below", `{"weight_map":{"a":"sub/a.safetensors"}}`, "same folder"},
	{"a file above, for Windows", `{"weight_map":{"a":"..\\a.safetensors"}}`, "same folder"},
	{"a drive", `{"weight_map":{"a":"C:a.safetensors"}}`, "same folder"},
	{"a NUL", `{"weight_map":{"a":"a\u0000.safetensors"}}`, "same folder"},
	{"another kind of file", `{"weight_map":{"a":"pytorch_model.bin"}}`, "same folder"},
	{"an empty name", `{"weight_map":{"a":""}}`, "same folder"},
	{"a file that is not there", `{"weight_map":{"a":"c.safetensors"}}`, "c.safetensors"},
	{"a tensor elsewhere", `{"weight_map":{"a":"b.safetensors","b":"b.safetensors"}}`, "should be in b.safetensors"},
	{"a tensor nowhere", `{"weight_map":{"a":"a.safetensors","z":"a.safetensors"}}`, "should be in a.safetensors"},
	{"a tensor twice", `{"weight_map":{"a":"a.safetensors","a":"b.safetensors"}}`, "twice"},
	{"a number for a file", `{"weight_map":{"a":1}}`, "want a string"},
	{"no map", `{"metadata":{}}`, "no weight_map"},
	{"an empty map", `{"weight_map":{}}`, "no weight_map"},
	{"a list for a map", `{"weight_map":[]}`, "want an object"},
	{"not JSON", `{`, "JSON"},
	{"a list", `[]`, "not an object"},
}

func TestHostileIndex(t *testing.T) {
	for _, h := range badIndexes {
		heap, err := tryOpen(t, map[string][]byte{
			indexName: []byte(h.text), configName: []byte(`{}`),
			"a.safetensors": safetensors(`{"a":`+one+`}`, 4), "b.safetensors": safetensors(`{"b":`+one+`}`, 4),
		}, ".")
		checkErr(t, h.name, err, h.want)
		if heap > 1<<20 {
			t.Errorf("%s: allocated %d bytes", h.name, heap)
		}
	}
	_, err := tryOpen(t, map[string][]byte{
		indexName: []byte(`{"weight_map":{"a":"a.safetensors","b":"b.safetensors"}}`), configName: []byte(`{}`),
		"a.safetensors": safetensors(`{"a":`+one+`}`, 4), "b.safetensors": safetensors(`{"b":`+one+`,"a":{"dtype":"U8","shape":[],"data_offsets":[4,5]}}`, 5),
	}, ".")
	if err == nil {
		t.Error("a tensor stored in two shards is accepted")
	}
}

func FuzzSafetensors(f *testing.F) {
	for _, h := range badHeaders {
		if len(h.header) < 1<<14 {
			f.Add(safetensors(h.header, h.data))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var tensors []Info
		var size int
		var err error
		if heap := allocated(func() { tensors, size, err = parseSafetensors(data) }); heap > budget(len(data)) {
			t.Errorf("allocated %d bytes for %d", heap, len(data))
		}
		end := int64(size)
		for _, w := range tensors {
			if w.Offset != end || w.Type != tensor.NoType && w.Type.Bytes(int(product(w.Shape))) != int(w.Bytes) {
				t.Errorf("tensor %+v after byte %d", w, end)
			}
			end += w.Bytes
		}
		if err == nil && end != int64(len(data)) {
			t.Errorf("tensors end at %d of %d", end, len(data))
		}
	})
}

// product is the number of elements of a shape.
func product(shape []int) int64 {
	n := int64(1)
	for _, d := range shape {
		n *= int64(d)
	}
	return n
}

// FuzzConfigJSON feeds the texts of a folder, as config.json and as the index.
func FuzzConfigJSON(f *testing.F) {
	for _, h := range badIndexes {
		f.Add([]byte(h.text))
	}
	for _, text := range []string{`{"architectures":["ExaoneForCausalLM"]}`, `{}`, `[]`, `1`, `"`, "{\"a\":\"\\", "\ufeff{}", "{\"a\":" + strings.Repeat("[", 100)} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if heap := allocated(func() {
			shards, of, err := parseIndex(text)
			if err != nil {
				return
			}
			for name, shard := range of {
				if !plain(shard) || len(name) > len(text) {
					t.Errorf("tensor %q in %q", name, shard)
				}
			}
			if len(shards) == 0 {
				t.Error("an index of no files is accepted")
			}
		}); heap > budget(len(text)) {
			t.Errorf("allocated %d bytes for %d", heap, len(text))
		}
		if checkJSON(text) == nil && text[bytes.IndexByte(text, '{')] != '{' {
			t.Error("not an object")
		}
	})
}
