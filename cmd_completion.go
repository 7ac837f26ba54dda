package main

import (
	"embed"
	"slices"
	"strings"
	"text/template"

	"exaone/chat"

	"github.com/alecthomas/kong"
)

//go:embed completion/*.tmpl
var completionFiles embed.FS

// completionCmd prints a script that teaches a shell to complete this program's commands, flags and models.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish,powershell" placeholder:"bash|zsh|fish|powershell"`
}

// Run writes the script.
func (c *completionCmd) Run(app *app) error {
	tmpl, err := template.New(c.Shell+".tmpl").
		Funcs(template.FuncMap{"join": strings.Join, "single": quoteSingle, "double": doubleSingle}).
		ParseFS(completionFiles, "completion/"+c.Shell+".tmpl")
	if err != nil {
		return err
	}
	return tmpl.Execute(app.out, completionTable(app.lang, app.model.Node))
}

// candidate is a word a person may type next, and what it means.
type candidate struct {
	Word, Help string
	Value      bool // a flag that takes a value
}

// completion is what may follow one command.
type completion struct {
	Path   string // "" for exaone itself, else "key create"
	Words  []candidate
	Models bool // the next word may be the name of a model that is here
	Files  bool // the next word may be a file
}

// flagValues is what may follow a flag of one command.
type flagValues struct {
	Path   string
	Flag   string
	Help   string
	Words  []string
	Models bool
	Files  bool
	Any    bool // anything: nothing can be offered
}

// completions is the whole command line as the scripts need it.
type completions struct {
	Commands []completion
	Values   []flagValues
}

// completionTable flattens the command-line model.
func completionTable(lang chat.Language, root *kong.Node) completions {
	var table completions
	var walk func(node *kong.Node)
	walk = func(node *kong.Node) {
		entry, values := completionOf(lang, root, node)
		table.Commands = append(table.Commands, entry)
		table.Values = append(table.Values, values...)
		for _, child := range node.Children {
			if !child.Hidden && child != standsFor(node) {
				walk(child)
			}
		}
	}
	walk(root)
	return table
}

// completionOf returns what may follow one command, and what may follow each of its flags.
func completionOf(lang chat.Language, root, node *kong.Node) (completion, []flagValues) {
	entry := completion{Path: node.Path()}
	runs := standsFor(node)
	for _, arg := range runs.Positional {
		for _, word := range enumWords(arg.Enum) {
			entry.Words = append(entry.Words, candidate{Word: word, Help: word})
		}
		entry.Models = entry.Models || arg.Tag.PlaceHolder == modelPlace
		entry.Files = entry.Models
	}
	for _, child := range node.Children {
		if !child.Hidden && child != runs {
			entry.Words = append(entry.Words, candidate{Word: child.Name, Help: helpText(lang, "help", child)})
		}
	}
	flags := root.Flags
	if node != root {
		flags = slices.Concat(runs.Flags, root.Flags)
	}
	var values []flagValues
	for _, flag := range flags {
		if flag.Hidden {
			continue
		}
		help := chat.Text(lang, flagCode(flag))
		entry.Words = append(entry.Words, candidate{"--" + flag.Name, help, !flag.IsBool()})
		if !flag.IsBool() {
			values = append(values, valuesOf(entry.Path, flag, help))
		}
	}
	return entry, values
}

// modelPlace is the placeholder of arguments and flags that take a model: a name, a file or a folder.
const modelPlace = "MODEL"

func valuesOf(path string, flag *kong.Flag, help string) flagValues {
	v := flagValues{Path: path, Flag: "--" + flag.Name, Help: help, Words: enumWords(flag.Enum)}
	v.Models = flag.Tag.PlaceHolder == modelPlace
	v.Files = v.Models || flag.Tag.Type == "path"
	v.Any = len(v.Words) == 0 && !v.Models && !v.Files
	return v
}

func enumWords(enum string) []string {
	return strings.FieldsFunc(enum, func(r rune) bool { return r == ',' || r == ' ' })
}

// quoteSingle writes s as a POSIX shell word.
func quoteSingle(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// doubleSingle writes s as a PowerShell word, which doubles a quote within.
func doubleSingle(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
