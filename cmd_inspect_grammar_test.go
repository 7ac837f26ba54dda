package main

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
)

// A line that is too long is none, and those after it are read.
func TestReadLine(t *testing.T) {
	for _, size := range []int{16, 4096} { // of the buffer beneath
		const most = 40
		whole, long := strings.Repeat("w", most), strings.Repeat("l", most+1)
		r := bufio.NewReaderSize(strings.NewReader("a\n"+whole+"\n"+long+"\n\r\n"+whole+"\r\n"+strings.Repeat(long, 100)+"\n"+long+"\r\nb"), size)
		for i, want := range []string{"a", whole, "", "\x00", whole, "", "", "b"} {
			line, ok, err := readLine(r, most)
			switch {
			case err != nil:
				t.Fatalf("line %d: %v", i+1, err)
			case want == "" && ok:
				t.Errorf("line %d: %d bytes are taken for a whole line", i+1, len(line))
			case want != "" && (!ok || string(line) != strings.Trim(want, "\x00")):
				t.Errorf("line %d: got %q, %v, want %q", i+1, line, ok, want)
			}
		}
		if _, _, err := readLine(r, most); !errors.Is(err, io.EOF) {
			t.Errorf("after the last line: got %v, want %v", err, io.EOF)
		}
	}
}
