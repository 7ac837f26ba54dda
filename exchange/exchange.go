// Package exchange carries conversations away, and brings those of other programs here.
//
//	store ──▶ Whole ──▶ Markdown, JSON, or a zip of them
//	a file ──▶ Read: zip? ─▶ one value after another ─▶ the importer that knows it ─▶ []store.ImportedConversation
//
// A file comes from anybody. Read holds it to [MaxBytes] and [MaxMessages] whatever it says of itself, keeps of each
// conversation what this program has a place for, and names the rest: nothing is dropped without a word. The tree of
// answers and their times are kept; ids are not, for they are other programs'.
package exchange

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode"

	"exaone/chat"
	"exaone/store"
)

// What one file may hold, at most.
const (
	MaxBytes    = 256 << 20 // as it comes, and unpacked
	MaxMessages = 100_000
)

// maxSkipped is how many different things are named that were not brought. More of them are counted together.
const maxSkipped = 200

// What the store keeps of one text, of a title, and of what is attached to a message, in bytes.
const (
	maxText        = 1 << 20
	maxTitle       = 1 << 10
	maxAttachments = 64 << 10
)

// Import is what a file holds.
type Import struct {
	Format        string // the importer's name: chatgpt, exaone, librechat or openwebui; the first of a mixed file
	Conversations []store.ImportedConversation
	Messages      int
	Skipped       []Skipped // what there was besides, in the order in which it was met
}

// Skipped is something that was not brought, or not as it was.
type Skipped struct {
	Code  chat.Code // its text takes Name and Count
	Name  string    // as the file calls it; may be ""
	Count int
}

// In says it to a person.
func (s Skipped) In(lang chat.Language) string { return chat.Text(lang, s.Code, s.Name, s.Count) }

// Read reads the conversations of a file of some size: JSON, or a zip with JSON in it. It takes memory of about four
// times what the file holds unpacked. The *chat.Error is CodeImportTooLarge or CodeImportTooMany beyond the bounds,
// CodeImportDamaged where the file ends early or is no JSON, CodeImportUnknown where it is of no program that is known
// here, and CodeImportNothing where there is no conversation in it.
func Read(ctx context.Context, file io.ReaderAt, size int64) (*Import, error) {
	return readWithin(ctx, file, size, MaxBytes)
}

func readWithin(ctx context.Context, file io.ReaderAt, size, most int64) (*Import, error) {
	r := &reader{ctx: ctx, most: most, left: most, skipped: map[Skipped]int{}}
	head := make([]byte, 4)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.Equal(head[:n], []byte("PK\x03\x04")) || bytes.Equal(head[:n], []byte("PK\x05\x06")) {
		err = r.zip(file, size)
	} else {
		err = r.json(io.NewSectionReader(file, 0, size))
	}
	switch {
	case err != nil:
		return nil, err
	case r.out.Format == "":
		return nil, chat.NewError(chat.CodeImportUnknown, nil)
	case len(r.out.Conversations) == 0:
		return nil, chat.NewError(chat.CodeImportNothing, nil)
	}
	return &r.out, nil
}

// reader is what importers read into.
type reader struct {
	ctx     context.Context
	most    int64 // bytes that may be read
	left    int64 // of them, how many have not been
	out     Import
	values  int             // that were read: conversations, and what is none
	nodes   int             // of trees
	skipped map[Skipped]int // places in out.Skipped, with Count 0
}

// skip names something that is not brought.
func (r *reader) skip(code chat.Code, name string) {
	key := Skipped{Code: code, Name: line(name, 80)}
	at, ok := r.skipped[key]
	if !ok && len(r.out.Skipped) >= maxSkipped {
		key = Skipped{Code: chat.CodeSkippedMore}
		at, ok = r.skipped[key]
	}
	if !ok {
		at = len(r.out.Skipped)
		r.skipped[key] = at
		r.out.Skipped = append(r.out.Skipped, key)
	}
	r.out.Skipped[at].Count++
}

