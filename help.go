package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"exaone/chat"

	"github.com/alecthomas/kong"
)

// Help is made from the command-line model and the catalogue. The code of a text is derived from where it
// belongs, so that a command without help is a failing test and not an oversight:
//
//	cli_help_PATH     one line about the command at PATH ("key create" is key_create)
//	cli_detail_PATH   what to know before using it; may be absent
//	cli_example_PATH  one command line that works as it stands
//	cli_flag_NAME     one line about a flag; a flag of the same name means the same everywhere
//	cli_arg_PATH      one line about the command's argument
//	cli_group_KEY     the title of a group of commands

// helpFlag is -h and --help. It stops parsing before anything is missed, so that "exaone pull --help" does
// not ask for a model.
type helpFlag bool

// IgnoreDefault tells kong that the flag has no default to show.
func (helpFlag) IgnoreDefault() {}

// BeforeReset ends parsing with the command that help was wanted for.
func (helpFlag) BeforeReset(ctx *kong.Context) error {
	node := ctx.Selected()
	if node == nil {
		node = ctx.Model.Node
	}
	return &helpWanted{node: node}
}

// helpWanted is the "error" that ends parsing when help is asked for.
type helpWanted struct{ node *kong.Node }

func (*helpWanted) Error() string { return "help" }

// welcomeCmd is what runs when no command is given.
type welcomeCmd struct{}

// Run shows the first screen of help.
func (*welcomeCmd) Run(app *app) error { return writeHelp(app.out, app.lang, app.model.Node) }

// helpCmd shows the help of a command, or the first screen.
type helpCmd struct {
	Command []string `arg:"" optional:"" placeholder:"COMMAND"`
}

// Run shows it.
func (c *helpCmd) Run(app *app) error {
	node, rest := findCommand(app.model.Node, c.Command)
	if len(rest) > 0 {
		return &usageError{
			cause: chat.NewError(chat.CodeCLINoCommand, nil, strings.Join(c.Command, " ")),
			node:  node,
		}
	}
	return writeHelp(app.out, app.lang, node)
}

// findCommand follows words down from node and returns the last command they name and the words left over.
func findCommand(node *kong.Node, words []string) (*kong.Node, []string) {
next:
	for len(words) > 0 {
		for _, child := range node.Children {
			if child.Name == words[0] && !child.Hidden {
				node, words = child, words[1:]
				continue next
			}
		}
		break
	}
	return node, words
}

