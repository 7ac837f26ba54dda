package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/engine"
)

// TestMain is also a peer, and a busy process, when it is started as one.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("EXAONE_TEST_PEER") != "" && len(os.Args) == 5:
		fakePeer()
	case os.Getenv("EXAONE_TEST_BUSY") != "":
		os.Stdin.Read(make([]byte, 1))
	default:
		os.Exit(m.Run())
	}
}

// fakePeer answers every line at once, with a second for each.
func fakePeer() {
	if os.Getenv("EXAONE_TEST_PEER") == "broken" {
		fmt.Println("failed no model")
		return
	}
	fmt.Println("ready 1.5 fake")
	var word string
	if os.Getenv("EXAONE_TEST_PEER") == "idle" { // of its first answer no time is known
		fmt.Scan(&word)
		fmt.Println("ok 0")
	}
	for {
		if n, err := fmt.Scan(&word); n != 1 || err != nil {
			return
		}
		switch word {
		case "prefill", "decode", "streams":
			fmt.Println("ok 1.0")
		case "memory":
			fmt.Println("ok 3000000 2000000 1000000")
		}
	}
}

// tiny returns options for a model that answers in microseconds.
func tiny(t *testing.T, only ...string) Options {
	path := made(t, "q4")
	prefixes := t.TempDir()
	return Options{
		Path: path, Name: "tiny", Threads: 2, Kernels: "test", Read: 32 << 20, Quick: true, Only: only,
		Open: func() *engine.Engine {
			return engine.New(engine.Options{
				Resolve:   func(string) (engine.Spec, error) { return engine.Spec{Name: "tiny", Path: path}, nil },
				Threads:   2,
				Speculate: engine.SpeculateOff,
				PrefixDir: prefixes,
			})
		},
	}
}

func TestRunMeasuresEverything(t *testing.T) {
	t.Setenv("EXAONE_TEST_BUSY", "1")
	o := tiny(t, Measures()...)
	o.Busy = []string{os.Args[0]}
	told := 0
	o.Progress = func(string, int, int) { told++ }
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"load_to_first_token", "decode", "prefill_128", "streams_8", "prefix_cold", "prefix_warm", "prefix_other_scope",
		"prefix_restarted", "stall_longest_gap", "stall_prompt_share_of_idle", "busy_share_of_idle",
	}
	for _, name := range want {
		measured := slices.ContainsFunc(r.pairs, func(p pair) bool { return p.rate.name == name }) // and maybe discarded
		if s := r.Stats[name]; !measured && (s == nil || len(s.Values) == 0) {
			t.Errorf("%s: found %+v, want a figure (of %v)", name, s, r.Names())
		}
	}
	if hits := r.Ratios["prefix_hits_across_scopes"]; hits != 0 {
		t.Errorf("%v tokens came from another scope's cache, want none", hits)
	}
	if told == 0 {
		t.Error("no progress was told")
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"prefix_warm_share_of_cold", "pairs_discarded", "read_limit", "int8_peak"} {
		if !strings.Contains(string(b), `"`+name+`":`) {
			t.Errorf("the JSON form has no %s: %s", name, b)
		}
	}
}

func TestPeersTakeTurns(t *testing.T) {
	t.Setenv("EXAONE_TEST_PEER", "1")
	program := filepath.Join(t.TempDir(), "ik-peer")
	if err := os.Symlink(os.Args[0], program); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	o := tiny(t)
	o.Peers = []string{program}
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"decode_against_ik", "prefill_128_against_ik", "streams_8_against_ik"} {
		if _, ok := r.Ratios[name]; !ok {
			t.Errorf("found no %s among %v", name, r.Names())
		}
	}
	if got := r.Stats["ik_load"]; got == nil || got.Median != 1.5 {
		t.Errorf("the peer's load is %+v, want 1.5 s", got)
	}
}

