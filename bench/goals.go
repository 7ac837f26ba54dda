package bench

import (
	"slices"
	"strings"
)

// Goal is what a ratio should reach with EXAONE's 7.8B shape on two cores.
type Goal struct {
	Ratio  string
	Least  float64 // at least this; 0 if there is a most
	Most   float64 // at most this
	Lowest bool    // Most is the goal
}

// Met reports whether a value reaches the goal.
func (g Goal) Met(v float64) bool {
	if g.Lowest {
		return v <= g.Most
	}
	return v >= g.Least
}

// goals are the bars of docs/benchmarks.md. A name that ends in _against_ goes on with the name of a peer.
var goals = []Goal{
	{Ratio: "decode_share_of_read_limit", Least: 0.88},
	{Ratio: "prefill_share_of_int8_peak", Least: 0.70},
	{Ratio: "prefill_4096_per_token_against_512", Least: 0.8},
	{Ratio: "streams_8_against_one", Least: 2.4},
	{Ratio: "prefix_warm_share_of_cold", Lowest: true, Most: 1.0 / 40},
	{Ratio: "prefix_restarted_share_of_cold", Lowest: true, Most: 1.0 / 40},
	{Ratio: "prefix_hits_across_scopes", Lowest: true},
	{Ratio: "stall_longest_gap_seconds", Lowest: true, Most: 0.6},
	{Ratio: "stall_prompt_share_of_idle", Least: 0.5},
	{Ratio: "memory_peak_mib", Lowest: true, Most: 4700},
	{Ratio: "memory_anonymous_beyond_cache_mib", Lowest: true, Most: 200},
	{Ratio: "load_beyond_two_tokens_seconds", Lowest: true, Most: 0.25},
	{Ratio: "busy_share_of_idle", Least: 0.6},
	{Ratio: "decode_against_llama", Least: 1.5},
	{Ratio: "decode_against_ik", Least: 1.2},
	{Ratio: "prefill_512_against_llama", Least: 2.5},
	{Ratio: "prefill_512_against_ik", Least: 1.6},
	{Ratio: "streams_8_against_llama", Least: 2.7},
	{Ratio: "memory_against_llama", Lowest: true, Most: 0.58},
	{Ratio: "memory_against_ik", Lowest: true, Most: 1},
}

// ofK are the goals of checkpoints in one of ggml's K types, whose scales and minima are dearer to unpack.
var ofK = map[string]float64{"decode_share_of_read_limit": 0.85, "prefill_share_of_int8_peak": 0.65}

// Reached returns the goals whose ratio was measured, in the order of docs/benchmarks.md.
func (r *Report) Reached() []Goal {
	var list []Goal
	for _, g := range goals {
		if least, ok := ofK[g.Ratio]; ok && strings.HasSuffix(r.Model.Stored, "_K") {
			g.Least = least
		}
		if _, ok := r.Ratios[g.Ratio]; ok {
			list = append(list, g)
		}
	}
	return list
}

// Compared returns the ratios to peers that have no goal, sorted.
func (r *Report) Compared() []string {
	var list []string
	for name := range r.Ratios {
		goal := slices.ContainsFunc(goals, func(g Goal) bool { return g.Ratio == name })
		if strings.Contains(name, "_against_") && !goal {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// peerRatios makes ratios of the comparisons with peers.
func (r *Report) peerRatios() {
	for name, s := range r.Stats {
		if strings.Contains(name, "_against_") {
			r.Ratios[name] = s.Median
		}
	}
}
