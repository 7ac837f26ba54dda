package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"exaone/chat"
	"exaone/people"
)

// visit is what is known of a request beside its headers: where it really comes from, and whose it turned out to be.
type visit struct {
	addr    netip.Addr // whose request it is; the zero Addr is not known
	secure  bool       // encrypted on the way to us, or to a proxy that we trust
	near    bool       // from this machine, with nobody between
	through string     // address of a proxy that nobody said to trust; "" is none

	cancel  context.CancelCauseFunc // ends the request
	release func()                  // ends watching; nil until somebody is watched

	once sync.Once
	who  people.Identity
	err  error
}

// settle ends watching: the request itself is about to end what it came with, and must not be ended by that.
func (v *visit) settle() {
	if v.release != nil {
		v.release()
		v.release = nil
	}
}

// private is an error unless a secret may be sent over the connection of a visit: the code plain, or CodeSignInProxy.
func (v *visit) private(plain chat.Code) error {
	switch {
	case v.secure || v.near:
		return nil
	case v.through != "" && addrOf(v.through).IsLoopback(): // as a rule somebody's nginx, and a line that is missing
		return chat.NewError(chat.CodeSignInProxy, nil, v.through)
	}
	return chat.NewError(plain, nil)
}

// visitKey is the key of a request's visit in its context. It is there because the API, which asks the gate too, must
// find it and know nothing of it.
type visitKey struct{}

func visitOf(r *http.Request) *visit {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v
	}
	return newVisit(r, nil) // of a test, or of somebody who serves the API alone
}

// forwarding are headers that proxies add.
var forwarding = []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded"}

// newVisit looks at where a request comes from. What proxies say is believed of those that are trusted.
func newVisit(r *http.Request, proxies []netip.Prefix) *visit {
	v := &visit{secure: r.TLS != nil}
	peer := addrOf(r.RemoteAddr)
	v.addr = peer
	forwarded := false
	for _, name := range forwarding {
		forwarded = forwarded || len(r.Header.Values(name)) > 0
	}
	switch {
	case trusted(peer, proxies):
		v.addr = client(r, peer, proxies)
		v.secure = strings.EqualFold(last(r.Header.Values("X-Forwarded-Proto")), "https")
	case forwarded:
		v.through = peer.String()
	default:
		v.near = peer.IsLoopback()
	}
	return v
}

// addrOf is the address of a host:port; the zero Addr if it is none.
func addrOf(hostPort string) netip.Addr {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = hostPort
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}

func trusted(addr netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if addr.IsValid() && p.Contains(addr) {
			return true
		}
	}
	return false
}

// client is whose request a trusted proxy passes on: the last address of X-Forwarded-For that is no trusted proxy's. What
// stands before it, anybody may have written.
func client(r *http.Request, peer netip.Addr, proxies []netip.Prefix) netip.Addr {
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		addr := addrOf(strings.TrimSpace(hops[i]))
		if !addr.IsValid() {
			return peer
		}
		if peer = addr; !trusted(addr, proxies) {
			break
		}
	}
	return peer
}

// last is the last item of a list in headers: what the nearest proxy said.
func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	items := strings.Split(values[len(values)-1], ",")
	return strings.TrimSpace(items[len(items)-1])
}

// front gives each request its visit, and the name that it was sent to if a trusted proxy says so.
type front struct {
	inner   http.Handler
	proxies []netip.Prefix
}

// ServeHTTP passes the request on. What watched it is released with it.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := newVisit(r, f.proxies)
	ctx, cancel := context.WithCancelCause(context.WithValue(r.Context(), visitKey{}, v))
	v.cancel = cancel
	defer func() {
		v.settle()
		cancel(nil)
	}()
	r = r.WithContext(ctx)
	if trusted(addrOf(r.RemoteAddr), f.proxies) {
		if host := last(r.Header.Values("X-Forwarded-Host")); host != "" {
			r.Host = host
		}
	}
	f.inner.ServeHTTP(w, r)
}
