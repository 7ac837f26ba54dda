package intake

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync/atomic"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/index"
	"exaone/store"
)

// keepReading claims jobs and reads what they are for, until ctx ends. wake tells that there may be one.
func (s *Shelf) keepReading(ctx context.Context, wake chan struct{}, claim func(context.Context, chat.Principal, time.Duration, ...string) (store.Job, bool, error)) {
	for ctx.Err() == nil {
		if s.hold(s.noRoom(0)) {
			wait(ctx, nil, poll)
			continue
		}
		job, ok, err := claim(ctx, store.System, s.o.Lease, store.JobDocument)
		if err != nil && ctx.Err() == nil {
			s.log.Error("claim a document to read", "error", err)
		}
		if !ok {
			if !wait(ctx, wake, poll) {
				return
			}
			continue
		}
		signal(wake) // there may be more, for another worker
		s.work(ctx, job)
		s.tell()
	}
}

// work does one job. What cannot be done is written down where people see it.
func (s *Shelf) work(ctx context.Context, job store.Job) {
	err := s.read(ctx, job)
	if err == nil || ctx.Err() != nil {
		return // a reading that is cut off is taken up when its lease has run out
	}
	if why := s.full(err, 0); why != nil {
		s.putOff(ctx, job, why)
		return
	}
	told, ok := errors.AsType[*chat.Error](err)
	switch {
	case ok && told.Code == chat.CodeJobLost:
		return // to another worker, who goes on
	case ok && (told.Code == chat.CodeJobCancelled || told.Code == chat.CodeNoDocument):
		s.dropPart(ctx, job)
		return
	}
	// What is wrong with a file stays wrong; what is wrong with the disk may pass.
	final := job.Attempt >= job.MaxAttempts
	if ok {
		final = final || told.Code.HTTPStatus() < 500 || told.Code == chat.CodeDocumentNeedsOffice || told.Code == chat.CodeDocumentReader
	} else {
		s.log.Error("read a document", "job", job.ID, "error", err)
		told = chat.NewError(chat.CodeDocumentReader, err, "")
	}
	var payload store.DocumentJob
	if final && json.Unmarshal(job.Payload, &payload) == nil {
		s.dropPart(ctx, job)
		if err := s.store.FailVersion(ctx, store.System, job, payload.Version, told); err != nil {
			s.log.Error("note why a document cannot be read", "version", payload.Version, "error", err)
		}
	}
	if err := s.store.Fail(ctx, job, told, final); err != nil && ctx.Err() == nil {
		s.log.Error("note that a job failed", "job", job.ID, "error", err)
	}
}

// dropPart removes what there is of a version whose reading has ended without one, bytes and all: its document may have been
// deleted meanwhile, and nobody would know of it any more. What an earlier reading brought stays.
func (s *Shelf) dropPart(ctx context.Context, job store.Job) {
	var payload store.DocumentJob
	if json.Unmarshal(job.Payload, &payload) != nil {
		return
	}
	if has, err := s.store.HasReading(ctx, store.System, payload.Version); has || err != nil {
		if err != nil && ctx.Err() == nil {
			s.log.Error("look what was read of a document", "version", payload.Version, "error", err)
		}
		return
	}
	if err := errors.Join(s.drop(payload.Version), s.index.Purge(ctx, payload.Version)); err != nil && ctx.Err() == nil {
		s.log.Error("remove what was read of a document", "version", payload.Version, "error", err)
	}
}

