package document

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	"exaone/chat"
)

// mail reads messages (RFC 5322, RFC 2045 to 2047 and 2231), leniently: what programs in Korea have sent for thirty years
// has subjects in raw EUC-KR, words that are divided in the middle of a character, and boundaries that never close.
var mail = format{
	name: "eml", extensions: []string{".eml", ".mbox", ".mht", ".mhtml"}, foreign: true,
	is:    isMail,
	read:  readMail,
	count: countMail,
}

// mailFields are fields that a message begins with, and hardly any other text.
var mailFields = map[string]bool{
	"from": true, "to": true, "subject": true, "date": true, "received": true, "return-path": true, "message-id": true,
	"mime-version": true, "delivered-to": true, "content-type": true, "cc": true, "reply-to": true, "sender": true, "x-mailer": true,
}

// isMail reports whether a file begins as a message does: fields, at least two of which are of messages.
func isMail(head []byte, src *Source) bool {
	known := 0
	for line := range bytes.Lines(withoutEnvelope(head)) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if known == 0 {
				return false
			}
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t<>{}") || !utf8.Valid(name) {
			return known >= 2 && src.extension() == ".eml"
		}
		if mailFields[strings.ToLower(string(name))] {
			known++
		}
	}
	return known >= 2
}

// envelope begins a message in a mailbox (RFC 4155).
const envelope = "From "

// withoutEnvelope is a message without the line that begins it in a mailbox.
func withoutEnvelope(data []byte) []byte {
	if bytes.HasPrefix(data, []byte(envelope)) {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	return data
}

// mailbox divides a mailbox into its messages; what is none is one.
func mailbox(data []byte) [][]byte {
	if !bytes.HasPrefix(data, []byte(envelope)) {
		return [][]byte{data}
	}
	var all [][]byte
	for {
		end := bytes.Index(data, []byte("\n\n"+envelope))
		if crlf := bytes.Index(data, []byte("\n\r\n"+envelope)); crlf >= 0 && (end < 0 || crlf < end) {
			end = crlf + 1
		}
		if end < 0 {
			return append(all, data)
		}
		all = append(all, data[:end+1])
		data = data[end+2:]
	}
}

// entity is a message or a part of one.
type entity struct {
	fields mailHeader
	body   []byte
}

// mailHeader are the fields of an entity, names in lower case, values as bytes; of several of a name the first.
type mailHeader map[string]string

// entityOf divides an entity at its first empty line.
func entityOf(data []byte) entity {
	e := entity{fields: mailHeader{}}
	name := ""
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if name != "" {
				e.fields[name] += " " + string(bytes.TrimSpace(line))
			}
			continue
		}
		key, value, ok := bytes.Cut(line, []byte(":"))
		if name = strings.ToLower(string(bytes.TrimSpace(key))); !ok {
			name = ""
		} else if _, twice := e.fields[name]; twice {
			name = "" // the first counts, and what continues another does not belong to it
		} else {
			e.fields[name] = string(bytes.TrimSpace(value))
		}
	}
	e.body = data
	return e
}

func readMail(_ context.Context, src *Source, b *builder) error {
	data, err := src.bytes(b.limits)
	if err != nil {
		return err
	}
	if all := mailbox(data); len(all) > 1 {
		for i, one := range all {
			name := fmt.Sprintf("%d %s.eml", i+1, entityOf(one).fields.text("subject"))
			if err := b.attach(name, "message/rfc822", one); err != nil {
				return err
			}
		}
		return nil
	}
	e := entityOf(withoutEnvelope(data))
	if len(e.fields) == 0 {
		return fmt.Errorf("no field before the first empty line, want those of a message")
	}
	m := &b.doc.Meta
	m.Title = e.fields.text("subject")
	m.From, m.To, m.CC = e.fields.addresses("from"), e.fields.addresses("to"), e.fields.addresses("cc")
	m.Author = m.From
	if when, err := netmail.ParseDate(e.fields["date"]); err == nil {
		m.Created = when
	}
	if m.Title != "" {
		if err := b.add(Block{Kind: Heading, Level: 1, Text: m.Title, Place: Place{Section: 1, Paragraph: 1}}); err != nil {
			return err
		}
	}
	r := &mailReader{b: b, paragraph: 1}
	return r.entity(e, 0)
}

