// Command start measures how a server begins: how soon after exec it answers, how much memory it holds while
// idle without a model, how large its file is, and whether --offline connects to anything. It exits with 1 if a
// figure is beyond what is promised. Linux only: it reads /proc, and counts connections with strace.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What is promised.
const (
	maxListen = 500 * time.Millisecond
	maxRSS    = 60 << 20
	maxSize   = 60_000_000
)

func main() {
	program := flag.String("program", "", "the `file` to run")
	runs := flag.Int("runs", 11, "how many `times` to start it")
	flag.Parse()
	ok, err := run(*program, *runs)
	if err != nil {
		fmt.Fprintln(os.Stderr, "start:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(program string, runs int) (bool, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return false, err
	}
	info, err := os.Stat(program)
	if err != nil {
		return false, err
	}
	ok := report("binary", float64(info.Size())/1e6, "MB", maxSize/1e6)
	var listens []time.Duration
	var rss int64
	for range runs {
		took, held, err := once(program)
		if err != nil {
			return false, err
		}
		listens = append(listens, took)
		rss = max(rss, held)
	}
	slices.Sort(listens)
	ok = report("answers after exec, median", float64(listens[runs/2].Milliseconds()), "ms", float64(maxListen.Milliseconds())) && ok
	// The slowest tells of the machine's other work as well, so it is shown and not judged.
	fmt.Printf("%-28s %8.1f ms  (of %d, fastest %d ms)\n", "answers after exec, slowest",
		float64(listens[runs-1].Milliseconds()), runs, listens[0].Milliseconds())
	ok = report("idle without a model, RSS", float64(rss)/(1<<20), "MiB", maxRSS>>20) && ok
	return offline(program) && ok, nil
}

// report prints a figure and whether it is below its limit.
func report(what string, found float64, unit string, limit float64) bool {
	verdict := "ok"
	if found >= limit {
		verdict = "TOO MUCH"
	}
	fmt.Printf("%-28s %8.1f %s  (want less than %.0f)  %s\n", what, found, unit, limit, verdict)
	return found < limit
}

// once starts the server on a new data directory and returns how long it took to answer and what it holds in
// memory two seconds later.
func once(program string) (took time.Duration, rss int64, err error) {
	cmd, addr, err := server(program)
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(cmd.Dir)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	defer func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	}()
	if err := answers(addr, 20*time.Second); err != nil {
		return 0, 0, err
	}
	took = time.Since(began)
	time.Sleep(2 * time.Second)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		return 0, 0, fmt.Errorf("no VmRSS in /proc/%d/status", cmd.Process.Pid)
	}
	kib, err := strconv.ParseInt(string(m[1]), 10, 64)
	return took, kib << 10, err
}

// server returns the command of an offline server on a free port with a data directory of its own, cmd.Dir.
func server(program string) (*exec.Cmd, string, error) {
	dir, err := os.MkdirTemp("", "exaone-start-")
	if err != nil {
		return nil, "", err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.Command(program, "serve", "--offline", "--addr", addr, "--data", filepath.Join(dir, "data"))
	cmd.Dir = dir
	return cmd, addr, nil
}

// answers waits until GET /health is answered, by whatever status.
func answers(addr string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+"/health", nil)
		if err != nil {
			return err
		}
		if reply, err := http.DefaultClient.Do(req); err == nil {
			return reply.Body.Close()
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s did not answer within %v", addr, within)
		}
		time.Sleep(time.Millisecond)
	}
}

// offline counts the addresses that a server with --offline connects to in five seconds.
func offline(program string) bool {
	strace, err := exec.LookPath("strace")
	if err != nil {
		fmt.Println("connections with --offline: not counted, strace is not here")
		return true
	}
	cmd, addr, err := server(program)
	if err != nil {
		fmt.Println("connections with --offline:", err)
		return false
	}
	defer os.RemoveAll(cmd.Dir)
	trace := filepath.Join(cmd.Dir, "trace")
	traced := exec.Command(strace, append([]string{"-f", "-qq", "-e", "trace=connect,sendto", "-o", trace}, cmd.Args...)...)
	traced.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := traced.Start(); err != nil {
		fmt.Println("connections with --offline:", err)
		return false
	}
	err = answers(addr, 30*time.Second)
	time.Sleep(5 * time.Second)
	syscall.Kill(-traced.Process.Pid, syscall.SIGTERM)
	traced.Wait()
	text, readErr := os.ReadFile(trace)
	if err != nil || readErr != nil {
		fmt.Println("connections with --offline:", err, readErr)
		return false
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "AF_INET") {
			lines = append(lines, line)
		}
	}
	fmt.Print(strings.Join(lines, ""))
	return report("connections with --offline", float64(len(lines)), "", 1)
}
