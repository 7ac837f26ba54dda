package web

import (
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"slices"
	"time"

	"exaone/chat"
	"exaone/exchange"
	"exaone/people"
	"exaone/store"
)

// downloadRoutes give files away.
var downloadRoutes = []route{
	{http.MethodPost, "/api/admin/backup", people.Backup, (*handler).backup},
	{http.MethodGet, "/api/conversations/{id}/export", people.Converse, exporting((*handler).export)},
}

// How the audit log calls the taking of a backup: that somebody begins, and that it is whole.
const (
	auditBackupBegin = "backup.begin"
	AuditBackup      = "backup.create"
)

// patient is a reply of any length to a reader who may be slow, but not silent.
type patient struct {
	http.ResponseWriter
	line *http.ResponseController
}

// Write writes within the time that one piece may take.
func (p patient) Write(b []byte) (int, error) {
	_ = p.line.SetWriteDeadline(time.Now().Add(patience)) // a recorder in a test has none
	return p.ResponseWriter.Write(b)
}

// begun is a writer that knows whether anything was written.
type begun struct {
	io.Writer
	yes bool
}

// Write passes on what is written.
func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.Writer.Write(p)
}

// download sends a file as it is made. What goes wrong before it has begun is an error as any other; afterwards it cuts the
// connection: nobody takes half a file for a whole one.
func (h *handler) download(w http.ResponseWriter, r *http.Request, name, kind string, write func(io.Writer) error) (any, error) {
	header := w.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	header.Set("Cache-Control", "no-store")
	out := &begun{Writer: patient{w, http.NewResponseController(w)}}
	err := write(out)
	switch {
	case err == nil:
		return written{}, nil
	case out.yes:
		h.explain(r, err)
		panic(http.ErrAbortHandler)
	}
	header.Del("Content-Disposition")
	return nil, err
}

// export sends a conversation as Markdown, or with all its branches as JSON.
func (h *handler) export(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	format := r.URL.Query().Get("format")
	if format != "md" && format != "json" {
		return nil, chat.NewError(chat.CodeBadField, nil, "format", fmt.Sprintf("%.40q", format), "md | json")
	}
	c, err := h.store.Whole(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	opts, err := h.exchanging(r, who)
	if err != nil {
		return nil, err
	}
	name := exchange.FileName(c.Title, time.Now(), format, opts.Language)
	if format == "md" {
		return h.download(w, r, name, "text/markdown; charset=utf-8", func(w io.Writer) error { return exchange.WriteMarkdown(w, opts, c) })
	}
	one := func(yield func(store.Whole, error) bool) { yield(c, nil) }
	return h.download(w, r, name, "application/json; charset=utf-8", func(w io.Writer) error { return exchange.WriteJSON(w, opts, one) })
}

// exportMany sends conversations as a zip of Markdown, or as one JSON file that can be brought here again.
func (h *handler) exportMany(w http.ResponseWriter, r *http.Request, who chat.Principal, ids []string, format string) (any, error) {
	if format != "md" && format != "json" {
		return nil, chat.NewError(chat.CodeBadField, nil, "format", fmt.Sprintf("%.40q", format), "md | json")
	}
	leave, err := h.exporting.enter(r.Context(), who.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	for _, id := range ids { // before anything is sent
		if _, err := h.store.Conversation(r.Context(), who, id); err != nil {
			return nil, err
		}
	}
	opts, err := h.exchanging(r, who)
	if err != nil {
		return nil, err
	}
	all := h.wholes(r, who, slices.Values(ids))
	if format == "md" {
		name := exchange.FileName("ChatEXAONE", time.Now(), "zip", opts.Language)
		return h.download(w, r, name, "application/zip", func(w io.Writer) error { return exchange.WriteArchive(w, opts, all) })
	}
	name := exchange.FileName("ChatEXAONE", time.Now(), "json", opts.Language)
	return h.download(w, r, name, "application/json; charset=utf-8", func(w io.Writer) error { return exchange.WriteJSON(w, opts, all) })
}

// wholes reads conversations one after another.
func (h *handler) wholes(r *http.Request, who chat.Principal, ids iter.Seq[string]) iter.Seq2[store.Whole, error] {
	return func(yield func(store.Whole, error) bool) {
		for id := range ids {
			if c, err := h.store.Whole(r.Context(), who, id); !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// exchanging says for whom conversations are written.
func (h *handler) exchanging(r *http.Request, who chat.Principal) (exchange.Options, error) {
	p, err := h.store.Principal(r.Context(), who)
	return exchange.Options{Language: language(r), Owner: p.Name, Open: func(hash string) (io.ReadCloser, store.Blob, error) {
		return h.store.OpenBlob(r.Context(), who, hash)
	}}, err
}

// backup sends everything that is kept, as one file. That somebody takes it is in the log before the first byte leaves.
func (h *handler) backup(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	ctx := r.Context()
	if err := h.store.AppendAudit(ctx, who, auditBackupBegin, "", nil); err != nil {
		return nil, err
	}
	name := exchange.FileName("exaone backup", time.Now(), "zip", language(r))
	return h.download(w, r, name, "application/zip", func(w io.Writer) error {
		if err := h.store.Backup(ctx, w); err != nil {
			return err
		}
		return h.store.AppendAudit(ctx, who, AuditBackup, "", nil)
	})
}
