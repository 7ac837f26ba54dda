package weights

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"testing"

	"exaone/tensor"
)

// TestRowsAreTheOriginals reads stretches of every tensor of a prepared file and of its original, in any order: they
// are equal, and take little memory however large the tensor is.
func TestRowsAreTheOriginals(t *testing.T) {
	path := preparable(t)
	prepare(t, path)
	plain, random := open(t, path), rand.New(rand.NewPCG(7, 8))
	for _, from := range []string{path, PreparedPath(path)} {
		f := open(t, from)
		file, err := os.Open(from)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for _, info := range plain.Tensors() {
			want, _ := plain.Tensor(info.Name)
			rows, err := f.Rows(info.Name, file)
			if err != nil {
				t.Fatal(err)
			}
			if err := rows.Verify(); err != nil {
				t.Error(err)
			}
			for range 20 {
				lo := random.IntN(len(want.Data))
				b := make([]byte, 1+random.IntN(len(want.Data)-lo))
				if n, err := rows.ReadAt(b, int64(lo)); n != len(b) || err != nil || !bytes.Equal(b, want.Data[lo:lo+n]) {
					t.Errorf("%s: bytes %d to %d are others: %v", info.Name, lo, lo+len(b), err)
				}
			}
			if _, err := rows.ReadAt(make([]byte, 2), info.Bytes-1); err == nil {
				t.Errorf("%s: read beyond its end", info.Name)
			}
		}
		row := make([]byte, 1024)
		took := allocated(func() {
			rows, err := f.Rows("large", file)
			for at := int64(0); err == nil && at < 1<<20; at += 1024 {
				_, err = rows.ReadAt(row, at)
			}
			if err != nil {
				t.Error(err)
			}
		})
		if took > 256<<10 {
			t.Errorf("reading a tensor of a mebibyte allocated %d bytes", took)
		}
	}
}

// TestRowsNoticeDamage and a file that is shorter than it was.
func TestRowsNoticeDamage(t *testing.T) {
	path := preparable(t)
	prepare(t, path)
	f := open(t, PreparedPath(path))
	data, err := os.ReadFile(PreparedPath(path))
	if err != nil {
		t.Fatal(err)
	}
	large := f.tensors[f.byName["large"]]
	at := f.parts[0].start + large.Offset + tensor.CheckBytes + 5
	data[at] ^= 1
	rows, err := f.Rows("large", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if damage, ok := errors.AsType[*tensor.Damage](rows.Verify()); !ok || damage.At != tensor.CheckBytes {
		t.Errorf("got %v, want damage at byte %d", damage, tensor.CheckBytes)
	}
	rows, err = f.Rows("large", bytes.NewReader(data[:at]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.ReadAt(make([]byte, 10), large.Bytes-10); err == nil {
		t.Error("what is not there was read")
	}
	if _, err := f.Rows("nothing", nil); err == nil {
		t.Error("a tensor that is not there was found")
	}
}
