//go:build race

package engine

// raced says that the race detector watches, which allocates.
const raced = true
