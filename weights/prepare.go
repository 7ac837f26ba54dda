package weights

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"exaone/disk"
	"exaone/tensor"
)

// ErrPreparing says that another process is preparing the same file.
var ErrPreparing = errors.New("another process is preparing it")

// Preparable reports whether a checkpoint has a prepared form: it is one file, not of safetensors, with a matrix that can
// be interleaved.
func (f *File) Preparable() bool {
	if f.format == Safetensors || len(f.parts) != 1 || f.Prepared() {
		return false
	}
	for _, t := range f.tensors {
		if canInterleave(t) {
			return true
		}
	}
	return false
}

// Prepare writes the prepared form of a checkpoint beside it, whole or not at all, unless there is one already or
// the checkpoint has none. progress, if not nil, is told the bytes written so far and in all. The error is
// ErrPreparing if somebody else is at it, a *NoSpace if the disk has too little room, which is looked at first, and
// ErrNotPrepared if a checkpoint of another kind is where the prepared form belongs: it is left alone.
func Prepare(ctx context.Context, path string, progress func(done, total int64)) (err error) {
	before, statErr := os.Stat(path)
	f, reason, err := OpenFast(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if f.Prepared() && reason == nil || !f.Preparable() {
		return nil
	}
	if errors.Is(reason, errForeign) {
		return reason
	}
	if statErr != nil {
		return statErr
	}
	w := &preparer{ctx: ctx, file: f, progress: progress, total: f.Size(), mode: before.Mode()}
	w.outline = outline{Layout: preparedLayout, Source: f.ID(), Size: f.Size(), Time: before.ModTime().UnixNano()}
	return w.write(PreparedPath(path), func() error {
		after, err := os.Stat(path)
		if err == nil && (!os.SameFile(before, after) || after.Size() != f.Size() || !after.ModTime().Equal(before.ModTime())) {
			err = fmt.Errorf("%s was changed while it was prepared", filepath.Base(path))
		}
		return err
	})
}

// NoSpace says that a disk has too little room for a prepared file.
type NoSpace struct{ Free, Want int64 } // bytes

// Error implements error.
func (e *NoSpace) Error() string {
	return fmt.Sprintf("the disk has room for %d MiB, want %d MiB", e.Free>>20, (e.Want+1<<20-1)>>20)
}

// spare is what is left free on a disk beyond what a prepared file takes.
const spare = 32 << 20

// preparer writes one prepared file, or reads one to its end.
type preparer struct {
	ctx         context.Context
	file        *File
	mode        fs.FileMode // of the original
	outline     outline
	progress    func(done, total int64)
	done, total int64
	buffer      []byte
}

// write makes the file under another name and renames it when it is whole and on the disk, if last then agrees.
func (w *preparer) write(path string, last func() error) (err error) {
	if err := Replaceable(path); err != nil {
		return err
	}
	out, err := OpenPart(path + partSuffix)
	if errors.Is(err, ErrWriting) {
		err = errors.Join(ErrPreparing, err)
	}
	if err != nil {
		return err
	}
	filled := false
	defer func() {
		if !filled { // after a panic too: the lock would keep everybody from trying again
			err = errors.Join(err, DiscardPart(out))
		}
	}()
	if err := w.fill(out, last); err != nil {
		return fmt.Errorf("prepare %s: %w", filepath.Base(path), err)
	}
	filled = true
	// The lock goes with the file that is renamed: whoever opened it meanwhile finds that it is not the part any more.
	if err := publish(out, path, time.Time{}); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// fill writes all of the file and sees it onto the disk.
func (w *preparer) fill(out *os.File, last func() error) error {
	if err := w.room(filepath.Dir(out.Name())); err != nil {
		return err
	}
	if err := w.contents(out); err != nil {
		return err
	}
	// Whoever may not read the original may not read this either.
	return errors.Join(out.Chmod(w.mode.Perm()), out.Sync(), last())
}

// contents writes the body, and then the header into the room that was left for it.
func (w *preparer) contents(out *os.File) error {
	body := w.file.parts[0].data
	for _, t := range byPlace(w.file.tensors) {
		w.outline.Tensors = append(w.outline.Tensors, preparedTensor{Name: t.Name, Offset: t.Offset, Bytes: t.Bytes,
			Interleaved: canInterleave(t), Sums: worstSums(t.Bytes)})
	}
	w.outline.Rest = 1<<32 - 1
	room, err := w.outline.encode() // as long as it can get
	if err != nil {
		return err
	}
	if _, err := out.Seek(int64(len(room)), io.SeekStart); err != nil {
		return err
	}
	if w.outline.Rest, err = w.outline.rest(body); err != nil {
		return err
	}
	if err := writeBehind(out, int64(len(room)), func(out io.Writer) error { return w.body(out, body) }); err != nil {
		return err
	}
	header, err := w.outline.encode()
	if err != nil {
		return err
	}
	return w.header(out, header, len(room))
}

// worstSums are as long in JSON as the sums of n bytes can be.
func worstSums(n int64) []uint32 {
	sums := make([]uint32, (n+tensor.CheckBytes-1)/tensor.CheckBytes)
	for i := range sums {
		sums[i] = 1<<32 - 1
	}
	return sums
}

// header writes the header, lengthened by spaces in its JSON to the room there is.
func (w *preparer) header(out *os.File, header []byte, room int) error {
	if len(header) > room {
		return fmt.Errorf("outline of %d bytes, want at most %d", len(header), room)
	}
	if len(header) < room {
		var err error
		if header, err = w.outline.encodePadded(room); err != nil {
			return err
		}
	}
	_, err := out.WriteAt(header, 0)
	return err
}

// body writes the original with its matrices interleaved, and takes the sums.
func (w *preparer) body(out io.Writer, body []byte) error {
	at := int64(0)
	for i := range w.outline.Tensors {
		t := &w.outline.Tensors[i]
		if err := w.put(out, body[at:t.Offset]); err != nil {
			return err
		}
		data := body[t.Offset : t.Offset+t.Bytes]
		info := w.file.tensors[w.file.byName[t.Name]]
		if t.Interleaved {
			var err error
			if t.Sums, err = w.interleave(out, info, data); err != nil {
				return err
			}
		} else {
			t.Sums = tensor.Sums(data)
			if err := w.put(out, data); err != nil {
				return err
			}
		}
		at = t.Offset + t.Bytes
	}
	return w.put(out, body[at:])
}

// interleave writes a matrix some strips at a time, so that little memory is needed however large it is.
func (w *preparer) interleave(out io.Writer, t Info, data []byte) ([]uint32, error) {
	rows, cols := t.Shape[0], t.Shape[1]
	size := t.Type.Bytes(cols)
	step := stripRows(size)
	sum := newSummer(len(data))
	for row := 0; row < rows; row += step {
		n := min(step, rows-row)
		if row+n < rows && n%tensor.InterleavedRows != 0 {
			return nil, fmt.Errorf("tensor %q: %d rows at once", t.Name, n)
		}
		piece := w.piece(n * size)
		tensor.Interleave(piece, t.Type, n, cols, data[row*size:(row+n)*size])
		sum.add(piece)
		if err := w.put(out, piece); err != nil {
			return nil, err
		}
	}
	return sum.sums, nil
}

// put writes data that is counted for the progress.
func (w *preparer) put(out io.Writer, data []byte) error {
	for len(data) > 0 {
		if err := context.Cause(w.ctx); err != nil {
			return err
		}
		n := min(len(data), 8<<20)
		if _, err := out.Write(data[:n]); err != nil {
			return err
		}
		data = data[n:]
		w.done += int64(n)
		if w.progress != nil {
			w.progress(w.done, w.total)
		}
	}
	return nil
}

// summer takes the sums of each tensor.CheckBytes of data that come in pieces.
type summer struct {
	sums []uint32
	in   int // bytes of the last one
}

func newSummer(n int) *summer { return &summer{sums: make([]uint32, 0, n/tensor.CheckBytes+1)} }

func (s *summer) add(data []byte) {
	for len(data) > 0 {
		if s.in == 0 {
			s.sums = append(s.sums, 0)
		}
		n := min(len(data), tensor.CheckBytes-s.in)
		last := &s.sums[len(s.sums)-1]
		*last = crc32.Update(*last, castagnoli, data[:n])
		s.in = (s.in + n) % tensor.CheckBytes
		data = data[n:]
	}
}

// VerifyPrepared compares the whole prepared form of path with its sums, and what it would be restored to with the
// original, byte for byte, if that is there.
func VerifyPrepared(ctx context.Context, path string, progress func(done, total int64)) error {
	return VerifyPreparedOf(ctx, path, "", progress)
}

// VerifyPreparedOf is VerifyPrepared that also compares the SHA-256 of what it would be restored to with sum, in
// hexadecimal; "" is not known. What is wrong is [Damaged].
func VerifyPreparedOf(ctx context.Context, path, sum string, progress func(done, total int64)) (err error) {
	f, err := openWhole(PreparedPath(path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := &preparer{ctx: ctx, file: f, progress: progress, total: f.Size()}
	out := io.Discard
	if _, err := os.Stat(path); err == nil {
		data, unmap, err := mapFile(path)
		if err != nil {
			return err
		}
		defer func() { _ = unmap() }() // nothing was written to it
		if len(data) != int(f.Size()) {
			return notPrepared("the original has %d bytes, want %d", len(data), f.Size())
		}
		out = &comparer{want: data}
	}
	return guard(func() error { return w.restoreAs(out, sum) })
}

// comparer is written to what should be equal to what it has.
type comparer struct {
	want []byte
	at   int
}

// Write implements io.Writer.
func (c *comparer) Write(data []byte) (int, error) {
	if len(data) > len(c.want)-c.at || !bytes.Equal(data, c.want[c.at:c.at+len(data)]) {
		return 0, notPrepared("it differs from the original within %d bytes behind byte %d", len(data), c.at)
	}
	c.at += len(data)
	return len(data), nil
}

// Restore writes the original of the prepared form of path to path, whole or not at all, with the time of its last
// change and the permissions of the prepared form, which are those it had. The error is a *NoSpace if the disk has too
// little room, which is looked at first.
func Restore(ctx context.Context, path string, progress func(done, total int64)) error {
	return RestoreAs(ctx, path, "", progress)
}

// RestoreAs is Restore that writes nothing but a file whose SHA-256 is sum, in hexadecimal; "" is not known. What is
// wrong with the prepared form is [Damaged].
func RestoreAs(ctx context.Context, path, sum string, progress func(done, total int64)) (err error) {
	f, err := openWhole(PreparedPath(path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	mode, err := os.Stat(PreparedPath(path))
	if err != nil {
		return err
	}
	w := &preparer{ctx: ctx, file: f, progress: progress, total: f.Size()}
	if err := w.room(filepath.Dir(path)); err != nil {
		return err
	}
	// With its old time it is the very file that the prepared form was made of.
	return writeWhole(path, mode.Mode().Perm(), time.Unix(0, f.outline.Time), func(out *os.File) error {
		return writeBehind(out, 0, func(out io.Writer) error { return w.restoreAs(out, sum) })
	})
}

// room reports a disk that has no room for what is to be written. One that does not say how much it has may have it.
func (w *preparer) room(dir string) error {
	free, err := disk.Free(dir)
	if err == nil && free < w.total+spare {
		return &NoSpace{free, w.total + spare}
	}
	return nil
}

// restoreAs writes the original, and compares its SHA-256 with sum unless that is "".
func (w *preparer) restoreAs(out io.Writer, sum string) error {
	if sum == "" {
		return w.restore(out)
	}
	hash := sha256.New()
	if err := w.restore(io.MultiWriter(out, hash)); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); !strings.EqualFold(got, sum) {
		return notPrepared("the original in it has SHA-256 %s, want %s", got, sum)
	}
	return nil
}

// restore writes the original.
func (w *preparer) restore(out io.Writer) error {
	body, at := w.file.parts[0].data, int64(0)
	for _, t := range byPlace(w.file.tensors) {
		if err := w.put(out, body[at:t.Offset]); err != nil {
			return err
		}
		got, _ := w.file.Tensor(t.Name)
		if err := got.Verify(); err != nil {
			return notPrepared("%v", err)
		}
		if !got.Interleaved {
			if err := w.put(out, got.Data); err != nil {
				return err
			}
		} else if err := w.deinterleave(out, t, got.Data); err != nil {
			return err
		}
		at = t.Offset + t.Bytes
	}
	return w.put(out, body[at:])
}

// deinterleave is the inverse of interleave, some strips at a time as well.
func (w *preparer) deinterleave(out io.Writer, t Info, data []byte) error {
	rows, cols := t.Shape[0], t.Shape[1]
	size := t.Type.Bytes(cols)
	step := stripRows(size)
	for row := 0; row < rows; row += step {
		n := min(step, rows-row)
		piece := w.piece(n * size)
		tensor.Deinterleave(piece, t.Type, n, cols, data[row*size:(row+n)*size])
		if err := w.put(out, piece); err != nil {
			return err
		}
	}
	return nil
}

// stripRows is how many rows of the given bytes are taken at once: whole strips of some mebibytes.
func stripRows(size int) int {
	return max(4<<20/size/tensor.InterleavedRows, 1) * tensor.InterleavedRows
}

// piece returns a buffer of n bytes, which the next call returns again.
func (w *preparer) piece(n int) []byte {
	if cap(w.buffer) < n {
		w.buffer = make([]byte, n)
	}
	return w.buffer[:n]
}

// syncFolder makes a rename last.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	// Some systems cannot sync a folder; there is nothing more to do then.
	_ = d.Sync()
	return d.Close()
}
