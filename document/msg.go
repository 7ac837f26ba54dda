package document

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode/utf16"
)

// msg reads the messages that Outlook saves ([MS-OXMSG]): a compound file of properties ([MS-OXPROPS]), each a stream that
// is named for its number and type.
var msg = format{
	name: "msg", extensions: []string{".msg"}, foreign: true,
	is:    isMsg,
	read:  readMsg,
	count: countMsg,
}

// The properties that are read, [MS-OXPROPS].
const (
	msgSubject     = "0037"
	msgBody        = "1000"
	msgRTF         = "1009" // PidTagRtfCompressed
	msgHTML        = "1013"
	msgSenderName  = "0C1A"
	msgSenderMail  = "0C1F"
	msgSenderSMTP  = "5D01"
	msgTo          = "0E04"
	msgCC          = "0E03"
	msgHeaders     = "007D"
	msgFile        = "3707" // the long name of an attachment
	msgFileShort   = "3704"
	msgDisplayName = "3001"
	msgData        = "3701"
	msgMIME        = "370E"

	msgSubmitted = 0x0039 // times, in the stream of properties of fixed size
	msgDelivered = 0x0E06
	msgCodepage  = 0x3FFD // PidTagMessageCodepage
)

// msgProperties is the stream of properties of fixed size.
const msgProperties = "__properties_version1.0"

// isMsg reports whether a compound file has the properties of a message.
func isMsg(head []byte, src *Source) bool {
	if !hasPrefix("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")(head, src) {
		return false
	}
	file, err := openCompound(src, src.Size, maxCFBEntries)
	if err != nil {
		return false
	}
	_, ok := file.entry(msgProperties)
	return ok
}

// maxCFBEntries is how many streams and storages a message may have.
const maxCFBEntries = 20_000

func readMsg(_ context.Context, src *Source, b *builder) error {
	file, err := openCompound(src, src.Size, b.limits.Entries)
	if err != nil {
		return err
	}
	return (&msgReader{file: file, b: b}).message("")
}

// msgReader reads a message, and those attached to it, which are storages of the same file.
type msgReader struct {
	file *compound
	b    *builder
}

// message reads the message in a storage; the root's is "".
func (r *msgReader) message(in string) error {
	m := &r.b.doc.Meta
	m.Title = clean(r.text(in, msgSubject))
	m.From = msgAddress(r.text(in, msgSenderName), firstOf(r.text(in, msgSenderSMTP), r.text(in, msgSenderMail)))
	m.To, m.CC = clean(r.text(in, msgTo)), clean(r.text(in, msgCC))
	if fields := r.text(in, msgHeaders); fields != "" {
		h := entityOf([]byte(fields)).fields
		m.From, m.To, m.CC = firstOf(h.addresses("from"), m.From), firstOf(h.addresses("to"), m.To), firstOf(h.addresses("cc"), m.CC)
	}
	m.Author = m.From
	m.Created = r.when(in)
	if m.Title != "" {
		if err := r.b.add(Block{Kind: Heading, Level: 1, Text: m.Title, Place: Place{Section: 1, Paragraph: 1}}); err != nil {
			return err
		}
	}
	if err := r.body(in); err != nil {
		return err
	}
	return r.attachments(in)
}

// body adds the text, or what the page says where there is none.
func (r *msgReader) body(in string) error {
	to := &mailReader{b: r.b, paragraph: 1}
	if text := r.text(in, msgBody); strings.TrimSpace(text) != "" {
		return to.text("text/plain", "utf-8", []byte(text))
	}
	for _, kind := range []string{"0102", "001F", "001E"} {
		if page, ok := r.stream(in, msgHTML+kind); ok {
			if kind == "001F" {
				page = []byte(msgUTF16(page))
			}
			return to.text("text/html", "", page)
		}
	}
	if _, ok := r.stream(in, msgRTF+"0102"); ok {
		r.b.gap(Gap{What: GapStream, Where: "RTF", Why: "its text is in RTF alone"})
	}
	return nil
}

// attachments adds the files and messages attached.
func (r *msgReader) attachments(in string) error {
	for _, e := range r.file.entries {
		dir, name := path.Split(e.path)
		if strings.TrimSuffix(dir, "/") != in || !strings.HasPrefix(name, "__attach_version1.0_") {
			continue
		}
		file := clean(firstOf(r.text(e.path, msgFile), r.text(e.path, msgFileShort), r.text(e.path, msgDisplayName), name))
		inner := path.Join(e.path, "__substg1.0_"+msgData+"000D")
		if _, ok := r.file.entry(path.Join(inner, msgProperties)); ok {
			if err := r.inner(file, inner); err != nil {
				return err
			}
			continue
		}
		if e, ok := r.file.entry(path.Join(e.path, "__substg1.0_"+msgData+"0102")); ok && !r.b.fits(uint64(max(e.size, 0))) {
			if err := r.b.leaveOut(file, "", e.size); err != nil {
				return err
			}
			continue
		}
		data, ok := r.stream(e.path, msgData+"0102")
		if !ok {
			r.b.gap(Gap{What: GapEntry, Where: file, Why: "it has no bytes in the file"})
			continue
		}
		if err := r.b.attach(file, r.text(e.path, msgMIME), data); err != nil {
			return err
		}
	}
	return nil
}

