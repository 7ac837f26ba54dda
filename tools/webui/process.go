package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// program is a server that runs in a process of its own.
type program struct {
	cmd  *exec.Cmd
	base string // http://host:port
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// startTime is how long a program may take until it answers; Open WebUI takes half a minute on a slow disk.
const startTime = 5 * time.Minute

// run starts a command and returns when path answers.
func (p *program) run(ctx context.Context, dir, path string, env []string, name string, args ...string) error {
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	p.cmd = exec.CommandContext(ctx, name, args...)
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, startTime, fmt.Errorf("%s does not answer after %v", name, startTime))
	defer cancel()
	for ctx.Err() == nil {
		if resp, err := client.Get(p.base + path); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	return context.Cause(ctx)
}

func (p *program) process() int { return p.cmd.Process.Pid }

func (p *program) stop() {
	if p.cmd == nil || p.cmd.Process == nil {
		return
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM) // it may be gone
	ended := make(chan struct{})
	go func() {
		_ = p.cmd.Wait() // how it ended is of no interest
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-ended
	}
}

// memoryOf sums the resident memory of a process and of those below it, in bytes.
func memoryOf(pid int) (int64, error) {
	folders, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	parents, pages := map[int]int{}, map[int]int64{}
	for _, file := range folders {
		b, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		parents[id], _ = strconv.Atoi(fields[1])
		pages[id], _ = strconv.ParseInt(fields[21], 10, 64)
	}
	sum := int64(0)
	for id := range parents {
		for up := id; up > 1; up = parents[up] {
			if up == pid {
				sum += pages[id]
				break
			}
		}
	}
	if sum == 0 {
		return 0, fmt.Errorf("process %d is not there", pid)
	}
	return sum * int64(os.Getpagesize()), nil
}

// call sends a request, and decodes the reply into out if that is not nil. It returns the size of the reply.
func (p *program) call(ctx context.Context, method, path, bearer, kind string, body io.Reader, out any) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, body)
	if err != nil {
		return 0, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	if resp.StatusCode/100 != 2 {
		return 0, fmt.Errorf("%s %s: %s: %.300s", method, path, resp.Status, b)
	}
	if out != nil {
		return len(b), json.Unmarshal(b, out)
	}
	return len(b), nil
}