// mailReader adds the parts of a message to a document.
type mailReader struct {
	b         *builder
	paragraph int
	parts     int
}

// entity adds a part: text to the body, everything else to what is attached.
func (r *mailReader) entity(e entity, depth int) error {
	if r.parts++; r.parts > r.b.limits.Entries {
		return tooMuch("entries", r.b.limits.Entries)
	}
	if depth > r.b.limits.Depth {
		return tooMuch("depth", r.b.limits.Depth)
	}
	kind, params := e.kind()
	name := e.name(params)
	switch {
	case kind == "multipart/encrypted":
		return chat.NewError(chat.CodeDocumentCipher, nil, firstOf(r.b.doc.Meta.Title, "eml"), "OpenPGP")
	case (kind == "application/pkcs7-mime" || kind == "application/x-pkcs7-mime") && params["smime-type"] != "signed-data":
		return chat.NewError(chat.CodeDocumentCipher, nil, firstOf(r.b.doc.Meta.Title, "eml"), "S/MIME")
	case strings.HasPrefix(kind, "multipart/"):
		return r.multipart(kind, e.parts(params["boundary"]), depth)
	case kind == "message/rfc822" && !e.attached() && depth == 0:
		return r.entity(entityOf(e.decoded(r.b)), depth+1)
	case kind == "message/rfc822":
		inner := e.decoded(r.b)
		if name == "" {
			name = firstOf(entityOf(inner).fields.text("subject"), "message")
		}
		if !strings.HasSuffix(strings.ToLower(name), ".eml") {
			name += ".eml"
		}
		return r.b.attach(name, kind, inner)
	case strings.HasSuffix(kind, "-signature"):
		return nil // of a signed message: nothing that anybody reads
	case strings.HasPrefix(kind, "text/") && !e.attached() && name == "":
		return r.text(kind, params["charset"], e.decoded(r.b))
	}
	data := e.decoded(r.b)
	if name == "" {
		name = "part"
		if all, err := mime.ExtensionsByType(kind); err == nil && len(all) > 0 {
			name += all[0]
		}
	}
	if !r.b.fits(uint64(len(data))) {
		return r.b.leaveOut(name, kind, int64(len(data)))
	}
	if err := r.b.unpack(int64(len(data))); err != nil {
		return err
	}
	return r.b.attach(name, kind, data)
}

