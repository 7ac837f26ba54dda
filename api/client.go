package api

import (
	"context"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"exaone/chat"
)

// remoteScheme begins the name of a model on another server: openai:URL#MODEL.
const remoteScheme = "openai:"

// IsRemote reports whether a model's name says that it is on another server.
func IsRemote(name string) bool { return strings.HasPrefix(name, remoteScheme) }

// ClientOptions say where a model on another server is. Only URL is required.
type ClientOptions struct {
	URL   string // of the API, with its path; without one the path is /v1
	Model string // as the server names it; "" is the only one that it has
	// Eyes says whether the model can be shown pictures; nil asks the server, and takes what it does not say for no.
	Eyes *bool
	Key  string // sent as Authorization: Bearer, and never logged

	// Loopback refuses every address that is not this computer's: localhost, 127.0.0.0/8 and ::1.
	Loopback bool
	// Proxy is as in http.Transport. nil is none.
	Proxy func(*http.Request) (*url.URL, error)

	Silence time.Duration // how long the server may say nothing; 0 is five minutes
	Wait    time.Duration // before a second try; it doubles from one to the next. 0 is half a second
	Version string        // of this program, told to the server
	Log     *slog.Logger  // nil discards it
}

// ParseRemote reads openai:URL#MODEL. The error is CodeRemoteAddress, or CodeRemoteSecret for an address that has a
// password in it.
func ParseRemote(name string) (ClientOptions, error) {
	address, ok := strings.CutPrefix(name, remoteScheme)
	u, err := url.Parse(address)
	switch {
	case strings.Contains(address, "@") && (err != nil || u.User != nil): // it is not to be shown either
		return ClientOptions{}, chat.NewError(chat.CodeRemoteSecret, nil)
	case !ok, err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.RawQuery != "", u.Opaque != "":
		return ClientOptions{}, chat.NewError(chat.CodeRemoteAddress, err, name)
	}
	model := u.Fragment
	u.Fragment, u.RawFragment = "", ""
	return ClientOptions{URL: u.String(), Model: model}, nil
}

// Client is a model on another server that speaks OpenAI's dialect: vLLM, SGLang, llama.cpp, OpenAI, another exaone. It
// contacts the server only when it is asked, and may be used by many goroutines. Close gives up its connections.
//
// What the server is it finds out once, from its list of models: how a grammar is written depends on that, and which
// of the request's fields it has. A field that the server does not have is refused with CodeRemoteCannot, and a grammar
// with CodeRemoteNoGrammar. Purposes of embeddings are the exception that [chat.Purpose] allows: others than exaone embed
// the text as it is. IDs of tokens are not known: they are -1.
//
// Before the first word of an answer, what may go away by itself is tried again, four times in all: connections that
// fail, and the statuses 429 and 503, after the time that the server names if it is no more than half a minute. After
// the first word nothing is. Redirections are not followed: the key and the conversation go to the address that was
// named and to no other.
type Client struct {
	opts ClientOptions
	base *url.URL
	host string // as errors name the server
	http *http.Client

	finding chan struct{} // of size 1: held while somebody finds out what the server is, which may take long

	mu        sync.Mutex // is held for moments, and never while a server is asked
	peer      *peer      // nil is not known yet
	forgotten int        // how often it was
}

// NewClient returns a client. It connects to nothing. Errors are CodeRemoteAddress, CodeRemoteKeyForm, and
// CodeRemoteOffline for an address that is not loopback where it must be.
func NewClient(opts ClientOptions) (*Client, error) {
	u, err := url.Parse(opts.URL)
	if err != nil || u.Host == "" {
		return nil, chat.NewError(chat.CodeRemoteAddress, err, opts.URL)
	}
	if strings.ContainsFunc(opts.Key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, chat.NewError(chat.CodeRemoteKeyForm, nil)
	}
	if opts.Loopback && !isLoopback(u.Hostname()) {
		return nil, chat.NewError(chat.CodeRemoteOffline, nil, u.Host)
	}
	if u.Path = strings.TrimRight(u.Path, "/"); u.Path == "" {
		u.Path = "/v1"
	}
	if opts.Silence == 0 {
		opts.Silence = 5 * time.Minute
	}
	if opts.Wait == 0 {
		opts.Wait = 500 * time.Millisecond
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{opts: opts, base: u, host: u.Host, http: newTransport(opts), finding: make(chan struct{}, 1)}, nil
}

// isLoopback reports whether a host is this computer by its very name: looking a name up would ask others.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// Close gives up connections that nobody uses.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Name returns the name of the model: the server's, or the server's address where none was given.
func (c *Client) Name() string {
	if c.opts.Model == "" {
		return c.host
	}
	return c.opts.Model
}

// Info describes the model without asking the server anything: what is not known yet is zero.
func (c *Client) Info() ModelInfo {
	info := ModelInfo{ID: c.Name(), OwnedBy: c.host, Capabilities: []string{"completion", "chat", "tools"}}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.peer != nil {
		info.Window, info.Loaded = c.peer.window, true
		if c.peer.eyes != nil && *c.peer.eyes {
			info.Capabilities = append(info.Capabilities, "vision")
		}
	}
	return info
}

// Sees reports whether the model can be shown pictures. It may ask the server, once; an error says that this is not known, as
// where the server cannot be reached.
func (c *Client) Sees(ctx context.Context) (bool, error) {
	p, err := c.known(ctx)
	if err != nil {
		return false, lasting(err)
	}
	sees, err := c.eyes(ctx, p)
	return sees, lasting(err)
}

// tries is how often a request is sent at most.
const tries = 4

// Chat answers with the model on the server. Nothing precedes the answer but the Phase "queue" while it waits to try
// again.
func (c *Client) Chat(ctx context.Context, req chat.Request) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		left, began := false, false
		say := func(ev chat.Event) bool {
			began = true
			left = !yield(ev, nil)
			return !left
		}
		err := c.again(ctx, func() bool { return !began }, func() bool {
			left = !yield(chat.Phase{Name: "queue"}, nil)
			return !left
		}, func(ctx context.Context) error { return c.answer(ctx, req, say) })
		if err != nil && !left {
			yield(nil, err)
		}
	}
}

// answer sends a request once and passes on what comes.
func (c *Client) answer(ctx context.Context, req chat.Request, say func(chat.Event) bool) error {
	p, err := c.known(ctx)
	if err != nil {
		return err
	}
	q, err := c.question(ctx, p, req)
	if err != nil {
		return err
	}
	r, err := c.post(ctx, q.path, q.body)
	if err != nil {
		return err
	}
	defer r.close()
	to := newHeard(c, q)
	if !q.streamed {
		return to.whole(r, say)
	}
	return to.stream(r, say)
}
