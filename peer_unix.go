//go:build linux || darwin

package main

import (
	"errors"
	"net"
)

// peerOf returns the user at the other end of a connection, as the system knows them.
func peerOf(conn *net.UnixConn) (peer, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nobody, err
	}
	var user uint32
	var asked error
	err = raw.Control(func(fd uintptr) { user, asked = userAt(int(fd)) })
	if err != nil || asked != nil {
		return nobody, errors.Join(err, asked)
	}
	return peer(user), nil
}
