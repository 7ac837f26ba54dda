//go:build !linux

package main

import "time"

var began = time.Now()

// threadTime is a clock: the time of one thread is not told here.
func threadTime() time.Duration { return time.Since(began) }
