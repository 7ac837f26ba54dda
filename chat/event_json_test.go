package chat

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite expected outputs")

// everyEvent has one of every kind, and the empty one of those that hold lists.
var everyEvent = []Event{
	Delta{At: 2, Text: "안녕, \"세계\" 👋", ThinkingAt: 1, Thinking: "<b>&</b>\u2028"},
	Echo{Text: "질문"},
	Phase{Name: "read", Done: 3, Total: 7},
	CallDelta{Index: 1, ID: "call_1", Name: "search", Arguments: `{"q":`},
	Call{ToolCall{ID: "call_1", Name: "search", Arguments: `{"q":"환율"}`}},
	Result{CallID: "call_1", Name: "search", Text: "1,390원"},
	Citation{Index: 1, Title: "보고서", Source: "doc-1", Where: "3쪽", Snippet: "매출은 …", URL: "https://example.com/a?b=1&c=2"},
	Table{Title: "매출", Columns: []string{"월", "억 원"}, Rows: [][]string{{"1월", "12"}, {"2월", ""}}},
	Table{},
	Chart{Title: "추이", Kind: "bar", Spec: json.RawMessage(`{"x":[1,2],"y":[3.5,4]}`)},
	File{Name: "보고서.md", MIME: "text/markdown", Blob: strings.Repeat("ab", 32), Size: 1 << 40},
	Approval{ID: "ap-1", What: "메일 보내기", Where: "lee@example.com", Effect: "되돌릴 수 없음"},
	Ledger{Window: 4096, Reserved: 1024, Items: []LedgerItem{
		{Kind: "instructions", Label: "", Tokens: 40, Fate: FateKept},
		{Kind: "question", Label: "첫 질문", Tokens: 900, Fate: FateLeftOut, Message: "msg-1"},
		{Kind: "summary", Label: "요약", Tokens: 90, Fate: FateKept, Message: "msg-2"},
		{Kind: "answer", Label: "답", Tokens: 700, Fate: FateSummarised, Message: "msg-2"}}},
	Ledger{},
	Ledger{Window: 4096, Rounds: 2, RoundTokens: 1800},
	Verdict{Checked: []string{"1"}, Failed: []string{"2", "3"}},
	Verdict{},
	Passages{Query: "연차 며칠", Among: 3, Versions: []string{"v-1"}, Items: []Passage{{Index: 1, Source: "version:v-1", Document: "d-1",
		Title: "취업규칙.hwpx", Heading: "제3장 › 제15조", Where: "12쪽", Page: 12, Last: 13, Date: time.UnixMilli(1e12).UTC(),
		Text: "연차는 15일이다.", Marks: [][2]int{{0, 2}}, Place: json.RawMessage(`{"section":1}`), Score: 7.5, Gaps: 1, Extract: []int{0, 10}}}},
	Passages{Nearest: true, Items: []Passage{{Index: 1, Withheld: true}, {Index: 2, Deleted: true}}},
	Claim{Start: 3, End: 20, Cites: []Cite{{Index: 1, Source: "version:v-1", Document: "d-1", Page: 12, Hash: "ab",
		Spans: []CiteSpan{{Text: 4, Start: 0, End: 22}}}}, Checked: []string{CheckSource, CheckNumbers}, Missing: []string{"16일"}, Loose: true},
	Claim{Cites: []Cite{{Index: 1, Withheld: true}}},
	Claim{Start: 20, End: 31, Seen: true},
	Sight{By: SightBoth, Version: "v-1", Page: 3, Box: []float64{10, 20.5, 110, 80}},
	Sight{By: SightModel, Version: "v-2", Page: 1},
	Sight{By: SightModel, Version: "v-2", Page: 1, Pieces: 9, Coarse: true},
	Sight{By: SightModel, Version: "v-2", Page: 1, Others: []string{"v-3", "v-4"}},
	Finish{Reason: FinishStop, Stop: "\n\n", Model: "exaone-3.0", Usage: Usage{PromptTokens: 3, CachedTokens: 2, CompletionTokens: 1},
		Warnings: []Warning{{Path: "/a", Keyword: "format", Text: "unknown"}}},
	Finish{},
	Unknown{Kind: "hologram", Version: 3, Data: []byte(`{"x":1}`)},
}

