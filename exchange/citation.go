package exchange

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/store"
)

// chatgptCitation is where ChatGPT used to say that a stretch of an answer, counted in characters, stands for a source.
type chatgptCitation struct {
	Start    whole `json:"start_ix"`
	End      whole `json:"end_ix"`
	Metadata struct {
		Title word `json:"title"`
		URL   word `json:"url"`
		Text  word `json:"text"`
	} `json:"metadata"`
}

// chatgptReference is how it says so today: a text in the answer that is not for people, and the sources it stands for.
type chatgptReference struct {
	Matched word                `json:"matched_text"`
	Type    word                `json:"type"`
	Items   list[chatgptSource] `json:"items"`
	chatgptSource
}

type chatgptSource struct {
	Title   word `json:"title"`
	URL     word `json:"url"`
	Snippet word `json:"snippet"`
}

// maxReferences is how many references of one answer are looked for in its text.
const maxReferences = 200

// cite puts [1], [2], … where an answer refers to sources, and returns those as events.
func (r *reader) cite(text string, old []chatgptCitation, refs []chatgptReference, count *int) (string, []store.Event) {
	var events []store.Event
	add := func(title, link, snippet string) string {
		*count++
		events = append(events, citation(len(events)+1, *count, title, link, snippet))
		return fmt.Sprintf("[%d]", *count)
	}
	if len(text) > maxText || len(old) > 10*maxReferences || len(refs) > maxReferences {
		r.skip(chat.CodeSkippedPart, "citation")
		return text, nil
	}
	slices.SortStableFunc(old, func(a, b chatgptCitation) int { return cmp.Compare(a.Start, b.Start) })
	runes := []rune(text)
	var b strings.Builder
	at := 0
	for _, c := range old {
		if c.Metadata.URL == "" && c.Metadata.Title == "" {
			continue
		}
		if int(c.Start) < at || c.End < c.Start || int(c.End) > len(runes) {
			r.skip(chat.CodeSkippedPart, "citation")
			continue
		}
		b.WriteString(string(runes[at:c.Start]))
		b.WriteString(add(string(c.Metadata.Title), string(c.Metadata.URL), string(c.Metadata.Text)))
		at = int(c.End)
	}
	b.WriteString(string(runes[at:]))
	text = b.String()
	for _, ref := range refs {
		matched := string(ref.Matched)
		if strings.TrimSpace(matched) == "" || !strings.Contains(text, matched) {
			continue
		}
		sources := ref.Items.items
		if len(sources) == 0 && ref.URL != "" {
			sources = []chatgptSource{ref.chatgptSource}
		}
		var marks string
		for _, s := range sources {
			if s.URL != "" {
				marks += add(string(s.Title), string(s.URL), string(s.Snippet))
			}
		}
		// Only what no person reads is replaced where there is no source: a name that is also a link stays a name.
		if marks != "" || strings.ContainsFunc(matched, private) {
			text = strings.Replace(text, matched, marks, 1)
		}
	}
	return text, events
}

// private reports whether a character is one that programs agree upon between themselves.
func private(r rune) bool { return '\uE000' <= r && r <= '\uF8FF' }

// citation is an event for a source.
func citation(number, index int, title, link, snippet string) store.Event {
	c := chat.Citation{Index: index, Title: line(title, 300), URL: webLink(link), Snippet: line(snippet, 600)}
	if u, err := url.Parse(c.URL); err == nil {
		c.Source = u.Hostname()
	}
	kind, version, data, err := chat.EncodeEvent(c)
	if err != nil {
		data = json.RawMessage("{}") // texts are always JSON
	}
	return store.Event{Number: int64(number), Kind: kind, Version: version, Data: data}
}

// webLink is a link if it leads to the web, and "" for any other: what a file says is not run.
func webLink(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(link) > 2048 {
		return ""
	}
	return u.String()
}
