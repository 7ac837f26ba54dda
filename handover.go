package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"time"

	"exaone/chat"
	"exaone/store"

	"github.com/alecthomas/kong"
)

// maxFrameLine bounds a line of what a server sends back, in bytes: a frame in base64 with room to spare.
const maxFrameLine = 4 * maxFrame

// isLocked reports whether an error says that another process holds the data directory.
func isLocked(err error) bool {
	told, ok := errors.AsType[*chat.Error](err)
	return ok && (told.Code == chat.CodeStoreLocked || told.Code == chat.CodeStoreLockedAt)
}

// handOver has the server that holds the data directory run a command that could not, and returns its exit code. Without
// a server that takes it, the error is the one that the command ended with.
func (a *app) handOver(args []string, node *kong.Node, err error) (int, error) {
	if !isLocked(err) || node == nil || !mayBeHandedOver(node.Path()) {
		return exitFailed, err
	}
	return a.order(args, a.out, a.err, err)
}

// order sends args to the server that holds the data directory and writes what comes back. locked is the error where
// there is no such server.
func (a *app) order(args []string, out, errs io.Writer, locked error) (int, error) {
	conn := a.dialServer()
	if conn == nil {
		return exitFailed, locked
	}
	defer conn.Close()
	defer context.AfterFunc(a.ctx, func() { conn.Close() })()
	line, err := json.Marshal(order{Args: args, Language: a.lang})
	if err != nil {
		return exitFailed, err
	}
	if _, err := conn.Write(append(line, '\n')); err != nil {
		return exitFailed, chat.NewError(chat.CodeSocketCut, err)
	}
	code, err := readFrames(bufio.NewReaderSize(conn, maxFrameLine), out, errs)
	if a.ctx.Err() != nil {
		err = a.ctx.Err()
	}
	return code, err
}

// dialServer connects to the server that holds the data directory, or returns nil if there is none to talk to.
func (a *app) dialServer() *net.UnixConn {
	path := store.Socket(a.data)
	if path == "" {
		return nil
	}
	conn, err := net.DialTimeout("unix", path, 2*time.Second)
	if err != nil {
		a.log.Debug("the server does not take commands", "socket", path, "err", err)
		return nil
	}
	server := conn.(*net.UnixConn)
	if uid, err := peerOf(server); err != nil || !uid.mayAnswer() {
		a.log.Warn("the socket is somebody else's", "socket", path, "user", uid, "err", err)
		conn.Close()
		return nil
	}
	return server
}

// readFrames writes what a server sends until the exit code. A connection that ends before it is CodeSocketCut.
func readFrames(r *bufio.Reader, out, errs io.Writer) (int, error) {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return exitFailed, chat.NewError(chat.CodeSocketCut, err)
		}
		var f frame
		if err := json.Unmarshal(line, &f); err != nil {
			return exitFailed, chat.NewError(chat.CodeSocketCut, err)
		}
		if _, err := out.Write(f.Out); err != nil {
			return exitFailed, err
		}
		if _, err := errs.Write(f.Err); err != nil {
			return exitFailed, err
		}
		if f.Exit != nil {
			return *f.Exit, nil
		}
	}
}
