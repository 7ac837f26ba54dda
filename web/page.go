package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"exaone/chat"
)

// files are what make ui builds of app.
//
//go:embed all:dist
var files embed.FS

// pageRoutes are what the page needs before it knows who somebody is.
var pageRoutes = []route{
	{http.MethodGet, "/api/texts", "", (*handler).texts},
}

// mountPage serves the page at /, and its files under the names they were built with.
func mountPage(mux *http.ServeMux) error {
	return fs.WalkDir(files, "dist", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		at := strings.TrimPrefix(name, "dist")
		if whole, ok := strings.CutSuffix(at, ".gz"); ok { // a long script, which is kept as it is sent
			f, err := newSqueezed(whole, content)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			mux.Handle("GET "+whole, f)
			return nil
		}
		pattern := "GET " + at
		if at == "/index.html" {
			pattern = "GET /{$}"
		}
		mux.Handle(pattern, newStatic(at, content))
		return nil
	})
}

// static is one file of the page, which any number of goroutines may serve.
type static struct {
	content []byte
	unpack  func() []byte // content, of a file that is kept compressed; nil where it is not
	kind    string
	cache   string
	tag     string
	packed  func() []byte // compressed, once it has been asked for; nil where that saves nothing
	frame   bool          // it is shown inside the page, in a sandbox
	open    bool          // what has no origin may load it: it holds nothing that anybody could not read
}

// kinds are the types of the page's files, whatever the machine's own table says.
var kinds = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".bcmap":       "application/octet-stream",
	".pfb":         "application/octet-stream",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".woff2":       "font/woff2",
}

// framed is the folder of the page that draws diagrams: inside the other, in a sandbox.
const framed = "/frame/"

// framePolicy is that page's. It has no origin, whoever opens it, and loads its own script, styles and letters, and nothing
// else. A drawing brings its style along; that can load nothing either.
const framePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts"

func newStatic(name string, content []byte) *static {
	sum := sha256.Sum256(content)
	f := &static{content: content, tag: hex.EncodeToString(sum[:8]), kind: kinds[path.Ext(name)]}
	if f.kind == "" {
		f.kind = mime.TypeByExtension(path.Ext(name))
	}
	// A file under assets, or of the frame, has its content in its name. Of the others a browser asks each time whether they have
	// changed, as the program may have.
	f.cache = "no-cache"
	f.frame = strings.HasPrefix(name, framed) && path.Ext(name) == ".html"
	f.open = strings.HasPrefix(name, framed) || path.Ext(name) == ".woff2"
	if strings.HasPrefix(name, "/assets/") || strings.HasPrefix(name, framed) && path.Ext(name) != ".html" && path.Ext(name) != ".txt" {
		f.cache = "public, max-age=31536000, immutable"
	}
	if path.Ext(name) != ".woff2" && len(content) > 1<<10 {
		f.packed = sync.OnceValue(func() []byte { return pack(content) })
	}
	return f
}

// newSqueezed is a file of which there is only what compressed it, by gzip. Almost no browser asks for it otherwise.
func newSqueezed(name string, packed []byte) (*static, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	const most = 64 << 20
	whole := sync.OnceValue(func() []byte {
		content, err := io.ReadAll(io.LimitReader(r, most))
		if err != nil { // it was built into the program
			panic(fmt.Errorf("%s: %w", name, err))
		}
		return content
	})
	f := newStatic(name, packed)
	f.content, f.unpack = nil, whole
	f.packed = func() []byte { return packed }
	return f, nil
}

// pack compresses as well as gzip can: it is done once.
func pack(content []byte) []byte {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil { // the level is right
		panic(err)
	}
	_, _ = w.Write(content) // into memory
	_ = w.Close()
	return buf.Bytes()
}

// ServeHTTP sends the file, compressed to whoever reads that, or says that it has not changed.
func (f *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, tag := f.content, strconv.Quote(f.tag)
	header := w.Header()
	header.Set("Content-Type", f.kind)
	header.Set("Cache-Control", f.cache)
	if f.frame {
		header.Set("Content-Security-Policy", framePolicy)
		header.Set("X-Frame-Options", "SAMEORIGIN")
	}
	if f.open {
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if f.packed != nil {
		header.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			content, tag = f.packed(), fmt.Sprintf("%q", f.tag+"-gzip")
			header.Set("Content-Encoding", "gzip")
		}
	}
	if content == nil && f.unpack != nil {
		content = f.unpack()
	}
	header.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		header.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // it fails for a reader who is gone
	}
}

// acceptsGzip reports whether whoever asks reads gzip.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == "gzip" {
			return strings.Trim(strings.TrimPrefix(strings.TrimSpace(weight), "q="), "0.") != "" || weight == ""
		}
	}
	return false
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
