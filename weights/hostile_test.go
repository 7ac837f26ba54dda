package weights

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// hostile is one kind of bad GGUF file.
type hostile struct {
	name string
	make func() *craft
	want string // part of the error; "" if the file is good
}

// change is a kind that differs from a good file by one lie.
func change(name, want string, good func() *craft, lie func(*craft)) hostile {
	return hostile{name, func() *craft {
		c := good()
		lie(c)
		return c
	}, want}
}

func withTensors() *craft { return tensorsCraft(alignmentElse) }

// handcrafted are the kinds of llama.cpp's tests/test-gguf.cpp under its names. Those that end in SUCCESS, EMPTY or
// CUSTOM_ALIGN are good files that a careful reader might refuse.
var handcrafted = []hostile{
	change("HEADER_BAD_MAGIC", "neither GGUF nor", emptyCraft, func(c *craft) { c.magic = "FUGG" }),
	change("HEADER_BAD_VERSION_0", "version 0", emptyCraft, func(c *craft) { c.version = 0 }),
	change("HEADER_BAD_VERSION_1", "version 1", emptyCraft, func(c *craft) { c.version = 1 }),
	change("HEADER_BAD_VERSION_FUTURE", "version 4", emptyCraft, func(c *craft) { c.version = 4 }),
	change("HEADER_BAD_N_TENSORS", "tensors", emptyCraft, func(c *craft) { c.tensorCount = huge }),
	change("HEADER_BAD_N_KV", "keys", emptyCraft, func(c *craft) { c.keyCount = huge }),
	{"HEADER_EMPTY", emptyCraft, ""},

	change("KV_BAD_KEY_SIZE", "key of", keysCraft, func(c *craft) { c.keys[3].length = huge }),
	change("KV_BAD_TYPE", "kind 13", keysCraft, func(c *craft) { c.keys[3].kind = 13 }),
	change("KV_BAD_VALUE_SIZE", "string of", keysCraft, func(c *craft) { c.keys[0].value = le64(huge) }),
	change("KV_DUPLICATE_KEY", "twice", keysCraft, func(c *craft) { c.keys[1].name, c.keys[1].length = c.keys[0].name, c.keys[0].length }),
	change("KV_BAD_ALIGN", "power of two", keysCraft, func(c *craft) { c.add(alignmentKey, kindU32, le32(13)) }),
	{"KV_SUCCESS", keysCraft, ""},

	change("TENSORS_BAD_NAME_SIZE", "name of a tensor of", withTensors, func(c *craft) {
		c.tensors[0].name = "a_tensor" + strings.Repeat("_with_a_long_name", 5)
		c.tensors[0].length = uint64(len(c.tensors[0].name))
	}),
	change("TENSORS_BAD_N_DIMS", "5 dimensions", withTensors, func(c *craft) { c.tensors[0].dims = 5 }),
	change("TENSORS_BAD_SHAPE", "dimension 1", withTensors, func(c *craft) { c.tensors[0].shape[0] = huge }),
	change("TENSORS_NE_TOO_BIG", "beyond any file", withTensors, func(c *craft) { c.tensors[0].shape = []uint64{1<<31 - 1, 1<<31 - 1} }),
	change("TENSORS_BAD_TYPE", "type 42", withTensors, func(c *craft) { c.tensors[0].typ = 42 }),
	change("TENSORS_BAD_OFFSET", "beyond any file", withTensors, func(c *craft) { c.tensors[0].offset = huge }),
	change("TENSORS_DUPLICATE_NAME", "twice", withTensors, func(c *craft) {
		c.tensors[1].name, c.tensors[1].length = c.tensors[0].name, c.tensors[0].length
	}),
	change("TENSORS_BAD_ALIGN", "power of two", withTensors, func(c *craft) { c.add(alignmentKey, kindU32, le32(13)) }),
	change("TENSORS_INCONSISTENT_ALIGN", "multiple of 32", func() *craft { return tensorsCraft(1) }, func(c *craft) {
		c.keys = c.keys[:len(c.keys)-1]
		c.keyCount--
	}),
	{"TENSORS_SUCCESS", withTensors, ""},
	{"TENSORS_CUSTOM_ALIGN", func() *craft { return tensorsCraft(1) }, ""},

	change("DATA_NOT_ENOUGH_DATA", "bytes of data", withTensors, func(c *craft) { c.data = c.data[:len(c.data)-1] }),
	change("DATA_BAD_ALIGN", "power of two", func() *craft { return tensorsCraft(64) }, func(c *craft) {
		c.keys[len(c.keys)-1].value = le32(13)
	}),
	change("DATA_INCONSISTENT_ALIGN", "multiple of 64", withTensors, func(c *craft) { c.add(alignmentKey, kindU32, le32(64)) }),
	{"DATA_SUCCESS", withTensors, ""},
	{"DATA_CUSTOM_ALIGN", func() *craft { return tensorsCraft(4096) }, ""},
}

