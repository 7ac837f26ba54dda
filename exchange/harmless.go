package exchange

import (
	"regexp"
	"strings"
)

// Where a text is shown that was carried away, nobody knows who shows it: many readers of Markdown load its pictures, and take HTML
// in it for HTML. A model may have written what it read in somebody's document. So pictures and HTML are carried away as the page
// shows them, as text; code stays code.
//
// What is code is decided so that no reader can decide otherwise, as CommonMark 0.31 has it: a fence is moved to the beginning of its
// line, where it ends whatever it may have stood in, and a backtick that has no other on its line is written as one.

// fenceLine matches a line that opens a fence, or closes one.
var fenceLine = regexp.MustCompile("^( {0,3})(`{3,}|~{3,})(.*)$")

// harmless is a text of Markdown in which nothing is loaded and nothing runs.
func harmless(text string) string {
	all := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	open, indent := "", ""
	for i, line := range all {
		m := fenceLine.FindStringSubmatch(line)
		switch {
		case open == "" && m != nil && (m[2][0] == '~' || !strings.Contains(m[3], "`")):
			indent, open = m[1], m[2]
			all[i] = m[2] + m[3]
		case open == "":
			all[i] = harmlessLine(line)
		case m != nil && strings.HasPrefix(m[2], open) && strings.TrimSpace(m[3]) == "":
			all[i], open = m[2], ""
		default:
			for strings.HasPrefix(all[i], " ") && len(line)-len(all[i]) < len(indent) {
				all[i] = all[i][1:]
			}
		}
	}
	if open != "" { // or what comes behind it would be taken for code
		all = append(all, open)
	}
	return strings.Join(all, "\n")
}

var (
	loads   = regexp.MustCompile(`!\[|<[A-Za-z/!?]`)           // what is a picture, or HTML
	address = regexp.MustCompile("^<https?://[^\\s<>`\\\\]+>") // a link that is its own name
)

// harmlessLine is a line that is no code.
func harmlessLine(line string) string {
	if !strings.ContainsAny(line, "!<`") {
		return line
	}
	cells := strings.Contains(line, "|") // a table divides code, too
	var b strings.Builder
	for i := 0; i < len(line); {
		switch rest := line[i:]; {
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(rest[:2])
			i += 2
		case rest[0] == '`':
			n := len(rest) - len(strings.TrimLeft(rest, "`"))
			end := closing(rest, n)
			switch {
			case end == 0:
				b.WriteString(strings.Repeat("\\`", n))
				end = n
			case cells:
				b.WriteString(loads.ReplaceAllString(rest[:end], `\$0`))
			default:
				b.WriteString(rest[:end])
			}
			i += end
		case rest[0] == '<' && address.MatchString(rest):
			link := address.FindString(rest)
			b.WriteString(link)
			i += len(link)
		case loads.MatchString(rest[:min(len(rest), 2)]):
			b.WriteString(`\` + rest[:1])
			i++
		default:
			b.WriteByte(rest[0])
			i++
		}
	}
	return b.String()
}

// closing is where the code ends that n backticks at the beginning of a line open, 0 if nothing closes it.
func closing(line string, n int) int {
	for at := n; at < len(line); {
		next := strings.IndexByte(line[at:], '`')
		if next < 0 {
			return 0
		}
		at += next
		run := len(line[at:]) - len(strings.TrimLeft(line[at:], "`"))
		if at += run; run == n {
			return at
		}
	}
	return 0
}
