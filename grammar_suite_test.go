package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/grammar"
	"exaone/reference"
	"exaone/tokenizer"
)

// suiteGroup is a schema of the JSON Schema Test Suite (https://github.com/json-schema-org/JSON-Schema-Test-Suite) with
// its instances.
type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

// suiteRow counts the cases of a file.
type suiteRow struct {
	right    int // valid and accepted, or invalid and refused
	refused  int // the schema does not compile
	spelling int // valid, and accepted with its numbers written plainly: 1 for 1.0
	asserted int // valid for readers to whom a format is a comment
	wrong    int
}

func (r *suiteRow) add(o suiteRow) {
	r.right += o.right
	r.refused += o.refused
	r.spelling += o.spelling
	r.asserted += o.asserted
	r.wrong += o.wrong
}

func (r suiteRow) cases() int { return r.right + r.refused + r.spelling + r.asserted + r.wrong }

// suiteEnforced is the share of the suite's cases that are judged rightly; the schemas of the rest do not compile. It
// goes up, never down.
const suiteEnforced = 0.83

// TestJSONSchemaSuite judges every case of draft 2020-12, optional ones and formats too, and prints a row for each file.
// An instance is written compactly, its members in schema order. Wrong is a valid one that is refused, and an invalid one
// that is accepted in its own order or in the schema's; there is none. A schema may be refused as a whole. A valid one
// whose numbers have a spelling that no answer is given, 1.0 for an integer, is right if the plain spelling is accepted,
// and counted apart; and so are the cases of format.json in which a format is a comment: here it is a rule, as the cases
// in optional/format want it.
func TestJSONSchemaSuite(t *testing.T) {
	root := reference.Path(t, "bench/json-schema-test-suite/tests/draft2020-12")
	judge := tinyJudge(t)
	var total suiteRow
	keywords := map[string]int{}
	var table strings.Builder
	fmt.Fprintf(&table, "%-42s %6s %6s %8s %9s %9s %6s\n", "file", "cases", "right", "refused", "spelling", "asserted", "wrong")
	line := func(name string, r suiteRow) {
		fmt.Fprintf(&table, "%-42s %6d %6d %8d %9d %9d %6d\n", name, r.cases(), r.right, r.refused, r.spelling, r.asserted, r.wrong)
	}
	for _, path := range suiteFiles(t, root) {
		name := filepath.ToSlash(strings.TrimSuffix(strings.TrimPrefix(path, root+string(filepath.Separator)), ".json"))
		row := suiteFile(t, judge, name, path, keywords)
		line(name, row)
		total.add(row)
	}
	line("all", total)
	t.Logf("\n%s", table.String())
	var words []string
	for _, k := range slices.SortedFunc(maps.Keys(keywords), func(a, b string) int { return cmp.Or(keywords[b]-keywords[a], strings.Compare(a, b)) }) {
		words = append(words, fmt.Sprintf("%d %s", keywords[k], cmp.Or(k, "(none)")))
	}
	t.Logf("schemas that do not compile, by keyword: %s", cmp.Or(strings.Join(words, ", "), "none"))
	if total.wrong > 0 {
		t.Errorf("%d cases are wrong, want 0", total.wrong)
	}
	if enforced := float64(total.cases()-total.refused) / float64(max(total.cases(), 1)); enforced < suiteEnforced {
		t.Errorf("%.4f of the cases are judged, want %.4f", enforced, suiteEnforced)
	}
}

func suiteFiles(t testing.TB, root string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".json") {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatalf("%s holds no tests", root)
	}
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(strings.Count(a, string(filepath.Separator))-strings.Count(b, string(filepath.Separator)), strings.Compare(a, b))
	})
	return list
}

// tinyJudge has the vocabulary of 1,024 ids that is in the repository.
func tinyJudge(t testing.TB) *grammarJudge {
	t.Helper()
	tok, err := tokenizer.Load(filepath.Join("tokenizer", "testdata", "tiny"))
	if err != nil {
		t.Fatal(err)
	}
	return newGrammarJudge(tok)
}

func suiteFile(t *testing.T, judge *grammarJudge, name, path string, keywords map[string]int) (row suiteRow) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var groups []suiteGroup
	if err := json.Unmarshal(data, &groups); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, group := range groups {
		g, err := grammar.Compile(context.Background(), chat.Grammar{Schema: string(group.Schema)})
		if err != nil {
			known, ok := errors.AsType[*grammar.Error](err)
			if !ok {
				t.Errorf("%s: %s: %v is no *grammar.Error", name, group.Description, err)
				continue
			}
			keywords[known.Keyword]++
			row.refused += len(group.Tests)
			t.Logf("%s: %s: %v", name, group.Description, err)
			continue
		}
		order := newSchemaOrder(mustJSON(t, string(group.Schema)))
		for _, c := range group.Tests {
			told := suiteCase(t, judge, g, order, mustJSON(t, string(c.Data)), c.Valid)
			if told.wrong > 0 && name == "format" && strings.HasSuffix(c.Description, "only an annotation by default") {
				told = suiteRow{asserted: 1}
			}
			row.add(told)
			if told.wrong > 0 {
				t.Logf("WRONG %s: %s: %s: schema %s, data %s, valid %v", name, group.Description, c.Description,
					mustJSON(t, string(group.Schema)), order.put(mustJSON(t, string(c.Data))), c.Valid)
			}
		}
	}
	return row
}

// suiteCase judges one instance, by bytes and by tokens.
func suiteCase(t *testing.T, judge *grammarJudge, g *grammar.Grammar, order *schemaOrder, data *jsonValue, valid bool) suiteRow {
	judged := func(v *jsonValue) bool {
		text := v.String()
		accepted, at := accepts(g, text)
		ids, err := judge.encode(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return accepted
		}
		if walk := judge.walk(g.Matcher(judge.vocabulary), ids); walk.err != nil || walk.accepted != accepted {
			t.Errorf("%s: by bytes accepted: %v (%d bytes), by tokens: %v (%d of %d), %v", text, accepted, at, walk.accepted, walk.allowed, len(ids), walk.err)
		}
		return accepted
	}
	accepted := judged(order.put(data))
	switch {
	case valid && accepted:
		return suiteRow{right: 1}
	case valid:
		if plain := order.put(data.plainNumbers()); plain.String() != order.put(data).String() && judged(plain) {
			return suiteRow{spelling: 1}
		}
	case !accepted && !judged(data) && !judged(order.put(data.plainNumbers())):
		return suiteRow{right: 1}
	}
	return suiteRow{wrong: 1}
}
