package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"exaone/chat"
	"exaone/convert"
	"exaone/disk"
	"exaone/engine"
	"exaone/model"
	"exaone/tensor"
	"exaone/weights"
)

// inspectCmd is for whoever doubts: what a checkpoint holds, what a text becomes, what a model computes,
// what a grammar allows.
type inspectCmd struct {
	Show    inspectShowCmd    `cmd:"" default:"withargs"`
	Tokens  inspectTokensCmd  `cmd:""`
	Logits  inspectLogitsCmd  `cmd:""`
	Grammar inspectGrammarCmd `cmd:""`
}

// inspectTokensCmd reads JSON lines {"text":…,"special":bool} from standard input and writes {"ids":[…]} for
// each. A folder with only a tokenizer will do.
type inspectTokensCmd struct {
	Model string `required:"" placeholder:"MODEL"`
}

// mostLine bounds a line of input.
const mostLine = 64 << 20

// Run encodes line by line.
func (c *inspectTokensCmd) Run(app *app) error {
	path, err := app.tokenizerPath(c.Model)
	if err != nil {
		return err
	}
	tok, err := engine.OpenTokenizer(path)
	if err != nil {
		return chat.NewError(chat.CodeBadModel, err, c.Model, err.Error())
	}
	in := bufio.NewScanner(app.in)
	in.Buffer(nil, mostLine)
	w := bufio.NewWriter(app.out)
	for number := 1; in.Scan(); number++ {
		var line struct {
			Text    *string `json:"text"`
			Special bool    `json:"special"`
		}
		if err := json.Unmarshal(in.Bytes(), &line); err != nil || line.Text == nil {
			return errors.Join(chat.NewError(chat.CodeCLIBadLine, err, number, `{"text":…,"special":bool}`), w.Flush())
		}
		ids, err := tok.TryEncode([]int32{}, *line.Text, line.Special)
		if err != nil {
			return errors.Join(chat.NewError(chat.CodeCLIBadLine, err, number, err.Error()), w.Flush())
		}
		if err := json.NewEncoder(w).Encode(map[string][]int32{"ids": ids}); err != nil {
			return err
		}
		if err := w.Flush(); err != nil { // whoever waits for this line before sending the next
			return err
		}
	}
	return in.Err()
}

// tokenizerPath finds a model, or a folder that holds a tokenizer and nothing else.
func (a *app) tokenizerPath(name string) (string, error) {
	for _, file := range []string{"tokenizer.json", "vocab.json"} {
		if _, err := os.Stat(filepath.Join(name, file)); err == nil {
			return name, nil
		}
	}
	return a.checkpoint(name)
}

// inspectLogitsCmd writes the logits of every position of a sequence of ids, [n, vocab] in float32,
// little-endian.
type inspectLogitsCmd struct {
	Model   string   `required:"" placeholder:"MODEL"`
	IDs     tokenIDs `name:"ids" required:"" placeholder:"1,2,3"`
	Out     string   `required:"" type:"path" placeholder:"FILE"`
	Force   bool     ``
	Exact   bool     ``
	Threads threads  `placeholder:"N"`
	CPU     kernels  `name:"cpu" placeholder:"KERNELS"`
}

// Run computes and writes the file, which appears whole or not at all.
func (c *inspectLogitsCmd) Run(app *app) error {
	f, err := app.open(c.Model)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := freeOut(c.Out, f, c.Force); err != nil {
		return err
	}
	m, err := model.Load(f)
	if err != nil {
		return chat.NewError(chat.CodeBadModel, err, c.Model, err.Error())
	}
	shape := m.Shape()
	for i, id := range c.IDs {
		if int(id) >= shape.Vocab {
			return chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("ids[%d]", i), id, fmt.Sprintf("0 … %d", shape.Vocab-1))
		}
	}
	if len(c.IDs) > shape.Window {
		return chat.NewError(chat.CodeTooLong, nil, len(c.IDs), shape.Window)
	}
	err = writeWhole(c.Out, func(w io.Writer) error { return c.compute(app, m, w) })
	if disk.Full(err) {
		return chat.NewError(chat.CodeConvertDiskFull, err, c.Out)
	}
	return err
}

// logitsStep bounds the logits held at once: 16 rows of a vocabulary of 262,144 take 16 MiB.
const logitsStep = 16

func (c *inspectLogitsCmd) compute(app *app, m model.Model, w io.Writer) error {
	const pageSize = 32
	shape, n := m.Shape(), len(c.IDs)
	options := tensor.KVOptions{
		Layers: shape.Layers, Heads: shape.KVHeads, HeadDim: shape.HeadDim,
		PageSize: pageSize, Pages: (n + pageSize - 1) / pageSize, Type: tensor.F16,
	}
	if c.Exact {
		options.Type = tensor.F32
	}
	kv, err := tensor.NewKV(options)
	if err != nil {
		return err
	}
	defer kv.Close()
	pool := tensor.NewPool(c.Threads.orAll())
	defer pool.Close()
	c.CPU.force()
	ops := tensor.NewCPU(pool, c.Exact)
	pages := make([]int32, options.Pages)
	for i := range pages {
		pages[i] = int32(i)
	}
	for at := 0; at < n; at += logitsStep {
		if err := app.ctx.Err(); err != nil {
			return err
		}
		b := model.Batch{}
		for pos := at; pos < min(at+logitsStep, n); pos++ {
			b.Want = append(b.Want, pos-at)
			b.IDs = append(b.IDs, c.IDs[pos])
			b.Rows = append(b.Rows, tensor.Row{Pos: pos, Pages: pages})
			b.Adapters = append(b.Adapters, nil)
		}
		out, err := m.Forward(ops, &b, kv)
		if err != nil {
			return err
		}
		if err := writeFloats(w, out); err != nil {
			return err
		}
	}
	return nil
}

func writeFloats(w io.Writer, values []float32) error {
	buf := make([]byte, 0, 4*len(values))
	for _, v := range values {
		buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
	}
	_, err := w.Write(buf)
	return err
}

// freeOut is an error that a person may read if no file may be written to path while f is read.
func freeOut(path string, f *weights.File, force bool) error {
	err := convert.Free(path, f, force)
	if occupied := occupiedError(err); occupied != nil {
		return occupied
	}
	if errors.Is(err, fs.ErrExist) {
		return chat.NewError(chat.CodeConvertExists, err, path)
	}
	if err != nil {
		return chat.NewError(chat.CodeCLINotAFile, err, path)
	}
	return nil
}

// writeWhole is [weights.WriteWhole] with a buffer, and with errors that a person may read for a place where no file
// can be.
func writeWhole(path string, write func(io.Writer) error) error {
	begun := false
	err := weights.WriteWhole(path, func(f *os.File) error {
		begun = true
		w := bufio.NewWriterSize(f, 1<<20)
		if err := write(w); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil && !begun {
		return chat.NewError(chat.CodeCLINotAFile, err, path)
	}
	return err
}
