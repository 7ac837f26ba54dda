package hub

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"exaone/chat"
)

// folder copies a checkpoint from a path: one file, a split GGUF, or a Hugging Face folder.
type folder struct{}

func (folder) name() string { return "path" }
func (folder) local() bool  { return true }

func (folder) probe(_ context.Context, _ *pull, o Origin) error {
	_, err := own(o.Place)
	return err
}

func (folder) bring(ctx context.Context, p *pull, o Origin) ([]File, error) {
	l, err := own(o.Place)
	if err != nil {
		return nil, err
	}
	dir := o.Place
	names := make([]string, 0, len(l.Files))
	for _, f := range l.Files {
		names = append(names, f.Name)
	}
	if info, err := os.Stat(o.Place); err == nil && !info.IsDir() {
		dir = filepath.Dir(o.Place)
		names = splitSet(names[0])
	}
	var total int64
	for _, name := range names {
		info, err := os.Stat(inFolder(dir, name))
		if err != nil {
			return nil, chat.NewError(chat.CodeHubNoCheckpoint, err, filepath.Join(dir, name))
		}
		total += info.Size()
	}
	if err := p.h.checkSpace(p.dir, total); err != nil {
		return nil, err
	}
	p.begin(PhaseCopy, 0, total)
	var files []File
	for _, name := range names {
		f, err := p.copy(ctx, inFolder(dir, name), name)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// copy copies one file into the staging folder.
func (p *pull) copy(ctx context.Context, from, name string) (File, error) {
	if err := checkFileName(name); err != nil {
		return File{}, err
	}
	p.now.File = name
	src, err := os.Open(from)
	if err != nil {
		return File{}, chat.NewError(chat.CodeHubNoCheckpoint, err, from)
	}
	defer src.Close()
	return p.write(ctx, src, name)
}

// write writes what src has into the staging folder, under its name once all of it is on the disk.
func (p *pull) write(ctx context.Context, src io.Reader, name string) (File, error) {
	dst, err := p.root.OpenFile(name+partSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return File{}, unwritable(p.dir, err)
	}
	defer dst.Close()
	h := newHasher(-1)
	buf := make([]byte, 1<<20)
	var size int64
	for {
		n, err := src.Read(buf)
		if n > 0 {
			if _, err := dst.Write(buf[:n]); err != nil {
				return File{}, p.writeError(err)
			}
			h.Write(buf[:n])
			size += int64(n)
			p.add(int64(n))
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return File{}, err
		}
		if ctx.Err() != nil {
			return File{}, ctx.Err()
		}
	}
	if err := errors.Join(dst.Sync(), dst.Close()); err != nil {
		return File{}, p.writeError(err)
	}
	if err := p.root.Rename(name+partSuffix, name); err != nil {
		return File{}, p.writeError(err)
	}
	return File{name, size, h.sha256()}, nil
}
