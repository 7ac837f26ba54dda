package engine

// uniform returns a number in [0, 1) that is a function of seed and position alone, so that what is drawn
// for a token does not depend on batching, preemption or what was drawn before.
//
// It is two rounds of the SplitMix64 finaliser (Steele, Lea and Flood, OOPSLA 2014).
func uniform(seed uint64, position int) float64 {
	x := mix(mix(seed+0x9e3779b97f4a7c15) ^ (uint64(position)+1)*0x9e3779b97f4a7c15)
	return float64(x>>11) / (1 << 53)
}

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
