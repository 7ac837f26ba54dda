//go:build !amd64

package tensor

// vectorPaths returns no paths: this architecture has only the plain one.
func vectorPaths() []*kernels { return nil }

// There are no kernels for interleaved weights here.
type (
	stripKernels  struct{}
	vectorScratch struct{}
)

func (*stripKernels) line(*scratch, *kernels, []byte, []float32)                      {}
func (*stripKernels) strips(*scratch, *Tensor, int, int, *tokenLines, int, []float32) {}
