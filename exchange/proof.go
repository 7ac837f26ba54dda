package exchange

import (
	"cmp"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"exaone/chat"
	"exaone/store"
)

// WriteAnswer writes one answer to be put elsewhere: its words, those that do not stand struck through, and below them what
// they rest on, as [1], [2], … refer to it: document, place and the text itself.
func WriteAnswer(w io.Writer, opts Options, answer store.Message, events []store.Event) error {
	m := markdown{opts: opts}
	m.paragraph(m.told(answer.Text, events))
	m.events(events)
	if cited := sourcesOf(events); len(cited) > 0 {
		m.paragraph("**" + m.text(chat.CodeExportSources) + "**")
		for _, c := range cited {
			m.paragraph("\\[" + strconv.Itoa(c.Index) + "\\] " + m.source(c))
		}
	}
	m.paragraph("*" + m.text(chat.CodeAINotice) + "*")
	_, err := io.WriteString(w, m.String()+"\n")
	return err
}

// claimsOf are the claims among an answer's events.
func claimsOf(events []store.Event) (all []chat.Claim) {
	for _, e := range events {
		if c, ok := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.Claim); ok {
			all = append(all, c)
		}
	}
	return all
}

// told is an answer's text with what is known of its sentences.
func (m *markdown) told(text string, events []store.Event) string {
	return proven(text, claimsOf(events), m.text(chat.CodeSeenOnly))
}

// proven is an answer's text with the sentences that do not stand struck through, and the ones that a model said of a picture,
// which nobody can check, marked with seen. Places that are none in the text are passed over: they come from a file, or the text
// was written anew. Nothing in it is loaded, or runs, where it is shown.
func proven(text string, claims []chat.Claim, seen string) string {
	units := utf16.Encode([]rune(text))
	var b strings.Builder
	at := 0
	for _, c := range claims {
		if len(c.Missing) == 0 && !c.Seen || c.Start < at || c.End <= c.Start || c.End > len(units) || within(units, c.Start) || within(units, c.End) {
			continue
		}
		b.WriteString(string(utf16.Decode(units[at:c.Start])))
		sentence := string(utf16.Decode(units[c.Start:c.End]))
		if len(c.Missing) > 0 {
			sentence = strike(sentence)
		}
		if c.Seen {
			sentence = marked(sentence, seen)
		}
		b.WriteString(sentence)
		at = c.End
	}
	b.WriteString(string(utf16.Decode(units[at:])))
	return harmless(b.String())
}

// marked is a sentence with a mark behind it: within the row of a table that it ends, and before the space behind it.
func marked(sentence, mark string) string {
	words := strings.TrimRight(sentence, " \t\r\n")
	space := sentence[len(words):]
	if row, ok := strings.CutSuffix(words, "|"); ok && strings.TrimSpace(row) != "" {
		words, space = strings.TrimRight(row, " "), " |"+space
	}
	return words + " *(" + mark + ")*" + space
}

// within reports whether a place is in the middle of a character of two units.
func within(units []uint16, at int) bool {
	return at > 0 && at < len(units) && utf16.IsSurrogate(rune(units[at-1])) && units[at]&0xfc00 == 0xdc00
}

// strike strikes out a sentence, line by line: in Markdown nothing is struck over the end of a paragraph.
func strike(sentence string) string {
	lines := strings.SplitAfter(sentence, "\n")
	for i, l := range lines {
		inner := strings.TrimSpace(l)
		if inner == "" {
			continue
		}
		before, after, _ := strings.Cut(l, inner)
		mark, words := listMark(inner)
		lines[i] = before + mark + "~~" + strings.ReplaceAll(words, "~", `\~`) + "~~" + after
	}
	return strings.Join(lines, "")
}

// listMark divides a line into the mark of a list, a quotation or a heading that it begins with, and its words.
func listMark(line string) (mark, words string) {
	head, rest, ok := strings.Cut(line, " ")
	number := strings.TrimRight(head, ".)")
	if ok && (strings.Trim(head, "-*+>#") == "" || number != head && strings.Trim(number, "0123456789") == "") {
		return head + " ", rest
	}
	return "", line
}

// quoted is the text that a source is cited for, in one line.
func quoted(text string) string {
	const most = 600 // bytes
	text = line(text, most)
	if text == "" {
		return ""
	}
	return "“" + plain(text) + "”"
}

// passages writes what was found for an answer that cites nothing: it may be near.
func (m *markdown) passages(p chat.Passages) {
	var lines []string
	for _, one := range p.Items {
		switch {
		case one.Withheld:
			lines = append(lines, "- "+m.text(chat.CodeSourceWithheld))
		case one.Deleted:
			lines = append(lines, "- "+plain(m.text(chat.CodeDocumentGone)))
		default:
			parts := []string{plain(cmp.Or(line(one.Title, 300), one.Source))}
			for _, more := range []string{plain(line(one.Where, 300)), quoted(one.Text)} {
				if more != "" {
					parts = append(parts, more)
				}
			}
			lines = append(lines, "- "+strings.Join(parts, " — "))
		}
	}
	if len(lines) == 0 {
		return
	}
	m.paragraph("**" + m.text(chat.CodeExportNearest) + "**")
	m.paragraph(strings.Join(lines, "\n"))
}