// incidents are what other readers fell over, and neighbours of it.
var incidents = []hostile{
	change("a string of 2^63 bytes (ollama 17032)", "string of", emptyCraft, func(c *craft) {
		c.add("k", kindString, le64(1<<63))
	}),
	change("an empty string in version 1 (ollama 17033)", "version 1", emptyCraft, func(c *craft) {
		c.version = 1
		c.add("", kindString, le64(0))
	}),
	change("an array of 2^60 numbers (ollama 17042)", "elements", emptyCraft, func(c *craft) {
		c.add("k", kindArray, array(kindU32, 1<<60, nil))
	}),
	change("an array whose size is 2^64 bytes", "elements", emptyCraft, func(c *craft) {
		c.add("k", kindArray, array(kindU64, 1<<61, nil))
	}),
	change("more numbers in an array than bytes left", "bytes left", emptyCraft, func(c *craft) {
		c.add("k", kindArray, array(kindU64, 4, make([]byte, 31)))
	}),
	change("an array of strings, the last beyond the file", "left", emptyCraft, func(c *craft) {
		c.add("k", kindArray, array(kindString, 2, append(text("a"), le64(5)...)))
	}),
	change("an array of one array, many deep", "array", emptyCraft, func(c *craft) {
		c.add("k", kindArray, bytes.Repeat(array(kindArray, 1, nil), 50_000))
	}),
	change("a million keys in a file of a few bytes", "keys", emptyCraft, func(c *craft) { c.keyCount = 1 << 20 }),
	change("four billion dimensions", "dimensions", withTensors, func(c *craft) { c.tensors[0].dims = 1<<32 - 1 }),
	change("no dimension", "0 dimensions", withTensors, func(c *craft) { c.tensors[0].dims, c.tensors[0].shape = 0, nil }),
	change("a tensor that ends beyond the file (CVE-2026-7482)", "bytes of data", withTensors, func(c *craft) { c.tensors[0].shape[1] = 1000 }),
	change("a tensor that starts beyond the file", "bytes of data", withTensors, func(c *craft) { c.tensors[0].offset = 1 << 40 }),
	change("a size of 2^64 elements (CVE-2025-53630)", "dimension", withTensors, func(c *craft) {
		c.tensors[2].shape = []uint64{1 << 32, 1 << 31, 2}
	}),
	change("a size of 2^66 bytes from 2^62 elements (CVE-2026-27940)", "beyond any file", withTensors, func(c *craft) {
		c.tensors[0].shape = []uint64{1 << 31, 1 << 31}
	}),
	change("a dimension of 0 (llama.cpp 24263)", "at least 1", withTensors, func(c *craft) { c.tensors[0].shape[1] = 0 }),
	change("an empty key (llama.cpp 24445)", "empty", emptyCraft, func(c *craft) { c.add("", kindU64, le64(1)) }),
	change("a tensor without a name", "empty", withTensors, func(c *craft) { c.tensors[0].name, c.tensors[0].length = "", 0 }),
	change("an alignment of 2^30 (ggml 1517)", "power of two", withTensors, func(c *craft) { c.add(alignmentKey, kindU32, le32(1<<30)) }),
	change("an alignment of 0", "power of two", withTensors, func(c *craft) { c.add(alignmentKey, kindU32, le32(0)) }),
	change("an alignment that is a string (llama.cpp 25596)", "want u32", withTensors, func(c *craft) { c.add(alignmentKey, kindString, text("32")) }),
	change("an alignment that is a list", "want u32", withTensors, func(c *craft) { c.add(alignmentKey, kindArray, array(kindU32, 1, le32(32))) }),
	change("two tensors in one place", "overlap", withTensors, func(c *craft) { c.tensors[1].offset = c.tensors[0].offset }),
	change("a tensor in the middle of another", "overlap", withTensors, func(c *craft) { c.tensors[3].offset = c.tensors[2].offset + 32 }),
	change("rows of half a block", "whole blocks", withTensors, func(c *craft) { c.tensors[1].shape[0] = 48 }),
	change("a big-endian file", "big-endian", emptyCraft, func(c *craft) { c.version = 3 << 24 }),
	change("a string above 1 MiB", "string of", emptyCraft, func(c *craft) { c.add("k", kindString, text(strings.Repeat("x", 1<<20+1))) }),
	change("a string of 1 MiB", "", emptyCraft, func(c *craft) { c.add("k", kindString, text(strings.Repeat("x", 1<<20))) }),
	change("an array above 4 Mi elements", "elements", emptyCraft, func(c *craft) {
		c.add("k", kindArray, array(kindU8, 4<<20+1, make([]byte, 4<<20+1)))
	}),
	change("an array of 4 Mi booleans", "", emptyCraft, func(c *craft) {
		c.add("k", kindArray, array(kindBool, 4<<20, make([]byte, 4<<20)))
	}),
	change("262,144 tokens, as Gemma has", "", emptyCraft, func(c *craft) {
		c.add("tokenizer.ggml.tokens", kindArray, array(kindString, 1<<18, bytes.Repeat(text("▁of"), 1<<18)))
	}),
	change("65,536 keys", "", emptyCraft, func(c *craft) {
		for i := range 1 << 16 {
			c.add(fmt.Sprint(i), kindU8, []byte{1})
		}
	}),
	change("70,000 keys", "keys", emptyCraft, func(c *craft) {
		for i := range 70_000 {
			c.add(fmt.Sprint(i), kindU8, []byte{1})
		}
	}),
	change("131,072 tensors of one number", "", emptyCraft, func(c *craft) {
		for i := range 1 << 17 {
			c.tensor(fmt.Sprint(i), 0, 4, 1)
		}
	}),
	change("a split into 65,535 parts", "split.count", keysCraft, func(c *craft) { c.add("split.count", kindU16, []byte{255, 255}) }),
	change("a part of a split under another name", "-00001-of-00002", keysCraft, func(c *craft) { c.add("split.count", kindU16, []byte{2, 0}) }),
}

