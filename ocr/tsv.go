package ocr

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// word is what Tesseract read in one place.
type word struct {
	box
	text       string
	confidence float64 // 0 to 1
}

// maxWords is how many words are read of an answer.
const maxWords = 200_000

// parseTSV reads Tesseract's tab-separated answer: the words of each of so many pages. Lines that are no words are passed
// over; a line of a word that is not as it should be is an error.
func parseTSV(text string, pages int) ([][]word, error) {
	const columns = 12 // level page block par line word left top width height conf text
	out := make([][]word, pages)
	n := 0
	for row := range strings.Lines(text) {
		f := strings.SplitN(strings.TrimRight(row, "\r\n"), "\t", columns)
		if f[0] != "5" {
			continue
		}
		if len(f) != columns {
			return nil, fmt.Errorf("a word of %d columns, want %d: %.80q", len(f), columns, row)
		}
		var v [5]int
		for i, at := range [5]int{1, 6, 7, 8, 9} {
			number, err := strconv.Atoi(f[at])
			if err != nil || number < 0 || number > 1<<24 {
				return nil, fmt.Errorf("column %d of a word: %.20q, want a number", at+1, f[at])
			}
			v[i] = number
		}
		confidence, err := strconv.ParseFloat(f[10], 64)
		if err != nil || confidence != confidence {
			return nil, fmt.Errorf("the confidence of a word: %.20q, want a number", f[10])
		}
		text := strings.TrimSpace(norm.NFC.String(strings.ToValidUTF8(f[11], "\ufffd")))
		if v[0] < 1 || v[0] > pages {
			return nil, fmt.Errorf("a word of page %d, want 1 to %d", v[0], pages)
		}
		if text == "" {
			continue
		}
		if n++; n > maxWords {
			return nil, fmt.Errorf("more than %d words", maxWords)
		}
		out[v[0]-1] = append(out[v[0]-1], word{box{v[1], v[2], v[1] + v[3], v[2] + v[4]}, text, min(max(confidence/100, 0), 1)})
	}
	return out, nil
}
