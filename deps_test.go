package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// imports says which of our packages each may import. It is policy: change it in a commit of its own, with
// the reason. Tests may import what their package may, and whatever those packages may in turn, and aids.
const imports = `
browser   :
chat      :
disk      :
tensor    :
tokenizer :
weights   : tensor disk
model     : tensor weights
prompt    : chat
grammar   : chat tokenizer
convert   : tensor tokenizer weights model
engine    : chat disk tensor tokenizer model prompt weights grammar
korean    :
document  : chat korean
ocr       : chat document
index     : chat disk korean tensor
intake    : chat disk document index store
people    : chat
powercut  :
reference :
store     : chat disk people
exchange  : chat store
library   : chat
assistant : chat korean document intake store
hub       : chat disk weights
api       : chat
web       : chat people store assistant exchange library document intake korean
bench     : chat engine model tensor tokenizer weights
main      : chat disk people tensor tokenizer weights model convert prompt grammar engine store hub api web bench assistant exchange library document ocr korean index intake
`

// aids are those of our packages that tests alone import, of any package.
var aids = []string{"browser", "powercut", "reference"}

// modules says which packages may import which modules that are not ours, tests included. A module is added
// in a commit that says what it does for us and what we would write instead.
const modules = `
github.com/alecthomas/kong          : main
github.com/clipperhouse/uax29/v2    : tokenizer
github.com/dlclark/regexp2/v2       : tokenizer
github.com/google/go-cmp            : *
github.com/jackc/pgx/v5             : store
github.com/klippa-app/go-pdfium     : document
github.com/mattn/go-isatty          : main
github.com/mattn/go-runewidth       : main
github.com/prometheus/client_golang : api
github.com/rogpeppe/go-internal     : main
github.com/tetratelabs/wazero       : document
go.uber.org/goleak                  : *
golang.org/x/crypto                 : people
golang.org/x/image                  : document main
golang.org/x/net                    : document
golang.org/x/sys                    : *
golang.org/x/text                   : *
golang.org/x/time                   : web
modernc.org/sqlite                  : store index
`

// goPackage is one of our folders with Go files in it.
type goPackage struct {
	name    string // "main" for the root
	dir     string
	files   map[string]*ast.File // by name, imports and package comment only
	inTests map[string]bool      // imports of tests
	outside map[string]bool      // imports of the rest
}

// ourPackages parses the head of every Go file in the tree, but for the modules within it.
func ourPackages(t *testing.T) map[string]*goPackage {
	t.Helper()
	found := map[string]*goPackage{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			name := entry.Name()
			_, nested := os.Stat(filepath.Join(file, "go.mod"))
			if file != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules" || nested == nil) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		dir := filepath.ToSlash(filepath.Dir(file))
		name := dir
		if dir == "." {
			name = "main"
		}
		p := found[name]
		if p == nil {
			p = &goPackage{name: name, dir: dir, files: map[string]*ast.File{}, inTests: map[string]bool{}, outside: map[string]bool{}}
			found[name] = p
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		p.files[filepath.Base(file)] = parsed
		for _, spec := range parsed.Imports {
			into := p.outside
			if strings.HasSuffix(file, "_test.go") {
				into = p.inTests
			}
			into[strings.Trim(spec.Path.Value, `"`)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// table reads lines of "name : word word".
func table(t *testing.T, text string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		name, words, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("line %q, want name : words", line)
		}
		out[strings.TrimSpace(name)] = strings.Fields(words)
	}
	return out
}

func TestTreeImportsFollowTheTable(t *testing.T) {
	allowed := table(t, imports)
	external := table(t, modules)
	for _, p := range ourPackages(t) {
		may, ok := allowed[p.name]
		if !ok {
			t.Errorf("package %s is not in the table of imports: add a line that says what it may import", p.name)
			continue
		}
		reach := closure(allowed, p.name)
		for _, imp := range slices.Sorted(maps.Keys(p.outside)) {
			if ours, ok := strings.CutPrefix(imp, "exaone/"); ok && !slices.Contains(may, ours) {
				t.Errorf("%s imports %s, want only: %s", p.name, ours, or(strings.Join(may, ", "), "nothing of ours"))
			}
		}
		for _, imp := range slices.Sorted(maps.Keys(p.inTests)) {
			if ours, ok := strings.CutPrefix(imp, "exaone/"); ok && ours != p.name && !reach[ours] && !slices.Contains(aids, ours) {
				t.Errorf("a test of %s imports %s, want only what %s can reach: %s", p.name, ours, p.name,
					or(strings.Join(slices.Sorted(maps.Keys(reach)), ", "), "nothing of ours"))
			}
		}
		both := maps.Clone(p.outside)
		maps.Copy(both, p.inTests)
		for _, imp := range slices.Sorted(maps.Keys(both)) {
			if err := checkModule(external, p.name, imp); err != nil {
				t.Error(err)
			}
		}
	}
}

// checkModule says whether a package may import a path that is neither ours nor the standard library's.
func checkModule(external map[string][]string, pkg, imp string) error {
	if first, _, _ := strings.Cut(imp, "/"); !strings.Contains(first, ".") {
		return nil
	}
	for module, who := range external {
		if imp == module || strings.HasPrefix(imp, module+"/") {
			if slices.Contains(who, "*") || slices.Contains(who, pkg) {
				return nil
			}
			return fmt.Errorf("%s imports %s, want only in: %s", pkg, imp, strings.Join(who, ", "))
		}
	}
	return fmt.Errorf("%s imports %s, whose module is not in the table of modules: add it in a commit that says why", pkg, imp)
}

// closure returns all that a package can reach by the table.
func closure(allowed map[string][]string, name string) map[string]bool {
	out := map[string]bool{}
	var visit func(string)
	visit = func(n string) {
		for _, next := range allowed[n] {
			if !out[next] {
				out[next] = true
				visit(next)
			}
		}
	}
	visit(name)
	return out
}

func TestTreeImportTableHasNoCycleAndNoGhosts(t *testing.T) {
	allowed := table(t, imports)
	have := ourPackages(t)
	for name, may := range allowed {
		if have[name] == nil {
			t.Errorf("the table of imports has %s, which is not a package", name)
		}
		for _, other := range may {
			if _, ok := allowed[other]; !ok {
				t.Errorf("%s may import %s, which has no line of its own", name, other)
			}
		}
		if closure(allowed, name)[name] {
			t.Errorf("by the table, %s reaches itself", name)
		}
	}
	for module := range table(t, modules) {
		if !imported(have, module) {
			t.Errorf("the table of modules has %s, which nobody imports", module)
		}
	}
}

// imported reports whether somebody imports a package of a module.
func imported(have map[string]*goPackage, module string) bool {
	for _, p := range have {
		for _, set := range []map[string]bool{p.outside, p.inTests} {
			for imp := range set {
				if imp == module || strings.HasPrefix(imp, module+"/") {
					return true
				}
			}
		}
	}
	return false
}

func TestTreePackagesHaveOneComment(t *testing.T) {
	for name, p := range ourPackages(t) {
		var with []string
		for file, parsed := range p.files {
			if parsed.Doc == nil || strings.HasSuffix(file, "_test.go") {
				continue
			}
			with = append(with, file)
			want := "Package " + path.Base(name) + " "
			if name == "main" {
				want = "Command exaone "
			}
			if text := parsed.Doc.Text(); !strings.HasPrefix(text, want) {
				t.Errorf("%s/%s: the package comment begins %q, want %q", p.dir, file, firstLine(text), want+"…")
			}
		}
		if len(with) != 1 {
			t.Errorf("%s has %d package comments %v, want one", name, len(with), with)
		}
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}
