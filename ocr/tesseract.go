package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"exaone/chat"
)

// What a run of Tesseract may take.
const (
	maxAnswer = 32 << 20  // bytes that it may write
	maxChild  = 512 << 20 // bytes of address space; a page takes 90 MB of memory
)

// tesseract runs the program: it reads pictures from its input, one after another, and writes words. modes are arguments
// such as "--psm", "7".
func (r *Reader) tesseract(ctx context.Context, pages []*gray, modes ...string) ([][]word, error) {
	if len(pages) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	args := append([]string{"stdin", "stdout"}, modes...)
	out, err := r.run(ctx, bytes.NewReader(tiffOf(pages)), append(args, "tsv")...)
	if err != nil {
		return nil, err
	}
	words, err := parseTSV(out, len(pages))
	if err != nil {
		return nil, fmt.Errorf("tesseract: %w", err)
	}
	return words, nil
}

// run runs Tesseract in one thread, within limits, and without the rest of our environment.
func (r *Reader) run(ctx context.Context, in *bytes.Reader, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, r.o.Tesseract, args...)
	cmd.Env = append(kept(cmd.Environ()), "OMP_THREAD_LIMIT=1", "OMP_NUM_THREADS=1")
	if in != nil {
		cmd.Stdin = in
	}
	answer, complaint := &bounded{most: maxAnswer}, &bounded{most: 4 << 10, drop: true}
	cmd.Stdout, cmd.Stderr = answer, complaint
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return "", missing(err)
	}
	limit(cmd.Process.Pid, maxChild, r.o.Timeout)
	err := cmd.Wait()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", chat.NewError(chat.CodeDocumentSlow, err, "tesseract", int(r.o.Timeout.Seconds()))
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", fmt.Errorf("tesseract: %w: %s", err, lastLine(string(complaint.kept)))
	}
	return string(answer.kept), nil
}

// missing says that there is no Tesseract, if that is why it did not start.
func missing(err error) error {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, exec.ErrDot) || strings.Contains(err.Error(), "no such file") {
		return chat.NewError(chat.CodeDocumentNeedsOCR, err)
	}
	return fmt.Errorf("tesseract: %w", err)
}

// kept are the variables that Tesseract needs to find itself and its data. What else is there may be secret.
func kept(environ []string) []string {
	names := []string{"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX", "SYSTEMROOT", "TEMP", "TMP"}
	return slices.DeleteFunc(environ, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return !slices.Contains(names, strings.ToUpper(name))
	})
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// bounded keeps what is written up to a number of bytes. More is an error, or dropped.
type bounded struct {
	kept []byte // not a Buffer within: that would read past the bound by itself
	most int
	drop bool
}

func (b *bounded) Write(p []byte) (int, error) {
	left := b.most - len(b.kept)
	b.kept = append(b.kept, p[:min(max(left, 0), len(p))]...)
	if len(p) <= left {
		return len(p), nil
	}
	if b.drop {
		return len(p), nil
	}
	return 0, fmt.Errorf("more than %d bytes", b.most)
}

// languages asks Tesseract once what it can read.
func (r *Reader) languages(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := r.run(ctx, nil, "--list-langs")
	if err != nil {
		return err
	}
	have := strings.Fields(out)
	if !slices.Contains(have, "kor") {
		return chat.NewError(chat.CodeDocumentNeedsKorean, fmt.Errorf("tesseract has %v, want kor", have))
	}
	r.language = "kor"
	if slices.Contains(have, "eng") {
		r.language = "kor+eng"
	}
	r.asked = true
	return nil
}
