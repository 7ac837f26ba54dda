package main

import (
	"os"
)

// peer is the number of a user of this machine.
type peer int64

// nobody is a user that could not be found out.
const nobody peer = -2

// mayOrder reports whether the user may have this server carry out commands: whoever started it, and the one user who
// may read its files and signal it in any case.
func (p peer) mayOrder() bool { return p == peer(os.Getuid()) || p == 0 }

// mayAnswer reports whether what the user's server says is believed: one's own, the system's, and for the system's user
// anybody's, whose directory they named.
func (p peer) mayAnswer() bool { return p.mayOrder() || os.Getuid() == 0 }
