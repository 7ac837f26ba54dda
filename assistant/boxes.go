package assistant

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// Box is a part of a page that a question is about, or a picture that comes with it.
type Box struct {
	Document string
	Version  string
	Page     int            // from 1
	Rect     *document.Rect // in points; nil is the whole picture
}

// box is the part as events have it.
func (b Box) box() []float64 {
	if b.Rect == nil {
		return nil
	}
	return []float64{b.Rect.X0, b.Rect.Y0, b.Rect.X1, b.Rect.Y1}
}

// with is what comes with a question.
type with struct {
	boxes    []Box    // the parts of pages that it is about
	pictures []Box    // whole ones, each page of them, MostBoxes at most
	unshown  []string // where more of them are from, as a person reads it
}

// attachments are those of the question, be it kept or not.
func (p proposal) attachments() json.RawMessage {
	if p.question.ID == "" {
		return p.ask.Attachments
	}
	return p.question.Attachments
}

// attached is what comes with a question. Whoever asks must be able to read the versions now. A version that is being read still
// is held against its boxes when it is answered from. The errors are those of store.AttachedDocuments, CodeNoDocument, and what
// within says.
func (t *Turns) attached(ctx context.Context, p proposal) (w with, err error) {
	all, err := store.AttachedDocuments(p.attachments())
	if err != nil || t.opts.Library == nil {
		return w, err
	}
	for _, one := range all {
		if one.Deleted {
			continue
		}
		whole := len(one.Box) == 0
		v, err := t.attachedVersion(ctx, p.who, one)
		if whole && one.MIME != "" && !isImage(one.MIME) && hasCode(err, chat.CodeNoDocument) {
			continue // whatever it was, its words are not found either
		}
		if err != nil {
			return with{}, err
		}
		if whole {
			w.picture(v, LanguageOf(p.question.Text))
			continue
		}
		b := boxOf(v, one)
		doc, err := t.opts.Library.Document(ctx, p.who, v.ID)
		if err == nil {
			err = b.within(doc, v.Name)
		}
		if err != nil && !hasCode(err, chat.CodeDocumentUnread) {
			return with{}, err
		}
		w.boxes = append(w.boxes, b)
	}
	return w, nil
}

// boxOf is the part of a page of a version that an attachment with a box is.
func boxOf(v store.Version, one store.AttachedDocument) Box {
	rect := document.Rect{X0: one.Box[0], Y0: one.Box[1], X1: one.Box[2], Y1: one.Box[3]}
	return Box{Document: v.Document, Version: v.ID, Page: one.Page, Rect: &rect}
}

// picture adds the pages of a version, if it is a picture, as far as there is room.
func (w *with) picture(v store.Version, lang chat.Language) {
	if !isPicture(v) {
		return
	}
	pages := max(v.Pages, 1)
	shown := min(pages, store.MostBoxes-len(w.pictures))
	for n := range shown {
		w.pictures = append(w.pictures, Box{Document: v.Document, Version: v.ID, Page: n + 1})
	}
	switch {
	case shown == pages:
	case shown == pages-1:
		w.unshown = append(w.unshown, v.Name+", "+chat.Text(lang, chat.CodePlacePage, pages))
	default:
		w.unshown = append(w.unshown, v.Name+", "+chat.Text(lang, chat.CodePlacePages, shown+1, pages))
	}
}

// isImage reports whether a media type is one of pictures.
func isImage(mime string) bool { return strings.HasPrefix(mime, "image/") }

// isPicture reports whether a version is a picture: by what is in it, or, while nobody has looked, by what it is said to be.
func isPicture(v store.Version) bool {
	if v.Format != "" {
		return document.IsPicture(v.Format)
	}
	return isImage(v.Mime)
}

// attachedVersion is the version of an attached document, the newest if none is named.
func (t *Turns) attachedVersion(ctx context.Context, who chat.Principal, one store.AttachedDocument) (store.Version, error) {
	none := chat.NewError(chat.CodeNoDocument, nil, fmt.Sprintf("%.40s", one.Document))
	if one.Version == "" {
		all, err := t.opts.Store.Versions(ctx, who, one.Document)
		if err == nil && len(all) == 0 {
			err = none
		}
		if err != nil {
			return store.Version{}, err
		}
		return all[0], nil
	}
	v, err := t.opts.Store.Version(ctx, who, one.Version)
	if err == nil && v.Document != one.Document {
		err = none
	}
	return v, err
}

// within is an error unless the document has the page, knows where its text stands, and the box is on the page: CodeBoxNoPage,
// CodeBoxNoPlaces, CodeBoxOutside.
func (b Box) within(doc *document.Document, name string) error {
	if doc.Layout != document.Boxes {
		return chat.NewError(chat.CodeBoxNoPlaces, nil, name)
	}
	if b.Page > len(doc.Pages) {
		return chat.NewError(chat.CodeBoxNoPage, nil, name, b.Page, len(doc.Pages))
	}
	const slack = 2 // points: who drags a box to the edge goes a little beyond
	page := doc.Pages[b.Page-1]
	if r := b.Rect; page.Width > 0 && (r.X1 > page.Width+slack || r.Y1 > page.Height+slack || r.X0 >= page.Width || r.Y0 >= page.Height) {
		return chat.NewError(chat.CodeBoxOutside, nil, name, b.Page, r.Corners(), page.Width, page.Height)
	}
	return nil
}

// modeFor is the mode that answers a question with boxes: these say what is looked through, which only some modes know.
func (t *Turns) modeFor(m Mode, boxes []Box) Mode {
	if len(boxes) == 0 {
		return m
	}
	switch m.Name() {
	case Auto, Documents, Extractives, tabling{}.Name():
		return m
	}
	return t.modes[Documents]
}
