package main

import (
	"errors"
	"fmt"
	"time"

	"exaone/chat"
	"exaone/hub"
)

// plainStep is how many percent lie between two lines of progress where there is no terminal.
const plainStep = 10

// progress shows how far a pull is, on standard error: one line that changes on a terminal, else a line per
// phase and per tenth.
type progress struct {
	app     *app
	phase   hub.Phase
	percent int          // last shown where there is no terminal
	dirty   bool         // the terminal's line has something in it
	failed  hub.Progress // a source that failed, told when another is tried: the last one's failure is the pull's
}

// show writes what p says, if it is worth a line.
func (b *progress) show(p hub.Progress) {
	changed := p.Phase != b.phase
	b.phase = p.Phase
	if b.failed.Err != nil {
		b.clear()
		b.app.note(chat.CodeCLISourceFailed, b.failed.Source, b.app.reason(b.failed.Err))
		b.failed.Err = nil
	}
	switch p.Phase {
	case hub.PhaseFailed:
		b.failed = p
		return
	case hub.PhaseDone:
		b.clear()
		return
	}
	percent := 0
	if p.Total > 0 {
		percent = int(min(100, 100*p.Done/p.Total))
	}
	switch {
	case b.app.errTTY:
		fmt.Fprintf(b.app.err, "\r\x1b[K%s", b.line(p, percent))
		b.dirty = true
	case changed || percent >= b.percent+plainStep:
		b.percent = percent - percent%plainStep
		fmt.Fprintln(b.app.err, b.line(p, percent))
	}
}

// clear ends the terminal's line.
func (b *progress) clear() {
	if b.dirty {
		fmt.Fprint(b.app.err, "\r\x1b[K")
		b.dirty = false
	}
}

// line is what there is to say in less than 80 cells.
func (b *progress) line(p hub.Progress, percent int) string {
	text := b.app.text(chat.Code("cli_phase_"+string(p.Phase)), p.Model)
	switch {
	case p.Total > 0:
		text += fmt.Sprintf("  %3d %%  %s / %s", percent, bytesText(p.Done), bytesText(p.Total))
	case p.Done > 0:
		text += "  " + bytesText(p.Done)
	}
	if p.Rate > 0 {
		text += fmt.Sprintf("  %s/s", bytesText(int64(p.Rate)))
		if p.Total > p.Done {
			left := time.Duration(float64(p.Total-p.Done) / p.Rate * float64(time.Second))
			text += "  " + b.app.text(chat.CodeCLILeft, left.Round(time.Second))
		}
	}
	return text
}

// reason is what a person may read of an error.
func (a *app) reason(err error) string {
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told.In(a.lang)
	}
	return a.text(chat.CodeCLIInternal)
}
