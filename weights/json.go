package weights

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// maxDepth is how deep JSON may be nested. Real files have at most six levels.
const maxDepth = 32

// checkJSON checks that data is one JSON object and nothing is nested deeper than maxDepth. It allocates nothing
// that grows with data.
func checkJSON(data []byte) error {
	if !json.Valid(data) {
		// Valid does not say where; Unmarshal does, and stops there.
		var all json.RawMessage
		if err := json.Unmarshal(data, &all); err != nil {
			return err
		}
		return errors.New("not JSON")
	}
	s := &scanner{data: data}
	if s.peek() != '{' {
		return errors.New("JSON, but not an object")
	}
	depth := 0
	for s.at < len(data) {
		switch data[s.at] {
		case '"':
			s.skipString()
			continue
		case '{', '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("JSON nested deeper than %d", maxDepth)
			}
		case '}', ']':
			depth--
		}
		s.at++
	}
	return nil
}

// scanner walks over JSON that [checkJSON] has accepted, so that only its meaning can be wrong. It exists because
// encoding/json keeps the last of two equal keys and says nothing, and because it allocates several times what
// a large header holds.
type scanner struct {
	data []byte
	at   int
}

// peek returns the first byte of the next token, 0 at the end.
func (s *scanner) peek() byte {
	for ; s.at < len(s.data); s.at++ {
		switch s.data[s.at] {
		case ' ', '\t', '\r', '\n', ',', ':':
		default:
			return s.data[s.at]
		}
	}
	return 0
}

// open steps into an object or array, and reports whether there is one.
func (s *scanner) open(bracket byte) bool {
	if s.peek() != bracket {
		return false
	}
	s.at++
	return true
}

// more reports whether another member follows, and steps out of the object or array if not.
func (s *scanner) more() bool {
	switch s.peek() {
	case '}', ']':
		s.at++
		return false
	case 0:
		return false
	}
	return true
}

func (s *scanner) skipString() {
	for s.at++; s.at < len(s.data) && s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
}

// skip steps over a value and returns its text.
func (s *scanner) skip() []byte {
	s.peek()
	start, depth := s.at, 0
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case '"':
			s.skipString()
			if depth == 0 {
				return s.data[start:s.at]
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 { // of what holds a bare number
				return s.data[start:s.at]
			}
			if depth--; depth == 0 {
				s.at++
				return s.data[start:s.at]
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return s.data[start:s.at]
			}
		}
		s.at++
	}
	return s.data[start:min(s.at, len(s.data))]
}

// text reads a string of at most limit bytes as written. The result may lie in data.
func (s *scanner) text(what string, limit int) ([]byte, error) {
	if s.peek() != '"' {
		return nil, fmt.Errorf("%s is %s, want a string", what, clip(s.skip()))
	}
	raw := s.skip()
	if len(raw) > limit {
		return nil, fmt.Errorf("%s of %d bytes, want at most %d", what, len(raw), limit)
	}
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return raw[1 : len(raw)-1], nil
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return []byte(text), err
}

// whole reads a number that is whole and not negative.
func (s *scanner) whole(what string) (int, error) {
	raw := s.skip()
	n, err := strconv.Atoi(string(clip(raw)))
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is %s, want a whole number", what, clip(raw))
	}
	return n, nil
}

// wholes reads an array of at most limit numbers. It is not nil even if it is empty.
func (s *scanner) wholes(what string, limit int) ([]int, error) {
	if !s.open('[') {
		return nil, fmt.Errorf("%s is %s, want an array", what, clip(s.skip()))
	}
	list := make([]int, 0, 2)
	for s.more() {
		if len(list) == limit {
			return nil, fmt.Errorf("%s has more than %d numbers", what, limit)
		}
		n, err := s.whole(what)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

// clip shortens text that goes into an error or that cannot be meant.
func clip(b []byte) []byte { return b[:min(len(b), 64)] }
