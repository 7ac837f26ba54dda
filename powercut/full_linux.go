package powercut

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// RunWithDisks runs a child of a test in a mount namespace of its own, where it may Mount disks that nobody else sees and that
// are gone with it. The test fails if the child does, and is skipped where this system lets nobody do so.
func RunWithDisks(t testing.TB, child *exec.Cmd) {
	t.Helper()
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := child.CombinedOutput()
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSPC) || strings.Contains(string(out), refused) {
		t.Skipf("user namespaces: not here: %v %s", err, out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// refused begins the error of Mount, by which RunWithDisks knows it in what a child prints.
const refused = "powercut: no disk can be mounted"

// Mount puts a real disk, empty and of so many bytes, over a directory.
func Mount(dir string, size int) error {
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		return fmt.Errorf(refused+": %w", err)
	}
	return nil
}

// Fill writes a file that leaves not a byte of its disk.
func Fill(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for size := 1 << 20; size > 0; size /= 2 {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
		if !errors.Is(err, unix.ENOSPC) {
			return err
		}
	}
	return nil
}
