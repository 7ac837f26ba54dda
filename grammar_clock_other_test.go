//go:build !linux

package main

import "time"

var began = time.Now()

// threadTime and processTime are a clock: how long a thread has had a processor is not told here.
func threadTime() time.Duration  { return time.Since(began) }
func processTime() time.Duration { return time.Since(began) }
