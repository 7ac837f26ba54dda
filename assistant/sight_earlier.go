package assistant

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/korean"
	"exaone/store"
)

// A question that follows another about a picture keeps that picture in view: a model with eyes is shown again what came with
// earlier questions of the branch, the newest first, as far as what the question has itself leaves room. Whether whoever asks may
// read it is asked anew each time. What is not shown again is told to the model, and is in the ledger.

const (
	// mostRecalled is how many attachments of earlier questions are looked up. Those before them are counted, so that a
	// conversation of years asks the store for no more than one of a day.
	mostRecalled = 32
	mostLostTold = 4 // of what is not shown again, that a model is told by name
)

// attachedBefore is what came with a question of the history, as it was when that was asked.
type attachedBefore struct {
	at  int // the place of the question in the history
	all []store.AttachedDocument
}

// lost is what came with an earlier question and is not shown again.
type lost struct {
	kind  string // of its item in the ledger
	where string // it is from, or why it is not shown, as a person reads it
}

// recalls reports whether there may be something to show again.
func (q Question) recalls() bool { return q.Model.Eyes && len(q.earlier) > 0 }

// recall adds to the pictures of a question that a model is shown what came with the questions before it. What is not added is lost
// to the question, and noted there. free is how many tokens the window has beside the question and the pictures: less than none
// where they are too many. Half of what is free before is for pictures; the rest is for words.
func (a *Assistant) recall(ctx context.Context, q *Question, draw drawing, pictures *[]sighted, free func() (int, error)) error {
	tokens, err := free()
	if err != nil {
		return err
	}
	asked := append(slices.Clone(q.Boxes), q.Pictures...)
	own := len(*pictures)
	r := recalling{a: a, q: q, draw: draw, shown: slices.Clip(*pictures), known: map[string]bool{}}
	for _, b := range asked {
		r.known[b.key()] = true
	}
	r.measure(tokens / 2)
	r.full = r.full || len(asked) > 0 && own == 0 // nothing else is to be taken for what cannot be seen
	for _, turn := range slices.Backward(q.earlier) {
		if err := r.turn(ctx, turn); err != nil {
			return err
		}
	}
	if r.more > 0 {
		r.lose("picture", chat.Text(q.Language, chat.CodeEarlierMore, r.more))
	}
	*pictures = r.shown
	for { // what they are called may be longer than there is room for: a question that fits without them is answered
		if tokens, err = free(); err != nil || tokens >= 0 {
			return err
		}
		last := len(r.shown) - 1
		if last < own {
			q.untold = true
			return nil
		}
		r.lose("picture", r.shown[last].place(q.Language))
		r.shown = r.shown[:last]
		*pictures = r.shown
	}
}

// key is the same for boxes that show the same.
func (b Box) key() string { return fmt.Sprint(b.Version, " ", b.Page, " ", b.box()) }

// recalling is the pictures of earlier questions, while they are picked.
type recalling struct {
	a      *Assistant
	q      *Question
	draw   drawing
	shown  []sighted
	known  map[string]bool // what was looked at already, by its key
	looked int
	more   int // that were not looked up

	pixels, images int // that there is room for
	full           bool
}

// measure says how much more may be shown, beside what is.
func (r *recalling) measure(tokens int) {
	images := imagesOf(r.shown)
	sent := 0
	for _, i := range images {
		sent += i.Width * i.Height
	}
	tokens = min(tokens, r.q.Model.Window/seenShare-imageTokens(images))
	r.pixels, r.images = min(tokens*pixelsEach, mostSent-sent), mostPieces-len(images)
	r.full = r.pixels < pixelsEach
}

// lose notes what is not shown again.
func (r *recalling) lose(kind, where string) {
	r.q.lost = append(slices.Clip(r.q.lost), lost{kind, where})
}

// spot is a part of a page, or a picture, with the version that it is of, and the place in the history of an earlier question that it
// came with.
type spot struct {
	box     Box
	version store.Version
	at      int
}

