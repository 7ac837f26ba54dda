package document

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"
)

// webPage is a page of the web, or what an office program exports as one. Nothing that it points to is fetched.
var webPage = &format{
	name: "html", extensions: []string{".html", ".htm", ".xhtml"},
	is: isHTML, read: readHTML, count: countHTML,
	skip: []Kind{Hidden, Picture},
}

// isHTML knows a page by its name, or by how it begins after comments.
func isHTML(head []byte, src *Source) bool {
	if !looksLikeText(head, src) {
		return false
	}
	if slices.Contains([]string{".html", ".htm", ".xhtml"}, src.extension()) {
		return true
	}
	text, _, _ := decodeText(head, "")
	for {
		text = strings.TrimLeft(text, "\ufeff \t\r\n")
		mark, end := "<!--", "-->"
		if strings.HasPrefix(text, "<?xml") {
			mark, end = "<?xml", "?>"
		}
		if !strings.HasPrefix(text, mark) {
			break
		}
		_, rest, ok := strings.Cut(text, end)
		if !ok {
			return false
		}
		text = rest
	}
	begin := strings.ToLower(text[:min(len(text), 15)])
	return strings.HasPrefix(begin, "<!doctype html") || strings.HasPrefix(begin, "<html")
}

// readHTML reads a page. Its title begins the text, unless its first heading says the same.
func readHTML(_ context.Context, src *Source, b *builder) error {
	return readPage(src, b, false)
}

// readPage reads a page: one that is mailed is shown without style sheets from elsewhere.
func readPage(src *Source, b *builder, mailed bool) error {
	head := make([]byte, min(src.Size, headBytes))
	n, _ := src.ReadAt(head, 0)
	text, err := readText(src, declaredCharset(head[:n]), b)
	if err != nil {
		return err
	}
	r := newHTML(text, b)
	r.picture, r.mailed = r.dataPicture, mailed
	blocks, err := r.read()
	meta := &b.doc.Meta
	meta.Title, meta.Author, meta.Subject, meta.Keywords, meta.Language = r.title, r.meta["author"], r.meta["description"], r.meta["keywords"], r.language
	if r.title != "" && !firstHeadingIs(blocks, r.title) {
		blocks = slices.Insert(blocks, 0, Block{Kind: Heading, Level: 1, Text: r.title})
	}
	for i := range blocks {
		blocks[i].Section, blocks[i].Paragraph = 1, i+1
	}
	if over := b.add(blocks...); over != nil {
		return over
	}
	return err
}

// firstHeadingIs reports whether the first heading says a text, white space left out.
func firstHeadingIs(blocks []Block, title string) (is bool) {
	found := false
	Walk(blocks, func(b *Block) bool {
		if b.Kind == Heading && !found {
			found = true
			is = strings.Join(strings.Fields(b.Text), "") == strings.Join(strings.Fields(title), "")
		}
		return !found
	})
	return is
}

var (
	metaCharset = regexp.MustCompile(`(?i)<meta[^>]*charset\s*=\s*["']?\s*([a-z0-9_.:-]+)`)
	xmlCharset  = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.:-]+)`)
)

// declaredCharset is what a page says of its charset.
func declaredCharset(head []byte) string {
	for _, says := range []*regexp.Regexp{xmlCharset, metaCharset} {
		if m := says.FindSubmatch(head); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// dataPicture takes up a picture that is in the page itself, as a data URL (RFC 2397); any other is somewhere else.
func (r *htmlReader) dataPicture(address string) int {
	head, data, ok := strings.Cut(address, ",")
	kind, isData := strings.CutPrefix(head, "data:")
	if !ok || !isData || !strings.HasPrefix(kind, "image/") {
		return 0
	}
	kind, encoded := strings.CutSuffix(kind, ";base64")
	raw := []byte(data)
	if encoded {
		raw = bytes.Map(func(c rune) rune {
			if c <= ' ' {
				return -1
			}
			return c
		}, raw)
		n, err := base64.StdEncoding.Decode(raw, raw)
		if err != nil && n == 0 {
			r.b.gap(Gap{What: GapImages, Where: kind, Why: err.Error()})
			return 0
		}
		raw = raw[:n]
	} else if plain, err := url.PathUnescape(data); err == nil {
		raw = []byte(plain)
	}
	kind, _, _ = strings.Cut(kind, ";")
	return r.b.image(Image{Type: kind, Data: raw})
}

// attributes are those of an element that mean something here.
type attributes map[string]string

// attributesOf reads the attributes of the tag that a tokenizer is at.
func attributesOf(z *nethtml.Tokenizer, more bool) attributes {
	var all attributes
	const most = 64 // attributes of an element
	for n := 0; more && n < most; n++ {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, twice := all[string(key)]; twice {
			continue
		}
		if all == nil {
			all = attributes{}
		}
		all[string(key)] = string(value)
	}
	return all
}
