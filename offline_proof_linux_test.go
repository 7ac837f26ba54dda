package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// alreadyAlone tells this binary that it is in a namespace that has no network but itself.
const alreadyAlone = "EXAONE_ALONE"

// TestWorksWithLoopbackAlone runs the program in a network namespace that has nothing but loopback, from the first link
// to an export, and counts what it tries to connect to.
func TestWorksWithLoopbackAlone(t *testing.T) {
	if os.Getenv(alreadyAlone) != "" {
		workAlone(t)
		return
	}
	if os.Getenv(programKey) == "" {
		t.Skipf("%s: names no program; make prove runs this", programKey)
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^TestWorksWithLoopbackAlone$", "-test.v")
	cmd.Env = append(os.Environ(), alreadyAlone+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EINVAL) {
		t.Skipf("network namespaces: not here: %v", err)
	}
	t.Logf("inside:\n%s", out)
	if err != nil {
		t.Fatal(err)
	}
}

// loopbackUp brings the one network of a new namespace up.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}

// workAlone does what a company does on its first day. Nothing is answered that is not on this machine.
func workAlone(t *testing.T) {
	if err := loopbackUp(); err != nil {
		t.Fatalf("loopback: %v", err)
	}
	before := unreachable(t)
	speaker := newSpeaker(t, 20, time.Millisecond)
	var under []string
	log := filepath.Join(t.TempDir(), "calls")
	if strace, err := exec.LookPath("strace"); err == nil && exec.Command(strace, "-qq", "-o", os.DevNull, "true").Run() == nil {
		under = []string{strace, "-f", "-qq", "-o", log, "-e", "trace=connect,sendto,sendmsg,sendmmsg"}
	}
	w := newWorkspace(t, under, "--model", speaker.flag())
	admin := w.admin()
	page(t, admin)
	member := w.join(admin, "kim", "member")
	again := w.visitor()
	again.must("POST", "/api/session", record{"login": "kim", "password": provenPassword})
	conversation, answer := again.ask("출장비 정산 기준을 알려 줘")
	text, err := again.hears(answer)
	if err != nil || !strings.HasSuffix(text, "낱말19 ") {
		t.Errorf("the answer is %q, %v", text, err)
	}
	if status, found := member.send("GET", "/api/search?q=정산기준", nil); status != 200 || !strings.Contains(found, conversation) {
		t.Errorf("a search: %d %s", status, found)
	}
	for _, format := range []string{"md", "json"} {
		if status, file := member.send("GET", "/api/conversations/"+conversation+"/export?format="+format, nil); status != 200 || !strings.Contains(file, "낱말19") {
			t.Errorf("an export: %d %s", status, file)
		}
	}
	for _, path := range []string{"/api/status", "/api/models", "/api/people", "/api/admin/usage", "/api/admin/audit", "/api/admin/health", "/api/prompts/builtin", "/metrics"} {
		if status, text := admin.send("GET", path, nil); status != 200 {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	member.must("POST", "/api/shares", record{"conversation": conversation, "audience": []string{"*"}})
	w.stop()
	outside := unreachable(t) - before
	connects := 0
	if under != nil {
		for line := range strings.Lines(readFile(t, log)) {
			if m := calledOut.FindStringSubmatch(line); m != nil {
				connects++
				if !strings.HasPrefix(m[1], "127.") && m[1] != "::1" {
					outside++
					t.Errorf("it connects to %s: %s", m[1], line)
				}
			}
		}
		if connects == 0 {
			t.Error("strace has seen no connection, not even to the model")
		}
	}
	t.Logf("first link, sign-in, invitation, answer, search, exports, share, administration: %d connections by address, %d of them not to loopback", connects, outside)
	if outside > 0 {
		t.Errorf("%d packets had nowhere to go", outside)
	}
}

// calledOut is a call that names an address, with the address.
var calledOut = regexp.MustCompile(`sin6?_addr=(?:inet_addr\("|inet_pton\(AF_INET6, "|)([0-9a-f.:]+)"`)

// unreachable is how many packets of this namespace had nowhere to go.
func unreachable(t *testing.T) int {
	t.Helper()
	lines := strings.Split(readFile(t, "/proc/net/snmp"), "\n")
	for i, line := range lines {
		names := strings.Fields(line)
		for n, name := range names {
			if name == "OutNoRoutes" && i+1 < len(lines) {
				var count int
				if _, err := fmt.Sscan(strings.Fields(lines[i+1])[n], &count); err == nil {
					return count
				}
			}
		}
	}
	t.Fatal("/proc/net/snmp has no OutNoRoutes")
	return 0
}