// read reads the version of a job, keeps what it says, and puts it into the index.
func (s *Shelf) read(ctx context.Context, job store.Job) error {
	var payload store.DocumentJob
	if err := json.Unmarshal(job.Payload, &payload); err != nil {
		return err
	}
	v, ok, err := s.store.WaitingVersion(ctx, store.System, payload.Version)
	if err != nil {
		return err
	}
	if !ok { // read before a crash that came before the job was ended, or cancelled
		return s.store.Complete(ctx, job)
	}
	if why := s.noRoom(v.Size); why != nil {
		return why
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &reading{shelf: s, job: job, version: v}
	stop := r.beat(ctx, cancel)
	defer stop()
	doc, err := r.document(ctx)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if doc == nil {
		return err
	}
	err = r.finish(ctx, doc)
	if cause := context.Cause(ctx); cause != nil && err != nil {
		return cause
	}
	if why := s.full(err, v.Size); why != nil {
		return why
	}
	return err
}

// reading is a version that is being read.
type reading struct {
	shelf       *Shelf
	job         store.Job
	version     store.Version
	entry       store.Entry  // as which the index has what was put there last
	done, total atomic.Int64 // pages
	blocks      []document.Block
	pages       []document.Page
	failed      error // why what was read could not be put into the index
	ended       error // why the reading ended before the document did, though something came of it
	next        int   // at how many pages what there is goes into the index
}

// beat says from time to time that the reading goes on, and ends it when nobody wants it any more.
func (r *reading) beat(ctx context.Context, cancel context.CancelCauseFunc) (stop func()) {
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(min(r.shelf.o.Lease/4, time.Second))
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := r.shelf.store.Heartbeat(ctx, r.job, r.done.Load(), r.total.Load(), r.shelf.o.Lease)
			if told, ok := errors.AsType[*chat.Error](err); ok && (told.Code == chat.CodeJobCancelled || told.Code == chat.CodeJobLost) {
				cancel(err)
				return
			}
			r.shelf.tell()
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// document reads the file, or takes over what was read of the same bytes.
func (r *reading) document(ctx context.Context) (*document.Document, error) {
	s, v := r.shelf, r.version
	if v.CopyOf != "" {
		if doc, err := s.kept.load(v.CopyOf); err == nil {
			return doc, nil
		}
	}
	path, err := store.BlobPath(v.Hash)
	if err != nil {
		return nil, err
	}
	o := document.Options{Page: func(page document.Page, blocks []document.Block, total int) error {
		return r.page(ctx, page, blocks, total)
	}}
	if s.o.Recognise {
		o.Recognise = func(context.Context, document.Image) ([]document.Block, error) {
			return nil, errors.New("the reader has its own")
		}
	}
	doc, err := s.o.Reader.Read(ctx, filepath.Join(s.store.Dir(), "blobs", filepath.FromSlash(path)), v.Name, "", o)
	if r.failed != nil { // which is not the file's fault
		return nil, r.failed
	}
	if err == nil || doc == nil {
		return doc, err
	}
	if doc.Empty() {
		return nil, err // nothing came out: it could not be read
	}
	// What could be read of a damaged file is worth having, and says that it is not all.
	why := err.Error()
	if told, ok := errors.AsType[*chat.Error](err); ok {
		why = string(told.Code)
	}
	doc.Manifest.Gaps = append(doc.Manifest.Gaps, document.Gap{What: document.GapStream, Why: why})
	doc.Manifest.Whole = false
	r.ended = err
	return doc, nil
}

// firstPages is after how many pages a document can be found for the first time; then each time that there are twice as many.
const firstPages = 1

// partVersion is the version under which the index has the first pages of a document: nobody's vectors are for it.
const partVersion = "part"

// page takes a page that is whole, and lets it be found, unless more can be: what an earlier reading brought is in the index until
// this one is at its end. Those who may read the document from now on find what there is of it with the next page, by its name of then.
func (r *reading) page(ctx context.Context, page document.Page, blocks []document.Block, total int) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	r.pages, r.blocks = append(r.pages, page), append(r.blocks, blocks...)
	r.done.Store(int64(len(r.pages)))
	r.total.Store(int64(total))
	r.next = max(r.next, firstPages)
	if r.version.HasReading() {
		return nil
	}
	if len(r.pages) < r.next {
		moved, err := r.moved(ctx)
		if err != nil {
			r.failed = err
		}
		if !moved {
			return r.failed
		}
	}
	r.next = max(r.next, 4*len(r.pages))
	_, r.failed = r.put(ctx, &document.Document{Unit: document.Paper, Pages: r.pages, Blocks: r.blocks}, partVersion)
	return r.failed
}

// moved reports whether the document has other readers, or another name, than when it was put into the index.
func (r *reading) moved(ctx context.Context) (bool, error) {
	now, err := r.shelf.store.EntryOf(ctx, store.System, r.version.ID)
	return err == nil && now != r.entry, err
}

// put puts what there is of the document into the index, as its document is now, and returns how many passages that are.
func (r *reading) put(ctx context.Context, doc *document.Document, version string) (int, error) {
	passages, err := Passages(doc)
	if err != nil {
		return 0, err
	}
	if r.entry, err = r.shelf.store.EntryOf(ctx, store.System, r.version.ID); err != nil {
		return 0, err
	}
	return len(passages), r.shelf.index.Put(ctx, index.Document{
		ID: r.version.ID, Class: r.entry.Class, Version: version, Title: r.entry.Title, Passages: passages,
	})
}

// finish keeps a document, puts all of it into the index, and says so: in this order, so that after a crash in between the
// same is done once more. A reading that ended before the document did and found less than an earlier one is none, and of one that
// is cancelled at the last moment nothing stays.
func (r *reading) finish(ctx context.Context, doc *document.Document) error {
	s, v := r.shelf, r.version
	var had *document.Document
	if v.HasReading() { // which the index is kept true to meanwhile
		s.vectors.Lock()
		defer s.vectors.Unlock()
		var lost error
		if had, lost = s.kept.load(v.ID); lost == nil && r.ended != nil && less(doc, had) {
			return r.ended
		}
		// After a crash before the end the index is made true to whatever is kept then.
		if err := s.store.IndexedVersion(ctx, store.System, v.ID, store.Entry{}); err != nil {
			return err
		}
	}
	err := r.replace(doc)
	if err == nil {
		err = r.publish(ctx, doc)
		if err != nil && had != nil { // the version's manifest is the earlier one's still
			r.giveBack(ctx, had)
		}
	}
	signal(s.tidy) // older versions leave the index, its readers may have changed meanwhile, and it may have what was given up again
	return err
}

// replace keeps a document in the place of what an earlier reading brought.
func (r *reading) replace(doc *document.Document) error {
	defer r.shelf.loaded.drop(r.version.ID)
	return r.shelf.kept.save(r.version.ID, doc)
}

// giveBack keeps what an earlier reading brought again, and has the index follow, which has the words of this one: even if the reading
// was ended. What cannot be done now is done when the index is compared with the store; of a document that was deleted meanwhile
// nothing is to be done.
func (r *reading) giveBack(ctx context.Context, had *document.Document) {
	s, v := r.shelf, r.version
	ctx = context.WithoutCancel(ctx)
	err := r.replace(had)
	if err == nil {
		_, err = r.put(ctx, had, document.Version)
	}
	if err == nil {
		err = s.store.EmbeddedVersion(ctx, store.System, v.ID, "")
	}
	if err == nil {
		err = s.store.IndexedVersion(ctx, store.System, v.ID, r.entry)
	}
	if told, ok := errors.AsType[*chat.Error](err); ok && told.Code == chat.CodeNoDocument {
		return
	}
	if err != nil {
		s.lacks.Store(true)
		s.log.Error("give back what an earlier reading brought", "version", v.ID, "error", err)
	}
}

// publish puts a document that is kept into the index, and ends the reading.
func (r *reading) publish(ctx context.Context, doc *document.Document) error {
	n, err := r.put(ctx, doc, document.Version)
	if err != nil {
		return err
	}
	manifest, err := json.Marshal(doc.Manifest)
	if err != nil {
		return err
	}
	return r.shelf.store.FinishVersion(ctx, store.System, r.job, r.version.ID, r.entry, store.VersionResult{
		Format: doc.Format, Pages: len(doc.Pages), Passages: n, Gaps: len(doc.Manifest.Gaps), Manifest: manifest,
	})
}

// less reports whether a reading of a file brought less than another of the same: less to be found, or as much and less of the text as
// it is written.
func less(doc, than *document.Document) bool {
	text, plain := says(doc)
	otherText, otherPlain := says(than)
	return text < otherText || text == otherText && plain < otherPlain
}

// says is how many bytes of text a document has, with the files within it, and how many of it as it is written.
func says(doc *document.Document) (text, plain int) {
	for one := range doc.All() {
		plain += len(one.Plain)
		for _, t := range one.Texts() {
			text += len(t.Text)
		}
	}
	return text, plain
}
