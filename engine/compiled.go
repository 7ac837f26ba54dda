package engine

import (
	"context"
	"crypto/sha256"
	"sync"

	"exaone/chat"
	"exaone/grammar"
)

// compiled is a constraint as it is run, or why it cannot be.
type compiled struct {
	grammar  *grammar.Grammar // nil is anything
	warnings []chat.Warning
	err      error
}

// hash names what a constraint is made of.
type hash = [sha256.Size]byte

// constraints keeps the constraints that were asked for last: programs send the same schema with every request. It
// may be used by many goroutines. They are compiled one at a time, so that however many ask for large ones, a core is
// left for those whose answers are being computed.
type constraints struct {
	turn chan struct{} // who compiles; made by newConstraints
	mu   sync.Mutex
	all  map[hash]compiled
	last []hash // the one used last at the end
	most int64  // bytes of all of them
}

func newConstraints() constraints {
	return constraints{turn: make(chan struct{}, 1), all: make(map[hash]compiled), most: mostConstraintBytes}
}

// get returns a constraint, which make makes if it is not there. The error is that of ctx.
func (c *constraints) get(ctx context.Context, key hash, make func() compiled) (compiled, error) {
	if found, ok := c.find(key); ok {
		return found, nil
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return compiled{}, context.Cause(ctx)
	}
	if found, ok := c.find(key); ok { // somebody made it meanwhile
		return found, nil
	}
	made := make()
	if ctx.Err() != nil {
		return compiled{}, context.Cause(ctx)
	}
	c.keep(key, made)
	return made, nil
}

// What is kept of a model: so many constraints, of so many bytes together.
const (
	mostConstraints     = 32
	mostConstraintBytes = 128 << 20
)

func (c *constraints) find(key hash) (compiled, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.all[key]
	if ok {
		c.use(key)
	}
	return found, ok
}

func (c *constraints) keep(key hash, made compiled) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all[key] = made
	c.use(key)
	for len(c.last) > mostConstraints || len(c.last) > 1 && c.size() > c.most {
		delete(c.all, c.last[0])
		c.last = c.last[1:]
	}
}

// size is how many bytes the constraints hold now: they grow while they are used.
func (c *constraints) size() (sum int64) {
	for _, made := range c.all {
		if made.grammar != nil {
			sum += made.grammar.Size()
		}
	}
	return sum
}

// use moves key to the end of last.
func (c *constraints) use(key hash) {
	for i, k := range c.last {
		if k == key {
			c.last = append(c.last[:i], c.last[i+1:]...)
			break
		}
	}
	c.last = append(c.last, key)
}
