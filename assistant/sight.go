package assistant

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/document"
	"exaone/store"
)

// A model with eyes is shown the part of the page that a question is about, or the pictures that come with it, beside the words
// that were read there. What it says of the words cites them, and is held against them; what it says of the picture alone nobody
// can check, and the answer says so.

// sighted is a picture as a model is shown it: in pieces, if it is long.
type sighted struct {
	images []chat.Image // in the order of reading
	box    Box
	from   string        // where it is from, for the model
	part   document.Rect // that the first image shows, in points
	whole  document.Rect // and all of them

	earlier bool // it came with a question before
	at      int  // the place of that in the history
}

// coarse reports whether it is shown so much smaller than it is that letters may be lost.
func (p sighted) coarse() bool {
	const lost = 2 // pixels that become one
	return p.part.X1-p.part.X0 >= lost*float64(p.images[0].Width)
}

// coarseness says so, "" of others.
func (p sighted) coarseness(lang chat.Language) string {
	if !p.coarse() {
		return ""
	}
	return chat.Text(lang, chat.CodeAskCoarse, int(p.part.X1-p.part.X0), int(p.part.Y1-p.part.Y0), p.images[0].Width, p.images[0].Height)
}

// place is where it is from, as people read it.
func (p sighted) place(lang chat.Language) string {
	return p.from + ", " + chat.Text(lang, chat.CodePlacePage, p.box.Page)
}

// caption is what a model is told of it. first is the number of its first image.
func (p sighted) caption(lang chat.Language, first int) string {
	from := onLine(asData(p.place(lang))) + p.coarseness(lang)
	if p.earlier {
		from += chat.Text(lang, chat.CodeAskEarlier)
	}
	n := len(p.images)
	switch {
	case n == 1:
		return chat.Text(lang, chat.CodeAskPicture, first, from)
	case p.whole.X1-p.whole.X0 > p.whole.Y1-p.whole.Y0:
		return chat.Text(lang, chat.CodeAskAcross, first, first+n-1, from, n)
	}
	return chat.Text(lang, chat.CodeAskDown, first, first+n-1, from, n)
}

// onLine is a text on one line.
func onLine(text string) string { return strings.Join(strings.Fields(text), " ") }

const (
	mostSeen  = 1568 // pixels of a side of a picture that a model is shown
	leastSeen = 768  // to which the longer side of a small one is enlarged, by mostGrown at most
	mostGrown = 4.0
	// A point of a PDF is so many pixels: 200 an inch, as document.Draw has it.
	paperSharp = 200.0 / 72
	// A picture takes a token for about so many pixels, a square of 28.
	pixelsEach = 28 * 28
	seenShare  = 3 // of the window, one in so many tokens may be of pictures
	// mostPieces is how many images one question has, whatever is cut, and mostSent how many pixels they have together: of what is
	// all noise, a pixel is three bytes.
	mostPieces = 12
	mostSent   = 4 * mostSeen * mostSeen
)

// drawing makes a picture of a page of a version.
type drawing func(ctx context.Context, q Question, v store.Version, view document.View) (document.Drawing, error)

// see has what a model is to be shown drawn, if it has eyes: by drawn, or for a preview by measured. What cannot be drawn is
// unshown.
func (a *Assistant) see(ctx context.Context, q *Question, draw drawing) ([]sighted, error) {
	all := append(slices.Clone(q.Boxes), q.Pictures...)
	if !q.Model.Eyes || len(all) == 0 {
		return nil, nil
	}
	pixels := min(q.Model.Window/seenShare*pixelsEach, mostSent) / len(all)
	var seen []sighted
	for _, b := range all {
		v, err := a.library.Version(ctx, q.Principal, b.Version)
		if err != nil {
			return nil, err
		}
		one, err := a.sightedAt(ctx, *q, spot{box: b, version: v}, draw, pixels, mostPieces/len(all))
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if wordsAreAll(err) {
			none := sighted{box: b, from: v.Name}
			q.undrawn = append(slices.Clip(q.undrawn), none)
			q.Unshown = append(slices.Clip(q.Unshown), none.place(q.Language))
			continue
		}
		if err != nil {
			return nil, err
		}
		seen = append(seen, one)
	}
	return seen, nil
}

