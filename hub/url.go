package hub

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"exaone/chat"
)

// link brings one file from an address: a GGUF, or a safetensors file that says all there is to say. A fragment
// #sha256=HEX is what it must hash to; without one, only its length can be checked.
type link struct{}

func (link) name() string { return "url" }
func (link) local() bool  { return false }

// parseLink reads an address into an origin.
func parseLink(address string) (Origin, error) {
	bad := chat.NewError(chat.CodeHubBadName, nil, withoutCredentials(address))
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return Origin{}, bad
	}
	f := File{Name: u.Path[strings.LastIndex(u.Path, "/")+1:]}
	if sum, ok := strings.CutPrefix(u.Fragment, "sha256="); ok {
		f.SHA256 = parseETag(sum).sha256
		if f.SHA256 == "" {
			return Origin{}, chat.NewError(chat.CodeBadField, nil, "sha256", sum, "64 × 0-9a-f")
		}
	}
	u.Fragment = ""
	if err := checkFileName(f.Name); err != nil {
		return Origin{}, err
	}
	if !IsWeights(f.Name) {
		return Origin{}, chat.NewError(chat.CodeHubNoCheckpoint, nil, withoutCredentials(address))
	}
	return Origin{Source: (link{}).name(), Place: u.String(), Files: []File{f}}, nil
}

func (link) probe(ctx context.Context, p *pull, o Origin) error {
	home, err := url.Parse(o.Place)
	if err != nil {
		return err
	}
	c := p.h.newClient(home)
	defer c.Close()
	req, err := newRequest(ctx, http.MethodHead, o.Place, nil)
	if err != nil {
		return err
	}
	resp, err := c.do(req, true)
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode >= 400 {
		return newStatusError(resp)
	}
	return nil
}

func (link) bring(ctx context.Context, p *pull, o Origin) ([]File, error) {
	home, err := url.Parse(o.Place)
	if err != nil {
		return nil, err
	}
	c := p.h.newClient(home)
	defer c.Close()
	want := o.Files[0]
	return p.fetchAll(ctx, c, []item{{
		name: want.Name,
		url:  o.Place,
		size: -1,
		sum:  digest{sha256: want.SHA256},
	}})
}

// withoutCredentials is an address as it may be shown and kept.
func withoutCredentials(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	u.User, u.RawQuery, u.Fragment = nil, "", "" // signed addresses keep theirs in the query
	return u.String()
}
