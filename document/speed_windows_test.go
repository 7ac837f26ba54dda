package document

import "time"

var speedBegan = time.Now()

// busyTime is the clock's time: what this process has taken of the processor is not asked for here.
func busyTime() time.Duration { return time.Since(speedBegan) }
