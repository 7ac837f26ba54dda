package document

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// compound is a compound file: the folders and streams within a file that HWP 5, Outlook's messages and the old formats
// of Office are kept in. [MS-CFB] What it says of its sizes and chains is not believed: a chain is followed for as many
// sectors as the file has, and a stream is not longer than the file. A file that is cut off opens as far as it goes.
type compound struct {
	src     io.ReaderAt
	size    int64
	sector  int64    // bytes of a sector
	fat     []uint32 // the sector after each
	minifat []uint32
	mini    []uint32 // sectors of the stream in which small streams are
	cutoff  int64    // streams below are small
	entries []cfbEntry
	byPath  map[string]int
	guessed bool    // a sector was taken for the next one
	faults  []error // what is wrong with the file as a whole: what is here is not all
}

// cfbEntry is a stream or a storage.
type cfbEntry struct {
	path    string // with "/" between; of an entry that no folder leads to its name
	storage bool
	lost    bool // no folder leads to it
	start   uint32
	size    int64
}

const (
	cfbMagic     = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
	cfbMaxSector = 0xfffffffa // this and above are marks, not sectors
	cfbEnd       = 0xfffffffe
	cfbFree      = 0xffffffff
	cfbMini      = 64
	cfbNoEntry   = 0xffffffff
)

// openCompound opens a compound file of which at most a number of entries are wanted.
func openCompound(src io.ReaderAt, size int64, most int) (*compound, error) {
	var head [512]byte
	if n, err := src.ReadAt(head[:], 0); n < len(head) {
		return nil, fmt.Errorf("compound file of %d bytes: %w", n, errOr(err, io.ErrUnexpectedEOF))
	}
	shift, miniShift := binary.LittleEndian.Uint16(head[30:]), binary.LittleEndian.Uint16(head[32:])
	switch {
	case string(head[:8]) != cfbMagic:
		return nil, fmt.Errorf("begins with %x, want %x", head[:8], cfbMagic)
	case shift != 9 && shift != 12 || miniShift != 6:
		return nil, fmt.Errorf("sectors of 2^%d and 2^%d bytes, want 2^9 or 2^12, and 2^6", shift, miniShift)
	}
	c := &compound{src: src, size: size, sector: 1 << shift, byPath: map[string]int{}}
	c.cutoff = int64(binary.LittleEndian.Uint32(head[56:]))
	c.readFAT(head[:])
	if err := c.readDirectory(binary.LittleEndian.Uint32(head[48:]), most); err != nil {
		return nil, err
	}
	minifat, err := io.ReadAll(c.chain(binary.LittleEndian.Uint32(head[60:]), int64(binary.LittleEndian.Uint32(head[64:]))<<shift))
	if err != nil {
		c.fault("list of small sectors: %w", err)
	}
	c.minifat = words(minifat)
	return c, nil
}

// sectors is how many sectors the file has, a cut one at its end included.
func (c *compound) sectors() int64 { return max((c.size-1)/c.sector, 0) }

// readFAT reads which sector follows which. Its own sectors are listed in the header, then in a chain of lists.
func (c *compound) readFAT(head []byte) {
	most := c.sectors()*4/c.sector + 1
	wanted := min(int64(binary.LittleEndian.Uint32(head[44:])), most)
	list := words(head[76:512])
	next := binary.LittleEndian.Uint32(head[68:])
	buf := make([]byte, c.sector)
	for seen := int64(0); ; {
		for _, at := range list {
			if int64(len(c.fat))*4/c.sector >= wanted {
				return
			}
			if at >= cfbMaxSector {
				continue
			}
			n, err := c.readSector(at, 0, buf)
			if err != nil {
				c.fault("list of sectors: %w", err)
			}
			for i := n; i < len(buf); i++ {
				buf[i] = 0xff // not known: see follows
			}
			c.fat = append(c.fat, words(buf)...)
		}
		if seen++; next >= cfbMaxSector || seen > most {
			break
		}
		n, err := c.readSector(next, 0, buf)
		if err != nil {
			c.fault("list of lists of sectors: %w", err)
			break
		}
		if n < len(buf) {
			c.fault("list of lists of sectors: %d bytes of %d: %w", n, len(buf), io.ErrUnexpectedEOF)
			break
		}
		list = words(buf[:n-4])
		next = binary.LittleEndian.Uint32(buf[n-4:])
	}
	if int64(len(c.fat))*4/c.sector < wanted {
		c.fault("list of sectors: %d sectors long, want %d", int64(len(c.fat))*4/c.sector, wanted)
	}
}

