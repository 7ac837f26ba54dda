package model

import (
	"testing"

	"exaone/reference"
	"exaone/tensor"
)

// TestADecodeStepMakesNoObjects runs steps of one token, whose memory is kept from step to step: what they would leave
// behind for the collector, hundreds of objects a step, costs a small model as much as its arithmetic.
func TestADecodeStepMakesNoObjects(t *testing.T) {
	for _, c := range []struct{ name, path string }{
		{"floats", checkpoint(t, "exaone3-tiny")},
		{"gemma2", checkpoint(t, "gemma2-tiny")},
		{"Q4_K_M", reference.Path(t, "golden", "exaone3-tiny-gguf", "exaone3-tiny.Q4_K_M.gguf")},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := load(t, c.path)
			for _, threads := range []int{1, 2} {
				r := newRunner(t, m, false, threads, 20, tensor.F16)
				s := &stream{r: r}
				s.feed([]int32{1, 2, 3})
				b := &Batch{IDs: []int32{4}, Rows: s.rows(1), Want: []int{0}}
				step := func() {
					if _, err := m.Forward(r.ops, b, r.kv); err != nil {
						t.Fatal(err)
					}
				}
				step()
				if n := testing.AllocsPerRun(50, step); n != 0 {
					t.Errorf("%d threads: a step makes %v objects, want none", threads, n)
				}
			}
		})
	}
}
