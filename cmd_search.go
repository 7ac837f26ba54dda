package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"exaone/chat"
	"exaone/disk"
	"exaone/document"
	"exaone/engine"
	"exaone/hub"
	"exaone/index"
	"exaone/intake"
)

// searchCmd finds passages in the files of a folder. The index of the folder is kept below the data directory; what has
// changed in the folder is read first.
type searchCmd struct {
	Dir   string   `arg:"" type:"existingdir" placeholder:"DIR"`
	Query []string `arg:"" optional:"" placeholder:"QUERY"`

	Queries  string  `placeholder:"FILE"`
	Top      int     `default:"5" placeholder:"N"`
	JSON     bool    `name:"json" help:"search-json"`
	Embedder string  `placeholder:"MODEL"`
	Glossary string  `placeholder:"FILE"`
	Memory   size    `placeholder:"SIZE"`
	Threads  threads `placeholder:"N"`
	sourceFlags
}

// mostHits is as many as an index gives.
const mostHits = 1000

// hitJSON is a passage that was found.
type hitJSON struct {
	File    string   `json:"file"` // relative to the folder
	Score   float64  `json:"score"`
	Page    int      `json:"page,omitempty"`
	Heading string   `json:"heading,omitempty"`
	Text    string   `json:"text"`
	Marks   [][2]int `json:"marks,omitempty"` // bytes of the text that match
}

// Run refreshes the index and answers the questions, each on a line.
func (c *searchCmd) Run(app *app) error {
	app.endInTime()
	if c.Top < 1 || c.Top > mostHits {
		return chat.NewError(chat.CodeBadField, nil, "--top", c.Top, fmt.Sprintf("1 … %d", mostHits))
	}
	if (c.Queries == "") == (len(c.Query) == 0) {
		return chat.NewError(chat.CodeCLISearchWhat, nil)
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	glossary, err := c.glossary()
	if err != nil {
		return err
	}
	embed, err := c.embedder(app)
	if err != nil {
		return err
	}
	ix, err := app.folderIndex(dir)
	if err != nil {
		return err
	}
	app.onClose(ix.Close)
	if err := c.refresh(app, dir, ix, embed); err != nil {
		return err
	}
	w := bufio.NewWriter(app.out)
	err = c.questions(app, func(q string) error {
		query := index.Query{Text: q, Classes: []string{""}, Top: c.Top, Glossary: glossary}
		if embed != nil {
			out, err := embed.Embed(app.ctx, chat.EmbedRequest{Texts: []string{q}, Purpose: chat.PurposeQuery, Cut: true, Principal: chat.Local})
			if err != nil {
				return err
			}
			query.Vector = out.Vectors[0]
		}
		found, err := ix.Search(app.ctx, query)
		if err != nil {
			return err
		}
		c.write(w, found)
		return w.Flush()
	})
	return errors.Join(err, w.Flush())
}

// glossary reads the words that mean the same: those of a line, divided by commas. What follows # says why.
func (c *searchCmd) glossary() (*index.Glossary, error) {
	if c.Glossary == "" {
		return nil, nil
	}
	text, err := os.ReadFile(c.Glossary)
	if err != nil {
		return nil, chat.NewError(chat.CodeDocumentMissing, err, c.Glossary)
	}
	var groups [][]string
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		var group []string
		for word := range strings.SplitSeq(line, ",") {
			if word = strings.TrimSpace(word); word != "" {
				group = append(group, word)
			}
		}
		if len(group) < 2 {
			return nil, chat.NewError(chat.CodeCLIBadLine, nil, number, "word, word, …")
		}
		groups = append(groups, group)
	}
	return index.NewGlossary(groups), nil
}

