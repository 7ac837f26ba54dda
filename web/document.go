package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/people"
	"exaone/store"
)

// documentRoutes are about documents that people keep here to ask about, and what is found in them.
var documentRoutes = []route{
	{http.MethodGet, "/api/documents", people.Converse, (*handler).documents},
	{http.MethodPost, "/api/documents", people.Converse, (*handler).addDocument},
	{http.MethodGet, "/api/documents/{id}", people.Converse, (*handler).document},
	{http.MethodPatch, "/api/documents/{id}", people.Converse, (*handler).changeDocument},
	{http.MethodDelete, "/api/documents/{id}", people.Converse, (*handler).deleteDocument},
	{http.MethodPost, "/api/documents/{id}/versions", people.Converse, (*handler).addVersion},
	{http.MethodPost, "/api/passages", people.Converse, (*handler).passages},
}

// Documents has documents read, and finds their passages; *intake.Shelf is one.
type Documents interface {
	Wake()
	Changed() <-chan struct{}
	Held() *chat.Error
	Document(ctx context.Context, who chat.Principal, version string) (*document.Document, error)
	Picture(ctx context.Context, who chat.Principal, version string, v document.View) (document.Drawing, error)
	Inner(ctx context.Context, who chat.Principal, version string, in document.Inner) (io.ReadSeekCloser, error)
	Search(ctx context.Context, who chat.Principal, q intake.Question) ([]intake.Found, error)
	SearchTalks(ctx context.Context, who chat.Principal, query string, limit int) ([]store.FoundTalk, error)
	EmbeddingModel() string
	Vectors(version string) int
}

// maxDocument is how long a document may be, in bytes: as much as its reader unpacks.
const maxDocument = 256 << 20

type documentJSON struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Grade    int           `json:"grade"`
	Mine     bool          `json:"mine"`
	Created  time.Time     `json:"created"`
	Updated  time.Time     `json:"updated"`
	Readers  []string      `json:"readers,omitempty"`  // of one's own: persons, teams, "*"
	Versions []versionJSON `json:"versions,omitempty"` // the newest first

	Collection   string `json:"collection,omitempty"`   // that it is in
	Conversation string `json:"conversation,omitempty"` // that it is part of
	Inherits     bool   `json:"inherits"`               // its readers are those of its collection
}

func newDocument(d store.Document, who chat.Principal) documentJSON {
	return documentJSON{ID: d.ID, Name: d.Name, Grade: d.Grade, Mine: d.Owner == who.ID, Created: d.Created.UTC(), Updated: d.Updated.UTC(),
		Collection: d.Collection, Conversation: d.Conversation, Inherits: d.Inherits}
}

type versionJSON struct {
	ID       string             `json:"id"`
	Document string             `json:"document"`
	Number   int                `json:"number"`
	Name     string             `json:"name"`
	Size     int64              `json:"size"`
	State    store.VersionState `json:"state"`
	Done     int64              `json:"done"`  // pages that have been read
	Total    int64              `json:"total"` // 0 is not known yet
	// There is something of it to be opened, which is so while it is read again.
	HasReading bool   `json:"has_reading"`
	Format     string `json:"format,omitempty"`
	Pages      int    `json:"pages"`
	Passages   int    `json:"passages"` // it is searched by
	// Where a model makes vectors of passages, and of what is searched alone: whether they are there, and of how many passages
	// they are while they are made.
	Embedded *bool           `json:"embedded,omitempty"`
	Vectors  int             `json:"vectors,omitempty"`
	Gaps     int             `json:"gaps"` // places that could not be read: the document has holes
	Manifest json.RawMessage `json:"manifest,omitempty"`
	Error    *errorJSON      `json:"error,omitempty"` // why it could not be read, or is not read yet
	Created  time.Time       `json:"created"`
}

