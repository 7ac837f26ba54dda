package index

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestKeysComeBack(t *testing.T) {
	for _, text := range []string{"", "가", "힣", "한국어", "닭갈비", "ㄱ", "ㅎㄱㅇ", "ㅏ", "ㄳ", "abc 123", "漢字", "한a漢ㄱ🙂각", "\x00\x7f", "é"} {
		key := appendKey(nil, 'w', text)
		got, err := keyText(key[1:])
		if err != nil || got != text {
			t.Errorf("%q has the key % x, which is %q, %v", text, key, got, err)
		}
	}
	for r := rune(firstSyllable); r <= lastSyllable; r++ {
		if got, err := keyText(appendKeyRune(nil, r)); err != nil || got != string(r) {
			t.Fatalf("%c became %q, %v", r, got, err)
		}
	}
	long := strings.Repeat("긴", 2000)
	if key := appendKey(nil, 'w', long); len(key) > maxKey {
		t.Errorf("a key of %d bytes, want at most %d", len(key), maxKey)
	}
}

func TestInitialsOfAKeyAreThoseOfItsText(t *testing.T) {
	for text, want := range map[string]string{"대한민국": "ㄷㅎㅁㄱ", "값": "ㄱ", "꽃": "ㄲ", "가나다라마바사아자차카타파하": "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"} {
		got, n := keyInitials(appendKey(nil, 'w', text)[1:])
		packed, m := packInitials(want)
		if got != packed || n != m {
			t.Errorf("%s has %x, %d, want %x, %d", text, got, n, packed, m)
		}
	}
	for _, text := range []string{"a", "한a", "ㄱ", "漢"} {
		if _, n := keyInitials(appendKey(nil, 'w', text)[1:]); n != 0 {
			t.Errorf("%s has %d initials, want none", text, n)
		}
	}
}

