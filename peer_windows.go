package main

import (
	"net"
	"os"
)

// peerOf says that it is us: Windows does not tell who is at the other end, and lets only those connect who may write to
// the data directory.
func peerOf(*net.UnixConn) (peer, error) { return peer(os.Getuid()), nil }