// newVersion is a version with how far its reading has come, which its job knows.
func (h *handler) newVersion(r *http.Request, who chat.Principal, v store.Version) versionJSON {
	out := versionJSON{ID: v.ID, Document: v.Document, Number: v.Number, Name: v.Name, Size: v.Size, State: v.State, HasReading: v.HasReading(),
		Format: v.Format, Pages: v.Pages, Passages: v.Passages, Gaps: v.Gaps, Manifest: v.Manifest, Created: v.Created.UTC()}
	if v.Error != nil {
		out.Error = &errorJSON{v.Error.Code, v.Error.In(language(r))}
	}
	if v.State == store.VersionRead && v.Indexed != "" && h.opts.Documents != nil {
		if model := h.opts.Documents.EmbeddingModel(); model != "" {
			done := v.Embedded == model
			out.Embedded = &done
			if !done {
				out.Vectors = h.opts.Documents.Vectors(v.ID)
			}
		}
	}
	if v.State == store.VersionWaiting {
		var why *chat.Error
		if h.opts.Documents != nil {
			why = h.opts.Documents.Held()
		}
		if job, err := h.store.Job(r.Context(), who, v.Job); err == nil { // another's is not told, and says nothing
			out.Done, out.Total = job.Done, job.Total
			if job.State == store.JobQueued && job.Error != nil {
				why = job.Error
			}
		}
		if why != nil {
			out.Error = &errorJSON{why.Code, why.In(language(r))}
		}
	}
	return out
}

// shelf is what has documents read, or CodeUnmanaged where there is none.
func (h *handler) shelf() (Documents, error) {
	if h.opts.Documents == nil {
		return nil, chat.NewError(chat.CodeUnmanaged, nil)
	}
	return h.opts.Documents, nil
}

