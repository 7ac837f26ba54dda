//go:build !amd64

package bench

// loopsOf returns the plain loops: there is no assembly of this for other processors yet.
func loopsOf() loops { return plainLoops() }
