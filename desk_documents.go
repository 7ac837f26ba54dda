package main

import (
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"exaone/chat"
	"exaone/intake"
)

// documentsOfData is the folder of the data directory with what was read of documents, and their index.
const documentsOfData = "documents"

// newShelf has the documents of a server read, in processes of their own, and closes it with the app. What was read and the
// index are below the data directory.
func newShelf(app *app, d *desk) (*intake.Shelf, error) {
	const workers = 2                                          // a long scan leaves room for another file
	pool, err := app.readers(max(workers+1, runtime.NumCPU())) // and both for one that somebody asks about
	if err != nil {
		return nil, err
	}
	d.warm = pool.Warm
	shelf, err := intake.Open(app.ctx, intake.Options{Store: d.store, Dir: filepath.Join(app.data, documentsOfData), Reader: pool, Draw: pool.Draw, Extract: pool.Extract,
		Recognise: true, Embedder: d.documentEmbedder(), Workers: workers, Log: app.log})
	if err == nil {
		app.onClose(shelf.Close)
	}
	return shelf, err
}

// warmAfter is how long a server runs before it makes its readers ready: starting comes first, and one that ends soon needs
// none.
const warmAfter = 10 * time.Second

// warmReaders has what reading PDFs needs compiled, where it is not yet.
func (d *desk) warmReaders() {
	select {
	case <-d.ctx.Done():
		return
	case <-time.After(warmAfter):
	}
	if err := d.warm(d.ctx); err != nil && d.ctx.Err() == nil {
		d.log.Info("readers of documents are not made ready ahead", "why", err)
	}
}

// lookAgain is how long it is believed which model makes vectors of documents: one may be brought or removed.
const lookAgain = 30 * time.Second

// documentEmbedder returns what makes vectors of documents: the model that embeds where none is named, while there is one.
func (d *desk) documentEmbedder() func() (chat.Embedder, string) {
	var mu sync.Mutex
	var model string
	var looked time.Time
	return func() (chat.Embedder, string) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(looked) > lookAgain {
			looked = time.Now()
			var err error
			if model, err = d.encoder(false); err != nil {
				model = "" // there is none: words alone find most of it
			}
		}
		if model == "" {
			return nil, ""
		}
		return d, model
	}
}
