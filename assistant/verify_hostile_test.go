package assistant

import (
	"encoding/json"
	"slices"
	"testing"

	"exaone/chat"
	"exaone/document"
)

// hostileEvents are what a file may say that an answer has: anybody can write one, and have it brought in.
var hostileEvents = []struct{ kind, data string }{
	{"table", `{"held":true,"sources":1,"rows":[["[0]"]]}`},
	{"table", `{"held":true,"sources":1,"rows":[["[000] [1] [999]","1,300"]]}`},
	{"table", `{"held":true,"sources":-9223372036854775808,"rows":[["[0]"]]}`},
	{"table", `{"held":true,"sources":9223372036854775807,"rows":[["[0]"]]}`},
	{"table", `{"held":true,"sources":2,"rows":[[],null,["가"]],"flaws":[{"row":-1},{"row":9223372036854775807,"missing":["가"]}]}`},
	{"table", `{"held":true,"sources":2,"rows":[["가","[2]"],["나","[0]"]]}`},
	{"claim", `{"start":-1,"end":2}`},
	{"claim", `{"start":2,"end":1}`},
	{"claim", `{"start":0,"end":9223372036854775807}`},
	{"claim", `{"start":0,"end":3,"cites":[{"index":1,"source":"version:v","spans":[{"text":-1,"start":0,"end":1}]}]}`},
	{"claim", `{"start":0,"end":3,"cites":[{"index":1,"source":"version:v","spans":[{"text":0,"start":1,"end":2}]}]}`},
	{"claim", `{"start":0,"end":3,"cites":[{"index":1,"source":"version:v","spans":[{"text":0,"start":0,"end":9223372036854775807}]}]}`},
	{"claim", `{"start":0,"end":3,"cites":[{"index":1,"source":"version:v","within":[[-1,2]]}]}`},
	{"claim", `{"start":0,"end":3,"cites":[{"index":1,"source":"version:v","within":[[0,9223372036854775807]]}]}`},
	{"claim", `{"start":0,"end":3,"cites":[{"index":0,"source":"version:v"},{"index":-1,"source":""}]}`},
}

// hostilePassages are what such an answer may say that it was shown.
var hostilePassages = []string{
	``,
	`{"items":[]}`,
	`{"items":[{"index":0,"source":"version:v","text":"가"}]}`,
	`{"items":[{"index":1,"source":"version:v","text":"가나","place":{"spans":[{"start":0,"end":3,"text":0,"from":9223372036854775807}]}}]}`,
	`{"items":[{"index":1,"source":"version:v","text":"가나","place":{"spans":[{"start":-3,"end":9223372036854775807,"text":0,"from":0}]}}]}`,
	`{"items":[{"index":1,"source":"version:v","text":"가나","place":{"spans":[{"start":0,"end":1,"text":0,"from":0},{"start":0,"end":1,"text":1,"from":0}]}}]}`,
}

// lookAgain verifies an answer of which a file says such things, as the page and exaone verify do.
func lookAgain(t *testing.T, text string, said ...string) Proof {
	t.Helper()
	var events []chat.Event
	for i := 0; i < len(said); i += 2 {
		if said[i+1] != "" {
			events = append(events, chat.DecodeEvent(said[i], 1, []byte(said[i+1])))
		}
	}
	held := held{"v": {Blocks: []document.Block{{Kind: document.Paragraph, Text: "가나다 1,200원"}, {Kind: document.Paragraph, Text: "라"}}}}
	p, err := Verify(t.Context(), ann, held, text, events)
	if err != nil {
		t.Fatalf("%q: %v", said, err)
	}
	if _, err := json.Marshal(p); err != nil {
		t.Errorf("%q: %v", said, err)
	}
	return p
}

// What a file says of an answer is looked at, whatever it is, and is false.
func TestHostileAnswersAreFalse(t *testing.T) {
	for _, shown := range hostilePassages {
		for _, ev := range hostileEvents {
			if p := lookAgain(t, "가나다.", "passages", shown, ev.kind, ev.data); p.Holds() || p.Sentences().False+p.Rows().False == 0 {
				t.Errorf("%s over %s holds: %+v", ev.data, shown, p)
			}
		}
	}
}

func FuzzVerify(f *testing.F) {
	for i, ev := range hostileEvents {
		f.Add("가나다 [1].", hostilePassages[i%len(hostilePassages)], ev.kind, ev.data)
	}
	f.Add("가 [0] [1]", `{"items":[{"index":1,"source":"version:v","text":"가나다 1,200원","place":{"spans":[{"start":0,"end":16,"text":0,"from":0}]}}]}`,
		"table", `{"held":true,"sources":2,"rows":[["1,300원","[1]"],["'가' | 1,200","[1]"]]}`)
	f.Fuzz(func(t *testing.T, text, shown, kind, data string) {
		p := lookAgain(t, text, "passages", shown, kind, data)
		for _, c := range p.Claims {
			if !c.False && slices.ContainsFunc(c.Cites, func(one ProvedCite) bool { return one.State.false() }) {
				t.Errorf("it rests on what is not there, and is not false: %+v", c)
			}
		}
		if counted := p.Sentences().False + p.Rows().False; p.Holds() != (counted == 0) {
			t.Errorf("it holds: %v, and %d of it are false", p.Holds(), counted)
		}
	})
}
