package weights

import (
	"encoding/binary"
	"fmt"
)

// cursor reads little-endian numbers and strings off the start of bytes that a stranger wrote. It never reads
// beyond them nor allocates more than it has seen. After the first error it returns zeros.
type cursor struct {
	data []byte
	at   int // next byte
	err  error
}

// left returns how many bytes are left.
func (c *cursor) left() int { return len(c.data) - c.at }

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("at byte %d: "+format, append([]any{c.at}, args...)...)
	}
}

// take returns the next n bytes, or nil.
func (c *cursor) take(n uint64) []byte {
	if c.err == nil && n > uint64(c.left()) {
		c.fail("%d bytes wanted, %d left", n, c.left())
	}
	if c.err != nil {
		return nil
	}
	b := c.data[c.at : c.at+int(n)]
	c.at += int(n)
	return b
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// count reads how many items follow, each of at least size bytes, and at most limit.
func (c *cursor) count(what string, size, limit int) int {
	n := c.u64()
	switch {
	case c.err != nil:
	case n > uint64(limit):
		c.fail("%d %s, want at most %d", n, what, limit)
	case n > uint64(c.left()/size):
		c.fail("%d %s, but only %d bytes left", n, what, c.left())
	default:
		return int(n)
	}
	return 0
}

// bytes reads a string of GGUF: its length, then so many bytes. They stay where they are.
func (c *cursor) bytes(what string, limit int) []byte {
	n := c.u64()
	if c.err == nil && n > uint64(limit) {
		c.fail("%s of %d bytes, want at most %d", what, n, limit)
	}
	return c.take(n)
}

// name reads a string that names something: not empty.
func (c *cursor) name(what string, limit int) string {
	b := c.bytes(what, limit)
	if c.err == nil && len(b) == 0 {
		c.fail("%s is empty", what)
	}
	return string(b)
}