// documents lists what somebody may read, a page at a time: after is the id of the last one of the page before. collection
// leaves only those in one, and "none" those in none; conversation those that are part of one.
func (h *handler) documents(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	limit, err := number(r, "limit", 1, 200, 50)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	filter := store.DocumentFilter{Conversation: query.Get("conversation"), Limit: int(limit)}
	if collection := query.Get("collection"); collection == "none" {
		filter.Collection = new(string)
	} else if collection != "" {
		filter.Collection = &collection
	}
	if id := query.Get("after"); id != "" {
		last, err := h.store.Document(r.Context(), who, id)
		if err != nil {
			return nil, err
		}
		filter.After = &last
	}
	all, err := h.store.Documents(r.Context(), who, filter)
	if err != nil {
		return nil, err
	}
	out := listed(all, func(d store.Document) documentJSON { return newDocument(d, who) })
	for i, d := range all {
		versions, err := h.store.Versions(r.Context(), who, d.ID)
		if err != nil {
			return nil, err
		}
		for _, v := range versions[:min(len(versions), 1)] {
			one := h.newVersion(r, who, v)
			one.Manifest = nil
			out.Items[i].Versions = []versionJSON{one}
		}
		if !out.Items[i].Mine || d.Inherits {
			continue
		}
		if out.Items[i].Readers, err = h.store.DocumentReaders(r.Context(), who, d.ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// document tells of one document, with all its versions.
func (h *handler) document(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	d, err := h.store.Document(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return h.wholeDocument(r, who, d)
}

func (h *handler) wholeDocument(r *http.Request, who chat.Principal, d store.Document) (any, error) {
	out := newDocument(d, who)
	versions, err := h.store.Versions(r.Context(), who, d.ID)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		out.Versions = append(out.Versions, h.newVersion(r, who, v))
	}
	if out.Mine {
		out.Readers, err = h.store.DocumentReaders(r.Context(), who, d.ID)
	}
	return out, err
}

// addDocument keeps a file as a new document: a form with the fields grade, collection, conversation, and reader, as often as
// there are readers, and then file. The conversation is one of one's own, or "draft:" and a word of the page's for one that its
// first question will begin: the document becomes part of that when it is attached to the question. It replies as soon as the file is on the disk; reading it goes on.
func (h *handler) addDocument(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return h.receiveDocument(w, r, who, func(spec store.DocumentSpec, file io.Reader) (any, error) {
		if err := h.mayNameReaders(who, spec.Readers); err != nil {
			return nil, err
		}
		if spec.Readers == nil {
			if err := h.mayPutInto(r, who, spec.Collection); err != nil {
				return nil, err
			}
		}
		d, v, err := h.store.AddDocument(r.Context(), who, spec, file)
		if err != nil {
			return nil, err
		}
		out := newDocument(d, who)
		out.Readers, out.Versions = spec.Readers, []versionJSON{h.newVersion(r, who, v)}
		return out, nil
	})
}

// addVersion keeps a file as the newest version of a document.
func (h *handler) addVersion(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	return h.receiveDocument(w, r, who, func(spec store.DocumentSpec, file io.Reader) (any, error) {
		v, err := h.store.AddVersion(r.Context(), who, r.PathValue("id"), spec, file)
		if err != nil {
			return nil, err
		}
		return h.newVersion(r, who, v), nil
	})
}

// receiveDocument reads a form up to its file and lets keep take that. One file of a person comes at a time.
func (h *handler) receiveDocument(w http.ResponseWriter, r *http.Request, who chat.Principal, keep func(store.DocumentSpec, io.Reader) (any, error)) (out any, err error) {
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	up := h.importing.begin(w, r)
	defer func() {
		if err != nil {
			up.ignore()
		}
	}()
	leave, err := h.importing.enter(who)
	if err != nil {
		return nil, err
	}
	defer leave()
	r.Body = http.MaxBytesReader(w, up.body, maxDocument+maxBody)
	form, err := r.MultipartReader()
	if err != nil {
		return nil, chat.NewError(chat.CodeBadField, err, "file", fmt.Sprintf("%.40q", r.Header.Get("Content-Type")), "multipart/form-data")
	}
	spec, part, err := documentForm(form)
	if err != nil {
		return nil, cutShort(err)
	}
	spec.Size = max(r.ContentLength, 0) // with the rest of the form, which is little
	out, err = keep(spec, part)
	if err != nil {
		return nil, cutShort(err)
	}
	up.body.rest()
	shelf.Wake()
	return out, nil
}

// documentForm reads the fields before the file, and finds that.
func documentForm(form *multipart.Reader) (spec store.DocumentSpec, file *multipart.Part, err error) {
	const mostField, mostReaders = 256, 1000
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return spec, nil, chat.NewError(chat.CodeBadField, err, "file", "…", "one file")
		}
		if err != nil {
			return spec, nil, err
		}
		name := part.FormName()
		if name == "file" {
			spec.Name, spec.Mime = part.FileName(), cmp.Or(part.Header.Get("Content-Type"), "application/octet-stream")
			return spec, part, nil
		}
		word, err := io.ReadAll(io.LimitReader(part, mostField))
		if err != nil {
			return spec, nil, err
		}
		switch {
		case name == "grade":
			grade, err := numberOf("grade", string(word), 0, store.MaxGrade)
			if err != nil {
				return spec, nil, err
			}
			spec.Grade = int(grade)
		case name == "reader" && len(spec.Readers) < mostReaders:
			spec.Readers = append(spec.Readers, string(word))
		case name == "collection":
			spec.Collection = string(word)
		case name == "conversation":
			spec.Conversation = string(word)
		default:
			return spec, nil, chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("%.40q", name), "…", "grade, reader, collection, conversation, file")
		}
	}
}