// sightedAt has a part drawn as a model is shown it, of so many pixels, in so many pieces.
func (a *Assistant) sightedAt(ctx context.Context, q Question, p spot, draw drawing, pixels, pieces int) (sighted, error) {
	drawn, err := draw(ctx, q, p.version, p.box.view(isPicture(p.version), pixels, pieces))
	if err != nil {
		return sighted{}, err
	}
	one := sighted{box: p.box, from: p.version.Name, whole: drawn.Rect}
	for i, piece := range drawn.All() {
		if i == 0 {
			one.part = piece.Rect
		}
		one.images = append(one.images, chat.Image{Type: "image/png", Data: piece.PNG, Width: piece.Width, Height: piece.Height})
	}
	return one, nil
}

// wordsAreAll reports whether an error is that there is no picture to be had of a document: what was read of it, if anything, is all
// there is. What a document's file is, and whatever its reader says of it, ends no conversation. That somebody may not read it, or
// that it is deleted, is no such error.
func wordsAreAll(err error) bool {
	told, ok := errors.AsType[*chat.Error](err)
	if !ok {
		return false
	}
	switch told.Code {
	case chat.CodeUnmanaged, chat.CodeNoPicture:
		return true
	case chat.CodeDocumentGone, chat.CodeDocumentHidden, chat.CodeDocumentNoRoom, chat.CodeDocumentHeld: // of rights and of the disk
		return false
	}
	return strings.HasPrefix(string(told.Code), aboutDocument)
}

// aboutDocument begins the codes of what is wrong with a file.
const aboutDocument = "document_"

// drawn is a picture as it is.
func (a *Assistant) drawn(ctx context.Context, q Question, v store.Version, view document.View) (document.Drawing, error) {
	return a.library.Picture(ctx, q.Principal, v.ID, view)
}

// measured is a picture without what is on it: how large it would be, by what is known of its page. Whoever looks at what would
// go into a window while they write has nothing drawn for it. Of what could not be read at all it is the error that drawing has.
func (a *Assistant) measured(ctx context.Context, q Question, v store.Version, view document.View) (document.Drawing, error) {
	if neverDrawn(v) {
		return document.Drawing{}, v.Error
	}
	doc, err := a.library.Document(ctx, q.Principal, v.ID)
	if err != nil || view.Page > len(doc.Pages) || doc.Pages[view.Page-1].Width == 0 { // it is still to be read
		side := min(view.Most, int(math.Sqrt(float64(view.Pixels))))
		return document.Drawing{Width: side, Height: side}, nil
	}
	return view.Measure(doc.Pages[view.Page-1], doc.Format, v.Name)
}

// neverDrawn reports whether reading a picture has failed at what drawing it fails at, too.
func neverDrawn(v store.Version) bool {
	if v.State != store.VersionFailed || v.Error == nil || !isPicture(v) {
		return false
	}
	switch v.Error.Code {
	case chat.CodeDocumentUnknown, chat.CodeDocumentEmpty, chat.CodeDocumentDamaged, chat.CodeDocumentTooMuch:
		return true
	}
	return false
}

// view is how a box on a picture or a page of a PDF is drawn for a model that is to get so many pixels, in so many pieces.
func (b Box) view(picture bool, pixels, pieces int) document.View {
	v := document.View{Page: b.Page, Rect: b.Rect, Most: mostSeen, Pixels: max(pixels, pixelsEach), Pieces: pieces}
	if r := b.Rect; r != nil {
		point := 1.0 // in pixels, where nothing is enlarged
		if !picture {
			point = paperSharp
		}
		wide, long := r.X1-r.X0, max(r.X1-r.X0, r.Y1-r.Y0)
		if long*point < leastSeen {
			v.Width = int(math.Ceil(wide * point * min(mostGrown, leastSeen/(long*point))))
		}
	}
	return v
}

