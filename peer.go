package main

import (
	"os"
	"strconv"
)

// peer is the number of a user of this machine.
type peer int64

// nobody is a user that could not be found out.
const nobody peer = -2

// String is the number.
func (p peer) String() string { return strconv.FormatInt(int64(p), 10) }

// isOwner reports whether the user of a number may order this process; see people.ResolverOptions.
func isOwner(number string) bool {
	n, err := strconv.ParseInt(number, 10, 64)
	return err == nil && peer(n).mayOrder()
}

// mayOrder reports whether the user may have this server carry out commands: whoever started it, and the one user who
// may read its files and signal it in any case.
func (p peer) mayOrder() bool { return p == peer(os.Getuid()) || p == 0 }

// mayAnswer reports whether what the user's server says is believed: one's own, the system's, and for the system's user
// anybody's, whose directory they named.
func (p peer) mayAnswer() bool { return p.mayOrder() || os.Getuid() == 0 }
