//go:build !arm64

package tensor

// fma32 returns x*y + z with a single rounding.
func fma32(x, y, z float32) float32 { return emulatedFMA(x, y, z) }
