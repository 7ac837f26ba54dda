package convert

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A folder that was made of another says what is not in it, and names no code that is not there.
func TestFolderToFolderSaysWhatItLeaves(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "in")
	if err := os.CopyFS(dir, os.DirFS(checkpoint(t, "exaone35-tiny"))); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"modeling_x.py": "code", "tokenizer.model": "pieces", ".hidden": "",
		"tokenizer_config.json": `{"auto_map":{"AutoTokenizer":["x.X",null]},"model_max_length":1000000000000000019884624838656,"eos_token":"<&>"}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := change(t, filepath.Join(dir, "config.json"), func(c map[string]any) { c["auto_map"] = map[string]any{"AutoConfig": "x.Y"} })
	f, report := toFolder(t, dir, "")
	for _, want := range []string{"modeling_x.py", "tokenizer.model", "config.json: auto_map", "tokenizer_config.json: auto_map"} {
		if !slices.Contains(report.Left, want) {
			t.Errorf("left out are %q, want %q among them", report.Left, want)
		}
	}
	for _, copied := range []string{".hidden", "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} {
		if slices.Contains(report.Left, copied) {
			t.Errorf("left out are %q, want no %s", report.Left, copied)
		}
	}
	got := change(t, filepath.Join(f.Dir(), "config.json"), func(map[string]any) {})
	if _, ok := got["auto_map"]; ok || got["hidden_size"] != config["hidden_size"] {
		t.Errorf("config.json is %v, want it without auto_map", got)
	}
	words, err := os.ReadFile(filepath.Join(f.Dir(), "tokenizer_config.json"))
	if err != nil || strings.Contains(string(words), "auto_map") || !strings.Contains(string(words), "1000000000000000019884624838656") ||
		!strings.Contains(string(words), "<&>") {
		t.Errorf("tokenizer_config.json is %s, %v", words, err)
	}
}

// change rewrites a JSON object and returns it.
func change(t *testing.T, path string, f func(map[string]any)) map[string]any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(data, &object); err != nil {
		t.Fatal(err)
	}
	f(object)
	if data, err = json.Marshal(object); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return object
}
