package intake

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"exaone/document"
	"exaone/index"
)

// Folder keeps an index of the files below a directory.
type Folder struct {
	Dir    string
	Index  *index.Index
	Reader Reader
	// Options are how files are read; of them Recognise and Limits matter.
	Options document.Options
	// Version is part of what a file's text depends on beside the file: another one reads all again.
	Version string
	// Vectors, if set, makes the vectors of passages; what is read is found before they are there.
	Vectors func(ctx context.Context, passages []index.Passage) ([][]float32, error)
	// Most is how many files are read at once; 0 is 1.
	Most int
	// Seen is called for each file that had to be read, with what came of it, by one goroutine at a time.
	Seen func(name string, doc *document.Document, err error)
}

// Refreshed counts what Refresh did.
type Refreshed struct {
	Files   int // in the folder
	Read    int // of them, new or changed
	Failed  int // of those, could not be read at all
	Removed int // in the index and not in the folder any more
}

// file is one of a folder.
type file struct{ name, version string }

// Refresh reads what is new or has changed and takes out what is gone. Files whose names begin with a full stop, and links,
// are passed over. When ctx ends, what was read until then is kept.
func (f *Folder) Refresh(ctx context.Context) (Refreshed, error) {
	var n Refreshed
	files, err := f.list(ctx)
	if err != nil {
		return n, err
	}
	n.Files = len(files)
	have := map[string]string{}
	for d, err := range f.Index.Documents() {
		if err != nil {
			return n, err
		}
		have[d.ID] = d.Version
	}
	var fresh []file
	for _, one := range files {
		if version, ok := have[one.name]; !ok || version != one.version {
			fresh = append(fresh, one)
		}
		delete(have, one.name)
	}
	var gone []string
	for name := range have {
		gone = append(gone, name)
	}
	n.Removed = len(gone)
	if err := f.Index.Delete(ctx, gone...); err != nil {
		return n, err
	}
	return n, f.readAll(ctx, fresh, &n)
}

// list returns the files of the folder, by names relative to it, with slashes, composed (NFC).
func (f *Folder) list(ctx context.Context) ([]file, error) {
	var all []file
	err := filepath.WalkDir(f.Dir, func(at string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && at == f.Dir:
			return err
		case err != nil:
			f.seen(at, nil, err)
			return nil
		case at != f.Dir && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return nil // gone since it was listed
		}
		name, err := filepath.Rel(f.Dir, at)
		if err != nil {
			return err
		}
		version := fmt.Sprintf("%d-%d-%s", info.Size(), info.ModTime().UnixNano(), f.Version)
		all = append(all, file{filepath.ToSlash(name), version})
		return nil
	})
	return all, err
}

// readAll reads files, several at once, and puts each into the index.
func (f *Folder) readAll(ctx context.Context, files []file, n *Refreshed) error {
	todo := make(chan file)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var mu sync.Mutex // over n and Seen
	var all sync.WaitGroup
	for range max(f.Most, 1) {
		all.Go(func() {
			for one := range todo {
				doc, err := f.read(ctx, one)
				if ctx.Err() != nil {
					return
				}
				if err == nil || doc != nil {
					if wrote := f.put(ctx, one, doc); wrote != nil {
						stop(wrote)
						return
					}
				}
				mu.Lock()
				n.Read++
				if err != nil && doc == nil {
					n.Failed++
				}
				f.seen(one.name, doc, err)
				mu.Unlock()
			}
		})
	}
	for _, one := range files {
		select {
		case todo <- one:
		case <-ctx.Done():
		}
	}
	close(todo)
	all.Wait()
	return context.Cause(ctx)
}

// read reads one file. One that is damaged comes as far as it could be read, with the error.
func (f *Folder) read(ctx context.Context, one file) (*document.Document, error) {
	at := filepath.Join(f.Dir, filepath.FromSlash(one.name))
	if info, err := os.Stat(at); err == nil && info.Size() == 0 {
		return &document.Document{}, nil
	}
	doc, err := f.Reader.Read(ctx, at, path.Base(one.name), "", f.Options)
	if doc != nil && doc.Empty() && err != nil {
		return nil, err
	}
	return doc, err
}

// put puts what was read into the index.
func (f *Folder) put(ctx context.Context, one file, doc *document.Document) error {
	passages, err := Passages(doc)
	if err != nil {
		return err
	}
	title := norm.NFC.String(path.Base(one.name))
	if t := strings.TrimSpace(doc.Meta.Title); t != "" && t != title {
		title += " " + t
	}
	err = f.Index.Put(ctx, index.Document{ID: one.name, Version: one.version, Title: title, Passages: passages})
	if err != nil || f.Vectors == nil || len(passages) == 0 {
		return err
	}
	vectors, err := f.Vectors(ctx, passages)
	if err != nil {
		return err
	}
	_, err = f.Index.PutVectors(ctx, one.name, one.version, vectors)
	return err
}

// seen tells of a file, unless nobody wants to know.
func (f *Folder) seen(name string, doc *document.Document, err error) {
	if f.Seen != nil {
		f.Seen(name, doc, err)
	}
}
