package main

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
)

// embedCmd makes vectors of texts, or, with a question, scores how well they answer it. Without texts on the command
// line each line of standard input is one.
type embedCmd struct {
	Model string   `arg:"" optional:"" placeholder:"MODEL"`
	Text  []string `arg:"" optional:"" placeholder:"TEXT"`

	Query   bool   `xor:"purpose"`
	Passage bool   `xor:"purpose"`
	Rank    string `placeholder:"QUESTION" xor:"purpose"`

	Dimensions int    `placeholder:"N"`
	Cut        bool   ``
	Format     string `enum:"json,f32,npy" default:"json" placeholder:"json|f32|npy"`

	Memory  size    `placeholder:"SIZE"`
	Threads threads `placeholder:"N"`
	Exact   bool    ``
	CPU     kernels `name:"cpu" placeholder:"KERNELS"`
	preparedFlags
	sourceFlags
}

// embedBatch is how many lines are read before they are made vectors: enough to keep every thread busy, and few enough
// that what comes first goes out soon.
const embedBatch = 256

// Run reads the texts and writes what becomes of them, in their order; scores are written highest first.
func (c *embedCmd) Run(app *app) error {
	app.endInTime()
	if c.Rank != "" && c.Format != "json" {
		return chat.NewError(chat.CodeBadField, nil, "--format", c.Format, "json")
	}
	if c.Dimensions < 0 {
		return chat.NewError(chat.CodeBadField, nil, "--dimensions", c.Dimensions, "≥ 1")
	}
	if len(c.Text) == 0 && app.inTTY {
		return chat.NewError(chat.CodeCLIEmbedWhat, nil)
	}
	task := hub.Embeds
	if c.Rank != "" {
		task = hub.Ranks
	}
	local, err := app.encoderFor(app.hub(c.sourceFlags), c.Model, task)
	if err != nil {
		return err
	}
	flags := engineFlags{Memory: c.Memory, Threads: c.Threads, Exact: c.Exact, CPU: c.CPU, preparedFlags: c.preparedFlags, NoPrefixStore: true}
	e := app.engine(flags, func(string) (engine.Spec, error) { return specOf(local), nil })
	w := bufio.NewWriter(app.out)
	if c.Rank != "" {
		err = c.rank(app, e, local.Name, w)
	} else {
		err = c.embed(app, e, local.Name, w)
	}
	return errors.Join(err, w.Flush())
}

// texts calls f for the texts in batches of at most n; n 0 is all at once.
func (c *embedCmd) texts(app *app, n int, f func(texts []string) error) error {
	if len(c.Text) > 0 {
		return f(c.Text)
	}
	in := bufio.NewScanner(app.in)
	in.Buffer(nil, mostLine)
	var batch []string
	some := false
	for in.Scan() {
		batch, some = append(batch, in.Text()), true
		if len(batch) == n {
			if err := f(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	switch {
	case errors.Is(in.Err(), bufio.ErrTooLong):
		return chat.NewError(chat.CodeBadRequest, in.Err(), app.text(chat.CodeCLIEmbedLine))
	case in.Err() != nil:
		return in.Err()
	case !some:
		return chat.NewError(chat.CodeCLIEmbedWhat, nil)
	case len(batch) == 0:
		return nil
	}
	return f(batch)
}

// purpose is what the texts are embedded for.
func (c *embedCmd) purpose() chat.Purpose {
	switch {
	case c.Query:
		return chat.PurposeQuery
	case c.Passage:
		return chat.PurposePassage
	}
	return chat.PurposeNone
}

// embed writes a vector for each text.
func (c *embedCmd) embed(app *app, e chat.Embedder, model string, w *bufio.Writer) error {
	done, cut := 0, 0
	var all [][]float32 // of an npy, whose header says how many there are
	err := c.texts(app, embedBatch, func(texts []string) error {
		out, err := e.Embed(app.ctx, chat.EmbedRequest{Model: model, Texts: texts, Purpose: c.purpose(), Dimensions: c.Dimensions,
			Cut: c.Cut, Principal: chat.Local})
		if err != nil {
			return atLine(err, done)
		}
		done += len(texts)
		cut += len(out.Cut)
		for i, v := range out.Vectors {
			switch c.Format {
			case "npy":
				all = append(all, v)
			case "f32":
				err = writeFloats(w, v)
			default:
				err = json.NewEncoder(w).Encode(struct {
					Text      string    `json:"text"`
					Embedding []float32 `json:"embedding"`
				}{texts[i], v})
			}
			if err != nil {
				return err
			}
		}
		return w.Flush()
	})
	if cut > 0 {
		app.note(chat.CodeCLIEmbedCut, cut)
	}
	if err == nil && c.Format == "npy" {
		err = writeNPY(w, all)
	}
	return err
}

// atLine makes the number of a text in a batch one among all texts, of which so many came before.
func atLine(err error, before int) error {
	told, ok := errors.AsType[*chat.Error](err)
	if ok && told.Code == chat.CodeTextTooLong {
		if n, ok := told.Params[0].(int); ok {
			return chat.NewError(told.Code, told.Err, append([]any{n + before}, told.Params[1:]...)...)
		}
	}
	return err
}

// rank writes the texts with their scores, highest first.
func (c *embedCmd) rank(app *app, r chat.Ranker, model string, w io.Writer) error {
	return c.texts(app, 0, func(texts []string) error {
		out, err := r.Rank(app.ctx, chat.RankRequest{Model: model, Question: c.Rank, Texts: texts, Cut: c.Cut, Principal: chat.Local})
		if err != nil {
			return err
		}
		if len(out.Cut) > 0 {
			app.note(chat.CodeCLIEmbedCut, len(out.Cut))
		}
		order := make([]int, len(texts))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(out.Scores[b], out.Scores[a]) })
		for _, i := range order {
			err := json.NewEncoder(w).Encode(struct {
				Index int     `json:"index"`
				Score float32 `json:"score"`
				Text  string  `json:"text"`
			}{i, out.Scores[i], texts[i]})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// writeNPY writes rows of equal length as NumPy's npy format 1.0 has an array of float32: a magic, the length of a
// header that ends in a newline at a multiple of 64 bytes, the header, the numbers.
func writeNPY(w io.Writer, rows [][]float32) error {
	width := 0
	if len(rows) > 0 {
		width = len(rows[0])
	}
	header := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", len(rows), width)
	const before = 10 // bytes of the magic, the version and the length
	padded := (before+len(header)+1+63)/64*64 - before
	if padded > math.MaxUint16 {
		return fmt.Errorf("header of %d bytes, want at most %d", padded, math.MaxUint16)
	}
	head := append([]byte("\x93NUMPY\x01\x00"), 0, 0)
	binary.LittleEndian.PutUint16(head[8:], uint16(padded))
	head = fmt.Appendf(head, "%-*s\n", padded-1, header)
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, row := range rows {
		if err := writeFloats(w, row); err != nil {
			return err
		}
	}
	return nil
}
