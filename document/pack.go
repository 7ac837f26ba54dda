package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"exaone/chat"
)

// pack is the ZIP in which office formats keep their parts, bounded: of its list of files, and of what they unpack to.
// What the archive says of sizes is not believed.
type pack struct {
	files map[string]*zip.File
	names []string // in the archive's order
	size  int64    // of the archive
	src   *Source
	b     *builder
	room  *room // of what is lent; nil: nothing was
}

// openPack opens the archive that a file is. One without its list of files, as a file has none that was cut off, is a gap,
// and has the parts that are found without.
func openPack(src *Source, b *builder) (*pack, error) {
	archive, long, err := src.archive()
	if err == nil && len(archive.File) == 0 && src.Size > 0 {
		var begin [4]byte
		if _, no := src.ReadAt(begin[:], 0); no == nil && string(begin[:]) == "PK\x03\x04" {
			err = errors.New("it is empty, and there are entries")
		}
	}
	if err != nil && !long {
		found, none := salvaged(src, b.limits)
		if _, over := errors.AsType[*chat.Error](none); over {
			return nil, none
		}
		if none == nil {
			b.gap(Gap{What: GapEntry, Why: "the list of entries is lost: " + err.Error()})
			archive, err = found, nil
		}
	}
	switch {
	case long:
		return nil, tooMuch("entries", b.limits.Entries)
	case err != nil:
		return nil, chat.NewError(chat.CodeDocumentDamaged, err, src.Name)
	case len(archive.File) > b.limits.Entries:
		return nil, tooMuch("entries", b.limits.Entries)
	}
	p := &pack{files: make(map[string]*zip.File, len(archive.File)), names: make([]string, 0, len(archive.File)), size: src.Size, src: src, b: b}
	for _, f := range archive.File {
		name := slashed(f.Name)
		if _, twice := p.files[name]; twice {
			b.gap(Gap{What: GapEntry, Where: clean(name), Why: "a second entry of that name"})
			continue
		}
		p.names = append(p.names, name)
		p.files[name] = f
	}
	return p, nil
}

// slashed is a name with the slashes that it should have: some programs of Windows write the other ones. Where the name is no
// UTF-8, a backslash may be half a character.
func slashed(name string) string {
	if strings.IndexByte(name, '\\') >= 0 && utf8.ValidString(name) {
		return strings.ReplaceAll(name, `\`, "/")
	}
	return name
}

// maxListing is how much is read of an archive to find its files, in bytes.
const maxListing = 16 << 20

// archive is the archive that a file is, with the list of its files; long says that there is too much of the list. It is read
// once, however many ask whether the file is theirs.
func (src *Source) archive() (archive *zip.Reader, long bool, err error) {
	if l := src.listed; l != nil {
		return l.archive, l.long, l.err
	}
	list := &listing{ReaderAt: src.ReaderAt, left: maxListing}
	archive, err = zip.NewReader(list, src.Size)
	long = list.left < 0
	list.left = 1 << 62
	src.listed = &listed{archive, long, err}
	return archive, long, err
}

// listed is what came of the list of files of an archive.
type listed struct {
	archive *zip.Reader
	long    bool
	err     error
}

// listing is an archive of which only so much more is read.
type listing struct {
	io.ReaderAt
	left int64
}

// ReadAt is an error once too much has been read.
func (l *listing) ReadAt(p []byte, at int64) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errors.New("the list of files is too long")
	}
	return l.ReaderAt.ReadAt(p, at)
}

// has reports whether there is a part of that name.
func (p *pack) has(name string) bool { return p.files[name] != nil }

// part returns a whole part, which is the caller's. A part that is not there is fs.ErrNotExist; one that is damaged comes with
// its beginning.
func (p *pack) part(name string) ([]byte, error) {
	return p.partIn(name, func(n int) []byte { return make([]byte, n) })
}

// lend returns a part like part does. It is the caller's until the pack is closed.
func (p *pack) lend(name string) ([]byte, error) {
	if p.room == nil {
		p.room = rooms.Get().(*room)
	}
	return p.partIn(name, p.room.more)
}

// close takes back what was lent.
func (p *pack) close() {
	if p.room != nil {
		p.room.leave()
		p.room = nil
	}
}

// partIn returns a part in memory of so many bytes.
func (p *pack) partIn(name string, memory func(n int) []byte) ([]byte, error) {
	f := p.files[name]
	if f == nil {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	left := p.b.limits.Unpacked - p.b.unpacked
	if size, ok := p.atOnce(f); ok && int64(size) <= left {
		if data := memory(size + inflateMargin); p.unpackInto(data, f) {
			return data[:size:size], p.b.unpack(int64(size))
		}
	}
	return p.slowly(name, f, left)
}

// slowly returns a part, or what there is of one that is damaged, and says what is wrong with it.
func (p *pack) slowly(name string, f *zip.File, left int64) ([]byte, error) {
	from, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer from.Close()
	// What deflate packs is never more than 1032 times as large: that much of what the archive says can be believed.
	const most = 1032
	size := int(min(f.UncompressedSize64, most*min(f.CompressedSize64, uint64(p.size)), uint64(left)) + bytes.MinRead)
	if err := mayTake(int64(size)); err != nil {
		return nil, err
	}
	var whole bytes.Buffer
	whole.Grow(size)
	_, err = whole.ReadFrom(io.LimitReader(from, left+1))
	data := whole.Bytes()
	if over := p.b.unpack(int64(len(data))); over != nil {
		return nil, over
	}
	if err != nil {
		return data, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// look unpacks a part to see whether it is damaged, and returns how many bytes it looked at: so many at most.
func (p *pack) look(name string, most int64) (int64, error) {
	f := p.files[name]
	if p.whole(f) {
		return int64(f.UncompressedSize64), nil
	}
	from, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer from.Close()
	return io.Copy(io.Discard, io.LimitReader(from, most))
}

// inPack returns an is for a ZIP that has a part of a name, or whose part has the given beginning.
func inPack(name, begins string) func([]byte, *Source) bool {
	return func(head []byte, src *Source) bool {
		if !hasPrefix("PK\x03\x04")(head, src) {
			return false
		}
		archive, _, err := src.archive()
		if err != nil {
			return false
		}
		from, err := archive.Open(name)
		if err != nil {
			return false
		}
		defer from.Close()
		first := make([]byte, len(begins))
		n, _ := io.ReadFull(from, first)
		return string(first[:n]) == begins
	}
}
