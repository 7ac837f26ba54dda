//go:build !linux

package bench

// hugePages returns n bytes of fresh memory; this system gives large pages of its own accord or not at all.
func hugePages(n int) ([]byte, func() error, error) {
	return make([]byte, n), func() error { return nil }, nil
}

// resident is not known here.
func resident() (anonymous, file, peak int64, ok bool) { return 0, 0, 0, false }

func resetPeak() {}