// follows is the sector after one. Where the file does not say (its list of sectors is cut off), the next one is taken:
// programs write streams in one piece.
func (c *compound) follows(at uint32) uint32 {
	if int64(at) < int64(len(c.fat)) && c.fat[at] != cfbFree {
		return c.fat[at]
	}
	if !c.guessed {
		c.guessed = true
		c.fault("the sector after %d is not known", at)
	}
	return at + 1
}

// readSector reads a sector from a byte on.
func (c *compound) readSector(at uint32, from int64, buf []byte) (int, error) {
	if int64(at) >= c.sectors() {
		return 0, fmt.Errorf("sector %d of a file of %d: %w", at, c.sectors(), io.ErrUnexpectedEOF)
	}
	n, err := c.src.ReadAt(buf[:min(int64(len(buf)), c.sector-from)], (int64(at)+1)*c.sector+from)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// readDirectory reads the entries, and walks the trees that make paths of them.
func (c *compound) readDirectory(start uint32, most int) error {
	const entry = 128
	list := c.chain(start, c.size)
	list.open = true
	data, err := io.ReadAll(io.LimitReader(list, int64(most+1)*entry))
	if len(data) < entry {
		return fmt.Errorf("list of streams: %w", errOr(err, io.ErrUnexpectedEOF))
	}
	n := len(data) / entry
	if n > most {
		return tooMuch("entries", most)
	}
	if err != nil {
		c.fault("list of streams: %w", err)
	}
	root := cfbEntryOf(data[:entry])
	for at, left := root.start, min(root.size, c.size); left > 0 && at < cfbMaxSector && int64(len(c.mini)) < c.sectors(); left -= c.sector {
		c.mini = append(c.mini, at)
		at = c.follows(at)
	}
	type visit struct {
		at   uint32
		path string
	}
	seen := make([]bool, n)
	seen[0] = true
	todo := []visit{{at: binary.LittleEndian.Uint32(data[76:])}}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if int64(v.at) >= int64(n) || seen[v.at] {
			continue
		}
		seen[v.at] = true
		raw := data[int(v.at)*entry:][:entry]
		e := cfbEntryOf(raw)
		if kind := raw[66]; kind != 1 && kind != 2 {
			c.fault("%q is of kind %d, want 1 or 2", e.path, kind)
		}
		name := e.path
		e.path = v.path + name
		c.list(e)
		todo = append(todo, visit{binary.LittleEndian.Uint32(raw[68:]), v.path}, visit{binary.LittleEndian.Uint32(raw[72:]), v.path})
		if e.storage && len(e.path) < 1024 {
			todo = append(todo, visit{binary.LittleEndian.Uint32(raw[76:]), e.path + "/"})
		}
	}
	for i := range seen {
		if e := cfbEntryOf(data[i*entry:][:entry]); !seen[i] && (e.storage || data[i*entry+66] == 2) && e.path != "" {
			e.lost = true
			c.list(e)
			c.fault("no folder leads to %q", e.path)
		}
	}
	return nil
}

// list adds an entry. Of two with one path the first counts.
func (c *compound) list(e cfbEntry) {
	if _, twice := c.byPath[e.path]; !twice {
		c.byPath[e.path] = len(c.entries)
		c.entries = append(c.entries, e)
	}
}

