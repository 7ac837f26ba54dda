package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// fields reads the members of a config, from config.json or from GGUF metadata, and remembers everything
// that is wrong with them. Each getter takes the names a member may have; the first that is there counts.
type fields struct {
	look func(name string) (any, bool) // bool, string, float64, []any, map[string]any, or a GGUF integer
	errs []error
}

// parseJSON returns the fields of a JSON object.
func parseJSON(data []byte) (*fields, error) {
	var members map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&members); err != nil {
		return nil, fmt.Errorf("config.json: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("config.json: more text after the object")
	}
	return objectFields(members), nil
}

func objectFields(members map[string]any) *fields {
	return &fields{look: func(name string) (any, bool) {
		v, ok := members[name]
		return v, ok && v != nil
	}}
}

func (f *fields) fail(format string, args ...any) {
	f.errs = append(f.errs, fmt.Errorf(format, args...))
}

// find returns the first of the members that is there, and its name.
func (f *fields) find(names string) (any, string) {
	for name := range strings.SplitSeq(names, "|") {
		if v, ok := f.look(name); ok {
			return v, name
		}
	}
	first, _, _ := strings.Cut(names, "|")
	return nil, first
}

// number turns any number of JSON or GGUF into a float64.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case float32:
		return float64(v), true
	case int8:
		return float64(v), true
	case int16:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case uint8:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint32:
		return float64(v), true
	case uint64:
		return float64(v), true
	}
	return 0, false
}

// integer returns a member within [lo, hi]; absent if it is not there. absent < 0 means that it must be.
func (f *fields) integer(names string, lo, hi, absent int) int {
	v, name := f.find(names)
	if v == nil {
		if absent < 0 {
			f.fail("%s: missing", name)
			return lo
		}
		return absent
	}
	x, ok := number(v)
	if !ok || x != math.Trunc(x) || x < float64(lo) || x > float64(hi) {
		f.fail("%s: %s, want an integer from %d to %d", name, short(v), lo, hi)
		return lo
	}
	return int(x)
}

// real returns a member within [lo, hi]; absent if it is not there.
func (f *fields) real(names string, lo, hi, absent float64) float64 {
	v, name := f.find(names)
	if v == nil {
		return absent
	}
	x, ok := number(v)
	if !ok || !(x >= lo && x <= hi) {
		f.fail("%s: %s, want a number from %g to %g", name, short(v), lo, hi)
		return absent
	}
	return x
}

func (f *fields) boolean(names string, absent bool) bool {
	v, name := f.find(names)
	if v == nil {
		return absent
	}
	b, ok := v.(bool)
	if !ok {
		f.fail("%s: %s, want true or false", name, short(v))
	}
	return b
}

func (f *fields) text(names, absent string) string {
	v, name := f.find(names)
	if v == nil {
		return absent
	}
	s, ok := v.(string)
	if !ok {
		f.fail("%s: %s, want a text", name, short(v))
	}
	return s
}

// object returns the fields of a member that is an object, or nil. Errors go to the same list.
func (f *fields) object(names string) *fields {
	v, name := f.find(names)
	if v == nil {
		return nil
	}
	members, ok := v.(map[string]any)
	if !ok {
		f.fail("%s: %s, want an object", name, short(v))
		return nil
	}
	return objectFields(members)
}

// only reports a member that is not the one value this program computes.
func (f *fields) only(names, want string) {
	if v, name := f.find(names); v != nil && fmt.Sprint(v) != want {
		f.fail("%s: %s, want %s", name, short(v), want)
	}
}

// absorb takes over the errors of a member's fields.
func (f *fields) absorb(name string, g *fields) {
	for _, err := range g.errs {
		f.fail("%s.%w", name, err)
	}
}

// short prints a value for an error, cut to a length that a line can hold.
func short(v any) string {
	s := fmt.Sprintf("%#v", v)
	if x, ok := number(v); ok {
		s = fmt.Sprintf("%v", x)
	}
	if len(s) > 60 {
		s = s[:60] + "…"
	}
	return s
}
