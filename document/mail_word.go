package document

import (
	"encoding/base64"
	netmail "net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// text is a field as people read it.
func (h mailHeader) text(name string) string { return mailWords(h[name]) }

// addresses are names and addresses as people read them, divided by commas.
func (h mailHeader) addresses(name string) string {
	raw := h[name]
	list, err := (&netmail.AddressParser{}).ParseList(raw)
	if err != nil {
		return mailWords(raw)
	}
	var out []string
	for _, a := range list {
		if name := mailWords(a.Name); name != "" {
			out = append(out, name+" <"+a.Address+">")
		} else {
			out = append(out, a.Address)
		}
	}
	return strings.Join(out, ", ")
}

// mailWord is an encoded word (RFC 2047): its charset, B or Q, and its text.
var mailWord = regexp.MustCompile(`=\?([^?\s]+)\?([BbQq])\?([^?]*)\?=`)

// mailWords decodes the encoded words of a field. Words beside each other are decoded as one: many a program divides a
// text in the middle of a character. What is not encoded and not ASCII is in the charset that it looks like.
func mailWords(raw string) string {
	var out strings.Builder
	var bytes []byte // of words of one charset that stand beside each other
	charset := ""
	flush := func() {
		if len(bytes) > 0 {
			text, _, _ := decodeText(bytes, charset)
			out.WriteString(text)
		}
		bytes, charset = nil, ""
	}
	last := 0
	for _, m := range mailWord.FindAllStringSubmatchIndex(raw, -1) {
		label, _, _ := strings.Cut(raw[m[2]:m[3]], "*") // a language may follow
		if between := raw[last:m[0]]; strings.TrimSpace(between) != "" || last == 0 || !strings.EqualFold(label, charset) {
			flush()
			if strings.TrimSpace(between) != "" || last == 0 {
				text, _, _ := decodeText([]byte(between), "")
				out.WriteString(text)
			}
		}
		charset = label
		bytes = append(bytes, mailWordBytes(raw[m[4]:m[5]], raw[m[6]:m[7]])...)
		last = m[1]
	}
	flush()
	text, _, _ := decodeText([]byte(raw[last:]), "")
	out.WriteString(text)
	return strings.TrimSpace(strings.ReplaceAll(clean(out.String()), "\n", " "))
}

// mailWordBytes are the bytes of an encoded word.
func mailWordBytes(encoding, text string) []byte {
	if strings.EqualFold(encoding, "B") {
		text = strings.TrimRight(text, "=")
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
		n, _ := base64.RawStdEncoding.Decode(out, []byte(text))
		return out[:n]
	}
	var out []byte
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '_':
			out = append(out, ' ')
		case text[i] == '=' && i+2 < len(text):
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
			fallthrough
		default:
			out = append(out, text[i])
		}
	}
	return out
}

// mailParam is a parameter of a field: name=value, or in the ways of RFC 2231 (name*=charset”%…, name*0=, name*1*=), whose
// charsets package mime does not know.
func mailParam(field, name string) (string, bool) {
	pieces := map[int]string{}
	charset := ""
	_, rest, _ := strings.Cut(field, ";")
	for rest != "" {
		var key, value string
		key, value, rest = nextParam(rest)
		tail, ok := strings.CutPrefix(strings.ToLower(key), name)
		if !ok || tail != "" && tail[0] != '*' {
			continue
		}
		encoded := tail != "" && strings.HasSuffix(tail, "*")
		number, err := strconv.Atoi(strings.Trim(tail, "*"))
		if err != nil {
			number = 0
		}
		if encoded {
			if cs, more, ok := strings.Cut(value, "'"); ok && number == 0 {
				if _, text, ok := strings.Cut(more, "'"); ok {
					charset, value = cs, text
				}
			}
			if plain, err := url.PathUnescape(value); err == nil {
				value = plain
			}
		}
		pieces[number] = value
	}
	if len(pieces) == 0 {
		return "", false
	}
	var whole strings.Builder
	for i := 0; ; i++ {
		piece, ok := pieces[i]
		if !ok {
			break
		}
		whole.WriteString(piece)
	}
	if charset != "" {
		text, _, _ := decodeText([]byte(whole.String()), charset)
		return clean(text), true
	}
	return whole.String(), true
}

// nextParam takes the first parameter off a list: its name, its value without quotation marks, and what follows.
func nextParam(list string) (name, value, rest string) {
	list = strings.TrimLeft(list, "; \t")
	name, after, ok := strings.Cut(list, "=")
	if semi, later, found := strings.Cut(list, ";"); !ok || found && len(semi) < len(name) {
		return strings.TrimSpace(semi), "", later
	}
	after = strings.TrimLeft(after, " \t")
	if !strings.HasPrefix(after, `"`) {
		value, rest, _ = strings.Cut(after, ";")
		return strings.TrimSpace(name), strings.TrimSpace(value), rest
	}
	var out strings.Builder
	for i := 1; i < len(after); i++ {
		switch c := after[i]; {
		case c == '\\' && i+1 < len(after):
			i++
			out.WriteByte(after[i])
		case c == '"':
			return strings.TrimSpace(name), out.String(), after[i+1:]
		default:
			out.WriteByte(c)
		}
	}
	return strings.TrimSpace(name), out.String(), ""
}