// imagesOf are pictures as a message has them.
func imagesOf(all []sighted) []chat.Image {
	var images []chat.Image
	for _, one := range all {
		images = append(images, one.images...)
	}
	return images
}

// imageTokens is about how many tokens pictures take.
func imageTokens(images []chat.Image) int {
	n := 0
	for _, one := range images {
		n += one.Width*one.Height/pixelsEach + 1
	}
	return n
}

// captionsOf are what a model is told of the pictures that it is shown, a line for each.
func captionsOf(all []sighted, lang chat.Language) []string {
	var lines []string
	n := 1
	for _, one := range all {
		lines = append(lines, one.caption(lang, n))
		n += len(one.images)
	}
	return lines
}

// unshownText is what a model is told of the pictures that come with the question and that it is not shown, "" if there are none.
func (q Question) unshownText() string {
	if len(q.Unshown) == 0 {
		return ""
	}
	return chat.Text(q.Language, chat.CodeAskUnshown, onLine(asData(strings.Join(q.Unshown, "; "))))
}

// pictures writes down those that a model is shown, and those that it is not for want of room.
func (c *account) pictures(lang chat.Language, shown []sighted, unshown []string) {
	for _, one := range shown {
		c.Items = append(c.Items, chat.LedgerItem{Kind: "picture", Label: label(one.place(lang) + one.coarseness(lang)), Tokens: imageTokens(one.images), Fate: chat.FateKept})
	}
	for _, where := range unshown {
		c.Items = append(c.Items, chat.LedgerItem{Kind: "picture", Label: label(where), Fate: chat.FateLeftOut})
	}
}

// sightAt says who looked at some places, of which there is one at least.
func sightAt(by string, all []Box) chat.Sight {
	s := chat.Sight{By: by, Version: all[0].Version, Page: all[0].Page, Box: all[0].box()}
	if versions := boxed(all); len(versions) > 1 {
		s.Others = versions[1:]
	}
	return s
}

// sightOf says how what a question is about was looked at by nobody but the reader of its words: of which there are some in the
// versions.
func sightOf(q Question, versions []string) chat.Sight {
	all := append(slices.Clone(q.Boxes), q.Pictures...)
	if slices.ContainsFunc(all, func(b Box) bool { return slices.Contains(versions, b.Version) }) {
		return sightAt(chat.SightWords, all)
	}
	return sightAt(chat.SightNone, all)
}

// sightBy says how a model looked at pictures, which had words of the versions, too.
func sightBy(pictures []sighted, versions []string) chat.Sight {
	var all []Box
	for _, p := range pictures {
		all = append(all, p.box)
	}
	s := sightAt(chat.SightModel, all)
	for _, p := range pictures {
		if slices.Contains(versions, p.box.Version) {
			s.By = chat.SightBoth
		}
		if len(p.images) > 1 {
			s.Pieces += len(p.images)
		}
		s.Coarse = s.Coarse || p.coarse()
	}
	return s
}

// sight says who has looked at what: a model that was shown it, with its words if some of them are in the window, or nobody
// but the reader of its words. ok is false where there is nothing to look at.
func (w *papers) sight() (s chat.Sight, ok bool) {
	if len(w.q.Boxes)+len(w.q.Pictures)+len(w.f.pictures) == 0 {
		return s, false
	}
	var versions []string
	for _, n := range w.kept {
		versions = append(versions, w.f.shown[n-1].version)
	}
	if len(w.f.pictures) > 0 {
		return sightBy(w.f.pictures, versions), true
	}
	return sightOf(w.q, versions), true
}

// sight says that no model looked, and what of the words of what a question is about was found. ok is false where there is
// nothing to look at.
func (f *findings) sight(q Question) (s chat.Sight, ok bool) {
	if len(q.Boxes)+len(q.Pictures) == 0 {
		return s, false
	}
	var versions []string
	for _, one := range f.shown {
		versions = append(versions, one.version)
	}
	return sightOf(q, versions), true
}
