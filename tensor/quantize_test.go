package tensor

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writable lists the quantised types that Quantize takes.
func writable() []Type {
	var types []Type
	for t := range Type(len(layouts)) {
		if t.Writable() && t.Quantised() {
			types = append(types, t)
		}
	}
	return types
}

// through quantises x and takes it back.
func through(t testing.TB, typ Type, x []float32) (back []float32, stored []byte) {
	t.Helper()
	stored = make([]byte, typ.Bytes(len(x)))
	if err := Quantize(stored, typ, x); err != nil {
		t.Fatalf("%v: %v", typ, err)
	}
	back = make([]float32, len(x))
	Dequantize(back, typ, stored)
	return back, stored
}

// apartBy returns the root of the mean squared difference, and the same with every square weighted by x².
func apartBy(x, y []float32) (rms, weighted float64) {
	var sum, wsum, w float64
	for i := range x {
		d := float64(x[i]) - float64(y[i])
		sum += d * d
		wsum += d * d * float64(x[i]) * float64(x[i])
		w += float64(x[i]) * float64(x[i])
	}
	return math.Sqrt(sum / float64(len(x))), math.Sqrt(wsum / max(w, 1e-300))
}

// samples are rows of 1,024 numbers as weights have them, and as they do not.
func samples() map[string][]float32 {
	const n, cols = 32 * 1024, 1024
	rng := rand.New(rand.NewPCG(7, 7))
	normal, heavy, outliers := make([]float32, n), make([]float32, n), make([]float32, n)
	positive := make([]float32, n)
	for i := range n {
		normal[i] = float32(rng.NormFloat64() * 0.02)
		heavy[i] = float32(math.Copysign(rng.ExpFloat64()*0.02, rng.Float64()-0.5))
		positive[i] = float32(rng.Float64())
		outliers[i] = float32(rng.NormFloat64() * 0.02)
		if i%cols == 100 || i%cols == 101 || i%cols == 500 || i%cols == 900 {
			outliers[i] *= 60
		}
	}
	return map[string][]float32{"normal": normal, "heavy": heavy, "outliers": outliers, "positive": positive}
}

var update = flag.Bool("update", false, "write what ggml gives as the new reference (needs EXAONE_GGML)")

// reference is testdata/quantize_errors.json: what ggml's quantiser makes of the samples.
type reference struct {
	MadeBy string                           `json:"made_by"`
	Errors map[string]map[string][2]float64 `json:"errors"` // by sample and type: plain, and weighted by x²
	Q8     map[string]string                `json:"q8_0"`   // by sample: SHA-256 of the blocks
}

const referenceFile = "testdata/quantize_errors.json"

// Our errors beside ggml's on the same numbers, whose errors the file has: never more. Where large numbers count most
// they are no more than a tenth above, but for the outliers: a line from the least to the largest number of a block
// hits both exactly and misses the rest, and ours is half as far from the rest and a little from those two. Q8_0, where
// there is nothing to choose, is equal to the byte.
func TestQuantizeIsAsGoodAsGGML(t *testing.T) {
	data, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	var want reference
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for name, x := range samples() {
		for _, typ := range writable() {
			theirs, ok := want.Errors[name][typ.String()]
			if !ok {
				t.Fatalf("%s: no error of %v for %s", referenceFile, typ, name)
			}
			back, stored := through(t, typ, x)
			rms, weighted := apartBy(x, back)
			if rms > 1.001*theirs[0] {
				t.Errorf("%s as %v: error %.4g, ggml's is %.4g", name, typ, rms, theirs[0])
			}
			limit := 1.1
			if name == "outliers" {
				limit = 2.5
			}
			if weighted > limit*theirs[1] {
				t.Errorf("%s as %v: error %.4g with large numbers counting most, ggml's is %.4g", name, typ, weighted, theirs[1])
			}
			if sum := sha256.Sum256(stored); typ == Q8_0 && hex.EncodeToString(sum[:]) != want.Q8[name] {
				t.Errorf("%s as %v: the bytes are not ggml's", name, typ)
			}
		}
	}
}

