package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"exaone/assistant"
	"exaone/chat"
	"exaone/document"
	"exaone/intake"
	"exaone/store"
)

// askCmd answers a question from files, with the proof of each sentence. Without a model the answer is in the words of the
// files.
type askCmd struct {
	Words []string `arg:"" placeholder:"FILE"` // files, and the question last
	JSON  bool     `name:"json" help:"ask-json"`
	Box   []string `sep:"none" placeholder:"PAGE:X0,Y0,X1,Y1"`
	Model string   `placeholder:"MODEL" help:"ask-model"`
	engineFlags
	sourceFlags
	remoteFlags
}

// Run reads the files, answers, and writes the answer with its sources. It ends with exit code 1 if nothing in the files
// answers the question.
func (c *askCmd) Run(app *app) error {
	app.endInTime()
	if len(c.Words) < 2 {
		return &usageError{cause: chat.NewError(chat.CodeCLIAskFiles, nil), node: app.model.Node}
	}
	paths, question := c.Words[:len(c.Words)-1], strings.TrimSpace(c.Words[len(c.Words)-1])
	if question == "" {
		return chat.NewError(chat.CodeCLINoQuestion, nil)
	}
	files, err := app.openFiles(paths)
	if err != nil {
		return err
	}
	app.onClose(files.Close)
	q := assistant.Question{Principal: chat.Local, Text: question}
	if q.Boxes, err = c.boxes(app, files); err != nil {
		return err
	}
	var models assistant.Models
	if c.Model != "" {
		model, err := app.askedModel(c.Model, c.engineFlags, c.sourceFlags, c.remoteFlags)
		if err != nil {
			return err
		}
		if q.Model, err = model.Describe(app.ctx, chat.Local, ""); err != nil {
			return err
		}
		models = model
	}
	answer, err := app.hearAnswer(assistant.Alone(app.ctx, models, files, q))
	if err != nil {
		return err
	}
	out, err := c.outcome(app.ctx, files, answer)
	if err != nil {
		return err
	}
	if err := c.write(app, out); err != nil {
		return err
	}
	if out.nearest || len(out.Citations) == 0 && len(out.Tables) == 0 && !out.seen() {
		return &silentError{exitFailed}
	}
	return nil
}

// boxes are the parts of the one file that the question is about. What is no box, or not on the page, is refused.
func (c *askCmd) boxes(app *app, files *intake.Files) ([]assistant.Box, error) {
	versions := files.Versions()
	switch {
	case len(c.Box) == 0:
		return nil, nil
	case len(versions) != 1:
		return nil, chat.NewError(chat.CodeCLIAskOneFile, nil, len(versions))
	case len(c.Box) > store.MostBoxes:
		return nil, chat.NewError(chat.CodeBoxTooMany, nil, len(c.Box), store.MostBoxes)
	}
	var all []assistant.Box
	for _, text := range c.Box {
		page, place, _ := strings.Cut(text, ":")
		n, err := strconv.Atoi(page)
		rect, wrong := document.ParseRect(place)
		if err = errors.Join(err, wrong); err != nil || n < 1 {
			return nil, chat.NewError(chat.CodeBadField, err, "--box", fmt.Sprintf("%.80q", text), "PAGE:X0,Y0,X1,Y1")
		}
		v, err := files.Version(app.ctx, chat.Local, versions[0])
		if err != nil {
			return nil, err
		}
		all = append(all, assistant.Box{Document: v.Document, Version: v.ID, Page: n, Rect: rect})
	}
	return all, nil
}

// openFiles reads files for a question. Those that cannot be read are named, and stop nobody.
func (a *app) openFiles(paths []string) (*intake.Files, error) {
	pool, err := a.readers(0)
	if err != nil {
		return nil, err
	}
	line := lineOf{app: a, began: time.Now()}
	defer line.clear()
	files, err := intake.OpenFiles(a.ctx, intake.FilesOptions{Paths: paths, Reader: pool, Draw: pool.Draw, Most: runtime.NumCPU(),
		Options: document.Options{NoCount: true, Recognise: a.recogniser().Recognise},
		Seen: func(name string, doc *document.Document, err error, done, all int) {
			line.clear()
			if err != nil {
				a.note(chat.CodeCLIAskUnread, name, a.reason(err))
			}
			if doc != nil {
				a.noteGaps(name, doc.Manifest.Gaps)
			}
			line.show(a.text(chat.CodeCLIAskReading, filepath.Base(name), done, all))
		}})
	if err != nil {
		return nil, err
	}
	if len(files.Versions()) == 0 {
		return nil, errors.Join(chat.NewError(chat.CodeCLIAskNoFile, nil), files.Close())
	}
	return files, nil
}

