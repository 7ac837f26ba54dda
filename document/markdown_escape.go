package document

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escaped is a text in which nothing is a mark of Markdown. It escapes no more than it must: documents have many square
// brackets and stars, and most of them mean nothing.
func escaped(text string) string {
	if !strings.ContainsAny(text, "\\`*_[<&~|") {
		return text
	}
	link := strings.Contains(text, "](") || strings.Contains(text, "]:") || strings.Contains(text, "[^")
	var out strings.Builder
	before := ' '
	for i, r := range text {
		after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(max(r, 0)):])
		switch {
		case r == '\\' && isPunct(after), r == '`', r == '*' && !(unicode.IsSpace(before) && unicode.IsSpace(after)),
			r == '_' && !(isWordRune(before) && isWordRune(after)) && !(unicode.IsSpace(before) && unicode.IsSpace(after)),
			(r == '[' || r == ']') && link,
			r == '<' && (after < utf8.RuneSelf && unicode.IsLetter(after) || after == '/' || after == '!' || after == '?'),
			r == '&' && (after == '#' || after < utf8.RuneSelf && unicode.IsLetter(after)) && strings.Contains(text[i:min(len(text), i+40)], ";"),
			r == '~' && after == '~':
			out.WriteByte('\\')
		}
		out.WriteRune(r)
		before = r
	}
	return out.String()
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// markdownListed is the beginning of a line that would be an item of a list.
var markdownListed = regexp.MustCompile(`^(?:[-+]|\d{1,9}[.)])(?:[ \t]|$)`)

// atLineStart escapes what would begin a heading, a quotation, an item, a table or a rule at the beginning of a line.
func atLineStart(text string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimLeft(line, " \t")
		line = trimmed // four spaces would be code
		switch {
		case trimmed == "":
		case trimmed[0] == '>' || trimmed[0] == '|' || trimmed[0] == '#' && (strings.TrimLeft(trimmed, "#") == "" || strings.HasPrefix(strings.TrimLeft(trimmed, "#"), " ")),
			strings.Trim(trimmed, "-= ") == "", strings.HasPrefix(trimmed, "~~~"):
			line = `\` + trimmed
		case markdownListed.MatchString(trimmed):
			mark := strings.IndexAny(trimmed, "-+.)")
			line = trimmed[:mark] + `\` + trimmed[mark:]
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// hardBreaks makes line breaks ones that are shown.
func hardBreaks(text string) string {
	text = strings.Trim(text, "\n")
	if !strings.Contains(text, "\n") {
		return text
	}
	lines := strings.Split(text, "\n")
	kept := lines[:0]
	for _, line := range lines {
		if strings.TrimSpace(line) != "" { // an empty line would end the paragraph
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\\\n")
}

// oneSpace is a text in one line.
func oneSpace(text string) string { return strings.Join(strings.Fields(text), " ") }

// inComment is a text that ends no comment.
func inComment(text string) string {
	text = oneSpace(text)
	for strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "- -")
	}
	return strings.ReplaceAll(text, ">", "&gt;")
}

// inAddress is an address between angle brackets.
func inAddress(address string) string {
	return strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "", "\\", "%5C").Replace(address)
}

// isAddress reports whether an address is one that may be a link.
func isAddress(address string) bool {
	lower := strings.ToLower(address)
	return strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "mailto:")
}

// codeSpan is a text as code within a line.
func codeSpan(text string) string {
	text = oneSpace(text)
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if text[0] == '`' || text[len(text)-1] == '`' {
		text = " " + text + " "
	}
	return fence + text + fence
}
