package hub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
)

// huggingFace speaks the protocol of the Hugging Face Hub with whatever Options.Endpoint names:
//
//	HEAD /REPO/resolve/REV/FILE            X-Repo-Commit, X-Linked-ETag, X-Linked-Size
//	GET  /api/models/REPO/revision/REV     the commit of a branch
//	GET  /api/models/REPO/tree/REV         the files, their sizes and hashes
//	GET  /REPO/resolve/COMMIT/FILE         the file, after redirects to where large files are
//
// A commit is settled first, so that all files are of one state of the repository.
type huggingFace struct{}

const (
	defaultEndpoint = "https://huggingface.co"
	configFile      = "config.json" // which every folder has
	maxTreePages    = 20
)

func (huggingFace) name() string { return "huggingface" }
func (huggingFace) local() bool  { return false }

// remote is a file of a repository.
type remote struct {
	path string
	size int64 // -1 is unknown
	sum  digest
}

func (hf huggingFace) probe(ctx context.Context, p *pull, o Origin) error {
	c, err := hf.client(p.h)
	if err != nil {
		return err
	}
	defer c.Close()
	name := configFile
	if len(o.Files) > 0 && !isPattern(o.Files[0].Name) {
		name = o.Files[0].Name
	}
	_, _, err = hf.head(ctx, c, p.h, o, o.revision(), name)
	return err
}

func (hf huggingFace) bring(ctx context.Context, p *pull, o Origin) ([]File, error) {
	c, err := hf.client(p.h)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	files, commit, err := hf.files(ctx, c, p.h, o)
	if err != nil {
		return nil, err
	}
	items := make([]item, len(files))
	for i, f := range files {
		items[i] = item{
			name:   flat(f.path),
			url:    hf.address(p.h, o.Place, "resolve", commit, f.path),
			header: hf.header(p.h),
			size:   f.size,
			sum:    f.sum,
		}
	}
	got, err := p.fetchAll(ctx, c, items)
	return got, hf.explain(p.h, o, err)
}

// flat is the name under which a file of a repository is kept: its own, and before that of a config of a folder the
// folder's (1_Pooling.config.json), of which there may be several.
func flat(name string) string {
	folder, base := path.Split(name)
	if folder = path.Base(folder); folder != "." && base == "config.json" {
		return folder + "." + base
	}
	return base
}

