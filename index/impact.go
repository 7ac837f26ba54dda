package index

import (
	"math"
	"sync"
)

// Lengths of passages have 256 levels, each lengthStep times the one before, from 1 word on.
const lengthStep = 1.035

// lengthLevel returns the level of a length in words.
func lengthLevel(words float32) byte {
	if words <= 1 {
		return 0
	}
	return byte(min(255, math.Round(math.Log(float64(words))/math.Log(lengthStep))))
}

// frequencyLevel returns the level nearest a frequency, by ratio.
func frequencyLevel(frequency float32) uint8 {
	for i := range len(levels) - 1 {
		if frequency*frequency < levels[i]*levels[i+1] {
			return uint8(i)
		}
	}
	return uint8(len(levels) - 1)
}

// impacts has the saturated frequency of each level of frequency and of length, in 1/65536.
var impacts = sync.OnceValue(func() *[16][256]uint16 {
	var table [16][256]uint16
	for f, frequency := range levels {
		for l := range 256 {
			words := float32(math.Pow(lengthStep, float64(l)))
			table[f][l] = uint16(min(65535, max(1, math.Round(65536*float64(saturate(frequency, words))))))
		}
	}
	return &table
})

// impactOf is the high byte of an impact: with 255 below it, the most that it can be.
func impactOf(level uint8, length byte) byte { return byte(impacts()[level&15][length] >> 8) }

// scoreUnit is 1 in scores while they are summed: whole numbers, so that sums do not depend on their order.
const scoreUnit = 1 << 16

// maxScale bounds a weight × idf (64), so that a thousand groups fit a score.
const maxScale = 1 << 18

// scaled returns a weight × idf as what multiplies impacts.
func scaled(weight float64) uint64 {
	return uint64(min(maxScale, max(0, math.Round(weight*scoreUnit/16))))
}

// contribution is what a term adds to a passage's score, in 1/scoreUnit.
func contribution(scale uint64, impact uint16) uint32 { return uint32(scale * uint64(impact) >> 12) }