// A pair in which one side shows no tokens is no figure: it is counted, and another is taken in its place.
func TestPairsWithoutTokensAreDiscarded(t *testing.T) {
	t.Setenv("EXAONE_TEST_PEER", "idle")
	program := filepath.Join(t.TempDir(), "ik-peer")
	if err := os.Symlink(os.Args[0], program); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	o := tiny(t, "decode")
	o.Peers = []string{program}
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Empty == 0 {
		t.Error("no pair was discarded, want the one in which the peer took no time")
	}
	for _, name := range []string{"decode", "ik_decode", "decode_against_ik"} {
		if s := r.Stats[name]; s == nil || s.Min <= 0 || math.IsInf(s.Max, 0) {
			t.Errorf("%s is %+v, want figures above 0", name, s)
		}
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
	r = newReport(&Options{})
	r.notePair("decode", "ik", 0, 20) // other programs had the processors while one token was asked for
	r.settle()
	if r.Empty != 1 || len(r.Names()) != 0 {
		t.Errorf("%d pairs discarded, figures of %v; want 1 and none", r.Empty, r.Names())
	}
}

// What needs no limits does not measure them.
func TestLimitsAreMeasuredWhereTheyCount(t *testing.T) {
	o := tiny(t, "load")
	var told []string
	o.Progress = func(measure string, _, _ int) { told = append(told, measure) }
	if _, err := Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(told, "limits") {
		t.Errorf("measured %q, want no limits among them", told)
	}
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx    context.Context
		change func(*Options)
		want   string
	}{
		"measure": {context.Background(), func(o *Options) { o.Only = []string{"speed"} }, `"speed", want one of`},
		"file":    {context.Background(), func(o *Options) { o.Path = "none.gguf" }, "none.gguf"},
		"peer":    {context.Background(), func(o *Options) { o.Peers = []string{os.Args[0]} }, "failed no model"},
		"left":    {ctx, func(*Options) {}, "canceled"},
	} {
		o := tiny(t)
		c.change(&o)
		t.Setenv("EXAONE_TEST_PEER", "broken")
		if _, err := Run(c.ctx, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
}

func TestPairsOfASlowMinuteAreDiscarded(t *testing.T) {
	r := newReport(&Options{})
	decode := rate{name: "decode", unit: "tokens/s", bytes: 1e9}
	prefill := rate{name: "prefill_512", unit: "tokens/s", ops: 1e9}
	good := Peak{Ops: 800e9, Hertz: 3e9, Cycle: 128}
	r.add(decode, 30, limit{40e9, good})
	r.add(decode, 32, limit{40e9, good})
	r.add(decode, 16, limit{29e9, good}) // below 0.75 of 40
	r.add(prefill, 400, limit{31e9, good})
	r.add(prefill, 100, limit{31e9, Peak{Ops: 500e9, Hertz: 3e9, Cycle: 80}}) // void: counts as speed, not as a share
	r.settle()
	if r.Pairs != 5 || r.Discarded != 1 {
		t.Errorf("%d pairs, %d discarded, want 5 and 1", r.Pairs, r.Discarded)
	}
	if got := r.Ratios["decode_share_of_read_limit"]; math.Abs(got-31.0/40) > 1e-9 {
		t.Errorf("decode has %g of the limit, want %g", got, 31.0/40)
	}
	if got := r.Ratios["prefill_share_of_int8_peak"]; got != 0.5 {
		t.Errorf("prefill has %g of the peak, want 0.5", got)
	}
	if got := r.Stats["prefill_512"].Median; got != 250 {
		t.Errorf("prefill is %g, want 250", got)
	}
	if r.Int8.Void {
		t.Error("the peak is void, though a measure had its cores to itself")
	}
}

func TestTokensOfStreamsCountWhileAllRun(t *testing.T) {
	at := func(seconds ...float64) []time.Time {
		times := make([]time.Time, len(seconds))
		for i, s := range seconds {
			times[i] = time.Unix(0, int64(s*1e9))
		}
		return times
	}
	// From 2 s, when the second has its first token, to 4 s, when the first ends: two tokens of each.
	if got := together([][]time.Time{at(1, 2, 3, 4), at(2, 3, 4, 5)}); got != 2 {
		t.Errorf("%g tokens a second, want 2", got)
	}
	if got := together([][]time.Time{at(1, 2), at(3)}); got != 0 {
		t.Errorf("%g tokens a second, want none: one stream had ended", got)
	}
}

func TestBytesPerTokenLeaveOutTheEmbedding(t *testing.T) {
	o := tiny(t)
	s, err := newSubject(&o)
	if err != nil {
		t.Fatal(err)
	}
	all := Synthetic{Shape: "tiny", Type: "q4"}
	size, err := all.Size()
	if err != nil {
		t.Fatal(err)
	}
	row := int64(small.d / 32 * 18)
	if want := size - int64(small.v)*row + row; s.step != want {
		t.Errorf("one token reads %d bytes, want %d", s.step, want)
	}
	if want := int64(small.l * (2*small.d*small.h*small.e + 2*small.d*small.g*small.e + 3*small.d*small.f)); s.matrices != want {
		t.Errorf("%d elements, want %d", s.matrices, want)
	}
}

func TestGoalsNameRatios(t *testing.T) {
	r := newReport(&Options{})
	r.Ratios["decode_share_of_read_limit"] = 0.9
	r.Ratios["memory_against_ik"] = 1.2
	got := r.Reached()
	if len(got) != 2 || !got[0].Met(0.9) || got[1].Met(1.2) {
		t.Errorf("got %+v, want decode reached and memory not", got)
	}
	if !slices.IsSortedFunc(got, func(a, b Goal) int {
		return slices.Index(goals, a) - slices.Index(goals, b)
	}) {
		t.Error("goals are out of order")
	}
	r.Model.Stored = "Q4_K"
	if got := r.Reached(); got[0].Least != 0.85 || goals[0].Least != 0.88 {
		t.Errorf("for Q4_K decode has the goal %g, want 0.85", got[0].Least)
	}
}
