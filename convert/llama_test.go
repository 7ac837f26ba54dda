package convert

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"exaone/reference"
)

// llama is llama.cpp in a process of its own. EXAONE_LLAMA names the folder of its libraries, EXAONE_PYTHON an
// interpreter that calls them.
type llama struct {
	in  io.Writer
	out *bufio.Scanner
}

func startLlama(t testing.TB) *llama {
	t.Helper()
	folder, python := os.Getenv("EXAONE_LLAMA"), os.Getenv("EXAONE_PYTHON")
	if folder == "" || python == "" {
		t.Skip("EXAONE_LLAMA and EXAONE_PYTHON are not set: llama.cpp not here")
	}
	cmd := exec.Command(python, filepath.Join("testdata", "llama.py"), folder)
	cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+folder)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("llama.cpp: %v: %s", err, complaints.Bytes())
		}
	})
	return &llama{in, bufio.NewScanner(out)}
}

// ask sends a job and waits for its end.
func (l *llama) ask(t testing.TB, job map[string]any) {
	t.Helper()
	line, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	var reply struct{ Fault string }
	if !l.out.Scan() || json.Unmarshal(l.out.Bytes(), &reply) != nil || reply.Fault != "" {
		t.Fatalf("llama.cpp: %s: %s", line, l.out.Bytes())
	}
}

func (l *llama) logits(t testing.TB, path string, ids []int32) []float32 {
	t.Helper()
	out := filepath.Join(t.TempDir(), "logits")
	l.ask(t, map[string]any{"logits": path, "ids": ids, "out": out})
	return readFloats(t, out)
}

func (l *llama) quantize(t testing.TB, path string, m Mix) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "theirs.gguf")
	l.ask(t, map[string]any{"quantize": path, "type": m.fileType, "out": out})
	return out
}

// theirGGUF returns the GGUF file that another program made of a tiny checkpoint.
func theirGGUF(t testing.TB, name string) string {
	t.Helper()
	if name != "exaone3-tiny" {
		return reference.Path(t, "golden", name, name+".BF16.gguf")
	}
	packed, err := os.Open(reference.Path(t, "golden", "exaone3-tiny-gguf", "exaone3-tiny.BF16.gguf.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "theirs.gguf")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, r); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// llama.cpp opens our files. Its logits on one are as far from the reference as its logits on the file that another
// program made of the same checkpoint.
func TestLlamaCppOpensOurs(t *testing.T) {
	l := startLlama(t)
	for _, name := range tiny {
		if name == "exaone4-tiny" {
			continue // llama.cpp knows the hybrid pattern of 64 layers alone
		}
		t.Run(name, func(t *testing.T) {
			dir := reference.Path(t, "golden", name)
			ids, want := expected(t, dir)
			ours, _ := toGGUF(t, dir, "bf16")
			a, b := l.logits(t, ours.Paths()[0], ids), l.logits(t, theirGGUF(t, name), ids)
			t.Logf("llama.cpp on ours: %.2g from the reference, on theirs %.2g; %.2g between the two", furthest(a, want),
				furthest(b, want), furthest(a, b))
			if d := furthest(a, b); !(d <= 1e-3) {
				t.Errorf("logits differ by %.3g", d)
			}
		})
	}
}

// On a file that we quantised, llama.cpp is as far from exact arithmetic on that file as on one of its own.
func TestLlamaCppOpensOurQuantised(t *testing.T) {
	l := startLlama(t)
	dir := reference.Path(t, "golden", "exaone3-tiny")
	ids, _ := expected(t, dir)
	plain, _ := toGGUF(t, dir, "f32")
	for _, m := range mixes {
		t.Run(m.Name, func(t *testing.T) {
			ours, _ := toGGUF(t, dir, m.Name)
			theirs := open(t, l.quantize(t, plain.Paths()[0], m))
			a := divergence(logits(t, ours, ids), l.logits(t, ours.Paths()[0], ids), len(ids))
			b := divergence(logits(t, theirs, ids), l.logits(t, theirs.Paths()[0], ids), len(ids))
			t.Logf("llama.cpp on our file: mean KL %.5f from exact arithmetic on it; on its own %.5f", a, b)
			if !(a <= 2*b+1e-4) {
				t.Errorf("mean KL %.5f, on its own file %.5f", a, b)
			}
			for _, want := range theirs.Tensors() {
				if got, ok := ours.Tensor(want.Name); !ok || got.Type != want.Type {
					t.Errorf("%s: got %v, want %v", want.Name, got.Type, want.Type)
				}
			}
		})
	}
}

// logProbs returns the logarithms of a softmax.
func logProbs(x []float32) []float64 {
	top, sum := math.Inf(-1), 0.0
	for _, v := range x {
		top = max(top, float64(v))
	}
	for _, v := range x {
		sum += math.Exp(float64(v) - top)
	}
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v) - top - math.Log(sum)
	}
	return out
}

// divergence returns the mean of KL(x || y) over n rows of logits.
func divergence(x, y []float32, n int) float64 {
	v, total := len(x)/n, 0.0
	for i := range n {
		p, q := logProbs(x[i*v:(i+1)*v]), logProbs(y[i*v:(i+1)*v])
		for k := range p {
			total += math.Exp(p[k]) * (p[k] - q[k])
		}
	}
	return total / float64(n)
}