// turn shows what came with one question.
func (r *recalling) turn(ctx context.Context, came attachedBefore) error {
	var all []spot
	for _, one := range came.all {
		found, err := r.find(ctx, one)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	newest := len(r.shown) == 0
	for i, p := range all {
		p.at = came.at
		if err := r.show(ctx, p, max(min(len(all), store.MostBoxes)-i, 1), newest); err != nil {
			return err
		}
	}
	return nil
}

// find is what is to be shown of an attachment, if whoever asks may read it now: nothing of what is no picture.
func (r *recalling) find(ctx context.Context, one store.AttachedDocument) ([]spot, error) {
	boxed := len(one.Box) > 0
	key := fmt.Sprint(one.Version, one.Page, one.Box)
	if r.known[key] {
		return nil, nil
	}
	r.known[key] = true
	if r.looked++; r.looked > mostRecalled {
		if boxed || isImage(one.MIME) {
			r.more++
		}
		return nil, nil
	}
	kind := "passage" // what it was nobody knows any more
	if boxed || isImage(one.MIME) {
		kind = "picture"
	}
	if one.Deleted {
		r.lose(kind, chat.Text(r.q.Language, chat.CodeDocumentGone))
		return nil, nil
	}
	v, err := r.a.library.Version(ctx, r.q.Principal, one.Version)
	if hasCode(err, chat.CodeNoDocument) {
		r.lose(kind, chat.Text(r.q.Language, chat.CodeDocumentHidden))
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r.parts(v, one), nil
}

// parts are the parts of a version that an attachment shows, without those that are known.
func (r *recalling) parts(v store.Version, one store.AttachedDocument) []spot {
	var w with
	if len(one.Box) > 0 {
		w.boxes = []Box{boxOf(v, one)}
	} else {
		w.picture(v, r.q.Language)
	}
	for _, where := range w.unshown {
		r.lose("picture", where)
	}
	var all []spot
	for _, b := range append(w.boxes, w.pictures...) {
		if !r.known[b.key()] {
			r.known[b.key()] = true
			all = append(all, spot{box: b, version: v})
		}
	}
	return all
}

// show has a part drawn, which is one of so many that share the room there is. What came last is shown however small, as it was when
// it came, and what came before only where it shows well enough. The first that does not ends it for all before it: what is shown
// is what was asked about last.
func (r *recalling) show(ctx context.Context, p spot, among int, newest bool) error {
	where := sighted{box: p.box, from: p.version.Name}.place(r.q.Language)
	pixels := r.pixels / among
	if !newest {
		pixels = max(pixels, min(r.pixels, leastSeen*leastSeen))
	}
	if r.full = r.full || r.images < 1 || pixels < pixelsEach || !newest && !r.clear(ctx, p, pixels); r.full {
		r.lose("picture", where)
		return nil
	}
	one, err := r.a.sightedAt(ctx, *r.q, p, r.draw, pixels, max(r.images/among, 1))
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case hasCode(err, chat.CodeNoDocument): // taken away meanwhile
		r.lose("picture", chat.Text(r.q.Language, chat.CodeDocumentHidden))
		return nil
	case wordsAreAll(err), hasCode(err, chat.CodeBoxOutside), hasCode(err, chat.CodeBoxNoPage), hasCode(err, chat.CodeBoxNoPlaces):
		r.lose("picture", where)
		return nil
	case err != nil:
		return err
	}
	one.earlier, one.at = true, p.at
	r.shown = append(r.shown, one)
	for _, i := range one.images {
		r.pixels -= i.Width * i.Height
	}
	r.images -= len(one.images)
	return nil
}

// clear reports whether so many pixels show a part well enough: as many as a small one is enlarged to, or all that it has.
func (r *recalling) clear(ctx context.Context, p spot, pixels int) bool {
	if pixels >= leastSeen*leastSeen {
		return true
	}
	d, err := r.a.measured(ctx, *r.q, p.version, p.box.view(isPicture(p.version), mostSent, 1))
	return err == nil && d.Width*d.Height <= pixels
}

// lostText is what a model is told of what is not shown again, "" if that is nothing.
func (q Question) lostText() string {
	if len(q.lost) == 0 || q.untold {
		return ""
	}
	var names []string
	for _, one := range q.lost {
		name := label(asData(one.where))
		if len(names) == mostLostTold {
			names = append(names, "…")
			break
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return chat.Text(q.Language, chat.CodeAskNotAgain, strings.Join(names, "; "))
}

// lost writes down what is not shown again.
func (c *account) lost(all []lost) {
	for _, one := range all {
		c.Items = append(c.Items, chat.LedgerItem{Kind: one.kind, Label: label(one.where), Fate: chat.FateLeftOut})
	}
}

// lostLedger tells of nothing else, but of what comes with the question and could not be drawn. ok is false if there is nothing to tell.
func (q Question) lostLedger() (l chat.Ledger, ok bool) {
	c := account{}
	c.Window = q.Model.Window
	for _, p := range q.undrawn {
		c.pictures(q.Language, nil, []string{p.place(q.Language)})
	}
	c.lost(q.lost)
	return c.Ledger, len(c.Items) > 0
}

// seeAll fills in what a model is shown of a question from documents: what it has itself, and what came before it.
func (d documents) seeAll(ctx context.Context, q *Question, f *findings, draw drawing) (err error) {
	if f.pictures, err = d.see(ctx, q, draw); err != nil || !q.recalls() {
		return err
	}
	return d.recall(ctx, q, draw, &f.pictures, func() (int, error) {
		w := d.newPapers(*q, f)
		err := d.measurePapers(ctx, w)
		return w.size - w.reserved - w.total, err
	})
}

// seenOnly reports whether an answer may say without a citation what only pictures show. Where they came with the question it may. Where
// they are in view still, it may if the question names a picture, or goes on from it and nothing was found that bears on it: else nothing
// in a conversation would be checked after a picture.
func (f *findings) seenOnly(q Question) bool {
	switch {
	case len(f.pictures) == 0:
		return false
	case len(q.Boxes)+len(q.Pictures) > 0, namesPicture(q.Text):
		return true
	}
	return f.nothing(q, modelFloor) && q.goesOnFrom(f.pictures[0].at)
}

// goesOnFrom reports whether a question refers back to one before, which is at a place of the history: it follows that, or only such
// questions are between that nothing else came with, and that were answered without documents, too.
func (q Question) goesOnFrom(at int) bool {
	if q.attached || at >= len(q.History) || len(q.earlier) == 0 || q.earlier[len(q.earlier)-1].at != at || !refersBack(q.Text) {
		return false
	}
	between := false
	for _, said := range q.History[at+1:] {
		switch {
		case said.Role == chat.User:
			between = true
			if !refersBack(said.Text) && !namesPicture(said.Text) {
				return false
			}
		case between && (withoutMarks(said.Text) != said.Text || saysNotFound(said.Text)):
			return false
		}
	}
	return true
}

// saysNotFound reports whether an answer is that nothing was found.
func saysNotFound(text string) bool {
	return slices.ContainsFunc([]chat.Language{chat.Korean, chat.English}, func(l chat.Language) bool {
		return strings.HasPrefix(text, chat.Text(l, chat.CodeAnswerNotFound)) || strings.HasPrefix(text, chat.Text(l, chat.CodeAnswerNothing))
	})
}

// pictureWords are words with which somebody speaks of a picture: of 증명사진, 그림자 and a charter nobody sees one.
var pictureWords = []string{"그림", "사진", "이미지", "스크린샷", "도표", "그래프", "picture", "image", "photo", "photograph", "screenshot", "diagram", "chart"}

// namesPicture reports whether a question speaks of a picture, in a word of its own.
func namesPicture(question string) bool {
	for w := range korean.Words(question) {
		if slices.ContainsFunc(korean.Stems(w.Text), func(form string) bool { return slices.Contains(pictureWords, form) }) {
			return true
		}
	}
	return false
}
