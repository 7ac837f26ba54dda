package bench

import "encoding/json"

// What LG's press release says of EXAONE 3.0 against 2.0, as ratios: 56 % less time, 35 % less memory, 72 % less cost.
// 0.44 · 0.65 is 0.286, so cost is taken to be memory times time.
const (
	LGTime   = 0.44
	LGMemory = 0.65
	LGCost   = 0.28
)

// What this engine should reach against the stand-in.
const (
	GenerationsMemory = 0.25
	GenerationsCost   = 0.05
)

// GenerationRatio is a design beside the stand-in, with the same number of sequences.
type GenerationRatio struct {
	Sequences          int
	Time, Memory, Cost float64 // for the same text
	StepTime, StepCost float64 // for the same number of tokens: what is left if r is 1

	// For the same text, with the steps of 16-bit designs as short as memory allows: as if their kernels read with any
	// number of sequences as fast as with the number at which they read fastest. No kernel can do better here, so this
	// flatters the stand-in.
	BoundTime, BoundCost float64
}

// rate16 returns the most bytes a second that a step of a 16-bit design has read.
func (g *Generations) rate16() (best float64) {
	for _, name := range []string{Predecessor, Sixteen} {
		for _, p := range g.design(name).Points {
			best = max(best, float64(p.Bytes)/p.Step.Median)
		}
	}
	return best
}

// Rates returns the bytes a second that the stand-in's steps read at most and with most sequences.
func (g *Generations) Rates() (best, last float64) {
	points := g.design(Predecessor).Points
	p := points[len(points)-1]
	return g.rate16(), float64(p.Bytes) / p.Step.Median
}

// Against returns the ratios of a design to the stand-in. Memory and cost are 0 where the peak is unknown.
func (g *Generations) Against(name string) []GenerationRatio {
	var list []GenerationRatio
	base, rate := g.design(Predecessor), g.rate16()
	for i, p := range g.design(name).Points {
		q := base.Points[i]
		r := GenerationRatio{Sequences: p.Sequences, Time: p.Time / q.Time, StepTime: p.Step.Median / q.Step.Median}
		bound := float64(q.Bytes) / rate
		step := p.Step.Median
		if name == Sixteen {
			step = float64(p.Bytes) / rate
		}
		r.BoundTime = step / bound * r.Time / r.StepTime
		if p.Peak > 0 && q.Peak > 0 {
			r.Memory = float64(p.Peak) / float64(q.Peak)
			r.BoundCost = r.Memory * r.BoundTime
			r.Cost, r.StepCost = r.Memory*r.Time, r.Memory*r.StepTime
		}
		list = append(list, r)
	}
	return list
}

func (g *Generations) design(name string) *Generation {
	for i := range g.Designs {
		if g.Designs[i].Name == name {
			return &g.Designs[i]
		}
	}
	return &Generation{}
}

// Best returns the lowest ratios of memory and cost of this engine, and with how many sequences; 0 if unknown.
func (g *Generations) Best() (memory, cost GenerationRatio) {
	for _, r := range g.Against(This) {
		if r.Memory > 0 && (memory.Memory == 0 || r.Memory < memory.Memory) {
			memory = r
		}
		if r.Cost > 0 && (cost.Cost == 0 || r.Cost < cost.Cost) {
			cost = r
		}
	}
	return memory, cost
}

// MarshalJSON writes what was measured and the ratios, and says that the predecessor is a stand-in.
func (g *Generations) MarshalJSON() ([]byte, error) {
	type object = map[string]any
	var designs []object
	for _, d := range g.Designs {
		var points []object
		for _, p := range d.Points {
			points = append(points, object{
				"sequences": p.Sequences, "step_seconds": p.Step.json(), "peak_bytes": p.Peak, "peak_file_bytes": p.File, "step_bytes": p.Bytes,
				"seconds_per_1000_characters": p.Time, "gb_seconds_per_1000_characters": p.Cost,
			})
		}
		designs = append(designs, object{
			"name": d.Name, "weight_bytes": d.Weights, "key_value_heads": d.KVHeads, "tokens_of_text": d.Tokens, "points": points,
		})
	}
	ratios := object{}
	for _, name := range []string{Sixteen, This} {
		var list []object
		for _, r := range g.Against(name) {
			list = append(list, object{
				"sequences": r.Sequences, "time": r.Time, "memory": r.Memory, "gb_seconds": r.Cost,
				"time_with_r_1": r.StepTime, "gb_seconds_with_r_1": r.StepCost,
				"time_bound_by_memory": r.BoundTime, "gb_seconds_bound_by_memory": r.BoundCost,
			})
		}
		ratios[name] = list
	}
	memory, cost := g.Best()
	strong := g.Text.StrongName
	if strong == "" {
		strong = "trained here, in place of EXAONE's"
	}
	return json.Marshal(object{
		"stand_in": "LG's predecessor is not public: the predecessor here is a stand-in",
		"machine":  g.Machine.json(), "shape": g.Shape, "layers": g.Layers, "layers_of_shape": g.Of, "context": g.Context,
		"reserved_window": g.Window, "steps": g.Steps, "rounds": g.Rounds, "seconds": g.Seconds,
		"text": object{
			"characters": g.Text.Characters, "tokens_weak": g.Text.Weak, "vocabulary_weak": g.Text.WeakSize,
			"tokens_exaone": g.Text.Strong, "vocabulary_exaone": g.Text.StrongSize, "tokenizer_exaone": strong, "r": g.Text.R(),
		},
		"designs": designs, "against_predecessor": ratios,
		"lg":                      object{"time": LGTime, "memory": LGMemory, "cost": LGCost},
		"goals":                   object{"memory": GenerationsMemory, "gb_seconds": GenerationsCost},
		"lowest_memory_ratio":     object{"sequences": memory.Sequences, "ratio": memory.Memory},
		"lowest_gb_seconds_ratio": object{"sequences": cost.Sequences, "ratio": cost.Cost, "ratio_with_r_1": cost.StepCost},
	})
}

func (m Machine) json() map[string]any {
	return map[string]any{"os": m.OS, "arch": m.Arch, "go": m.Go, "kernels": m.Kernels, "threads": m.Threads, "cores": m.Cores}
}
