package tensor

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPoolRunsEveryItemOnce(t *testing.T) {
	for _, threads := range []int{1, 2, 5} {
		p := NewPool(threads)
		for _, n := range []int{0, 1, 2, 7, 1000} {
			counts := make([]atomic.Int32, n)
			busy := make([]atomic.Bool, p.Threads())
			p.Run(n, func(worker, i int) {
				if busy[worker].Swap(true) {
					t.Errorf("two calls with worker number %d at once", worker)
				}
				counts[i].Add(1)
				busy[worker].Store(false)
			})
			for i := range counts {
				if got := counts[i].Load(); got != 1 {
					t.Fatalf("%d threads, %d items: item %d ran %d times", threads, n, i, got)
				}
			}
		}
		p.Close()
		p.Close()
	}
}

// TestPoolServesManyCallers has callers at once, with pauses long enough that workers fall asleep.
func TestPoolServesManyCallers(t *testing.T) {
	p := NewPool(3)
	defer p.Close()
	var callers sync.WaitGroup
	for c := range 6 {
		callers.Go(func() {
			for round := range 60 {
				var sum atomic.Int64
				p.Run(40, func(_, i int) { sum.Add(int64(i)) })
				if got := sum.Load(); got != 780 {
					t.Errorf("caller %d: sum %d, want 780", c, got)
				}
				if round%20 == c {
					time.Sleep(2 * spinTime)
				}
			}
		})
	}
	callers.Wait()
}

func TestPoolCarriesPanicsToTheCaller(t *testing.T) {
	p := NewPool(4)
	defer p.Close()
	func() {
		defer func() {
			if v := fmt.Sprint(recover()); !strings.Contains(v, "item 13") {
				t.Errorf("recovered %q, want the panic of item 13", v)
			}
		}()
		p.Run(100, func(_, i int) {
			if i == 13 {
				panic("item 13")
			}
		})
		t.Error("Run returned")
	}()
	var n atomic.Int32
	p.Run(50, func(_, _ int) { n.Add(1) })
	if n.Load() != 50 {
		t.Errorf("after a panic: %d items, want 50", n.Load())
	}
}

// TestPoolRunsWithoutNewMemory matters because a step of a small model is hundreds of jobs.
func TestPoolRunsWithoutNewMemory(t *testing.T) {
	p := NewPool(3)
	defer p.Close()
	var sum atomic.Int64
	f := func(_, i int) { sum.Add(int64(i)) }
	p.Run(100, f)
	if n := testing.AllocsPerRun(500, func() { p.Run(100, f) }); n != 0 {
		t.Errorf("a job makes %v objects, want none", n)
	}
}

// BenchmarkPool is the cost of a fork and join: with nothing to do, and beyond twice twenty microseconds of work.
func BenchmarkPool(b *testing.B) {
	p := NewPool(2)
	defer p.Close()
	b.Run("empty", func(b *testing.B) {
		b.ReportAllocs()
		f := func(_, _ int) {}
		for b.Loop() {
			p.Run(2, f)
		}
	})
	b.Run("work", func(b *testing.B) {
		x := make([][16]float32, 2)
		f := func(worker, _ int) {
			for range 25 {
				for j := range x[worker] {
					x[worker][j] = fma32(x[worker][j], 0.5, 1)
				}
			}
		}
		start := time.Now()
		const alone = 2000
		for range alone {
			for i := range 64 {
				f(0, i)
			}
		}
		one := time.Since(start) / alone
		b.ResetTimer()
		for b.Loop() {
			p.Run(64, f)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)-float64(one.Nanoseconds())/2, "ns-beyond-work")
		b.ReportMetric(float64(one.Nanoseconds())/2, "ns-work")
	})
}
