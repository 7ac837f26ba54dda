package index

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
	"unicode/utf8"
)

// Passages returns how many passages the asker sees.
func (s *sight) Passages() int { return s.passages }

// Count returns in how many of them a term is.
func (s *sight) Count(t Term) int { return s.term(t).count }

// maxDistance is the most edits that Near looks for.
const maxDistance = 2

// Near finds the words that are at most some edits away.
func (s *sight) Near(kind byte, text string, distance, most int) []Found {
	key := appendKey(nil, kind, text)
	letters := appendLetters(nil, key[1:])
	words := map[string]int{}
	for _, p := range s.parts {
		w := walker{s: p.segment, letters: letters, most: min(distance, maxDistance)}
		w.walk(kind, func(key []byte, distance int) {
			if text, err := keyText(key[1:]); err != nil {
				s.note(p.wrong(secTerms, err))
			} else {
				words[text] = distance
			}
		})
		s.note(w.reader.err)
	}
	list := make([]Found, 0, len(words))
	for text, distance := range words {
		if n := s.Count(Term{kind, text}); n > 0 {
			list = append(list, Found{text, n, distance})
		}
	}
	slices.SortFunc(list, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	return list[:min(most, len(list))]
}

// appendLetters appends the letters that a key's bytes are: the jamo as they are typed, so that a consonant is the same at
// both ends of a syllable.
func appendLetters(letters []rune, key []byte) []rune {
	for i := 0; i < len(key); i++ {
		if key[i] == keyOther && i+3 < len(key) {
			letters = append(letters, rune(key[i+1])<<16|rune(key[i+2])<<8|rune(key[i+3]))
			i += 3
			continue
		}
		letters = append(letters, letterOf[key[i]])
	}
	return letters
}

// finalLetters are the final consonants as compatibility jamo, in their order; the first is none.
var finalLetters = []rune("\x00ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

// letterOf is the letter of each byte of a key, and bytesOf the bytes of a letter, ascending.
var letterOf, bytesOf = func() (letters [256]rune, bytes map[rune][]byte) {
	bytes = map[rune][]byte{}
	set := func(b byte, r rune) {
		letters[b] = r
		bytes[r] = append(bytes[r], b)
	}
	for b := range utf8.RuneSelf {
		set(byte(b), rune(b))
	}
	for i, r := range aloneRunes {
		set(keyInitial+byte(i), r)
	}
	for i := range vowels {
		set(keyVowel+byte(i), 'ㅏ'+rune(i))
	}
	for i, r := range finalLetters[1:] {
		set(keyFinal+1+byte(i), r)
	}
	for i, r := range aloneRunes {
		set(keyAlone+byte(i), r)
	}
	return letters, bytes
}()

// walker goes through a dictionary and leaps over what is too far from a word: it keeps, for each byte of the current key,
// a row of the table of edits (Levenshtein), as one walks a trie.
type walker struct {
	s       *segment
	letters []rune
	most    int
	reader  termReader
	rows    [][]uint8 // rows[i] is that of the key's first i bytes
	before  []byte    // the key that rows are of
	steps   int
}

// maxSteps bounds how many terms a walk looks at.
const maxSteps = 40_000

// walk yields the keys that are near enough, with their distance. A key holds until yield returns.
func (w *walker) walk(kind byte, yield func(key []byte, distance int)) {
	first := make([]uint8, len(w.letters)+1)
	for i := range first {
		first[i] = uint8(min(i, 200)) // far more than any distance, and room to count on
	}
	w.rows = append(w.rows, nil, first) // the kind has no row of its own
	w.before = append(w.before, kind)
	more := w.reader.seek(w.s, []byte{kind})
	var target []byte
	for more && w.steps < maxSteps {
		key := w.reader.key
		if key[0] != kind {
			return
		}
		w.steps++
		depth := w.follow(key)
		if depth == len(key) {
			if d := w.rows[depth][len(w.letters)]; int(d) <= w.most {
				yield(key, int(d))
			}
			more = w.reader.next()
			continue
		}
		// The bytes up to depth and the next one lead nowhere: to the next that may.
		var ok bool
		if target, ok = w.leap(target[:0], key, depth); !ok {
			return
		}
		more = w.leapTo(target)
	}
}

// leapTo goes to the first key that is not below target, which is mostly near.
func (w *walker) leapTo(target []byte) bool {
	for w.reader.next() {
		if string(w.reader.key) >= string(target) {
			return true
		}
		if (w.reader.n+1)%termBlock == 0 {
			return w.reader.seek(w.s, target)
		}
	}
	return false
}

// follow computes the rows of a key, from where it differs from the one before, and returns how many of its bytes can
// begin a word that is near enough.
func (w *walker) follow(key []byte) int {
	shared := min(sharedPrefix(w.before, key), len(w.rows)-1)
	w.rows = w.rows[:shared+1]
	w.before = append(w.before[:0], key...)
	for i := shared; i < len(key); i++ {
		row := w.nextRow(key, i)
		if i >= 1 && slices.Min(row) > uint8(w.most) {
			return i
		}
		w.rows = append(w.rows, row)
	}
	return len(key)
}

// nextRow returns the row behind byte i of a key.
func (w *walker) nextRow(key []byte, i int) []uint8 {
	last := w.rows[i]
	var row []uint8
	if i+1 < cap(w.rows) {
		row = w.rows[:i+2][i+1] // of a key before
	}
	if row == nil {
		row = make([]uint8, len(last))
	}
	letter := letterOf[key[i]]
	if start := otherFrom(key, i); start >= 0 {
		if i < start+3 {
			copy(row, last) // in the middle of a character's number
			return row
		}
		letter = rune(key[start+1])<<16 | rune(key[start+2])<<8 | rune(key[start+3])
	}
	row[0] = last[0] + 1
	for j, l := range w.letters {
		cost := last[j]
		if l != letter {
			cost++
		}
		row[j+1] = min(cost, last[j+1]+1, row[j]+1)
	}
	return row
}

// otherFrom returns where the number of a character begins that byte i of a key is in; -1 if in none.
func otherFrom(key []byte, i int) int {
	for at := 1; at <= i; at++ {
		if key[at] == keyOther {
			if i <= at+3 {
				return at
			}
			at += 3
		}
	}
	return -1
}

// leap makes the least key above those that begin as key does up to and with the byte at depth, and that may be near enough.
func (w *walker) leap(target, key []byte, depth int) ([]byte, bool) {
	for ; depth >= 1; depth-- {
		if c, ok := w.nextByte(key, depth); ok {
			return append(append(target, key[:depth]...), c), true
		}
	}
	return nil, false
}

// nextByte returns the least byte above the one at depth of a key that may stand in its place.
func (w *walker) nextByte(key []byte, depth int) (byte, bool) {
	c := key[depth]
	if c == 255 {
		return 0, false
	}
	row := w.rows[depth]
	if slices.Min(row) < uint8(w.most) || otherFrom(key, depth) >= 0 {
		return c + 1, true
	}
	best := byte(keyOther) // may be any letter
	for j, l := range w.letters {
		if row[j] > uint8(w.most) {
			continue
		}
		for _, code := range bytesOf[l] {
			if code > c {
				best = min(best, code)
				break
			}
		}
	}
	return best, true
}

// Initials finds the words whose syllables begin with some consonants.
//
// The files say how common a word is in each to a power of two, so the commonest words are looked at first, until all that
// are left are surely rarer than the last that is wanted.
func (s *sight) Initials(kind byte, consonants string, longer bool, most int) []Found {
	packed, n := packInitials(consonants)
	if n == 0 || n > maxInitials || most <= 0 {
		return nil
	}
	upTo := packed + 1
	if longer {
		upTo = packed + 1<<(5*(maxInitials-n))
	}
	var byLevel [33][]initialsAt
	for i, p := range s.parts {
		s.note(s.initialsIn(i, p, packed, upTo, &byLevel))
	}
	seen := map[string]bool{}
	var list []Found
	for level := 32; level > 0; level-- {
		for _, at := range byLevel[level] {
			if !s.reader.term(s.parts[at.part].segment, at.term) {
				s.note(s.reader.err)
				continue
			}
			if s.reader.key[0] != kind {
				continue
			}
			text, err := keyText(s.reader.key[1:])
			if err != nil || seen[text] || !longer && utf8.RuneCountInString(text) != n {
				s.note(err)
				continue
			}
			seen[text] = true
			if count := s.Count(Term{kind, text}); count > 0 {
				list = append(list, Found{Text: text, Count: count})
			}
		}
		slices.SortFunc(list, func(a, b Found) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
		})
		list = list[:min(most, len(list))]
		// A word that is not seen yet is, in each part, in fewer passages than 2^(level-1).
		if len(list) == most && list[most-1].Count > len(s.parts)*(1<<(level-1)-1) {
			break
		}
	}
	return list
}

// initialsAt is a word by its number in a part.
type initialsAt struct{ part, term int }

// initialsIn gathers the words of a part whose initials are from packed to before another, by how common they are.
func (s *sight) initialsIn(i int, p *part, packed, upTo uint64, byLevel *[33][]initialsAt) error {
	table, err := p.read(secInitials, 0, p.sections[secInitials].size)
	if err != nil {
		return err
	}
	var fault error
	at := func(n int) int { return int(binary.LittleEndian.Uint32(table[n*initialsEntry:])) }
	of := func(n int) uint64 {
		if number := at(n); number >= p.terms || !s.reader.term(p.segment, number) {
			fault = firstError(fault, s.reader.err, p.wrong(secInitials, errTerm))
			return 0
		}
		packed, _ := keyInitials(s.reader.key[1:])
		return packed
	}
	words := len(table) / initialsEntry
	first := sort.Search(words, func(n int) bool { return of(n) >= packed })
	last := first + sort.Search(words-first, func(n int) bool { return of(first+n) >= upTo })
	for n := first; n < last && fault == nil; n++ {
		level := min(32, table[n*initialsEntry+4])
		if number := at(n); number < p.terms {
			byLevel[level] = append(byLevel[level], initialsAt{i, number})
		}
	}
	return fault
}
