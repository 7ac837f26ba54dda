package engine

import (
	"math/rand/v2"
	"testing"
)

func TestPagesAreFoundByWhatTheyHold(t *testing.T) {
	p := newPages(4, 2)
	root := rootKey("a", "")
	k1 := root.next([]int32{1, 2})
	k2 := k1.next([]int32{3, 4})
	a, _ := p.take()
	b, _ := p.take()
	p.name(a, k1, "a")
	p.name(b, k2, "a")
	p.release([]int32{a, b})
	if got, ok := p.find(k1); !ok || got != a {
		t.Fatalf("found page %d %v, want %d", got, ok, a)
	}
	p.release([]int32{a})
	if _, ok := p.find(rootKey("b", "").next([]int32{1, 2})); ok {
		t.Error("a page of scope a was found from scope b")
	}
	if _, ok := p.find(rootKey("a", "lora").next([]int32{1, 2})); ok {
		t.Error("a page of the base model was found for an adapter")
	}
	p.forget("a")
	if _, ok := p.find(k1); ok {
		t.Error("a page was found after its scope was forgotten")
	}
	if p.available() != 4 || p.held() != 0 || p.cached != 0 {
		t.Errorf("available %d, held %d, cached %d, want 4, 0, 0", p.available(), p.held(), p.cached)
	}
}

func TestPagesAreGivenUpOldestAndLastFirst(t *testing.T) {
	p := newPages(3, 1)
	k := []pageKey{rootKey("", "").next([]int32{1})}
	k = append(k, k[0].next([]int32{2}), k[0].next([]int32{3}))
	var list []int32
	for i := range 3 {
		page, _ := p.take()
		p.name(page, k[i], "")
		list = append(list, page)
	}
	p.release(list[:2])
	p.release(list[2:])
	if _, ok := p.take(); !ok {
		t.Fatal("no page although three are cached")
	}
	for i, want := range []bool{true, false, true} {
		if found, _ := p.peek(k[i]); found != want {
			t.Errorf("page %d found: %v, want %v", i, found, want)
		}
	}
}

// Random use keeps the books: every page is free, cached or held, and never two of them.
func TestPagesKeepTheirBooks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	p := newPages(16, 2)
	var held [][]int32
	key := rootKey("", "")
	scopes := []string{"a", "b", "c"}
	var keys []pageKey
	for range 20000 {
		switch rnd.IntN(5) {
		case 0, 1:
			if page, ok := p.take(); ok {
				held = append(held, []int32{page})
				key = key.next([]int32{rnd.Int32(), 0})
				if rnd.IntN(2) == 0 {
					p.name(page, key, scopes[rnd.IntN(3)])
					keys = append(keys, key)
				}
			}
		case 2:
			if len(keys) > 0 {
				if page, ok := p.find(keys[rnd.IntN(len(keys))]); ok {
					held = append(held, []int32{page})
				}
			}
		case 3:
			if len(held) > 0 {
				i := rnd.IntN(len(held))
				p.release(held[i])
				held = append(held[:i], held[i+1:]...)
			}
		case 4:
			if rnd.IntN(50) == 0 {
				p.forget(scopes[rnd.IntN(3)])
			}
		}
		refs := make(map[int32]int)
		for _, h := range held {
			refs[h[0]]++
		}
		if p.held() != len(refs) {
			t.Fatalf("%d pages held, want %d", p.held(), len(refs))
		}
		for page, n := range refs {
			if p.info[page].refs != n {
				t.Fatalf("page %d has %d references, want %d", page, p.info[page].refs, n)
			}
		}
	}
	for _, h := range held {
		p.release(h)
	}
	if p.available() != 16 {
		t.Errorf("%d pages available at the end, want 16", p.available())
	}
}
