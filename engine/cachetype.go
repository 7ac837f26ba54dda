package engine

import (
	"log/slog"

	"exaone/tensor"
)

// CacheType says how keys and values are stored. An engine that is exact stores them as float32, whatever it says.
type CacheType int

// The types, and what a position of EXAONE 3.0 7.8B takes.
const (
	CacheInt8 CacheType = iota // 8 bits and a scale for 32 numbers: 68 KiB
	CacheF16                   // 16 bits: 128 KiB
	CacheInt4                  // 4 bits, a scale and a minimum for 32 numbers: 40 KiB
)

// stored returns the tensor's type for heads of size e. A head that cannot be split into groups is stored in 16 bits,
// and the log says so.
func (c CacheType) stored(e int, exact bool, name string, log *slog.Logger) tensor.Type {
	want := map[CacheType]tensor.Type{CacheInt8: tensor.Q8_0, CacheInt4: tensor.Q4_1, CacheF16: tensor.F16}[c]
	switch {
	case exact:
		return tensor.F32
	case !tensor.KVFits(want, e):
		log.Warn("keys and values are stored in 16 bits: the head size is no multiple of 16", "model", name, "head", e)
		return tensor.F16
	}
	return want
}
