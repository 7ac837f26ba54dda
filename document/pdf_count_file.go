package document

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// rawFile is a PDF as its second reader knows it: where each object is, found by looking at all of the file, not by what
// its tables of references say. The last object of a number is the one that counts.
type rawFile struct {
	data   []byte
	at     map[int]int     // where an object's value begins
	packed map[int]*packed // objects that are in streams of objects
	cache  map[int]any
	root   rawRef
	last   rawDict // the last trailer
	budget int64   // bytes that may still be unpacked
	key    *rawCipher
	faults []Gap
}

// packed is where an object within a stream of objects is.
type packed struct {
	data []byte
	at   int
}

// rawStream is an object with a stream: its bytes as stored.
type rawStream struct {
	dict   rawDict
	data   []byte
	number int
	ended  bool // by "endstream", where its length says
}

const mostRawObjects = 4_000_000

// openRaw finds the objects of a file.
func openRaw(data []byte, password string, budget int64) (*rawFile, error) {
	f := &rawFile{data: data, at: map[int]int{}, packed: map[int]*packed{}, cache: map[int]any{}, budget: budget}
	streams := f.scan()
	if encrypted, ok := f.last["Encrypt"]; ok && encrypted != nil {
		key, err := newRawCipher(f, password)
		if err != nil {
			return nil, err
		}
		f.key = key
	}
	for _, n := range streams {
		f.unpackObjects(n)
	}
	if f.root == 0 {
		f.findRoot()
	}
	if f.root == 0 && len(f.at) == 0 {
		return nil, errors.New("no objects")
	}
	return f, nil
}

// scan goes through the file, notes objects and trailers, and returns the streams of objects.
func (f *rawFile) scan() (streams []int) {
	trailed := false
	next := func(word string, at int) int {
		if i := bytes.Index(f.data[at:], []byte(word)); i >= 0 {
			return at + i
		}
		return len(f.data)
	}
	trailer := next("trailer", 0)
	for at := 0; at < len(f.data) && len(f.at) < mostRawObjects; {
		begin := next("obj", at)
		if trailer < at {
			trailer = next("trailer", at)
		}
		if trailer < begin {
			x := lexer{data: f.data, at: trailer + len("trailer")}
			if v, _ := x.value(true, 0); v != nil {
				if dict, ok := v.(rawDict); ok {
					trailed = f.trailer(dict) || trailed
				}
			}
			at = max(x.at, trailer+1)
			continue
		}
		if at = begin + len("obj"); at > len(f.data) {
			break
		}
		number, ok := f.header(begin)
		if !ok {
			continue
		}
		f.at[number] = at
		x := lexer{data: f.data, at: at}
		v, _ := x.value(true, 0)
		dict, ok := v.(rawDict)
		if !ok {
			continue
		}
		at = max(at, x.at)
		if s, end := f.streamAt(dict, x.at, number); s != nil {
			at = end
			switch dict["Type"] {
			case rawName("ObjStm"):
				streams = append(streams, number)
			case rawName("XRef"):
				trailed = f.trailer(dict) || trailed
			}
		}
	}
	if !trailed {
		f.faults = append(f.faults, Gap{What: GapStream, Where: "trailer", Why: "the file has no trailer: its end is missing"})
	}
	return streams
}

