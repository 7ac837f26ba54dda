package bench

import (
	"encoding/json"
	"math"
	"runtime"
	"slices"
)

// Report is what a run found. Medians and ratios are filled in at its end.
type Report struct {
	Machine Machine
	Model   Subject
	Seconds float64 // that the run took
	Read    Stat    // bytes a second
	Int8    Int8
	Others  Stat // share of the processors that other programs took while rates were measured; nothing if not known

	Stats  map[string]*Stat   // by measure
	Shares map[string]*Stat   // of a limit, by measure
	Ratios map[string]float64 // by the names that the JSON form gives them

	Pairs, Discarded int    // pairs of a measure and its limits, and those that were taken while the memory was slow
	Empty            int    // pairs that were discarded because one of the two gave no tokens in the time that it was given
	KV               string // how the peers kept keys and values, as the engine does; "" without peers

	order []string
	pairs []pair
}

// Machine is what computed.
type Machine struct {
	OS, Arch, Go, Kernels string
	Threads, Cores        int
}

// Subject is what was computed.
type Subject struct {
	Name, Architecture    string
	Stored                string // the type of most elements of its layers
	Bytes, BytesPerToken  int64  // of the checkpoint; of the weights that one token reads
	LayerElements, Window int64
}

// Int8 is the peak of 8-bit multiplication.
type Int8 struct {
	Instruction string
	Ops         Stat
	Cycle       float64 // the most operations a cycle and core in one measure; 0 is unknown
	Void        bool    // not one measure had its cores to itself
}

// Stat is one figure, measured a few times.
type Stat struct {
	Unit             string
	Median, Min, Max float64
	Values           []float64
}

// pair is a measure and what the machine could do beside it.
type pair struct {
	rate  rate
	value float64
	limit limit
}

// slow is the share of the run's best read limit below which a pair is discarded: somebody else was using the memory.
const slow = 0.75

func newReport(o *Options) *Report {
	return &Report{
		Machine: Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(), Kernels: o.Kernels, Threads: o.Threads, Cores: runtime.NumCPU()},
		Stats:   map[string]*Stat{}, Shares: map[string]*Stat{}, Ratios: map[string]float64{},
	}
}

func (r *Report) describe(s *subject) {
	r.Model = Subject{Name: s.name, Architecture: s.arch, Stored: s.stored, Bytes: s.file, BytesPerToken: s.step, LayerElements: s.matrices, Window: int64(s.window)}
}

// note adds a figure that stands by itself.
func (r *Report) note(name, unit string, value float64) { r.into(r.Stats, name, unit, value) }

func (r *Report) into(m map[string]*Stat, name, unit string, value float64) {
	if m[name] == nil {
		m[name] = &Stat{Unit: unit}
	}
	m[name].Values = append(m[name].Values, value)
	if !slices.Contains(r.order, name) {
		r.order = append(r.order, name)
	}
}

// add keeps a figure and its limits until it is known which of them count.
func (r *Report) add(rt rate, value float64, l limit) {
	r.pairs = append(r.pairs, pair{rt, value, l})
}

// isFigure reports whether a speed is one. What others take of the processors can make more tokens take less time than
// one, and then there is none.
func isFigure(speed float64) bool { return speed > 0 && !math.IsInf(speed, 0) }

// notePair adds the figures of this engine and of a peer that were taken in turn, and how they compare. A pair in which
// one of them has none is counted, and not used.
func (r *Report) notePair(name, peer string, ours, theirs float64) {
	if !isFigure(ours) || !isFigure(theirs) {
		r.Empty++
		return
	}
	r.note(name, "tokens/s", ours)
	r.note(peer+"_"+name, "tokens/s", theirs)
	r.note(against(name, peer), "", ours/theirs)
}

// against is the name of what compares a measure with a peer's.
func against(name, peer string) string { return name + "_against_" + peer }

// paired returns how many pairs of a measure and a peer's count.
func (r *Report) paired(name, peer string) int {
	if s := r.Stats[against(name, peer)]; s != nil {
		return len(s.Values)
	}
	return 0
}

// kept returns how many pairs of a measure would count if the run ended now.
func (r *Report) kept(name string) int {
	best, n := 0.0, 0
	for _, p := range r.pairs {
		best = max(best, p.limit.read)
	}
	for _, p := range r.pairs {
		if p.rate.name == name && isFigure(p.value) && p.limit.read >= slow*best {
			n++
		}
	}
	return n
}

// Names returns what was measured, in the order in which it was.
func (r *Report) Names() []string { return r.order }

// settle decides which pairs count, and computes medians and ratios.
func (r *Report) settle() {
	r.settlePairs()
	for _, m := range []map[string]*Stat{r.Stats, r.Shares} {
		for _, s := range m {
			s.settle()
		}
	}
	r.Read.Unit, r.Int8.Ops.Unit = "bytes/s", "ops/s"
	r.Read.settle()
	r.Int8.Ops.settle()
	r.Others.settle()
	r.ratios()
}

