// Package tokenizer turns text into token ids and back, byte for byte.
package tokenizer

// ID is a token as a number.
type ID = int32
