package hub

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"exaone/chat"
)

// client speaks HTTP with one source. It connects to the source's own host, and to others only where a reply of
// the source leads there: never from https to http, at most maxRedirects times, without the source's
// credentials, and from a source on the public internet never to a private address.
type client struct {
	http      *http.Client
	transport *http.Transport
	home      *url.URL
	timing    timing
	offline   bool
	private   atomic.Bool // home itself has a private address
	proxies   sync.Map    // host names of the proxies that were chosen
}

const (
	maxRedirects = 5
	maxReply     = 16 << 20 // bytes of a reply that is kept in memory
)

var errPrivate = errors.New("a public source led to a private address")

// newClient returns a client for the source at home. Close lets go of its connections.
func (h *Hub) newClient(home *url.URL) *client {
	c := &client{home: home, timing: h.timing, offline: h.opts.Offline}
	c.transport = &http.Transport{
		Proxy:                 c.proxy(h.opts.Proxy),
		DialContext:           c.dial,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   h.timing.connect,
		ResponseHeaderTimeout: h.timing.connect,
		IdleConnTimeout:       time.Minute,
		DisableCompression:    true, // ranges count the bytes of the file, not of its compression
	}
	c.http = &http.Client{Transport: c.transport, CheckRedirect: c.redirect}
	return c
}

// Close lets go of the connections.
func (c *client) Close() { c.transport.CloseIdleConnections() }

// proxy remembers which proxies pick chooses: they may have private addresses, and it is they who connect to
// whatever a reply leads to.
func (c *client) proxy(pick func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	if pick == nil {
		return nil
	}
	return func(req *http.Request) (*url.URL, error) {
		u, err := pick(req)
		if u != nil {
			c.proxies.Store(u.Hostname(), nil)
		}
		return u, err
	}
}

func (c *client) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := &net.Dialer{Timeout: c.timing.connect}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if host == c.home.Hostname() {
		conn, err := d.DialContext(ctx, network, addr)
		if err == nil {
			c.private.Store(isPrivate(conn.RemoteAddr().String()))
		}
		return conn, err
	}
	if _, ok := c.proxies.Load(host); ok {
		return d.DialContext(ctx, network, addr)
	}
	// The address is looked at when it is known for certain: after the name was resolved.
	d.Control = func(_, address string, _ syscall.RawConn) error {
		if isPrivate(address) && !c.private.Load() {
			return errPrivate
		}
		return nil
	}
	return d.DialContext(ctx, network, addr)
}

func isPrivate(address string) bool {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return true
	}
	ip := ap.Addr().Unmap()
	return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast()
}

// redirect decides whether to follow.
func (c *client) redirect(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	switch {
	case len(via) > maxRedirects:
		return chat.NewError(chat.CodeHubRedirect, nil, first.Host, fmt.Sprintf("%d redirects", len(via)))
	case req.URL.Scheme != "https" && req.URL.Scheme != first.Scheme:
		return chat.NewError(chat.CodeHubRedirect, nil, first.Host, req.URL.Scheme+"://"+req.URL.Host)
	case req.URL.Host != first.Host:
		req.Header.Del("Authorization")
		req.Header.Del("Referer")
	}
	return nil
}

// do sends a request, without following redirects if follow is false.
func (c *client) do(req *http.Request, follow bool) (*http.Response, error) {
	if c.offline {
		return nil, chat.NewError(chat.CodeHubOffline, nil)
	}
	req.Header.Set("User-Agent", "exaone")
	hc := *c.http
	if !follow {
		hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	resp, err := hc.Do(req)
	if err != nil {
		return nil, c.explain(req, err)
	}
	return resp, nil
}

// explain gives an error of a connection its code.
func (c *client) explain(req *http.Request, err error) error {
	if ctxErr := req.Context().Err(); ctxErr != nil {
		return ctxErr
	}
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told
	}
	return chat.NewError(chat.CodeHubUnreachable, err, req.URL.Host)
}

// get fetches a small reply, with retries, and hands back its headers and the address it came from. A reply of
// more than limit bytes is an error.
func (c *client) get(ctx context.Context, address string, header http.Header, limit int64) (body []byte, resp *http.Response, err error) {
	err = c.retry(ctx, 3, func() error {
		req, err := newRequest(ctx, http.MethodGet, address, header)
		if err != nil {
			return err
		}
		resp, err = c.do(req, true)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return newStatusError(resp)
		}
		body, err = io.ReadAll(io.LimitReader(&idleReader{r: resp.Body, limit: c.timing.idle}, limit+1))
		if err != nil {
			return chat.NewError(chat.CodeHubUnreachable, err, req.URL.Host)
		}
		if int64(len(body)) > limit {
			return chat.NewError(chat.CodeHubBadReply, nil, req.URL.Host, fmt.Sprintf("more than %d bytes", limit))
		}
		return nil
	})
	return body, resp, err
}

func newRequest(ctx context.Context, method, address string, header http.Header) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	if header != nil {
		req.Header = header.Clone()
	}
	return req, nil
}

// retry calls f until it succeeds, fails for good, or has been tried so many times.
func (c *client) retry(ctx context.Context, tries int, f func() error) error {
	for i := 0; ; i++ {
		err := f()
		if err == nil || !transient(err) || i+1 >= tries {
			return err
		}
		if err := c.pause(ctx, i, err); err != nil {
			return err
		}
	}
}

// maxPause is the longest pause before a retry, even if a server asks for more.
const maxPause = 30 * time.Second

// pause waits before retry number i of what failed with err, longer each time.
func (c *client) pause(ctx context.Context, i int, err error) error {
	wait := c.timing.backoff << min(i, 6)
	if status, ok := errors.AsType[*statusError](err); ok {
		wait = max(wait, status.after)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(min(wait, maxPause)):
		return nil
	}
}

// statusError is a reply that is none of those expected. It unwraps to the *chat.Error CodeHubRefused.
type statusError struct {
	status int
	reason string // X-Error-Code, as the Hugging Face protocol has it
	away   bool   // a redirect led to whoever said it
	after  time.Duration
	err    *chat.Error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

func newStatusError(resp *http.Response) *statusError {
	host := resp.Request.URL.Host
	e := &statusError{
		status: resp.StatusCode,
		reason: resp.Header.Get("X-Error-Code"),
		away:   resp.Request.Response != nil,
		err:    chat.NewError(chat.CodeHubRefused, nil, host, resp.StatusCode),
	}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.after = time.Duration(min(seconds, 3600)) * time.Second
	}
	return e
}

// transient reports whether trying again may help.
func transient(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errPrivate) {
		return false
	}
	if status, ok := errors.AsType[*statusError](err); ok {
		switch status.status {
		case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
			return true
		case http.StatusForbidden, http.StatusGone:
			return status.away // the address it led to has expired, and the next one is fresh
		}
		return status.status >= 500
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return false // nor is a machine without a network worth waiting for
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return false
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return false
	}
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told.Code == chat.CodeHubUnreachable
	}
	return false
}

// errIdle says that a connection stayed open and silent.
var errIdle = errors.New("no data for too long")

// idleReader fails with errIdle when a read gets nothing for limit.
type idleReader struct {
	r     io.ReadCloser
	limit time.Duration
}

func (r *idleReader) Read(p []byte) (int, error) {
	// Closing the body is what ends a read that waits.
	silent := make(chan struct{})
	timer := time.AfterFunc(r.limit, func() {
		close(silent)
		r.r.Close()
	})
	n, err := r.r.Read(p)
	timer.Stop()
	select {
	case <-silent:
		if n == 0 {
			return 0, errIdle
		}
	default:
	}
	return n, err
}
