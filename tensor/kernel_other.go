//go:build !amd64

package tensor

// vectorPaths returns no paths: this architecture has only the plain one.
func vectorPaths() []*kernels { return nil }