// inner adds a message that is attached.
func (r *msgReader) inner(name, in string) error {
	if r.b.passes() {
		return r.b.ctx.Err()
	}
	a := Attachment{Name: name, Type: "application/vnd.ms-outlook"}
	if r.b.depth+1 > mostNested {
		r.b.gap(Gap{What: GapEntry, Where: name, Why: "messages in messages in messages"})
		r.b.doc.Attachments = append(r.b.doc.Attachments, a)
		return nil
	}
	doc := &Document{Format: "msg", Unit: Flow, Layout: Paragraphs}
	o := Options{Limits: r.b.left(), Images: r.b.o.Images, Recognise: r.b.o.Recognise, NoCount: true, search: r.b.o.search}
	b := &builder{ctx: r.b.ctx, doc: doc, limits: o.Limits, o: o, depth: r.b.depth + 1, detect: r.b.detect}
	err := (&msgReader{file: r.file, b: b}).message(in)
	r.b.text, r.b.blocks, r.b.unpacked = r.b.text+b.text, r.b.blocks+b.blocks, r.b.unpacked+b.unpacked
	if ended := r.b.ctx.Err(); ended != nil {
		return ended
	}
	if err != nil {
		a.Why = string(whyOf(err))
	}
	a.Read = doc
	r.b.doc.Attachments = append(r.b.doc.Attachments, a)
	for _, g := range doc.Manifest.Gaps {
		g.Where, g.Page = joined(name, g.Where), 0
		r.b.gap(g)
	}
	return r.b.unread(&a, err)
}

// stream returns the bytes of a property: its number and type in hexadecimal digits.
func (r *msgReader) stream(in, property string) ([]byte, bool) {
	e, ok := r.file.entry(path.Join(in, "__substg1.0_"+property))
	if !ok {
		return nil, false
	}
	data, err := r.file.read(e, r.b.limits.Unpacked-r.b.unpacked)
	if err != nil {
		r.b.gap(Gap{What: GapStream, Where: e.path, Why: err.Error()})
	}
	if r.b.unpack(int64(len(data))) != nil {
		r.b.gap(Gap{What: GapStream, Where: e.path, Why: "beyond what is allowed"})
		return nil, false
	}
	return data, true
}

// text is a property as text: UTF-16, or in the code page of the message.
func (r *msgReader) text(in, property string) string {
	if data, ok := r.stream(in, property+"001F"); ok {
		return msgUTF16(data)
	}
	if data, ok := r.stream(in, property+"001E"); ok {
		text, _, _ := decodeText(bytes.TrimRight(data, "\x00"), r.codepage(in))
		return text
	}
	return ""
}

// fixed is a property of fixed size, 8 bytes.
func (r *msgReader) fixed(in string, number uint32) (uint64, bool) {
	e, ok := r.file.entry(path.Join(in, msgProperties))
	if !ok {
		return 0, false
	}
	const most = 1 << 20
	data, _ := r.file.read(e, most)
	head := 24 // of a message in a message and of an attachment; a file's own has 32
	if in == "" {
		head = 32
	}
	for at := head; at+16 <= len(data); at += 16 {
		if binary.LittleEndian.Uint32(data[at:])>>16 == number {
			return binary.LittleEndian.Uint64(data[at+8:]), true
		}
	}
	return 0, false
}

// codepage is the charset of texts that are not UTF-16.
func (r *msgReader) codepage(in string) string {
	switch page, _ := r.fixed(in, msgCodepage); uint32(page) {
	case 949, 51949:
		return "cp949"
	case 65001:
		return "utf-8"
	case 0:
		return ""
	default:
		return fmt.Sprintf("windows-%d", uint32(page))
	}
}

// when is when a message was sent, or came.
func (r *msgReader) when(in string) time.Time {
	for _, number := range []uint32{msgSubmitted, msgDelivered} {
		if ticks, ok := r.fixed(in, number); ok && ticks > 0 && ticks < 1<<62 {
			const from1601 = 11_644_473_600 // seconds until 1970
			return time.Unix(int64(ticks/10_000_000)-from1601, int64(ticks%10_000_000)*100).UTC()
		}
	}
	return time.Time{}
}

// msgAddress is a name and an address as people read them.
func msgAddress(name, address string) string {
	switch {
	case name == "" || name == address:
		return clean(address)
	case !strings.Contains(address, "@"):
		return clean(name) // an address within one company's server
	}
	return clean(name + " <" + address + ">")
}

// msgUTF16 is text in UTF-16, low byte first.
func msgUTF16(data []byte) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}
