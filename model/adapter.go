package model

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"exaone/tensor"
	"exaone/weights"
)

// Adapter is a LoRA adapter of one model: it changes y = W·x into W·x + (alpha/r)·B(A·x) for some of the model's
// linears. It is immutable, holds its numbers in memory, and may be used as long as its model.
type Adapter struct {
	model *frame
	parts []*lowRank // by the index of a linear, nil where there is no change
}

// lowRank is the change of one linear [m, k].
type lowRank struct {
	a, b  *tensor.Tensor // [r, k], [m, r], float32
	scale float32        // alpha/r, or alpha/√r
}

// framed is a model with a frame: every model of this package.
type framed interface{ around() *frame }

func (f *frame) around() *frame { return f }

// maxRank bounds the rank of an adapter.
const maxRank = 4096

// LoadAdapter reads a PEFT folder (adapter_config.json, adapter_model.safetensors) for m. Modules may have the
// checkpoint's names or those that transformers gives the same modules. The error lists everything that is
// wrong, tensors that fit no linear of the model among it.
func LoadAdapter(dir string, m Model) (*Adapter, error) {
	fm, ok := m.(framed)
	if !ok {
		return nil, fmt.Errorf("adapter %s: model %T takes none", dir, m)
	}
	c, err := readAdapterConfig(filepath.Join(dir, "adapter_config.json"))
	if err != nil {
		return nil, fmt.Errorf("adapter %s: %w", dir, err)
	}
	f, err := weights.Open(filepath.Join(dir, "adapter_model.safetensors"))
	if err != nil {
		return nil, fmt.Errorf("adapter %s: %w", dir, err)
	}
	a, err := buildAdapter(f, c, fm.around())
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("adapter %s: %w", dir, err)
	}
	return a, nil
}

// adapterConfig is what matters of adapter_config.json.
type adapterConfig struct {
	rank     int
	alpha    float64
	rootRank bool               // rsLoRA: alpha/√r
	ranks    map[string]float64 // rank_pattern and alpha_pattern: by module suffix
	alphas   map[string]float64
}

func readAdapterConfig(path string) (*adapterConfig, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	const most = 1 << 20
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, err
	}
	if len(data) > most {
		return nil, fmt.Errorf("adapter_config.json: more than %d bytes", most)
	}
	return parseAdapterConfig(data)
}

// parseAdapterConfig reads the config and refuses what changes the arithmetic in ways that are not computed.
func parseAdapterConfig(data []byte) (*adapterConfig, error) {
	f, err := parseJSON(data)
	if err != nil {
		return nil, fmt.Errorf("adapter_%w", err)
	}
	c := &adapterConfig{rank: f.integer("r", 1, maxRank, -1), rootRank: f.boolean("use_rslora", false)}
	c.alpha = f.real("lora_alpha", -1e6, 1e6, float64(c.rank))
	if kind := f.text("peft_type", ""); kind != "LORA" {
		f.fail("peft_type: %q, want LORA", kind)
	}
	for _, name := range []string{"use_dora", "use_qalora", "use_bdlora", "fan_in_fan_out", "lora_bias"} {
		f.only(name, "false")
	}
	f.only("bias", "none")
	for _, name := range []string{"modules_to_save", "trainable_token_indices", "layer_replication", "alora_invocation_tokens", "target_parameters"} {
		if v, _ := f.find(name); v != nil && !isEmpty(v) {
			f.fail("%s: %s, want none", name, short(v))
		}
	}
	c.ranks, c.alphas = f.pattern("rank_pattern"), f.pattern("alpha_pattern")
	return c, errors.Join(f.errs...)
}

func isEmpty(v any) bool {
	list, ok := v.([]any)
	return ok && len(list) == 0
}

// pattern reads a map from module suffixes to numbers.
func (f *fields) pattern(name string) map[string]float64 {
	v, _ := f.find(name)
	members, ok := v.(map[string]any)
	if v != nil && !ok {
		f.fail("%s: %s, want an object", name, short(v))
	}
	out := make(map[string]float64, len(members))
	for suffix, v := range members {
		x, ok := number(v)
		if !ok || math.Abs(x) > 1e6 {
			f.fail("%s.%s: %s, want a number", name, suffix, short(v))
		}
		out[suffix] = x
	}
	return out
}

// of returns rank and scale of a module.
func (c *adapterConfig) of(module string) (int, float32) {
	rank, alpha := float64(c.rank), c.alpha
	for suffix, r := range c.ranks {
		if module == suffix || strings.HasSuffix(module, "."+suffix) {
			rank = r
		}
	}
	for suffix, a := range c.alphas {
		if module == suffix || strings.HasSuffix(module, "."+suffix) {
			alpha = a
		}
	}
	if c.rootRank {
		return int(rank), float32(alpha / math.Sqrt(rank))
	}
	return int(rank), float32(alpha / rank)
}

// buildAdapter matches the tensors of a file with the linears of a model.
func buildAdapter(f *weights.File, c *adapterConfig, m *frame) (*Adapter, error) {
	a := &Adapter{model: m, parts: make([]*lowRank, len(*m.sizes))}
	w := f.Root()
	var errs []error
	for _, t := range f.Tensors() {
		module, isA := strings.CutSuffix(t.Name, ".lora_A.weight")
		if !isA {
			if module, isB := strings.CutSuffix(t.Name, ".lora_B.weight"); !isB || !w.Has(module+".lora_A.weight") {
				errs = append(errs, fmt.Errorf("%s: want NAME.lora_A.weight and NAME.lora_B.weight", t.Name))
			}
			continue
		}
		// PEFT wraps the model it was trained on.
		name := strings.TrimPrefix(module, "base_model.model.")
		index, ok := m.linears[ggufName(name, false)]
		if !ok {
			errs = append(errs, fmt.Errorf("%s: the model has no linear %s", t.Name, name))
			continue
		}
		if a.parts[index] != nil {
			errs = append(errs, fmt.Errorf("%s: changes the same linear as another tensor", t.Name))
			continue
		}
		rank, scale := c.of(name)
		if rank < 1 || rank > maxRank {
			errs = append(errs, fmt.Errorf("%s: rank %d, want 1 to %d", t.Name, rank, maxRank))
			continue
		}
		size := (*m.sizes)[index]
		a.parts[index] = &lowRank{scale: scale,
			a: inMemory(w.Get(module+".lora_A.weight", rank, size[1])),
			b: inMemory(w.Get(module+".lora_B.weight", size[0], rank))}
	}
	if len(f.Tensors()) == 0 {
		errs = append(errs, errors.New("no tensors"))
	}
	if len(errs) == 0 {
		errs = append(errs, w.Err())
	}
	return a, errors.Join(errs...)
}

// inMemory copies a tensor out of its file, as float32.
func inMemory(t *tensor.Tensor) *tensor.Tensor {
	v := floats(t)
	return &tensor.Tensor{Name: t.Name, Type: tensor.F32, Shape: t.Shape, Data: tensor.Bytes(v)}
}