// add takes a conversation, unless it is one message too many.
func (r *reader) add(c store.ImportedConversation) error {
	if len(c.Messages) == 0 {
		r.skip(chat.CodeSkippedEmpty, c.Title)
		return nil
	}
	if r.out.Messages += len(c.Messages); r.out.Messages > MaxMessages {
		return errItems
	}
	c.Title, c.Model, c.Mode = line(c.Title, maxTitle), line(c.Model, 256), line(c.Mode, 256)
	for i := range c.Messages {
		m := &c.Messages[i]
		m.Model, m.Mode = line(m.Model, 256), line(m.Mode, 256)
		for _, text := range []*string{&m.Text, &m.Thinking} {
			if len(*text) > maxText {
				r.skip(chat.CodeSkippedLong, c.Title)
				*text = cut(*text, maxText)
			}
		}
	}
	r.out.Conversations = append(r.out.Conversations, c)
	return nil
}

// unreadable is a conversation that is of another form than its program writes; or an error if it is too much to read.
func (r *reader) unreadable(err error, title string) error {
	if errors.Is(err, errItems) {
		return errItems
	}
	r.skip(chat.CodeSkippedValue, title)
	return nil
}

// mark stands at the end of a text that was too long to be kept whole.
const mark = "\n\n[…]"

// cut is the beginning of a text, with a mark that it is.
func cut(text string, most int) string {
	return strings.ToValidUTF8(text[:most-len(mark)], "") + mark
}

// line is a text as a title: in one line, without what steers a terminal, and of so many bytes at most.
func line(text string, most int) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most-len("…")], "") + "…"
	}
	return text
}

// json reads the conversations of one JSON text: a list of them, or one.
func (r *reader) json(file io.Reader) error {
	in := bufio.NewReader(&squeezed{from: &bounded{file, r}})
	if bom, err := in.Peek(3); err == nil && bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		in.Discard(3)
	}
	dec := json.NewDecoder(in)
	first, err := firstByte(in)
	switch {
	case err != nil:
		return r.damaged(err)
	case first == '{':
		return r.value(dec, true)
	case first != '[':
		return chat.NewError(chat.CodeImportUnknown, nil)
	}
	if _, err := dec.Token(); err != nil {
		return r.damaged(err)
	}
	for dec.More() {
		if err := r.value(dec, false); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return r.damaged(err)
	}
	return r.atEnd(dec)
}

// firstByte is the first byte that is no space, which stays to be read.
func firstByte(in *bufio.Reader) (byte, error) {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		if !strings.ContainsRune(" \t\r\n", rune(b)) {
			return b, in.UnreadByte()
		}
	}
}

// value reads the next value, which is all there is if it is the only one.
func (r *reader) value(dec *json.Decoder, only bool) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return r.damaged(err)
	}
	if r.values++; r.values > MaxMessages {
		return errItems
	}
	if only {
		if err := r.atEnd(dec); err != nil {
			return err
		}
	}
	var p probe
	if json.Unmarshal(raw, &p) == nil {
		for _, one := range importers {
			if !one.knows(p) {
				continue
			}
			if r.out.Format == "" {
				r.out.Format = one.name
			}
			return one.read(r, raw)
		}
	}
	r.skip(chat.CodeSkippedValue, p.name())
	return nil
}

// atEnd is an error if something follows.
func (r *reader) atEnd(dec *json.Decoder) error {
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errors.New("something follows the end")
		}
		return r.damaged(err)
	}
	return nil
}

// damaged is an error of reading JSON as a person is told it.
func (r *reader) damaged(err error) error {
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told
	}
	return chat.NewError(chat.CodeImportDamaged, err, r.most-r.left)
}

// bounded ends with CodeImportTooLarge when more is read than may be.
type bounded struct {
	from io.Reader
	of   *reader
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if b.of.left -= int64(n); b.of.left < 0 {
		return 0, chat.NewError(chat.CodeImportTooLarge, nil, b.of.most>>20)
	}
	return n, err
}

// squeezed is JSON with one space in the place of many: the decoder looks at all of them again with every piece that it
// reads, so that a file of nothing else would keep it busy for hours.
type squeezed struct {
	from io.Reader

	inText, escaped, space bool // where the bytes read so far end
}

func (s *squeezed) Read(p []byte) (int, error) {
	for {
		n, err := s.from.Read(p)
		kept := p[:0]
		for _, b := range p[:n] {
			space := !s.inText && (b == ' ' || b == '\t' || b == '\n' || b == '\r')
			if !space || !s.space {
				kept = append(kept, b)
			}
			s.space = space
			switch {
			case s.escaped:
				s.escaped = false
			case s.inText && b == '\\':
				s.escaped = true
			case b == '"':
				s.inText = !s.inText
			}
		}
		if len(kept) > 0 || err != nil || len(p) == 0 {
			return len(kept), err
		}
	}
}