// changeDocument changes the name, the grade, the collection, or who may read a document of one's own.
func (h *handler) changeDocument(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Name    *string   `json:"name"`
		Grade   *int      `json:"grade"`
		Readers *[]string `json:"readers"`

		Collection *string `json:"collection"`
		Inherits   *bool   `json:"inherits"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	if err := h.mayChangeReaders(r, who, store.DocumentChange(in)); err != nil {
		return nil, err
	}
	d, err := h.store.UpdateDocument(r.Context(), who, r.PathValue("id"), store.DocumentChange(in))
	if err != nil {
		return nil, err
	}
	h.shelfChanged()
	return h.wholeDocument(r, who, d)
}

// mayChangeReaders is an error if a change of a document of who's may share it, and they may not share.
func (h *handler) mayChangeReaders(r *http.Request, who chat.Principal, change store.DocumentChange) error {
	if change.Readers != nil {
		if err := h.mayNameReaders(who, *change.Readers); err != nil {
			return err
		}
	}
	collection := change.Collection
	if collection == nil && change.Inherits != nil && *change.Inherits {
		d, err := h.store.Document(r.Context(), who, r.PathValue("id"))
		if err != nil || d.Owner != who.ID {
			return err // it is not theirs to change, which is told when they try
		}
		collection = &d.Collection
	}
	if collection == nil {
		return nil
	}
	return h.mayPutInto(r, who, *collection)
}

func (h *handler) deleteDocument(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	err := h.store.DeleteDocument(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	h.shelfChanged()
	return struct{}{}, nil
}

type passageJSON struct {
	Document string          `json:"document"`
	Version  string          `json:"version"`
	Name     string          `json:"name"`
	Heading  string          `json:"heading"`
	Text     string          `json:"text"`
	Marks    [][2]int        `json:"marks"` // what matches, from and to, in UTF-16 units
	Page     int             `json:"page"`
	Place    json.RawMessage `json:"place"`
	Score    float64         `json:"score"`
	Gaps     int             `json:"gaps"` // of the document: it has holes
	Hidden   bool            `json:"hidden"`
}

// passages finds what bears on a question. The question comes in the body: paths end up in logs.
func (h *handler) passages(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in struct {
		Query    string   `json:"query"`
		Versions []string `json:"versions"` // only in these; left out: in all
		Top      int      `json:"top"`

		Scope        string `json:"scope"`        // what is looked through, as a question to the assistant says it; "all" if it is left out
		Conversation string `json:"conversation"` // in which it would be asked
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	const most = 100
	if in.Top < 0 || in.Top > most {
		return nil, chat.NewError(chat.CodeBadField, nil, "top", in.Top, fmt.Sprintf("0 … %d", most))
	}
	shelf, err := h.shelf()
	if err != nil {
		return nil, err
	}
	if in.Versions == nil {
		all := false
		if in.Versions, all, err = h.store.ScopeVersions(r.Context(), who, in.Conversation, cmp.Or(in.Scope, "all")); err != nil {
			return nil, err
		}
		if !all && len(in.Versions) == 0 {
			return list[passageJSON]{Items: []passageJSON{}}, nil // there is nothing to look through
		}
	}
	found, err := shelf.Search(r.Context(), who, intake.Question{Text: in.Query, Versions: in.Versions, Top: in.Top})
	return listed(found, func(f intake.Found) passageJSON {
		return passageJSON{f.Version.Document, f.Version.ID, f.Version.Name, f.Heading, f.Text, byteUnits(f.Text, f.Marks), f.Page,
			json.RawMessage(cmp.Or(string(f.Hit.Place), "null")), f.Score, f.Version.Gaps, f.Place.Hidden}
	}), err
}

// byteUnits are marks in bytes as a page counts: in UTF-16 units.
func byteUnits(text string, marks [][2]int) [][2]int {
	out := make([][2]int, 0, len(marks))
	at, unit := 0, 0
	to := func(byte int) int {
		for i, c := range text[at:] {
			if at+i >= byte {
				break
			}
			unit++
			if c > 0xffff {
				unit++
			}
		}
		at = max(at, min(byte, len(text)))
		return unit
	}
	for _, m := range marks {
		from := to(m[0])
		out = append(out, [2]int{from, to(m[1])})
	}
	return out
}