// header reads the number of an object backwards from its "obj".
func (f *rawFile) header(at int) (int, bool) {
	back := func(ok func(byte) bool) int {
		n := 0
		for at > 0 && ok(f.data[at-1]) {
			at--
			n++
		}
		return n
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	if back(rawSpace); back(digit) == 0 || back(rawSpace) == 0 {
		return 0, false
	}
	end := at
	if n := back(digit); n == 0 || n > 9 {
		return 0, false
	}
	number, err := strconv.Atoi(string(f.data[at:end]))
	return number, err == nil
}

// trailer notes what a trailer says.
func (f *rawFile) trailer(d rawDict) bool {
	r, ok := d["Root"].(rawRef)
	if ok {
		f.root = r
		if before := f.last["Encrypt"]; d["Encrypt"] == nil && before != nil {
			d["Encrypt"], d["ID"] = before, f.last["ID"]
		}
		f.last = d
	}
	return ok
}

// streamAt is the stream that follows a dictionary, and where the file goes on after it; nil if none does.
func (f *rawFile) streamAt(dict rawDict, at, number int) (*rawStream, int) {
	for at < len(f.data) && rawSpace(f.data[at]) {
		at++
	}
	if !bytes.HasPrefix(f.data[at:], []byte("stream")) {
		return nil, 0
	}
	at += len("stream")
	if at < len(f.data) && f.data[at] == '\r' {
		at++
	}
	if at < len(f.data) && f.data[at] == '\n' {
		at++
	}
	s := &rawStream{dict: dict, number: number}
	length, ok := dict["Length"].(float64)
	if r, is := dict["Length"].(rawRef); is {
		length, ok = f.plainNumber(r)
	}
	if end := at + int(length); ok && length >= 0 && length < float64(len(f.data)) && end <= len(f.data) {
		rest := f.data[end:min(end+24, len(f.data))]
		if bytes.HasPrefix(bytes.TrimLeft(rest, "\r\n \t\x00"), []byte("endstream")) {
			s.data, s.ended = f.data[at:end], true
			return s, end
		}
	}
	end := bytes.Index(f.data[min(at, len(f.data)):], []byte("endstream"))
	if end < 0 {
		s.data = f.data[min(at, len(f.data)):]
		return s, len(f.data)
	}
	s.data = bytes.TrimRight(f.data[at:at+end], "\r\n")
	return s, at + end
}

// plainNumber is a number that is an object of its own, as the length of a stream may be; its object may be later in the
// file than what refers to it.
func (f *rawFile) plainNumber(r rawRef) (float64, bool) {
	at, ok := f.at[int(r)]
	if !ok {
		mark := fmt.Appendf(nil, "\n%d 0 obj", int(r))
		i := bytes.Index(f.data, mark)
		if i < 0 {
			return 0, false
		}
		at = i + len(mark)
	}
	x := lexer{data: f.data, at: at}
	v, _ := x.value(false, 0)
	n, ok := v.(float64)
	return n, ok
}

// unpackObjects notes the objects in a stream of objects.
func (f *rawFile) unpackObjects(number int) {
	s, ok := f.object(number).(*rawStream)
	if !ok {
		return
	}
	data, err := f.unpack(s)
	if err != nil {
		f.faults = append(f.faults, Gap{What: GapStream, Where: fmt.Sprintf("object %d", number), Why: "a stream of objects: " + err.Error()})
	}
	n, _ := s.dict["N"].(float64)
	first, _ := s.dict["First"].(float64)
	if first < 0 || int(first) > len(data) {
		return
	}
	x := lexer{data: data[:int(first)]}
	for i := 0; i < int(n) && len(f.packed) < mostRawObjects; i++ {
		a, ok1 := x.value(false, 0)
		b, ok2 := x.value(false, 0)
		id, ok3 := a.(float64)
		at, ok4 := b.(float64)
		if !ok1 || !ok2 || !ok3 || !ok4 || at < 0 || int(first+at) >= len(data) {
			break
		}
		f.packed[int(id)] = &packed{data, int(first + at)}
	}
}

// findRoot looks for a catalog where no trailer leads to one.
func (f *rawFile) findRoot() {
	for n := range f.at {
		if d, ok := f.object(n).(rawDict); ok && d["Type"] == rawName("Catalog") {
			f.root = rawRef(n)
		}
	}
	for n := range f.packed {
		if d, ok := f.object(n).(rawDict); ok && d["Type"] == rawName("Catalog") {
			f.root = rawRef(n)
		}
	}
}

// object is an object by its number: nil if it is not there.
func (f *rawFile) object(n int) any {
	if v, ok := f.cache[n]; ok {
		return v
	}
	var v any
	if at, ok := f.at[n]; ok {
		x := lexer{data: f.data, at: at}
		v, _ = x.value(true, 0)
		if dict, is := v.(rawDict); is {
			if s, _ := f.streamAt(dict, x.at, n); s != nil {
				v = s
			}
		}
	} else if p, ok := f.packed[n]; ok {
		x := lexer{data: p.data, at: p.at}
		v, _ = x.value(true, 0)
	}
	if len(f.cache) < 200_000 {
		f.cache[n] = v
	}
	return v
}

// of follows references.
func (f *rawFile) of(v any) any {
	for range 20 {
		r, ok := v.(rawRef)
		if !ok {
			return v
		}
		v = f.object(int(r))
	}
	return nil
}

// dict is a value as a dictionary, that of a stream too; nil if it is none.
func (f *rawFile) dict(v any) rawDict {
	switch v := f.of(v).(type) {
	case rawDict:
		return v
	case *rawStream:
		return v.dict
	}
	return nil
}

func (f *rawFile) list(v any) []any {
	l, _ := f.of(v).([]any)
	return l
}
