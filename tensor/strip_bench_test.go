package tensor

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkStrips multiplies weights that do not fit a cache with one token, where memory is the limit, and
// with many, where arithmetic is. GOPS counts a multiplication and an addition for every weight and token.
func BenchmarkStrips(b *testing.B) {
	defer ForceCPU("")
	const m, k = 512, 4096
	for _, typ := range interleavedTypes() {
		base := interleaved(randomWeight(random(), typ, m, k))
		w := &Tensor{Name: typ.String(), Type: typ, Shape: []int{m, k}, Interleaved: true}
		w.Data = base.Data
		copies := make([]*Tensor, 1+(256<<20)/len(w.Data))
		for i := range copies {
			other := *w
			other.Data = growAligned(nil, len(w.Data))
			copy(other.Data, w.Data)
			copies[i] = &other
		}
		for _, path := range CPUPaths()[1:] {
			ForceCPU(path)
			for _, threads := range []int{1, 2} {
				for _, n := range []int{1, 2, 3, 4, 8, 12, 512} {
					b.Run(fmt.Sprintf("%v/%s/threads=%d/tokens=%d", typ, path, threads, n), func(b *testing.B) {
						pool := NewPool(threads)
						defer pool.Close()
						cpu := NewCPU(pool, false)
						x, dst := normals(random(), n*k), make([]float32, n*m)
						i, best := 0, time.Hour
						for b.Loop() {
							start := time.Now()
							cpu.MatMul(x, n, Product{dst, copies[i%len(copies)]})
							best = min(best, time.Since(start))
							i++
						}
						// The least disturbed run: this is about kernels, not about who else uses the machine.
						seconds := best.Seconds()
						b.ReportMetric(float64(len(w.Data))/seconds/1e9, "GB/s")
						b.ReportMetric(2*m*k*float64(n)/seconds/1e9, "GOPS")
						b.ReportMetric(0, "ns/op")
					})
				}
			}
		}
	}
}
