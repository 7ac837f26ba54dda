package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"exaone/api"
	"exaone/chat"
	"exaone/hub"
	"exaone/web"
)

// serveCmd serves models over HTTP, and the page at /, until it is told to stop.
//
// The default port is not assigned to anybody, and is none of the ports of programs people run beside this
// one (8080, 11434, 8000, 3000, 5000).
type serveCmd struct {
	Model   string            `placeholder:"MODEL"`
	Addr    string            `default:"127.0.0.1:11500" placeholder:"HOST:PORT"` // see defaultAddr
	Host    []string          `placeholder:"NAME"`
	URL     string            `name:"url" placeholder:"URL"`
	Adapter map[string]string `placeholder:"NAME=DIR"`
	Name    string            `placeholder:"NAME"`

	TLSCert      string   `name:"tls-cert" placeholder:"FILE" type:"path"`
	TLSKey       string   `name:"tls-key" placeholder:"FILE" type:"path"`
	TrustedProxy []string `placeholder:"CIDR"`
	PlainHTTP    bool     `name:"plain-http"`
	APIOnly      bool     `name:"api-only"`

	engineFlags
	sourceFlags
	remoteFlags
}

// defaultAddr is where a server listens if nobody says.
const defaultAddr = "127.0.0.1:11500"

// Run serves until the context ends.
func (c *serveCmd) Run(app *app) error {
	app.endInTime()
	s, err := app.store()
	if err != nil {
		return err
	}
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	gate, exposed, err := c.gate(app.ctx, s)
	if err != nil {
		return err
	}
	config, err := tlsConfig(c.TLSCert, c.TLSKey)
	if err != nil {
		return err
	}
	h := app.hub(c.sourceFlags)
	d := &desk{ctx: app.ctx, hub: h, store: s, log: app.log, offline: app.offline, adapters: c.Adapter, encoder: app.defaultEncoder}
	d.tell = func(err error) { c.tell(app, err) }
	d.engine = app.engine(c.engineFlags, d.resolve)
	if err := c.reach(app, d); err != nil {
		return err
	}
	first, missing := d.firstModel(c.Model)
	if c.Model != "" && missing != nil && !d.canBring(missing) {
		return missing // a server without the one model it was to serve is of no use to anybody
	}
	meter := newMeter(d)
	server := api.New(api.Options{
		Model: meter, Models: d.listedFor(gate, meter), Embedder: meter, Ranker: meter,
		Tokens: reached{d, meter}, Memory: reached{d, meter}, Enter: reached{d, meter}.enter, Manages: gate.ManagesModels, Sees: d.sees,
		Authorize: gate.Authorize, Gauges: d.gauges, Version: version, Log: app.log,
	})
	hosts := c.Host
	if name, err := os.Hostname(); exposed && err == nil {
		hosts = append(hosts, name)
	}
	shelf, err := newShelf(app, d)
	if err != nil {
		return err
	}
	turns, err := newTurns(app, d, shelf, meter, gate)
	if err != nil {
		return err
	}
	handler, err := web.New(web.Options{
		Hub: d, API: server, APIPaths: api.Paths(), Store: s, Gate: gate, Meter: meter, Turns: turns, Documents: shelf,
		Page:    web.DescribePage(s, d.pageModel),
		Health:  newCheckup(c, d, config, exposed).facts,
		Forget:  func(key string) { d.engine.Forget(chat.KeyScope(key)) },
		APIOnly: c.APIOnly, URL: c.URL, Proxies: proxies, Exposed: exposed, Hosts: hosts, Version: version, Log: app.log,
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return chat.NewError(chat.CodeServeAddress, err, c.Addr)
	}
	context.AfterFunc(app.ctx, func() { _ = endTurns(turns) }) // while those who follow are still there; it is waited for below
	return c.serve(app, d, gate, listener, handler, config, func() {
		d.begin(c.Model, first, missing, func(ctx context.Context) error { return c.accept(ctx, h) })
		if !c.APIOnly {
			d.bringExamples(app.lang, shelf)
		}
	})
}

// reach gives the desk the model on another server, if one is named.
func (c *serveCmd) reach(app *app, d *desk) (err error) {
	if err := c.remoteFlags.check(c.Model); err != nil || !api.IsRemote(c.Model) {
		return err
	}
	if len(c.Adapter) > 0 {
		return chat.NewError(chat.CodeBadField, nil, "--adapter", "--model openai:", "a model of this computer")
	}
	d.remote, err = app.remote(c.Model, c.remoteFlags)
	return err
}

// serve begins with its model, announces the server and answers until the end.
func (c *serveCmd) serve(app *app, d *desk, gate *web.Gate, listener net.Listener, handler http.Handler, config *tls.Config, begin func()) error {
	ctx, stop := context.WithCancel(app.ctx)
	d.ctx = ctx
	defer func() {
		stop()
		d.work.Wait()
	}()
	address := reachable(listener.Addr(), config != nil)
	if err := d.store.SetAddress(address); err != nil {
		app.log.Warn("the address was not noted", "err", err)
	}
	d.work.Go(d.sweepNowAndThen)
	d.work.Go(d.warmReaders)
	d.forgetKeys(app.prefixDir())
	page := c.signInAt(listener.Addr(), address)
	d.address = cmp.Or(page, address)
	app.takeCommands(ctx, d, gate.Resolver())
	begin()
	c.announce(app, d, address, page)
	if err := c.invite(app, d); err != nil {
		return err
	}
	return web.ServeTLS(ctx, listener, handler, config, app.log)
}

// reachable is an address that a browser can open: if the server listens on every address of the machine, by the
// machine's name.
func reachable(addr net.Addr, encrypted bool) string {
	scheme := "http://"
	if encrypted {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if name, err := os.Hostname(); err == nil {
			host = name
		}
		return scheme + net.JoinHostPort(host, port)
	}
	return scheme + addr.String()
}

// accept accepts the licence of the named model if the command line says so.
func (c *serveCmd) accept(ctx context.Context, h *hub.Hub) error {
	if !c.AcceptLicence {
		return nil // the pull says what is missing
	}
	l, err := h.Licence(ctx, c.Model)
	if err != nil {
		return err
	}
	return h.Accept(ctx, hub.Acceptance{Model: c.Model, TextHash: l.Hash, Person: c.Name, Principal: chat.Console})
}

// announce says in both languages, the person's first, where the page is and what comes next. page is where somebody can
// sign in; "" is nowhere.
func (c *serveCmd) announce(app *app, d *desk, address, page string) {
	next := chat.CodeServeNextReady
	if _, err := d.current(); err != nil {
		next = chat.CodeServeNextNone
		if status, err := d.Status(app.ctx); err == nil && status.State == web.StateBringing {
			next = chat.CodeServeNextBring
		}
	}
	switch {
	case c.APIOnly:
		next = chat.CodeServeNextAPI
	case page == "":
		next = chat.CodeServeNextPlain
	default:
		address = page
	}
	local, _ := d.current()
	name := local.Name
	if name == "" {
		name = "-"
	}
	var b strings.Builder
	for _, lang := range app.bothLanguages() {
		fmt.Fprintf(&b, "%s\n%s\n\n", chat.Text(lang, chat.CodeServeAt, address, d.store.Dir(), name), chat.Text(lang, next))
	}
	fmt.Fprint(app.out, b.String())
}

// tell says why the first model does not answer, and what to do.
func (c *serveCmd) tell(app *app, err error) {
	told, ok := errors.AsType[*chat.Error](err)
	if !ok {
		app.log.Error("the model does not answer", "err", err)
		return
	}
	app.note(chat.CodeCLIFailed, told.In(app.lang))
	if told.Code == chat.CodeHubLicence || told.Code == chat.CodeHubNeedPerson {
		app.note(chat.CodeServeLicence)
	}
}
