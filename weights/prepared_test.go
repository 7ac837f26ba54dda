package weights

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"exaone/tensor"
)

// preparable writes a GGUF with every type that can be interleaved and some that cannot, and returns its path.
func preparable(t testing.TB) string {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	stored := func(name string, typ tensor.Type, shape ...int) Entry {
		w := &tensor.Tensor{Name: name, Type: typ, Shape: shape}
		w.Data = make([]byte, w.Rows()*typ.Bytes(w.Cols()))
		for i := range w.Data {
			w.Data[i] = byte(random.Uint32())
		}
		return Stored(w)
	}
	entries := []Entry{stored("norm", tensor.F32, 512), stored("large", tensor.Q8_0, 1100, 1024), stored("half", tensor.BF16, 20, 64)}
	for typ := range tensor.Type(40) {
		if typ.CanInterleave() {
			entries = append(entries, stored("of "+typ.String(), typ, 37, 512), stored("few of "+typ.String(), typ, 3, 256))
		}
	}
	return written(t, entries...)
}

// written writes a GGUF file of the entries and returns its path.
func written(t testing.TB, entries ...Entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "model.gguf")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := WriteGGUF(out, []Key{{Name: "general.architecture", Value: "llama"}}, entries); err != nil {
		t.Fatal(err)
	}
	return path
}

func prepare(t testing.TB, path string) {
	t.Helper()
	if err := Prepare(context.Background(), path, nil); err != nil {
		t.Fatal(err)
	}
}

// TestPreparedGivesTheOriginalBack compares every tensor, and the file that is restored, byte for byte.
func TestPreparedGivesTheOriginalBack(t *testing.T) {
	path := preparable(t)
	original, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var last, total int64
	if err := Prepare(context.Background(), path, func(done, all int64) { last, total = done, all }); err != nil {
		t.Fatal(err)
	}
	if last != total || total != int64(len(original)) {
		t.Errorf("progress ended at %d of %d, want %d", last, total, len(original))
	}
	plain, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	fast, reason, err := OpenFast(path)
	if err != nil || reason != nil || !fast.Prepared() || fast.ID() != plain.ID() || fast.Size() != plain.Size() {
		t.Fatalf("prepared form: %v, %v", reason, err)
	}
	defer fast.Close()
	interleaved := 0
	for _, info := range plain.Tensors() {
		a, _ := plain.Tensor(info.Name)
		b, _ := fast.Tensor(info.Name)
		if err := b.Verify(); err != nil {
			t.Error(err)
		}
		if b.Interleaved {
			interleaved++
		}
		if !bytes.Equal(a.Data, b.RowMajor()) {
			t.Errorf("%s: other data", info.Name)
		}
	}
	if interleaved < 10 {
		t.Errorf("%d tensors are interleaved, want every type that can be", interleaved)
	}
	if err := VerifyPrepared(context.Background(), path, nil); err != nil {
		t.Error(err)
	}
	// The original may go: its path still opens, and it can be had back.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	slim, err := Open(path)
	if err != nil || !slim.Prepared() {
		t.Fatalf("without the original: %v", err)
	}
	slim.Close()
	if err := Restore(context.Background(), path, nil); err != nil {
		t.Fatal(err)
	}
	if back, err := os.ReadFile(path); err != nil || !bytes.Equal(back, original) {
		t.Errorf("what was restored is not the original: %v", err)
	}
}

// TestPreparedNoticesEveryDamage flips bytes all over a prepared file, and cuts it everywhere: it is never used.
func TestPreparedNoticesEveryDamage(t *testing.T) {
	path := preparable(t)
	prepare(t, path)
	prepared := PreparedPath(path)
	whole, err := os.ReadFile(prepared)
	if err != nil {
		t.Fatal(err)
	}
	_, start, err := parseOutline(whole)
	if err != nil {
		t.Fatal(err)
	}
	step := max(len(whole)/400, 1)
	flips, cuts := 0, 0
	for at := 0; at < len(whole); at += step {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1 << (at % 8)
		mustNotice(t, path, damaged, "byte", at)
		flips++
		if at%(7*step) == 0 {
			mustNotice(t, path, whole[:at], "cut at", at)
			cuts++
		}
	}
	for at := range preparedStart { // and every byte of the header's head
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x40
		mustNotice(t, path, damaged, "byte", at)
		flips++
	}
	mustNotice(t, path, append(bytes.Clone(whole), 0), "one byte more", 0)
	t.Logf("%d flipped bytes and %d cuts of %d bytes (%d of the header): all noticed", flips, cuts, len(whole), start)
}

