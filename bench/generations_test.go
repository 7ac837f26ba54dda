package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

func TestATurnTakesItsSteps(t *testing.T) {
	for _, kind := range []string{"f16", "q4"} {
		turn := Turn{Path: made(t, kind), Threads: 2, Context: 100, Sequences: 3, Steps: 4, IDs: []int32{700, 701, 5}}
		if kind == "f16" {
			turn.Half, turn.Reserve = true, 512
		}
		r, err := RunTurn(context.Background(), turn)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Seconds) != 4 {
			t.Errorf("%s: %d steps were timed, want 4", kind, len(r.Seconds))
		}
		for _, s := range r.Seconds {
			if s <= 0 {
				t.Errorf("%s: a step took %v s", kind, s)
			}
		}
	}
}

func TestATurnThatCannotBeIsRefused(t *testing.T) {
	path := made(t, "q4")
	good := Turn{Path: path, Threads: 1, Context: 10, Sequences: 1, Steps: 1, IDs: []int32{1}}
	for want, spoil := range map[string]func(*Turn){
		"sequences: found 0, want 1": func(t *Turn) { t.Sequences = 0 },
		"steps: found -1":            func(t *Turn) { t.Steps = -1 },
		"context: found 2048":        func(t *Turn) { t.Context = 2048 },
		"reserve: found 2049":        func(t *Turn) { t.Reserve = 2049 },
		"ids: found 0, want 1":       func(t *Turn) { t.IDs = nil },
		"ids: found 102400":          func(t *Turn) { t.IDs = []int32{102400} },
	} {
		turn := good
		spoil(&turn)
		if _, err := RunTurn(context.Background(), turn); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestGenerationsAreRefusedWhereMemoryIsShort(t *testing.T) {
	_, err := newGenerations(&GenerationsOptions{Shape: "7.8b", Memory: 24 << 30})
	few, ok := errors.AsType[*NoMemory](err)
	if !ok || few.Have != 24<<30 || few.Want < 32<<30 || few.Want > 33<<30 {
		t.Errorf("all layers in 24 GiB: %v, want both numbers", err)
	}
	if _, err := newGenerations(&GenerationsOptions{Shape: "7.8b", Layers: 8, Memory: 24 << 30}); err != nil {
		t.Errorf("eight layers in 24 GiB: %v", err)
	}
}

func TestThePredecessorHasAHeadForEveryHead(t *testing.T) {
	g, err := newGenerations(&GenerationsOptions{Shape: "7.8b", Layers: 8})
	if err != nil {
		t.Fatal(err)
	}
	// layers of 4 or 2.5 matrices of 4096², three of 4096 · 14336; embedding and head
	const square, wide, words = 4096 * 4096, 4096 * 14336, 2 * 102400 * 4096
	norms := int64(4 * 4096 * 17)
	for i, want := range []int64{2*(8*(4*square+3*wide)+words) + norms, 2*(8*(2*square+2*square/4+3*wide)+words) + norms} {
		if d := g.Designs[i]; d.Weights != want {
			t.Errorf("%s: %d bytes of weights, want %d", d.Name, d.Weights, want)
		}
	}
	if g.Designs[0].KVHeads != 32 || g.Designs[1].KVHeads != 8 || g.Designs[2].KVHeads != 8 {
		t.Errorf("key-value heads %d, %d, %d, want 32, 8, 8", g.Designs[0].KVHeads, g.Designs[1].KVHeads, g.Designs[2].KVHeads)
	}
}

// found is a comparison with round figures.
func found() *Generations {
	point := func(n int, step float64, peak int64) GenerationPoint {
		return GenerationPoint{Sequences: n, Step: Stat{Unit: "s", Values: []float64{step}}, Peak: peak}
	}
	g := &Generations{
		Shape: "7.8b", Layers: 8, Of: 32, Context: 4088, Sequences: []int{1, 8}, Text: GenerationsWords{Characters: 1000, Weak: 800, Strong: 500},
		Designs: []Generation{
			{Name: Predecessor, Read: 4e9, Tokens: 800, Points: []GenerationPoint{point(1, 0.2, 8e9), point(8, 0.4, 10e9)}},
			{Name: Sixteen, Read: 4e9, Tokens: 500, Points: []GenerationPoint{point(1, 0.2, 8e9), point(8, 0.2, 6e9)}},
			{Name: This, Read: 4e9, Tokens: 500, Points: []GenerationPoint{point(1, 0.05, 2.5e9), point(8, 0.04, 2e9)}},
		},
	}
	g.settle()
	return g
}

func TestRatiosFollowFromStepsTokensAndPeaks(t *testing.T) {
	g := found()
	first := g.Designs[0].Points[0]
	if math.Abs(first.Time-160) > 1e-9 || math.Abs(first.Cost-1280) > 1e-9 {
		t.Errorf("time %v and cost %v, want 160 s and 1,280 GB-s", first.Time, first.Cost)
	}
	if p := g.Designs[0].Points[1]; math.Abs(p.Cost-400) > 1e-9 {
		t.Errorf("cost %v of each of eight, want 400 GB-s", p.Cost)
	}
	r := g.Against(This)[1]
	for name, x := range map[string][2]float64{
		"time": {r.Time, 0.0625}, "memory": {r.Memory, 0.2}, "cost": {r.Cost, 0.0125}, "time, r = 1": {r.StepTime, 0.1}, "cost, r = 1": {r.StepCost, 0.02},
		"time bound by memory": {r.BoundTime, 0.125}, "cost bound by memory": {r.BoundCost, 0.025}, // the stand-in read 4 GB in 0.2 s once
	} {
		if math.Abs(x[0]-x[1]) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, x[0], x[1])
		}
	}
	memory, cost := g.Best()
	if memory.Sequences != 8 || cost.Sequences != 8 {
		t.Errorf("lowest with %d and %d sequences, want 8", memory.Sequences, cost.Sequences)
	}
}

func TestThePictureSaysThatItIsAStandIn(t *testing.T) {
	for name, g := range map[string]*Generations{"whole": found(), "no peaks": found()} {
		if name == "no peaks" {
			for i := range g.Designs {
				for j := range g.Designs[i].Points {
					g.Designs[i].Points[j].Peak = 0
				}
			}
		}
		var b bytes.Buffer
		if err := g.WriteSVG(&b); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		d := xml.NewDecoder(&b)
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: not XML: %v", name, err)
			}
			if s, ok := token.(xml.CharData); ok {
				text.Write(s)
			}
		}
		for _, want := range []string{"stand-in: LG's predecessor is not public", "LG의 앞 세대 모델은 공개되지 않았습니다", "LG 0.44", "LG 0.65", "LG 0.28", "8/32 layers", "not EXAONE's tokenizer"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%s: the picture does not say %q", name, want)
			}
		}
		if strings.Contains(text.String(), "NaN") {
			t.Errorf("%s: NaN in the picture", name)
		}
	}
}

func TestTheJSONSaysThatItIsAStandIn(t *testing.T) {
	b, err := json.Marshal(found())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"stand_in":"LG's predecessor is not public`, `"r":1.6`, `in place of EXAONE's`, `"lowest_memory_ratio":{"ratio":0.2,"sequences":8}`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the JSON lacks %s:\n%s", want, b)
		}
	}
}
