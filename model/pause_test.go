package model

import (
	"errors"
	"math/rand/v2"
	"testing"

	"exaone/tensor"
)

// Another sequence that goes on between the layers of a batch changes no bit of either, and ends in the cache as if it
// had come after; a pause that says so ends the batch.
func TestSameBitsWithPauses(t *testing.T) {
	for _, name := range tiny {
		t.Run(name, func(t *testing.T) {
			m := load(t, checkpoint(t, name))
			random := rand.New(rand.NewPCG(3, 4))
			long, short := randomIDs(random, m, 40), randomIDs(random, m, 4*m.Shape().Layers)
			wantLong := (&stream{r: newRunner(t, m, false, 1, 5, tensor.F16)}).feed(long)
			wantShort := (&stream{r: newRunner(t, m, false, 1, 5, tensor.F16)}).feed(short)

			r := newRunner(t, m, false, 2, 12, tensor.F16)
			a, b := &stream{r: r}, &stream{r: r}
			var gotShort []float32
			pauses := 0
			batch := &Batch{IDs: long, Rows: a.rows(len(long)), Pause: func() (bool, error) {
				pauses++
				if pauses%3 == 0 {
					return false, nil
				}
				at := len(gotShort) / m.Shape().Vocab
				gotShort = append(gotShort, b.feed(short[at:at+2])...)
				return true, nil
			}}
			for i := range long {
				batch.Want = append(batch.Want, i)
			}
			got, err := m.Forward(r.ops, batch, r.kv)
			if err != nil {
				t.Fatal(err)
			}
			sameBits(t, "the batch that paused", got, wantLong)
			if pauses != m.Shape().Layers-1 {
				t.Errorf("%d pauses, want %d", pauses, m.Shape().Layers-1)
			}
			gotShort = append(gotShort, b.feed(short[len(gotShort)/m.Shape().Vocab:])...)
			sameBits(t, "the sequence beside it", gotShort, wantShort)

			halt := errors.New("halt")
			batch.Pause = func() (bool, error) { return false, halt }
			if _, err := m.Forward(r.ops, batch, r.kv); !errors.Is(err, halt) {
				t.Errorf("a pause that failed: %v, want its error", err)
			}
			batch.Pause = func() (bool, error) {
				_, err := m.Forward(r.ops, batch, r.kv)
				return false, err
			}
			if _, err := m.Forward(r.ops, batch, r.kv); err == nil {
				t.Error("a batch ran that pauses within a pause, want an error")
			}
		})
	}
}
