package document

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"unicode"
	"unicode/utf16"
)

// countMsg counts the characters of a message's body: of the one directory entry in the file that is named for it (plain
// text in UTF-16, [MS-OXPROPS] PidTagBody), by the size that the entry says and, if it lies in one piece, by its text.
func countMsg(_ context.Context, src *Source, l Limits) (Count, error) {
	if src.Size > l.Unpacked {
		return Count{}, errors.New("too large to count")
	}
	data, err := io.ReadAll(io.NewSectionReader(src, 0, src.Size))
	if err != nil {
		return Count{}, err
	}
	// [MS-CFB] 2.6.1: an entry has 128 bytes, begins with its name in UTF-16, and ends with first sector and size.
	name := utf16Bytes("__substg1.0_1000001F")
	at := bytes.Index(data, name)
	if at < 0 || at+128 > len(data) {
		return Count{}, nil // no plain text: nothing to hold the reader to
	}
	if bytes.Contains(data[at+128:], name) {
		return Count{}, nil // messages in the message have bodies of the same name
	}
	size := binary.LittleEndian.Uint32(data[at+120:])
	start := binary.LittleEndian.Uint32(data[at+116:])
	shift := binary.LittleEndian.Uint16(data[30:])
	begin := (int64(start) + 1) << shift
	const mini = 4096 // smaller streams lie elsewhere, in pieces of 64 bytes
	if size < mini || shift > 12 || begin < 0 || begin+int64(size) > int64(len(data)) {
		return Count{}, nil
	}
	var c Count
	raw := data[begin : begin+int64(size)]
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
	}
	for _, r := range utf16.Decode(units) {
		if !unicode.IsSpace(r) && !unicode.IsControl(r) {
			c.Characters++
		}
	}
	return c, nil
}

func utf16Bytes(text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}
