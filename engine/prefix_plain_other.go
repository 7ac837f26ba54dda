//go:build !unix

package engine

const plainly = 0
