package document

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	pdfium "github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// PDFium is C++ compiled to WebAssembly: it sees its own memory and nothing of this machine, no file and no address. The
// module go-pdfium brings it and what it imports; its functions are called here without go-pdfium's wrappers, which look
// up a reference by name for every character.

// wasmFunction and wasmMemory are what go-pdfium's types can do, which have no name outside of it.
type wasmFunction interface {
	CallWithStack(ctx context.Context, stack []uint64) error
}

type wasmMemory interface {
	Read(offset, n uint32) ([]byte, bool)
	Write(offset uint32, v []byte) bool
}

// engines are the compiled PDFiums by the folder of their cache: compiling takes seconds, loading what was compiled 0.1 s.
var engines = struct {
	sync.Mutex
	pools map[string]*enginePool
}{pools: map[string]*enginePool{}}

type enginePool struct {
	sync.Mutex // while an instance is made: most is then that instance's
	pool       pdfium.Pool
	most       uint64 // bytes of its memory
}

// engine is an instance of PDFium with one document in it. It is of one goroutine, and thrown away with its document: what
// a file does to it, it does to no other.
type engine struct {
	instance  pdfium.Pdfium
	library   reflect.Value
	functions map[string]wasmFunction
	memory    wasmMemory
	scratch   uint64 // scratchBytes that functions write their results into
	stack     [12]uint64
	doc       uint64
	form      uint64
	err       error // the first that a call returned; nothing of this instance is to be trusted after it
}

const (
	scratchBytes = 4096
	// engineMemory is what an instance may take beside the file: pages of many megabytes of operators fit.
	engineMemory = 128 << 20
	// mostEngines bounds the instances of a process. One that reads a document may wait for its first, never for another.
	mostEngines = 8
)

// compileTime is how long compiling may take where nothing is kept yet: 3 s of a processor that has nothing else to do.
const compileTime = time.Minute

// newEngine returns an instance with a memory of at most so many bytes.
func newEngine(ctx context.Context, cache string, memory int64) (*engine, error) {
	p, err := enginesOf(cache)
	if err != nil {
		return nil, err
	}
	p.Lock()
	defer p.Unlock()
	p.most = uint64(memory)
	instance, err := p.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("pdfium: %w", err)
	}
	e := &engine{instance: instance, functions: map[string]wasmFunction{}}
	if err := e.bind(); err != nil {
		instance.Close()
		return nil, err
	}
	return e, nil
}

// bind finds the functions and the memory of the instance.
func (e *engine) bind() error {
	inside, ok := e.instance.(interface{ GetImplementation() any })
	if !ok {
		return fmt.Errorf("pdfium: an instance is a %T, want one with its implementation", e.instance)
	}
	e.library = reflect.ValueOf(inside.GetImplementation())
	module := e.library.Elem().FieldByName("Module")
	if !module.IsValid() {
		return errors.New("pdfium: no module in the instance")
	}
	memory, ok := module.Elem().MethodByName("Memory").Call(nil)[0].Interface().(wasmMemory)
	if !ok {
		return errors.New("pdfium: no memory in the instance")
	}
	e.memory = memory
	e.scratch = e.call("malloc", scratchBytes)
	return e.err
}

// enginesOf returns the compiled PDFium of a cache, which it compiles if nobody has.
func enginesOf(cache string) (*enginePool, error) {
	engines.Lock()
	defer engines.Unlock()
	if p := engines.pools[cache]; p != nil {
		return p, nil
	}
	// The module lowers longjmp to exception handling. No WithCloseOnContextDone: checking for it makes every loop of
	// PDFium four times slower, so that a page that never ends is ended with its process (see Pool).
	config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
	if folder := cacheFolder(cache); folder != "" {
		if kept, err := wazero.NewCompilationCacheWithDir(folder); err == nil {
			config = config.WithCompilationCache(kept)
		}
	}
	p := &enginePool{}
	ctx := experimental.WithCompilationWorkers(context.Background(), runtime.GOMAXPROCS(0))
	ctx = experimental.WithMemoryAllocator(ctx, p)
	began := time.Now()
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MaxTotal: mostEngines, RuntimeConfig: config,
		FSConfig: wazero.NewFSConfig(), // none: the default is the whole disk
		Stdout:   io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("pdfium: %w", err)
	}
	if time.Since(began) > time.Second/2 {
		debug.FreeOSMemory() // compiling took 300 MB
	}
	p.pool = pool
	engines.pools[cache] = p
	return p, nil
}

// cacheFolder is where compiled code is kept; "" is nowhere.
func cacheFolder(cache string) string {
	if cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return ""
		}
		cache = filepath.Join(dir, "exaone")
	}
	cache = filepath.Join(cache, "wasm")
	if os.MkdirAll(cache, 0o700) != nil {
		return ""
	}
	return cache
}

