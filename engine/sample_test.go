package engine

import (
	"math"
	"math/rand/v2"
	"testing"

	"exaone/chat"
)

func TestSampleDrawsAsTheDistributionSays(t *testing.T) {
	logits := []float32{2, 1, 0, -1, -30}
	check := func(name string, o chat.Sampling, want []float64) {
		t.Helper()
		var s sampler
		var got [5]float64
		const n = 40000
		o.Seed = 7
		for pos := range n {
			l := append([]float32(nil), logits...)
			got[s.sample(l, &o, nil, 0, pos)] += 1.0 / n
		}
		sum := 0.0
		for _, w := range want {
			sum += w
		}
		for i := range want {
			if p := want[i] / sum; math.Abs(got[i]-p) > 0.012 {
				t.Errorf("%s: token %d drawn %.3f of the time, want %.3f", name, i, got[i], p)
			}
		}
	}
	e := math.Exp
	check("temperature 1", chat.Sampling{Temperature: 1}, []float64{e(2), e(1), e(0), e(-1), 0})
	check("temperature 2", chat.Sampling{Temperature: 2}, []float64{e(1), e(.5), e(0), e(-.5), e(-15)})
	check("greedy", chat.Sampling{}, []float64{1, 0, 0, 0, 0})
	check("top-k 2", chat.Sampling{Temperature: 1, TopK: 2}, []float64{e(2), e(1), 0, 0, 0})
	check("top-p 0.7", chat.Sampling{Temperature: 1, TopP: 0.7}, []float64{e(2), e(1), 0, 0, 0})
	check("top-p 0.6", chat.Sampling{Temperature: 1, TopP: 0.6}, []float64{1, 0, 0, 0, 0})
	check("min-p 0.1", chat.Sampling{Temperature: 1, MinP: 0.1}, []float64{e(2), e(1), e(0), 0, 0})
	check("bias", chat.Sampling{LogitBias: map[int32]float32{4: 100, 99: 5}}, []float64{0, 0, 0, 0, 1})
}

func TestPenaltiesFollowTheirDefinitions(t *testing.T) {
	history := []int32{0, 1, 1, 2} // the prompt is 0 1; the model wrote 1 2
	check := func(name string, o chat.Sampling, want []float32) {
		t.Helper()
		var s sampler
		logits := []float32{4, -4, 2, 1}
		s.penalise(logits, &o, history, 2)
		for i := range want {
			if logits[i] != want[i] {
				t.Errorf("%s: logit %d is %g, want %g", name, i, logits[i], want[i])
			}
		}
	}
	check("repetition looks at prompt and answer", chat.Sampling{RepetitionPenalty: 2}, []float32{2, -8, 1, 1})
	check("presence looks at the answer", chat.Sampling{PresencePenalty: 0.5}, []float32{4, -4.5, 1.5, 1})
	check("frequency counts in the answer", chat.Sampling{FrequencyPenalty: 1}, []float32{4, -5, 1, 1})
}

func TestTopKEqualsSorting(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		logits := make([]float32, 1+rnd.IntN(300))
		for i := range logits {
			logits[i] = float32(rnd.IntN(40)) // many equals
		}
		k := 1 + rnd.IntN(len(logits))
		all := topK(nil, logits, len(logits))
		got := topK(nil, logits, k)
		for i := range got {
			if got[i] != all[i] {
				t.Fatalf("top %d of %d: place %d is %v, want %v", k, len(logits), i, got[i], all[i])
			}
		}
		for i := 1; i < len(all); i++ {
			if byLogit(all[i-1], all[i]) >= 0 {
				t.Fatal("not in order")
			}
		}
	}
}

func TestSampleSurvivesNaN(t *testing.T) {
	nan := float32(math.NaN())
	var s sampler
	if id := s.sample([]float32{nan, nan}, &chat.Sampling{Temperature: 1}, nil, 0, 0); id != 0 {
		t.Errorf("got id %d of a row of NaN, want 0", id)
	}
}

func TestLogprobsSumToOne(t *testing.T) {
	var s sampler
	got := s.logprobs([]float32{1, 3, 2}, 0, 3)
	sum := 0.0
	for _, c := range got.Top {
		sum += math.Exp(float64(c.Logprob))
	}
	if math.Abs(sum-1) > 1e-6 || got.Top[0].ID != 1 || got.Top[1].ID != 2 {
		t.Errorf("top %v with sum %g, want ids 1 2 0 and 1", got.Top, sum)
	}
}

func TestUniformIsFlatAndReproducible(t *testing.T) {
	var bins [16]int
	const n = 160000
	for i := range n {
		bins[int(uniform(uint64(i%7), i)*16)]++
	}
	for i, c := range bins {
		if math.Abs(float64(c)-n/16) > 500 {
			t.Errorf("bin %d holds %d of %d", i, c, n)
		}
	}
	if uniform(1, 2) != uniform(1, 2) || uniform(1, 2) == uniform(2, 2) || uniform(1, 2) == uniform(1, 3) {
		t.Error("not a function of seed and position")
	}
}
