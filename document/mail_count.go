package document

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// countMail counts the characters of a message's body as Go's own reader of messages sees it. Of alternatives the one in
// plain text counts.
func countMail(_ context.Context, src *Source, _ Limits) (Count, error) {
	from := bufio.NewReader(io.NewSectionReader(src, 0, src.Size))
	if head, _ := from.Peek(5); string(head) == "From " {
		if _, err := from.ReadString('\n'); err != nil {
			return Count{}, err
		}
	}
	m, err := netmail.ReadMessage(from)
	if err != nil {
		return Count{}, err
	}
	var c Count
	err = countPart(&c, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Header.Get("Content-Disposition"), m.Body, 0)
	return c, err
}

// countPart counts a part: text that is not a file, and in many parts each.
func countPart(c *Count, kind, transfer, disposition string, body io.Reader, depth int) error {
	const deepest = 16
	if kind == "" {
		kind = "text/plain"
	}
	media, params, err := mime.ParseMediaType(kind)
	if err != nil && media == "" {
		return err
	}
	switch {
	case depth > deepest:
		return errors.New("parts in parts in parts")
	case strings.HasPrefix(media, "multipart/"):
		return countParts(c, media, params["boundary"], body, depth)
	case media != "text/plain" || strings.HasPrefix(strings.ToLower(disposition), "attachment") || strings.Contains(strings.ToLower(kind), "name"):
		return nil
	}
	switch strings.ToLower(transfer) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	data, err := io.ReadAll(body)
	if err != nil && len(data) == 0 {
		return err
	}
	label := params["charset"]
	if label == "" && !utf8.Valid(data) {
		label = "euc-kr" // what messages that do not say are in, here
	}
	if label != "" {
		if from, err := htmlindex.Get(label); err == nil {
			if text, err := from.NewDecoder().Bytes(data); err == nil {
				data = text
			}
		}
	}
	c.Characters += int64(len([]rune(strings.Join(strings.Fields(string(data)), ""))))
	return nil
}

// countParts counts the parts between boundaries.
func countParts(c *Count, media, boundary string, body io.Reader, depth int) error {
	parts := multipart.NewReader(body, boundary)
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var one Count
		h := p.Header
		if err := countPart(&one, h.Get("Content-Type"), h.Get("Content-Transfer-Encoding"), h.Get("Content-Disposition"), p, depth+1); err != nil {
			return err
		}
		c.Characters += one.Characters
		if media == "multipart/alternative" && one.Characters > 0 {
			return nil
		}
	}
}