// multipart adds the parts of one. Of alternatives the plain text is read if it says anything, else the richest that is
// known; what else they have is the same in other words.
func (r *mailReader) multipart(kind string, parts []entity, depth int) error {
	if len(parts) == 0 {
		r.b.gap(Gap{What: GapEntry, Where: kind, Why: "no part between its boundaries"})
	}
	if kind == "multipart/alternative" {
		if one, ok := r.alternative(parts); ok {
			return r.entity(one, depth+1)
		}
	}
	for _, p := range parts {
		if err := r.entity(p, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// alternative chooses among parts that say the same.
func (r *mailReader) alternative(parts []entity) (entity, bool) {
	var rich entity
	found := false
	for _, p := range parts {
		switch kind, _ := p.kind(); {
		case kind == "text/plain" && len(bytes.TrimSpace(p.body)) > 0:
			return p, true
		case kind == "text/html" || strings.HasPrefix(kind, "multipart/"):
			rich, found = p, true
		}
	}
	return rich, found
}

// text adds a text part: a paragraph for what stands between empty lines.
func (r *mailReader) text(kind, declared string, data []byte) error {
	text, encoding, bad := decodeText(data, declared)
	if err := r.b.unpack(int64(len(text))); err != nil {
		return err
	}
	r.b.doc.Meta.Encoding = firstOf(r.b.doc.Meta.Encoding, encoding)
	if bad > 0 {
		r.b.gap(Gap{What: GapText, Where: kind, In: int64(bad), Why: "no text in " + encoding})
	}
	if kind == "text/html" {
		return r.html(text)
	}
	for part := range strings.SplitSeq(clean(text), "\n\n") {
		part = strings.Trim(part, "\n")
		if strings.TrimSpace(part) == "" {
			continue
		}
		r.paragraph++
		if err := r.b.add(Block{Kind: Paragraph, Text: part, Place: Place{Section: 1, Paragraph: r.paragraph}}); err != nil {
			return err
		}
	}
	return nil
}

// html adds a part that is a page.
func (r *mailReader) html(text string) error {
	doc := &Document{Format: webPage.name, Unit: Flow, Layout: Paragraphs}
	o := Options{Limits: r.b.left(), NoCount: true}
	inner := &builder{ctx: r.b.ctx, doc: doc, limits: o.Limits, o: o, depth: r.b.depth, detect: r.b.detect}
	src := &Source{ReaderAt: strings.NewReader(text), Size: int64(len(text)), Name: "part.html"}
	if err := readPage(src, inner, true); err != nil {
		return err
	}
	for i := range doc.Blocks {
		r.paragraph++
		doc.Blocks[i].Section, doc.Blocks[i].Paragraph = 1, r.paragraph
	}
	for _, g := range doc.Manifest.Gaps {
		r.b.gap(g)
	}
	return r.b.add(doc.Blocks...)
}

// kind is the media type of an entity, and its parameters.
func (e entity) kind() (string, map[string]string) {
	value := e.fields["content-type"]
	if value == "" {
		return "text/plain", nil
	}
	kind, params, err := mime.ParseMediaType(value)
	if err != nil && kind == "" {
		kind, _, _ = strings.Cut(value, ";")
		kind = strings.ToLower(strings.TrimSpace(kind))
	}
	if params == nil {
		params = map[string]string{}
	}
	for _, name := range []string{"boundary", "charset", "name"} {
		if v, ok := mailParam(value, name); ok && params[name] == "" {
			params[name] = v
		}
	}
	return kind, params
}

// attached reports whether an entity says that it is a file.
func (e entity) attached() bool {
	kind, _, _ := strings.Cut(e.fields["content-disposition"], ";")
	return strings.EqualFold(strings.TrimSpace(kind), "attachment")
}

// name is the name of the file that an entity is.
func (e entity) name(params map[string]string) string {
	if name, ok := mailParam(e.fields["content-disposition"], "filename"); ok {
		return mailWords(name)
	}
	if name, ok := mailParam(e.fields["content-type"], "name"); ok {
		return mailWords(name)
	}
	return mailWords(params["name"])
}

// parts divides the body at a boundary (RFC 2046, 5.1.1). The last part of a message that was cut is a part.
func (e entity) parts(boundary string) []entity {
	if boundary == "" {
		return nil
	}
	var parts []entity
	mark := []byte("--" + boundary)
	rest, inside := e.body, -1
	flush := func(end int) {
		if inside >= 0 {
			parts = append(parts, entityOf(bytes.TrimSuffix(bytes.TrimSuffix(e.body[inside:end], []byte("\n")), []byte("\r"))))
		}
	}
	for at := 0; at < len(e.body); {
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		next := min(at+len(line)+1, len(e.body))
		if bytes.HasPrefix(line, mark) {
			after := bytes.TrimRight(line[len(mark):], " \t\r")
			if len(after) == 0 || string(after) == "--" {
				flush(at)
				if inside = next; len(after) > 0 {
					return parts
				}
			}
		}
		at, rest = next, e.body[next:]
	}
	flush(len(e.body))
	return parts
}

// decoded is the body without its transfer encoding. What is damaged is left out, and said.
func (e entity) decoded(b *builder) []byte {
	switch strings.ToLower(strings.TrimSpace(e.fields["content-transfer-encoding"])) {
	case "base64":
		return b.base64(e.body)
	case "quoted-printable":
		data, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(e.body)))
		if err != nil {
			b.gap(Gap{What: GapStream, Where: "quoted-printable", Why: err.Error()})
		}
		return data
	}
	return e.body
}

// base64 decodes what programs have broken into lines, indented and forgotten to fill up.
func (b *builder) base64(body []byte) []byte {
	text := make([]byte, 0, len(body))
	for _, c := range body {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			text = append(text, c)
		case c == '=' || xmlSpace(c):
		default:
			b.gap(Gap{What: GapStream, Where: "base64", Why: fmt.Sprintf("%q is not of its alphabet", c)})
		}
	}
	if len(text)%4 == 1 {
		b.gap(Gap{What: GapStream, Where: "base64", Why: "it ends within a byte"})
		text = text[:len(text)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, _ := base64.RawStdEncoding.Decode(out, text)
	return out[:n]
}
