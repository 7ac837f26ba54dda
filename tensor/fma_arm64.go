package tensor

// fma32 returns x*y + z with a single rounding. The compiler fuses the expression on this architecture,
// which has the instruction and where the language allows it; a test holds it to emulatedFMA.
func fma32(x, y, z float32) float32 { return x*y + z }
