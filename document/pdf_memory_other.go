//go:build !unix

package document

// reserve takes room for a memory of at most so many bytes.
func reserve(most uint64) (room []byte, free func()) { return make([]byte, most), func() {} }
