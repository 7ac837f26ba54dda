package grammar

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/reference"
)

type instance struct {
	Description string
	Data        json.RawMessage
	Valid       bool
}

// TestSchemaTestSuite holds that every case of the JSON Schema Test Suite is decided as it should be, or its schema
// refused. Formats are asserted here, as the suite's optional part has it.
func TestSchemaTestSuite(t *testing.T) {
	root := reference.Path(t, "bench/json-schema-test-suite/tests/draft2020-12")
	files, err := filepath.Glob(filepath.Join(root, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"optional/*.json", "optional/format/*.json"} {
		more, err := filepath.Glob(filepath.Join(root, sub))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	right, wrong, refused := 0, 0, 0
	for _, file := range files {
		if filepath.Base(file) == "format.json" { // there formats are annotations
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var groups []struct {
			Description string
			Schema      json.RawMessage
			Tests       []instance
		}
		if err := json.Unmarshal(data, &groups); err != nil {
			t.Fatal(err)
		}
		for _, g := range groups {
			compiled, err := Compile(context.Background(), chat.Grammar{Schema: string(g.Schema)})
			if err != nil && !errors.Is(err, ErrUnsatisfiable) {
				refused += len(g.Tests)
				t.Logf("%s: %s: refused: %v", filepath.Base(file), g.Description, err)
				continue
			}
			for _, test := range g.Tests {
				got := false
				if err == nil {
					m := compiled.Matcher(tinyVocabulary(t))
					_, got = m.Arrange(test.Data)
				}
				if got == test.Valid {
					right++
					continue
				}
				wrong++
				t.Errorf("%s: %s: %s: accepted %t, want %t: %s: %s", filepath.Base(file), g.Description, test.Description, got, test.Valid, test.Data, g.Schema)
			}
		}
	}
	t.Logf("%d right, %d wrong, %d refused", right, wrong, refused)
}

type maskBenchCase struct {
	Name   string
	Schema json.RawMessage
	Tests  []instance
}

func maskBench(t testing.TB) []maskBenchCase {
	t.Helper()
	f, err := os.Open(reference.Path(t, "bench/maskbench-3000.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []maskBenchCase
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var c maskBenchCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// TestMaskBench holds that no invalid instance of MaskBench is accepted, and prints how many schemas pass.
func TestMaskBench(t *testing.T) {
	cases := maskBench(t)
	passed, invalid, wrong, validRefused, valid := 0, 0, 0, 0, 0
	refused := map[string]int{}
	var times []time.Duration
	for _, c := range cases {
		begin := time.Now()
		g, err := Compile(context.Background(), chat.Grammar{Schema: string(c.Schema)})
		took := time.Since(begin)
		times = append(times, took)
		if took > 100*time.Millisecond {
			t.Logf("%s: took %v: %v", c.Name, took, err)
		}
		if err != nil && !errors.Is(err, ErrUnsatisfiable) {
			var e *Error
			errors.As(err, &e)
			refused[fmt.Sprintf("%s: %.70s", e.Keyword, e.Err)]++
			t.Logf("refused: %s: %v", c.Name, err)
			continue
		}
		good := true
		for i, test := range c.Tests {
			got := false
			if err == nil {
				_, got = g.Matcher(tinyVocabulary(t)).Arrange(test.Data)
			}
			if test.Valid {
				valid++
			} else {
				invalid++
			}
			if got != test.Valid {
				good = false
				if got {
					wrong++
				} else {
					validRefused++
				}
				t.Logf("%s: test %d: accepted %t, want %t", c.Name, i, got, test.Valid)
			}
		}
		if good {
			passed++
		}
	}
	slices.Sort(times)
	var causes []string
	for cause, n := range refused {
		causes = append(causes, fmt.Sprintf("%4d %s", n, cause))
	}
	slices.Sort(causes)
	slices.Reverse(causes)
	t.Logf("refused:\n%s", strings.Join(causes, "\n"))
	t.Logf("%d of %d schemas pass; %d of %d invalid instances accepted, %d of %d valid ones refused; compiled in p50 %v, p99 %v, max %v", passed, len(cases),
		wrong, invalid, validRefused, valid, times[len(times)/2], times[len(times)*99/100], times[len(times)-1])
	if wrong > 0 {
		t.Errorf("%d invalid instances accepted, want none", wrong)
	}
}
