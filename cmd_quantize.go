package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/convert"
	"exaone/disk"
	"exaone/hub"
	"exaone/tensor"
	"exaone/weights"
)

// quantizeCmd makes a GGUF file of fewer bits.
type quantizeCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
	Type  mix    `required:"" placeholder:"TYPE"`
	outFlags
}

// outFlags say where what is made goes.
type outFlags struct {
	Out     string  `required:"" type:"path" placeholder:"PATH"`
	Force   bool    ``
	Threads threads `placeholder:"N"`
}

// mix is the name of a type of files.
type mix convert.Mix

// UnmarshalText reads the name.
func (m *mix) UnmarshalText(text []byte) error {
	found, err := convert.ParseMix(string(text))
	if err != nil {
		return chat.NewError(chat.CodeConvertBadType, err, string(text), strings.Join(convert.MixNames(), ", "))
	}
	*m = mix(found)
	return nil
}

// Run writes the file.
func (c *quantizeCmd) Run(app *app) error {
	return app.convert(c.Model, convert.Mix(c.Type), c.outFlags, convert.GGUF)
}

// convert makes a checkpoint of another and says what it made.
func (a *app) convert(name string, m convert.Mix, out outFlags,
	make func(context.Context, *weights.File, string, convert.Options) (convert.Report, error)) error {
	f, err := a.open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	bar := progress{app: a}
	start := time.Now()
	r, err := make(a.ctx, f, out.Out, convert.Options{Mix: m, Threads: int(out.Threads), Force: out.Force, Progress: func(done, total int64) {
		bar.show(hub.Progress{Phase: "convert", Model: filepath.Base(out.Out), Done: done, Total: total,
			Rate: float64(done) / time.Since(start).Seconds()})
	}})
	bar.clear()
	if err != nil {
		return conversionError(err, name, out.Out)
	}
	a.say(chat.CodeConvertDone, out.Out, bytesText(r.Bytes), typesText(r.Types))
	a.sayFallbacks(r.Fell)
	for _, what := range r.Lost {
		a.note(chat.CodeConvertLost, what)
	}
	if len(r.Left) > 0 {
		a.note(chat.CodeConvertLeft, strings.Join(r.Left, ", "))
	}
	return nil
}

// occupied are the codes of what stands in the way of a conversion.
var occupied = map[convert.Occupant]chat.Code{
	convert.Folder: chat.CodeConvertFolder, convert.Special: chat.CodeConvertSpecial,
	convert.NoCheckpoint: chat.CodeConvertNoModel, convert.OtherFile: chat.CodeConvertOther,
	convert.Input: chat.CodeConvertInput, convert.PreparedForm: chat.CodeConvertPrepared,
}

// occupiedError is the error for a person of what stands in the way of a file even with force; nil if err is none.
func occupiedError(err error) error {
	o, ok := errors.AsType[*convert.Occupied](err)
	switch {
	case !ok:
		return nil
	case o.By == convert.OtherFile:
		return chat.NewError(occupied[o.By], err, o.Path, o.File)
	}
	return chat.NewError(occupied[o.By], err, o.Path)
}

// conversionError puts what went wrong into words for a person.
func conversionError(err error, name, out string) error {
	if occupied := occupiedError(err); occupied != nil {
		return occupied
	}
	switch path, isPath := errors.AsType[*fs.PathError](err); {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fs.ErrExist):
		return chat.NewError(chat.CodeConvertExists, err, out)
	case errors.Is(err, weights.ErrWriting):
		return chat.NewError(chat.CodeConvertBusy, err, out)
	case disk.Full(err):
		return chat.NewError(chat.CodeConvertDiskFull, err, out)
	case isPath && strings.HasPrefix(filepath.Base(path.Path), "."+filepath.Base(out)):
		return chat.NewError(chat.CodeHubUnwritable, err, filepath.Dir(out))
	}
	return chat.NewError(chat.CodeConvertFailed, err, name, err.Error())
}

// typesText counts tensors by type, the most first: "20 Q4_K, 7 F32".
func typesText(types map[tensor.Type]int) string {
	list := slices.SortedFunc(maps.Keys(types), func(a, b tensor.Type) int {
		return slices.Compare([]int{types[b], int(a)}, []int{types[a], int(b)})
	})
	var parts []string
	for _, t := range list {
		parts = append(parts, fmt.Sprintf("%d %v", types[t], t))
	}
	return strings.Join(parts, ", ")
}

// sayFallbacks tells which tensors did not get their type, a line for each reason.
func (a *app) sayFallbacks(fell []convert.Fallback) {
	counts := map[convert.Fallback]int{}
	var order []convert.Fallback
	for _, f := range fell {
		f.Name = ""
		if counts[f] == 0 {
			order = append(order, f)
		}
		counts[f]++
	}
	for _, f := range order {
		a.note(chat.CodeConvertFell, counts[f], f.Is.String(), f.Want.String(), f.Columns)
	}
}