func TestEventsAreStoredAsTheGoldenFileSays(t *testing.T) {
	var got bytes.Buffer
	for _, ev := range everyEvent {
		kind, version, data, err := EncodeEvent(ev)
		if err != nil {
			t.Fatalf("%#v: %v", ev, err)
		}
		fmt.Fprintf(&got, "%s %d %s\n", kind, version, data)
	}
	const golden = "testdata/events.golden"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("what is stored has changed, so older stores would be misread (-want +got):\n%s", diff)
	}
}

func TestEveryKindOfEventComesBack(t *testing.T) {
	seen := map[string]bool{}
	for _, ev := range everyEvent {
		kind, version, data, err := EncodeEvent(ev)
		if err != nil {
			t.Fatal(err)
		}
		seen[reflect.TypeOf(ev).Name()] = true
		back := DecodeEvent(kind, version, data)
		if _, ok := back.(Unknown); ok != (kind == "hologram") {
			t.Errorf("%s is decoded as %#v", kind, back)
		}
		_, _, again, err := EncodeEvent(back)
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("%s: %s becomes %s (%v)", kind, data, again, err)
		}
	}
	source, err := os.ReadFile("event.go")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(source)) {
		if name, ok := strings.CutPrefix(line, "func ("); ok && strings.Contains(line, ") event()") {
			if name, _, _ = strings.Cut(name, ")"); !seen[name] {
				t.Errorf("no event of kind %s is tried", name)
			}
		}
	}
}

func TestWhatCannotBeReadIsCarried(t *testing.T) {
	for _, c := range []struct {
		kind    string
		version int
		data    string
	}{
		{"hologram", 1, `{"x":1}`},
		{"delta", 2, `{"at":0,"pieces":[]}`},
		{"delta", 1, `{"at":"x"}`},
		{"delta", 1, `{"at":0`},
		{"table", 1, ``},
	} {
		want := Unknown{Kind: c.kind, Version: c.version, Data: []byte(c.data)}
		if diff := cmp.Diff(Event(want), DecodeEvent(c.kind, c.version, []byte(c.data))); diff != "" {
			t.Errorf("%s %d %s (-want +got):\n%s", c.kind, c.version, c.data, diff)
		}
	}
}

func TestChartThatIsNotJSONIsRefused(t *testing.T) {
	if _, _, data, err := EncodeEvent(Chart{Spec: json.RawMessage(`{"x":`)}); err == nil {
		t.Errorf("encoded as %s", data)
	}
}

func FuzzDecodeEvent(f *testing.F) {
	for _, ev := range everyEvent {
		kind, version, data, err := EncodeEvent(ev)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(kind, version, data)
	}
	f.Add("chart", 1, []byte(`{"spec":null}`))
	f.Add("call", 1, []byte(`{"ToolCall":{"id":"x"}}`))
	f.Fuzz(func(t *testing.T, kind string, version int, data []byte) {
		ev := DecodeEvent(kind, version, bytes.Clone(data))
		kind2, version2, data2, err := EncodeEvent(ev)
		if err != nil {
			t.Fatalf("%#v cannot be encoded: %v", ev, err)
		}
		if kind2 != kind || version2 != version {
			t.Fatalf("%s %d becomes %s %d", kind, version, kind2, version2)
		}
		if _, ok := ev.(Unknown); ok {
			if !bytes.Equal(data, data2) {
				t.Fatalf("%q becomes %q", data, data2)
			}
			return
		}
		again := DecodeEvent(kind2, version2, data2)
		if _, _, data3, err := EncodeEvent(again); err != nil || !bytes.Equal(data2, data3) {
			t.Fatalf("%s becomes %s (%v)", data2, data3, err)
		}
	})
}
