package tensor

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// readable lists the types that Dequantize takes.
func readable() []Type {
	var types []Type
	for t := range Type(len(layouts)) {
		if t.Readable() {
			types = append(types, t)
		}
	}
	return types
}

// The blocks come from llama.cpp's quantiser and the values from gguf-py's dequantiser; the file names both.
func TestDequantizeEqualsGGML(t *testing.T) {
	data, err := os.ReadFile("testdata/quant_blocks.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Blocks []struct{ Type, Block, Values string }
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	byName := map[string]Type{}
	for _, typ := range readable() {
		byName[typ.String()] = typ
	}
	for _, b := range golden.Blocks {
		typ, ok := byName[b.Type]
		if !ok {
			t.Errorf("type %s is not readable", b.Type)
			continue
		}
		delete(byName, b.Type)
		src, err := hex.DecodeString(b.Block)
		if err != nil {
			t.Fatal(err)
		}
		values, err := hex.DecodeString(b.Values)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float32, typ.BlockSize())
		Dequantize(got, typ, src)
		for i, v := range got {
			if want := binary.LittleEndian.Uint32(values[4*i:]); math.Float32bits(v) != want {
				t.Errorf("%v element %d: got %v, want %v", typ, i, v, math.Float32frombits(want))
				break
			}
		}
	}
	for name := range byName {
		t.Errorf("no golden block of type %s", name)
	}
}

// The promise of Unpack, on any bytes whatever: scale·q + min is what Dequantize gives. NaN scales compare by bits
// too, since both multiply the same NaN.
func TestUnpackRebuildsDequantize(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, typ := range readable() {
		if !typ.Quantised() {
			continue
		}
		n := 256 * 3
		src := make([]byte, typ.Bytes(n))
		for round := range 50 {
			for i := range src {
				src[i] = byte(rng.Uint32())
			}
			if round == 0 {
				clear(src)
			}
			want := make([]float32, n)
			Dequantize(want, typ, src)
			q := make([]int8, n)
			scales, mins := make([]float32, n/typ.Group()), []float32(nil)
			if typ.HasMin() {
				mins = make([]float32, len(scales))
			}
			Unpack(typ, src, q, scales, mins)
			for i := range q {
				got := scales[i/typ.Group()] * float32(q[i])
				if mins != nil {
					got = float32(got) + mins[i/typ.Group()]
				}
				if math.Float32bits(got) != math.Float32bits(want[i]) && got == got {
					t.Fatalf("%v element %d: scale·q+min is %v, dequantised %v", typ, i, got, want[i])
				}
				if typ != Q8_0 && typ != IQ4NL && typ != IQ4XS && (q[i] < -32 || q[i] > 31) {
					t.Fatalf("%v element %d: integer %d, want -32 to 31", typ, i, q[i])
				}
			}
		}
	}
}

// Every float16 there is, against arithmetic in float64.
func TestDequantizeHalf(t *testing.T) {
	src := make([]byte, 2)
	var dst [1]float32
	for h := range 1 << 16 {
		binary.LittleEndian.PutUint16(src, uint16(h))
		Dequantize(dst[:], F16, src)
		exp, frac := h>>10&31, float64(h&1023)
		var want float64
		switch exp {
		case 0:
			want = math.Ldexp(frac, -24)
		case 31:
			want = math.Inf(1)
			if frac != 0 {
				want = math.NaN()
			}
		default:
			want = math.Ldexp(1024+frac, exp-25)
		}
		if h>>15 == 1 {
			want = -want
		}
		if got := dst[0]; float64(got) != want && got == got || math.IsNaN(want) != (got != got) ||
			want == 0 && math.Signbit(want) != math.Signbit(float64(got)) {
			t.Fatalf("half %#04x: got %v, want %v", h, got, want)
		}
	}
}

func TestTypeBytes(t *testing.T) {
	for _, c := range []struct {
		t    Type
		n    int
		want int
	}{
		{F32, 3, 12}, {BF16, 3, 6}, {Q4_0, 64, 36}, {Q4_0, 33, -1}, {Q6_K, 256, 210}, {Q6_K, 128, -1}, {Q6_K, 0, 0},
		{F32, -1, -1}, {F32, math.MaxInt, -1}, {F32, math.MaxInt/4 + 1, -1}, {NoType, 4, -1}, {Type(4), 32, -1}, {Type(99), 32, -1},
	} {
		if got := c.t.Bytes(c.n); got != c.want {
			t.Errorf("%v.Bytes(%d): got %d, want %d", c.t, c.n, got, c.want)
		}
	}
	for _, c := range []struct {
		t    Type
		want string
	}{{IQ4XS, "IQ4_XS"}, {F32, "F32"}, {Type(4), "type 4"}, {NoType, "none"}} {
		if got := c.t.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func BenchmarkDequantize(b *testing.B) {
	const n = 4096
	dst := make([]float32, n)
	for _, typ := range readable() {
		src := make([]byte, typ.Bytes(n))
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range src {
			src[i] = byte(rng.Uint32()) & 0x3f // scales without infinities
		}
		b.Run(typ.String(), func(b *testing.B) {
			b.SetBytes(n)
			b.ReportAllocs()
			for b.Loop() {
				Dequantize(dst, typ, src)
			}
		})
	}
}
