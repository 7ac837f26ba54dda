package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"exaone/chat"
	"exaone/disk"
)

// item is one file to download.
type item struct {
	name   string // in the staging folder; checked
	url    string
	header http.Header // of the source: credentials
	size   int64       // -1 is unknown
	sum    digest      // the zero value is unknown
}

const (
	maxTries   = 6       // without getting on in between
	maxRetries = 1000    // in all
	maxFresh   = 3       // from the first byte again
	getsOn     = 1 << 16 // bytes of a reply from which a try counts as getting on
	maxState   = 64 << 10
)

var (
	errRestart   = errors.New("what is here cannot be continued")
	errTruncated = errors.New("the reply ended early")
)

// fetch downloads an item into p.root under its name, continuing where an earlier call, perhaps of a process
// that was killed, stopped. The file appears under its name only with the right size and hash.
func (p *pull) fetch(ctx context.Context, c *client, it item) (File, error) {
	if err := checkFileName(it.name); err != nil {
		return File{}, err
	}
	p.now.File = it.name
	if f, ok := p.fetched(it); ok {
		p.found(f.Size)
		return f, nil
	}
	part, err := p.openPart(ctx, it)
	if err != nil {
		return File{}, err
	}
	defer part.Close()
	p.found(part.off)
	for tries, all, fresh := 0, 0, 0; ; all++ {
		before := part.off
		err := p.fetchOnce(ctx, c, it, part)
		if err == nil {
			err = part.finish(it)
			if err == nil {
				return p.keep(it, part)
			}
			if !errors.Is(err, errRestart) {
				return File{}, err
			}
		}
		if part.off-before >= getsOn {
			tries = 0
		}
		tries++
		switch {
		case ctx.Err() != nil:
			return File{}, ctx.Err()
		case all >= maxRetries || tries >= maxTries || fresh >= maxFresh:
			return File{}, p.giveUp(c, err)
		case errors.Is(err, errRestart):
			fresh++
			p.add(-part.off)
			if err := part.reset(); err != nil {
				return File{}, err
			}
		case transient(err):
			p.log().Info("download interrupted", "file", it.name, "at", part.off, "error", err)
			if err := c.pause(ctx, tries-1, err); err != nil {
				return File{}, err
			}
		default:
			return File{}, err
		}
	}
}

func (p *pull) giveUp(c *client, err error) error {
	if _, ok := errors.AsType[*chat.Error](err); ok {
		return err
	}
	return chat.NewError(chat.CodeHubUnreachable, err, c.home.Host)
}

// fetchOnce sends one request for what is missing and writes what comes. It returns nil when the file has all
// its bytes.
func (p *pull) fetchOnce(ctx context.Context, c *client, it item, part *part) error {
	if part.size >= 0 && part.off == part.size {
		return nil
	}
	req, err := newRequest(ctx, http.MethodGet, it.url, it.header)
	if err != nil {
		return err
	}
	if part.off > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", part.off))
		if v := part.state.validator(); v != "" {
			req.Header.Set("If-Range", v)
		}
	}
	resp, err := c.do(req, true)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	total, err := p.begins(resp, part)
	if err != nil {
		return err
	}
	if err := part.expect(it, resp, total); err != nil {
		return err
	}
	if it.size < 0 { // nobody could look at the disk before
		if err := p.h.checkSpace(p.dir, max(total-part.off, 1)); err != nil {
			return err
		}
		if p.now.Total == 0 {
			p.now.Total = max(total, 0)
		}
	}
	return p.receive(c, resp, part)
}

// begins decides where in the file a reply begins, and returns the size it claims for the whole, -1 for none.
func (p *pull) begins(resp *http.Response, part *part) (total int64, err error) {
	switch resp.StatusCode {
	case http.StatusOK:
		// Ranges are not understood here, or the file has changed: this is all of it from the start.
		p.add(-part.off)
		return resp.ContentLength, part.reset()
	case http.StatusPartialContent:
		start, total, ok := parseContentRange(resp.Header.Get("Content-Range"))
		etag := resp.Header.Get("ETag")
		changed := etag != "" && part.state.ETag != "" && etag != part.state.ETag
		if !ok || start != part.off || changed {
			return 0, errRestart
		}
		return total, nil
	case http.StatusRequestedRangeNotSatisfiable:
		if part.off > 0 {
			return 0, errRestart
		}
	}
	return 0, newStatusError(resp)
}

