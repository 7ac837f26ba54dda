// Command report reads the output of go test -json and writes what a person wants to know: a line per
// package, the output of what failed, and by name what was skipped and why. It exits with 1 if anything
// failed; with -strict, also if a test was skipped that the file of allowed skips does not list.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// event is one line of go test -json (go doc test2json).
type event struct {
	Action, Package, ImportPath, Test, Output, FailedBuild string
	Elapsed                                                float64
}

// allowed is one line of the file of allowed skips: package, test and reason. Package and test are patterns
// of path.Match; the reason is for people, and must be there.
type allowed struct{ pkg, test, reason string }

// report is what was read so far.
type report struct {
	w       io.Writer
	output  map[string][]string // of tests and packages not yet ended, by package + " " + test
	build   map[string][]string // compiler's words, by import path
	skipped []skip
	passed  int
	failed  []string
}

type skip struct{ pkg, test, reason string }

func main() {
	skips := flag.String("skips", "", "the `file` of allowed skips")
	strict := flag.Bool("strict", false, "fail when a test is skipped that the file does not list")
	flag.Parse()
	var allow []allowed
	if *skips != "" {
		f, err := os.Open(*skips)
		if err == nil {
			allow, err = readAllowed(f)
			f.Close()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	r := report{w: os.Stdout, output: map[string][]string{}, build: map[string][]string{}}
	if err := r.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if !r.finish(allow, *strict) {
		os.Exit(1)
	}
}

// readAllowed reads lines of "package test reason"; # begins a comment.
func readAllowed(r io.Reader) ([]allowed, error) {
	var out []allowed
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 3 {
			return nil, fmt.Errorf("allowed skips, line %d: found %q, want package, test and reason", n, line)
		}
		a := allowed{fields[0], fields[1], strings.Join(fields[2:], " ")}
		for _, pattern := range []string{a.pkg, a.test} {
			if _, err := path.Match(pattern, ""); err != nil {
				return nil, fmt.Errorf("allowed skips, line %d: %q: %w", n, pattern, err)
			}
		}
		out = append(out, a)
	}
	return out, lines.Err()
}

// read takes every event. Lines that are not JSON are passed on: a tool that cannot even start says so in
// plain words.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		switch {
		case len(line) == 0:
		case json.Unmarshal(line, &e) == nil && e.Action != "":
			r.take(e)
		default:
			fmt.Fprintf(r.w, "%s\n", strings.TrimRight(string(line), "\n"))
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read test output: %w", err)
		}
	}
}

func (r *report) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		r.output[key] = append(r.output[key], e.Output)
	case "build-output":
		r.build[e.ImportPath] = append(r.build[e.ImportPath], e.Output)
	case "skip":
		if e.Test != "" {
			r.skipped = append(r.skipped, skip{e.Package, e.Test, reason(r.output[key])})
		}
		delete(r.output, key)
	case "pass":
		if e.Test != "" {
			r.passed++
		} else {
			r.verdict(r.output[key])
		}
		delete(r.output, key)
	case "fail":
		r.failed = append(r.failed, strings.TrimSpace(key))
		fmt.Fprintf(r.w, "FAIL  %s\n", key)
		for _, line := range slices.Concat(r.build[e.FailedBuild], r.output[key]) {
			fmt.Fprintf(r.w, "      %s", line)
		}
		delete(r.output, key)
		if e.Test == "" {
			r.unended(e.Package)
		}
	}
}

// unended writes what the tests of a failed package said that never came to an end: one of them hung or took
// the process with it.
func (r *report) unended(pkg string) {
	const shown = 60 // lines of each: a dump of goroutines begins with the one that matters
	for _, key := range slices.Sorted(maps.Keys(r.output)) {
		if of, test, _ := strings.Cut(key, " "); of == pkg && test != "" {
			fmt.Fprintf(r.w, "never ended: %s\n", key)
			lines := r.output[key]
			for _, line := range lines[:min(shown, len(lines))] {
				fmt.Fprintf(r.w, "      %s", line)
			}
			delete(r.output, key)
		}
	}
}

// verdict writes the line with which go test ends a package that passed, as Go writes it: other programs know it.
func (r *report) verdict(output []string) {
	for _, line := range output {
		if strings.HasPrefix(line, "ok  ") {
			fmt.Fprint(r.w, line)
		}
	}
}

// reason finds what a test said when it skipped: the last line of its output that is neither a heading nor a
// verdict, without the file and line in front.
func reason(output []string) string {
	for _, line := range slices.Backward(output) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "===") {
			continue
		}
		if at, rest, ok := strings.Cut(line, ": "); ok && strings.Contains(at, ".go:") {
			line = rest
		}
		return line
	}
	return "no reason given"
}

// finish writes the summary and reports whether all is well.
func (r *report) finish(allow []allowed, strict bool) bool {
	unlisted := 0
	for _, s := range r.skipped {
		listed := slices.ContainsFunc(allow, func(a allowed) bool { return a.covers(s) })
		mark := "skip "
		if strict && !listed {
			mark = "SKIP!"
			unlisted++
		}
		fmt.Fprintf(r.w, "%s %s %s: %s\n", mark, s.pkg, s.test, s.reason)
	}
	fmt.Fprintf(r.w, "%d passed, %d failed, %d skipped\n", r.passed, len(r.failed), len(r.skipped))
	if unlisted > 0 {
		fmt.Fprintf(r.w, "%d skipped that may not be (SKIP! above): bring what they need, or list them with the reason\n", unlisted)
	}
	if r.passed == 0 && len(r.failed) == 0 {
		fmt.Fprintln(r.w, "no test ran")
		return false
	}
	return len(r.failed) == 0 && unlisted == 0
}

// covers reports whether s is allowed. A pattern for a test covers its subtests.
func (a allowed) covers(s skip) bool {
	top, _, _ := strings.Cut(s.test, "/")
	pkg, _ := path.Match(a.pkg, s.pkg)
	whole, _ := path.Match(a.test, s.test)
	parent, _ := path.Match(a.test, top)
	return pkg && (whole || parent)
}
