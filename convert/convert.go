// Package convert turns checkpoints into other formats and precisions.
//
//	weights.File ── model.Convert: names, order, keys ──▶ entries ── rows: read, change, quantise ──▶ a new file
//	tokenizer.json ◀── words ──▶ tokenizer.ggml.*
//
// Rows are read from the file with plain reads and not through its map, some at a time and put in order where a prepared
// file has them interleaved, and go through as many goroutines as there are threads: a conversion of any size takes some
// ten megabytes. What is written gathers beside its place and appears there by a rename, so that after an error, a full
// disk or a cancelled context nothing is left.
package convert

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"exaone/model"
	"exaone/tensor"
	"exaone/weights"
)

// Options say what is to be made.
type Options struct {
	Mix      Mix                     // the zero Mix keeps the stored types as far as the format has them
	Threads  int                     // 0: all
	Force    bool                    // what a conversion may have written at the path is replaced
	Progress func(done, total int64) // of bytes read; nil: none. It is called by one goroutine
}

// Report is what was made.
type Report struct {
	Bytes int64
	Types map[tensor.Type]int // tensors of each
	Fell  []Fallback          // tensors whose rows are no whole blocks of the type that the mix has for them
	Lost  []string            // what the format cannot say of the tokenizer
	Left  []string            // from one folder to another: files that were not copied, and members that named them
}

// Fallback is a tensor that got another type than the mix has for it.
type Fallback struct {
	Name     string
	Columns  int
	Want, Is tensor.Type
}

// GGUF writes f as a GGUF file at path. The source may be GGUF itself: then its keys are kept. Errors name the tensor
// or the file at fault; that something is at path already is fs.ErrExist, and an *Occupied if Force does not help
// or it is what f reads.
func GGUF(ctx context.Context, f *weights.File, path string, o Options) (Report, error) {
	if err := Free(path, f, o.Force); err != nil {
		return Report{}, err
	}
	keys, entries, j, err := planGGUF(ctx, f, o)
	if err != nil {
		return Report{}, err
	}
	defer j.close()
	err = weights.WriteWhole(path, func(out *os.File) error { return weights.WriteGGUF(out, keys, entries) })
	if err != nil {
		return Report{}, err
	}
	return j.finish(path)
}

// planGGUF decides on every key and tensor of a GGUF file.
func planGGUF(ctx context.Context, f *weights.File, o Options) ([]weights.Key, []weights.Entry, *job, error) {
	var keys []weights.Key
	var moves []model.Move
	var made []*tensor.Tensor
	var lost []string
	layers := 0
	if f.Format() == weights.GGUF {
		n, err := model.Check(f)
		if err != nil {
			return nil, nil, nil, err
		}
		all, ok := f.GGUFKeys()
		if !ok {
			return nil, nil, nil, errors.New("the file has changed since it was opened")
		}
		layers, keys, moves = n, kept(all), stay(f)
	} else {
		c, err := model.Convert(f)
		if err != nil {
			return nil, nil, nil, err
		}
		words, missing, err := wordsGGUF(f, vocabulary(c.Keys))
		if err != nil {
			return nil, nil, nil, err
		}
		layers, moves, made, lost = c.Layers, c.Tensors, c.Made, missing
		keys = slices.Concat(c.Keys[:1], []weights.Key{{Name: "general.type", Value: "model"}, {Name: "general.name", Value: nameOf(f)}}, c.Keys[1:], words)
	}
	j := newJob(ctx, f, o)
	j.report.Lost = lost
	entries := j.entriesGGUF(moves, layers, made)
	keys = append(keys, weights.Key{Name: "general.file_type", Value: j.fileType()})
	if j.quantised() {
		keys = append(keys, weights.Key{Name: "general.quantization_version", Value: uint32(2)})
	}
	return keys, entries, j, nil
}

// kept leaves out the keys that speak of the old file's types and parts.
func kept(keys []weights.Key) []weights.Key {
	return slices.DeleteFunc(keys, func(k weights.Key) bool {
		return k.Name == "general.file_type" || k.Name == "general.quantization_version" || strings.HasPrefix(k.Name, "split.")
	})
}

// stay returns moves that leave every tensor where it is.
func stay(f *weights.File) []model.Move {
	var moves []model.Move
	for _, t := range f.Tensors() {
		moves = append(moves, model.Move{From: t.Name, To: t.Name, GGUF: t.Name, Layer: model.LayerOf(t.Name), Scale: 1})
	}
	return moves
}

// nameOf returns a name for people: that of the folder or file.
func nameOf(f *weights.File) string {
	dir, err := filepath.Abs(f.Dir())
	if err != nil {
		return "model"
	}
	return filepath.Base(dir)
}

// vocabulary returns the number of ids that keys speak of.
func vocabulary(keys []weights.Key) int {
	for _, k := range keys {
		if n, ok := k.Value.(uint32); ok && strings.HasSuffix(k.Name, ".vocab_size") {
			return int(n)
		}
	}
	return 0
}

// finish completes the report of a job that went well.
func (j *job) finish(paths ...string) (Report, error) {
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return Report{}, err
		}
		j.report.Bytes += info.Size()
	}
	return j.report, nil
}

// quantised reports whether any tensor is.
func (j *job) quantised() bool {
	for t := range maps.Keys(j.report.Types) {
		if t.Quantised() {
			return true
		}
	}
	return false
}

// fileType returns llama.cpp's number for the mix; where there is none, that of the type most tensors have.
func (j *job) fileType() uint32 {
	if j.o.Mix.Name != "" {
		return j.o.Mix.fileType
	}
	most, n := tensor.F32, 0
	for _, t := range slices.Sorted(maps.Keys(j.report.Types)) {
		if c := j.report.Types[t]; c > n && t != tensor.F32 {
			most, n = t, c
		}
	}
	for _, m := range mixes {
		if m.base == most {
			return m.fileType
		}
	}
	return 0
}

func threads(o Options) int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}
