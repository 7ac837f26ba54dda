package exchange

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"exaone/chat"
	"exaone/store"
)

// sourcesOf are the citations among an answer's events.
func sourcesOf(events []store.Event) (all []chat.Citation) {
	for _, e := range events {
		if c, ok := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.Citation); ok {
			all = append(all, c)
		}
	}
	return all
}

// reference is where an answer refers to a source, or code, in which nothing does, or a link, which stays one.
var reference = regexp.MustCompile("(?s)```.*?(?:```|$)|`[^`\n]*`|\\[\\d{1,4}\\](?:\\()?")

// footnotes makes footnotes of where an answer refers to its sources, [1] becomes [^3-1] in the third, and returns which
// of them it refers to.
func footnotes(text string, answer int, cited []chat.Citation) (string, map[int]bool) {
	there, noted := map[int]bool{}, map[int]bool{}
	for _, c := range cited {
		there[c.Index] = true
	}
	if len(there) == 0 {
		return text, noted
	}
	text = reference.ReplaceAllStringFunc(text, func(found string) string {
		number, err := strconv.Atoi(strings.Trim(found, "[]"))
		if err != nil || !there[number] {
			return found
		}
		noted[number] = true
		return label(answer, number)
	})
	return text, noted
}

func label(answer, number int) string { return fmt.Sprintf("[^%d-%d]", answer, number) }

// sources writes what an answer rests on: footnotes where it says so, and a list of the rest.
func (m *markdown) sources(cited []chat.Citation, noted map[int]bool) {
	var notes, rest []string
	for _, c := range cited {
		if noted[c.Index] {
			notes = append(notes, label(m.answers, c.Index)+": "+m.source(c))
			continue
		}
		rest = append(rest, "- \\["+strconv.Itoa(c.Index)+"\\] "+m.source(c))
	}
	m.paragraph(strings.Join(notes, "\n"))
	if len(rest) > 0 {
		m.paragraph("**" + m.text(chat.CodeExportSources) + "**")
		m.paragraph(strings.Join(rest, "\n"))
	}
}

// source is a source in one line. Of a document here it has the text that is cited: others may not have the document.
func (m *markdown) source(c chat.Citation) string {
	switch {
	case c.Withheld:
		return m.text(chat.CodeSourceWithheld)
	case c.Deleted:
		return plain(m.text(chat.CodeDocumentGone))
	}
	parts := []string{plain(cmp.Or(line(c.Title, 300), line(c.Source, 300)))}
	if c.Where != "" {
		parts = append(parts, plain(line(c.Where, 300)))
	}
	if link := webLink(c.URL); link != "" {
		parts = append(parts, "<"+strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20").Replace(link)+">")
	}
	if text := quoted(c.Snippet); text != "" && strings.HasPrefix(c.Source, chat.SourceVersion) {
		parts = append(parts, text)
	}
	return strings.Join(parts, " — ")
}
