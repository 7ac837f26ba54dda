package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"

	"exaone/chat"
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

// maxItems is how many values of one list or object are looked at: as many as there may be messages, each in a node and
// with a few nodes between that hold none.
const maxItems = 4 * MaxMessages

// errItems ends reading where there are more.
var errItems = chat.NewError(chat.CodeImportTooMany, nil, MaxMessages)

// list is a list. What in it is of another form is counted and left out; what is no list is empty.
type list[T any] struct {
	items []T
	odd   int
}

// UnmarshalJSON fails only for more than maxItems values.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	*l = list[T]{}
	if !present(data, '[') {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.Token() // the bracket
	for n := 0; dec.More(); n++ {
		var item T
		err := dec.Decode(&item)
		switch {
		case n >= maxItems || errors.Is(err, errItems):
			return errItems
		case err != nil:
			if l.odd++; !isForm(err) {
				return nil
			}
		default:
			l.items = append(l.items, item)
		}
	}
	return nil
}

// isForm reports whether a value was read, and only was of another form than was wanted.
func isForm(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
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

// UnmarshalJSON fails only for more than maxItems values.
func (d *dict[T]) UnmarshalJSON(data []byte) error {
	*d = dict[T]{}
	if !present(data, '{') {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.Token() // the brace
	for n := 0; dec.More(); n++ {
		name, err := dec.Token()
		if err != nil {
			return nil
		}
		var item *T // null stays nil: it is no object
		err = dec.Decode(&item)
		switch {
		case n >= maxItems || errors.Is(err, errItems):
			return errItems
		case err != nil && !isForm(err):
			return nil
		case err != nil || item == nil:
			d.odd++
		default:
			key, _ := name.(string)
			d.items = append(d.items, entry[T]{key, *item})
		}
	}
	return nil
}