func TestHostileGGUF(t *testing.T) {
	most, share := uint64(0), 0.0
	counts := map[string]int{}
	for set, kinds := range map[string][]hostile{"handcrafted": handcrafted, "incidents": incidents} {
		for _, h := range kinds {
			data := h.make().build()
			heap, err := tryOpen(t, map[string][]byte{"model.gguf": data}, "model.gguf")
			checkErr(t, h.name, err, h.want)
			if heap > budget(len(data)) {
				t.Errorf("%s: allocated %d bytes for a file of %d, want at most %d", h.name, heap, len(data), budget(len(data)))
			}
			most, share = max(most, heap), max(share, float64(heap)/float64(budget(len(data))))
			counts[set]++
		}
	}
	t.Logf("%d kinds of llama.cpp and %d incidents: no panic, at most %.1f MiB allocated, %.0f%% of what is allowed",
		counts["handcrafted"], counts["incidents"], float64(most)/(1<<20), 100*share)
}

// checkErr compares an error with a part of what it should say.
func checkErr(t *testing.T, name string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: got error %v, want none", name, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: got error %v, want one with %q", name, err, want)
	case err != nil && len(err.Error()) > 1000:
		t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
	}
}

// A file that ends anywhere is refused; one whose bytes are changed is read or refused, and never more.
func TestDamagedGGUF(t *testing.T) {
	data := withTensors().build()
	for n := range data {
		if _, err := parseGGUF(data[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are accepted", n, len(data))
		}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	accepted := 0
	for range 20_000 {
		bad := bytes.Clone(data)
		for range 1 + rng.IntN(4) {
			bad[rng.IntN(len(bad))] = []byte{0, 1, 0x7f, 0x80, 0xff, byte(rng.Uint32())}[rng.IntN(6)]
		}
		if checkParsed(t, bad) {
			accepted++
		}
	}
	t.Logf("of 20,000 damaged files %d still parse, and are within their bounds", accepted)
}

// checkParsed parses data and, if it is accepted, checks what the package promises of it.
func checkParsed(t *testing.T, data []byte) bool {
	h, err := parseGGUF(data)
	if err != nil {
		return false
	}
	for _, key := range h.keys {
		if _, ok := h.value(key); !ok {
			t.Errorf("key %q has no value", key)
		}
	}
	end := int64(h.size)
	for _, w := range h.tensors {
		if w.Offset < end && len(h.tensors) == 1 || w.Bytes < 1 || w.Offset+w.Bytes > int64(len(data)) {
			t.Errorf("tensor %+v of a file of %d bytes", w, len(data))
		}
	}
	if err := apart(h.tensors); err != nil {
		t.Error(err)
	}
	return true
}

// Sizes near the edges of int32 and int64 never wrap into something that fits.
func TestShapesThatOverflow(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		c := withTensors()
		shape := make([]uint64, 1+rng.IntN(4))
		for i := range shape {
			shape[i] = 1<<rng.IntN(64) + uint64(rng.IntN(5)) - 2
		}
		w := &c.tensors[rng.IntN(len(c.tensors))]
		w.shape, w.dims = shape, uint32(len(shape))
		checkParsed(t, c.build())
	}
}

func FuzzGGUF(f *testing.F) {
	for _, kinds := range [][]hostile{handcrafted, incidents} {
		for _, h := range kinds {
			if data := h.make().build(); len(data) < 1<<14 {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if heap := allocated(func() { checkParsed(t, data) }); heap > budget(len(data)) {
			t.Errorf("allocated %d bytes for %d", heap, len(data))
		}
	})
}
