package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"exaone/chat"
	"exaone/ocr"
	"exaone/store"

	"github.com/alecthomas/kong"
	"github.com/mattn/go-isatty"
)

// app is what the commands of one run share. It belongs to the goroutine that runs the command.
type app struct {
	ctx     context.Context // ends when a person presses Ctrl-C or a service manager says stop
	lang    chat.Language
	log     *slog.Logger
	level   *slog.LevelVar // of log: nothing but errors and notices, unless a command or --debug says otherwise
	data    string         // the data directory; openData makes it
	rows    string         // the address of the database with the rows; "" is a file in the data directory
	offline bool
	debug   bool

	in             io.Reader
	lines          *bufio.Reader // of in, once something was asked
	out, err       io.Writer
	inTTY          bool // somebody is at the keyboard
	outTTY, errTTY bool

	interrupts interrupts

	model   *kong.Application
	closers []func() error
	opened  *store.Store
	ocr     *ocr.Reader
	who     chat.Principal // on whose behalf the store is asked and changed: whoever owns the data directory
	desk    *desk          // of the server that runs the command for somebody else; nil in every other program
}

// newApp returns an app on three streams. What the flags say comes with configure.
func newApp(in io.Reader, out, err io.Writer) *app {
	level := new(slog.LevelVar)
	level.Set(slog.LevelError)
	a := &app{
		level:  level,
		who:    chat.Console,
		in:     in,
		out:    out,
		err:    err,
		inTTY:  isTerminal(in),
		outTTY: isTerminal(out),
		errTTY: isTerminal(err),
	}
	a.log = slog.New(newNotices(a, slog.NewTextHandler(err, &slog.HandlerOptions{Level: level})))
	return a
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// forCommand returns what a server runs a command of somebody else with: its own store and data directory, and nobody at
// the keyboard. d is the server's.
func (a *app) forCommand(ctx context.Context, d *desk, who chat.Principal, lang chat.Language, out, err io.Writer) *app {
	b := newApp(strings.NewReader(""), out, err)
	b.who = who
	b.ctx, b.lang, b.data, b.opened, b.desk = ctx, lang, d.store.Dir(), d.store, d
	b.offline = a.offline
	return b
}

// configure takes the global flags. Where a server runs the command, the data directory is the server's.
func (a *app) configure(c *cli) error {
	a.offline, a.debug = a.offline || c.Offline, c.Debug
	if c.Debug {
		a.level.Set(slog.LevelDebug)
	}
	if a.desk != nil {
		return nil
	}
	a.rows = cmp.Or(c.Store, os.Getenv("EXAONE_STORE"))
	a.data = c.Data
	if a.data == "" {
		dir, err := defaultData()
		if err != nil {
			return chat.NewError(chat.CodeCLINoDataDir, err)
		}
		a.data = dir
	}
	return nil
}

// defaultData is where the operating system keeps the data of programs: $XDG_DATA_HOME or ~/.local/share,
// %LocalAppData%, ~/Library/Application Support.
func defaultData() (string, error) {
	switch runtime.GOOS {
	case "windows", "darwin":
		var dir string
		var err error
		if runtime.GOOS == "windows" {
			dir, err = os.UserCacheDir() // %LocalAppData%: models do not belong in a roaming profile
		} else {
			dir, err = os.UserConfigDir() // ~/Library/Application Support
		}
		return filepath.Join(dir, "exaone"), err
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "exaone"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", "exaone"), err
}

// langArg finds --lang before the command line is parsed, so that what is wrong with it can be said in the
// right language.
func langArg(args []string) string {
	for i, arg := range args {
		if value, ok := strings.CutPrefix(arg, "--lang="); ok {
			return value
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// pickLanguage returns the language of flag, else of the locale as POSIX orders its variables.
func (a *app) pickLanguage(flag string) chat.Language {
	for _, locale := range []string{flag, os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")} {
		if locale != "" {
			return chat.PickLanguage(locale)
		}
	}
	return chat.PickLanguage("")
}

// text returns a sentence of the catalogue in the person's language.
func (a *app) text(code chat.Code, params ...any) string { return chat.Text(a.lang, code, params...) }

// say writes a sentence of the catalogue and a newline to standard output.
func (a *app) say(code chat.Code, params ...any) { fmt.Fprintln(a.out, a.text(code, params...)) }

// note writes a sentence of the catalogue to standard error, where it does not disturb a pipe.
func (a *app) note(code chat.Code, params ...any) { fmt.Fprintln(a.err, a.text(code, params...)) }

// usageError is a command line that cannot be understood.
type usageError struct {
	cause error
	node  *kong.Node // the command it was meant for
}

func (e *usageError) Error() string { return "usage: " + e.cause.Error() }
func (e *usageError) Unwrap() error { return e.cause }

// report tells a person what went wrong, in their language, and returns the exit code. Only a *chat.Error
// is shown as it is; the cause of anything is shown with --debug alone.
func (a *app) report(err error) int {
	if err == nil {
		return exitOK
	}
	if a.debug {
		fmt.Fprintf(a.err, "debug: %v\n", err)
	}
	told, ok := errors.AsType[*chat.Error](err)
	usage, isUsage := errors.AsType[*usageError](err)
	silent, isSilent := errors.AsType[*silentError](err)
	switch {
	case isSilent:
		return silent.code
	case isUsage:
		what := usage.cause.Error()
		if ok {
			what = told.In(a.lang)
		}
		a.note(chat.CodeCLIUsage, what, strings.TrimSpace("exaone help "+usage.node.Path()))
		return exitUsage
	case a.ctx.Err() != nil && errors.Is(err, context.Canceled):
		a.note(chat.CodeCLIStopped)
	case ok:
		a.note(chat.CodeCLIFailed, told.In(a.lang))
	default:
		a.note(chat.CodeCLIInternal)
	}
	return exitFailed
}

// endTime is how long ending may take where somebody waits for it: requests get four seconds of it.
const endTime = 5 * time.Second

// endInTime sees to it that the program ends when it is asked to, whatever hangs.
func (a *app) endInTime() {
	a.interrupts.within(endTime, func(late bool) {
		if late {
			a.note(chat.CodeCLIEndedLate, int(endTime.Seconds()))
		} else {
			a.note(chat.CodeCLIStopped)
		}
		os.Exit(exitFailed)
	})
}

// onClose has close call f, before what was opened earlier.
func (a *app) onClose(f func() error) { a.closers = append(a.closers, f) }

// close undoes what the command opened, last first.
func (a *app) close() error {
	var errs []error
	for len(a.closers) > 0 {
		last := len(a.closers) - 1
		errs = append(errs, a.closers[last]())
		a.closers = a.closers[:last]
	}
	return errors.Join(errs...)
}

// storeOptions say where the store is.
func (a *app) storeOptions() store.Options {
	return store.Options{Dir: a.data, URL: a.rows, Log: a.log}
}

// store opens the data directory, once, and closes it with the app. If a server holds the directory, the
// error says which and where; run then has that server run the command.
func (a *app) store() (*store.Store, error) {
	if a.opened == nil {
		s, err := store.Open(a.ctx, a.storeOptions())
		if err != nil {
			return nil, err
		}
		a.opened = s
		a.onClose(s.Close)
	}
	return a.opened, nil
}
