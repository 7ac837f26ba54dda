package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"exaone/chat"

	"github.com/alecthomas/kong"
)

// trackedFiles are the files git knows, so that what lies about in a working tree does not matter.
func trackedFiles(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("git: not a repository, so there are no tracked files to check")
	}
	var files []string
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			files = append(files, name)
		}
	}
	return files
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// noRooms are names that say nothing of what is inside.
var noRooms = regexp.MustCompile(`(^|/)(utils?|common|core|types|helpers?|internal|pkg|managers?|misc|base|shared)(/|\.go$)` +
	`|_(utils?|impl|types|helpers?|common|base)(_test)?\.go$|(^|/)base_`)

func TestTreeNamesSayWhatIsInside(t *testing.T) {
	for _, name := range trackedFiles(t) {
		if noRooms.MatchString(name) {
			t.Errorf("%s: name it for the noun inside", name)
		}
	}
}

// onlyHere matches paths of the machine somebody happened to work on.
var onlyHere = regexp.MustCompile(`(^|[^A-Za-z0-9_.~-])/(work|farm|root|home/[a-z]\w*)/`)

func TestTreeHasNoPathsOfOneMachine(t *testing.T) {
	for _, name := range trackedFiles(t) {
		if strings.HasSuffix(name, ".golden") || strings.HasPrefix(name, "web/dist/") || strings.Contains(name, "testdata/") {
			continue
		}
		text := readFile(t, name)
		if strings.Contains(text[:min(len(text), 8000)], "\x00") {
			continue
		}
		for n, line := range strings.Split(text, "\n") {
			if at := onlyHere.FindString(line); at != "" {
				t.Errorf("%s:%d: a path of one machine: %s", name, n+1, at)
			}
		}
	}
}

func TestTreeArchitectureNamesThePackages(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|")
	var listed []string
	for _, m := range row.FindAllStringSubmatch(readFile(t, "ARCHITECTURE.md"), -1) {
		listed = append(listed, m[1])
	}
	var have []string
	for name := range ourPackages(t) {
		if name != "main" {
			have = append(have, name)
		}
	}
	slices.Sort(listed)
	slices.Sort(have)
	if !slices.Equal(listed, have) {
		t.Errorf("the table of ARCHITECTURE.md names %v, want the folders %v", listed, have)
	}
}

