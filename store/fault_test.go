package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/powercut"
)

// promptKey asks the script to print each acknowledgement at once, too; quitKey, to end at the first failure
// without closing the store, as a killed process does.
const (
	promptKey = "EXAONE_STORE_PROMPT"
	quitKey   = "EXAONE_STORE_QUIT"
)

// scriptWrites is how many writes the script does: three rounds of what there is.
const scriptWrites = 24

// runScript does a few of everything on one thread, so that the n-th system call is always the same, and prints
// what was acknowledged once all is over. Whatever fails must say so in a way a person understands, and what
// comes after it must work.
func runScript(dir string) error {
	runtime.LockOSThread()
	ctx := context.Background()
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return printLines([]string{"failed"}, explained(err))
	}
	var lines []string
	for w := range scriptWrites {
		words, err := writeOne(ctx, s, w, 1)
		if err == nil {
			lines = append(lines, strings.Join(words, " "))
			if os.Getenv(promptKey) != "" {
				fmt.Println(strings.Join(words, " "))
			}
			continue
		}
		lines = append(lines, "failed")
		if err := explained(err); err != nil {
			return err
		}
		if os.Getenv(quitKey) != "" {
			return printLines(lines, nil)
		}
		// One call failed, not the disk: the next try succeeds.
		if words, err = writeOne(ctx, s, w, 1); err != nil && words[0] != "key" && words[0] != "job" {
			return fmt.Errorf("tried again: %w", err)
		}
	}
	if err := s.Close(); err != nil {
		lines = append(lines, "failed")
	}
	return printLines(lines, nil)
}

// explained is an error unless err is one that a person may read.
func explained(err error) error {
	e, ok := errors.AsType[*chat.Error](err)
	if ok {
		switch e.Code {
		case chat.CodeStoreFull, chat.CodeStoreFault, chat.CodeStoreUnwritable:
			return nil
		}
	}
	return fmt.Errorf("not explained: %w", err)
}

// printLines prints lines, twice if the call that is made to fail is the printing.
func printLines(lines []string, err error) error {
	if err != nil {
		return err
	}
	text := strings.Join(lines, "\n") + "\nend\n"
	if _, err := os.Stdout.WriteString(text); err != nil {
		_, err = os.Stdout.WriteString(text)
		return err
	}
	return nil
}

// Each system call that changes the disk is made to fail once: with a full disk, after which the script goes on,
// and with a broken one, at which it ends. Whichever it is, what was acknowledged is there afterwards and the
// store is sound. EXAONE_STORE_FAULTS says which calls: 1 is each, 9 one in nine; otherwise one in thirty-one.
func TestEveryFailingCall(t *testing.T) {
	if testing.Short() { // its processes are traced at each call: minutes, when they are slow themselves
		t.Skip("short: make test and make prove-store run it")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace: not here")
	}
	step := 31
	if n, err := strconv.Atoi(os.Getenv("EXAONE_STORE_FAULTS")); err == nil && n > 0 {
		step = n
	}
	calls := countCalls(t, strace)
	runs, failed, lost := 0, 0, 0
	for i := 0; i < len(calls); i += step {
		for _, fault := range []string{"ENOSPC", "EIO"} {
			runs++
			what := fmt.Sprintf("%s:error=%s:when=%d", calls[i].name, fault, calls[i].n)
			dir := filepath.Join(t.TempDir(), "data")
			cmd := child(t, "script", dir, strace, "-f", "-qq", "-o", os.DevNull, "-e", "trace="+calls[i].name, "-e", "inject="+what)
			if fault == "EIO" {
				cmd.Env = append(cmd.Env, quitKey+"=1")
			}
			out, err := cmd.Output()
			text := string(out)
			if err != nil || !strings.HasSuffix(text, "end\n") {
				t.Errorf("%s: %v\n%s", what, err, text)
				continue
			}
			if strings.Contains(text, "failed") {
				failed++
			}
			lost += checkAcknowledged(t, dir, what, strings.Split(text, "\n"))
		}
	}
	t.Logf("%d of %d calls made to fail, %d runs: %d noticed it, %d acknowledged writes lost",
		(len(calls)+step-1)/step, len(calls), runs, failed, lost)
}

// nthCall is the n-th call of a name. They are counted by name because ids are random: how many pages a
// transaction writes depends on them, how often it synchronises does not.
type nthCall struct {
	name string
	n    int
}

// countCalls are the calls that the script makes on its thread when none fails.
func countCalls(t *testing.T, strace string) []nthCall {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	out, err := child(t, "script", filepath.Join(t.TempDir(), "data"), strace, "-f", "-qq", "-o", log, "-e", "trace="+powercut.Changes).CombinedOutput()
	if err != nil {
		t.Skipf("strace: cannot trace here: %v %s", err, out)
	}
	threads := map[string][]nthCall{}
	var longest []nthCall
	counts := map[string]int{}
	for line := range strings.Lines(readFile(t, log)) {
		thread, call, _ := strings.Cut(line, " ")
		name, _, ok := strings.Cut(strings.TrimSpace(call), "(")
		if !ok {
			continue // the end of a call that another thread came between
		}
		counts[thread+name]++
		threads[thread] = append(threads[thread], nthCall{name, counts[thread+name]})
		if len(threads[thread]) > len(longest) {
			longest = threads[thread]
		}
	}
	if len(longest) < 30 {
		t.Fatalf("%d calls, want those of a whole script:\n%s", len(longest), readFile(t, log))
	}
	return longest
}

// checkAcknowledged opens a store as the next process would and returns how many lines are not to be found.
func checkAcknowledged(t *testing.T, dir, when string, lines []string) (lost int) {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Errorf("%s: open: %v", when, err)
		return 0
	}
	defer s.Close()
	for _, line := range lines {
		if line == "" || line == "end" || line == "failed" {
			continue
		}
		if why := missing(t.Context(), s, line); why != "" {
			lost++
			t.Errorf("%s: lost %s", when, why)
		}
	}
	if err := soundAndSwept(t.Context(), s); err != nil {
		t.Errorf("%s: %v", when, err)
	}
	return lost
}
