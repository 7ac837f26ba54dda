package document

import (
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// compoundOf writes a compound file with streams by their paths, small ones among the small. [MS-CFB]
func compoundOf(streams map[string][]byte) []byte {
	const sector, cutoff = 512, 4096
	le := binary.LittleEndian
	type node struct {
		name        string
		kind        byte
		child, next int
		start       uint32
		data        []byte
	}
	nodes := []node{{name: "Root Entry", kind: 5}}
	var fat, minifat []uint32
	var body, mini []byte
	put := func(data []byte) uint32 {
		start := uint32(len(fat))
		for n := (len(data) + sector - 1) / sector; n > 0; n-- {
			fat = append(fat, uint32(len(fat)+1))
		}
		if len(data) == 0 {
			return cfbEnd
		}
		fat[len(fat)-1] = cfbEnd
		body = append(body, data...)
		body = append(body, make([]byte, (sector-len(data)%sector)%sector)...)
		return start
	}
	folders := map[string]int{"": 0}
	add := func(folder int, n node) int {
		n.next = nodes[folder].child
		nodes = append(nodes, n)
		nodes[folder].child = len(nodes) - 1
		return len(nodes) - 1
	}
	for _, path := range slices.Sorted(maps.Keys(streams)) {
		at, rest := 0, path
		for {
			name, more, ok := strings.Cut(rest, "/")
			if !ok {
				break
			}
			folder := strings.TrimSuffix(path, more)
			if _, there := folders[folder]; !there {
				folders[folder] = add(at, node{name: name, kind: 1})
			}
			at, rest = folders[folder], more
		}
		n := node{name: rest, kind: 2, data: streams[path]}
		if len(n.data) >= cutoff {
			n.start = put(n.data)
		} else {
			n.start = uint32(len(minifat))
			for range (len(n.data) + cfbMini - 1) / cfbMini {
				minifat = append(minifat, uint32(len(minifat)+1))
			}
			if len(n.data) > 0 {
				minifat[len(minifat)-1] = cfbEnd
			}
			mini = append(mini, n.data...)
			mini = append(mini, make([]byte, (cfbMini-len(n.data)%cfbMini)%cfbMini)...)
		}
		add(at, n)
	}
	nodes[0].start, nodes[0].data = put(mini), mini
	var directory []byte
	for i, n := range nodes {
		e := make([]byte, 128)
		units := utf16.Encode([]rune(n.name))
		for k, u := range units {
			le.PutUint16(e[2*k:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66] = n.kind
		for k, at := range []int{0, n.next, n.child} {
			if at == 0 || i == 0 && k == 1 {
				at = -1
			}
			le.PutUint32(e[68+4*k:], uint32(int32(at)))
		}
		le.PutUint32(e[116:], n.start)
		le.PutUint32(e[120:], uint32(len(n.data)))
		directory = append(directory, e...)
	}
	head := make([]byte, sector)
	copy(head, cfbMagic)
	le.PutUint16(head[24:], 0x3e)
	le.PutUint16(head[26:], 3)
	le.PutUint16(head[28:], 0xfffe)
	le.PutUint16(head[30:], 9)
	le.PutUint16(head[32:], 6)
	le.PutUint32(head[48:], put(directory))
	le.PutUint32(head[56:], cutoff)
	var packed []byte
	for _, next := range minifat {
		packed = le.AppendUint32(packed, next)
	}
	le.PutUint32(head[60:], put(packed))
	le.PutUint32(head[64:], uint32((len(packed)+sector-1)/sector))
	le.PutUint32(head[68:], cfbEnd)
	for i := range 109 {
		le.PutUint32(head[76+4*i:], cfbFree)
	}
	n := 0
	for ; n*sector/4 < len(fat)+n; n++ {
		le.PutUint32(head[76+4*n:], uint32(len(fat)+n))
	}
	le.PutUint32(head[44:], uint32(n))
	for range n {
		fat = append(fat, 0xfffffffd)
	}
	for len(fat)%(sector/4) != 0 {
		fat = append(fat, cfbFree)
	}
	out := append(head, body...)
	for _, next := range fat {
		out = le.AppendUint32(out, next)
	}
	return out
}

func TestCompoundFilesAreRead(t *testing.T) {
	streams := map[string][]byte{
		"small": []byte("가나다"), "empty": nil, "folder/large": []byte(strings.Repeat("0123456789", 5000)), "folder/inner/한글": []byte(strings.Repeat("x", 100)),
	}
	data := compoundOf(streams)
	c, err := openCompound(strings.NewReader(string(data)), int64(len(data)), 100)
	if err != nil || len(c.faults) > 0 {
		t.Fatal(err, c.faults)
	}
	for path, want := range streams {
		e, ok := c.entry(path)
		got, err := c.read(e, 1<<20)
		if !ok || err != nil || string(got) != string(want) {
			t.Errorf("%s: %v, %v, %d bytes, want %d", path, ok, err, len(got), len(want))
		}
	}
	if e, ok := c.entry("folder/inner"); !ok || !e.storage {
		t.Error("folder/inner is no folder")
	}
}

func TestCompoundFilesThatAreCutOpenAsFarAsTheyGo(t *testing.T) {
	want := strings.Repeat("0123456789", 5000)
	data := compoundOf(map[string][]byte{"a": []byte(want), "b": []byte("small")})
	whole := 0
	for cut := 0; cut < len(data); cut += 300 {
		c, err := openCompound(strings.NewReader(string(data[:cut])), int64(cut), 100)
		if err != nil {
			continue
		}
		e, _ := c.entry("a")
		got, err := c.read(e, 1<<20)
		if !strings.HasPrefix(want, string(got)) {
			t.Fatalf("cut at %d: other bytes than the file has", cut)
		}
		if len(got) < len(want) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut at %d: %d bytes of %d, and %v", cut, len(got), len(want), err)
		}
		if len(got) == len(want) {
			whole++
			if len(c.faults) == 0 {
				t.Errorf("cut at %d: no fault", cut)
			}
		}
	}
	if whole == 0 {
		t.Error("a file without its table of sectors did not open")
	}
}

func TestCompoundFilesWithLoopsEndBeforeTheFileDoes(t *testing.T) {
	data := compoundOf(map[string][]byte{"a": []byte(strings.Repeat("a", 5000))})
	data = append(data, make([]byte, 100)...) // a cut sector at its end
	c, err := openCompound(strings.NewReader(string(data)), int64(len(data)), 10)
	if err != nil {
		t.Fatal(err)
	}
	e, _ := c.entry("a")
	e.size = 1 << 40
	c.fat[e.start] = e.start
	got, err := c.read(e, 1<<41)
	if len(got) > len(data) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%d bytes of a file of %d, %v", len(got), len(data), err)
	}
}

// FuzzCompound holds the reader to its bounds: streams are not longer than the file, and everything ends.
func FuzzCompound(f *testing.F) {
	f.Add(compoundOf(map[string][]byte{"a": []byte(strings.Repeat("a", 5000)), "b/c": []byte("small")}))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := openCompound(strings.NewReader(string(data)), int64(len(data)), 64)
		if err != nil {
			return
		}
		for _, e := range c.entries {
			if got, _ := c.read(e, 1<<40); len(got) > len(data) {
				t.Fatalf("%s: %d bytes of a file of %d", e.path, len(got), len(data))
			}
		}
	})
}

func TestACutListOfListsOfSectorsIsNoPanic(t *testing.T) {
	data := make([]byte, 1026)
	copy(data, compoundOf(map[string][]byte{"a": []byte("b")})[:512])
	binary.LittleEndian.PutUint32(data[44:], 1)
	binary.LittleEndian.PutUint32(data[68:], 1)
	for i := 76; i < 512; i++ {
		data[i] = 0xff
	}
	if _, err := openCompound(strings.NewReader(string(data)), int64(len(data)), 10); err == nil {
		t.Error("no error")
	}
}
