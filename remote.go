package main

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strings"

	"exaone/api"
	"exaone/chat"
	"exaone/hub"
)

// remoteFlags say how a model on another server is reached.
type remoteFlags struct {
	APIKey string `name:"api-key" placeholder:"KEY|@FILE"`
	Eyes   string `enum:"auto,on,off" default:"auto" placeholder:"auto|on|off"`
}

// keyVariable holds the key of another server where the command line does not.
const keyVariable = "EXAONE_API_KEY"

// check refuses what is said of a model on another server where there is none.
func (f remoteFlags) check(model string) error {
	if f.APIKey != "" && !api.IsRemote(model) {
		return chat.NewError(chat.CodeBadField, nil, "--api-key", "--model "+model, "--model openai:URL#MODEL")
	}
	if f.Eyes != "auto" && f.Eyes != "" && !api.IsRemote(model) {
		return chat.NewError(chat.CodeBadField, nil, "--eyes", "--model "+model, "--model openai:URL#MODEL")
	}
	return nil
}

// key returns the key: of the flag, of the file that it names, or of the environment.
func (f remoteFlags) key() (string, error) {
	file, ok := strings.CutPrefix(f.APIKey, "@")
	if !ok {
		if f.APIKey == "" {
			return os.Getenv(keyVariable), nil
		}
		return f.APIKey, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", chat.NewError(chat.CodeRemoteKeyFile, err, file)
	}
	return strings.TrimSpace(string(text)), nil
}

// remote returns a client of the model that a name such as openai:URL#MODEL means, and closes it with the app. It
// connects to nothing. With --offline the server must be on this computer.
func (a *app) remote(name string, f remoteFlags) (*api.Client, error) {
	opts, err := api.ParseRemote(name)
	if err != nil {
		return nil, err
	}
	if opts.Key, err = f.key(); err != nil {
		return nil, err
	}
	if f.Eyes != "auto" && f.Eyes != "" {
		on := f.Eyes == "on"
		opts.Eyes = &on
	}
	opts.Loopback, opts.Proxy, opts.Version, opts.Log = a.offline, http.ProxyFromEnvironment, version, a.log
	client, err := api.NewClient(opts)
	if err == nil {
		a.onClose(client.Close)
	}
	return client, err
}

// This is the desk as far as one of its models is on another server. A model of this computer with the same name is
// hidden by it.

// remoteLocal is what stands for a model on another server among those that are here.
func remoteLocal(c *api.Client) hub.Local {
	return hub.Local{Name: c.Name(), Title: c.Name(), Source: "openai"}
}

// elsewhere returns the client of the model that a request's name means, nil if it is a model of this computer.
func (d *desk) elsewhere(name string) *api.Client {
	if d.remote == nil {
		return nil
	}
	if name == "" {
		local, _ := d.current()
		name = local.Name
	}
	if name != d.remote.Name() {
		return nil
	}
	return d.remote
}

// onlyHere is the error of asking for what only a model of this computer can give.
func (d *desk) onlyHere(what string) error {
	return chat.NewError(chat.CodeRemoteCannot, nil, d.remote.Info().OwnedBy, what)
}

// Embed makes vectors with the model that is named, wherever it is.
func (d *desk) Embed(ctx context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	if c := d.elsewhere(req.Model); c != nil && req.Model != "" {
		return c.Embed(ctx, req)
	}
	if req.Model != "" { // the default one stays anyhow
		defer d.uses(req.Principal, req.Model)()
	}
	return d.engine.Embed(ctx, req)
}

// Rank scores texts with the model that is named, which is one of this computer.
func (d *desk) Rank(ctx context.Context, req chat.RankRequest) (chat.Ranking, error) {
	if req.Model != "" {
		defer d.uses(req.Principal, req.Model)()
	}
	return d.engine.Rank(ctx, req)
}

// withRemote puts the model on another server in front of those that are here.
func (d *desk) withRemote(all []hub.Local) []hub.Local {
	if d.remote == nil {
		return all
	}
	all = slices.DeleteFunc(all, func(l hub.Local) bool { return l.Name == d.remote.Name() })
	return append([]hub.Local{remoteLocal(d.remote)}, all...)
}
