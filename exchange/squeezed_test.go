package exchange

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"testing"
	"testing/iotest"
)

// check fails unless JSON means the same when it is squeezed, in pieces of any size, and what is none stays none.
func check(t *testing.T, data []byte, piece int) {
	t.Helper()
	got, err := io.ReadAll(&squeezed{from: &pieces{data, piece}})
	if err != nil {
		t.Fatal(err)
	}
	var before, after any
	wantErr, gotErr := json.Unmarshal(data, &before), json.Unmarshal(got, &after)
	if (wantErr == nil) != (gotErr == nil) || !reflect.DeepEqual(before, after) {
		t.Errorf("%q became %q: %v, %v", data, got, wantErr, gotErr)
	}
}

type pieces struct {
	data []byte
	most int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.data) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.most)], p.data)
	p.data = p.data[n:]
	return n, nil
}

func TestSqueezed(t *testing.T) {
	for _, text := range []string{`{"a  b" : [ 1 ,  "c\"  \\"  ]}`, "  \n\t [ ]  ", `"  "`, `1  2`, `"\\"  "x"`, `  `, ``, `"unended   `} {
		for piece := 1; piece < 9; piece++ {
			check(t, []byte(text), piece)
		}
	}
	got, err := io.ReadAll(iotest.OneByteReader(&squeezed{from: bytes.NewReader([]byte("[  1,\n\n\n2 ]"))}))
	if err != nil || string(got) != "[ 1,\n2 ]" {
		t.Errorf("got %q, %v", got, err)
	}
}