func TestStoredTextComesBack(t *testing.T) {
	for _, text := range []string{"", "가힣", "plain\n\ttext", "漢字 · “따옴표” 🙂", "ㄱㅏ", "\U0010ffff"} {
		got, err := textOf(appendText(nil, text))
		if err != nil || got != text {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
	// What is no UTF-8 becomes so.
	if got, err := textOf(appendText(nil, "a\xffb")); err != nil || got != "a�b" {
		t.Errorf("a broken text became %q, %v", got, err)
	}
}

func TestBlocksComeBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for round := range 3000 {
		n := 1 + r.IntN(blockSize)
		spread := uint32(1) << r.IntN(20)
		before := int64(r.IntN(100)) - 1
		var list []posting
		at := before
		for range n {
			gap := int64(r.Uint32N(spread))
			if r.IntN(20) == 0 {
				gap = int64(r.Uint32N(1 << 18))
			}
			at += 1 + gap
			level := uint8(usualLevel)
			if round%3 > 0 && r.IntN(1+round%7*4) == 0 {
				level = uint8(r.IntN(len(levels)))
			}
			list = append(list, posting{uint32(at), level})
		}
		b := appendBlock(nil, before, list)
		for _, tail := range [][]byte{nil, []byte("whatever comes next")} {
			var u unpacked
			size, err := u.unpack(append(slices.Clone(b), tail...), before, n)
			must(t, err)
			if size != len(b) || u.n != n {
				t.Fatalf("a block of %d bytes and %d postings has %d and %d", len(b), n, size, u.n)
			}
			for i, p := range list {
				level := uint8(usualLevel)
				if !u.usual {
					level = u.level[i]
				}
				if u.passages[i] != p.passage || level != p.level {
					t.Fatalf("posting %d is %d at %d, want %+v", i, level, u.passages[i], p)
				}
			}
		}
	}
}

// smallSegment is the bytes of a segment with a little of everything.
func smallSegment(t testing.TB, documents int, packed bool) []byte {
	w := newWriter(9, 300)
	var list []*Document
	for i := range documents {
		d := w.document("문서"+strings.Repeat("x", i%3)+string(rune('가'+i)), "팀")
		list = append(list, &d)
	}
	image, err := buildSegment(t.Context(), "팀", list)
	must(t, err)
	if !packed {
		return image
	}
	s, err := openSegment("memory", image, true)
	must(t, err)
	var out bytes.Buffer
	_, err = mergeSegments(t.Context(), &out, []source{{segment: s}}, true)
	must(t, err)
	return out.Bytes()
}

// readAll reads all that there is to a segment, and asks it questions.
func readAll(s *segment) error {
	var ids []string
	r := s.documentsFrom(0)
	for r.next() {
		ids = append(ids, string(r.current.id))
	}
	if r.err != nil {
		return r.err
	}
	var all error
	for _, id := range ids[:min(8, len(ids))] {
		_, _, err := s.document(id)
		all = firstError(all, err)
	}
	reader := textReaders.Get().(*textReader)
	defer reader.rest()
	all = firstError(all, s.eachPassage(0, s.passages, reader, func(_ int, p stored) error {
		_, err := textOf(p.text)
		_, err2 := textOf(p.heading)
		return firstError(err, err2)
	}))
	var terms termReader
	var l list
	var words []Weighted
	terms.reset(s, 0)
	for terms.next() {
		if err := l.open(s, terms.whereabouts); err != nil {
			return err
		}
		err := l.all(func(p uint32, _ uint8) bool { return true })
		if text, err := keyText(terms.key[1:]); err == nil && len(words) < 40 {
			words = append(words, Weighted{Term{terms.key[0], text}, 1, len(words) / 2})
		}
		all = firstError(all, err)
	}
	see := newSight([]*part{newPart(s)})
	_, err := see.top(contextOfTests, words, nil, 10)
	see.Near(kindStem, "나라를", 2, 10)
	see.Initials(kindStem, "ㄱㄴ", true, 10)
	return firstError(all, terms.err, err, see.err)
}

// Every byte that changes is noticed, by an error that names the file; every file that is cut short, too.
func TestDamageIsNoticed(t *testing.T) {
	good := smallSegment(t, 6, true)
	s, err := openSegment("segment-1", slices.Clone(good), false)
	must(t, err)
	must(t, readAll(s))
	check := func(what string, at int, data []byte) {
		t.Helper()
		s, err := openSegment("segment-1", data, false)
		if err == nil {
			err = s.checkAll()
		}
		if err == nil {
			t.Errorf("%s %d: nothing was noticed", what, at)
		} else if !strings.Contains(err.Error(), "segment-1") {
			t.Errorf("%s %d: %v does not name the file", what, at, err)
		}
	}
	for at := range good {
		bad := slices.Clone(good)
		bad[at] ^= 1 << (at % 8)
		check("a bit changed in byte", at, bad)
	}
	for at := range good {
		check("cut to", at, good[:at])
	}
}

// reseal makes the sums of a damaged image right, so that its reader has to do without them.
func reseal(data []byte) []byte {
	if len(data) < tailSize || string(data[len(data)-len(imageMagic):]) != imageMagic {
		return data
	}
	n := int(binary.LittleEndian.Uint32(data[len(data)-tailSize:]))
	table := len(data) - tailSize - 16*n
	if n > 64 || table < 0 {
		return data
	}
	size := 0
	for chunks := 0; ; chunks++ { // size + 4 bytes a chunk is where the table begins
		if size = table - 4*chunks; size < 0 {
			return data
		}
		if (size+chunkSize-1)/chunkSize == chunks {
			break
		}
	}
	for chunk := range (size + chunkSize - 1) / chunkSize {
		part := data[chunk*chunkSize : min((chunk+1)*chunkSize, size)]
		binary.LittleEndian.PutUint32(data[size+4*chunk:], crc32.Checksum(part, castagnoli))
	}
	binary.LittleEndian.PutUint32(data[len(data)-tailSize+4:], crc32.Checksum(data[size:len(data)-tailSize+4], castagnoli))
	return data
}

func FuzzSegment(f *testing.F) {
	for _, packed := range []bool{false, true} {
		f.Add(smallSegment(f, 3, packed))
		f.Add(smallSegment(f, 40, packed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := openSegment("segment", reseal(slices.Clone(data)), false)
		if err != nil {
			return
		}
		readAll(s) // an error or none, but no panic
	})
}

func FuzzVectors(f *testing.F) {
	image, err := buildVectors(Info{ID: "d", Class: "c", Version: "1"}, 4, [][]float32{{1, 2, 3, 4}, nil, {0, 0, 0, 1}})
	must(f, err)
	f.Add(image)
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := openVectors("vectors", reseal(slices.Clone(data)), false)
		if err != nil {
			return
		}
		q := Query{Vector: make([]float32, min(v.dimension, 64)), Documents: []string{"d"}}
		if len(q.Vector) > 0 {
			q.Vector[0] = 1
		}
		if v.dimension == len(q.Vector) {
			nearest(contextOfTests, []*vectorPart{{vectorTable: v}}, &q, 3)
			q.Documents = nil
			nearest(contextOfTests, []*vectorPart{{vectorTable: v}}, &q, 3)
		}
	})
}

func FuzzLog(f *testing.F) {
	record := appendRecord([]byte(logMagic), recordDelete, []byte("a"), []byte("b"))
	f.Add(record)
	f.Add(appendRecord(record, recordPut, smallSegment(f, 2, false)))
	f.Add(record[:len(record)-3])
	f.Fuzz(func(t *testing.T, data []byte) {
		file := tempFile(t, data)
		defer file.Close()
		whole, err := readLog(file, func(payload []byte) error {
			_, _, err := recordParts(payload)
			return err
		})
		if whole > int64(len(data)) {
			t.Fatalf("%d of %d bytes are whole, %v", whole, len(data), err)
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte("{}\ncrc32c 00000000\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parseManifest(data)
		text, _, _ := bytes.Cut(data, []byte("\n"))
		parseManifest(sealManifest(text))
	})
}
