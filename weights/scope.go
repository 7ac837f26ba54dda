package weights

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"exaone/tensor"
)

// Scope is a place in the tree of a checkpoint's tensors, whose names are paths with dots between. All scopes
// under one root share a ledger of what was asked for, so that [Scope.Err] can report everything at once. It may
// be used by many goroutines. The zero Scope is not usable: begin with [File.Root].
type Scope struct {
	prefix string
	ledger *ledger
}

// ledger knows what an architecture asked for.
type ledger struct {
	file *File

	mu      sync.Mutex
	state   []use // by index in file.tensors
	missing []string
	wrong   []string
}

// use is what happened to a tensor.
type use uint8

const (
	unread use = iota
	read
	ignored
)

// Root returns the scope of all tensors, with a ledger of its own, and tells the system that the file will be needed,
// so that it begins to read ahead.
func (f *File) Root() Scope {
	f.prefetch()
	return Scope{ledger: &ledger{file: f, state: make([]use, len(f.tensors))}}
}

// At returns the scope under name, which may have several steps ("transformer.h").
func (s Scope) At(name string) Scope { return Scope{prefix: s.prefix + name + ".", ledger: s.ledger} }

// Has reports whether the tensor is there, which does not count as reading it.
func (s Scope) Has(name string) bool {
	_, ok := s.ledger.file.byName[s.prefix+name]
	return ok
}

// Get returns the tensor at name, which must have the shape; -1 stands for any length. A tensor that is missing,
// misshapen or of a type that cannot be read goes into the ledger, and a tensor without data takes its place, so
// that loading may go on to find all faults; call Err before using any. Data is as [File.Tensor] says.
func (s Scope) Get(name string, shape ...int) *tensor.Tensor {
	t, ok := s.Lookup(name, shape...)
	if !ok {
		l := s.ledger
		l.mu.Lock()
		l.missing = append(l.missing, fmt.Sprintf("%s: missing, want shape %v", s.prefix+name, shape))
		l.mu.Unlock()
		return placeholder(s.prefix+name, shape)
	}
	return t
}

// Lookup is Get for a tensor that need not be there.
func (s Scope) Lookup(name string, shape ...int) (*tensor.Tensor, bool) {
	l, path := s.ledger, s.prefix+name
	i, ok := l.file.byName[path]
	if !ok {
		return nil, false
	}
	t := l.file.tensors[i]
	var fault string
	switch {
	case !slices.EqualFunc(t.Shape, shape, func(found, want int) bool { return want == -1 || found == want }):
		fault = fmt.Sprintf("%s: shape %v, want %v", path, t.Shape, shape)
	case !t.Type.Readable():
		fault = fmt.Sprintf("%s: stored as %s, which cannot be read", path, t.DType)
	}
	l.mu.Lock()
	l.state[i] = read
	if fault != "" {
		l.wrong = append(l.wrong, fault)
	}
	l.mu.Unlock()
	if fault != "" {
		return placeholder(path, shape), true
	}
	return l.file.tensor(i), true
}

// readable returns a name for an error. A stranger chose it: it may be long, or hold what moves a terminal's cursor.
func readable(name string) string {
	const limit = 128
	if len(name) > limit {
		name = name[:limit] + "…"
	}
	if quoted := strconv.Quote(name); quoted[1:len(quoted)-1] != name {
		return quoted
	}
	return name
}

// placeholder stands for a tensor that is not there.
func placeholder(path string, shape []int) *tensor.Tensor {
	shape = slices.Clone(shape)
	for i, n := range shape {
		shape[i] = max(n, 0)
	}
	return &tensor.Tensor{Name: path, Type: tensor.F32, Shape: shape}
}

// Ignore excuses tensors from being read: the one at name, and all below it. It is for what some exporters
// store beside the weights (rotary_emb.inv_freq, position_ids).
func (s Scope) Ignore(names ...string) {
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		exact, below := s.prefix+name, s.prefix+name+"."
		for path, i := range l.file.byName {
			if path == exact || strings.HasPrefix(path, below) {
				l.state[i] = max(l.state[i], ignored)
			}
		}
	}
}

// shown is how many faults of one kind an error lists before it counts the rest.
const shown = 16

// Err returns an error that lists every tensor that was missing, misshapen or unreadable when asked for, or that
// nobody asked for so far, in the order of the file; nil if there is none.
func (s Scope) Err() error {
	l := s.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	var unasked []string
	for i, t := range l.file.tensors {
		if l.state[i] == unread {
			unasked = append(unasked, fmt.Sprintf("%s: found with shape %v, but not part of this architecture", readable(t.Name), t.Shape))
		}
	}
	var errs []error
	for _, list := range [][]string{l.missing, l.wrong, unasked} {
		for _, fault := range list[:min(len(list), shown)] {
			errs = append(errs, errors.New(fault))
		}
		if more := len(list) - shown; more > 0 {
			errs = append(errs, fmt.Errorf("and %d more like the last", more))
		}
	}
	return errors.Join(errs...)
}
