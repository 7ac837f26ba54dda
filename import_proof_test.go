package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestImportsAreAllOrNothing sends the program files that are cut off, wrong, hostile and too large, each as the page
// sends one. Every reply must be a sentence that a person understands, and the rows of the store the same as before.
// EXAONE_UPLOAD is how many bytes the largest file has, in MiB.
func TestImportsAreAllOrNothing(t *testing.T) {
	w := newWorkspace(t, nil, "--offline")
	admin := w.admin()
	samples := importSamples(t)
	before := w.rows()
	quiet := w.memory("VmHWM")
	refusals := map[string]int{}
	refuse := func(what string, content io.Reader) {
		t.Helper()
		began := time.Now()
		status, text := admin.upload(content)
		var told struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal([]byte(text), &told); err != nil || status < 400 || status >= 500 || told.Error.Code == "" || !hangul(told.Error.Message) {
			t.Errorf("%s: %d %.300s: no clear refusal", what, status, text)
		}
		refusals[told.Error.Code]++
		if after := w.rows(); !maps.Equal(after, before) {
			t.Errorf("%s: rows before %v, after %v", what, before, after)
			before = after
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Logf("%s: refused after %v", what, took.Round(time.Millisecond))
		}
	}
	cuts := 0
	for _, name := range slices.Sorted(maps.Keys(samples)) {
		whole := bytes.TrimRight(samples[name], "\n ")
		for n := range 50 {
			refuse(fmt.Sprintf("%s, %d/50 of it", name, n), bytes.NewReader(whole[:len(whole)*n/50]))
			cuts++
		}
	}
	hostile := hostileImports()
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		refuse(name, strings.NewReader(hostile[name]))
	}
	size := int64(envInt("EXAONE_UPLOAD", 600)) << 20
	refuse("a large file of spaces", io.MultiReader(strings.NewReader("["), io.LimitReader(spaces{}, size)))
	refuse("a large file of questions", io.LimitReader(&endlessExport{}, size))
	refuse("a file of 250 MiB that ends too soon", io.LimitReader(&endlessExport{}, 250<<20))
	left, err := os.ReadDir(filepath.Join(w.dir, "blobs", "tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
	t.Logf("%d files cut off, %d wrong or hostile, 3 of 250 to %d MiB: refused with %v, 0 rows left of them", cuts, len(hostile), size>>20, refusals)
	t.Logf("memory at most %.0f MiB, %.0f MiB before", mebi(w.memory("VmHWM")), mebi(quiet))

	// What is wrong in places is brought without them, and says so.
	for _, name := range slices.Sorted(maps.Keys(samples)) {
		status, text := admin.upload(bytes.NewReader(samples[name]))
		if status != http.StatusOK {
			t.Errorf("%s, whole: %d %s", name, status, text)
		}
	}
	after := w.rows()
	t.Logf("the whole files bring %d conversations, %d messages", after["conversations"]-before["conversations"], after["messages"]-before["messages"])
	if after["messages"] == before["messages"] {
		t.Error("the whole files bring nothing")
	}
}

// importSamples are whole files of each program.
func importSamples(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, name := range []string{"chatgpt.json", "librechat.json", "openwebui.json"} {
		all[name] = []byte(readFile(t, filepath.Join("exchange", "testdata", name)))
	}
	return all
}

// hostileImports are files with what does not belong there.
func hostileImports() map[string]string {
	return map[string]string{
		"nothing":                  "",
		"a number":                 "42",
		"words":                    "no JSON at all",
		"NUL":                      strings.Repeat("\x00", 4096),
		"bytes that are no text":   "[\"\xff\xfe\"",
		"an empty list":            "[]",
		"an empty object":          "{}",
		"a list of lists":          "[[[]],[1],{}]",
		"a picture":                "\x89PNG\r\n\x1a\n",
		"a zip of nothing":         "PK\x05\x06" + strings.Repeat("\x00", 18),
		"a zip that ends":          "PK\x03\x04 and nothing",
		"very deep lists":          strings.Repeat("[", 1<<20),
		"very deep objects":        strings.Repeat(`{"mapping":`, 1<<18),
		"a long string":            `["` + strings.Repeat("가", 1<<20),
		"a mapping of numbers":     `[{"title":"x","mapping":{"a":1,"b":[2]}}]`,
		"a mapping that is text":   `[{"title":"x","mapping":"a"}]`,
		"a history of numbers":     `[{"chat":{"history":{"messages":3}}}]`,
		"messages of lists":        `{"conversationId":1,"messages":[[],2,{}]}`,
		"a title of lists":         `[{"title":[[]],"mapping":{}}]`,
		"ours, of another version": `{"format":"exaone.conversations","version":99,"conversations":[]}`,
		"ours, of numbers":         `{"format":"exaone.conversations","version":1,"conversations":[3]}`,
		"two files in one":         `[{"title":"x","mapping":{}}]{"chat":{}}`,
		"a circle": `[{"title":"x","mapping":{"a":{"id":"a","parent":"b","children":["b"],"message":null},` +
			`"b":{"id":"b","parent":"a","children":["a"],"message":null}},"current_node":"a"}]`,
	}
}

// hangul reports whether a sentence has Korean in it.
func hangul(text string) bool {
	return strings.ContainsFunc(text, func(c rune) bool { return c >= '가' && c <= '힣' })
}

// spaces is a file of spaces.
type spaces struct{}

func (spaces) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// endlessExport is an export of Open WebUI without an end.
type endlessExport struct {
	n    int
	rest string
}

func (q *endlessExport) Read(b []byte) (int, error) {
	if q.rest == "" {
		q.rest = "["
		if q.n > 0 {
			q.rest = fmt.Sprintf(`{"id":"c%d","title":"%[1]d번째 대화","chat":{"history":{"currentId":"m%[1]d","messages":{"m%[1]d":`+
				`{"id":"m%[1]d","parentId":null,"childrenIds":[],"role":"user","content":"%s"}}}}},`, q.n, strings.Repeat("출장비 정산 기준을 알려 주세요. ", 400))
		}
		q.n++
	}
	n := copy(b, q.rest)
	q.rest = q.rest[n:]
	return n, nil
}

// rows counts the rows of every table that an import may write.
func (w *workspace) rows() map[string]int {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.dir, "store.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	names, err := column[string](db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%VIRTUAL%'`)
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string]int{}
	for _, name := range names {
		n, err := column[int](db, `SELECT count(*) FROM "`+name+`"`)
		if err != nil {
			w.t.Fatal(err)
		}
		all[name] = n[0]
	}
	return all
}

// column is the one column of a query.
func column[T any](db *sql.DB, query string) ([]T, error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var one T
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