// Allocate gives the instance that is being made its memory, as package experimental of wazero asks.
func (p *enginePool) Allocate(_, _ uint64) experimental.LinearMemory {
	m := &linearMemory{}
	m.room, m.free = reserve(p.most)
	return m
}

// linearMemory is the memory of an instance. It refuses to grow beyond its room.
type linearMemory struct {
	room []byte
	free func()
}

// Reallocate makes the memory larger; nil says that it may not be.
func (m *linearMemory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.room)) {
		return nil
	}
	return m.room[:size]
}

// Free gives the memory back.
func (m *linearMemory) Free() {
	if m.free != nil {
		m.free()
	}
	m.room, m.free = nil, nil
}

// close throws the instance away.
func (e *engine) close() {
	if e != nil && e.instance != nil {
		_ = e.instance.Close()
		e.instance = nil
	}
}

// function returns an exported function of the library, nil if there is none.
func (e *engine) function(name string) wasmFunction {
	f, ok := e.functions[name]
	if !ok {
		f, _ = e.library.MethodByName("Fn").Call([]reflect.Value{reflect.ValueOf(name)})[0].Interface().(wasmFunction)
		e.functions[name] = f
	}
	return f
}

// call calls a function by its name; after an error it does nothing and returns 0.
func (e *engine) call(name string, args ...uint64) uint64 {
	f := e.function(name)
	if f == nil {
		e.fail(fmt.Errorf("pdfium: no function %s", name))
		return 0
	}
	before := e.err
	n := e.invoke(f, args...)
	if before == nil && e.err != nil {
		e.err = fmt.Errorf("%s: %w", name, e.err)
	}
	return n
}

// invoke calls a function that was looked up, as those are that are called for every character.
func (e *engine) invoke(f wasmFunction, args ...uint64) uint64 {
	if e.err != nil {
		return 0
	}
	copy(e.stack[:], args)
	if err := f.CallWithStack(context.Background(), e.stack[:]); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n") // the rest is addresses
		e.fail(errors.New("pdfium: " + first))
		return 0
	}
	return e.stack[0]
}

func (e *engine) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// number is a call's result that C calls an int.
func (e *engine) number(name string, args ...uint64) int { return int(int32(e.call(name, args...))) }

// bytes are n bytes of the instance's memory, valid until the next call.
func (e *engine) bytes(at uint64, n int) []byte {
	if n < 0 || at > math.MaxUint32 {
		return nil
	}
	b, _ := e.memory.Read(uint32(at), uint32(n))
	return b
}

// doubles and floats are what a function has written into the scratch, from its beginning.
func (e *engine) doubles(out []float64) {
	b := e.bytes(e.scratch, 8*len(out))
	for i := range out {
		out[i] = 0
		if len(b) >= 8*i+8 {
			out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}
}

func (e *engine) floats(out []float64) {
	b := e.bytes(e.scratch, 4*len(out))
	for i := range out {
		out[i] = 0
		if len(b) >= 4*i+4 {
			out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		}
	}
}

// filled calls a function whose last two arguments are a buffer and its size, and which returns how many bytes it needs.
// At most most bytes are taken. The first call has no buffer: some functions end the instance when theirs is too small.
func (e *engine) filled(name string, most int, args ...uint64) []byte {
	args = args[:len(args):len(args)]
	n := e.number(name, append(args, 0, 0)...)
	switch {
	case n <= 0 || n > most:
		return nil
	case n <= scratchBytes:
		n = min(n, e.number(name, append(args, e.scratch, scratchBytes)...))
		return e.bytes(e.scratch, n)
	}
	at := e.call("malloc", uint64(n))
	if at == 0 {
		return nil
	}
	n = min(n, e.number(name, append(args, at, uint64(n))...))
	b := append([]byte(nil), e.bytes(at, n)...)
	e.call("free", at)
	return b
}

// mostString bounds a text of a document that is not on its pages: a title, a comment, a value of a field.
const mostString = 1 << 20

// wide is filled for text in UTF-16, which ends with a zero.
func (e *engine) wide(name string, args ...uint64) string {
	b := e.filled(name, mostString, args...)
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		u := binary.LittleEndian.Uint16(b[i:])
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return clean(string(utf16.Decode(units)))
}

// narrow is filled for bytes that end with a zero.
func (e *engine) narrow(name string, args ...uint64) string {
	b := e.filled(name, mostString, args...)
	for i, c := range b {
		if c == 0 {
			b = b[:i]
			break
		}
	}
	return string(b)
}

// text puts a text that ends with a zero into the instance's memory; the caller frees it.
func (e *engine) text(s string) uint64 { return e.data(append([]byte(s), 0)) }

// data puts bytes into the instance's memory; 0 if they do not fit.
func (e *engine) data(b []byte) uint64 {
	at := e.call("malloc", uint64(len(b)))
	if at != 0 && !e.memory.Write(uint32(at), b) {
		e.fail(errors.New("pdfium: memory is smaller than what was allocated in it"))
	}
	return at
}
