//go:build unix

package document

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// pdfRun is what a child says of reading a file.
type pdfRun struct {
	First, Whole time.Duration // since the process was started: the first page's text, and all of it, counted twice
	Pages        int
	Gaps         []Gap
	peak         int64 // bytes
	wall         time.Duration
}

// TestPDFChild is the child of TestPDFSpeed.
func TestPDFChild(t *testing.T) {
	path := os.Getenv("EXAONE_PDF_CHILD")
	if path == "" {
		t.Skip("only a child of TestPDFSpeed")
	}
	began, err := strconv.ParseInt(os.Getenv("EXAONE_PDF_BEGAN"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var run pdfRun
	since := func() time.Duration { return time.Since(time.Unix(0, began)) }
	doc, err := ReadFile(context.Background(), path, "", "", Options{Cache: os.Getenv("EXAONE_PDF_CACHE"), Page: func(_ Page, blocks []Block, _ int) error {
		if run.First == 0 && len(blocks) > 0 {
			run.First = since()
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	run.Whole, run.Pages, run.Gaps = since(), len(doc.Pages), doc.Manifest.Gaps
	data, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("EXAONE_PDF_OUT"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// readInChild reads a file in a process of its own.
func readInChild(t *testing.T, path, cache string) pdfRun {
	t.Helper()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "run.json")
	cmd := exec.Command(me, "-test.run", "^TestPDFChild$")
	began := time.Now()
	cmd.Env = append(os.Environ(), "EXAONE_PDF_CHILD="+path, "EXAONE_PDF_CACHE="+cache, "EXAONE_PDF_OUT="+out,
		"EXAONE_PDF_BEGAN="+strconv.FormatInt(began.UnixNano(), 10))
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	var run pdfRun
	run.wall = time.Since(began)
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &run); err != nil {
		t.Fatal(err)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && runtime.GOOS == "linux" {
		run.peak = int64(usage.Maxrss) << 10
	}
	return run
}

// TestPDFSpeed reads the handbook of 320 pages, taking turns with pdftotext -bbox.
func TestPDFSpeed(t *testing.T) {
	rounds, _ := strconv.Atoi(os.Getenv("EXAONE_PDF_SPEED"))
	if rounds == 0 {
		t.Skip("make prove-pdf runs it")
	}
	peer, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("no pdftotext (poppler-utils)")
	}
	all := samples(t, "pdf")
	at := slices.IndexFunc(all, func(s sample) bool { return s.File == "ko-handbook-320p.pdf" })
	path := filepath.Join(all[at].dir, all[at].File)
	cache := t.TempDir()
	report := func(name string, r pdfRun) {
		t.Logf("%s: first page's text after %.2f s, %d pages after %.2f s, process %.2f s and at most %d MiB, gaps %v",
			name, r.First.Seconds(), r.Pages, r.Whole.Seconds(), r.wall.Seconds(), r.peak>>20, r.Gaps)
	}
	report("nothing compiled before", readInChild(t, path, cache))
	var ours, theirs, first, ratios []float64
	peak := int64(0)
	for range rounds {
		began := time.Now()
		if err := exec.Command(peer, "-bbox", path, filepath.Join(t.TempDir(), "bbox.html")).Run(); err != nil {
			t.Fatal(err)
		}
		theirs = append(theirs, time.Since(began).Seconds())
		r := readInChild(t, path, cache)
		ours, first = append(ours, r.wall.Seconds()), append(first, r.First.Seconds())
		ratios = append(ratios, ours[len(ours)-1]/theirs[len(theirs)-1])
		peak = max(peak, r.peak)
	}
	middle := func(f []float64) float64 { f = slices.Sorted(slices.Values(f)); return f[len(f)/2] }
	t.Logf("%d rounds, medians: first page's text %.2f s, all %.2f s, pdftotext -bbox %.2f s: %.2f times (%.2f to %.2f); at most %d MiB",
		rounds, middle(first), middle(ours), middle(theirs), middle(ratios), slices.Min(ratios), slices.Max(ratios), peak>>20)
}
