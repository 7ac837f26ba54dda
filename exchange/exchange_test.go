package exchange

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"

	"github.com/google/go-cmp/cmp"
)

func read(t testing.TB, data []byte) (*Import, error) {
	t.Helper()
	return Read(t.Context(), bytes.NewReader(data), int64(len(data)))
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func mustRead(t testing.TB, data []byte) *Import {
	t.Helper()
	in, err := read(t, data)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// wantCode fails unless an error has a code that a person may read.
func wantCode(t testing.TB, err error, code chat.Code) {
	t.Helper()
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != code {
		t.Errorf("the error is %v, want %s", err, code)
	}
}

// outline is a conversation in lines: its title, then each message below its parent.
func outline(c store.ImportedConversation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s | %s | %s", c.Title, c.Model, c.Created.UTC().Format(time.RFC3339Nano))
	for _, f := range []struct {
		is   bool
		name string
	}{{c.Pinned, "pinned"}, {c.Archived, "archived"}} {
		if f.is {
			b.WriteString(" | " + f.name)
		}
	}
	b.WriteString("\n")
	for i, m := range c.Messages {
		depth := 1
		for up := m.Parent; up >= 0; up = c.Messages[up].Parent {
			depth++
		}
		fmt.Fprintf(&b, "%s%s %q", strings.Repeat("  ", depth), m.Role, m.Text)
		for _, s := range []string{m.Thinking, m.Model, m.Finish} {
			if s != "" {
				fmt.Fprintf(&b, " (%s)", s)
			}
		}
		if m.State != store.StateDone {
			fmt.Fprintf(&b, " %s", m.State)
		}
		if !m.Created.IsZero() {
			fmt.Fprintf(&b, " %s", m.Created.UTC().Format("15:04:05.999"))
		}
		for _, e := range m.Events {
			if c, ok := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.Citation); ok {
				fmt.Fprintf(&b, " [%d %s %s]", c.Index, c.Title, c.URL)
			}
		}
		if i == c.Leaf {
			b.WriteString(" <")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func skippedLines(in *Import) []string {
	var lines []string
	for _, s := range in.Skipped {
		lines = append(lines, s.In(chat.English))
	}
	slices.Sort(lines)
	return lines
}

// TestImporters holds of every program that its sample is read as what it is, by that importer and no other.
func TestImporters(t *testing.T) {
	tests := []struct {
		file, format string
		want         []string
		skipped      []string
	}{
		{"chatgpt.json", "chatgpt", []string{`
배포를 되돌리는 법 | gpt-4o | 2024-05-01T12:00:00.25Z | pinned | archived
  user "배포를 어떻게 되돌리나요?" 12:00:01
    assistant "` + "`helm rollback`을 쓰세요.[1]" + `" (**명령 찾기**

helm일 것이다.) (o4-mini) (stop) 12:00:10 [1 Helm Rollback https://helm.sh/docs/helm/helm_rollback/]
      user "[그림.png]\n\n[image]\n\n이 그림은요?" 12:01:40
        assistant "릴리스 목록입니다" (gpt-4o) interrupted 12:01:42 <
    assistant "처음 답" (gpt-4) (stop) 12:00:02
`, `
옛 인용 |  | 2024-05-01T13:26:40Z
  user "수도는?" 13:26:41
    assistant "서울입니다[1]." (gpt-4) 13:26:42 [1 서울 https://ko.wikipedia.org/wiki/%EC%84%9C%EC%9A%B8]
`}, []string{
			"conversations that cannot be read (깨진 것): 1",
			"files (그림.png): 1",
			"parts that are no text (image_asset_pointer): 1",
			"tool calls and their results (tether_browsing_display): 1",
			"tool calls and their results (web): 1",
			"what that program did not show (user_editable_context): 1",
		}},
		{"openwebui.json", "openwebui", []string{`
곱셈 | deepseek-r1 | 2023-11-14T22:13:20Z | pinned
  user "[표.csv]\n\n15 × 17은?" 22:13:20
    assistant "답은 255입니다." (15 × 10 = 150
15 × 7 = 105) (deepseek-r1) 22:13:30
    assistant "255" (llama3.1:latest) 22:13:31 [1 구구단.pdf ] <
`, `
옛 형식 | llama2 | 2023-07-22T04:26:40Z | archived
  user "안녕\n\n[image]"
    assistant "안녕하세요"
`}, []string{
			"files (표.csv): 1",
			"instructions (system messages): 1",
			"parts that are no text (image_url): 1",
		}},
		{"librechat.json", "librechat", []string{`
가상 환경 | gpt-4-turbo | 2024-05-01T16:35:11.53Z
  user "venv는 어떻게 켜나요?" 16:35:11.53
    assistant "` + "`source venv/bin/activate`" + `" (activate 말이군) (gpt-4-turbo) (stop) 16:35:12.604
      user "고마워요" 16:36:00
        assistant "천만에요" (gpt-4-turbo) (stop) 16:36:02
        assistant "즐겁게 짜세" (gpt-4-turbo) interrupted 16:36:05 <
`}, []string{"tool calls and their results (tool_call): 1"}},
		{"librechat_flat.json", "librechat", []string{`
긴 이야기 | gpt-4o | 2024-05-28T18:08:55.014Z
  user "긴 이야기 해 줘" 18:08:55.014
    assistant "옛날 옛적에" (어떤 이야기가 좋을까) (gpt-4o) 18:08:55.39
    assistant "[삽화.png]\n\n한 마을에" (gpt-4o) 18:09:27.444
      user "계속" 18:10:00 <
`}, []string{"files (삽화.png): 1"}},
	}
	tested := map[string]bool{}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			tested[test.format] = true
			in := mustRead(t, sample(t, test.file))
			if in.Format != test.format {
				t.Errorf("read as %s, want %s", in.Format, test.format)
			}
			var got []string
			n := 0
			for _, c := range in.Conversations {
				got = append(got, "\n"+outline(c))
				n += len(c.Messages)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
			if diff := cmp.Diff(test.skipped, skippedLines(in)); diff != "" {
				t.Errorf("skipped: want (-), got (+):\n%s", diff)
			}
			if in.Messages != n {
				t.Errorf("counts %d messages, want %d", in.Messages, n)
			}
		})
	}
	for _, one := range importers {
		if !tested[one.name] && one.name != "exaone" { // TestOurOwnComesBack
			t.Errorf("no sample of %s is read", one.name)
		}
	}
}

// An archive may list millions of files in the space of one picture; each would take memory before any is read.
func TestZipOfManyFilesIsRefused(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 1200 {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i, ".png"), Extra: make([]byte, 20<<10)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := read(t, b.Bytes())
	wantCode(t, err, chat.CodeImportTooLarge)
}

// zipped is an archive of files: name, content, name, content.
func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadZip(t *testing.T) {
	in := mustRead(t, zipped(t, "export/chat.html", "<html>", "export/conversations.json", string(sample(t, "chatgpt.json")), "export/user.json", `{"id": 1}`,
		"export/conversations-001.json", string(sample(t, "chatgpt.json"))))
	if len(in.Conversations) != 4 || in.Format != "chatgpt" {
		t.Errorf("%d conversations of %s, want 4 of chatgpt", len(in.Conversations), in.Format)
	}
	if !slices.Contains(skippedLines(in), "files (user.json): 1") || !slices.Contains(skippedLines(in), "files (.html): 1") {
		t.Errorf("what else was in the archive is not named: %q", skippedLines(in))
	}
	in = mustRead(t, zipped(t, "a.json", string(sample(t, "librechat.json")), "b.json", "42", "c.json", string(sample(t, "librechat_flat.json"))))
	if len(in.Conversations) != 2 || in.Format != "librechat" {
		t.Errorf("%d conversations of %s, want 2 of librechat", len(in.Conversations), in.Format)
	}
	_, err := read(t, zipped(t))
	wantCode(t, err, chat.CodeImportUnknown)
	whole := zipped(t, "conversations.json", string(sample(t, "chatgpt.json")))
	_, err = read(t, whole[:len(whole)/2])
	wantCode(t, err, chat.CodeImportDamaged)
	flipped := bytes.Clone(whole)
	flipped[200] ^= 0xff
	_, err = read(t, flipped)
	wantCode(t, err, chat.CodeImportDamaged)
}

// Each beginning of a file is an error, and the whole is none: nothing is taken for whole that was cut short.
func TestReadTruncated(t *testing.T) {
	for _, name := range []string{"chatgpt.json", "openwebui.json", "librechat.json"} {
		data := bytes.TrimRight(sample(t, name), "\n")
		for n := 0; n < len(data); n += 7 {
			if in, err := read(t, data[:n]); err == nil {
				t.Fatalf("%s: its first %d of %d bytes are read as %d conversations", name, n, len(data), len(in.Conversations))
			}
		}
		if _, err := read(t, append(bytes.Clone(data), " \n\t "...)); err != nil {
			t.Errorf("%s with spaces at its end: %v", name, err)
		}
		_, err := read(t, append(bytes.Clone(data), "x"...))
		wantCode(t, err, chat.CodeImportDamaged)
		mustRead(t, append([]byte("\xef\xbb\xbf  "), data...))
	}
}

func TestReadNothing(t *testing.T) {
	for text, want := range map[string]chat.Code{
		"":                           chat.CodeImportDamaged,
		"   ":                        chat.CodeImportDamaged,
		"null":                       chat.CodeImportUnknown,
		`"text"`:                     chat.CodeImportUnknown,
		"hello":                      chat.CodeImportUnknown,
		"[]":                         chat.CodeImportUnknown,
		"{}":                         chat.CodeImportUnknown,
		"[1, null, {}, [], \"x\"]":   chat.CodeImportUnknown,
		`{"mapping": {}}`:            chat.CodeImportNothing,
		`[{"mapping": {"a": 1}}]`:    chat.CodeImportNothing,
		`[{"chat": {"history": 3}}]`: chat.CodeImportNothing,
		`{"conversationId": 1, "messages": [[], 2, {}]}`:                             chat.CodeImportNothing,
		`{"format": "exaone.conversations", "version": 99, "conversations": []}`:     chat.CodeImportNewer,
		`{"format": "exaone.conversations", "version": 1, "conversations": [3]}`:     chat.CodeImportForm,
		`{"format": "exaone.conversations", "version": 1, "conversations": []}`:      chat.CodeImportNothing,
		`{"format": "exaone.conversations", "version": "one", "conversations": [3]}`: chat.CodeImportUnknown,
		strings.Repeat("[", 20000):                     chat.CodeImportDamaged,
		`{"mapping":` + strings.Repeat(`{"a":`, 20000): chat.CodeImportDamaged,
		"\x00\x01\x02":                                 chat.CodeImportUnknown,
	} {
		in, err := read(t, []byte(text))
		if err == nil {
			t.Errorf("%.40q is read as %+v", text, in)
			continue
		}
		told, ok := errors.AsType[*chat.Error](err)
		if !ok || told.Code != want {
			t.Errorf("%.40q: the error is %v, want %s", text, err, want)
		}
	}
}

// zeros is a file of many more bytes than it takes to say so.
type zeros struct {
	head string
	size int64
}

func (z zeros) ReadAt(p []byte, off int64) (int, error) {
	for i := range p {
		switch at := off + int64(i); {
		case at >= z.size:
			return i, fmt.Errorf("the end")
		case at < int64(len(z.head)):
			p[i] = z.head[at]
		default:
			p[i] = ' '
		}
	}
	return len(p), nil
}

func TestReadBounds(t *testing.T) {
	_, err := Read(t.Context(), zeros{"[", 1 << 30}, 1<<30)
	wantCode(t, err, chat.CodeImportTooLarge)
	if told, _ := errors.AsType[*chat.Error](err); !strings.Contains(told.In(chat.English), "256 MiB") {
		t.Errorf("the bound is not said: %s", told.In(chat.English))
	}
	// A bomb, and many small ones, which count together.
	const most = 1 << 20
	within := func(data []byte) error {
		_, err := readWithin(t.Context(), bytes.NewReader(data), int64(len(data)), most)
		return err
	}
	wantCode(t, within(zipped(t, "conversations.json", "["+strings.Repeat(" ", 2*most))), chat.CodeImportTooLarge)
	wantCode(t, within(zipped(t, "conversations.json", `["`+strings.Repeat("x", 2*most))), chat.CodeImportTooLarge)
	half := `["` + strings.Repeat("x", most/2+10) + `"]`
	wantCode(t, within(zipped(t, "conversations-1.json", half)), chat.CodeImportUnknown)
	wantCode(t, within(zipped(t, "conversations-1.json", half, "conversations-2.json", half)), chat.CodeImportTooLarge)

	many := func(n int) []byte {
		var b bytes.Buffer
		b.WriteString(`{"conversationId":"x","messages":[`)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"messageId":"%d","parentMessageId":"%d","isCreatedByUser":%t,"text":"글"}`, i+1, i, i%2 == 0)
		}
		b.WriteString("]}")
		return b.Bytes()
	}
	in := mustRead(t, many(MaxMessages))
	if in.Messages != MaxMessages {
		t.Errorf("%d messages, want %d", in.Messages, MaxMessages)
	}
	_, err = read(t, many(MaxMessages+1))
	wantCode(t, err, chat.CodeImportTooMany)
	// Nor are there more of what is no message.
	for _, of := range [][3]string{
		{"[", "{}", "]"},
		{`{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":[`, "1", "]}}}}}"},
		{`{"mapping":{`, `"x":{}`, "}}"},
		{`{"chat":{"messages":[`, "{}", "]}}"},
		{`{"conversationId":1,"messages":[`, "2", "]}"},
	} {
		_, err = read(t, []byte(of[0]+strings.Repeat(of[1]+",", maxItems)+of[1]+of[2]))
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeImportTooMany {
			t.Errorf("%s: %v", of[0], err)
		}
	}

	long := strings.Repeat("가", maxText/3+10)
	in = mustRead(t, []byte(`{"conversationId":"x","title":"긴 글","messages":[{"messageId":"1","isCreatedByUser":true,"text":"`+long+`"}]}`))
	text := in.Conversations[0].Messages[0].Text
	if len(text) > maxText || !strings.HasSuffix(text, "가"+mark) || len(in.Skipped) != 1 || in.Skipped[0].Code != chat.CodeSkippedLong {
		t.Errorf("a text of %d bytes became one of %d, and %v is said", len(long), len(text), skippedLines(in))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	data := sample(t, "chatgpt.json")
	if _, err := Read(ctx, bytes.NewReader(data), int64(len(data))); !errors.Is(err, context.Canceled) {
		t.Errorf("after it was given up: %v", err)
	}
}

