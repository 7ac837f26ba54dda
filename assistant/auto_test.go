package assistant

import (
	"context"
	"strings"
	"testing"

	"exaone/chat"
)

func TestAutoPicksAMode(t *testing.T) {
	one := func(name string) Mode {
		return scripted{name: name, events: []chat.Event{chat.Delta{Text: name}, chat.Finish{}}}
	}
	has := func(word string) func(context.Context, Question) Fit {
		return func(_ context.Context, q Question) Fit {
			if strings.Contains(q.Text, word) {
				return Fitting
			}
			return Possible
		}
	}
	all := []Offer{
		{Mode: one("chat"), Korean: "그 밖의 모든 질문", English: "anything else"},
		{Mode: one("web"), Korean: "최근 소식", English: "recent news", Fits: has("오늘")},
		{Mode: one("data"), Korean: "표와 숫자", English: "tables", Fits: has("표")},
	}
	for name, c := range map[string]struct {
		offers []Offer
		level  Level
		text   string
		says   string
		window int
		want   string
		asked  bool
	}{
		"one mode is not picked":         {all[:1], Full, "오늘 날씨", "web", 4096, "chat", false},
		"by rule at extract":             {all, Extract, "오늘 날씨 표", "data", 4096, "web", false},
		"the first if no rule fits":      {all, Extract, "안녕", "data", 4096, "chat", false},
		"an unknown level is extract":    {all, "", "표로", "web", 4096, "data", false},
		"by the model":                   {all, Assist, "안녕", "data", 4096, "data", true},
		"by the model, against the rule": {all, Full, "오늘", "chat", 4096, "chat", true},
		"by rule if the model rambles":   {all, Full, "표로", "무엇이든", 4096, "data", true},
		"by rule if it is too long":      {all, Full, "표" + strings.Repeat("가", 100), "web", 90, "data", false},
	} {
		models := &fakeModels{window: c.window, reply: says(c.says)}
		mode := auto{&Assistant{models: models}, c.offers}
		q := Question{Text: c.text, Language: chat.Korean, Model: Model{Name: "fake", Window: c.window, Level: c.level}}
		var got string
		var phases []chat.Phase
		for ev, err := range mode.Answer(context.Background(), q) {
			if err != nil {
				t.Fatal(name, err)
			}
			switch ev := ev.(type) {
			case chat.Delta:
				got += ev.Text
			case chat.Phase:
				phases = append(phases, ev)
			}
		}
		if got != c.want || (len(models.asked) > 0) != c.asked {
			t.Errorf("%s: answered in %q after asking %d times, want %q", name, got, len(models.asked), c.want)
		}
		if tells := len(c.offers) > 1; tells != (len(phases) == 1 && phases[0].Name == "mode:"+c.want) {
			t.Errorf("%s: told %v", name, phases)
		}
		if c.asked && len(models.last().Grammar.Choices) != len(c.offers) {
			t.Errorf("%s: held to %v", name, models.last().Grammar)
		}
	}
}

// TestAutoGoesOnInTheModeThatBegan stops answers in their midst: what goes on is the same answer, whether it had cited anything
// by then or not, and no model is asked which mode it was.
func TestAutoGoesOnInTheModeThatBegan(t *testing.T) {
	for _, level := range []Level{Extract, Full} {
		d := newDesk(t, level)
		d.models.reply = says("chat")
		d.put("여비 규정.hwpx", regulation(12))
		d.put("여비 규정 개정안.hwpx", regulation(11))
		mode := auto{d.Assistant, offers(d.Assistant)}
		for text, name := range map[string]string{"여비 규정과 여비 규정 개정안을 비교해 줘": "compare", "여비 규정을 요약해 줘": "summary"} {
			if level == Full && name == "summary" {
				continue // the model writes it
			}
			q := d.question(text)
			whole, err := hear(t, t.Context(), mode, q)
			if err != nil || whole.phases[0].Name != "mode:"+name || !whole.finished {
				t.Fatalf("%s: %v %v", text, whole.phases, err)
			}
			for _, cut := range []string{whole.text[:len(whole.text)/2], whole.text[:20], whole.text} {
				q.Begun = strings.ToValidUTF8(cut, "")
				rest, err := hear(t, t.Context(), mode, q)
				if err != nil || q.Begun+rest.text != whole.text || rest.phases[0].Name != "mode:"+name || len(rest.claims) != len(whole.claims) {
					t.Errorf("%s, level %s, gone on with after %d bytes: %v %v\n%s", text, level, len(cut), err, rest.phases, rest.text)
				}
				if !mode.Unaided(t.Context(), q) {
					t.Errorf("%s: it needs a model to go on", text)
				}
			}
		}
		if len(d.models.asked) > 0 {
			t.Errorf("level %s: the model was asked %d times", level, len(d.models.asked))
		}
	}
}
