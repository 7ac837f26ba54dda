package assistant

import (
	"context"
	"slices"
	"strings"

	"exaone/chat"
	"exaone/document"
)

// Plain chat looks at the pictures that come with a question, too: a model with eyes is shown them, and those of the questions before,
// and either kind gets the words that were read in them, as far as there is room. Nothing is cited, and nothing of the answer is
// checked; who has looked is told.

// glance is what plain chat has of the pictures that come with a question, and of those that came before it. nil is that there are
// none.
type glance struct {
	pictures []sighted   // that the model is shown
	read     []lettering // the words of each picture of the question, and of each other that is shown
}

// lettering are the words of a picture.
type lettering struct {
	box   Box
	from  string   // as people read it
	texts []string // in the order of reading
	kept  []string // of these, what the model gets: all of the first ones, and maybe the beginning of the next
}

// wordShare is of what the window has room for besides the question one part in so many, which words of pictures may have: what
// was said before is to have room, too.
const wordShare = 2

// glanceAt fills in what is seen of the pictures of a question, drawn by draw, and of those before. say is nil for a preview. What is still
// being read is waited for only where there is nothing else to see.
func (t talk) glanceAt(ctx context.Context, q *Question, draw drawing, say func(chat.Event) bool) (err error) {
	if len(q.Pictures) == 0 && !q.recalls() || t.library == nil {
		return nil
	}
	g := &glance{}
	if g.pictures, err = t.see(ctx, q, draw); err != nil {
		return err
	}
	if len(q.Pictures) > 0 && len(g.pictures) == 0 && say != nil {
		if err := (documents{Assistant: t.Assistant}).awaitRead(ctx, *q, &findings{versions: boxed(q.Pictures)}, say); err != nil {
			return err
		}
	}
	q.glance = g
	if q.recalls() {
		if err := t.recall(ctx, q, draw, &g.pictures, func() (int, error) { return t.free(ctx, *q) }); err != nil {
			return err
		}
	}
	boxes := slices.Clone(q.Pictures)
	for _, p := range g.pictures {
		if p.earlier {
			boxes = append(boxes, p.box)
		}
	}
	if len(boxes)+len(q.lost) == 0 {
		q.glance = nil
		return nil
	}
	for _, b := range boxes {
		one, err := t.letteringOf(ctx, *q, b)
		if err != nil {
			return err
		}
		g.read = append(g.read, one)
	}
	return t.fitWords(ctx, *q)
}

// free is how many tokens the window has beside the question and its pictures.
func (t talk) free(ctx context.Context, q Question) (int, error) {
	w := newWindow(q, t.prompt(q))
	w.from = len(w.pairs)
	err := t.measure(ctx, w)
	return w.room() - w.total, err
}

// letteringOf are the words of a picture, or of a part of a page: none if it has not been read, or could not be.
func (t talk) letteringOf(ctx context.Context, q Question, b Box) (lettering, error) {
	v, err := t.library.Version(ctx, q.Principal, b.Version)
	if err != nil {
		return lettering{}, err
	}
	one := lettering{box: b, from: v.Name + ", " + chat.Text(q.Language, chat.CodePlacePage, b.Page)}
	doc, err := t.library.Document(ctx, q.Principal, b.Version)
	if hasCode(err, chat.CodeDocumentUnread) {
		return one, nil
	}
	if err != nil || b.Page > len(doc.Pages) {
		return one, err
	}
	part := document.Rect{X1: doc.Pages[b.Page-1].Width, Y1: doc.Pages[b.Page-1].Height}
	if b.Rect != nil {
		part = *b.Rect
	}
	for _, p := range doc.Within(b.Page, part) {
		if strings.TrimSpace(p.Text) != "" {
			one.texts = append(one.texts, p.Text)
		}
	}
	return one, nil
}

// fitWords keeps as many of the words as there is room for.
func (t talk) fitWords(ctx context.Context, q Question) error {
	room, err := t.free(ctx, q)
	if err != nil {
		return err
	}
	room /= wordShare
	for i := range q.glance.read {
		r := &q.glance.read[i]
		frame, err := t.alone(ctx, q, asSource(q.Language, "", r.from, "")+"\n\n"+chat.Text(q.Language, chat.CodeAskCut))
		if err != nil {
			return err
		}
		if room -= frame; len(r.texts) == 0 || room <= 0 {
			room += frame
			continue
		}
		for _, text := range r.texts {
			kept, n, err := t.asFarAs(ctx, q, text, room)
			if err != nil {
				return err
			}
			if room -= n; kept != "" {
				r.kept = append(r.kept, kept)
			}
			if kept != text {
				room = 0 // what comes after a gap would be read as if it followed
				break
			}
		}
	}
	return nil
}

