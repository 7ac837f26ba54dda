package model

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"exaone/weights"
)

// exaone30 is the published config of EXAONE 3.0 7.8B Instruct.
const exaone30 = `{"activation_function":"silu","architectures":["ExaoneForCausalLM"],"attention_dropout":0.0,"bos_token_id":1,
"embed_dropout":0.0,"eos_token_id":361,"hidden_size":4096,"initializer_range":0.02,"intermediate_size":14336,
"layer_norm_epsilon":1e-05,"max_position_embeddings":4096,"model_type":"exaone","num_attention_heads":32,
"num_key_value_heads":8,"num_layers":32,"pad_token_id":0,"rope_scaling":null,"rope_theta":500000.0,
"tie_word_embeddings":false,"use_cache":true,"vocab_size":102400}`

func TestConfigOfExaone30(t *testing.T) {
	c, err := configJSON([]byte(exaone30), archExaone.absent)
	if err != nil {
		t.Fatal(err)
	}
	want := Shape{Layers: 32, Heads: 32, KVHeads: 8, HeadDim: 128, Width: 4096, Vocab: 102400, Window: 4096}
	if c.Shape != want || c.FFN != 14336 || c.Tied || c.RopeBase != 5e5 || c.Eps != 1e-5 || c.Scaling != nil || c.Slide != 0 {
		t.Errorf("config %+v, want shape %+v", c, want)
	}
}

// edited returns exaone30 with members replaced.
func edited(t *testing.T, members map[string]any) []byte {
	t.Helper()
	var c map[string]any
	if err := json.Unmarshal([]byte(exaone30), &c); err != nil {
		t.Fatal(err)
	}
	for k, v := range members {
		c[k] = v
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestHostileConfigsAreRefused checks that each fault is named, and several together.
func TestHostileConfigsAreRefused(t *testing.T) {
	type m = map[string]any
	for _, c := range []struct {
		name    string
		members m
		want    []string
	}{
		{"no heads", m{"num_attention_heads": 0}, []string{"num_attention_heads: 0"}},
		{"everything at once", m{"num_layers": 1e9, "hidden_size": -1, "vocab_size": "x", "num_key_value_heads": 7.5},
			[]string{"num_layers: 1e+09", "hidden_size: -1", `vocab_size: "x"`, "num_key_value_heads: 7.5"}},
		{"heads that do not divide", m{"num_key_value_heads": 7}, []string{"32 heads over 7"}},
		{"an odd head size", m{"head_dim": 81}, []string{"head_dim: 81"}},
		{"a head size from hidden size", m{"hidden_size": 33, "num_attention_heads": 32, "num_key_value_heads": 32}, []string{"head_dim: 1"}},
		{"too wide together", m{"num_attention_heads": 1024, "head_dim": 1024}, []string{"1024 heads of 1024"}},
		{"another activation", m{"activation_function": "relu"}, []string{"activation_function"}},
		{"scaling of another kind", m{"rope_scaling": m{"rope_type": "yarn", "factor": 4}}, []string{`"yarn"`}},
		{"scaling without factors", m{"rope_scaling": m{"rope_type": "llama3"}}, []string{"no factor", "band"}},
		{"scaling that is a list", m{"rope_scaling": []int{1}}, []string{"rope_scaling"}},
		{"negative base", m{"rope_theta": -1}, []string{"rope_theta: -1"}},
		{"biases", m{"attention_bias": true}, []string{"attention_bias"}},
		{"layers that slide", m{"layer_types": []string{"sliding_attention"}}, []string{"layer_types"}},
	} {
		_, err := configJSON(edited(t, c.members), archExaone.absent)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q does not say %q", c.name, err, want)
			}
		}
	}
}

// TestLoadReportsEverything loads a checkpoint under a config that asks for other tensors.
func TestLoadReportsEverything(t *testing.T) {
	dir := checkpoint(t, "llama31-tiny")
	var c map[string]any
	readJSON(t, filepath.Join(dir, "config.json"), &c)
	c["num_hidden_layers"], c["vocab_size"], c["tie_word_embeddings"] = 2, 1000, true
	c["architectures"] = []string{"Qwen2ForCausalLM"}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	broken := t.TempDir()
	tensors, err := os.ReadFile(filepath.Join(dir, "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"config.json": data, "model.safetensors": tensors} {
		if err := os.WriteFile(filepath.Join(broken, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := weights.Open(broken)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = Load(f)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"model.layers.0.self_attn.q_proj.bias: missing",
		"model.embed_tokens.weight: shape [1024 64], want [1000 64]",
		"model.layers.2.mlp.up_proj.weight: found",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error does not say %q:\n%v", want, err)
		}
	}
}

// TestInspectCountsParameters checks the outline of every tiny checkpoint.
func TestInspectCountsParameters(t *testing.T) {
	for _, name := range tiny {
		f, err := weights.Open(checkpoint(t, name))
		if err != nil {
			t.Fatal(err)
		}
		info, err := Inspect(f)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Load(f)
		if err != nil {
			t.Fatal(err)
		}
		if info.Shape != m.Shape() || info.Parameters*2 > f.Size() || info.Parameters*2 < f.Size()*9/10 || info.Arch == "" {
			t.Errorf("%s: %+v in %d bytes, model %+v", name, info, f.Size(), m.Shape())
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// FuzzConfigJSON reads any text as the config of every architecture. What passes must be within the limits.
func FuzzConfigJSON(f *testing.F) {
	f.Add([]byte(exaone30))
	f.Add([]byte(`{"num_hidden_layers":4,"hidden_size":64,"intermediate_size":1,"num_attention_heads":2,"vocab_size":9,
"max_position_embeddings":8,"layer_types":["sliding_attention","full_attention",3,null],"sliding_window":1e99,
"sliding_window_pattern":"LLLG","rope_parameters":{"full_attention":{"rope_theta":1,"rope_type":"linear"},"sliding_attention":{}}}`))
	f.Add([]byte(`[[[[`))
	f.Add([]byte(`{"head_dim":null,"hidden_size":{"a":[]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, a := range archs {
			c, err := configJSON(data, a.absent)
			if err != nil {
				continue
			}
			if c.Layers < 1 || c.Layers > maxLayers || c.Heads%c.KVHeads != 0 || c.HeadDim%2 != 0 || c.Heads*c.HeadDim > maxWidth ||
				len(c.Sliding) != c.Layers || c.Vocab < 1 || !(c.QueryScale > 0) {
				t.Fatalf("%s accepts %+v from %q", a.Name, c, data)
			}
			newRope(c.HeadDim, c.RopeBase, c.Scaling, nil, false)
		}
	})
}

// FuzzAdapterConfig reads any text as an adapter's config.
func FuzzAdapterConfig(f *testing.F) {
	f.Add([]byte(`{"peft_type":"LORA","r":4,"lora_alpha":8,"rank_pattern":{"q_proj":2},"alpha_pattern":{},"bias":"none"}`))
	f.Add([]byte(`{"peft_type":"LORA","r":1e9,"use_dora":true,"modules_to_save":["lm_head"],"rank_pattern":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseAdapterConfig(data)
		if err == nil {
			c.of("model.layers.0.self_attn.q_proj")
		}
	})
}
