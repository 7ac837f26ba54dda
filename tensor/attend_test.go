package tensor

import (
	"bytes"
	"fmt"
	"math"
	"testing"
)

// TestAttendIsSoftmax holds attention to the formula in float64: grouped heads, windows, soft caps, pages in
// any order, odd head sizes, both cache types.
func TestAttendIsSoftmax(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	for _, c := range []struct {
		heads, kv, e, window int
		cap                  float32
		typ                  Type
	}{{4, 2, 24, 0, 0, F32}, {3, 3, 80, 5, 0, F32}, {8, 1, 10, 16, 3, F32}, {2, 1, 64, 0, 0, F16}, {4, 4, 40, 1, 0, F16}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			const n, size = 37, 8
			kv, err := NewKV(KVOptions{Layers: 2, Heads: c.kv, HeadDim: c.e, PageSize: size, Pages: 11, Type: c.typ})
			if err != nil {
				t.Fatal(err)
			}
			defer kv.Close()
			r := random()
			pages := []int32{7, 2, 9, 0, 5}
			var rows []Row
			for i := range n {
				rows = append(rows, Row{Pos: i, Pages: pages})
			}
			q, k, v := normals(r, n*c.heads*c.e), normals(r, n*c.kv*c.e), normals(r, n*c.kv*c.e)
			a := &Attention{Q: q, K: k, V: v, Heads: c.heads, Scale: 0.3, SoftCap: c.cap, Window: c.window}
			got := make([]float32, len(q))
			NewCPU(pool, true).Attend(got, a, kv, 1, rows)
			want := attendSlowly(a, n, c.kv, c.e)
			tolerance := 3e-6
			if c.typ == F16 {
				tolerance = 3e-3
			}
			for i := range want {
				if diff := math.Abs(float64(got[i]) - want[i]); !(diff <= tolerance) {
					t.Fatalf("number %d is %g, want %g", i, got[i], want[i])
				}
			}
		})
	}
}

// attendSlowly is the formula.
func attendSlowly(a *Attention, n, kv, e int) []float64 {
	out := make([]float64, n*a.Heads*e)
	for i := range n {
		for h := range a.Heads {
			g := h / (a.Heads / kv)
			weights, sum := make([]float64, i+1), 0.0
			for j := range weights {
				if a.Window > 0 && i-j >= a.Window {
					continue
				}
				s := 0.0
				for d := range e {
					s += float64(a.Q[(i*a.Heads+h)*e+d]) * float64(a.K[(j*kv+g)*e+d])
				}
				s *= float64(a.Scale)
				if a.SoftCap != 0 {
					s = float64(a.SoftCap) * math.Tanh(s/float64(a.SoftCap))
				}
				weights[j] = math.Exp(s)
				sum += weights[j]
			}
			for j, w := range weights {
				for d := range e {
					out[(i*a.Heads+h)*e+d] += w / sum * float64(a.V[(j*kv+g)*e+d])
				}
			}
		}
	}
	return out
}

func TestKVRefusesBadShapes(t *testing.T) {
	good := KVOptions{Layers: 2, Heads: 2, HeadDim: 8, PageSize: 4, Pages: 3}
	kv, err := NewKV(good)
	if err != nil {
		t.Fatal(err)
	}
	if kv.Bytes() != 3*KVPageBytes(good) || KVPageBytes(good) != 2*2*2*8*4*4 {
		t.Errorf("%d bytes, %d a page", kv.Bytes(), KVPageBytes(good))
	}
	for i := range kv.data {
		kv.data[i] = byte(i * i)
	}
	kv.CopyPage(0, 2)
	if !bytes.Equal(kv.PageBytes(0), kv.PageBytes(2)) {
		t.Error("the copied page is another")
	}
	if err := kv.Close(); err != nil {
		t.Error(err)
	}
	if err := kv.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	for name, change := range map[string]func(o *KVOptions){
		"no pages":        func(o *KVOptions) { o.Pages = 0 },
		"negative heads":  func(o *KVOptions) { o.Heads = -1 },
		"an odd head":     func(o *KVOptions) { o.Type, o.HeadDim = Q8_0, 24 },
		"another type":    func(o *KVOptions) { o.Type = Q6_K },
		"too many bytes":  func(o *KVOptions) { o.Pages, o.HeadDim, o.Heads = 1<<30, 4096, 4096 },
		"a huge pageSize": func(o *KVOptions) { o.PageSize = 1 << 40 },
	} {
		o := good
		change(&o)
		if kv, err := NewKV(o); err == nil {
			t.Errorf("%s: no error", name)
			kv.Close()
		}
	}
}

// TestPagesAreWhatTheirLayoutSays moves the bytes of a page to another cache.
func TestPagesAreWhatTheirLayoutSays(t *testing.T) {
	o := KVOptions{Layers: 2, Heads: 2, HeadDim: 32, PageSize: 4, Pages: 3, Type: F16}
	var caches [2]*KV
	for i := range caches {
		kv, err := NewKV(o)
		if err != nil {
			t.Fatal(err)
		}
		defer kv.Close()
		caches[i] = kv
	}
	page := caches[0].PageBytes(2)
	if int64(len(page)) != KVPageBytes(o) {
		t.Fatalf("a page of %d bytes, want %d", len(page), KVPageBytes(o))
	}
	for i := range page {
		page[i] = byte(i)
	}
	copy(caches[1].PageBytes(0), page)
	caches[1].CopyPage(1, 0)
	if string(caches[1].PageBytes(1)) != string(page) {
		t.Error("the copied page is another")
	}
	if caches[0].Layout() != caches[1].Layout() {
		t.Errorf("layouts %s and %s of the same options", caches[0].Layout(), caches[1].Layout())
	}
	o.PageSize = 8
	other, err := NewKV(o)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if other.Layout() == caches[0].Layout() {
		t.Errorf("layout %s of two page sizes", other.Layout())
	}
}
