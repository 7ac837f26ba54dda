package web

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"exaone/chat"
	"exaone/exchange"
	"exaone/people"
	"exaone/store"
)

// importRoutes bring conversations from elsewhere.
var importRoutes = []route{
	{http.MethodPost, "/api/import", people.Converse, (*handler).bring},
}

// maxUpload is how long a file may be that somebody sends, in bytes. It may be a zip with pictures, which are left out.
const maxUpload = 512 << 20

// maxIgnored is how much of a file that is refused is read all the same, in bytes.
const maxIgnored = 4 << 30

type skippedJSON struct {
	Code  chat.Code `json:"code"`
	Name  string    `json:"name"`
	Count int       `json:"count"`
	Text  string    `json:"text"`
}

// importing bounds what imports take up. Its zero value is none.
type importing struct {
	uploads atomic.Int32
	reading sync.Mutex // a file that is read may take a gigabyte of memory
}

// mostUploads is how many files are on their way at once.
const mostUploads = 4

// bring reads the file of another program and keeps what is in it, all or nothing; with dry_run it says what that would be.
func (h *handler) bring(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	defer h.importing.uploads.Add(-1)
	if n := h.importing.uploads.Add(1); n > mostUploads {
		return nil, chat.NewError(chat.CodeImportBusy, nil, mostUploads)
	}
	file, dry, err := receive(w, r)
	if err != nil {
		return nil, err
	}
	defer discard(file)
	h.importing.reading.Lock()
	defer h.importing.reading.Unlock()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	found, err := exchange.Read(r.Context(), file, info.Size())
	if err != nil {
		return nil, err
	}
	ids := []string{}
	if err := store.CheckImport(found.Conversations); err != nil {
		return nil, err
	}
	if !dry {
		if ids, err = h.store.Import(r.Context(), who, found.Conversations); err != nil {
			return nil, err
		}
	}
	lang := language(r)
	return struct {
		Format        string        `json:"format"`
		Conversations int           `json:"conversations"`
		Messages      int           `json:"messages"`
		Skipped       []skippedJSON `json:"skipped"`
		IDs           []string      `json:"ids"`
	}{found.Format, len(found.Conversations), found.Messages, listed(found.Skipped, func(s exchange.Skipped) skippedJSON {
		return skippedJSON{s.Code, s.Name, s.Count, s.In(lang)}
	}).Items, ids}, nil
}

// receive writes the field "file" of a form to a file, and reads the field "dry_run". discard is the caller's to call.
func receive(w http.ResponseWriter, r *http.Request) (file *os.File, dry bool, err error) {
	body := eager{r.Body, http.NewResponseController(w)}
	defer func() {
		if err == nil {
			return
		}
		if file != nil {
			discard(file)
			file = nil
		}
		// Most browsers read the reply only when they have sent all.
		_, _ = io.CopyN(io.Discard, body, maxIgnored)
	}()
	r.Body = http.MaxBytesReader(w, body, maxUpload+maxBody)
	form, err := r.MultipartReader()
	if err != nil {
		return nil, false, chat.NewError(chat.CodeBadField, err, "file", fmt.Sprintf("%.40q", r.Header.Get("Content-Type")), "multipart/form-data")
	}
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF) && file == nil:
			return nil, false, chat.NewError(chat.CodeBadField, nil, "file", "…", "one file")
		case errors.Is(err, io.EOF):
			return file, dry, nil
		case err != nil:
			return file, false, cutShort(err)
		}
		switch name := part.FormName(); {
		case name == "dry_run":
			dry, err = readFlag(part)
		case name == "file" && file == nil:
			file, err = spool(part)
		default:
			err = chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("%.40q", name), "…", "file, dry_run")
		}
		if err != nil {
			return file, false, cutShort(err)
		}
	}
}

// eager is the body of a long upload: it may take as long as it likes, while something comes.
type eager struct {
	io.ReadCloser
	line *http.ResponseController
}

// Read waits for the next piece.
func (e eager) Read(b []byte) (int, error) {
	_ = e.line.SetReadDeadline(time.Now().Add(patience)) // a recorder in a test has none
	return e.ReadCloser.Read(b)
}

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
func spool(part *multipart.Part) (*os.File, error) {
	file, err := os.CreateTemp("", "exaone-import-*")
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(file, part)
	return file, err
}

// discard closes a temporary file and removes it.
func discard(file *os.File) {
	_ = file.Close()
	_ = os.Remove(file.Name())
}
