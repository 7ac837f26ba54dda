package document

import (
	"context"
	"time"
)

// warmTime is how long compiling ahead may take: it has the lowest priority, on a machine that may have much to do.
const warmTime = 30 * time.Minute

// Warm compiles in a child of its own, at the lowest priority, what the first PDF would otherwise wait seconds for, and keeps it
// on the disk where children look for it. It does nothing where it is there already, or cannot be kept.
func (p *Pool) Warm(ctx context.Context) error {
	c, err := startChild(p.o.Command)
	if err != nil {
		return err
	}
	defer c.end()
	o := order{Warm: true, Silence: warmTime, Whole: warmTime, Memory: p.o.Memory}
	if err := c.orders.Encode(o); err != nil {
		return err
	}
	_, _, err = c.read(ctx, o, nil, nil)
	return err
}

// warm is a child's part of Warm.
func warm(cache string) error {
	if cacheFolder(cache) == "" {
		return nil
	}
	yield()
	_, err := enginesOf(cache)
	return err
}
