//go:build !amd64

package tensor

func bestDotBytes(dst []int32, rows []byte, x []int8) { dotBytesPlain(dst, rows, x) }
