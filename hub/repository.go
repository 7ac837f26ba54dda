package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"exaone/chat"
)

// choose asks for the repository's files and takes those that fit the origin's patterns, or, without any, a
// checkpoint that is the only one or of the usual kind.
func (hf huggingFace) choose(ctx context.Context, c *client, h *Hub, o Origin) ([]remote, string, error) {
	commit, err := hf.commit(ctx, c, h, o)
	if err != nil {
		return nil, "", hf.explain(h, o, err)
	}
	all, err := hf.tree(ctx, c, h, o, commit)
	if err != nil {
		return nil, "", hf.explain(h, o, err)
	}
	patterns := o.Files
	if len(patterns) == 0 {
		if patterns, err = usual(o.Place, all); err != nil {
			return nil, "", err
		}
	}
	var files []remote
	for _, f := range all {
		i := slices.IndexFunc(patterns, func(p File) bool {
			ok, err := path.Match(p.Name, f.path)
			return ok && err == nil
		})
		if i < 0 {
			continue
		}
		if f, err = f.agreed(patterns[i]); err != nil {
			return nil, "", err
		}
		files = append(files, f)
	}
	if !slices.ContainsFunc(files, func(f remote) bool { return IsWeights(f.path) }) {
		return nil, "", chat.NewError(chat.CodeHubNoCheckpoint, nil, o.Place)
	}
	return files, commit, nil
}

// usual picks the checkpoint of a repository that a person is likely to mean: the only GGUF or the Q4_K_M one,
// else the folder with safetensors.
func usual(repo string, all []remote) ([]File, error) {
	var names []string
	for _, f := range all {
		m := split.FindStringSubmatch(f.path)
		if strings.HasSuffix(f.path, ".gguf") && (m == nil || m[2] == "00001") {
			names = append(names, f.path)
		}
	}
	if len(names) == 0 {
		return snapshot(0), nil
	}
	pick := names
	if len(names) > 1 {
		pick = slices.DeleteFunc(slices.Clone(names), func(n string) bool {
			return !strings.Contains(strings.ToLower(n), "q4_k_m")
		})
	}
	if len(pick) != 1 {
		return nil, chat.NewError(chat.CodeHubPickFile, nil, repo, strings.Join(names[:min(len(names), 20)], ", "))
	}
	var files []File
	for _, name := range splitSet(pick[0]) {
		files = append(files, File{Name: name})
	}
	return files, nil
}

// commit settles the commit of a revision.
func (hf huggingFace) commit(ctx context.Context, c *client, h *Hub, o Origin) (string, error) {
	body, _, err := c.get(ctx, hf.address(h, "api/models", o.Place, "revision", o.revision()), hf.header(h), maxReply)
	if err != nil {
		return "", err
	}
	var info struct{ SHA string }
	if err := json.Unmarshal(body, &info); err != nil || checkRevision(info.SHA) != nil {
		return "", chat.NewError(chat.CodeHubBadReply, err, c.home.Host, "revision")
	}
	return info.SHA, nil
}

// tree asks for all files of a commit, page by page.
func (hf huggingFace) tree(ctx context.Context, c *client, h *Hub, o Origin, commit string) ([]remote, error) {
	var all []remote
	address := hf.address(h, "api/models", o.Place, "tree", commit) + "?recursive=true"
	for range maxTreePages {
		body, resp, err := c.get(ctx, address, hf.header(h), maxReply)
		if err != nil {
			return nil, err
		}
		files, err := parseTree(body)
		if err != nil {
			return nil, chat.NewError(chat.CodeHubBadReply, err, c.home.Host, "tree")
		}
		all = append(all, files...)
		next := nextPage(resp)
		if next == nil {
			return all, nil
		}
		address = next.String()
	}
	return nil, chat.NewError(chat.CodeHubBadReply, nil, c.home.Host, fmt.Sprintf("more than %d pages of files", maxTreePages))
}

// parseTree reads a page of a repository's files. Folders are left out, and so are names that could not be kept
// here.
func parseTree(body []byte) ([]remote, error) {
	var entries []struct {
		Type string `json:"type"`
		Path string `json:"path"`
		Size int64  `json:"size"`
		OID  string `json:"oid"`
		LFS  *struct {
			OID  string `json:"oid"`
			Size int64  `json:"size"`
		} `json:"lfs"`
	}
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, err
	}
	var files []remote
	for _, e := range entries {
		if e.Type != "file" || checkFileName(path.Base(e.Path)) != nil {
			continue
		}
		f := remote{e.Path, e.Size, parseETag(e.OID)}
		if e.LFS != nil {
			f.size, f.sum = e.LFS.Size, parseETag(strings.TrimPrefix(e.LFS.OID, "sha256:"))
		}
		if f.size < 0 {
			return nil, fmt.Errorf("%s: size %d, want at least 0", e.Path, f.size)
		}
		files = append(files, f)
	}
	return files, nil
}

// nextPage returns the address of rel="next" in a reply's Link header, if it is on the same host.
func nextPage(resp *http.Response) *url.URL {
	for _, link := range resp.Header.Values("Link") {
		for one := range strings.SplitSeq(link, ",") {
			address, rest, ok := strings.Cut(strings.TrimSpace(one), ">")
			if !ok || !strings.HasPrefix(address, "<") || !strings.Contains(rest, `rel="next"`) {
				continue
			}
			next, err := resp.Request.URL.Parse(address[1:])
			if err == nil && next.Host == resp.Request.URL.Host && next.Scheme == resp.Request.URL.Scheme {
				return next
			}
		}
	}
	return nil
}
