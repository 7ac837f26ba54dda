package tensor

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// BenchmarkPoolBesideAnother shows the speed of products on two threads while a foreign process keeps one core busy, as
// a share of the speed without it, in turns: two of three shares of two cores are 0.67 at best.
func BenchmarkPoolBesideAnother(b *testing.B) {
	if os.Getenv("EXAONE_TEST_SPIN") != "" {
		for x := uint64(1); x != 0; x = x*6364136223846793005 | 1 {
		}
	}
	pool := NewPool(2)
	defer pool.Close()
	c := NewCPU(pool, false)
	r := random()
	const m, k = 4096, 4096
	w, x, y := randomWeight(r, Q4_0, m, k), normals(r, k), make([]float32, m)
	products := []Product{{y, w}}
	count := func(d time.Duration) float64 {
		n, start := 0, time.Now()
		for time.Since(start) < d {
			c.MatMul(x, 1, products...)
			n++
		}
		return float64(n) / time.Since(start).Seconds()
	}
	var idle, beside float64
	for b.Loop() {
		idle += count(300 * time.Millisecond)
		other := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=BesideAnother", "-test.benchtime=1x")
		other.Env = append(os.Environ(), "EXAONE_TEST_SPIN=1")
		if err := other.Start(); err != nil {
			b.Skipf("another process: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
		beside += count(300 * time.Millisecond)
		_ = other.Process.Kill()
		_ = other.Wait()
	}
	b.ReportMetric(beside/idle, "of-idle")
	b.ReportMetric(0, "ns/op")
}
