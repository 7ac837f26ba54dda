package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"exaone/bench"
	"exaone/chat"
	"exaone/hub"
)

// synthCmd makes a checkpoint of a real model's shapes with random weights: what speed is measured on where the model
// itself is not at hand, or not allowed.
type synthCmd struct {
	Shape    string `arg:"" placeholder:"NAME"`
	Type     string `required:"" placeholder:"TYPE"`
	Out      string `required:"" type:"path" placeholder:"FILE"`
	Metadata string `placeholder:"llama"`
	Force    bool   ``
}

// Run writes the file, which appears whole or not at all.
func (c *synthCmd) Run(app *app) error {
	s := bench.Synthetic{Shape: strings.ToLower(c.Shape), Type: strings.ToLower(c.Type), Llama: c.Metadata == "llama"}
	if c.Metadata != "" && !s.Llama {
		return chat.NewError(chat.CodeBadField, nil, "metadata", c.Metadata, "llama")
	}
	size, err := s.Size()
	if err != nil {
		field, value, names := "NAME", c.Shape, bench.Shapes()
		for _, shape := range names {
			if shape == s.Shape {
				field, value, names = "type", c.Type, bench.Mixes()
				break
			}
		}
		return chat.NewError(chat.CodeBadField, err, field, value, strings.Join(names, ", "))
	}
	if err := freeOut(c.Out, nil, c.Force); err != nil {
		return err
	}
	bar := progress{app: app}
	defer bar.clear()
	start := time.Now()
	s.Progress = func(done, total int64) {
		rate := float64(done) / time.Since(start).Seconds()
		bar.show(hub.Progress{Phase: phaseWrite, Model: c.Out, Done: done, Total: total, Rate: rate})
	}
	err = writeWhole(c.Out, func(w io.Writer) error { return s.Write(app.ctx, w) })
	bar.clear()
	if err != nil {
		return notWritten(err, c.Out, size)
	}
	info, err := os.Stat(c.Out)
	if err != nil {
		return err
	}
	app.say(chat.CodeCLIMade, c.Out, bytesText(info.Size()))
	return nil
}

// phaseWrite is the progress of writing a file here.
const phaseWrite hub.Phase = "write"

// notWritten says to a person why a file is not there, if the operating system said why.
func notWritten(err error, path string, size int64) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if _, ok := errors.AsType[*chat.Error](err); ok {
		return err
	}
	reason := err.Error()
	if system, ok := errors.AsType[*os.PathError](err); ok {
		reason = fmt.Sprint(system.Err)
	}
	return chat.NewError(chat.CodeCLINotWritten, err, path, reason, bytesText(size))
}
