//go:build unix

package document

import (
	"os/exec"
	"syscall"
)

// asGroup makes a command the head of a group of processes, which ends with it: LibreOffice is a script that starts a
// program that starts a program.
func asGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