func (r *Report) settlePairs() {
	best := 0.0
	for _, p := range r.pairs {
		best = max(best, p.limit.read)
		r.Int8.Cycle = max(r.Int8.Cycle, p.limit.peak.Cycle)
	}
	r.Pairs = len(r.pairs)
	r.Int8.Void = len(r.pairs) > 0 && r.Int8.Cycle > 0 && r.Int8.Cycle < leastOps
	for _, p := range r.pairs {
		if !isFigure(p.value) {
			r.Empty++
			continue
		}
		if p.limit.read < slow*best {
			r.Discarded++
			continue
		}
		r.note(p.rate.name, p.rate.unit, p.value)
		r.Read.Values = append(r.Read.Values, p.limit.read)
		if p.rate.bytes > 0 {
			r.into(r.Shares, p.rate.name, "", p.value*p.rate.bytes/p.limit.read)
		}
		if p.limit.peak.Void() {
			continue
		}
		r.Int8.Ops.Values = append(r.Int8.Ops.Values, p.limit.peak.Ops)
		if p.rate.ops > 0 {
			r.into(r.Shares, p.rate.name, "", p.value*p.rate.ops/p.limit.peak.Ops)
		}
	}
}

func (s *Stat) settle() {
	if len(s.Values) == 0 {
		return
	}
	sorted := slices.Sorted(slices.Values(s.Values))
	n := len(sorted)
	s.Min, s.Max = sorted[0], sorted[n-1]
	s.Median = (sorted[n/2] + sorted[(n-1)/2]) / 2
}

// median returns the median of a measure, 0 if it was not taken.
func (r *Report) median(name string) float64 {
	if s := r.Stats[name]; s != nil {
		return s.Median
	}
	return 0
}

// ratios computes what the figures are judged by.
func (r *Report) ratios() {
	set := func(name string, over, under float64) {
		if over > 0 && under > 0 {
			r.Ratios[name] = over / under
		}
	}
	share := func(name, measure string) {
		if s := r.Shares[measure]; s != nil {
			r.Ratios[name] = s.Median
		}
	}
	share("decode_share_of_read_limit", "decode")
	share("prefill_share_of_int8_peak", "prefill_512")
	if _, ok := r.Ratios["prefill_share_of_int8_peak"]; !ok {
		share("prefill_share_of_int8_peak", "prefill_128")
	}
	for _, name := range []string{"prefill_4080", "prefill_4096"} { // a window of 4,096 leaves room for 4,080
		set("prefill_4096_per_token_against_512", r.median(name), r.median("prefill_512"))
	}
	set("streams_8_against_one", r.median("streams_8"), r.median("decode"))
	set("prefix_warm_share_of_cold", r.median("prefix_warm"), r.median("prefix_cold"))
	set("prefix_restarted_share_of_cold", r.median("prefix_restarted"), r.median("prefix_cold"))
	if s := r.Stats["prefix_other_scope_cached"]; s != nil {
		r.Ratios["prefix_hits_across_scopes"] = s.Max
	}
	if s := r.Stats["stall_longest_gap"]; s != nil {
		r.Ratios["stall_longest_gap_seconds"] = s.Median
	}
	set("stall_prompt_share_of_idle", r.median("stall_prompt_share_of_idle"), 1)
	set("busy_share_of_idle", r.median("busy_share_of_idle"), 1)
	if s := r.Stats["load_to_first_token"]; s != nil {
		token := r.median("load_next_token")
		if d := r.median("decode"); d > 0 {
			token = 1 / d
		}
		r.Ratios["load_beyond_two_tokens_seconds"] = max(0, s.Median-2*token)
	}
	const mebi = 1 << 20
	if anonymous := r.median("memory_anonymous"); anonymous > 0 {
		r.Ratios["memory_anonymous_beyond_cache_mib"] = max(0, anonymous-r.median("memory_cache")) / mebi
	}
	r.peerRatios()
	for _, name := range []string{"peak", "anonymous", "file", "cache"} {
		if v := r.median("memory_" + name); v > 0 {
			r.Ratios["memory_"+name+"_mib"] = v / mebi
		}
	}
}

// statJSON is a figure in the JSON form.
type statJSON struct {
	Unit   string    `json:"unit,omitempty"`
	Median float64   `json:"median"`
	Min    float64   `json:"min"`
	Max    float64   `json:"max"`
	Values []float64 `json:"values"`
}

func (s *Stat) json() statJSON {
	values := s.Values
	if values == nil {
		values = []float64{}
	}
	return statJSON{s.Unit, s.Median, s.Min, s.Max, values}
}

func statsJSON(m map[string]*Stat) map[string]statJSON {
	out := make(map[string]statJSON, len(m))
	for name, s := range m {
		out[name] = s.json()
	}
	return out
}

// MarshalJSON writes an object with the ratios at its top, each under its name, beside what they come from.
func (r *Report) MarshalJSON() ([]byte, error) {
	top := map[string]any{
		"machine": map[string]any{
			"os": r.Machine.OS, "arch": r.Machine.Arch, "go": r.Machine.Go, "kernels": r.Machine.Kernels,
			"threads": r.Machine.Threads, "cores": r.Machine.Cores,
		},
		"model": map[string]any{
			"name": r.Model.Name, "architecture": r.Model.Architecture, "bytes": r.Model.Bytes,
			"weight_bytes_per_token": r.Model.BytesPerToken, "layer_elements": r.Model.LayerElements, "window": r.Model.Window,
		},
		"seconds": r.Seconds, "peers_kv": r.KV, "others_share_of_processors": r.Others.json(),
		"read_limit": r.Read.json(),
		"int8_peak": map[string]any{
			"instruction": r.Int8.Instruction, "ops": r.Int8.Ops.json(), "ops_per_cycle_and_core": r.Int8.Cycle, "void": r.Int8.Void,
		},
		"measures": statsJSON(r.Stats), "shares": statsJSON(r.Shares),
		"pairs": r.Pairs, "pairs_discarded": r.Discarded, "pairs_without_a_figure": r.Empty,
	}
	for name, v := range r.Ratios {
		top[name] = v
	}
	return json.Marshal(top)
}
