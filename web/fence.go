package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"exaone/chat"
)

// Exposed reports whether a server that listens on addr is reached from other computers. CodeBadAddress if addr is
// not host:port. A name other than localhost counts as exposed: what it resolves to may change.
func Exposed(addr string) (bool, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false, chat.NewError(chat.CodeBadAddress, err, addr)
	}
	return !isLoopback(host), nil
}

// CheckExposure returns CodeExposed if a server on addr would be reached from other computers and there is nothing to
// keep strangers out: no administrator with a password, or of a server without a page no key.
func CheckExposure(addr string, kept bool) error {
	exposed, err := Exposed(addr)
	if err != nil {
		return err
	}
	if exposed && !kept {
		return chat.NewError(chat.CodeExposed, nil, addr)
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return strings.EqualFold(host, "localhost")
	}
	return ip.Unmap().IsLoopback()
}

// fence keeps out whoever is not meant to reach the server:
//
//   - A website whose name was made to point here (DNS rebinding) is betrayed by the Host header.
//   - A website that sends a request that changes something is betrayed by Sec-Fetch-Site or Origin. A request with a
//     cookie must show that it is the page's own: a program, which need not say, sends a key.
//   - Nobody but the origins of Options may read a reply from a script of another origin.
type fence struct {
	inner   http.Handler
	exposed bool
	hosts   []string
	origins []string
	cross   *http.CrossOriginProtection
}

func newFence(opts Options, inner http.Handler) (*fence, error) {
	f := &fence{inner: inner, exposed: opts.Exposed, cross: http.NewCrossOriginProtection()}
	for _, host := range opts.Hosts {
		f.hosts = append(f.hosts, strings.ToLower(strings.TrimSuffix(host, ".")))
	}
	if opts.URL != "" {
		u, err := url.Parse(opts.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, chat.NewError(chat.CodeBadField, err, "--url", opts.URL, "https://chat.example.com")
		}
		f.hosts = append(f.hosts, strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")))
	}
	for _, origin := range opts.Origins {
		if err := f.cross.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("origin %q: %w", origin, err)
		}
		f.origins = append(f.origins, origin)
	}
	return f, nil
}

// ServeHTTP lets a request in or refuses it.
func (f *fence) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if !f.knows(r.Host) {
		refuse(w, r, chat.NewError(chat.CodeBadHost, nil, fmt.Sprintf("%.100s", r.Host)))
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" && strings.HasPrefix(r.URL.Path, "/v1/") {
		w.Header().Add("Vary", "Origin")
		if slices.Contains(f.origins, origin) {
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")
			if r.Method == http.MethodOptions {
				w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
				w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Api-Key")
				w.Header().Set("Access-Control-Max-Age", "600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
	}
	if err := f.cross.Check(r); err != nil {
		refuse(w, r, chat.NewError(chat.CodeBadOrigin, err))
		return
	}
	if hasCookie(r) && !isOwn(r) {
		refuse(w, r, chat.NewError(chat.CodeBadOrigin, nil))
		return
	}
	if visitOf(r).secure {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
	f.inner.ServeHTTP(w, r)
}

// hasCookie reports whether a request would be let in by a cookie.
func hasCookie(r *http.Request) bool {
	return secretOf(r) == "" && credentialOf(r, visitOf(r)).Session != ""
}

// isOwn reports whether a request with a cookie comes from a page of this very server, as the browser says. A request
// that changes nothing may also be one that a person typed into the address bar.
func isOwn(r *http.Request) bool {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "same-origin":
		return true
	case "":
	default:
		return safe && (site == "none" || !isInner(r.URL.Path))
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return safe
	}
	scheme := "http://"
	if visitOf(r).secure {
		scheme = "https://"
	}
	return strings.EqualFold(origin, scheme+r.Host)
}

// isInner reports whether a path answers programs, and not a person who follows a link.
func isInner(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/v1/")
}

// knows reports whether the server answers to a Host header. An address cannot be rebound: the page that uses it
// came from there.
func (f *fence) knows(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if isLoopback(name) || slices.Contains(f.hosts, name) {
		return true
	}
	_, err := netip.ParseAddr(name)
	return err == nil && f.exposed
}

// policy lets the page load nothing but its own files, and run nothing that is written into it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}
