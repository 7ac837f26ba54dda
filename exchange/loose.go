package exchange

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// Other programs write null, a number or nothing where a text was expected, and change their minds between versions.
// The types here take what they can use and are empty for the rest, so that one odd value costs itself and nothing else.

// word is a text, or a number as it is spelt.
type word string

// UnmarshalJSON never fails.
func (w *word) UnmarshalJSON(data []byte) error {
	*w = ""
	switch {
	case len(data) == 0:
	case data[0] == '"':
		json.Unmarshal(data, (*string)(w))
	case data[0] == '-' || '0' <= data[0] && data[0] <= '9':
		*w = word(data)
	}
	return nil
}

// flag is true only for true.
type flag bool

// UnmarshalJSON never fails.
func (f *flag) UnmarshalJSON(data []byte) error {
	*f = flag(bytes.Equal(data, []byte("true")))
	return nil
}

// whole is a whole number, or -1.
type whole int

// UnmarshalJSON never fails.
func (n *whole) UnmarshalJSON(data []byte) error {
	*n = -1
	if f, err := strconv.ParseFloat(string(data), 64); err == nil && f >= 0 && f < math.MaxInt32 {
		*n = whole(f)
	}
	return nil
}

// moment is a time: seconds or milliseconds since 1970, as a number or a text, or RFC 3339. Zero if it is none of these.
type moment struct{ time.Time }

// UnmarshalJSON never fails.
func (m *moment) UnmarshalJSON(data []byte) error {
	m.Time = time.Time{}
	var w word
	w.UnmarshalJSON(data)
	if t, err := time.Parse(time.RFC3339, string(w)); err == nil {
		m.Time = t.UTC()
		return nil
	}
	s, err := strconv.ParseFloat(string(w), 64)
	if err != nil || !(s > 0) {
		return nil
	}
	if s > 1e11 { // the year 5138 in seconds, 1973 in milliseconds
		s /= 1000
	}
	if s < 1e11 {
		m.Time = time.UnixMilli(int64(math.Round(s * 1000))).UTC()
	}
	return nil
}

// list is a list. What in it is of another form is counted and left out; what is no list is empty.
type list[T any] struct {
	items []T
	odd   int
}

// UnmarshalJSON never fails.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	*l = list[T]{}
	var all []json.RawMessage
	if !present(data, '[') || json.Unmarshal(data, &all) != nil {
		return nil
	}
	for _, one := range all {
		var item T
		if json.Unmarshal(one, &item) != nil {
			l.odd++
			continue
		}
		l.items = append(l.items, item)
	}
	return nil
}

// entry is a value under its name.
type entry[T any] struct {
	name  string
	value T
}

// dict is an object in the order in which it is written. What in it is of another form is counted and left out.
type dict[T any] struct {
	items []entry[T]
	odd   int
}

// UnmarshalJSON never fails.
func (d *dict[T]) UnmarshalJSON(data []byte) error {
	*d = dict[T]{}
	if !present(data, '{') {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.Token() // the brace
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil
		}
		var raw json.RawMessage
		if dec.Decode(&raw) != nil {
			return nil
		}
		var item T
		if !present(raw, '{') || json.Unmarshal(raw, &item) != nil {
			d.odd++
			continue
		}
		key, _ := name.(string)
		d.items = append(d.items, entry[T]{key, item})
	}
	return nil
}
