package api

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// mostOfEvent bounds an event of a stream, in bytes.
const mostOfEvent = 8 << 20

// errLongEvent says that an event is longer than any server has reason to send.
var errLongEvent = errors.New("an event is too long")

// eventReader reads server-sent events (WHATWG HTML, section 9.2).
type eventReader struct {
	in *bufio.Reader
}

func newEventReader(r io.Reader) *eventReader {
	in := bufio.NewReaderSize(r, 32<<10)
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		in.Discard(3) // the standard allows a byte order mark
	}
	return &eventReader{in}
}

// next returns the data of the next event that has any, whatever its name. At the end of the stream it returns io.EOF;
// what has no empty line after it is still an event, because servers forget it. The slice is valid until the next call.
func (e *eventReader) next() ([]byte, error) {
	var data bytes.Buffer
	some := false
	size := 0
	for {
		line, err := e.line()
		if size += len(line); size > mostOfEvent {
			return nil, errLongEvent
		}
		if len(line) == 0 && (some || err != nil) {
			if some {
				return data.Bytes(), nil
			}
			return nil, err
		}
		field, value, _ := strings.Cut(string(line), ":")
		// Older servers of llama.cpp have a field of their own for errors.
		if field == "data" || field == "error" {
			if some {
				data.WriteByte('\n')
			}
			data.WriteString(strings.TrimPrefix(value, " "))
			some = true
		}
		if err == io.EOF && some {
			return data.Bytes(), nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// line returns a line without its end, and an error if the line has none.
func (e *eventReader) line() ([]byte, error) {
	var line []byte
	for {
		piece, err := e.in.ReadSlice('\n')
		line = append(line, piece...)
		if err == bufio.ErrBufferFull {
			if len(line) > mostOfEvent {
				return nil, errLongEvent
			}
			continue
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}