// parseContentRange reads "bytes 5-9/10"; the total is -1 where the server does not say it.
func parseContentRange(s string) (start, total int64, ok bool) {
	s, ok = strings.CutPrefix(s, "bytes ")
	span, all, ok2 := strings.Cut(s, "/")
	first, _, ok3 := strings.Cut(span, "-")
	start, err := strconv.ParseInt(first, 10, 64)
	if !ok || !ok2 || !ok3 || err != nil || start < 0 {
		return 0, 0, false
	}
	total, err = strconv.ParseInt(all, 10, 64)
	switch {
	case all == "*":
		return start, -1, true
	case err != nil || total < start:
		return 0, 0, false
	}
	return start, total, true
}

// receive writes a reply's body to the end of part. It returns nil when the file has all its bytes.
func (p *pull) receive(c *client, resp *http.Response, part *part) error {
	body := &idleReader{r: resp.Body, limit: c.timing.idle}
	buf := make([]byte, 128<<10)
	checked := part.off
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if part.size >= 0 && part.off+int64(n) > part.size {
				return chat.NewError(chat.CodeHubWrongSize, nil, part.name, part.off+int64(n), part.size)
			}
			if err := part.write(buf[:n]); err != nil {
				return p.writeError(err)
			}
			p.add(int64(n))
			if part.size < 0 && part.off-checked > 64<<20 {
				checked = part.off
				if err := p.h.checkSpace(p.dir, 1); err != nil {
					return err
				}
			}
		}
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && (part.size < 0 || part.off == part.size):
			return nil
		case errors.Is(err, io.EOF):
			return chat.NewError(chat.CodeHubUnreachable, errTruncated, resp.Request.URL.Host)
		case resp.Request.Context().Err() != nil:
			return resp.Request.Context().Err()
		default:
			return chat.NewError(chat.CodeHubUnreachable, err, resp.Request.URL.Host)
		}
	}
}

// writeError explains an error of writing into the staging folder.
func (p *pull) writeError(err error) error {
	if disk.Full(err) {
		free, _ := p.h.free(p.dir) // 0 is near enough to what is free on a full disk
		return diskFull(err, p.dir, free, p.now.Total-p.now.Done+spare)
	}
	return unwritable(p.dir, err)
}

// partState is kept beside a file that is not complete, and until the model is, beside one that is.
type partState struct {
	URL      string `json:"url"`
	Size     int64  `json:"size"` // -1 is unknown
	Sum      string `json:"sum,omitempty"`
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"`
	SHA256   string `json:"sha256,omitempty"` // of the file, once it is complete
}

// validator is what If-Range may hold: a strong ETag, or a date.
func (s partState) validator() string {
	if s.ETag != "" && !strings.HasPrefix(s.ETag, "W/") {
		return s.ETag
	}
	return s.Modified
}

// continues reports whether a part with state s may be a beginning of it. A known hash is enough, for what does
// not fit it is found out in the end; otherwise the server must be able to say that nothing has changed.
func (s partState) continues(it item) bool {
	if it.sum.known() {
		return s.Sum == it.sum.String() && (it.size < 0 || s.Size < 0 || s.Size == it.size)
	}
	return s.URL == it.url && s.validator() != ""
}

func (p *pull) readState(name string) (s partState, ok bool) {
	f, err := p.root.Open(name + stateSuffix)
	if err != nil {
		return s, false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxState))
	return s, err == nil && json.Unmarshal(data, &s) == nil
}

// fetched returns a file that an earlier call completed, if it still is what it was.
func (p *pull) fetched(it item) (File, bool) {
	s, ok := p.readState(it.name)
	if !ok || s.SHA256 == "" || s.Sum != it.sum.String() || !it.sum.known() && s.URL != it.url {
		return File{}, false
	}
	f, err := p.root.Open(it.name)
	if err != nil {
		return File{}, false
	}
	defer f.Close()
	h := newHasher(-1)
	n, err := io.Copy(h, f)
	if err != nil || n != s.Size || h.sha256() != s.SHA256 {
		return File{}, false
	}
	return File{it.name, n, s.SHA256}, true
}
