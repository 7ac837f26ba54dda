package main

import (
	"bytes"
	"strings"
	"testing"
)

const passed = `{"Action":"pass","Package":"exaone/chat","Test":"TestA"}
{"Action":"output","Package":"exaone/chat","Output":"PASS\n"}
{"Action":"output","Package":"exaone/chat","Output":"ok  \texaone/chat\t0.100s\n"}
{"Action":"pass","Package":"exaone/chat","Elapsed":0.1}
`

const skipped = `{"Action":"output","Package":"exaone/weights","Test":"TestGolden","Output":"=== RUN   TestGolden\n"}
{"Action":"output","Package":"exaone/weights","Test":"TestGolden","Output":"    golden_test.go:12: shared: golden/x not here\n"}
{"Action":"output","Package":"exaone/weights","Test":"TestGolden","Output":"--- SKIP: TestGolden (0.00s)\n"}
{"Action":"skip","Package":"exaone/weights","Test":"TestGolden"}
`

const broken = `{"ImportPath":"exaone/x","Action":"build-output","Output":"x.go:3:1: no\n"}
{"ImportPath":"exaone/x","Action":"build-fail"}
{"Action":"fail","Package":"exaone/x","FailedBuild":"exaone/x"}
`

const hung = `{"Action":"run","Package":"exaone/y","Test":"TestHangs"}
{"Action":"output","Package":"exaone/y","Test":"TestHangs","Output":"panic: test timed out\\n"}
{"Action":"fail","Package":"exaone/y"}
`

func TestReport(t *testing.T) {
	tests := []struct {
		name, in, allow string
		strict, ok      bool
		want            string
	}{
		{"all pass", passed, "", true, true, "1 passed, 0 failed, 0 skipped"},
		{"a package's line is Go's own", passed, "", true, true, "ok  \texaone/chat\t0.100s\n"},
		{"a skip is named", passed + skipped, "", false, true, "skip  exaone/weights TestGolden: shared: golden/x not here"},
		{"a skip that is not listed fails", passed + skipped, "", true, false, "SKIP! exaone/weights TestGolden"},
		{"a listed skip passes", passed + skipped, "exaone/weights TestGolden no data", true, true, "skip  exaone/weights TestGolden"},
		{"a pattern lists", passed + skipped, "exaone/* Test* no data", true, true, "skip  exaone/weights"},
		{"another package's line does not", passed + skipped, "exaone/hub Test* no data", true, false, "SKIP!"},
		{"what does not compile fails", passed + broken, "", false, false, "x.go:3:1: no"},
		{"what hangs is named", passed + hung, "", false, false, "never ended: exaone/y TestHangs\n      panic: test timed out"},
		{"nothing at all fails", "", "", false, false, "no test ran"},
		{"words of a tool that cannot start", "go: no such tool\n", "", false, false, "go: no such tool"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			allow, err := readAllowed(strings.NewReader(test.allow))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			r := report{w: &out, output: map[string][]string{}, build: map[string][]string{}}
			if err := r.read(strings.NewReader(test.in)); err != nil {
				t.Fatal(err)
			}
			if ok := r.finish(allow, test.strict); ok != test.ok {
				t.Errorf("ok = %v, want %v\n%s", ok, test.ok, &out)
			}
			if !strings.Contains(out.String(), test.want) {
				t.Errorf("want %q in\n%s", test.want, &out)
			}
		})
	}
}

func TestAllowedSkipsNeedAReason(t *testing.T) {
	for _, bad := range []string{"exaone/x TestA", "exaone/x", "exaone/x Test[ why"} {
		if _, err := readAllowed(strings.NewReader(bad)); err == nil {
			t.Errorf("%q: want an error", bad)
		}
	}
}
