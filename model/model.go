// Package model holds the architectures, one file each, from config to logits.
//
// A model is immutable after load: all state of a sequence is in its pages of the [tensor.KV] and in the
// engine. Forward runs one step over a batch of rows that may belong to many sequences.
package model

import (
	"exaone/tensor"
)

// Model is a loaded decoder. Forward may be called by one goroutine at a time.
type Model interface {
	// Shape returns what the engine needs to size caches and batches.
	Shape() Shape
	// Forward runs the batch, storing keys and values in kv, and returns one row of float32 per index in
	// b.Want, in that order: logits [len(Want), vocab] or final hidden states [len(Want), width].
	// The returned slice is valid until the next Forward, but for those that Batch.Pause makes.
	Forward(ops tensor.Ops, b *Batch, kv *tensor.KV) ([]float32, error)
}

// Shape is the outline of a model.
type Shape struct {
	Layers  int
	Heads   int
	KVHeads int
	HeadDim int
	Width   int // d
	Vocab   int
	Window  int // the longest sequence it was made for, in tokens
}

// Batch is one step: n rows, each one token of some sequence.
//
// A row is a sequence's position and pages (Rows[i]), an id or, where Embeddings is not nil and
// Embeddings[i] is not nil, an embedding of length Width in its place, and an adapter (nil is the base
// model). Want lists the rows whose outputs are needed, ascending.
type Batch struct {
	IDs        []int32
	Embeddings [][]float32
	Rows       []tensor.Row
	Adapters   []*Adapter
	Want       []int
	Hidden     bool // return final hidden states (after the last norm) and not logits

	// Pause, if not nil, is called before every layer but the first. It may run batches without Pause through the same
	// model and cache, of other sequences; then it says so. With an error the step ends, and Forward returns it: keys
	// and values of the layers that were done are stored.
	Pause func() (ran bool, err error)

	// Tap, if not nil, is shown every named activation as it is made: layer -1 for those outside layers.
	// data is [n, len(data)/n] and valid during the call. For tests and inspection.
	Tap func(layer int, name string, data []float32)
}
