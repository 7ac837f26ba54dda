package engine

import (
	"os"
	"os/exec"
	"testing"
)

// busyEnv makes the test binary a process that computes until it is killed.
const busyEnv = "EXAONE_TEST_BUSY"

// busy does not return if this process is to be busy.
func busy() {
	if os.Getenv(busyEnv) != "" {
		for x := uint64(1); x != 0; x = x*6364136223846793005 | 1 {
		}
	}
}

// busyProcess starts a process that keeps one core busy, and returns what stops it.
func busyProcess(t *testing.T) func() {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), busyEnv+"=1")
	if err := cmd.Start(); err != nil {
		t.Skipf("another process: %v", err)
	}
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}
