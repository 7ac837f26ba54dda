package bench

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"exaone/tensor"
	"exaone/weights"
)

// Synthetic describes a checkpoint with the shapes of a real model and random weights. It answers nonsense at the
// speed of the real one.
type Synthetic struct {
	Shape    string // one of [Shapes]
	Type     string // one of [Mixes]
	Layers   int    // of the shape's; 0 is all
	AllHeads bool   // a key-value head for every head, as models had before heads shared them
	Llama    bool   // call the architecture llama, which every engine knows
	Seed     uint64 // the same seed gives the same file
	Progress func(done, total int64)
}

// Shapes returns the names of the models whose shapes are known.
func Shapes() []string { return slices.Sorted(maps.Keys(shapes)) }

// Mixes returns the names of the ways to store weights.
func Mixes() []string { return slices.Sorted(maps.Keys(mixes)) }

// Size returns the bytes of all tensors, which is the size of the file but for its header of a few megabytes.
func (s *Synthetic) Size() (int64, error) {
	list, _, err := s.plan()
	if err != nil {
		return 0, err
	}
	total := int64(0)
	for _, p := range list {
		total += p.bytes()
	}
	return total, nil
}

// outline returns the shape that is made.
func (s *Synthetic) outline() (shape, error) {
	o, ok := shapes[s.Shape]
	if !ok {
		return shape{}, fmt.Errorf("shape %q, want one of %q", s.Shape, Shapes())
	}
	if s.Layers < 0 || s.Layers > o.l {
		return shape{}, fmt.Errorf("layers: found %d, want 1 to %d", s.Layers, o.l)
	}
	if s.Layers > 0 && s.Layers < o.l {
		o.name += fmt.Sprintf(", %d of %d layers", s.Layers, o.l)
		o.l = s.Layers
	}
	if s.AllHeads {
		o.g = o.h
		o.name += fmt.Sprintf(", %d key-value heads", o.g)
	}
	return o, nil
}

func (s *Synthetic) plan() ([]planned, mix, error) {
	outline, err := s.outline()
	if err != nil {
		return nil, mix{}, err
	}
	m, ok := mixes[s.Type]
	if !ok {
		return nil, mix{}, fmt.Errorf("type %q, want one of %q", s.Type, Mixes())
	}
	return outline.tensors(m), m, nil
}

// read returns the bytes of weights that a step of one token reads: of an embedding that is not the head too, one row.
func (s *Synthetic) read() (int64, error) {
	list, _, err := s.plan()
	if err != nil {
		return 0, err
	}
	total, head := int64(0), false
	for i := range list {
		total += list[i].bytes()
		head = head || list[i].name == "output.weight"
	}
	for i := range list {
		if p := &list[i]; head && isEmbedding(p.name) {
			total -= p.bytes() - int64(p.kind.Bytes(p.shape[1]))
		}
	}
	return total, nil
}

func (p *planned) elements() int {
	n := 1
	for _, d := range p.shape {
		n *= d
	}
	return n
}

func (p *planned) bytes() int64 { return int64(p.kind.Bytes(p.elements())) }

// Write writes the checkpoint as GGUF. It holds one tensor at a time: the largest is an embedding. Progress, if any,
// is called before each tensor and at the end. It returns the context's error once ctx ends.
func (s *Synthetic) Write(ctx context.Context, w io.Writer) error {
	list, m, err := s.plan()
	if err != nil {
		return err
	}
	var done, total, largest int64
	for i := range list {
		total += list[i].bytes()
		largest = max(largest, list[i].bytes())
	}
	progress := s.Progress
	if progress == nil {
		progress = func(done, total int64) {}
	}
	buf := make([]byte, largest)
	entries := make([]weights.Entry, len(list))
	for i, p := range list {
		entries[i] = weights.Entry{Name: p.name, Type: p.kind, Shape: p.shape, Data: func() ([]byte, error) {
			progress(done, total)
			data := buf[:p.bytes()]
			err := fill(ctx, data, p, mixSeed(s.Seed, uint64(i)))
			done += p.bytes()
			return data, err
		}}
	}
	if err := weights.WriteGGUF(w, s.keys(m), entries); err != nil {
		return err
	}
	progress(total, total)
	return nil
}

// keys is the metadata: what llama.cpp's converters write for such a model.
func (s *Synthetic) keys(m mix) []weights.Key {
	o, err := s.outline()
	if err != nil {
		panic(err) // plan has seen to it
	}
	arch := o.arch
	if s.Llama {
		arch = "llama"
	}
	u32 := func(n int) uint32 { return uint32(n) }
	keys := []weights.Key{
		{Name: "general.architecture", Value: arch},
		{Name: "general.type", Value: "model"},
		{Name: "general.name", Value: o.name + ", random weights"},
		{Name: "general.file_type", Value: m.fileType},
		{Name: "general.quantization_version", Value: uint32(2)},
		{Name: arch + ".block_count", Value: u32(o.l)},
		{Name: arch + ".context_length", Value: u32(o.window)},
		{Name: arch + ".embedding_length", Value: u32(o.d)},
		{Name: arch + ".feed_forward_length", Value: u32(o.f)},
		{Name: arch + ".attention.head_count", Value: u32(o.h)},
		{Name: arch + ".attention.head_count_kv", Value: u32(o.g)},
		{Name: arch + ".attention.layer_norm_rms_epsilon", Value: o.eps},
		{Name: arch + ".rope.freq_base", Value: o.ropeBase},
		{Name: arch + ".rope.dimension_count", Value: u32(o.e)},
		{Name: arch + ".vocab_size", Value: u32(o.v)},
	}
	return append(keys, vocabularyKeys(o.v, arch)...)
}

// ones is the vector of a norm, as float32.
func ones(dst []byte) {
	for i := range dst {
		dst[i] = [4]byte{0, 0, 0x80, 0x3f}[i%4]
	}
}

// stored are the types that fill can write.
var stored = map[tensor.Type]func(dst []byte, r *random, scale float64){
	tensor.Q4_0: fillQ4_0, tensor.Q5_0: fillQ5_0, tensor.Q8_0: fillQ8_0, tensor.Q4_K: fillQ4_K, tensor.Q6_K: fillQ6_K,
	tensor.F16: fillF16, tensor.BF16: fillBF16,
}
