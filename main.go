// Command exaone runs EXAONE and other language models, serves them, and answers people through ChatEXAONE.
//
// This package is flags in, packages joined, exit code out: the only code that knows everybody. Each command
// is a struct of flags in its own cmd_NAME.go with a method Run(*app) error; app holds what they share.
package main

import (
	"context"
	"errors"
	"os"

	"exaone/chat"

	"github.com/alecthomas/kong"
)

// Exit codes. Scripts depend on them.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is the command line: kong reads flags and commands from its tags, and help and completion are made
// from the same model. Help texts are not here but in the catalogue, in both languages (see help.go).
type cli struct {
	Data    string   `placeholder:"DIR" type:"path"`
	Store   string   `placeholder:"URL"`
	Offline bool     ``
	Lang    string   `enum:"ko,en," default:"" placeholder:"ko|en"`
	Debug   bool     ``
	Help    helpFlag `short:"h"`

	Serve      serveCmd      `cmd:"" group:"ask"`
	Chat       chatCmd       `cmd:"" group:"ask"`
	Embed      embedCmd      `cmd:"" group:"ask"`
	Document   documentCmd   `cmd:"" group:"documents"`
	Search     searchCmd     `cmd:"" group:"documents"`
	Ask        askCmd        `cmd:"" group:"documents"`
	Verify     verifyCmd     `cmd:"" group:"documents"`
	Reader     readerCmd     `cmd:"" hidden:""`
	Pull       pullCmd       `cmd:"" group:"models"`
	Models     modelsCmd     `cmd:"" group:"models"`
	Licence    licenceCmd    `cmd:"" group:"models"`
	Inspect    inspectCmd    `cmd:"" group:"models"`
	Quantize   quantizeCmd   `cmd:"" group:"models"`
	Convert    convertCmd    `cmd:"" group:"models"`
	Synth      synthCmd      `cmd:"" group:"speed"`
	Bench      benchCmd      `cmd:"" group:"speed"`
	Busy       busyCmd       `cmd:"" hidden:""`
	Key        keyCmd        `cmd:"" group:"access"`
	People     peopleCmd     `cmd:"" group:"access"`
	Audit      auditCmd      `cmd:"" group:"records"`
	Backup     backupCmd     `cmd:"" group:"records"`
	Restore    restoreCmd    `cmd:"" group:"records"`
	Version    versionCmd    `cmd:"" group:"program"`
	Completion completionCmd `cmd:"" group:"program"`
	HelpCmd    helpCmd       `cmd:"" name:"help" group:"program"`
	Welcome    welcomeCmd    `cmd:"" default:"1" hidden:""`
}

func main() {
	app := newApp(os.Stdin, os.Stdout, os.Stderr)
	os.Exit(run(app.interrupts.watch(context.Background()), os.Args[1:], app))
}

// run parses args, runs the command and returns the exit code. It closes what app opened. Where a server holds the data
// directory, the server runs the command.
func run(ctx context.Context, args []string, app *app) int {
	node, err := runHere(ctx, args, app, func(*kong.Node) bool { return true })
	if isLocked(err) {
		var code int
		if code, err = app.handOver(args, node, err); err == nil {
			return code
		}
	}
	return app.report(err)
}

// runHere parses args and runs the command if it is allowed. It closes what app opened. The node is that of the command,
// nil if args name none.
func runHere(ctx context.Context, args []string, app *app, allowed func(*kong.Node) bool) (*kong.Node, error) {
	var c cli
	app.ctx = ctx
	app.lang = app.pickLanguage(langArg(args))
	parser, err := kong.New(&c, kong.Name("exaone"), kong.NoDefaultHelp())
	if err != nil {
		return nil, err
	}
	app.model = parser.Model
	parsed, err := parser.Parse(args)
	if help, ok := errors.AsType[*helpWanted](err); ok {
		return nil, writeHelp(app.out, app.lang, help.node)
	}
	if err != nil {
		return nil, &usageError{cause: err, node: failedNode(err, parser.Model.Node)}
	}
	node := parsed.Selected()
	if !allowed(node) {
		return node, chat.NewError(chat.CodeSocketNotHere, nil)
	}
	if err := app.configure(&c); err != nil {
		return node, err
	}
	err = parsed.Run(app)
	return node, errors.Join(err, app.close())
}

// failedNode returns the command a parse error is about, or root if it did not get that far.
func failedNode(err error, root *kong.Node) *kong.Node {
	parse, ok := errors.AsType[*kong.ParseError](err)
	if ok && parse.Context != nil {
		if node := parse.Context.Selected(); node != nil {
			return node
		}
	}
	return root
}
