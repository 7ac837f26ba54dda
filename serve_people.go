package main

import (
	"context"
	"fmt"
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
	return web.NewGate(web.GateOptions{Store: s, Open: open}), exposed, nil
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

// guarded reports whether there is something to keep strangers out: a key that is good, or an administrator with a
// password.
func guarded(ctx context.Context, s *store.Store) (bool, error) {
	owners := []chat.Principal{chat.Local}
	persons, err := s.Persons(ctx, store.System)
	if err != nil {
		return false, err
	}
	for _, p := range persons {
		if !p.Disabled.IsZero() {
			continue
		}
		if p.Role == people.Admin && p.Password {
			return true, nil
		}
		owners = append(owners, chat.Principal{ID: p.ID})
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
	n, err := d.store.Admins(app.ctx)
	if err != nil || n > 0 {
		return err
	}
	secret, _, err := d.store.CreateLink(app.ctx, chat.Local, store.LinkSpec{Kind: store.LinkFirst, Life: firstLife})
	if err != nil {
		return err
	}
	link := web.LinkAt(d.address, secret)
	for _, lang := range app.bothLanguages() {
		fmt.Fprintf(app.out, "%s\n\n", chat.Text(lang, chat.CodeServeFirst, link))
	}
	return nil
}

// signInAt is where somebody can sign in: as people reach the server, if that is encrypted, or else on this machine.
func (c *serveCmd) signInAt(address string) string {
	if c.URL != "" {
		return strings.TrimSuffix(c.URL, "/")
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "https" || isNear(address) {
		return address
	}
	return "http://127.0.0.1:" + u.Port()
}

// bothLanguages are the languages of what a server says at its start, the person's first.
func (a *app) bothLanguages() []chat.Language {
	if a.lang == chat.English {
		return []chat.Language{chat.English, chat.Korean}
	}
	return []chat.Language{a.lang, chat.English}
}
