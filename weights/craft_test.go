package weights

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// craft is a GGUF file with every field in reach, so that a test can put a lie anywhere. It shares no code with the
// writer, which would not write one.
type craft struct {
	magic       string
	version     uint32
	tensorCount uint64
	keyCount    uint64
	keys        []craftKey
	tensors     []craftTensor
	alignment   uint64 // what the padding obeys, whatever a key says
	data        []byte
}

// craftKey is a key with its value as bytes.
type craftKey struct {
	name   string
	length uint64 // of the name, as claimed
	kind   uint32
	value  []byte
}

type craftTensor struct {
	name   string
	length uint64
	dims   uint32
	shape  []uint64 // fastest first
	typ    uint32
	offset uint64
}

// build writes the file.
func (c *craft) build() []byte {
	b := []byte(c.magic)
	u32 := func(v uint32) { b = binary.LittleEndian.AppendUint32(b, v) }
	u64 := func(v uint64) { b = binary.LittleEndian.AppendUint64(b, v) }
	u32(c.version)
	u64(c.tensorCount)
	u64(c.keyCount)
	for _, k := range c.keys {
		u64(k.length)
		b = append(b, k.name...)
		u32(k.kind)
		b = append(b, k.value...)
	}
	for _, t := range c.tensors {
		u64(t.length)
		b = append(b, t.name...)
		u32(t.dims)
		for _, d := range t.shape {
			u64(d)
		}
		u32(t.typ)
		u64(t.offset)
	}
	for c.data != nil && uint64(len(b))%c.alignment != 0 {
		b = append(b, 0)
	}
	return append(b, c.data...)
}

// add appends a key and counts it.
func (c *craft) add(name string, k kind, value []byte) {
	c.keys = append(c.keys, craftKey{name, uint64(len(name)), uint32(k), value})
	c.keyCount++
}

// tensor appends a tensor behind the others and counts it.
func (c *craft) tensor(name string, typ uint32, bytes int, shape ...uint64) {
	c.tensors = append(c.tensors, craftTensor{name, uint64(len(name)), uint32(len(shape)), shape, typ, uint64(len(c.data))})
	c.tensorCount++
	c.data = append(c.data, make([]byte, (uint64(bytes)+c.alignment-1)/c.alignment*c.alignment)...)
}

func le32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }
func le64(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }

// text is a string as GGUF writes it.
func text(s string) []byte { return append(le64(uint64(len(s))), s...) }

// array is an array as GGUF writes it.
func array(k kind, n uint64, elements []byte) []byte {
	return append(append(le32(uint32(k)), le64(n)...), elements...)
}

// emptyCraft is a file with a header alone.
func emptyCraft() *craft {
	return &craft{magic: "GGUF", version: 3, alignment: 32}
}

// keysCraft has a key of every kind, alone and in an array.
func keysCraft() *craft {
	c := emptyCraft()
	c.add("general.architecture", kindString, text("exaone"))
	for k := range kind(len(kinds)) {
		if k == kindArray {
			continue
		}
		value := []byte{1, 2, 3, 4, 5, 6, 7, 0x3f}[:kinds[k].size]
		if k == kindString {
			value = text("셋")
		}
		c.add(fmt.Sprintf("one.%v", k), k, value)
		list := array(k, 2, append(append([]byte{}, value...), value...))
		c.add(fmt.Sprintf("two.%v", k), kindArray, list)
		c.add(fmt.Sprintf("none.%v", k), kindArray, array(k, 0, nil))
	}
	return c
}

// tensorsCraft has tensors too, no padding behind the last.
func tensorsCraft(alignment uint64) *craft {
	c := keysCraft()
	if alignment != alignmentElse {
		c.add(alignmentKey, kindU32, le32(uint32(alignment)))
	}
	c.alignment = alignment
	c.tensor("token_embd.weight", 0, 4*8*3, 8, 3)
	c.tensor("blk.0.attn_q.weight", 2, 18*3, 32, 3)
	c.tensor("blk.0.ffn_up.weight", 14, 210*2, 256, 2, 1)
	c.tensor("rope_freqs.weight", 0, 4*8, 8)
	return c
}

// budget is how much the reader may allocate for a file of n bytes.
func budget(n int) uint64 { return 64<<20 + 4*uint64(n) }

// allocated calls f and returns how many bytes it allocated in all, which is no less than the most it held at once.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// readAll reads all that a file has, as a curious caller would.
func readAll(f *File) {
	for _, key := range f.Keys() {
		f.Value(key)
	}
	root := f.Root()
	sum := byte(0)
	for _, t := range f.Tensors() {
		w, _ := f.Tensor(t.Name)
		for i := 0; i < len(w.Data); i += 4096 {
			sum ^= w.Data[i]
		}
		root.Get(t.Name, t.Shape...)
	}
	_ = root.Err()
	_ = f.ID()
	_ = sum
}

// tryOpen writes files into a folder, opens what path names there, reads everything, and returns what Open said
// and how much was allocated.
func tryOpen(t testing.TB, files map[string][]byte, path string) (heap uint64, err error) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	heap = allocated(func() {
		var f *File
		if f, err = Open(filepath.Join(dir, path)); err == nil {
			readAll(f)
			if e := f.Close(); e != nil {
				t.Error(e)
			}
		}
	})
	return heap, err
}

// huge is a length that no file has; as an int it is negative.
const huge = math.MaxUint64
