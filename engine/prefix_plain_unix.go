//go:build unix

package engine

import "syscall"

// plainly opens no link, and waits for nobody at the other end of a pipe.
const plainly = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
