package hub

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"

	"exaone/chat"
	"exaone/disk"
)

const (
	partSuffix  = ".part"
	stateSuffix = ".state"
)

// part is a file on its way: NAME.part holds its first off bytes, NAME.state says of what.
type part struct {
	p       *pull
	name    string
	file    *os.File
	state   partState
	size    int64 // of the whole file; -1 is unknown
	off     int64
	hash    *hasher
	resumed bool // some of it was not in the reply that ended it
}

// openPart opens the part of an item and keeps what may be continued.
func (p *pull) openPart(ctx context.Context, it item) (*part, error) {
	f, err := p.root.OpenFile(it.name+partSuffix, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, unwritable(p.dir, err)
	}
	pt := &part{p: p, name: it.name, file: f, size: it.size}
	s, ok := p.readState(it.name)
	if !ok || !s.continues(it) {
		if err := pt.reset(); err != nil {
			f.Close()
			return nil, err
		}
		return pt, nil
	}
	pt.state = s
	if pt.size < 0 {
		pt.size = s.Size
	}
	if err := pt.rehash(ctx); err != nil {
		f.Close()
		return nil, err
	}
	return pt, nil
}

// rehash reads what is there, which no hash has been kept of.
func (pt *part) rehash(ctx context.Context) error {
	pt.hash = newHasher(pt.size)
	buf := make([]byte, 1<<20)
	for {
		n, err := pt.file.Read(buf)
		pt.hash.Write(buf[:n])
		pt.off += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unwritable(pt.p.dir, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	pt.resumed = pt.off > 0
	if pt.size >= 0 && pt.off > pt.size {
		return pt.reset()
	}
	return nil
}

// reset throws away what is there.
func (pt *part) reset() error {
	_, err := pt.file.Seek(0, io.SeekStart)
	if err := errors.Join(err, pt.file.Truncate(0)); err != nil {
		return unwritable(pt.p.dir, err)
	}
	pt.off, pt.resumed, pt.state = 0, false, partState{}
	pt.hash = newHasher(pt.size)
	return nil
}

// expect compares what a reply says of the file with what is known, and before the first byte keeps it.
func (pt *part) expect(it item, resp *http.Response, total int64) error {
	want := it.size
	if want < 0 && pt.off > 0 {
		want = pt.size
	}
	if total >= 0 && want >= 0 && total != want {
		if it.size < 0 {
			return errRestart // the file has changed since the last reply
		}
		return chat.NewError(chat.CodeHubWrongSize, nil, pt.name, total, want)
	}
	if pt.off > 0 {
		pt.resumed = true
		return nil
	}
	if it.size < 0 {
		pt.size = total
		pt.hash = newHasher(total)
	}
	pt.state = partState{
		URL: it.url, Size: pt.size, Sum: it.sum.String(),
		ETag: resp.Header.Get("ETag"), Modified: resp.Header.Get("Last-Modified"),
	}
	return pt.keepState()
}

func (pt *part) keepState() error {
	data, err := json.Marshal(pt.state)
	if err != nil {
		return err
	}
	return pt.p.writeFile(pt.name+stateSuffix, data)
}

func (pt *part) write(b []byte) error {
	n, err := pt.file.Write(b)
	pt.hash.Write(b[:n])
	pt.off += int64(n)
	return err
}

// finish checks the whole file. A wrong one is thrown away; if it came in several pieces it may be these that do
// not belong together, and the error is errRestart.
func (pt *part) finish(it item) error {
	found, want, ok := pt.hash.matches(it.sum)
	if ok {
		return nil
	}
	if pt.resumed {
		return errRestart
	}
	err := chat.NewError(chat.CodeHubWrongHash, nil, pt.name, found, want)
	pt.p.add(-pt.off)
	if err := pt.reset(); err != nil {
		return err
	}
	return err
}

// Close closes the file, which stays.
func (pt *part) Close() error { return pt.file.Close() }

// keep gives a checked part its name: first its bytes are on the disk, then its state says what it is, then the
// name changes.
func (p *pull) keep(it item, pt *part) (File, error) {
	f := File{it.name, pt.off, pt.hash.sha256()}
	pt.state.Size, pt.state.SHA256 = f.Size, f.SHA256
	err := pt.file.Sync()
	if err == nil {
		err = pt.keepState()
	}
	err = errors.Join(err, pt.file.Close()) // Windows renames no open file
	if err == nil {
		err = p.root.Rename(it.name+partSuffix, it.name)
	}
	if err == nil {
		err = disk.SyncDir(p.dir)
	}
	if err != nil {
		return File{}, p.writeError(err)
	}
	return f, nil
}

// writeFile writes a small file of the staging folder, whole or not at all.
func (p *pull) writeFile(name string, data []byte) error {
	f, err := p.root.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return unwritable(p.dir, err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = p.root.Rename(name+".new", name)
	}
	if err != nil {
		return p.writeError(err)
	}
	return nil
}