// TestQuantizeBesideGGML runs ggml's own quantiser on the samples and on files of float32 rows, 256·k numbers each,
// named in EXAONE_ROWS. EXAONE_GGML names libggml-base.so, EXAONE_PYTHON an interpreter.
func TestQuantizeBesideGGML(t *testing.T) {
	lib, python := os.Getenv("EXAONE_GGML"), os.Getenv("EXAONE_PYTHON")
	if lib == "" || python == "" {
		t.Skip("EXAONE_GGML and EXAONE_PYTHON are not set: ggml not here")
	}
	made := reference{MadeBy: "ggml_quantize_chunk of libggml-base.so in @node-llama-cpp/linux-x64 3.22.1 (llama.cpp v0.5.0)",
		Errors: map[string]map[string][2]float64{}, Q8: map[string]string{}}
	sets := samples()
	for _, path := range filepath.SplitList(os.Getenv("EXAONE_ROWS")) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, len(data)/4)
		Dequantize(x, F32, data)
		sets[filepath.Base(path)] = x
	}
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		x, errors := sets[name], map[string][2]float64{}
		for _, typ := range writable() {
			theirs := ggmlQuantize(t, python, lib, typ, x)
			other := make([]float32, len(x))
			Dequantize(other, typ, theirs)
			ours, stored := through(t, typ, x)
			rms, weighted := apartBy(x, ours)
			rmsTheirs, weightedTheirs := apartBy(x, other)
			errors[typ.String()] = [2]float64{rmsTheirs, weightedTheirs}
			t.Logf("%-9s %-5v error %.3f of ggml's, weighted by x² %.3f, bytes equal: %v", name, typ,
				rms/rmsTheirs, weighted/weightedTheirs, bytes.Equal(stored, theirs))
			if sum := sha256.Sum256(theirs); typ == Q8_0 {
				made.Q8[name] = hex.EncodeToString(sum[:])
			}
		}
		made.Errors[name] = errors
	}
	if *update {
		text, err := json.MarshalIndent(made, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(referenceFile, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// ggmlQuantize runs ggml on x as rows of 256.
func ggmlQuantize(t *testing.T, python, lib string, typ Type, x []float32) []byte {
	t.Helper()
	in, out := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(in, Bytes(x), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "testdata/ggml_quantize.py", lib)
	cmd.Stdin = strings.NewReader(fmt.Sprintf("%d 256 %s %s\n", typ, in, out))
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What blocks hold comes back as it was, or within a hundredth for the K types, whose block's scale is rounded a
// second time: a file quantised twice is not much worse.
func TestQuantizeAgainChangesLittle(t *testing.T) {
	for name, x := range samples() {
		for _, typ := range writable() {
			first, _ := through(t, typ, x[:8192])
			second, _ := through(t, typ, first)
			size, _ := apartBy(first, make([]float32, len(first)))
			limit := 1e-3
			if typ.BlockSize() == 256 {
				limit = 1e-2
			}
			if rms, _ := apartBy(first, second); rms > limit*size {
				t.Errorf("%s as %v: a second time adds %.3g of the size of the numbers", name, typ, rms/size)
			}
		}
	}
}

// Numbers that are all alike, next to nothing, or huge.
func TestQuantizeEdges(t *testing.T) {
	const n = 512
	fill := func(v func(i int) float32) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = v(i)
		}
		return x
	}
	for _, typ := range writable() {
		check := func(what string, x []float32, limit float64) {
			back, _ := through(t, typ, x)
			for i := range x {
				if d := math.Abs(float64(back[i]) - float64(x[i])); !(d <= limit) {
					t.Errorf("%v of %s: element %d is %g, want %g within %g", typ, what, i, back[i], x[i], limit)
					return
				}
			}
		}
		check("zeros", make([]float32, n), 0)
		check("a constant", fill(func(int) float32 { return 0.75 }), 0.75/400)
		check("a negative constant", fill(func(int) float32 { return -0.75 }), 0.75/400)
		check("subnormal numbers", fill(func(i int) float32 { return math.Float32frombits(uint32(i)) }), 1e-38)
		check("numbers below the smallest scale", fill(func(i int) float32 { return float32(i%7-3) * 1e-9 }), 1e-8)
		check("one number among zeros", fill(func(i int) float32 {
			if i == 77 {
				return 3
			}
			return 0
		}), 3.0/100)
		check("large numbers", fill(func(i int) float32 { return float32(i%32-16) * 1000 }), 32000.0/15)
	}
}

func TestQuantizeRefusesWhatItCannotStore(t *testing.T) {
	inf := float32(math.Inf(1))
	nan := float32(math.NaN())
	for _, c := range []struct {
		typ  Type
		v    float32
		want string
	}{
		{Q4_0, nan, "element 300 is NaN, want a finite number"}, {Q6_K, inf, "element 300 is +Inf, want a finite number"},
		{F32, -inf, "element 300 is -Inf, want a finite number"},
		{F16, 1e5, "element 300 is 100000, want one within the range of F16"},
		{BF16, math.MaxFloat32, "element 300 is 3.4028235e+38, want one within the range of BF16"},
		{Q4_0, 1e7, "element 300 is 1e+07, want one within the range of Q4_0"}, {Q4_1, -1e7, "element 300 is -1e+07, want one within the range of Q4_1"},
		{Q5_0, 1e7, "element 300 is 1e+07, want one within the range of Q5_0"}, {Q5_1, 1e7, "element 300 is 1e+07, want one within the range of Q5_1"},
		{Q8_0, 1e8, "element 300 is 1e+08, want one within the range of Q8_0"}, {Q4_K, 1e9, "element 300 is 1e+09, want one within the range of Q4_K"},
		{Q5_K, -1e9, "element 300 is -1e+09, want one within the range of Q5_K"}, {Q6_K, 1e10, "element 300 is 1e+10, want one within the range of Q6_K"},
	} {
		x := make([]float32, 512)
		x[300] = c.v
		if err := Quantize(make([]byte, c.typ.Bytes(512)), c.typ, x); err == nil || err.Error() != c.want {
			t.Errorf("%v: error %v, want %q", c.typ, err, c.want)
		}
	}
}

// F16 and BF16 round to the nearest: every number that they have comes back.
func TestQuantizeShortFloats(t *testing.T) {
	for _, typ := range []Type{F16, BF16} {
		stored := make([]byte, 0, 1<<17)
		for h := range 1 << 16 {
			if typ == F16 && h&0x7c00 != 0x7c00 || typ == BF16 && h&0x7f80 != 0x7f80 {
				stored = append(stored, byte(h), byte(h>>8))
			}
		}
		x := make([]float32, len(stored)/2)
		Dequantize(x, typ, stored)
		if _, again := through(t, typ, x); !bytes.Equal(again, stored) {
			t.Errorf("%v: its own numbers do not come back", typ)
		}
	}
	// Halfway cases go to the even neighbour: 1+2^-8 is between two BF16, 1+2^-11 between two F16.
	for _, c := range []struct {
		typ     Type
		v, want float32
	}{{BF16, 1 + 1.0/256, 1}, {BF16, 1 + 3.0/256, 1 + 4.0/256}, {F16, 1 + 1.0/2048, 1}, {F16, 1 + 3.0/2048, 1 + 4.0/2048}} {
		if back, _ := through(t, c.typ, []float32{c.v}); back[0] != c.want {
			t.Errorf("%v of %v: got %v, want %v", c.typ, c.v, back[0], c.want)
		}
	}
}

func BenchmarkQuantize(b *testing.B) {
	x := samples()["normal"][:8192]
	for _, typ := range writable() {
		dst := make([]byte, typ.Bytes(len(x)))
		b.Run(typ.String(), func(b *testing.B) {
			b.SetBytes(int64(len(x)))
			b.ReportAllocs()
			for b.Loop() {
				if err := Quantize(dst, typ, x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
