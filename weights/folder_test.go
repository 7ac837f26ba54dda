package weights

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"exaone/tensor"
)

// splitKeys are the keys of part i of n with total tensors.
func splitKeys(i, n uint16, total int32) []Key {
	return []Key{{"split.no", i}, {"split.count", n}, {"split.tensors.count", total}, {"part", uint32(i)}}
}

func TestSplitGGUF(t *testing.T) {
	dir := t.TempDir()
	for i, e := range small() {
		write(t, filepath.Join(dir, []string{"m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"}[i]), splitKeys(uint16(i), 3, 3), []Entry{e})
	}
	ids := map[string]bool{}
	for _, name := range []string{".", "m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"} {
		f := open(t, filepath.Join(dir, name))
		if n, _ := f.Uint("part"); len(f.Tensors()) != 3 || len(f.Paths()) != 3 || n != 0 {
			t.Errorf("%s: %d tensors in %d files with the metadata of part %d, want 3 in 3 with that of 0", name, len(f.Tensors()), len(f.Paths()), n)
		}
		for i, e := range small() {
			want, _ := e.Data()
			if w, ok := f.Tensor(e.Name); !ok || string(w.Data) != string(want) || f.Tensors()[i].Part != i {
				t.Errorf("%s: tensor %s: got %+v", name, e.Name, w)
			}
		}
		ids[f.ID()] = true
	}
	if len(ids) != 1 {
		t.Errorf("%d ids of one checkpoint", len(ids))
	}
}

func TestSplitThatIsNotOne(t *testing.T) {
	for _, c := range []struct {
		name  string
		parts [2][]Key
		same  bool // both parts hold the same tensor
		want  string
	}{
		{"good", [2][]Key{splitKeys(0, 2, 2), splitKeys(1, 2, 2)}, false, ""},
		{"a part that is missing", [2][]Key{splitKeys(0, 2, 2), nil}, false, "part 2 of 2"},
		{"a part that is another", [2][]Key{splitKeys(0, 2, 2), splitKeys(0, 2, 2)}, false, "want 2 of 2"},
		{"a part of a longer split", [2][]Key{splitKeys(0, 2, 2), splitKeys(1, 3, 2)}, false, "want 2 of 2"},
		{"a part that is whole", [2][]Key{splitKeys(0, 2, 2), {{"a", true}}}, false, "want 2 of 2"},
		{"a tensor too few", [2][]Key{splitKeys(0, 2, 3), splitKeys(1, 2, 3)}, false, "2 tensors, want 3"},
		{"a tensor twice", [2][]Key{splitKeys(0, 2, 2), splitKeys(1, 2, 2)}, true, "twice"},
		{"a part under the name of another", [2][]Key{splitKeys(1, 2, 2), splitKeys(0, 2, 2)}, false, "want a name that ends in -00002-of-00002"},
	} {
		dir := t.TempDir()
		for i, keys := range c.parts {
			if keys == nil {
				continue
			}
			e := small()[i : i+1]
			if c.same {
				e = small()[:1]
			}
			write(t, filepath.Join(dir, []string{"m-00001-of-00002.gguf", "m-00002-of-00002.gguf"}[i]), keys, e)
		}
		f, err := Open(filepath.Join(dir, "m-00001-of-00002.gguf"))
		checkErr(t, c.name, err, c.want)
		if err == nil {
			err = f.Close()
		}
		if c.want == "" && err != nil {
			t.Error(err)
		}
	}
}