// mustNotice fails the test if a damaged prepared file can be used: opened, and every tensor verified.
func mustNotice(t *testing.T, path string, data []byte, what string, at int) {
	t.Helper()
	prepared := PreparedPath(path)
	if err := os.WriteFile(prepared, data, 0o666); err != nil {
		t.Fatal(err)
	}
	f, reason, err := OpenFast(path)
	if err != nil {
		t.Fatalf("%s %d: the original was not used: %v", what, at, err)
	}
	defer f.Close()
	if !f.Prepared() {
		if reason == nil {
			t.Errorf("%s %d: no reason is given", what, at)
		}
		return
	}
	for _, info := range f.Tensors() {
		w, _ := f.Tensor(info.Name)
		if err := w.Verify(); err != nil {
			if _, ok := errors.AsType[*tensor.Damage](err); !ok {
				t.Errorf("%s %d: %v, want a *tensor.Damage", what, at, err)
			}
			return
		}
	}
	t.Errorf("%s %d was not noticed", what, at)
}

// TestPreparedOfAnotherOriginal is made again whenever the original was touched: a byte may have changed that no
// identity takes in.
func TestPreparedOfAnotherOriginal(t *testing.T) {
	path := preparable(t)
	check := func(what string, prepared bool) {
		t.Helper()
		f, reason, err := OpenFast(path)
		if err != nil || f.Prepared() != prepared || (reason == nil) != prepared {
			t.Fatalf("%s: prepared %v, %v, %v", what, f != nil && f.Prepared(), reason, err)
		}
		f.Close()
	}
	prepare(t, path)
	check("as it was made", true)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)*2/3] ^= 1
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	check("a byte changed", false)
	prepare(t, path)
	check("made again", true)
	if err := VerifyPrepared(context.Background(), path, nil); err != nil {
		t.Error(err)
	}
	// With the time it had, only whoever reads all of it can know.
	data[len(data)/3] ^= 1
	if err := errors.Join(os.WriteFile(path, data, 0o666), os.Chtimes(path, later, later)); err != nil {
		t.Fatal(err)
	}
	if err := VerifyPrepared(context.Background(), path, nil); !errors.Is(err, ErrNotPrepared) {
		t.Errorf("a byte changed behind its back: %v", err)
	}
	// A fine-tune has other bytes all over; a copy that kept its time is found out by its identity.
	random := rand.New(rand.NewPCG(8, 9))
	for at := len(data) / 2; at < len(data); at++ {
		data[at] = byte(random.Uint32())
	}
	if err := errors.Join(os.WriteFile(path, data, 0o666), os.Chtimes(path, later, later)); err != nil {
		t.Fatal(err)
	}
	check("another one of the same size and time", false)
	prepare(t, path)
	check("prepared anew", true)
	if err := os.WriteFile(path, append(data, 0), 0o666); err != nil {
		t.Fatal(err)
	}
	check("longer", false)
}

