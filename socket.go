package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"exaone/chat"
	"exaone/people"

	"github.com/alecthomas/kong"
)

// A command that finds the data directory held by a server is carried out by that server, which has the store open:
//
//	exaone key list ──▶ DIR/socket ──▶ the same command, with the server's own store
//	                ◀── lines of JSON: what it writes, and last its exit code
//
// Only the user whose server it is may connect. A command ends when whoever asked for it goes away.

// handedOver are the commands that a server carries out for others, with all below them, and what whoever asks must be
// allowed.
var handedOver = map[string]people.Action{
	"audit": people.ReadAudit, "backup": people.Backup, "key": people.UseAPI, "licence": people.ManageModels,
	"models list": people.Ask, "people": people.ManagePeople, "verify": people.Backup,
}

// actionOf is what the command of a path takes; "" is one that no server carries out.
func actionOf(path string) people.Action {
	for p, action := range handedOver {
		if path == p || strings.HasPrefix(path, p+" ") {
			return action
		}
	}
	return ""
}

// mayBeHandedOver reports whether a server carries out the command of a path.
func mayBeHandedOver(path string) bool { return actionOf(path) != "" }

const (
	mostOrders   = 4                // commands that are carried out at once
	orderWait    = 5 * time.Second  // that a command waits for its turn, and the server for the command
	maxOrder     = 256 << 10        // bytes of an order
	maxFrame     = 32 << 10         // bytes of output in a frame
	frameWait    = 30 * time.Second // that a frame waits for its reader
	maxSocket    = 100              // bytes of a path that every system takes for a socket
	socketOfData = "socket"         // its name in the data directory
)

// order is the one line that a command sends.
type order struct {
	Args     []string      `json:"args"` // without the program's name
	Language chat.Language `json:"language"`
}

// frame is a line of what comes back. One with an exit code is the last.
type frame struct {
	Out  []byte `json:"out,omitempty"`
	Err  []byte `json:"err,omitempty"`
	Exit *int   `json:"exit,omitempty"`
}

// socket takes the commands of others.
type socket struct {
	listener *net.UnixListener
	folder   string // made for the socket because the data directory's path is too long; "" is none
	log      *slog.Logger
	turns    chan struct{}

	// resolver says who a user of this machine is to us.
	resolver *people.Resolver
	// newApp returns what a command runs with. It is called from many goroutines.
	newApp func(ctx context.Context, who chat.Principal, lang chat.Language, out, err io.Writer) *app
}

// openSocket listens in a data directory, which this process holds: a socket that is there already is of a process that
// died. Where no socket can be, it is in a folder of its own among the temporary files.
func openSocket(dir string, resolver *people.Resolver, log *slog.Logger) (*socket, error) {
	s := &socket{resolver: resolver, log: log, turns: make(chan struct{}, mostOrders)}
	path := filepath.Join(dir, socketOfData)
	err := fmt.Errorf("%s is too long for a socket", path)
	if len(path) <= maxSocket {
		err = s.listen(path)
	}
	if err == nil {
		return s, nil
	}
	folder, folderErr := os.MkdirTemp("", "exaone-") // for this user alone
	if folderErr != nil {
		return nil, errors.Join(err, folderErr)
	}
	if shortErr := s.listen(filepath.Join(folder, socketOfData)); shortErr != nil {
		return nil, errors.Join(err, shortErr, os.Remove(folder))
	}
	s.folder = folder
	return s, nil
}

func (s *socket) listen(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return err
	}
	s.listener = l
	return nil
}

// takeCommands has a server carry out the commands of this machine's user until ctx ends. Without a socket it serves all
// the same.
func (a *app) takeCommands(ctx context.Context, d *desk, resolver *people.Resolver) {
	s, err := openSocket(d.store.Dir(), resolver, a.log)
	if err != nil {
		a.log.Warn("no commands are taken while the server runs", "err", err)
		return
	}
	s.newApp = func(ctx context.Context, who chat.Principal, lang chat.Language, out, err io.Writer) *app {
		return a.forCommand(ctx, d, who, lang, out, err)
	}
	if err := d.store.SetSocket(s.Path()); err != nil {
		a.log.Warn("where commands are taken was not noted", "err", err)
	}
	d.work.Go(func() {
		s.serve(ctx)
		if err := s.Close(); err != nil {
			a.log.Warn("the socket is left", "err", err)
		}
	})
}

