package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"exaone/store"
	"exaone/tensor"
	"exaone/weights"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"exaone": main})
}

// TestScripts runs the command line as people do. A script has a home directory of its own, so that a command
// without --data touches nothing outside it, and no address it could connect to but those it starts itself.
func TestScripts(t *testing.T) {
	repo, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("USERPROFILE", home)
			env.Setenv("LocalAppData", filepath.Join(home, "AppData"))
			env.Setenv("REPO", repo)
			env.Setenv("LANG", "en_US.UTF-8")
			env.Setenv("HF_ENDPOINT", "http://127.0.0.1:9") // the discard port: nobody answers
			env.Setenv("PIP_NO_INDEX", "1")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"alter":     alter,
			"cut":       cut,
			"empty":     empty,
			"exits":     exits,
			"fetch":     fetch,
			"flip":      flip,
			"gguf":      gguf,
			"hold":      hold,
			"joins":     joins,
			"occupy":    occupy,
			"port":      port,
			"quantised": quantised,
			"serve":     serve,
			"setvar":    setvar,
			"spoil":     spoil,
			"tiny":      tiny,
			"encoder":   encoder,
		},
	})
}

// exits runs a command and compares its exit code: exits 2 exaone nonsense.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// hold opens a data directory as a server would, until the script ends: hold DIR [ADDRESS].
func hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: hold DIR [ADDRESS]")
	}
	s, err := store.Open(context.Background(), store.Options{Dir: ts.MkAbs(args[0])})
	ts.Check(err)
	ts.Defer(func() { s.Close() })
	if len(args) == 2 {
		ts.Check(s.SetAddress(args[1]))
	}
}

// gguf writes a checkpoint of one small tensor, for what needs a model's file but not a model: gguf FILE [TEXT],
// where TEXT is what it says its name is, with the escapes of Go.
func gguf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: gguf FILE [TEXT]")
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	keys := []weights.Key{{Name: "general.architecture", Value: "llama"}, {Name: "llama.block_count", Value: uint32(1)}}
	if len(args) == 2 {
		name, err := strconv.Unquote(`"` + args[1] + `"`)
		ts.Check(err)
		keys = append(keys, weights.Key{Name: "general.name", Value: name})
	}
	one := &tensor.Tensor{Name: "token_embd.weight", Type: tensor.F32, Shape: []int{3, 2}, Data: make([]byte, 24)}
	ts.Check(weights.WriteGGUF(f, keys, []weights.Entry{weights.Stored(one)}))
	ts.Check(f.Close())
}

// quantised writes a GGUF with a matrix that has a prepared form: quantised FILE.
func quantised(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: quantised FILE")
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	one := &tensor.Tensor{Name: "token_embd.weight", Type: tensor.Q4_0, Shape: []int{40, 64}, Data: make([]byte, 40*tensor.Q4_0.Bytes(64))}
	for i := range one.Data {
		one.Data[i] = byte(i * 7)
	}
	keys := []weights.Key{{Name: "general.architecture", Value: "llama"}}
	ts.Check(weights.WriteGGUF(f, keys, []weights.Entry{weights.Stored(one)}))
	ts.Check(f.Close())
}

// serve serves a folder over HTTP until the script ends and sets URL to its address: serve DIR.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: serve DIR")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(ts.MkAbs(args[0]))))
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
}

// setvar sets a variable to the first word that a pattern's group finds in the last standard output or error:
// setvar ID stderr 'key (key_\w+)'.
func setvar(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: setvar NAME stdout|stderr PATTERN")
	}
	m := mustPattern(ts, args[2]).FindStringSubmatch(ts.ReadFile(args[1]))
	if len(m) != 2 {
		ts.Fatalf("%s: found no %q", args[1], args[2])
	}
	ts.Setenv(args[0], m[1])
}

func mustPattern(ts *testscript.TestScript, pattern string) *regexp.Regexp {
	re, err := regexp.Compile(pattern)
	ts.Check(err)
	return re
}

// fetch asks for a page until it matches a pattern: fetch URL PATTERN. With ! it asks once
// and the page must not match.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: fetch URL PATTERN")
	}
	want := mustPattern(ts, args[1])
	var body []byte
	for start := time.Now(); time.Since(start) < mostWait; time.Sleep(20 * time.Millisecond) {
		resp, err := http.Get(args[0])
		if err != nil {
			continue // not listening yet
		}
		body, err = io.ReadAll(resp.Body)
		resp.Body.Close()
		if err == nil && want.Match(body) != neg {
			return
		}
		if neg {
			break
		}
	}
	ts.Fatalf("%s: found %q, want %q", args[0], body, args[1])
}

// alter replaces bytes of a file by as many others, as somebody would who knows where to look: alter FILE OLD NEW.
func alter(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || len(args[1]) != len(args[2]) {
		ts.Fatalf("usage: alter FILE OLD NEW, of one length")
	}
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	if !bytes.Contains(text, []byte(args[1])) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, bytes.ReplaceAll(text, []byte(args[1]), []byte(args[2])), 0o600))
}

// Ports of scripts are none that an operating system would give somebody else before a script listens there.
const firstPort, ports = 20_000, 12_000

var lastPort atomic.Uint32 // of this process; others begin elsewhere

// port sets a variable to the number of a port that was free a moment ago: port NAME.
func port(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: port NAME")
	}
	lastPort.CompareAndSwap(0, rand.Uint32N(ports)+1)
	for range ports {
		number := strconv.Itoa(firstPort + int(lastPort.Add(1)%ports))
		if l, err := net.Listen("tcp", "127.0.0.1:"+number); err == nil {
			l.Close()
			ts.Setenv(args[0], number)
			return
		}
	}
	ts.Fatalf("no port is free")
}

// occupy listens on a port until the script ends and sets a variable to its number: occupy NAME.
func occupy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: occupy NAME")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}
