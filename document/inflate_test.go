package document

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// unpacked is what inflate makes of src, which should be size bytes.
func unpacked(src []byte, size int) ([]byte, error) {
	dst := make([]byte, size+inflateMargin)
	n, err := inflate(dst, src)
	return dst[:n], err
}

func TestInflate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 200_000)
	for i := range noise {
		noise[i] = byte(r.IntN(256))
	}
	skewed := make([]byte, 300_000) // codes of all lengths
	for i := range skewed {
		skewed[i] = byte(min(r.ExpFloat64()*8, 255))
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "a byte": []byte("가"), "noise": noise, "skewed": skewed, "one byte often": bytes.Repeat([]byte{'x'}, 100_000),
		"a short pattern": bytes.Repeat([]byte("abc"), 50_000),
		"XML":             []byte(strings.Repeat(`<hp:p id="0" paraPrIDRef="3"><hp:run charPrIDRef="7"><hp:t>가나다</hp:t></hp:run></hp:p>`, 3000)),
	} {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			var packed bytes.Buffer
			w, err := flate.NewWriter(&packed, level)
			if err != nil {
				t.Fatal(err)
			}
			if _, err = w.Write(data); err == nil {
				err = w.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, err := unpacked(packed.Bytes(), len(data)); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s, level %d: %d bytes, %v; want %d", name, level, len(got), err, len(data))
			}
			if len(data) == 0 {
				continue
			}
			if _, err := unpacked(packed.Bytes(), len(data)/3-1); len(data) > 1000 && err == nil {
				t.Errorf("%s, level %d: no error for a third of the room", name, level)
			}
			if got, err := unpacked(packed.Bytes()[:packed.Len()/2], len(data)); err == nil && bytes.Equal(got, data) {
				t.Errorf("%s, level %d: no error for half of what is packed", name, level)
			}
		}
	}
}

// FuzzInflate holds inflate to compress/flate: both unpack the same, or neither does.
func FuzzInflate(f *testing.F) {
	for _, text := range []string{"", "aaaaaaaaaaaaaaaa", "<a><b/><b/><b/></a>"} {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level += 3 {
			var packed bytes.Buffer
			w, _ := flate.NewWriter(&packed, level)
			_, _ = io.WriteString(w, text)
			_ = w.Close()
			f.Add(packed.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 1 << 20
		want, wrong := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), most+1))
		if len(want) > most {
			return
		}
		got, err := unpacked(data, len(want))
		if (err == nil) != (wrong == nil) || err == nil && !bytes.Equal(got, want) {
			t.Errorf("%d bytes, %v; want %d, %v", len(got), err, len(want), wrong)
		}
	})
}

func BenchmarkInflate(b *testing.B) {
	data := []byte(strings.Repeat(`<hp:p id="0" paraPrIDRef="3"><hp:run charPrIDRef="7"><hp:t>가나다</hp:t></hp:run></hp:p>`, 3000))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range len(data) / 150 {
		data[i*150+r.IntN(150)] = byte('0' + r.IntN(40))
	}
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, 6)
	_, _ = w.Write(data)
	_ = w.Close()
	dst := make([]byte, len(data)+inflateMargin)
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := inflate(dst, packed.Bytes()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("flate", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		z := flate.NewReader(nil)
		for b.Loop() {
			_ = z.(flate.Resetter).Reset(bytes.NewReader(packed.Bytes()), nil)
			if _, err := io.ReadFull(z, dst[:len(data)]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