// questions calls f for each question: that of the command line, or those of a file.
func (c *searchCmd) questions(app *app, f func(string) error) error {
	if c.Queries == "" {
		return f(strings.Join(c.Query, " "))
	}
	in := app.in
	if c.Queries != "-" {
		file, err := os.Open(c.Queries)
		if err != nil {
			return chat.NewError(chat.CodeDocumentMissing, err, c.Queries)
		}
		defer file.Close()
		in = file
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, mostLine)
	for number := 1; lines.Scan(); number++ {
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var line struct {
			Query *string `json:"query"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.Query == nil {
			return chat.NewError(chat.CodeCLIBadLine, err, number, `{"query":…}`)
		}
		if err := f(*line.Query); err != nil {
			return err
		}
	}
	return lines.Err()
}

// write writes what was found: a line of JSON, or for people.
func (c *searchCmd) write(w io.Writer, found index.Result) {
	hits := make([]hitJSON, len(found.Hits))
	for i, h := range found.Hits {
		hits[i] = hitJSON{h.Document, h.Score, h.Page, h.Heading, h.Text, h.Marks}
	}
	if c.JSON {
		_ = json.NewEncoder(w).Encode(struct { // errors come with Flush
			Hits []hitJSON `json:"hits"`
		}{hits})
		return
	}
	for _, h := range hits {
		place := h.File
		if h.Page > 0 {
			place += fmt.Sprintf(":%d", h.Page)
		}
		if h.Heading != "" {
			place += "  " + h.Heading
		}
		fmt.Fprintf(w, "%s\n    %s\n", place, strings.ReplaceAll(h.Text, "\n", "\n    "))
	}
}

// embedder returns what makes vectors; nil without --embedder.
func (c *searchCmd) embedder(app *app) (chat.Embedder, error) {
	if c.Embedder == "" {
		return nil, nil
	}
	local, err := app.encoderFor(app.hub(c.sourceFlags), c.Embedder, hub.Embeds)
	if err != nil {
		return nil, err
	}
	flags := engineFlags{Memory: c.Memory, Threads: c.Threads, NoPrefixStore: true}
	return app.engine(flags, func(string) (engine.Spec, error) { return specOf(local), nil }), nil
}

// refresh reads what has changed in the folder.
func (c *searchCmd) refresh(app *app, dir string, ix *index.Index, embed chat.Embedder) error {
	pool, err := app.readers(0)
	if err != nil {
		return err
	}
	folder := intake.Folder{Dir: dir, Index: ix, Reader: pool, Version: document.Version, Most: runtime.NumCPU(), Options: document.Options{NoCount: true, Recognise: app.recogniser().Recognise}}
	if embed != nil {
		folder.Version += " " + c.Embedder
		folder.Vectors = func(ctx context.Context, passages []index.Passage) ([][]float32, error) {
			vectors, _, err := intake.Embed(ctx, embed, chat.Local, "", passages)
			return vectors, err
		}
	}
	folder.Seen = func(name string, doc *document.Document, err error) {
		if err != nil {
			app.note(chat.CodeCLISearchUnread, name, app.reason(err))
		} else if doc != nil {
			app.noteGaps(name, doc.Manifest.Gaps)
		}
	}
	done, err := folder.Refresh(app.ctx)
	if disk.Full(err) {
		app.note(chat.CodeIndexNoRoom, dir)
		err = nil
	}
	if err == nil && done.Read+done.Removed > 0 {
		app.note(chat.CodeCLISearchRefreshed, done.Files, done.Read, done.Removed)
	}
	return err
}

// folderIndex opens the index of a folder. One that is damaged is made anew: it says nothing that the files do not.
func (a *app) folderIndex(dir string) (*index.Index, error) {
	sum := sha256.Sum256([]byte(dir))
	at := filepath.Join(a.data, "index", "folders", hex.EncodeToString(sum[:12]))
	ix, err := index.Open(at, index.Options{Log: a.log})
	if _, damaged := errors.AsType[*index.DamagedError](err); damaged {
		a.note(chat.CodeCLISearchAnew, dir)
		if err := os.RemoveAll(at); err != nil {
			return nil, err
		}
		ix, err = index.Open(at, index.Options{Log: a.log})
	}
	return ix, err
}

// readers are processes of this program that read documents, so many at once; 0 is as many as there are processors. They end
// with the app.
func (a *app) readers(most int) (*document.Pool, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	pool := document.NewPool(document.PoolOptions{Command: []string{self, "reader"}, Most: most})
	a.onClose(pool.Close)
	return pool, nil
}
