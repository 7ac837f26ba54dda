package api

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode"

	"exaone/chat"
)

// refused returns the error of a reply whose status is not 200.
func (c *Client) refused(status int, body []byte, header http.Header) error {
	said := c.messageOf(body)
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		after := retryAt(header.Get("Retry-After"), time.Now())
		seconds := int(math.Ceil(max(after.Seconds(), 1)))
		return passing{chat.NewError(chat.CodeRemoteBusy, fmt.Errorf("%s", said), c.host, status, seconds), after}
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return chat.NewError(chat.CodeRemoteKey, nil, c.host) // what it says may have the key in it
	case status == http.StatusNotFound:
		return chat.NewError(chat.CodeRemoteNoModel, fmt.Errorf("%s", said), c.host, c.Name())
	case status >= 400 && status < 500:
		return chat.NewError(chat.CodeRemoteRefused, nil, c.host, said)
	case status >= 300 && status < 400:
		said = "redirection"
	}
	return chat.NewError(chat.CodeRemoteFailed, nil, c.host, status, said)
}

// messageOf finds what an error says for people: OpenAI's {"error":{"message"}}, and what others write.
func (c *Client) messageOf(body []byte) string {
	var e struct {
		Error   json.RawMessage
		Message json.RawMessage
		Detail  json.RawMessage
	}
	text := string(body)
	if json.Unmarshal(body, &e) == nil {
		for _, raw := range []json.RawMessage{e.Error, e.Message, e.Detail} {
			if found := messageIn(raw); found != "" {
				text = found
				break
			}
		}
	}
	return c.clean(text)
}

// messageIn returns a text, or the message of an object.
func messageIn(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var inner struct{ Message string }
	if json.Unmarshal(raw, &inner) == nil && inner.Message != "" {
		return inner.Message
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

// clean makes a text of another server one that may be shown: a short line without the key.
func (c *Client) clean(text string) string {
	const most = 500 // characters
	if c.opts.Key != "" {
		text = strings.ReplaceAll(text, c.opts.Key, "…")
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

// bad is the error of a reply that does not say what it should.
func (c *Client) bad(format string, args ...any) error {
	return chat.NewError(chat.CodeRemoteBadReply, nil, c.host, c.clean(fmt.Sprintf(format, args...)))
}

// cannot is the error of a request for what the server does not have.
func (c *Client) cannot(what string) error {
	return chat.NewError(chat.CodeRemoteCannot, nil, c.host, what)
}
