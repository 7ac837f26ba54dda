package assistant

import (
	"context"
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

// sighted is a picture as a model is shown it.
type sighted struct {
	chat.Image
	box  Box
	from string // where it is from, for the model
	size document.Page
}

// coarse says how much smaller than it is a picture is shown of which letters may be lost by that, "" for others.
func (p sighted) coarse(lang chat.Language) string {
	const lost = 2 // pixels that become one
	if p.box.Rect != nil || p.size.Width < lost*float64(p.Width) {
		return ""
	}
	return chat.Text(lang, chat.CodeAskCoarse, int(p.size.Width), int(p.size.Height), p.Width, p.Height)
}

const (
	mostSeen  = 1568 // pixels of a side of a picture that a model is shown
	leastSeen = 768  // to which the longer side of a small one is enlarged, by mostGrown at most
	mostGrown = 4.0
	// A point of a PDF is so many pixels: 200 an inch, as document.Draw has it.
	paperSharp = 200.0 / 72
	// A picture takes a token for about so many pixels, a square of 28.
	pixelsEach = 28 * 28
	seenShare  = 3 // of the window, one in so many tokens may be of pictures
)

// drawing makes a picture of a page of a version.
type drawing func(ctx context.Context, q Question, v store.Version, view document.View) (document.Drawing, error)

// see has what a model is to be shown drawn, if it has eyes: by drawn, or for a preview by measured.
func (d documents) see(ctx context.Context, q Question, f *findings, draw drawing) error {
	f.pictures = nil
	all := append(slices.Clone(q.Boxes), q.Pictures...)
	if !q.Model.Eyes || len(all) == 0 {
		return nil
	}
	pixels := float64(q.Model.Window/seenShare/len(all)) * pixelsEach
	for _, b := range all {
		v, err := d.library.Version(ctx, q.Principal, b.Version)
		if err != nil {
			return err
		}
		drawn, err := draw(ctx, q, v, b.view(isPicture(v), pixels))
		if wordsAreAll(err) {
			continue
		}
		if err != nil {
			return err
		}
		f.pictures = append(f.pictures, sighted{box: b, from: v.Name, size: drawn.Page,
			Image: chat.Image{Type: "image/png", Data: drawn.PNG, Width: drawn.Width, Height: drawn.Height}})
	}
	return nil
}

// wordsAreAll reports whether an error is that there is no picture to be had: what was read of it is all there is.
func wordsAreAll(err error) bool {
	return slices.ContainsFunc([]chat.Code{chat.CodeUnmanaged, chat.CodeNoPicture, chat.CodeDocumentMemory, chat.CodeDocumentSlow, chat.CodeDocumentLong,
		chat.CodeDocumentReader, chat.CodeDocumentDamaged}, func(code chat.Code) bool { return hasCode(err, code) })
}

// drawn is a picture as it is.
func (d documents) drawn(ctx context.Context, q Question, v store.Version, view document.View) (document.Drawing, error) {
	return d.library.Picture(ctx, q.Principal, v.ID, view)
}

// measured is a picture without what is on it: how large it would be, by what is known of its page. Whoever looks at what would
// go into a window while they write has nothing drawn for it.
func (d documents) measured(ctx context.Context, q Question, v store.Version, view document.View) (document.Drawing, error) {
	none := document.Drawing{Width: view.Most, Height: view.Most} // if it is still to be read
	doc, err := d.library.Document(ctx, q.Principal, v.ID)
	if err != nil || view.Page > len(doc.Pages) || doc.Pages[view.Page-1].Width == 0 {
		return none, nil
	}
	return view.Measure(doc.Pages[view.Page-1], doc.Format, v.Name)
}

// view is how a box on a picture or a page of a PDF is drawn for a model that is to get so many pixels.
func (b Box) view(picture bool, pixels float64) document.View {
	v := document.View{Page: b.Page, Rect: b.Rect, Most: mostSeen}
	aspect := 1.0 // the longer side by the shorter one; of a page that has not been measured the shape of paper
	if r := b.Rect; r != nil {
		point := 1.0 // in pixels, where nothing is enlarged
		if !picture {
			point = paperSharp
		}
		wide, long := r.X1-r.X0, max(r.X1-r.X0, r.Y1-r.Y0)
		aspect = long / min(wide, r.Y1-r.Y0)
		if long*point < leastSeen {
			v.Width = int(math.Ceil(wide * point * min(mostGrown, leastSeen/(long*point))))
		}
	}
	v.Most = int(max(min(mostSeen, math.Sqrt(pixels*aspect)), 28))
	return v
}

// images are the pictures as a message has them.
func (f *findings) images() []chat.Image {
	var all []chat.Image
	for _, one := range f.pictures {
		all = append(all, one.Image)
	}
	return all
}

// imageTokens is about how many tokens pictures take.
func imageTokens(images []chat.Image) int {
	n := 0
	for _, one := range images {
		n += one.Width*one.Height/pixelsEach + 1
	}
	return n
}

// captions are what a model is told of the pictures that it is shown.
func (f *findings) captions(lang chat.Language) string {
	var lines []string
	for i, one := range f.pictures {
		from := strings.Join(strings.Fields(asData(one.from)), " ") + ", " + chat.Text(lang, chat.CodePlacePage, one.box.Page)
		lines = append(lines, chat.Text(lang, chat.CodeAskPicture, i+1, from+one.coarse(lang)))
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(append(lines, chat.Text(lang, chat.CodeAskSeen)), "\n") + "\n\n"
}

// sight says who has looked at what: a model that was shown it, with its words if some of them are in the window, or nobody
// but the reader of its words. ok is false where there is nothing to look at.
func (w *papers) sight() (s chat.Sight, ok bool) {
	if len(w.q.Boxes)+len(w.q.Pictures) == 0 {
		return s, false
	}
	if len(w.f.pictures) == 0 {
		return sightOf(w.q, chat.SightWords), true
	}
	var all []Box
	for _, p := range w.f.pictures {
		all = append(all, p.box)
	}
	s = sightAt(chat.SightModel, all)
	for _, n := range w.kept {
		if slices.ContainsFunc(w.f.pictures, func(p sighted) bool { return p.box.Version == w.f.shown[n-1].version }) {
			s.By = chat.SightBoth
		}
	}
	return s, true
}
