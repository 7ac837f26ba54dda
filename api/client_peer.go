package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"exaone/chat"
)

// peerKind is a program that serves models.
type peerKind string

// The programs that are known by what they have of their own.
const (
	peerOther  peerKind = "" // OpenAI's fields and no others
	peerOpenAI peerKind = "openai"
	peerVLLM   peerKind = "vllm"
	peerSGLang peerKind = "sglang"
	peerLlama  peerKind = "llamacpp"
	peerExaone peerKind = "exaone"
)

// own reports whether the program has what these servers added to OpenAI's fields.
func (k peerKind) own() bool { return k != peerOther && k != peerOpenAI }

// peer is what a client has found out of its server. It does not change but for eyes and probed, which the client's mu guards.
type peer struct {
	kind    peerKind
	model   string     // by its name there
	window  int        // tokens; 0 is not known
	version string     // of vLLM; "" is not known
	listed  listedEyes // what the list of models says of whether it can be shown pictures
	eyes    *bool      // whether it can; nil is not found out
	probed  map[string]int
}

// known returns what the server is, and finds out the first time.
func (c *Client) known(ctx context.Context) (*peer, error) {
	if p, _ := c.now(); p != nil {
		return p, nil
	}
	end, err := c.finds(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	p, age := c.now()
	if p != nil { // whoever was before found it out
		return p, nil
	}
	if p, err = c.discover(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forgotten == age { // or else another may be there by now
		c.peer = p
	}
	return p, nil
}

// now is what is known of the server, and how often it was forgotten.
func (c *Client) now() (*peer, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.peer, c.forgotten
}

// finds waits until nobody else finds anything out of the server, and returns what lets the next do it.
func (c *Client) finds(ctx context.Context) (end func(), err error) {
	select {
	case c.finding <- struct{}{}:
		return func() { <-c.finding }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// forget has the server looked at anew by the next request. It waits for no server.
func (c *Client) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.peer = nil
	c.forgotten++
}

// modelList is the reply of /models, with what servers add to it.
type modelList struct {
	Server string // exaone says so here
	Data   []listedModel
}

type listedModel struct {
	ID      string
	OwnedBy string `json:"owned_by"`
	MaxLen  int    `json:"max_model_len"` // vLLM, SGLang, exaone
	Meta    struct {
		Train int `json:"n_ctx_train"` // llama.cpp
		Now   int `json:"n_ctx"`
	}
	listedEyes
}

// discover asks the server for its models, and knows it by whose they are.
func (c *Client) discover(ctx context.Context) (*peer, error) {
	p := &peer{model: c.opts.Model, probed: make(map[string]int)}
	if host := c.base.Hostname(); host == "openai.com" || strings.HasSuffix(host, ".openai.com") {
		p.kind = peerOpenAI
	}
	if p.kind == peerOpenAI && p.model != "" {
		return p, nil
	}
	var list modelList
	switch err := c.get(ctx, c.base.JoinPath("models").String(), &list); {
	case codeOf(err) == chat.CodeRemoteNoModel || codeOf(err) == chat.CodeRemoteRefused: // it has no such list
	case err != nil:
		return nil, err
	}
	if p.model == "" {
		if len(list.Data) != 1 {
			var names []string
			for _, m := range list.Data {
				names = append(names, m.ID)
			}
			return nil, chat.NewError(chat.CodeRemoteWhich, nil, c.host, c.clean(strings.Join(names, ", ")))
		}
		p.model = list.Data[0].ID
	}
	owner := ""
	for _, m := range list.Data {
		if m.ID == p.model {
			p.listed = m.listedEyes
		}
		if owner = m.OwnedBy; m.ID == p.model {
			p.window = max(m.MaxLen, m.Meta.Now)
			if p.window == 0 {
				p.window = max(m.Meta.Train, 0)
			}
			break
		}
	}
	switch kind := peerKind(owner); {
	case p.kind != peerOther:
	case list.Server == string(peerExaone):
		p.kind = peerExaone
	case kind == peerVLLM, kind == peerSGLang, kind == peerLlama:
		p.kind = kind
	}
	if p.kind == peerVLLM {
		return p, c.findVersion(ctx, p)
	}
	return p, nil
}

// findVersion asks vLLM for its version, which stands beside its API and may be out of reach.
func (c *Client) findVersion(ctx context.Context, p *peer) error {
	var found struct{ Version string }
	err := c.get(ctx, c.beside("version"), &found)
	if _, passes := errors.AsType[passing](err); passes || ctx.Err() != nil {
		return err
	}
	p.version = found.Version
	return nil
}

// beside is the address of what stands beside the API.
func (c *Client) beside(path string) string {
	root := *c.base
	root.Path = strings.TrimSuffix(root.Path, "/v1")
	return root.JoinPath(path).String()
}

// get asks for a value.
func (c *Client) get(ctx context.Context, address string, into any) error {
	r, err := c.send(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	defer r.close()
	return c.decode(r, into)
}

// decode reads a whole reply.
func (c *Client) decode(r io.Reader, into any) error {
	body, err := io.ReadAll(io.LimitReader(r, mostOfReply+1))
	if err != nil {
		return err
	}
	if len(body) > mostOfReply {
		return c.bad("more than %d MiB", mostOfReply>>20)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return c.bad("%v in %.100q", err, body)
	}
	return nil
}

// codeOf is the code of an error that a person may read, "" of another.
func codeOf(err error) chat.Code {
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told.Code
	}
	return ""
}
