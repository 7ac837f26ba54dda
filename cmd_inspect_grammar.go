package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"exaone/chat"
	"exaone/engine"
	"exaone/grammar"
	"exaone/tokenizer"
)

// inspectGrammarCmd reads JSON lines {"schema":…,"text":…} from standard input and writes for each whether the text is
// one that the grammar allows, token by token as an answer would be written, and how long it took. A folder with only a
// tokenizer will do.
type inspectGrammarCmd struct {
	Model string `required:"" placeholder:"MODEL"`
}

// mostGrammarLine bounds a line of input in bytes: a schema of 1 MiB and its text.
const mostGrammarLine = 2 << 20

// grammarLine is a line of input. One of the first four is set.
type grammarLine struct {
	Schema  json.RawMessage `json:"schema"` // as it was written: the order of members is the order of an answer's
	Regex   *string         `json:"regex"`
	GBNF    *string         `json:"gbnf"`
	Choices []string        `json:"choices"`
	Text    *string         `json:"text"`
}

// grammarForm is what a line of input looks like.
const grammarForm = `{"schema":…|"regex":…|"gbnf":…|"choices":[…],"text":…}`

// grammarAnswer is a line of output.
type grammarAnswer struct {
	Line      int              `json:"line,omitempty"` // the number of a line that is not understood
	Compiled  bool             `json:"compiled"`
	Error     string           `json:"error,omitempty"`
	Warnings  []grammarWarning `json:"warnings"`
	Accepted  bool             `json:"accepted"`
	RefusedAt *int             `json:"refused_at,omitempty"` // bytes of the text that were allowed, if not all were
	Compile   float64          `json:"compile_us"`
	Masks     []float64        `json:"mask_us"` // one for each token that was asked about
}

type grammarWarning struct {
	Path    string `json:"path"`
	Keyword string `json:"keyword"`
	Text    string `json:"text"`
}

// Run answers line by line. What is wrong with a line is said in its answer, and the next line is read.
func (c *inspectGrammarCmd) Run(app *app) error {
	path, err := app.tokenizerPath(c.Model)
	if err != nil {
		return err
	}
	tok, err := engine.OpenTokenizer(path)
	if err != nil {
		return chat.NewError(chat.CodeBadModel, err, c.Model, err.Error())
	}
	judge := newGrammarJudge(tok)
	in := bufio.NewReader(app.in)
	w := bufio.NewWriter(app.out)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for number := 1; ; number++ {
		if err := app.ctx.Err(); err != nil {
			return err
		}
		line, whole, err := readLine(in, mostGrammarLine)
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		if err != nil {
			return errors.Join(err, w.Flush())
		}
		answer := c.answer(app, judge, line, whole)
		if answer.Line != 0 {
			answer.Line = number
			answer.Error = app.text(chat.CodeCLIBadLine, number, answer.Error)
		}
		if err := out.Encode(answer); err != nil {
			return err
		}
		if err := w.Flush(); err != nil { // whoever waits for this line before sending the next
			return err
		}
	}
}

// answer judges one line. One that is not understood has Line 1 and says why in Error.
func (c *inspectGrammarCmd) answer(app *app, judge *grammarJudge, line []byte, whole bool) grammarAnswer {
	if !whole {
		return badGrammarLine(fmt.Sprintf("more than %d bytes", mostGrammarLine))
	}
	g, text, err := parseGrammarLine(line)
	if err != nil {
		return badGrammarLine(err.Error())
	}
	ids, err := judge.encode(text)
	if err != nil {
		return badGrammarLine(err.Error())
	}
	start := judge.clock()
	compiled, err := grammar.Compile(app.ctx, g)
	answer := grammarAnswer{Compile: microseconds(judge.clock() - start), Warnings: []grammarWarning{}, Masks: []float64{}}
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	answer.Compiled = true
	for _, w := range compiled.Warnings() {
		answer.Warnings = append(answer.Warnings, grammarWarning(w))
	}
	walk := judge.walk(compiled.Matcher(judge.vocabulary), ids)
	for _, took := range walk.masks {
		answer.Masks = append(answer.Masks, microseconds(took))
	}
	answer.Accepted = walk.accepted
	if walk.allowed < len(ids) {
		at := len(judge.spell(ids[:walk.allowed]))
		answer.RefusedAt = &at
	}
	if walk.err != nil {
		answer.Error = walk.err.Error()
	}
	return answer
}

func badGrammarLine(why string) grammarAnswer {
	return grammarAnswer{Line: 1, Error: why, Warnings: []grammarWarning{}, Masks: []float64{}}
}

func microseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// readLine returns the next line without its end. Of a line of more than most bytes it returns the beginning and false.
// The error is io.EOF if nothing is left.
func readLine(r *bufio.Reader, most int) (line []byte, whole bool, err error) {
	for {
		piece, err := r.ReadSlice('\n')
		line = append(line, piece[:min(len(piece), most+3-len(line))]...) // one more than a whole line and its end
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0):
			return nil, false, err
		}
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		return line, len(line) <= most, nil
	}
}

// parseGrammarLine reads a line of input.
func parseGrammarLine(data []byte) (g chat.Grammar, text string, err error) {
	if !utf8.Valid(data) {
		return g, "", errors.New("found bytes that are not UTF-8")
	}
	var line grammarLine
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&line); err != nil {
		return g, "", fmt.Errorf("%w, want %s", err, grammarForm)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return g, "", fmt.Errorf("found more than one value, want %s", grammarForm)
	}
	kinds := 0
	if line.Schema != nil {
		g.Schema, kinds = string(line.Schema), kinds+1
	}
	if line.Regex != nil {
		g.Regex, kinds = *line.Regex, kinds+1
	}
	if line.GBNF != nil {
		g.GBNF, kinds = *line.GBNF, kinds+1
	}
	if line.Choices != nil {
		g.Choices, kinds = line.Choices, kinds+1
	}
	if kinds != 1 || line.Text == nil {
		return g, "", fmt.Errorf("found %d of schema, regex, gbnf and choices, and a text: %v; want %s", kinds, line.Text != nil, grammarForm)
	}
	return g, *line.Text, nil
}

// grammarJudge walks texts through grammars with one tokenizer. It is not for many goroutines.
type grammarJudge struct {
	tok        *tokenizer.Tokenizer
	vocabulary *grammar.Vocabulary
	mask       []uint64
	before     []tokenizer.ID // what comes before a text
	clock      func() time.Duration
}

func newGrammarJudge(tok *tokenizer.Tokenizer) *grammarJudge {
	began := time.Now()
	return &grammarJudge{
		tok:        tok,
		vocabulary: grammar.NewVocabulary(tok, tok.Len()),
		mask:       make([]uint64, (tok.Len()+63)/64),
		before:     tok.Encode(nil, "\n", false),
		clock:      func() time.Duration { return time.Since(began) },
	}
}

// encode returns the ids of a text as an answer has it: after something else, so that no tokenizer puts a space before
// it.
func (j *grammarJudge) encode(text string) ([]tokenizer.ID, error) {
	ids, err := j.tok.TryEncode(j.before[:len(j.before):len(j.before)], text, false)
	if err != nil {
		return nil, err
	}
	ids = ids[len(j.before):]
	if string(j.spell(ids)) != text {
		return nil, errors.New("the text has characters that the tokenizer has no tokens for")
	}
	return ids, nil
}

// spell returns the bytes of ids that come after something else.
func (j *grammarJudge) spell(ids []tokenizer.ID) (b []byte) {
	for _, id := range ids {
		b = append(b, j.tok.Bytes(id)...)
	}
	return b
}

// grammarWalk is how far a text was let through.
type grammarWalk struct {
	masks    []time.Duration // what each mask took
	allowed  int             // how many ids were
	accepted bool            // all were, and the text may end there
	err      error           // the grammar takes too long from there, or the mask and the matcher contradict each other
}

// walk asks for the mask before each id, as a sampler does, and goes on while the id is in it.
func (j *grammarJudge) walk(m *grammar.Matcher, ids []tokenizer.ID) grammarWalk {
	w := grammarWalk{masks: make([]time.Duration, 0, len(ids))}
	for _, id := range ids {
		start := j.clock()
		m.Mask(j.mask)
		w.masks = append(w.masks, j.clock()-start)
		if w.err = m.Err(); w.err != nil {
			return w
		}
		in := j.mask[id/64]>>(id%64)&1 != 0
		if allows := m.Allows(id); allows != in {
			w.err = fmt.Errorf("token %d, id %d: in the mask: %v, allowed: %v", w.allowed, id, in, allows)
			return w
		}
		if !in {
			return w
		}
		if !m.Advance(id) {
			w.err = fmt.Errorf("token %d, id %d: allowed, and then refused", w.allowed, id)
			return w
		}
		w.allowed++
	}
	w.accepted, w.err = m.Accepts(), m.Err()
	return w
}
