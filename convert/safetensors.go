package convert

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"exaone/model"
	"exaone/tensor"
	"exaone/weights"
)

// Safetensors writes f as a Hugging Face folder at dir: config.json, model.safetensors, and the tokenizer. A mix must
// be one of floats; without one floats keep their type and quantised tensors become F16. Errors are as GGUF's, and
// weights.ErrWriting if somebody else is just writing there.
func Safetensors(ctx context.Context, f *weights.File, dir string, o Options) (Report, error) {
	if o.Mix.Name != "" && !o.Mix.Float() {
		return Report{}, fmt.Errorf("type %s, want one of floats: safetensors has no blocks", o.Mix.Name)
	}
	if err := freeFolder(dir, f, o.Force); err != nil {
		return Report{}, err
	}
	c, err := model.Convert(f)
	if err != nil {
		return Report{}, err
	}
	j := newJob(ctx, f, o)
	defer j.close()
	files, moves, err := j.folder(c)
	if err != nil {
		return Report{}, err
	}
	entries := j.entriesSafetensors(moves)
	err = inFolder(dir, o.Force, f, func(beside string) error { return fill(beside, files, entries) })
	if err != nil {
		return Report{}, err
	}
	return j.finish(filepath.Join(dir, tensorsName))
}

// fill writes the files of a folder.
func fill(dir string, files map[string][]byte, entries []weights.Entry) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := weights.WriteWhole(filepath.Join(dir, name), func(f *os.File) error { _, err := f.Write(files[name]); return err }); err != nil {
			return err
		}
	}
	err := weights.WriteWhole(filepath.Join(dir, tensorsName), func(f *os.File) error { return weights.WriteSafetensors(f, entries) })
	return errors.Join(err, os.Chmod(dir, 0o755))
}

// folder returns the small files of the new folder, and where tensors go.
func (j *job) folder(c *model.Converted) (map[string][]byte, []model.Move, error) {
	if j.f.Format() == weights.GGUF {
		files, members, err := wordsJSON(j.f)
		if err != nil {
			return nil, nil, err
		}
		maps.Copy(c.Config, members)
		c.Config["dtype"] = j.dtype()
		files["config.json"], err = indented(c.Config)
		return files, c.Tensors, err
	}
	files, err := copied(j.f.Dir())
	if err != nil {
		return nil, nil, err
	}
	var config map[string]any
	if err := json.Unmarshal(j.f.Config(), &config); err != nil {
		return nil, nil, fmt.Errorf("config.json: %w", err)
	}
	j.report.Left = append(withoutCode(config, files), leftOut(j.f, files)...)
	delete(config, "torch_dtype")
	config["dtype"] = j.dtype()
	files["config.json"], err = indented(config)
	// The names stay, and so do the numbers: the plan for GGUF knows which tensors there are.
	var moves []model.Move
	for _, m := range c.Tensors {
		moves = append(moves, model.Move{From: m.From, To: m.From, GGUF: m.GGUF, Layer: m.Layer, Scale: 1})
	}
	return files, moves, err
}

// withoutCode drops from the configurations of a model and its tokenizer what names classes of Python beside them: the
// code is not copied, and a name that leads nowhere keeps transformers from loading the folder. It returns what it
// dropped.
func withoutCode(config map[string]any, files map[string][]byte) (dropped []string) {
	const member = "auto_map"
	if _, ok := config[member]; ok {
		delete(config, member)
		dropped = append(dropped, "config.json: "+member)
	}
	const name = "tokenizer_config.json"
	var words map[string]any
	d := json.NewDecoder(bytes.NewReader(files[name]))
	d.UseNumber() // a length may have more digits than a float
	if d.Decode(&words) != nil || words[member] == nil {
		return dropped
	}
	delete(words, member)
	if data, err := indented(words); err == nil {
		files[name] = data
		dropped = append(dropped, name+": "+member)
	}
	return dropped
}

// leftOut returns what is in a checkpoint's folder and was neither copied nor converted, but for hidden files.
func leftOut(f *weights.File, files map[string][]byte) (left []string) {
	entries, err := os.ReadDir(f.Dir())
	if err != nil {
		return nil // copied could read it: it is just gone
	}
	known := map[string]bool{"config.json": true, tensorsName + ".index.json": true}
	for _, p := range f.Paths() {
		known[filepath.Base(p)] = true
	}
	for _, e := range entries {
		if name := e.Name(); !known[name] && files[name] == nil && !strings.HasPrefix(name, ".") {
			left = append(left, name)
		}
	}
	return left
}

// indented returns JSON for people.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// tensorsName is the file of a Hugging Face folder that holds its tensors.
const tensorsName = "model.safetensors"

// small are the files of a Hugging Face folder beside its weights.
var small = []string{"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json",
	"chat_template.jinja", "vocab.json", "merges.txt", "added_tokens.json"}

// mostSmall bounds the size of each: the largest known is a tokenizer.json of 33 MB.
const mostSmall = 256 << 20

// copied reads those of the small files that are there.
func copied(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range small {
		data, err := readSmall(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		files[name] = data
	}
	return files, nil
}

// readSmall reads a regular file that is not too large.
func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > mostSmall {
		return nil, fmt.Errorf("%s: %v of %d bytes, want a file of at most %d", filepath.Base(path), info.Mode().Type(), info.Size(), mostSmall)
	}
	return os.ReadFile(path)
}

// entriesSafetensors decides on the types of all tensors.
func (j *job) entriesSafetensors(moves []model.Move) []weights.Entry {
	var entries []weights.Entry
	for _, m := range moves {
		entries = append(entries, j.entry(m, j.floatType(j.infos[m.From].Type)))
	}
	return entries
}

// floatType returns the type in safetensors of what is stored as t.
func (j *job) floatType(t tensor.Type) tensor.Type {
	switch {
	case j.o.Mix.Name != "":
		return j.o.Mix.base
	case t.Quantised():
		return tensor.F16
	}
	return t
}

// dtype names the type that most numbers get, as config.json does.
func (j *job) dtype() string {
	numbers := map[tensor.Type]int64{}
	for _, t := range j.infos {
		n := int64(1)
		for _, d := range t.Shape {
			n *= int64(d)
		}
		numbers[j.floatType(t.Type)] += n
	}
	most := tensor.F32
	for t, n := range numbers {
		if n > numbers[most] {
			most = t
		}
	}
	return map[tensor.Type]string{tensor.F32: "float32", tensor.F16: "float16", tensor.BF16: "bfloat16"}[most]
}

// clip shortens what a stranger wrote for an error.
func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 60)], "?") }
