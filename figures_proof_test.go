package main

import (
	"slices"
	"strconv"
	"testing"
)

// figure reads what a page said.
func figure(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func percentile(all []float64, percent int) float64 {
	all = slices.Sorted(slices.Values(all))
	return all[min(len(all)-1, len(all)*percent/100)]
}

func middle(all []float64) float64  { return percentile(all, 50) }
func least(all []float64) float64   { return slices.Min(all) }
func largest(all []float64) float64 { return slices.Max(all) }
