package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"exaone/chat"
)

const (
	dialTime     = 10 * time.Second // to connect, and for TLS
	longestWait  = 30 * time.Second // before another try; who is told to wait longer is told so
	mostOfError  = 64 << 10         // bytes of a reply that is an error
	mostOfReply  = 64 << 20         // bytes of a reply that is not a stream
	mostOfHeader = 64 << 10
)

var (
	errNotLoopback = errors.New("not an address of this computer")
	errSilent      = errors.New("nothing came for too long")
)

// newTransport returns an HTTP client that goes to the address it is given and nowhere else.
func newTransport(opts ClientOptions) *http.Client {
	dialer := &net.Dialer{Timeout: dialTime}
	if opts.Loopback {
		opts.Proxy = nil
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			if host, _, err := net.SplitHostPort(address); err != nil || !isLoopback(host) {
				return errNotLoopback // whatever localhost has been made to mean
			}
			return nil
		}
	}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: opts.Proxy, DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTime, ForceAttemptHTTP2: true,
			MaxIdleConnsPerHost: together, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: mostOfHeader,
			DisableCompression: true, // a stream would be held back, and a small reply could unfold without end
		},
	}
}

// passing is an error that may go away by itself.
type passing struct {
	error
	after time.Duration // what the server asks to wait; 0 is not said
}

func (p passing) Unwrap() error { return p.error }

// lasting is an error that nothing is tried again after.
func lasting(err error) error {
	if p, ok := errors.AsType[passing](err); ok {
		return p.error
	}
	return err
}

// again does something until it succeeds, fails for good, or was tried often enough. may says whether it may be done
// again; wait is told before each wait, and ends it all by returning false.
func (c *Client) again(ctx context.Context, may, wait func() bool, do func(context.Context) error) error {
	for try := 1; ; try++ {
		err := do(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p, ok := errors.AsType[passing](err)
		if !ok {
			return err
		}
		if try == tries || !may() || p.after > longestWait {
			return p.error
		}
		pause := p.after
		if pause == 0 {
			pause = c.opts.Wait << (try - 1)
			pause += rand.N(pause/4 + 1) // those who failed together do not come back together
		}
		c.opts.Log.Warn("another server is asked again", "host", c.host, "try", try, "wait", pause, "err", p.error)
		if !wait() {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// heardReply is a reply that is being read. Whoever has one closes it.
type heardReply struct {
	io.Reader
	kind  string // the Content-Type
	close func()
}

// post sends a value as JSON and returns the reply if its status is 200.
func (c *Client) post(ctx context.Context, path string, body any) (*heardReply, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, err
	}
	return c.send(ctx, http.MethodPost, c.base.JoinPath(path).String(), buf.Bytes())
}

// send sends a request. The server may take its time, but not be silent for longer than it may.
func (c *Client) send(ctx context.Context, method, address string, body []byte) (*heardReply, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		cancel(nil)
		return nil, err
	}
	r.Header.Set("Accept", "application/json, text/event-stream")
	r.Header.Set("User-Agent", strings.TrimSpace("exaone "+c.opts.Version))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.opts.Key != "" {
		r.Header.Set("Authorization", "Bearer "+c.opts.Key)
	}
	silence := time.AfterFunc(c.opts.Silence, func() { cancel(errSilent) })
	res, err := c.http.Do(r)
	if err != nil {
		err = c.unreached(ctx, err)
		silence.Stop()
		cancel(nil)
		return nil, err
	}
	reply := &heardReply{kind: res.Header.Get("Content-Type"), close: func() {
		silence.Stop()
		cancel(nil)
		res.Body.Close()
	}}
	reply.Reader = listening{c, ctx, res.Body, func() { silence.Reset(c.opts.Silence) }}
	if res.StatusCode == http.StatusOK {
		return reply, nil
	}
	defer reply.close()
	text, _ := io.ReadAll(io.LimitReader(reply, mostOfError)) // what there is of it will do
	return nil, c.refused(res.StatusCode, text, res.Header)
}

// listening reads a reply and says in our words what goes wrong.
type listening struct {
	c     *Client
	ctx   context.Context
	body  io.Reader
	heard func()
}

func (l listening) Read(b []byte) (int, error) {
	n, err := l.body.Read(b)
	if n > 0 {
		l.heard()
	}
	if err != nil && err != io.EOF {
		err = l.c.broken(l.ctx, err)
	}
	return n, err
}

// unreached is the error of a request that got no reply.
func (c *Client) unreached(ctx context.Context, err error) error {
	if context.Cause(ctx) == errSilent {
		return chat.NewError(chat.CodeRemoteSilent, err, c.host, int(c.opts.Silence.Seconds()))
	}
	c.forget() // another server may be there the next time
	if errors.Is(err, errNotLoopback) {
		return chat.NewError(chat.CodeRemoteOffline, err, c.host)
	}
	told := chat.NewError(chat.CodeRemoteUnreachable, err, c.host)
	_, badName := errors.AsType[*net.DNSError](err)
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	if badName || badCertificate {
		return told
	}
	return passing{told, 0}
}

// broken is the error of a reply that ends in its middle.
func (c *Client) broken(ctx context.Context, err error) error {
	if context.Cause(ctx) == errSilent {
		return chat.NewError(chat.CodeRemoteSilent, err, c.host, int(c.opts.Silence.Seconds()))
	}
	return c.cut(err)
}

// cut is the error of an answer that stops before its end.
func (c *Client) cut(err error) error {
	return passing{chat.NewError(chat.CodeRemoteCut, err, c.host), 0}
}

// retryAt reads a Retry-After: seconds, or a date. 0 is not said.
func retryAt(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return max(time.Duration(seconds)*time.Second, time.Millisecond)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), time.Millisecond)
	}
	return 0
}