// Path is where it listens.
func (s *socket) Path() string { return s.listener.Addr().String() }

// Close ends listening and removes the socket. Commands under way end with the context of serve.
func (s *socket) Close() error {
	err := s.listener.Close()
	if s.folder != "" {
		err = errors.Join(err, os.Remove(s.folder))
	}
	return err
}

// serve carries out commands until the context ends, and returns when the last is over.
func (s *socket) serve(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	defer context.AfterFunc(ctx, func() { s.listener.SetDeadline(time.Now()) })()
	for ctx.Err() == nil {
		conn, err := s.listener.AcceptUnix()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if ctx.Err() == nil {
				s.log.Warn("a command was not taken", "err", err)
				time.Sleep(50 * time.Millisecond) // out of files, say: not at once again
			}
			continue
		}
		running.Go(func() { s.take(ctx, conn) })
	}
}

// take carries out the command of one connection.
func (s *socket) take(ctx context.Context, conn *net.UnixConn) {
	defer conn.Close()
	uid, err := peerOf(conn)
	who := people.Identity{}
	if err == nil {
		who, err = s.resolver.Resolve(ctx, people.Credential{Peer: uid.String()})
	}
	if err != nil {
		s.log.Warn("a command of somebody else was refused", "user", uid, "err", err)
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := &frames{conn: conn, cancel: cancel}
	conn.SetReadDeadline(time.Now().Add(orderWait))
	o, err := readOrder(conn)
	if err != nil {
		s.log.Warn("a command was not understood", "err", err)
		return
	}
	conn.SetReadDeadline(time.Time{})
	go func() {
		conn.Read(make([]byte, 1)) // nothing more is said: this ends when whoever asked is gone
		cancel()
	}()
	a := s.newApp(ctx, who.Principal, o.Language, lines.of(func(p []byte) frame { return frame{Out: p} }),
		lines.of(func(p []byte) frame { return frame{Err: p} }))
	code := exitFailed
	select {
	case s.turns <- struct{}{}:
		code = s.carryOut(ctx, o.Args, a)
		<-s.turns
	case <-time.After(orderWait):
		a.report(chat.NewError(chat.CodeSocketBusy, nil, mostOrders))
	case <-ctx.Done():
	}
	lines.write(frame{Exit: &code})
}

func readOrder(r io.Reader) (o order, err error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxOrder)).ReadBytes('\n')
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(line, &o)
}

// carryOut runs a command as the command line would, and returns its exit code.
func (s *socket) carryOut(ctx context.Context, args []string, a *app) (code int) {
	defer func() {
		if r := recover(); r != nil { // a mistake of ours must not end the server
			s.log.Error("a command panicked", "args", args, "panic", r, "stack", string(debug.Stack()))
			code = a.report(errors.New("panic"))
		}
	}()
	_, err := runHere(ctx, args, a, func(node *kong.Node) bool { return node != nil && people.May(a.who.Role, actionOf(node.Path())) })
	return a.report(err)
}

// frames writes frames to a connection, from many goroutines. The first that nobody takes ends the command.
type frames struct {
	mu     sync.Mutex
	conn   *net.UnixConn
	cancel context.CancelFunc
	err    error
}

func (f *frames) write(one frame) error {
	line, err := json.Marshal(one)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.conn.SetWriteDeadline(time.Now().Add(frameWait))
		if _, f.err = f.conn.Write(append(line, '\n')); f.err != nil {
			f.cancel()
		}
	}
	return f.err
}

// of returns a writer whose bytes become frames.
func (f *frames) of(wrap func([]byte) frame) io.Writer { return &framed{f, wrap} }

type framed struct {
	to   *frames
	wrap func([]byte) frame
}

func (w *framed) Write(p []byte) (int, error) {
	n := 0
	for part := range slices.Chunk(p, maxFrame) {
		if err := w.to.write(w.wrap(part)); err != nil {
			return n, err
		}
		n += len(part)
	}
	return n, nil
}