// lineOf is the line of a terminal that says what goes on, if it takes more than a second.
type lineOf struct {
	app   *app
	began time.Time
	shown bool
}

func (l *lineOf) show(text string) {
	if l.app.errTTY && time.Since(l.began) >= time.Second {
		l.shown = true
		fmt.Fprintf(l.app.err, "\r\x1b[K%s", inLine(text))
	}
}

func (l *lineOf) clear() {
	if l.shown {
		l.shown = false
		fmt.Fprint(l.app.err, "\r\x1b[K")
	}
}

// heard is an answer, gathered of its events.
type heard struct {
	text     string
	passages chat.Passages
	claims   []chat.Claim
	cites    []chat.Citation
	tables   []chat.Table
	sight    *chat.Sight
}

// hearAnswer gathers an answer, and says on a terminal what goes on.
func (a *app) hearAnswer(events func(func(chat.Event, error) bool)) (heard, error) {
	var h heard
	line := lineOf{app: a, began: time.Now()}
	defer line.clear()
	for ev, err := range events {
		if err != nil {
			return h, err
		}
		switch ev := ev.(type) {
		case chat.Delta:
			h.text += ev.Text
		case chat.Phase:
			line.show(a.text(chat.CodeCLIAskSearching))
		case chat.Passages:
			h.passages = ev
		case chat.Claim:
			h.claims = append(h.claims, ev)
		case chat.Citation:
			h.cites = append(h.cites, ev)
		case chat.Table:
			h.tables = append(h.tables, ev)
		case chat.Sight:
			h.sight = &ev
		default: // how it came about
		}
	}
	return h, a.ctx.Err()
}

func (c *askCmd) write(app *app, out askOutcome) error {
	if c.JSON {
		return json.NewEncoder(app.out).Encode(out)
	}
	return out.write(app)
}

// outcome puts an answer together with the files that it is from.
func (c *askCmd) outcome(ctx context.Context, files *intake.Files, h heard) (askOutcome, error) {
	out := askOutcome{Answer: h.text, Passages: []askPassage{}, Citations: []askCitation{}, Claims: []askClaim{}, Tables: h.tables, Sight: h.sight,
		nearest: h.passages.Nearest, lang: assistant.LanguageOf(c.Words[len(c.Words)-1])}
	o := origins{ctx: ctx, files: files, read: map[string][]string{}, shown: h.passages.Items}
	for _, p := range h.passages.Items {
		one := askPassage{Index: p.Index, File: o.file(p.Source), Page: p.Page, Last: p.Last, Heading: p.Heading, Where: p.Where, Text: p.Text,
			Marks: p.Marks, Extract: p.Extract, Score: p.Score, Gaps: p.Gaps, Hidden: p.Hidden}
		if one.Marks == nil {
			one.Marks = [][2]int{}
		}
		out.Passages = append(out.Passages, one)
	}
	for _, one := range h.claims {
		claim, err := o.claim(one, h.text)
		if err != nil {
			return out, err
		}
		out.Claims = append(out.Claims, claim)
	}
	for _, cite := range h.cites {
		one := askCitation{Index: cite.Index, File: o.file(cite.Source), Where: cite.Where, Text: cite.Snippet}
		for _, claim := range out.Claims {
			for _, of := range claim.Cites {
				if of.Index == cite.Index {
					one.Page, one.Texts = of.Page, append(one.Texts, of.Text)
				}
			}
		}
		if len(one.Texts) > 0 {
			one.Text = one.Texts[0]
		}
		out.Citations = append(out.Citations, one)
	}
	return out, nil
}