// TestPrepareLeavesNothingBehind when it is cancelled or cannot write.
func TestPrepareLeavesNothingBehind(t *testing.T) {
	path := preparable(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := Prepare(ctx, path, func(done, total int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	entries, _ := os.ReadDir(filepath.Dir(path))
	if len(entries) != 1 {
		t.Errorf("%v are left", entries)
	}
	// What a dead process left is in nobody's way; somebody who lives is.
	part := PreparedPath(path) + ".part"
	if err := os.WriteFile(part, []byte("what a dead process left"), 0o666); err != nil {
		t.Fatal(err)
	}
	held, err := OpenPart(part)
	if err != nil {
		t.Fatal(err)
	}
	if err := Prepare(context.Background(), path, nil); !errors.Is(err, ErrPreparing) {
		t.Errorf("beside another: %v, want %v", err, ErrPreparing)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	prepare(t, path)
	if _, err := os.Stat(part); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the part is still there: %v", err)
	}
}

// TestPrepareThatPanics leaves nothing behind either, and keeps nobody from trying again.
func TestPrepareThatPanics(t *testing.T) {
	path := preparable(t)
	func() {
		defer func() { _ = recover() }()
		_ = Prepare(context.Background(), path, func(done, total int64) { panic("what nobody thought of") })
	}()
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%v are left", entries)
	}
	prepare(t, path)
}

// TestPreparedAtOnce has many prepare one file: it is whole, and each either made it, found it, or was told.
func TestPreparedAtOnce(t *testing.T) {
	path := preparable(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := Prepare(context.Background(), path, nil); err != nil && !errors.Is(err, ErrPreparing) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := VerifyPrepared(context.Background(), path, nil); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 2 {
		t.Errorf("%v are left", entries)
	}
}

// TestPrepareOfAChangedOriginal gives up when the original changes under it.
func TestPrepareOfAChangedOriginal(t *testing.T) {
	path := preparable(t)
	err := Prepare(context.Background(), path, func(done, total int64) {
		if done == total {
			later := time.Now().Add(time.Hour)
			if err := os.Chtimes(path, later, later); err != nil {
				t.Error(err)
			}
		}
	})
	if entries, _ := os.ReadDir(filepath.Dir(path)); err == nil || len(entries) != 1 {
		t.Errorf("%v, and %v are left", err, entries)
	}
}

// TestPreparedRealModels prepares what EXAONE_MODELS has, and compares what is restored with the original.
func TestPreparedRealModels(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(os.Getenv("EXAONE_MODELS"), "*.gguf"))
	if err != nil || len(found) == 0 || os.Getenv("EXAONE_MODELS") == "" {
		t.Skip("EXAONE_MODELS: no models")
	}
	for _, model := range found {
		data, err := os.ReadFile(model)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "model.gguf")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		prepare(t, path)
		if err := VerifyPrepared(context.Background(), path, nil); err != nil {
			t.Error(err)
		}
		before, _ := os.Stat(path)
		if err := errors.Join(os.Remove(path), Restore(context.Background(), path, nil)); err != nil {
			t.Fatal(err)
		}
		back, err := os.ReadFile(path)
		after, _ := os.Stat(path)
		got, want := sha256.Sum256(back), sha256.Sum256(data)
		if err != nil || got != want || !after.ModTime().Equal(before.ModTime()) {
			t.Errorf("%s: restored to SHA-256 %x of %v, want %x of %v, %v", filepath.Base(model), got, after.ModTime(), want, before.ModTime(), err)
		}
		t.Logf("%s: %d bytes, restored to the same SHA-256 %x…", filepath.Base(model), len(data), want[:8])
	}
}

// FuzzPrepared reads prepared files with other outlines, sealed with right sums, before the same small body: an error,
// or a file whose every tensor can be read.
func FuzzPrepared(f *testing.F) {
	matrix := &tensor.Tensor{Name: "w", Type: tensor.Q4_0, Shape: []int{17, 32}, Data: make([]byte, 17*18)}
	norm := &tensor.Tensor{Name: "n", Type: tensor.F32, Shape: []int{2}, Data: floats(1, 2)}
	path := written(f, Stored(matrix), Stored(norm))
	prepare(f, path)
	whole, err := os.ReadFile(PreparedPath(path))
	if err != nil {
		f.Fatal(err)
	}
	_, start, err := parseOutline(whole)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes.TrimRight(whole[preparedStart:start], "\x00"))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		data := append([]byte(preparedMagic), le32(uint32(len(text)))...)
		data = append(append(data, le32(crc32.Checksum(text, castagnoli))...), text...)
		data = append(append(data, make([]byte, -len(data)&(preparedAlign-1))...), whole[start:]...)
		file := &File{}
		p := &part{path: "model.gguf.prepared", data: data, unmap: func() error { return nil }}
		file.parts = []*part{p}
		err := file.openPrepared(p)
		if err == nil {
			err = file.index()
		}
		if err != nil {
			if !errors.Is(err, ErrNotPrepared) {
				t.Error(err)
			}
			return
		}
		for _, info := range file.Tensors() {
			if w, _ := file.Tensor(info.Name); w.Verify() == nil && len(w.RowMajor()) != int(info.Bytes) {
				t.Errorf("tensor %q has %d bytes, want %d", info.Name, len(w.RowMajor()), info.Bytes)
			}
		}
	})
}

// TestRestoreToAKnownSum writes nothing but the file that was asked for.
func TestRestoreToAKnownSum(t *testing.T) {
	path := preparable(t)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	prepare(t, path)
	right, wrong := fmt.Sprintf("%X", sha256.Sum256(data)), fmt.Sprintf("%x", sha256.Sum256(data[1:]))
	ctx := context.Background()
	if err := VerifyPreparedOf(ctx, path, right, nil); err != nil {
		t.Error(err)
	}
	if err := VerifyPreparedOf(ctx, path, wrong, nil); !Damaged(err) {
		t.Errorf("verified as another: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := RestoreAs(ctx, path, wrong, nil); !Damaged(err) {
		t.Errorf("restored as another: %v", err)
	}
	mustHold(t, filepath.Dir(path), filepath.Base(PreparedPath(path)))
	if err := RestoreAs(ctx, path, right, nil); err != nil {
		t.Error(err)
	}
	if back, err := os.ReadFile(path); err != nil || !bytes.Equal(back, data) {
		t.Errorf("what was restored is not the original: %v", err)
	}
}

// TestReadPrepared says of a header what the file says that is opened, and finds one that is damaged.
func TestReadPrepared(t *testing.T) {
	path := preparable(t)
	if _, err := ReadPrepared(path); !errors.Is(err, os.ErrNotExist) || Damaged(err) {
		t.Errorf("before there is one: %v", err)
	}
	prepare(t, path)
	got, err := ReadPrepared(path)
	f, _, openErr := OpenFast(path)
	if err := errors.Join(err, openErr); err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if want := (PreparedHeader{f.Size(), f.ID(), f.Content()}); got != want || want.Content == "" {
		t.Errorf("found %+v, want %+v", got, want)
	}
	data, err := os.ReadFile(PreparedPath(path))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(PreparedPath(path), data[:len(data)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadPrepared(path); !Damaged(err) {
		t.Errorf("one byte less: %v", err)
	}
}