// fetchAll downloads items after looking whether the disk holds them all.
func (p *pull) fetchAll(ctx context.Context, c *client, items []item) ([]File, error) {
	var total, missing int64
	seen := map[string]bool{}
	for _, it := range items {
		if seen[it.name] {
			return nil, chat.NewError(chat.CodeHubBadReply, nil, c.home.Host, "two files named "+it.name)
		}
		seen[it.name] = true
		if it.size > 0 {
			total += it.size
			missing += max(0, it.size-p.has(it.name))
		}
	}
	if err := p.h.checkSpace(p.dir, missing); err != nil {
		return nil, err
	}
	p.begin(PhaseDownload, 0, total)
	var files []File
	for _, it := range items {
		f, err := p.fetch(ctx, c, it)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// has returns how many bytes of a file are in the staging folder.
func (p *pull) has(name string) int64 {
	for _, n := range []string{name, name + partSuffix} {
		if info, err := p.root.Stat(n); err == nil {
			return info.Size()
		}
	}
	return 0
}

func (o Origin) revision() string {
	if o.Revision == "" {
		return "main"
	}
	return o.Revision
}

func (huggingFace) client(h *Hub) (*client, error) {
	home, err := url.Parse(h.opts.Endpoint)
	if err == nil && (home.Host == "" || home.Scheme != "https" && home.Scheme != "http") {
		err = fmt.Errorf("endpoint %q, want an http or https address", h.opts.Endpoint)
	}
	if err != nil {
		return nil, chat.NewError(chat.CodeBadField, err, "HF_ENDPOINT", h.opts.Endpoint, "https://…")
	}
	return h.newClient(home), nil
}

func (huggingFace) header(h *Hub) http.Header {
	if h.opts.Token == "" {
		return nil
	}
	return http.Header{"Authorization": {"Bearer " + h.opts.Token}}
}

// address joins the endpoint and the parts of a path; the last one may have folders in it.
func (huggingFace) address(h *Hub, parts ...string) string {
	address := strings.TrimRight(h.opts.Endpoint, "/")
	for _, part := range parts {
		for piece := range strings.SplitSeq(part, "/") {
			address += "/" + url.PathEscape(piece)
		}
	}
	return address
}

// files settles which files of which commit an origin means.
func (hf huggingFace) files(ctx context.Context, c *client, h *Hub, o Origin) ([]remote, string, error) {
	plain := len(o.Files) > 0 && !slices.ContainsFunc(o.Files, func(f File) bool { return isPattern(f.Name) })
	if !plain {
		return hf.choose(ctx, c, h, o)
	}
	commit := o.revision()
	var files []remote
	for _, want := range o.Files {
		for _, name := range splitSet(want.Name) {
			f, at, err := hf.head(ctx, c, h, o, commit, name)
			if err != nil {
				return nil, "", err
			}
			if at != "" {
				commit = at
			}
			if f, err = f.agreed(want); err != nil {
				return nil, "", err
			}
			files = append(files, f)
		}
	}
	return files, commit, nil
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[") }

// agreed returns f with what the catalogue knows of it, or an error if the repository has something else.
func (f remote) agreed(want File) (remote, error) {
	if want.SHA256 == "" {
		return f, nil
	}
	if f.sum.sha256 != "" && f.sum.sha256 != want.SHA256 {
		return f, chat.NewError(chat.CodeHubWrongHash, nil, want.Name, f.sum.sha256, want.SHA256)
	}
	if f.size >= 0 && f.size != want.Size {
		return f, chat.NewError(chat.CodeHubWrongSize, nil, want.Name, f.size, want.Size)
	}
	f.size, f.sum = want.Size, digest{sha256: want.SHA256}
	return f, nil
}

// head asks what a file is, and of which commit. Large files are answered with a redirect to where they are,
// and its headers say it; a renamed repository is answered with one within the host.
func (hf huggingFace) head(ctx context.Context, c *client, h *Hub, o Origin, rev, name string) (f remote, commit string, err error) {
	address := hf.address(h, o.Place, "resolve", rev, name)
	err = c.retry(ctx, 2, func() error {
		for range maxRedirects {
			req, err := newRequest(ctx, http.MethodHead, address, hf.header(h))
			if err != nil {
				return err
			}
			resp, err := c.do(req, false)
			if err != nil {
				return err
			}
			resp.Body.Close()
			next, err := resp.Location()
			linked := resp.Header.Get("X-Linked-Etag") != ""
			if err == nil && !linked && next.Host == req.URL.Host {
				address = next.String()
				continue
			}
			if resp.StatusCode >= 400 {
				return newStatusError(resp)
			}
			f, commit = headed(resp, name)
			return nil
		}
		return chat.NewError(chat.CodeHubRedirect, nil, c.home.Host, address)
	})
	return f, commit, hf.explain(h, o, err)
}

// headed reads the headers of the reply about a file.
func headed(resp *http.Response, name string) (remote, string) {
	f := remote{path: name, size: -1}
	etag := resp.Header.Get("X-Linked-Etag")
	if etag == "" {
		etag = resp.Header.Get("ETag")
	}
	f.sum = parseETag(etag)
	size := resp.Header.Get("X-Linked-Size")
	if size == "" && resp.StatusCode == http.StatusOK {
		size = resp.Header.Get("Content-Length")
	}
	if n, err := strconv.ParseInt(size, 10, 64); err == nil && n >= 0 {
		f.size = n
	}
	commit := resp.Header.Get("X-Repo-Commit")
	if checkRevision(commit) != nil {
		commit = ""
	}
	return f, commit
}

// text fetches a small text file of a repository and says where it was.
func (hf huggingFace) text(ctx context.Context, h *Hub, o Origin, name string) ([]byte, string, error) {
	c, err := hf.client(h)
	if err != nil {
		return nil, "", err
	}
	defer c.Close()
	body, _, err := c.get(ctx, hf.address(h, o.Place, "resolve", o.revision(), name), hf.header(h), 1<<20)
	return body, hf.address(h, o.Place, "blob", o.revision(), name), hf.explain(h, o, err)
}

// explain says what a person can do about a refusal.
func (hf huggingFace) explain(h *Hub, o Origin, err error) error {
	status, ok := errors.AsType[*statusError](err)
	if !ok || status.away {
		return err
	}
	page := hf.address(h, o.Place)
	host := strings.TrimPrefix(strings.TrimPrefix(h.opts.Endpoint, "https://"), "http://")
	switch {
	case status.reason == "RepoNotFound", status.reason == "EntryNotFound", status.reason == "RevisionNotFound",
		status.status == http.StatusNotFound:
		return chat.NewError(chat.CodeHubNotFound, err, o.Place, host)
	case status.status == http.StatusUnauthorized && h.opts.Token != "" && status.reason != "GatedRepo":
		return chat.NewError(chat.CodeHubBadToken, err, host)
	case status.status != http.StatusUnauthorized && status.status != http.StatusForbidden:
		return err
	case h.opts.Token == "":
		return chat.NewError(chat.CodeHubGated, err, o.Place, page)
	}
	return chat.NewError(chat.CodeHubGatedToken, err, o.Place, page)
}

// parseRepository reads OWNER/NAME[@REVISION][/FILE].
func parseRepository(s string) (Origin, error) {
	bad := chat.NewError(chat.CodeHubBadName, nil, s)
	parts := strings.SplitN(s, "/", 3)
	if len(parts) < 2 {
		return Origin{}, bad
	}
	name, rev, _ := strings.Cut(parts[1], "@")
	o := Origin{Source: (huggingFace{}).name(), Place: parts[0] + "/" + name, Revision: rev, Licence: "LICENSE"}
	if checkModelName(parts[0]) != nil || checkModelName(name) != nil || rev != "" && checkRevision(rev) != nil {
		return Origin{}, bad
	}
	if len(parts) == 3 {
		if !path.IsAbs("/"+parts[2]) || path.Clean(parts[2]) != parts[2] || checkFileName(path.Base(parts[2])) != nil {
			return Origin{}, bad
		}
		o.Files = []File{{Name: parts[2]}}
	}
	return o, nil
}

// checkRevision wants a commit, or a branch or tag without anything that means something in an address.
func checkRevision(rev string) error {
	ok := rev != "" && len(rev) <= 100 && !strings.ContainsFunc(rev, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r))
	})
	if !ok || strings.Trim(rev, ".") == "" {
		return chat.NewError(chat.CodeHubBadName, nil, rev)
	}
	return nil
}
