package main

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// peerOf returns the user at the other end of a connection, as the system knows them.
func peerOf(conn *net.UnixConn) (peer, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nobody, err
	}
	var cred *unix.Xucred
	var asked error
	err = raw.Control(func(fd uintptr) {
		cred, asked = unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	})
	if err != nil || asked != nil {
		return nobody, errors.Join(err, asked)
	}
	return peer(cred.Uid), nil
}
