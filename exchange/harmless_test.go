package exchange

import (
	"strings"
	"testing"
	"time"

	"exaone/chat"
	"exaone/store"
)

func TestNothingIsLoadedOfWhatIsCarriedAway(t *testing.T) {
	for text, want := range map[string]string{
		"![a](http://x/)":                       `\![a](http://x/)`,
		"![a][b]\n\n[b]: http://x/":             "\\![a][b]\n\n[b]: http://x/",
		`\![a](http://x/) \\![a](http://x/)`:    `\![a](http://x/) \\\![a](http://x/)`,
		`a <img src=x> <b> </p> <!-- c --> 3<4`: `a \<img src=x> \<b> \</p> \<!-- c --> 3<4`,
		"<http://a.example/?q=1> <http://a`> `": "<http://a.example/?q=1> \\<http://a`> `",
		"`List<String>` and ``a ` <b>`` <b>":    "`List<String>` and ``a ` <b>`` \\<b>",
		"a `\n` ![a](x) `":                      "a \\`\n` ![a](x) `",
		"| a ` b | c ` d ` ![x](u) ` |":         "| a ` b | c ` d ` \\![x](u) ` |",
		"```html\n<img src=x>\n```\n<i>":        "```html\n<img src=x>\n```\n\\<i>",
		"- ```\n  <i>\n  ```\n![x](u)":          "- \\`\\`\\`\n  \\<i>\n```\n![x](u)\n```",
		"1. a\n   ```go\n   a < b\n   ```\n<i>": "1. a\n```go\na < b\n```\n\\<i>",
		"~~~\n```\n<i>\n~~~\n<i>":               "~~~\n```\n<i>\n~~~\n\\<i>",
		"```\n<i>":                              "```\n<i>\n```",
		"    ```\n![x](u)":                      "    \\`\\`\\`\n\\![x](u)",
		"```a`b\n![x](u)":                       "\\`\\`\\`a\\`b\n\\![x](u)",
		"가! [링크](http://x/) 3 > 2 & 1":          "가! [링크](http://x/) 3 > 2 & 1",
		"```\n<i>\n```\r![x](u)\r\n<b>":         "```\n<i>\n```\n\\![x](u)\n\\<b>",
	} {
		if got := harmless(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestHostileAnswersAreCarriedAwayAsText(t *testing.T) {
	said := "하역은 세 단계이다 [1]. ![로고](http://a.example/?q=1) <img src=x onerror=alert(1)>\n\n```\n<b>\n```\n"
	now := time.Now()
	m := store.Message{ID: "a", Role: chat.Assistant, Text: said, Thinking: "</details><script>x</script>", State: store.StateDone, Created: now}
	var one, all strings.Builder
	if err := WriteAnswer(&one, Options{}, m, nil); err != nil {
		t.Fatal(err)
	}
	if err := WriteMarkdown(&all, Options{}, store.Whole{Conversation: store.Conversation{Created: now, Updated: now}, Messages: []store.Message{m}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{one.String(), all.String()} {
		if !strings.Contains(text, `\![로고]`) || !strings.Contains(text, `\<img`) || !strings.Contains(text, "```\n<b>\n```") {
			t.Error(text)
		}
		if strings.Contains(text, "\n</details><script>") || strings.Contains(text, " ![") {
			t.Errorf("something in it would be loaded, or run:\n%s", text)
		}
	}
}
