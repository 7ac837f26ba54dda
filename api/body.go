package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"exaone/chat"
)

// readBody reads a whole request body of at most maxBody bytes and returns it as an object.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) (*object, error) {
	rc := http.NewResponseController(w)
	// A recorder in a test has no deadlines.
	if err := rc.SetReadDeadline(time.Now().Add(s.opts.Patience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, chat.NewError(chat.CodeBodyTooLarge, tooLarge, maxBody>>20)
	}
	if err != nil {
		return nil, chat.NewError(chat.CodeBodyNotJSON, err, len(raw), "unexpected end")
	}
	// From now on the server watches for the client to leave, which a deadline would look like.
	if err := rc.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	o, err := parseBody(raw)
	if err == nil {
		o.look = s.eyes(r, o)
	}
	return o, err
}

// parseBody checks what a decoder would not: depth, and bytes that are not UTF-8 and would be replaced.
func parseBody(raw []byte) (*object, error) {
	if !utf8.Valid(raw) {
		return nil, chat.NewError(chat.CodeBodyNotJSON, nil, invalidAt(raw), "invalid UTF-8")
	}
	if depth(raw) > maxDepth {
		return nil, chat.NewError(chat.CodeBodyTooDeep, nil, maxDepth)
	}
	o := newObject("", raw, maxFields, new(faults))
	return o, o.faults.err()
}

func invalidAt(raw []byte) int {
	at := 0
	for at < len(raw) {
		r, n := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && n <= 1 {
			break
		}
		at += n
	}
	return at
}

// depth returns how deep arrays and objects are nested: Go's decoder recurses, and a stack has an end.
func depth(raw []byte) int {
	now, most := 0, 0
	inside := false // a string
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case inside:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}

// faults keeps the first thing that is wrong with a body.
type faults struct {
	first   *chat.Error
	dialect string // whose bounds hold where it has its own; see boundIn
	images  int    // that have been read

	look   func() (bool, error) // finds out whether the model that is asked can be shown pictures; nil is none
	looked bool
	eyes   bool  // what it found
	failed error // or why it could not
}

func (f *faults) add(code chat.Code, params ...any) {
	if f.first == nil {
		f.first = chat.NewError(code, nil, params...)
	}
}

func (f *faults) err() error {
	if f.failed != nil {
		return f.failed
	}
	if f.first == nil {
		return nil // not a nil *chat.Error in an error
	}
	return f.first
}

// object is a JSON object of a body. Each field is read once by name; [object.close] refuses what nobody read.
// Once something is wrong, reading returns zero values. A null is as if the field were not there.
type object struct {
	*faults
	path   string // before the names of fields, such as "messages[0]."
	fields map[string]json.RawMessage
}

// newObject parses raw, which may have most members. None may be there twice: one of them would be lost.
func newObject(path string, raw []byte, most int, f *faults) *object {
	o := &object{faults: f, path: path, fields: make(map[string]json.RawMessage)}
	dec := json.NewDecoder(bytes.NewReader(raw))
	open, err := dec.Token()
	if err == nil && open != json.Delim('{') {
		o.add(chat.CodeBadField, o.where(), shorten(raw), "an object")
		return o
	}
	for err == nil && dec.More() {
		var name json.Token
		if name, err = dec.Token(); err != nil {
			break
		}
		var value json.RawMessage
		if err = dec.Decode(&value); err != nil {
			break
		}
		key, _ := name.(string)
		if _, twice := o.fields[key]; twice {
			o.add(chat.CodeBadField, o.name(key), "two values", "one")
			return o
		}
		if len(o.fields) == most {
			o.add(chat.CodeBadField, o.where(), fmt.Sprintf("more than %d members", most), "fewer")
			return o
		}
		o.fields[key] = value
	}
	if err == nil {
		_, err = dec.Token()
	}
	if err == nil && path == "" {
		if _, end := dec.Token(); end != io.EOF {
			err = errors.New("something follows the object")
		}
	}
	if err != nil {
		o.add(chat.CodeBodyNotJSON, dec.InputOffset(), strings.TrimPrefix(err.Error(), "json: "))
	}
	return o
}

func (o *object) where() string {
	if o.path == "" {
		return "body"
	}
	return strings.TrimSuffix(o.path, ".")
}

func (o *object) name(field string) string { return fmt.Sprintf("%s%.64s", o.path, field) }

// shorten returns raw as it may stand in a message.
func shorten(raw []byte) string {
	const most = 40
	text := strings.ToValidUTF8(string(raw[:min(len(raw), most)]), "")
	if len(raw) > most {
		text += "…"
	}
	return text
}

