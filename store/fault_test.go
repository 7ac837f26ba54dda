package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"exaone/chat"
)

// changes are the system calls that change what is on a disk.
const changes = "write,pwrite64,fsync,fdatasync,ftruncate,fallocate,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat"

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
	for w := range 7 {
		words, err := writeOne(ctx, s, w, 1)
		if err == nil {
			lines = append(lines, strings.Join(words, " "))
			continue
		}
		lines = append(lines, "failed")
		if err := explained(err); err != nil {
			return err
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

// Each system call that changes the disk is made to fail once, with a full disk and with a broken one. Whichever
// it is, what was acknowledged is there afterwards and the store is sound. EXAONE_STORE_FAULTS=1 tries every
// call, otherwise every eleventh.
func TestEveryFailingCall(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace: not here")
	}
	step := 11
	if os.Getenv("EXAONE_STORE_FAULTS") != "" {
		step = 1
	}
	calls := countCalls(t, strace)
	runs, failed, lost := 0, 0, 0
	for _, fault := range []string{"ENOSPC", "EIO"} {
		for n := 1; n <= calls; n += step {
			runs++
			inject := fmt.Sprintf("inject=%s:error=%s:when=%d", changes, fault, n)
			dir := filepath.Join(t.TempDir(), "data")
			out, err := child(t, "script", dir, strace, "-f", "-qq", "-o", os.DevNull, "-e", "trace="+changes, "-e", inject).Output()
			text := string(out)
			if err != nil || !strings.HasSuffix(text, "end\n") {
				t.Errorf("call %d %s: %v\n%s", n, fault, err, text)
				continue
			}
			if strings.Contains(text, "failed") {
				failed++
			}
			lost += checkAcknowledged(t, dir, fmt.Sprintf("call %d %s", n, fault), strings.Split(text, "\n"))
		}
	}
	t.Logf("%d of %d calls made to fail, %d runs: %d noticed it, %d acknowledged writes lost", (calls+step-1)/step, calls, runs, failed, lost)
}

// countCalls is how many calls the script makes on its thread when none fails.
func countCalls(t *testing.T, strace string) int {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	out, err := child(t, "script", filepath.Join(t.TempDir(), "data"), strace, "-f", "-qq", "-o", log, "-e", "trace="+changes).CombinedOutput()
	if err != nil {
		t.Skipf("strace: cannot trace here: %v %s", err, out)
	}
	threads := map[string]int{}
	most := 0
	for line := range strings.Lines(readFile(t, log)) {
		thread, _, _ := strings.Cut(line, " ")
		threads[thread]++
		most = max(most, threads[thread])
	}
	if most < 30 {
		t.Fatalf("%d calls, want those of a whole script:\n%s", most, readFile(t, log))
	}
	return most
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
