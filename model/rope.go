package model

import (
	"errors"
	"fmt"
	"math"

	"exaone/tensor"
)

// scaling stretches rope frequencies beyond the window a model was first trained for.
type scaling struct {
	kind          string // "linear" or "llama3"
	factor        float64
	low, high     float64 // llama3: the band between slow and fast frequencies
	originalWidth float64 // llama3: the first window
}

// scaling reads the members of rope_scaling; nil if they scale nothing.
func (f *fields) scaling() *scaling {
	s := &scaling{kind: f.text("rope_type|type", "default")}
	switch s.kind {
	case "default", "none":
		return nil
	case "linear":
		s.factor = f.real("factor", 1, 1e6, 0)
	case "llama3":
		s.factor = f.real("factor", 1, 1e6, 0)
		s.low = f.real("low_freq_factor", 1e-3, 1e6, 0)
		s.high = f.real("high_freq_factor", 1e-3, 1e6, 0)
		s.originalWidth = f.real("original_max_position_embeddings", 1, maxWindow, 0)
	default:
		f.fail("rope_type: %q, want default, linear or llama3", s.kind)
		return nil
	}
	return s
}

func (s *scaling) check() error {
	var errs []error
	if s.factor < 1 {
		errs = append(errs, errors.New("rope scaling: no factor"))
	}
	if s.kind == "llama3" && (s.low <= 0 || s.high <= s.low || s.originalWidth < 1) {
		errs = append(errs, fmt.Errorf("rope scaling llama3: band %g to %g of window %g, want low below high and a window",
			s.low, s.high, s.originalWidth))
	}
	return errors.Join(errs...)
}

// apply scales one frequency, in radians per position (Llama 3.1's rule, as in transformers'
// _compute_llama3_parameters: slow ones are divided, fast ones kept, those between are blended).
func (s *scaling) apply(f float64) float64 {
	if s.kind == "linear" {
		return f / s.factor
	}
	length := 2 * math.Pi / f
	turns := s.originalWidth / length
	if turns > s.high {
		return f
	}
	if turns < s.low {
		return f / s.factor
	}
	smooth := (turns - s.low) / (s.high - s.low)
	return (1-smooth)*f/s.factor + smooth*f
}

// rope is a rotary embedding: its frequencies, and the angles of the batch at hand.
type rope struct {
	freq     []float64 // [e/2]
	rotation tensor.Rotation
}

// newRope returns the rotary embedding of head size e. factors, if not nil, divide the frequencies: that is
// how GGUF stores llama3 scaling.
func newRope(e int, base float64, s *scaling, factors []float32, interleaved bool) *rope {
	r := &rope{freq: make([]float64, e/2), rotation: tensor.Rotation{Half: e / 2, Interleaved: interleaved}}
	for i := range r.freq {
		f := math.Pow(base, -float64(2*i)/float64(e))
		if s != nil {
			f = s.apply(f)
		}
		if factors != nil {
			f /= float64(factors[i])
		}
		r.freq[i] = f
	}
	return r
}

// turn computes the angles of the rows, in float64, and rounds their cosines and sines.
func (r *rope) turn(rows []tensor.Row) {
	n := len(rows) * len(r.freq)
	rot := &r.rotation
	rot.Cos, rot.Sin = grow(rot.Cos, n), grow(rot.Sin, n)
	for i, row := range rows {
		for j, f := range r.freq {
			sin, cos := math.Sincos(float64(row.Pos) * f)
			rot.Cos[i*len(r.freq)+j], rot.Sin[i*len(r.freq)+j] = float32(cos), float32(sin)
		}
	}
}

// grow returns s with length n, and new memory only if it must.
func grow(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}