func TestFolders(t *testing.T) {
	good := safetensors(`{"a":`+one+`}`, 4)
	gguf := emptyCraft().build()
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  string
	}{
		{"Hugging Face", map[string][]byte{configName: []byte(`{}`), singleName: good}, ""},
		{"and a GGUF beside it", map[string][]byte{configName: []byte(`{}`), singleName: good, "a.gguf": gguf}, ""},
		{"one GGUF", map[string][]byte{"a.gguf": gguf, "README.md": nil}, ""},
		{"one GGUF and a Mac's note", map[string][]byte{"a.gguf": gguf, "._a.gguf": {0, 5, 22, 7}}, ""},
		{"two GGUF", map[string][]byte{"a.gguf": gguf, "b.gguf": gguf}, "name it (a.gguf, b.gguf)"},
		{"nothing", nil, "neither"},
		{"pickles", map[string][]byte{"pytorch_model.bin": {1}, configName: []byte(`{}`)}, "runs code"},
		{"no config", map[string][]byte{singleName: good}, configName},
		{"config of something else", map[string][]byte{configName: []byte(`[]`), singleName: good}, "not an object"},
		{"config nested deeply", map[string][]byte{configName: []byte(`{"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}`), singleName: good}, "nested deeper"},
		{"config above its limit", map[string][]byte{configName: make([]byte, maxConfig+1), singleName: good}, "more than"},
		{"empty weights", map[string][]byte{configName: []byte(`{}`), singleName: nil}, "is empty"},
		{"the second part alone", map[string][]byte{"m-00002-of-00002.gguf": gguf}, "not the first part"},
	} {
		_, err := tryOpen(t, c.files, ".")
		checkErr(t, c.name, err, c.want)
	}
}

// The cache of Hugging Face is a folder of links into a folder of blobs.
func TestFolderOfLinks(t *testing.T) {
	dir := t.TempDir()
	blobs, snapshot := filepath.Join(dir, "blobs"), filepath.Join(dir, "snapshots", "main")
	for _, d := range []string{blobs, snapshot} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range map[string][]byte{configName: []byte(`{"model_type":"exaone"}`), singleName: safetensors(`{"a":`+one+`}`, 4)} {
		if err := os.WriteFile(filepath.Join(blobs, name+"-hash"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join("..", "..", "blobs", name+"-hash"), filepath.Join(snapshot, name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	f := open(t, snapshot)
	if string(f.Config()) != `{"model_type":"exaone"}` || f.Dir() != snapshot || f.Size() != int64(len(safetensors(`{"a":`+one+`}`, 4))) {
		t.Errorf("config %s, dir %s, size %d", f.Config(), f.Dir(), f.Size())
	}
}

// Two models of one architecture have equal headers and sizes; their ids differ all the same.
func TestID(t *testing.T) {
	path := func(x float32, name string) string {
		return write(t, filepath.Join(t.TempDir(), name), nil, []Entry{Stored(&tensor.Tensor{Name: "w", Shape: []int{1}, Data: floats(x)})})
	}
	a, b, c := open(t, path(1, "a.gguf")), open(t, path(1, "b.gguf")), open(t, path(2, "a.gguf"))
	if a.ID() == "" || a.ID() != b.ID() || a.ID() == c.ID() {
		t.Errorf("ids %s, %s of equal files, %s of another", a.ID(), b.ID(), c.ID())
	}
}

// What is not a regular file is refused before it is opened, for opening a pipe waits.
func TestOpenWhatIsNoFile(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none.gguf")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want %v", err, os.ErrNotExist)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, singleName), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir)
	checkErr(t, "a folder", err, "regular file")
	if runtime.GOOS == "linux" {
		_, err := Open("/dev/zero")
		checkErr(t, "a device", err, "regular file")
	}
}

// A file that somebody truncates under the map costs a value, not the process.
func TestFileTruncatedUnderTheMap(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skipf("truncating a mapped file differs on %s", runtime.GOOS)
	}
	long := make([]string, 10_000)
	for i := range long {
		long[i] = "0123456789"
	}
	path := write(t, filepath.Join(t.TempDir(), "m.gguf"), []Key{{"texts", long}}, small())
	f := open(t, path)
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	if v, ok := f.Strings("texts"); ok {
		t.Errorf("%d strings of a file that has no more", len(v))
	}
	if id := f.ID(); id != "" {
		t.Errorf("id %s of a file that has changed", id)
	}
}

// After Close there is nothing, and asking is no crash.
func TestAfterClose(t *testing.T) {
	f, err := Open(write(t, filepath.Join(t.TempDir(), "m.gguf"), []Key{{"a", "b"}}, small()))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := f.String("a")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_, ok := f.Tensor("norm")
	if before != "b" || f.Value("a") != nil || f.Keys() != nil || ok || f.ID() != "" || f.Size() != 0 || f.Close() != nil {
		t.Error("a closed file still has something")
	}
}
