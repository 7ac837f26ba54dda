package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"exaone/chat"
	"exaone/engine"
)

// notices is a log handler that says what concerns whoever started the program to them: each notice of an engine once,
// in a line of their language. What else is logged goes on as it would; with --debug notices do too.
type notices struct {
	slog.Handler
	app  *app
	told *toldOnce
}

// toldOnce is what was said. It may be used by many goroutines.
type toldOnce struct {
	mu    sync.Mutex
	lines map[string]bool
}

func newNotices(a *app, next slog.Handler) *notices {
	return &notices{next, a, &toldOnce{lines: make(map[string]bool)}}
}

// Enabled takes warnings even where they are not logged: a notice is one.
func (n *notices) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn || n.Handler.Enabled(ctx, level)
}

// Handle says a notice, and hands on what is logged.
func (n *notices) Handle(ctx context.Context, r slog.Record) error {
	var notice *chat.Error
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == engine.NoticeKey {
			notice, _ = a.Value.Any().(*chat.Error)
		}
		return notice == nil
	})
	if notice != nil {
		n.say(notice)
	}
	if notice != nil && !n.app.debug || !n.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return n.Handler.Handle(ctx, r)
}

// say writes a notice that was not said before to standard error, in place of what changes on a terminal's line.
func (n *notices) say(notice *chat.Error) {
	line := n.app.text(chat.CodeCLIFailed, strings.ReplaceAll(notice.In(n.app.lang), "\n", "; "))
	n.told.mu.Lock()
	defer n.told.mu.Unlock()
	if n.told.lines[line] {
		return
	}
	n.told.lines[line] = true
	if n.app.errTTY {
		line = "\r\x1b[K" + line
	}
	fmt.Fprintln(n.app.err, line)
}

// WithAttrs implements slog.Handler.
func (n *notices) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &notices{n.Handler.WithAttrs(attrs), n.app, n.told}
}

// WithGroup implements slog.Handler.
func (n *notices) WithGroup(name string) slog.Handler {
	return &notices{n.Handler.WithGroup(name), n.app, n.told}
}
