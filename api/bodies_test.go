package api

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// postPaths are all paths that take a body, of every dialect, with something in the place of their wildcards.
func postPaths() []string {
	var out []string
	for path, at := range places() {
		for _, p := range at {
			if p.route.takes(http.MethodPost) && p.route.path != p.dialect.under {
				out = append(out, regexp.MustCompile(`\{\w+(\.\.\.)?\}`).ReplaceAllString(path, "x"))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// thinned leaves out most of what is many times the same to the race detector, which makes it ten times slower.
func thinned(paths []string) []string {
	info, ok := debug.ReadBuildInfo()
	if !ok || !slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		return paths
	}
	var out []string
	for i := 0; i < len(paths); i += 6 {
		out = append(out, paths[i])
	}
	return out
}

// fieldReads finds the names of fields in our own source, so that none is forgotten.
var fieldReads = regexp.MustCompile(`\.(text|flag|number|integer|choice|only|object|take|json|need|texts|list)\("([a-zA-Z_.]+)"`)

// allFields are the names of all fields that any dialect reads.
func allFields(t testing.TB) []string {
	t.Helper()
	found := map[string]bool{}
	for _, b := range bounds {
		name := strings.TrimSuffix(b.name, "[]")
		if _, own, ok := strings.Cut(name, " "); ok {
			name = own
		}
		found[name] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fieldReads.FindAllStringSubmatch(string(source), -1) {
			found[m[2]] = true
		}
	}
	if len(found) < 100 {
		t.Fatalf("found only %d fields in the source", len(found))
	}
	return slices.Sorted(maps.Keys(found))
}

// fine reports whether a status is one that a body may get: an answer, a refusal, but never a fault of ours.
func fine(status int) bool {
	return status < http.StatusInternalServerError || status == http.StatusNotImplemented || status == statusOverloaded
}

// somewhere is where a field may stand, beside what its route needs to come so far.
var somewhere = []string{
	`{%s}`, `{"model":"tiny","prompt":"a","input":"a","content":"a","max_tokens":4,"messages":[{"role":"user","content":"a"}],%s}`,
	`{"prompt":"a","options":{%s}}`, `{"max_tokens":4,"thinking":{%s},"messages":[{"role":"user","content":"a"}]}`,
	`{"max_tokens":4,"messages":[{"role":"user","content":"a",%s}]}`, `{"max_tokens":4,"messages":[{"role":"assistant",%s}]}`,
	`{"max_tokens":4,"messages":[{"role":"user","content":[{"type":"text","text":"a",%s}]}]}`,
	`{"max_tokens":4,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"f","type":"function",%s}],"tool_choice":{%[1]s},"response_format":{%[1]s}}`,
	`{"input":[{"role":"user",%s}]}`,
}

// TestEveryFieldOfEveryRoute puts what does not belong there into every field of every route: nothing panics, and
// nothing is a fault of ours.
func TestEveryFieldOfEveryRoute(t *testing.T) {
	server := newServer(talker, withAll)
	deep := strings.Repeat("[", maxDepth-4) + strings.Repeat("]", maxDepth-4)
	values := []string{"-1", "0", "9223372036854775807", "NaN", "1e308", `"x"`, `""`, "true", "null", "[]", "{}", `[""]`, `[null]`, `[{}]`, `{"a":null}`, deep}
	requests := 0
	fields := allFields(t)
	for _, path := range thinned(postPaths()) {
		for k, field := range fields {
			for i, value := range values {
				for j, where := range somewhere {
					if j > 1 && (i+j+k)%8 > 0 && os.Getenv("EXAONE_BODIES") == "" {
						continue
					}
					body := fmt.Sprintf(where, fmt.Sprintf("%q:%s", field, value))
					if w := post(server, path, body); !fine(w.Code) {
						t.Errorf("%s %s: %d %s", path, body, w.Code, w.Body)
					}
					requests++
				}
			}
			talker.mu.Lock()
			talker.asked = nil
			talker.mu.Unlock()
		}
		for _, where := range somewhere { // cut off anywhere
			whole := fmt.Sprintf(where, `"stop":["a"],"temperature":0.5,"stream":true`)
			for at := range whole {
				if w := post(server, path, whole[:at]); !fine(w.Code) || w.Code == http.StatusOK {
					t.Errorf("%s %s: %d %s", path, whole[:at], w.Code, w.Body)
				}
			}
		}
	}
	t.Logf("%d routes, %d fields, %d bodies: no panic, no fault", len(thinned(postPaths())), len(fields), requests)
}

// TestNumbersOfEachDialect holds that numbers outside of the table's bounds are refused, where each dialect has them.
func TestNumbersOfEachDialect(t *testing.T) {
	reads := regexp.MustCompile(`\.(?:integer|number)\("([a-z_.]+)"\)|idle\(([^)]*)\)|"([a-z_.]+)": &|range \[\]string\{([^}]*)\}`)
	for dialect, c := range map[string]struct {
		path string
		put  []string
	}{
		"ollama":    {"/api/generate", []string{`{"prompt":"a","options":{%s}}`, `{"prompt":"a",%s}`}},
		"anthropic": {"/v1/messages", []string{`{"max_tokens":4000,"thinking":{"type":"enabled",%s},"messages":[{"role":"user","content":"a"}]}`, `{"messages":[{"role":"user","content":"a"}],%s}`}},
		"llamacpp":  {"/completion", []string{`{"prompt":"a",%s}`}},
	} {
		fields := map[string]bool{}
		files, _ := filepath.Glob(dialect + "_*.go")
		if dialect == "llamacpp" {
			files = append(files, "ollama_options.go") // how tokens are picked is read there for both
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range reads.FindAllStringSubmatch(string(source), -1) {
				for _, name := range regexp.MustCompile(`[a-z_.]+`).FindAllString(strings.Join(m[1:], " "), -1) {
					if slices.ContainsFunc(bounds, func(b bound) bool { return b.name == name || b.name == dialect+" "+name }) {
						fields[name] = true
					}
				}
			}
		}
		if len(fields) < 5 {
			t.Fatalf("%s: only %v", dialect, fields)
		}
		server := newServer(says(chat.Finish{Reason: chat.FinishStop}), withAll)
		for field := range fields {
			b := boundIn(dialect, field)
			for _, value := range []string{decimal(b.min*2 - 1.5), decimal(b.max*2 + 1), `true`, `[]`, `NaN`, `1e308`, `-1e308`, `1e400`} {
				for _, put := range c.put {
					if w := post(server, c.path, fmt.Sprintf(put, fmt.Sprintf("%q:%s", field, value))); w.Code != http.StatusBadRequest {
						t.Errorf("%s %s: %s: %d %s, want 400", c.path, field, value, w.Code, w.Body)
					}
				}
			}
		}
	}
}

// endless is a body of 100 MB, and how much of it was read.
type endless struct{ left, read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range n {
		p[i] = 'a'
	}
	e.left -= n
	e.read += n
	return n, nil
}

// TestEveryRouteBoundsItsBody holds that no route reads more than the limit, and that no body costs more memory than a
// few times its size.
func TestEveryRouteBoundsItsBody(t *testing.T) {
	// The window is what bounds a prompt that fits into a body.
	server := newServer(fails(chat.NewError(chat.CodeTooLong, nil, maxBody, 1)), withAll)
	fill := func(head, unit, tail string) string {
		return head + strings.Repeat(unit, (maxBody-len(head)-len(tail))/len(unit)) + tail
	}
	bodies := map[string]string{
		"messages": fill(`{"max_tokens":4,"messages":[`, `{"role":"user","content":"a"},`, `{"role":"user","content":"a"}]}`),
		"blocks":   fill(`{"max_tokens":4,"messages":[{"role":"user","content":[`, `{"type":"text","text":"a"},`, `{"type":"text","text":"a"}]}]}`),
		"prompts":  fill(`{"prompt":[`, `"a",`, `"a"]}`),
		"ids":      fill(`{"prompt":[`, `65,`, `65]}`),
		"tokens":   fill(`{"tokens":[`, `65,`, `65]}`),
		"opened":   strings.Repeat("[", maxBody),
		"objects":  fill(`{"options":`, `{"a":`, `1`),
		"stops":    fill(`{"prompt":"a","options":{"stop":[`, `"a",`, `"a"]}}`),
	}
	where := map[string]string{ // others refuse these at their first field
		"messages": "chat|messages|template", "blocks": "messages", "prompts": "complet", "ids": "complet", "tokens": "token", "stops": "/api/",
	}
	const budget = 32 * maxBody // in all, most of it garbage at once
	for _, path := range thinned(postPaths()) {
		body := &endless{left: 100 << 20}
		w := httptest.NewRecorder()
		server.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, body))
		if body.read > maxBody+1<<20 || !fine(w.Code) || w.Code == http.StatusOK {
			t.Errorf("%s: %d after %d MiB of a body of 100", path, w.Code, body.read>>20)
		}
		for name, body := range bodies {
			if only := where[name]; only != "" && !regexp.MustCompile(only).MatchString(path) {
				continue
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			w := post(server, path, body)
			runtime.ReadMemStats(&after)
			if spent := after.TotalAlloc - before.TotalAlloc; spent > budget || !fine(w.Code) {
				t.Errorf("%s %s: %d, %d MiB allocated, want ≤ %d", path, name, w.Code, spent>>20, budget>>20)
			}
		}
	}
}

// dialectSeeds are bodies of what no client of ours sends; those that they do are seeds, too.
var dialectSeeds = []string{
	`{"model":"tiny","messages":[{"role":"user","content":"안녕"}],"stream":true,"options":{"temperature":0,"seed":1,"num_predict":4,"stop":["a"]},"keep_alive":"5m","think":false,"format":"json"}`,
	`{"model":"tiny","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},{"role":"tool","content":"b","tool_name":"f"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]}`,
	`{"model":"tiny","prompt":"a","raw":true,"options":{"num_ctx":99},"logprobs":true,"top_logprobs":2}`, `{"model":"tiny","input":["a","b"],"truncate":true,"dimensions":2}`,
	`{"model":"tiny","max_tokens":64,"system":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}],"thinking":{"type":"enabled","budget_tokens":1024},"stream":true}`,
	`{"model":"tiny","max_tokens":64,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"a","signature":"b"},{"type":"tool_use","id":"1","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":[{"type":"text","text":"a"}],"is_error":true}]}],"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"any","disable_parallel_tool_use":true}}`,
	`{"prompt":["a",[1,"b"],{"prompt_string":"c"}],"n_predict":2,"n_probs":2,"logit_bias":[[1,false]],"stream":true,"json_schema":{}}`, `{"content":"a","with_pieces":true,"add_special":true}`, `{"tokens":[1,2]}`,
}

// FuzzBodies gives any body to any route of any dialect. Nothing panics, and nothing is a fault of ours.
func FuzzBodies(f *testing.F) {
	paths := postPaths()
	for _, c := range sentByClients(f) {
		if i := slices.Index(paths, c.Path); i >= 0 {
			f.Add(byte(i), []byte(c.Body))
		}
	}
	for i := range paths {
		for _, seed := range append(seeds, dialectSeeds...) {
			f.Add(byte(i), []byte(seed))
		}
	}
	server := newServer(talker, withAll)
	f.Fuzz(func(t *testing.T, route byte, body []byte) {
		path := paths[int(route)%len(paths)]
		if w := post(server, path, string(body)); !fine(w.Code) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		talker.mu.Lock()
		talker.asked = nil
		talker.mu.Unlock()
	})
}
