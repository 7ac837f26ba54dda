package document

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// speedPeers are the kinds of files and the packages that others read them with.
var speedPeers = []struct{ kind, peer string }{{"hwp", "pyhwp"}, {"hwpx", "python-hwpx"}, {"docx", "python-docx"}}

// TestSpeedAgainstPeers reads the reference documents of three kinds in turns with the package that others read them with,
// on one thread each: theirs in a process that has imported it, ours once for the text alone, as theirs, and once with the
// second pass over the file for the manifest. Only files that the peer reads are timed.
func TestSpeedAgainstPeers(t *testing.T) {
	python := os.Getenv("EXAONE_DOCUMENT_PYTHON")
	if python == "" {
		t.Skip("make prove-document-speed runs it")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, c := range speedPeers {
		all := samples(t, c.kind)
		var paths []string
		for _, s := range all {
			paths = append(paths, filepath.Join(s.dir, s.File))
		}
		p := startSpeedPeer(t, python, c.kind, paths)
		files := readByBoth(t, p, all, paths)
		if len(files) == 0 {
			t.Errorf("%s: %s reads none of %d files", c.kind, c.peer, len(all))
			continue
		}
		command, _ := json.Marshal(files)
		const rounds, times = 5, 5
		ways := []Options{{Plain: true}, {}}
		var size int64
		theirs, ours := speedTimes{}, []speedTimes{{}, {}}
		for range rounds {
			var their [2]float64
			p.ask(t, string(command), &their)
			theirs.add(their[0], their[1])
			for way, o := range ways {
				best := speedTimes{}
				for range times {
					start, busy := time.Now(), busyTime()
					size = 0
					for _, i := range files {
						n, err := readSpeed(paths[i], all[i].Password, o)
						if err != nil {
							t.Fatal(err)
						}
						size += n
					}
					best.add(time.Since(start).Seconds(), (busyTime() - busy).Seconds())
				}
				ours[way].add(slices.Min(best.clock), slices.Min(best.busy))
			}
		}
		t.Logf("%-5s %2d of %2d files, %4d KB: %s %8.2f ms", c.kind, len(files), len(all), size>>10, c.peer, 1e3*slices.Min(theirs.clock))
		for way, what := range []string{"the text alone", "all, with the manifest"} {
			var ratios []float64
			for i := range rounds {
				ratios = append(ratios, theirs.clock[i]/ours[way].clock[i])
			}
			t.Logf("%-5s %-22s %7.2f ms, %5.1f times faster (rounds %.1f to %.1f); by time of the processor %.2f of %.2f ms, %.1f times", c.kind, what,
				1e3*slices.Min(ours[way].clock), slices.Min(theirs.clock)/slices.Min(ours[way].clock), slices.Min(ratios), slices.Max(ratios),
				1e3*slices.Min(ours[way].busy), 1e3*slices.Min(theirs.busy), slices.Min(theirs.busy)/slices.Min(ours[way].busy))
		}
	}
}

// speedTimes are seconds of each round: of the clock, and of the processor, which others on the machine change less.
type speedTimes struct{ clock, busy []float64 }

func (s *speedTimes) add(clock, busy float64) {
	s.clock, s.busy = append(s.clock, clock), append(s.busy, busy)
}

// readByBoth are the files that the peer reads, and we.
func readByBoth(t *testing.T, p *speedPeer, all []sample, paths []string) (files []int) {
	var able []*int
	p.ask(t, "able", &able)
	for i := range all {
		if able[i] != nil {
			if _, err := readSpeed(paths[i], all[i].Password, Options{}); err == nil {
				files = append(files, i)
			}
		}
	}
	return files
}

// TestSpeedAgainstPeersByCommand starts for each file the program, and a script that imports the peer and reads the file once, in
// turns: what a person waits for who reads one document.
func TestSpeedAgainstPeersByCommand(t *testing.T) {
	python := os.Getenv("EXAONE_DOCUMENT_PYTHON")
	if python == "" {
		t.Skip("make prove-document-speed runs it")
	}
	program := filepath.Join(t.TempDir(), "exaone")
	if out, err := exec.Command("go", "build", "-o", program, "exaone").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	timed := func(in, name string, args ...string) float64 {
		cmd := exec.Command(name, args...)
		cmd.Stdin = strings.NewReader(in)
		start := time.Now()
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s %v: %v", name, args, err)
		}
		return time.Since(start).Seconds()
	}
	const rounds = 3
	for _, c := range speedPeers {
		var paths []string
		all := samples(t, c.kind)
		for _, s := range all {
			paths = append(paths, filepath.Join(s.dir, s.File))
		}
		files := readByBoth(t, startSpeedPeer(t, python, c.kind, paths), all, paths)
		var ours, theirs float64
		for _, i := range files {
			our, their := 1e9, 1e9
			for range rounds {
				their = min(their, timed("[0]\n", python, filepath.Join("testdata", "peer.py"), c.kind, paths[i]))
				our = min(our, timed("", program, "document", paths[i], "--text", "--password", all[i].Password))
			}
			ours, theirs = ours+our, theirs+their
		}
		t.Logf("%-5s %2d files, a command each: %s %4.0f ms a file; ours %4.1f ms, %.0f times faster", c.kind, len(files), c.peer,
			1e3*theirs/float64(len(files)), 1e3*ours/float64(len(files)), theirs/ours)
	}
}

// BenchmarkText reads the reference documents of a kind for their text.
func BenchmarkText(b *testing.B) {
	for _, kind := range []string{"hwp", "hwpx", "docx"} {
		b.Run(kind, func(b *testing.B) {
			all := samples(b, kind)
			b.ReportAllocs()
			for b.Loop() {
				for i := range all { // those that nobody reads without a password are among them
					_, _ = readSpeed(filepath.Join(all[i].dir, all[i].File), all[i].Password, Options{Plain: true})
				}
			}
		})
	}
}

// readSpeed reads a file as a person's would be, and writes its text; it returns the file's size.
func readSpeed(path, password string, o Options) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	doc, err := Read(context.Background(), &Source{ReaderAt: f, Size: info.Size(), Name: filepath.Base(path), Password: password}, o)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, strings.NewReader(doc.Text(false)))
	return info.Size(), err
}

// speedPeer is the other program. It reads commands by line and answers by line.
type speedPeer struct {
	in  io.Writer
	out *bufio.Reader
}

func startSpeedPeer(t *testing.T, python, kind string, files []string) *speedPeer {
	t.Helper()
	cmd := exec.Command(python, append([]string{filepath.Join("testdata", "peer.py"), kind}, files...)...)
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
			t.Error(err)
		}
	})
	return &speedPeer{in, bufio.NewReader(out)}
}

func (p *speedPeer) ask(t *testing.T, command string, answer any) {
	t.Helper()
	fmt.Fprintln(p.in, command)
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("peer: %s: %v", command, err)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		t.Fatal(err)
	}
}
