package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"exaone/chat"
	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// FilesOptions say which files are asked about, and how they are read.
type FilesOptions struct {
	Paths  []string // of files, and of folders: of these all files below them, but for those that begin with a full stop
	Reader Reader
	Draw   Draw // makes pictures of pages; nil makes none
	// Options are how files are read; of them Recognise and Limits matter. Page is the caller's, if it is set.
	Options document.Options
	// Most is how many files are read at once; 0 is 1.
	Most int
	// Seen is called when a file has been read, with what came of it and how many of all have been, by one goroutine at a time.
	Seen func(name string, doc *document.Document, err error, done, all int)
}

// Files are files of the disk as something to ask about, as a Shelf is for the documents of a server. What was read of them
// and the index are in a folder among the temporary files, until Close. Many goroutines may use it.
type Files struct {
	room     *scratch
	index    *index.Index
	kept     kept
	versions map[string]store.Version // by id; nothing is added after OpenFiles
	paths    map[string]string        // by id
	draw     Draw
}

// OpenFiles reads files. One that cannot be read is told to Seen, and is not among them; CodeDocumentMissing says that there
// is no file of a path.
func OpenFiles(ctx context.Context, o FilesOptions) (*Files, error) {
	todo, err := o.list(ctx)
	if err != nil {
		return nil, err
	}
	room, err := openScratch(os.TempDir())
	if err != nil {
		return nil, err
	}
	dir := room.dir
	f := &Files{room: room, kept: kept{filepath.Join(dir, "read")}, versions: map[string]store.Version{}, paths: map[string]string{}, draw: o.Draw}
	if err = f.kept.open(); err == nil {
		f.index, err = index.Open(filepath.Join(dir, "index"), index.Options{})
	}
	if err == nil {
		err = f.readAll(ctx, o, todo)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Close takes away what was read.
func (f *Files) Close() error {
	var err error
	if f.index != nil {
		err = f.index.Close()
	}
	return errors.Join(err, f.room.Close())
}

// list returns the files of all paths, each once, as they are to be named: as they were given, and below a folder with it.
func (o *FilesOptions) list(ctx context.Context) ([]string, error) {
	var all []string
	seen := map[string]bool{}
	add := func(name string) {
		if at, err := filepath.Abs(name); err == nil && !seen[at] {
			seen[at] = true
			all = append(all, name)
		}
	}
	for _, given := range o.Paths {
		info, err := os.Stat(given)
		switch {
		case err != nil:
			return nil, chat.NewError(chat.CodeDocumentMissing, err, given)
		case !info.IsDir():
			add(given)
			continue
		}
		folder := Folder{Dir: given, Seen: func(name string, doc *document.Document, err error) { o.seen(name, doc, err, 0, 0) }}
		below, err := folder.list(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range below {
			add(filepath.Join(given, filepath.FromSlash(one.name)))
		}
	}
	return all, nil
}

// readAll reads files, several at once.
func (f *Files) readAll(ctx context.Context, o FilesOptions, names []string) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	todo := make(chan int)
	var mu sync.Mutex // over done, versions and Seen
	var all sync.WaitGroup
	done := 0
	for range max(o.Most, 1) {
		all.Go(func() {
			for n := range todo {
				v, doc, err := f.read(ctx, o, n, names[n])
				if ctx.Err() != nil {
					return
				}
				mu.Lock()
				done++
				if doc != nil {
					f.versions[v.ID], f.paths[v.ID] = v, names[n]
				}
				o.seen(names[n], doc, err, done, len(names))
				mu.Unlock()
			}
		})
	}
	for n := range names {
		select {
		case todo <- n:
		case <-ctx.Done():
		}
	}
	close(todo)
	all.Wait()
	return context.Cause(ctx)
}

// read reads the n-th file, keeps what it says and puts it into the index. Of a damaged one that is what could be read.
func (f *Files) read(ctx context.Context, o FilesOptions, n int, name string) (store.Version, *document.Document, error) {
	v := store.Version{ID: fmt.Sprintf("file-%d", n+1), Document: fmt.Sprintf("document-%d", n+1), Number: 1,
		Name: norm.NFC.String(filepath.ToSlash(name)), State: store.VersionRead}
	info, err := os.Stat(name)
	if err != nil {
		return v, nil, chat.NewError(chat.CodeDocumentMissing, err, name)
	}
	v.Size, v.Created, v.Updated = info.Size(), info.ModTime(), info.ModTime()
	doc, err := o.Reader.Read(ctx, name, path.Base(v.Name), "", o.Options)
	if doc == nil || err != nil && doc.Empty() {
		return v, nil, err
	}
	v.Format, v.Pages, v.Gaps = doc.Format, len(doc.Pages), len(doc.Manifest.Gaps)
	if kept := f.keep(ctx, v, doc); kept != nil {
		return v, nil, kept
	}
	return v, doc, err
}

// keep keeps what a file says, and puts it into the index.
func (f *Files) keep(ctx context.Context, v store.Version, doc *document.Document) error {
	if err := f.kept.save(v.ID, doc); err != nil {
		return err
	}
	passages, err := Passages(doc)
	if err != nil {
		return err
	}
	title := path.Base(v.Name)
	if t := strings.TrimSpace(doc.Meta.Title); t != "" && t != title {
		title += " " + t
	}
	return f.index.Put(ctx, index.Document{ID: v.ID, Version: v.ID, Title: title, Passages: passages})
}

// seen tells of a file, unless nobody wants to know.
func (o *FilesOptions) seen(name string, doc *document.Document, err error, done, all int) {
	if o.Seen != nil {
		o.Seen(name, doc, err, done, all)
	}
}

// Versions are the ids of the files that could be read, in the order in which they were given.
func (f *Files) Versions() []string {
	all := make([]string, 0, len(f.versions))
	for n := 1; len(all) < len(f.versions); n++ {
		if id := fmt.Sprintf("file-%d", n); f.versions[id].ID != "" {
			all = append(all, id)
		}
	}
	return all
}

// Version tells of a file by its id, or CodeNoDocument. Its name is the path that was given.
func (f *Files) Version(_ context.Context, _ chat.Principal, id string) (store.Version, error) {
	v, ok := f.versions[id]
	if !ok {
		return v, chat.NewError(chat.CodeNoDocument, nil, id)
	}
	return v, nil
}

// Search finds passages, best first. Whoever asks may read all of it: they named the files.
func (f *Files) Search(ctx context.Context, _ chat.Principal, q Question) ([]Found, error) {
	result, err := f.index.Search(ctx, index.Query{Text: q.Text, Classes: []string{""}, Documents: q.Versions, Top: q.Top})
	if err != nil {
		return nil, err
	}
	var all []Found
	for _, h := range result.Hits {
		one := Found{Hit: h, Version: f.versions[h.Document]}
		if len(h.Place) > 0 {
			if one.Place, err = PlaceOf(h.Place); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// Document returns what was read of a file.
func (f *Files) Document(ctx context.Context, who chat.Principal, version string) (*document.Document, error) {
	if _, err := f.Version(ctx, who, version); err != nil {
		return nil, err
	}
	return f.kept.load(version)
}