func TestArrange(t *testing.T) {
	message := func(text string, role chat.Role) *store.ImportedMessage {
		return &store.ImportedMessage{Role: role, Text: text, State: store.StateDone}
	}
	tests := []struct {
		name  string
		nodes []*node
		merge bool
		want  string // text<parent
		circl int
	}{
		{"a circle of two", []*node{
			{id: "a", parent: "b", message: message("a", chat.User)}, {id: "b", parent: "a", message: message("b", chat.Assistant)}}, false, "a<- b<a", 1},
		{"its own parent", []*node{{id: "a", parent: "a", message: message("a", chat.User)}}, false, "a<-", 1},
		{"a circle without messages", []*node{{id: "a", parent: "b"}, {id: "b", parent: "a"}}, false, "", 1},
		{"a circle with a tail", []*node{
			{id: "c", parent: "b", message: message("c", chat.User)}, {id: "a", parent: "b", message: message("a", chat.User)},
			{id: "b", parent: "a", message: message("b", chat.User)}}, false, "c<- a<- b<a", 2},
		{"no such parent", []*node{{id: "a", parent: "x", message: message("a", chat.User)}}, false, "a<-", 0},
		{"children first", []*node{
			{id: "b", parent: "a", message: message("b", chat.User)}, {id: "a", message: message("a", chat.User)}}, false, "a<- b<a", 0},
		{"an id twice", []*node{
			{id: "a", message: message("a", chat.User)}, {id: "a", message: message("again", chat.User)}}, false, "a<-", 0},
		{"passed over", []*node{
			{id: "a", message: message("a", chat.User)}, {id: "x", parent: "a"}, {id: "y", parent: "x"},
			{id: "b", parent: "y", message: message("b", chat.Assistant)}}, false, "a<- b<a", 0},
		{"answers become one", []*node{
			{id: "a", message: message("a", chat.Assistant)}, {id: "x", parent: "a"},
			{id: "b", parent: "x", message: message("b", chat.Assistant)}, {id: "c", parent: "b", message: message("c", chat.Assistant)}}, true, "a\n\nb\n\nc<-", 0},
		{"but not where it goes on in two ways", []*node{
			{id: "a", message: message("a", chat.Assistant)}, {id: "b", parent: "a", message: message("b", chat.Assistant)},
			{id: "c", parent: "a", message: message("c", chat.Assistant)}}, true, "a<- b<a c<a", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &reader{skipped: map[Skipped]int{}}
			messages, _, _ := r.arrange("t", test.nodes, "", test.merge)
			var got []string
			for _, m := range messages {
				up := "-"
				if m.Parent >= 0 {
					up = messages[m.Parent].Text
				}
				got = append(got, m.Text+"<"+up)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", strings.Join(got, " "), test.want)
			}
			n := 0
			for _, s := range r.out.Skipped {
				if s.Code == chat.CodeSkippedCircle {
					n = s.Count
				}
			}
			if n != test.circl {
				t.Errorf("%d circles are named, want %d", n, test.circl)
			}
		})
	}
}

func TestFencedHoldsAnything(t *testing.T) {
	for code, want := range map[string]string{
		"x = 1\n":     "```python\nx = 1\n```",
		"a ```` b":    "`````python\na ```` b\n`````",
		"":            "",
		"```\n```\nx": "````python\n```\n```\nx\n````",
	} {
		if got := fenced("python", code); got != want {
			t.Errorf("%q became %q, want %q", code, got, want)
		}
	}
}

func TestLinksLeadToTheWeb(t *testing.T) {
	for link, want := range map[string]string{
		"https://example.com/a?b=c":            "https://example.com/a?b=c",
		"javascript:alert(1)":                  "",
		"JavaScript:alert(1)":                  "",
		"data:text/html,x":                     "",
		"//example.com":                        "",
		"file:///etc/passwd":                   "",
		"https://":                             "",
		"":                                     "",
		"http://a\x00b":                        "",
		"https://" + strings.Repeat("x", 3000): "",
	} {
		if got := webLink(link); got != want {
			t.Errorf("%.40q became %q, want %q", link, got, want)
		}
	}
}
