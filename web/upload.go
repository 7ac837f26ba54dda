package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"exaone/chat"
	"exaone/exchange"
	"exaone/store"
)

// maxUpload is how long a file may be that somebody sends, in bytes: as much as may be in it.
const maxUpload = exchange.MaxBytes

// maxIgnored is how much of a file that is refused is read all the same, in bytes.
const maxIgnored = 4 << 30

// mostUploads is how many files are on their way at once, each somebody else's.
const mostUploads = 8

// importing bounds what imports take up.
type importing struct {
	uploading time.Duration // how long a file may take to come
	ignoring  time.Duration // and one that is refused
	keeping   time.Duration // how long one may take to be read and kept: the others wait

	mu      sync.Mutex
	uploads map[string]bool // of whom a file is on its way

	reading chan struct{} // one place: a file that is read may take a gigabyte of memory
}

func newImporting() *importing {
	return &importing{uploading: 30 * time.Minute, ignoring: 2 * time.Minute, keeping: 15 * time.Minute,
		uploads: map[string]bool{}, reading: make(chan struct{}, 1)}
}

// enter counts a file of somebody's; leave ends that. CodeImportYours if they have sent another, CodeImportBusy if there
// are too many.
func (i *importing) enter(who chat.Principal) (leave func(), err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.uploads[who.ID]:
		return nil, chat.NewError(chat.CodeImportYours, nil)
	case len(i.uploads) >= mostUploads:
		return nil, chat.NewError(chat.CodeImportBusy, nil, mostUploads)
	}
	i.uploads[who.ID] = true
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.uploads, who.ID)
	}, nil
}

// read waits for its turn to read a file; done ends that. The context is for what is done with the file, and ends with
// CodeImportLong when that takes too long: others wait. The error is of a request that has ended.
func (i *importing) read(ctx context.Context) (_ context.Context, done func(), err error) {
	select {
	case i.reading <- struct{}{}:
		ctx, end := context.WithTimeoutCause(ctx, i.keeping, chat.NewError(chat.CodeImportLong, nil, int(i.keeping.Minutes())))
		return ctx, func() {
			end()
			<-i.reading
		}, nil
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
}

// upload is a request with a file.
type upload struct {
	of   *importing
	w    http.ResponseWriter
	r    *http.Request
	body *eager
}

// begin begins to count the time of a request.
func (i *importing) begin(w http.ResponseWriter, r *http.Request) *upload {
	return &upload{i, w, r, &eager{r.Body, http.NewResponseController(w), i.uploading, time.Now().Add(i.uploading)}}
}

// ignore reads the rest of what is refused, so long as it comes: most browsers read the reply only when they have sent all.
// After that the connection is of no more use.
func (u *upload) ignore() {
	u.w.Header().Set("Connection", "close")
	u.body.end = time.Now().Add(u.of.ignoring)
	_, _ = io.CopyN(io.Discard, u.body, maxIgnored)
	u.body.rest()
}

// receive writes the field "file" of a form to a file, which is closed, and reads the field "dry_run".
func (u *upload) receive(s *store.Store) (file *store.Temp, dry bool, err error) {
	defer func() {
		if err != nil && file != nil {
			_ = file.Close() // the error says more
			file = nil
		}
	}()
	u.r.Body = http.MaxBytesReader(u.w, u.body, maxUpload+maxBody)
	form, err := u.r.MultipartReader()
	if err != nil {
		return nil, false, chat.NewError(chat.CodeBadField, err, "file", fmt.Sprintf("%.40q", u.r.Header.Get("Content-Type")), "multipart/form-data")
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF) && file == nil:
			return nil, false, chat.NewError(chat.CodeBadField, nil, "file", "…", "one file")
		case errors.Is(err, io.EOF):
			_, _ = io.CopyN(io.Discard, u.r.Body, maxBody) // to its end: only then the server notices that somebody leaves
			u.body.rest()
			return file, dry, nil
		case err != nil:
			return file, false, cutShort(err)
		}
		switch name := part.FormName(); {
		case name == "dry_run":
			dry, err = readFlag(part)
		case name == "file" && file == nil:
			file, err = spool(s, part)
		default:
			err = chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("%.40q", name), "…", "file, dry_run")
		}
		if err != nil {
			return file, false, cutShort(err)
		}
	}
}

// eager is the body of a long upload: it may take long while something comes, but not for ever.
type eager struct {
	io.ReadCloser
	line *http.ResponseController
	most time.Duration
	end  time.Time
}

// Read waits for the next piece.
func (e *eager) Read(b []byte) (int, error) {
	now := time.Now()
	if !now.Before(e.end) {
		return 0, chat.NewError(chat.CodeImportSlow, nil, int(e.most.Minutes()))
	}
	next := now.Add(patience)
	if e.end.Before(next) {
		next = e.end
	}
	_ = e.line.SetReadDeadline(next) // a recorder in a test has none
	n, err := e.ReadCloser.Read(b)
	if errors.Is(err, os.ErrDeadlineExceeded) && !time.Now().Before(e.end) {
		err = chat.NewError(chat.CodeImportSlow, err, int(e.most.Minutes()))
	}
	return n, err
}

// rest lets the connection wait: what was to come has come, and a deadline would end the request.
func (e *eager) rest() { _ = e.line.SetReadDeadline(time.Time{}) }

// cutShort is the error of an upload as a person may read it.
func cutShort(err error) error {
	if _, ok := errors.AsType[*chat.Error](err); ok {
		return err
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return chat.NewError(chat.CodeImportTooLarge, err, maxUpload>>20)
	}
	if _, ok := errors.AsType[*os.PathError](err); ok {
		return err
	}
	return chat.NewError(chat.CodeBadField, err, "file", "…", "multipart/form-data")
}

func readFlag(part *multipart.Part) (bool, error) {
	word, err := io.ReadAll(io.LimitReader(part, 16))
	switch strings.TrimSpace(string(word)) {
	case "", "false", "0":
		return false, err
	case "true", "1":
		return true, err
	}
	return false, chat.NewError(chat.CodeBadField, err, "dry_run", fmt.Sprintf("%.20q", word), "true | false")
}

// spool writes a part to a temporary file: a zip is read from its end.
func spool(s *store.Store, part *multipart.Part) (*store.Temp, error) {
	file, err := s.CreateTemp()
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(file, io.LimitReader(part, maxUpload+1))
	if err == nil && n > maxUpload {
		err = chat.NewError(chat.CodeImportTooLarge, nil, maxUpload>>20)
	}
	return file, err
}
