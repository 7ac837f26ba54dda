package weights

import (
	"bytes"
	"io"
	"testing"
)

// lengths notes how long the pieces are that are written to it.
type lengths struct {
	pieces []int
	bytes.Buffer
}

func (l *lengths) Write(b []byte) (int, error) {
	l.pieces = append(l.pieces, len(b))
	return l.Buffer.Write(b)
}

// Pieces end at multiples of behindBytes of the file, whatever the offset of the first, and nothing is lost between them.
func TestPiecesEndWhereLargePagesDo(t *testing.T) {
	const at = behindBytes + 12345
	want := bytes.Repeat([]byte("strips"), behindBytes/3)
	var l lengths
	err := writeBehind(&l, at, func(w io.Writer) error {
		for rest := want; len(rest) > 0; {
			n := min(700_001, len(rest))
			if _, err := w.Write(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
	if err != nil || !bytes.Equal(l.Bytes(), want) {
		t.Fatalf("%d bytes were written, %v, want %d", l.Len(), err, len(want))
	}
	end := at
	for _, n := range l.pieces[:len(l.pieces)-1] {
		if end += n; end%behindBytes != 0 {
			t.Errorf("a piece ends at byte %d of the file, want a multiple of %d", end, behindBytes)
		}
	}
}
