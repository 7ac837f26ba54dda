package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/people"
	"exaone/store"
	"exaone/web"
)

// This file is who a server lets in: as its flags say, and by the link for the first administrator.

// proxies are those whose word is taken for where a request comes from.
func (c *serveCmd) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range c.TrustedProxy {
		prefix, err := netip.ParsePrefix(text)
		if addr, err := netip.ParseAddr(text); err == nil {
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		} else if !strings.Contains(text, "/") {
			return nil, chat.NewError(chat.CodeBadField, err, "--trusted-proxy", text, "127.0.0.1, 10.0.0.0/8")
		}
		if !prefix.IsValid() {
			return nil, chat.NewError(chat.CodeBadField, err, "--trusted-proxy", text, "127.0.0.1, 10.0.0.0/8")
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}

// gate says who is let in: before there is an administrator everybody on this machine, or only whoever has a key or
// signs in, once there is one or other machines reach us.
func (c *serveCmd) gate(ctx context.Context, s *store.Store) (*web.Gate, bool, error) {
	kept, err := guarded(ctx, s)
	if err == nil && !kept && c.APIOnly {
		kept, err = anyKey(ctx, s)
	}
	if err != nil {
		return nil, false, err
	}
	if err := web.CheckExposure(c.Addr, kept); err != nil {
		return nil, false, err
	}
	exposed, err := web.Exposed(c.Addr)
	if err != nil {
		return nil, false, err
	}
	open := !exposed && len(c.TrustedProxy) == 0 && (c.URL == "" || isNear(c.URL))
	return web.NewGate(web.GateOptions{Store: s, Open: open, Owner: isOwner, Plain: c.PlainHTTP}), exposed, nil
}

// isNear reports whether a URL is of this machine alone.
func isNear(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	exposed, err := web.Exposed(u.Hostname() + ":0")
	return err == nil && !exposed
}

// guarded reports whether there is an administrator who signs in with a password: nobody else is let in before.
func guarded(ctx context.Context, s *store.Store) (bool, error) {
	persons, err := s.Persons(ctx, store.System)
	return slices.ContainsFunc(persons, func(p store.Person) bool {
		return p.Role == people.Admin && p.Password && p.Login != "" && p.Disabled.IsZero()
	}), err
}

// anyKey reports whether there is a key that is good: it keeps strangers out of a server without a page.
func anyKey(ctx context.Context, s *store.Store) (bool, error) {
	owners := []chat.Principal{chat.Local}
	persons, err := s.Persons(ctx, store.System)
	if err != nil {
		return false, err
	}
	for _, p := range persons {
		if p.Disabled.IsZero() {
			owners = append(owners, chat.Principal{ID: p.ID})
		}
	}
	now := time.Now()
	for _, who := range owners {
		keys, err := s.Keys(ctx, who)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(keys, func(k store.Key) bool { return keyState(k, now) == chat.CodeCLIStateGood }) {
			return true, nil
		}
	}
	return false, nil
}

// firstLife is how long the link for the first administrator is good for. Each start makes a new one.
const firstLife = 24 * time.Hour

// invite prints a link that makes whoever opens it the first administrator, if there is none.
func (c *serveCmd) invite(app *app, d *desk) error {
	if c.APIOnly {
		return nil
	}
	n, err := d.store.Admins(app.ctx, store.System)
	if err != nil || n > 0 {
		return err
	}
	secret, _, err := d.store.CreateLink(app.ctx, chat.Console, store.LinkSpec{Kind: store.LinkFirst, Life: firstLife})
	if err != nil {
		return err
	}
	link := web.LinkAt(d.address, secret)
	for _, lang := range app.bothLanguages() {
		fmt.Fprintf(app.out, "%s\n\n", chat.Text(lang, chat.CodeServeFirst, link))
	}
	return nil
}

// signInAt is where somebody can sign in: as people reach the server, if that is encrypted, or else on this machine. ""
// is nowhere.
func (c *serveCmd) signInAt(listens net.Addr, address string) string {
	at, err := netip.ParseAddrPort(listens.String())
	switch {
	case strings.HasPrefix(c.URL, "https://") || c.URL != "" && isNear(c.URL):
		return strings.TrimSuffix(c.URL, "/")
	case strings.HasPrefix(address, "https://"):
		return address
	case err != nil || c.trustsThisMachine():
		return "" // whoever comes from here is a proxy, and does not say that anybody encrypts
	case at.Addr().IsUnspecified():
		return fmt.Sprint("http://127.0.0.1:", at.Port())
	case at.Addr().Unmap().IsLoopback():
		return address
	}
	return ""
}

// trustsThisMachine reports whether what comes from 127.0.0.1 is a proxy's.
func (c *serveCmd) trustsThisMachine() bool {
	proxies, err := c.proxies()
	return err != nil || slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(netip.MustParseAddr("127.0.0.1")) })
}

// bothLanguages are the languages of what a server says at its start, the person's first.
func (a *app) bothLanguages() []chat.Language {
	if a.lang == chat.English {
		return []chat.Language{chat.English, chat.Korean}
	}
	return []chat.Language{a.lang, chat.English}
}