// asFarAs is the beginning of a text, of whole sentences, that takes so many tokens at most.
func (t talk) asFarAs(ctx context.Context, q Question, text string, most int) (kept string, n int, err error) {
	if n, err = t.alone(ctx, q, asData(text)); err != nil || n <= most {
		return text, n, err
	}
	n = 0
	for _, l := range linesOf(text) {
		more, err := t.alone(ctx, q, asData(text[:l.to]))
		if err != nil {
			return "", 0, err
		}
		if more > most {
			break
		}
		kept, n = text[:l.to], more
	}
	return kept, n, nil
}

// all reports whether the model gets all words of a picture.
func (r lettering) all() bool { return slices.Equal(r.kept, r.texts) }

// before is what a model is told before the question: what comes with it, and the words.
func (g *glance) before(q Question) string {
	if g == nil {
		return ""
	}
	lang := q.Language
	parts := captionsOf(g.pictures, lang)
	var unseen []string
	words := false
	for _, r := range g.read {
		words = words || len(r.kept) > 0
		if len(r.kept) == 0 && !slices.ContainsFunc(g.pictures, func(p sighted) bool { return p.box == r.box }) {
			unseen = append(unseen, onLine(asData(r.from)))
		}
	}
	switch {
	case len(g.pictures) > 0 && words:
		parts = append(parts, chat.Text(lang, chat.CodeAskLookRead))
	case len(g.pictures) > 0:
		parts = append(parts, chat.Text(lang, chat.CodeAskLook))
	case words:
		parts = append(parts, chat.Text(lang, chat.CodeAskRead))
	}
	if len(unseen) > 0 {
		parts = append(parts, chat.Text(lang, chat.CodeAskUnseen, strings.Join(unseen, "; ")))
	}
	for _, more := range []string{q.unshownText(), q.lostText()} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	text := strings.Join(parts, "\n") + "\n\n"
	for _, r := range g.read {
		text += r.source(lang)
	}
	return text + chat.Text(lang, chat.CodeAskQuestion) + " "
}

// source are the words that a model gets of a picture, "" if it gets none.
func (r lettering) source(lang chat.Language) string {
	if len(r.kept) == 0 {
		return ""
	}
	text := asSource(lang, "", r.from, strings.Join(r.kept, "\n"))
	if !r.all() {
		text += "\n" + chat.Text(lang, chat.CodeAskCut)
	}
	return text + "\n\n"
}

// images are the pictures as a message has them.
func (g *glance) images() []chat.Image {
	if g == nil {
		return nil
	}
	return imagesOf(g.pictures)
}

// sight says who has looked at the pictures. ok is false where there are none.
func (g *glance) sight(q Question) (s chat.Sight, ok bool) {
	if g == nil || len(q.Pictures)+len(g.pictures) == 0 {
		return s, false
	}
	var versions []string
	for _, r := range g.read {
		if len(r.kept) > 0 {
			versions = append(versions, r.box.Version)
		}
	}
	if len(g.pictures) == 0 {
		return sightOf(q, versions), true
	}
	s = sightBy(g.pictures, versions)
	s.Others = nil
	all := slices.Clone(q.Pictures) // also those of which there are only words
	for _, p := range g.pictures {
		all = append(all, p.box)
	}
	for _, v := range boxed(all) {
		if v != s.Version {
			s.Others = append(s.Others, v)
		}
	}
	return s, true
}

// account writes down what of the pictures is in the window, and what is not.
func (g *glance) account(q Question, c *account) {
	if g == nil {
		return
	}
	c.pictures(q.Language, g.pictures, q.Unshown)
	c.lost(q.lost)
	for _, r := range g.read {
		c.words(r.source(q.Language), r.from, chat.FateKept)
		if !r.all() {
			n := len(r.kept)
			left := slices.Clone(r.texts[max(n-1, 0):])
			if n > 0 {
				left[0] = strings.TrimPrefix(left[0], r.kept[n-1])
			}
			c.words(asData(strings.TrimSpace(strings.Join(left, "\n"))), r.from, chat.FateLeftOut)
		}
	}
}

// words writes down words of a document, under where they are from.
func (c *account) words(text, from string, fate chat.Fate) {
	n := len(c.Items)
	if c.add("passage", text, fate, ""); len(c.Items) > n {
		c.Items[n].Label = label(from)
	}
}