// cfbEntryOf is an entry of the list of streams; its path is its name yet.
func cfbEntryOf(raw []byte) cfbEntry {
	n := min(int(binary.LittleEndian.Uint16(raw[64:])), 64) / 2
	units := make([]uint16, 0, 32)
	for i := range n {
		if u := binary.LittleEndian.Uint16(raw[2*i:]); u != 0 {
			units = append(units, u)
		}
	}
	return cfbEntry{
		path: strings.ReplaceAll(string(utf16.Decode(units)), "/", "_"), storage: raw[66] == 1,
		start: binary.LittleEndian.Uint32(raw[116:]), size: int64(binary.LittleEndian.Uint32(raw[120:])),
	}
}

// entry returns the entry of a path; one that no folder leads to any more is found by its name.
func (c *compound) entry(path string) (cfbEntry, bool) {
	if i, ok := c.byPath[path]; ok {
		return c.entries[i], true
	}
	if i, ok := c.byPath[path[strings.LastIndexByte(path, '/')+1:]]; ok && c.entries[i].lost {
		return c.entries[i], true
	}
	return cfbEntry{}, false
}

// stream reads a stream from its beginning. Where the file ends before it, that is io.ErrUnexpectedEOF.
func (c *compound) stream(e cfbEntry) io.Reader {
	if e.size < c.cutoff {
		return &cfbStream{c: c, at: e.start, left: e.size, unit: cfbMini}
	}
	return c.chain(e.start, e.size)
}

// chain reads a chain of sectors.
func (c *compound) chain(start uint32, size int64) *cfbStream {
	return &cfbStream{c: c, at: start, left: size, unit: c.sector}
}

// read returns a stream of at most so many bytes.
func (c *compound) read(e cfbEntry, most int64) ([]byte, error) {
	if e.size > most {
		return nil, tooMuch("unpacked", most)
	}
	return io.ReadAll(c.stream(e))
}

func (c *compound) fault(format string, args ...any) {
	if err := fmt.Errorf(format, args...); len(c.faults) < 16 {
		c.faults = append(c.faults, err)
	}
}

// cfbStream reads one chain. It stops after as many sectors as the file has: the chain is a loop then.
type cfbStream struct {
	c     *compound
	at    uint32 // sector, or small sector
	from  int64  // read of it
	left  int64  // of the stream
	unit  int64  // bytes of a sector
	open  bool   // it ends with its chain
	steps int64
}

func (s *cfbStream) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	if s.at == cfbEnd && s.open {
		return 0, io.EOF
	}
	if s.at >= cfbMaxSector || s.steps*s.unit >= s.c.sectors()*s.c.sector {
		return 0, fmt.Errorf("%d bytes before its end: %w", s.left, io.ErrUnexpectedEOF)
	}
	p = p[:min(int64(len(p)), s.left, s.unit-s.from)]
	n, err := s.readAt(p)
	s.from += int64(n)
	s.left -= int64(n)
	if err != nil {
		return n, err
	}
	if n < len(p) {
		return n, io.ErrUnexpectedEOF
	}
	if s.from == s.unit {
		s.from = 0
		s.steps++
		s.at = s.next()
	}
	return n, nil
}

// readAt reads from the sector in which the stream is.
func (s *cfbStream) readAt(p []byte) (int, error) {
	if s.unit == s.c.sector {
		return s.c.readSector(s.at, s.from, p)
	}
	per := s.c.sector / cfbMini
	if int64(s.at)/per >= int64(len(s.c.mini)) {
		return 0, fmt.Errorf("small sector %d of %d: %w", s.at, int64(len(s.c.mini))*per, io.ErrUnexpectedEOF)
	}
	return s.c.readSector(s.c.mini[int64(s.at)/per], int64(s.at)%per*cfbMini+s.from, p)
}

func (s *cfbStream) next() uint32 {
	if s.unit == s.c.sector {
		return s.c.follows(s.at)
	}
	if int64(s.at) < int64(len(s.c.minifat)) && s.c.minifat[s.at] != cfbFree {
		return s.c.minifat[s.at]
	}
	return s.at + 1
}

// words are the numbers of 32 bits in some bytes.
func words(data []byte) []uint32 {
	out := make([]uint32, len(data)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return out
}

// errOr is an error, or another if there is none.
func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