// commandLine is the model that help is made from.
func commandLine(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := kong.New(&cli{}, kong.Name("exaone"), kong.NoDefaultHelp())
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

func allCommands(root *kong.Application) []*kong.Node {
	var out []*kong.Node
	for _, child := range root.Children {
		if !child.Hidden {
			out = append(out, commands(child)...)
		}
	}
	return out
}

func TestTreeReadmeNamesTheCommands(t *testing.T) {
	var have []string
	for _, cmd := range allCommands(commandLine(t)) {
		have = append(have, cmd.Path())
	}
	slices.Sort(have)
	row := regexp.MustCompile("(?m)^\\| `exaone ([a-z ]+?)(?: +[A-Z\\[].*?)?` \\|")
	for _, readme := range []string{"README.md", "README.ko.md"} {
		var listed []string
		for _, m := range row.FindAllStringSubmatch(readFile(t, readme), -1) {
			listed = append(listed, m[1])
		}
		slices.Sort(listed)
		if !slices.Equal(listed, have) {
			t.Errorf("%s lists the commands %q, want those of exaone help: %q", readme, listed, have)
		}
	}
}

func TestTreeEveryCommandAndFlagHasHelp(t *testing.T) {
	root := commandLine(t)
	used := map[chat.Code]bool{}
	want := func(code chat.Code) {
		used[code] = true
		if chat.Text(chat.English, code) == string(code) {
			t.Errorf("the catalogue has no %s", code)
		}
	}
	for _, flag := range root.Flags {
		want(flagCode(flag))
	}
	for _, top := range root.Children {
		if top.Hidden {
			continue
		}
		want(chat.Code("cli_group_" + top.Group.Key))
		for _, cmd := range append(commands(top), top) {
			code := strings.ReplaceAll(cmd.Path(), " ", "_")
			want(chat.Code("cli_help_" + code))
			want(chat.Code("cli_example_" + code))
			used[chat.Code("cli_detail_"+code)] = true
			if len(standsFor(cmd).Positional) > 0 {
				want(chat.Code("cli_arg_" + code))
			}
			for _, flag := range standsFor(cmd).Flags {
				want(flagCode(flag))
			}
		}
	}
	derived := regexp.MustCompile(`^cli_(group|help|detail|example|arg|flag)_`)
	for _, code := range chat.Codes() {
		if derived.MatchString(string(code)) && !used[code] && code != chat.CodeCLIHelpHint {
			t.Errorf("the catalogue has %s, which no command or flag uses", code)
		}
	}
}

// TestTreeEveryExampleIsRun holds that the examples of help and the commands of README's fenced blocks are
// command lines that a script runs.
func TestTreeEveryExampleIsRun(t *testing.T) {
	var scripts bytes.Buffer
	names, err := os.ReadDir("testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range names {
		scripts.WriteString(readFile(t, path.Join("testdata/script", entry.Name())))
	}
	check := func(where, line string) {
		line, _, _ = strings.Cut(line, " < ")
		line, _, _ = strings.Cut(line, " | ")
		line = strings.ReplaceAll(strings.TrimSpace(line), `"`, "'")
		if !strings.Contains(scripts.String(), "exec "+line) {
			t.Errorf("%s: no script runs %q", where, line)
		}
	}
	for _, cmd := range allCommands(commandLine(t)) {
		example := helpText(chat.English, "example", cmd)
		check("exaone help "+cmd.Path(), example)
	}
}

// The audit log names what was done by codes; whoever reads it on the page gets words.
func TestTreeEveryRecordedActionHasWords(t *testing.T) {
	action := regexp.MustCompile(`(?i:appendAudit\([^"\n]*|setDisabled\([^"\n]*|AuditBackup\w* +?= )"([a-z_]+\.[a-z_]+)"`)
	codes := chat.Codes()
	found := 0
	for _, pkg := range []string{".", "store", "web"} {
		files, err := filepath.Glob(pkg + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, m := range action.FindAllStringSubmatch(readFile(t, file), -1) {
				found++
				if code := chat.Code("ui_act_" + strings.ReplaceAll(m[1], ".", "_")); !slices.Contains(codes, code) {
					t.Errorf("%s records %s, and the catalogue has no %s", file, m[1], code)
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("%d actions were found: the test looks for them in the wrong way", found)
	}
}

func TestTreeEveryProofIsDocumented(t *testing.T) {
	target := regexp.MustCompile(`(?m)^(prove-[a-z0-9-]+):`)
	docs := readFile(t, "docs/benchmarks.md")
	for _, m := range target.FindAllStringSubmatch(readFile(t, "prove.mk"), -1) {
		if !regexp.MustCompile(m[1] + `\b[^-]`).MatchString(docs) {
			t.Errorf("docs/benchmarks.md does not say what make %s proves", m[1])
		}
	}
}

func TestTreeNoticeNamesTheModules(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if .Version}}{{.Path}} {{.Version}}{{end}}{{end}}", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	notice := readFile(t, "NOTICE")
	lines := strings.Fields(string(out))
	seen := map[string]bool{}
	for i := 0; i+1 < len(lines); i += 2 {
		if seen[lines[i]] {
			continue
		}
		seen[lines[i]] = true
		row := regexp.MustCompile(fmt.Sprintf(`(?m)^%s +\S+ +%s$`, regexp.QuoteMeta(lines[i]), regexp.QuoteMeta(lines[i+1])))
		if !row.MatchString(notice) {
			t.Errorf("NOTICE does not name %s %s: run make notice", lines[i], lines[i+1])
		}
	}
}
