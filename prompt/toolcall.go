package prompt

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"exaone/chat"
)

// callID returns an id for a call: nine letters and digits, which is what the strictest templates demand.
// It is a function of the call and its place, so that the same answer gets the same ids however it is fed.
func callID(turn, n int, name, arguments string) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s %s", turn, n, name, arguments))
	id := make([]byte, 9)
	for i := range id {
		id[i] = digits[int(sum[i])%len(digits)]
	}
	return string(id)
}

// parseCall reads what stands between the marks of a tool call: a JSON object with a name and arguments
// (or parameters), or <function=name><parameter=key>value</parameter></function>.
func parseCall(body []byte, tools []chat.ToolSpec) (name, arguments string, ok bool) {
	body = bytes.TrimSpace(body)
	if bytes.HasPrefix(body, []byte("<function=")) {
		return parseTaggedCall(string(body), tools)
	}
	return parseJSONCall(body)
}

func parseJSONCall(body []byte) (name, arguments string, ok bool) {
	var c struct {
		Name       string
		Arguments  json.RawMessage
		Parameters json.RawMessage
	}
	if json.Unmarshal(body, &c) != nil || c.Name == "" {
		return "", "", false
	}
	raw := c.Arguments
	if raw == nil {
		raw = c.Parameters
	}
	arguments, ok = object(raw)
	return c.Name, arguments, ok
}

// object returns arguments as a JSON object. None at all is an empty one; a string may hold one.
func object(raw json.RawMessage) (string, bool) {
	s := strings.TrimSpace(string(raw))
	switch {
	case s == "" || s == "null":
		return "{}", true
	case s[0] == '{':
		return s, true
	case s[0] == '"':
		var inner string
		if json.Unmarshal(raw, &inner) != nil {
			return "", false
		}
		inner = strings.TrimSpace(inner)
		if strings.HasPrefix(inner, "{") && json.Valid([]byte(inner)) {
			return inner, true
		}
	}
	return "", false
}

type parsedCall struct{ name, arguments string }

// parseBareCalls reads an answer that is JSON calls and nothing else, perhaps after mark, with blanks,
// commas or semicolons between, or in a list. Each must name a tool the request offers: other JSON is an
// answer like any other.
func parseBareCalls(raw []byte, mark string, tools []chat.ToolSpec) ([]parsedCall, bool) {
	body := bytes.TrimSpace(raw)
	if mark != "" {
		body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte(mark)))
	}
	var items []json.RawMessage
	if bytes.HasPrefix(body, []byte("[")) {
		if json.Unmarshal(body, &items) != nil {
			return nil, false
		}
	} else {
		for len(body) > 0 {
			d := json.NewDecoder(bytes.NewReader(body))
			var item json.RawMessage
			if d.Decode(&item) != nil {
				return nil, false
			}
			items = append(items, item)
			body = bytes.TrimLeft(body[d.InputOffset():], " \t\r\n,;")
		}
	}
	var calls []parsedCall
	for _, item := range items {
		name, arguments, ok := parseJSONCall(item)
		if !ok || !offered(name, tools) {
			return nil, false
		}
		calls = append(calls, parsedCall{name, arguments})
	}
	return calls, len(calls) > 0
}

func offered(name string, tools []chat.ToolSpec) bool {
	for _, t := range tools {
		if t.Name == name {
			return true
		}
	}
	return false
}

// parseTaggedCall reads the form newer Qwen and Nemotron models use. A value is text where the tool's schema
// says so or where it is not JSON.
func parseTaggedCall(s string, tools []chat.ToolSpec) (name, arguments string, ok bool) {
	s = strings.TrimPrefix(s, "<function=")
	name, s, ok = strings.Cut(s, ">")
	if !ok || name == "" {
		return "", "", false
	}
	isText := textParameters(name, tools)
	out := []byte{'{'}
	for {
		s = strings.TrimSpace(s)
		if s == "</function>" || s == "" {
			return name, string(append(out, '}')), true
		}
		s, ok = strings.CutPrefix(s, "<parameter=")
		if !ok {
			return "", "", false
		}
		var key, v string
		if key, s, ok = strings.Cut(s, ">"); !ok {
			return "", "", false
		}
		if v, s, ok = strings.Cut(s, "</parameter>"); !ok {
			return "", "", false
		}
		v = strings.TrimSuffix(strings.TrimPrefix(v, "\n"), "\n")
		if len(out) > 1 {
			out = append(out, ", "...)
		}
		out = append(appendJSON(out, strings.ToValidUTF8(key, "\ufffd"), false), ": "...)
		if isText[key] || !json.Valid([]byte(v)) {
			out = appendJSON(out, strings.ToValidUTF8(v, "\ufffd"), false)
		} else {
			out = append(out, strings.TrimSpace(v)...)
		}
	}
}

// textParameters returns which parameters of a tool are strings by its schema.
func textParameters(name string, tools []chat.ToolSpec) map[string]bool {
	var schema struct {
		Properties map[string]struct {
			Type any `json:"type"`
		} `json:"properties"`
	}
	out := map[string]bool{}
	for _, t := range tools {
		if t.Name != name {
			continue
		}
		if err := json.NewDecoder(strings.NewReader(t.Parameters)).Decode(&schema); err != nil && err != io.EOF {
			return out
		}
		for key, p := range schema.Properties {
			out[key] = p.Type == "string"
		}
	}
	return out
}