// take removes a field and returns it, nil if it is not there.
func (o *object) take(field string) json.RawMessage {
	raw := o.fields[field]
	delete(o.fields, field)
	if o.first != nil || string(raw) == "null" {
		return nil
	}
	return raw
}

// want decodes raw into v, or says that it should have been something else.
func (o *object) want(field string, raw json.RawMessage, v any, wanted string) bool {
	if o.first != nil || raw == nil {
		return false
	}
	if err := json.Unmarshal(raw, v); err != nil {
		o.add(chat.CodeBadField, o.name(field), shorten(raw), wanted)
		return false
	}
	return true
}

// text reads a string field.
func (o *object) text(field string) (s string, ok bool) {
	ok = o.want(field, o.take(field), &s, "a text")
	return s, ok
}

// flag reads a field that is true or false.
func (o *object) flag(field string) (b, ok bool) {
	ok = o.want(field, o.take(field), &b, "true or false")
	return b, ok
}

// choice reads a field that is one of some texts.
func (o *object) choice(field string, among ...string) string {
	s, ok := o.text(field)
	if ok && !slices.Contains(among, s) {
		o.add(chat.CodeBadField, o.name(field), strconv.Quote(fmt.Sprintf("%.40s", s)), strings.Join(among, " | "))
	}
	return s
}

// number reads a numeric field within its bound.
func (o *object) number(field string) (v float64, ok bool) {
	if raw := o.take(field); raw != nil {
		return o.parse(field, boundIn(o.dialect, field), raw)
	}
	return 0, false
}

// integer reads a whole-numbered field within its bound, exactly.
func (o *object) integer(field string) (v int64, ok bool) {
	raw := o.take(field)
	if raw == nil {
		return 0, false
	}
	if v, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		if b := boundIn(o.dialect, field); float64(v) >= b.min && float64(v) <= b.max {
			return v, true
		}
	}
	f, ok := o.parse(field, boundIn(o.dialect, field), raw)
	if ok && math.Abs(f) > 1<<53 { // 1e18 is whole, but which integer it is depends on who reads it
		o.add(chat.CodeBadField, o.name(field), shorten(raw), "a whole number")
		return 0, false
	}
	return int64(f), ok
}

// parse reads a number and holds it against a bound.
func (o *object) parse(field string, b bound, raw json.RawMessage) (float64, bool) {
	wanted := fmt.Sprintf("a number, %s … %s", decimal(b.min), decimal(b.max))
	if b.whole {
		wanted = fmt.Sprintf("a whole number, %s … %s", decimal(b.min), decimal(b.max))
	}
	var v float64
	if !o.want(field, raw, &v, wanted) {
		return 0, false
	}
	if v < b.min || v > b.max || b.whole && v != math.Trunc(v) {
		o.add(chat.CodeBadField, o.name(field), shorten(raw), wanted)
		return 0, false
	}
	return v, true
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// list reads an array of at most most elements.
func (o *object) list(field string, raw json.RawMessage, most int) []json.RawMessage {
	if o.first != nil || raw == nil {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('[') {
		o.add(chat.CodeBadField, o.name(field), shorten(raw), "a list")
		return nil
	}
	var out []json.RawMessage
	for dec.More() {
		if len(out) == most {
			o.add(chat.CodeBadField, o.name(field), fmt.Sprintf("more than %d", most), fmt.Sprintf("at most %d", most))
			return nil
		}
		var element json.RawMessage
		if err := dec.Decode(&element); err != nil { // the whole was valid
			o.add(chat.CodeBadField, o.name(field), shorten(raw), "a list")
			return nil
		}
		out = append(out, element)
	}
	return out
}

// object reads a field that is an object, nil if it is not there.
func (o *object) object(field string) *object {
	raw := o.take(field)
	if raw == nil {
		return nil
	}
	return newObject(o.name(field)+".", raw, maxFields, o.faults)
}

// only refuses a field unless it says what is so anyway.
func (o *object) only(field, why string, fine ...string) {
	raw := o.take(field)
	if raw == nil || slices.Contains(fine, compact(raw)) {
		return
	}
	o.add(chat.CodeUnsupportedField, o.name(field), why)
}

// compact returns JSON without the space between its tokens.
func compact(raw json.RawMessage) string {
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		return string(raw)
	}
	return out.String()
}

// close refuses what nobody has read, unless it changes nothing about the answer.
func (o *object) close(harmless ...string) {
	for _, field := range slices.Sorted(maps.Keys(o.fields)) {
		if string(o.fields[field]) != "null" && !slices.Contains(harmless, field) {
			o.add(chat.CodeUnknownField, o.name(field))
		}
	}
}
