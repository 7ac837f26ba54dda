package engine

import (
	"sync"

	"exaone/chat"
	"exaone/grammar"
)

// compiled is a constraint as it is run.
type compiled struct {
	grammar  *grammar.Grammar
	warnings []chat.Warning
}

// constraints keeps the constraints that were asked for last: programs send the same schema with every request. It
// may be used by many goroutines.
type constraints struct {
	mu   sync.Mutex
	all  map[string]compiled
	last []string // keys, the one used last at the end
}

// mostConstraints bounds how many are kept of a model.
const mostConstraints = 32

func (c *constraints) find(key string) (compiled, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.all[key]
	if ok {
		c.use(key)
	}
	return found, ok
}

func (c *constraints) keep(key string, made compiled) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = make(map[string]compiled)
	}
	c.all[key] = made
	c.use(key)
	if len(c.last) > mostConstraints {
		delete(c.all, c.last[0])
		c.last = c.last[1:]
	}
}

// use moves key to the end of last.
func (c *constraints) use(key string) {
	for i, k := range c.last {
		if k == key {
			c.last = append(c.last[:i], c.last[i+1:]...)
			break
		}
	}
	c.last = append(c.last, key)
}