// writeHelp writes the help of one command, or the first screen for the root.
func writeHelp(w io.Writer, lang chat.Language, node *kong.Node) error {
	var b bytes.Buffer
	if node.Type == kong.ApplicationNode {
		writeFirstScreen(&b, lang, node)
	} else {
		writeCommandHelp(&b, lang, node)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func writeFirstScreen(b *bytes.Buffer, lang chat.Language, root *kong.Node) {
	fmt.Fprintf(b, "%s\n", chat.Text(lang, chat.CodeCLIWelcome))
	group := ""
	for _, node := range root.Children {
		if node.Hidden {
			continue
		}
		if node.Group != nil && node.Group.Key != group {
			group = node.Group.Key
			fmt.Fprintf(b, "\n%s\n", chat.Text(lang, chat.Code("cli_group_"+group)))
		}
		for _, cmd := range commands(node) {
			fmt.Fprintf(b, "  %-16s %s\n", cmd.Path(), helpText(lang, "help", cmd))
		}
	}
	fmt.Fprintf(b, "\n%s\n", chat.Text(lang, chat.CodeCLIHelpHint))
}

// commands returns what can be run at node and below it, in order of declaration. A node that only gathers
// subcommands is not among them; a subcommand that its parent stands for is not either.
func commands(node *kong.Node) []*kong.Node {
	var out []*kong.Node
	if node.Leaf() || standsFor(node) != node {
		out = append(out, node)
	}
	for _, child := range node.Children {
		if !child.Hidden && child != standsFor(node) {
			out = append(out, commands(child)...)
		}
	}
	return out
}

// standsFor returns the command that runs when node is typed: node itself, or the subcommand that takes its
// arguments ("exaone models" is "exaone models list").
func standsFor(node *kong.Node) *kong.Node {
	if d := node.DefaultCmd; d != nil && d.Tag.Default == "withargs" {
		return d
	}
	return node
}

func writeCommandHelp(b *bytes.Buffer, lang chat.Language, node *kong.Node) {
	if node.Parent != nil && standsFor(node.Parent) == node {
		node = node.Parent
	}
	show := standsFor(node)
	fmt.Fprintf(b, "exaone %s\n\n%s\n", usage(node, show), helpText(lang, "help", node))
	if detail := helpText(lang, "detail", node); detail != "" {
		fmt.Fprintf(b, "\n%s\n", detail)
	}
	if len(show.Positional) > 0 {
		fmt.Fprintf(b, "\n%s\n", chat.Text(lang, chat.CodeCLIArguments))
		for _, arg := range show.Positional {
			fmt.Fprintf(b, "  %-24s %s\n", argName(arg), helpText(lang, "arg", node))
		}
	}
	var children []*kong.Node
	for _, child := range commands(node) {
		if child != node {
			children = append(children, child)
		}
	}
	if len(children) > 0 {
		fmt.Fprintf(b, "\n%s\n", chat.Text(lang, chat.CodeCLICommands))
		for _, child := range children {
			fmt.Fprintf(b, "  %-24s %s\n", child.Path(), helpText(lang, "help", child))
		}
	}
	writeFlagHelp(b, lang, chat.CodeCLIOptions, show.Flags)
	writeFlagHelp(b, lang, chat.CodeCLIGlobalOptions, globals(node))
	if example := helpText(lang, "example", node); example != "" {
		fmt.Fprintf(b, "\n%s\n  %s\n", chat.Text(lang, chat.CodeCLIExample), example)
	}
}

// usage returns the command as it is typed: its path, its arguments and [options].
func usage(node, show *kong.Node) string {
	parts := []string{node.Path()}
	for _, arg := range show.Positional {
		name := argName(arg)
		if arg.IsCumulative() {
			name += "..."
		}
		if !arg.Required {
			name = "[" + name + "]"
		}
		parts = append(parts, name)
	}
	if !show.Leaf() {
		parts = append(parts, "COMMAND")
	}
	return strings.Join(append(parts, "[options]"), " ")
}

func argName(arg *kong.Positional) string {
	if arg.Tag.PlaceHolder != "" {
		return arg.Tag.PlaceHolder
	}
	return strings.ToUpper(arg.Name)
}

func globals(node *kong.Node) []*kong.Flag {
	for node.Parent != nil {
		node = node.Parent
	}
	return node.Flags
}

func writeFlagHelp(b *bytes.Buffer, lang chat.Language, title chat.Code, flags []*kong.Flag) {
	if len(flags) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", chat.Text(lang, title))
	for _, flag := range flags {
		if flag.Hidden {
			continue
		}
		line := "--" + flag.Name
		if !flag.IsBool() {
			line += " " + strings.Trim(flag.FormatPlaceHolder(), `"`)
		}
		if flag.Short != 0 {
			line = fmt.Sprintf("-%c, %s", flag.Short, line)
		}
		fmt.Fprintf(b, "  %-24s %s\n", line, chat.Text(lang, flagCode(flag)))
	}
}

// flagCode is the code of a flag's text: by its name, or, where commands mean different things by it, by its help tag.
func flagCode(flag *kong.Flag) chat.Code {
	return chat.Code("cli_flag_" + strings.ReplaceAll(cmp.Or(flag.Help, flag.Name), "-", "_"))
}

// helpText returns the text of a kind for a command, or "" if the catalogue has none.
func helpText(lang chat.Language, kind string, node *kong.Node) string {
	code := chat.Code("cli_" + kind + "_" + strings.ReplaceAll(node.Path(), " ", "_"))
	if text := chat.Text(lang, code); text != string(code) {
		return text
	}
	return ""
}
