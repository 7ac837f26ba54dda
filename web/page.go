package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"exaone/chat"
)

//go:embed ui/index.html ui/*.js ui/*.css ui/*.svg
var files embed.FS

// pageRoutes are what the page needs before it knows who somebody is.
var pageRoutes = []route{
	{http.MethodGet, "/api/texts", "", (*handler).texts},
}

// mountPage serves the page at / and its files under /ui/.
func mountPage(mux *http.ServeMux) error {
	ui, err := fs.Sub(files, "ui")
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(ui, ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		content, err := fs.ReadFile(ui, entry.Name())
		if err != nil {
			return err
		}
		pattern := "GET /ui/" + entry.Name()
		if entry.Name() == "index.html" {
			pattern = "GET /{$}"
		}
		mux.Handle(pattern, static(entry.Name(), string(content)))
	}
	return nil
}

// static serves one file. A browser asks each time whether it has changed, as the program may have.
func static(name, content string) http.Handler {
	sum := sha256.Sum256([]byte(content))
	tag := fmt.Sprintf("%q", hex.EncodeToString(sum[:8]))
	kind := mime.TypeByExtension(path.Ext(name))
	if path.Ext(name) == ".js" { // whatever the machine's own table says
		kind = "text/javascript; charset=utf-8"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, name, time.Time{}, strings.NewReader(content))
	})
}

// texts returns what the page says in a language: the catalogue's texts whose code begins with ui_, with their
// verbs, which the page fills in.
func (h *handler) texts(_ http.ResponseWriter, r *http.Request, _ chat.Principal) (any, error) {
	lang := chat.Korean
	if r.URL.Query().Get("lang") == string(chat.English) {
		lang = chat.English
	}
	texts := make(map[string]string)
	for _, code := range chat.Codes() {
		if name, ok := strings.CutPrefix(string(code), "ui_"); ok {
			texts[name] = chat.Text(lang, code)
		}
	}
	return struct {
		Lang  chat.Language     `json:"lang"`
		Texts map[string]string `json:"texts"`
	}{lang, texts}, nil
}
