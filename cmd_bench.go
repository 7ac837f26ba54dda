package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"exaone/bench"
	"exaone/chat"
	"exaone/engine"
)

// benchCmd gathers what there is to measure. By itself it measures how fast a model runs here.
type benchCmd struct {
	Model       benchModelCmd       `cmd:"" default:"withargs"`
	Generations benchGenerationsCmd `cmd:""`
	Turn        benchTurnCmd        `cmd:"" hidden:""`
}

// benchModelCmd measures how fast a model runs here.
type benchModelCmd struct {
	Model    string   `arg:"" optional:"" placeholder:"MODEL"`
	Quick    bool     ``
	JSON     bool     `name:"json"`
	Only     []string `placeholder:"MEASURE,…"`
	Threads  threads  `placeholder:"N"`
	CPU      kernels  `name:"cpu" placeholder:"KERNELS"`
	Memory   size     `placeholder:"SIZE"`
	ReadSize size     `placeholder:"SIZE"`
	Peer     []string `placeholder:"PROGRAM" sep:"none"`
}

// Run measures and writes a table or JSON. What is measured now is told on standard error.
func (c *benchModelCmd) Run(app *app) error {
	for _, name := range c.Only {
		if !slices.Contains(bench.Measures(), name) {
			return chat.NewError(chat.CodeBadField, nil, "only", name, strings.Join(bench.Measures(), ", "))
		}
	}
	local, err := app.modelFor(app.hub(sourceFlags{}), c.Model)
	if err != nil {
		return err
	}
	prefixes, err := os.MkdirTemp("", "exaone-bench-")
	if err != nil {
		return err
	}
	app.onClose(func() error { return os.RemoveAll(prefixes) })
	threads := c.Threads.orAll()
	runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), threads+2)) // as every command that runs an engine
	c.CPU.force()
	name := string(c.CPU)
	if name == "" {
		name = chosenKernels()
	}
	show := progressLine{app: app}
	options := bench.Options{
		Path: local.Path, Name: local.Name, Threads: threads, Kernels: name, Read: int64(c.ReadSize), Quick: c.Quick,
		Only: c.Only, Peers: c.Peer, Progress: show.bench,
		Open: func() *engine.Engine {
			return engine.New(engine.Options{
				Resolve: func(string) (engine.Spec, error) { return engine.Spec{Name: local.Name, Path: local.Path}, nil },
				Memory:  engineFlags{Memory: c.Memory}.budget(), Threads: threads, Log: app.log,
				Speculate: engine.SpeculateOff, PrefixDir: prefixes,
			})
		},
	}
	if program, err := os.Executable(); err == nil {
		options.Busy = []string{program, "busy"}
	}
	report, err := bench.Run(app.ctx, options)
	show.clear()
	if err != nil {
		if app.ctx.Err() != nil {
			if report != nil && len(report.Names()) > 0 { // what somebody waited for until then
				err = errors.Join(err, app.benchTables(report))
			}
			return err
		}
		return chat.NewError(chat.CodeBenchFailed, err, local.Name, err.Error())
	}
	if c.JSON {
		out := json.NewEncoder(app.out)
		out.SetIndent("", "  ")
		return out.Encode(report)
	}
	return app.benchTables(report)
}

// progressLine tells what is measured: a line that changes on a terminal, else a line for each measure.
type progressLine struct {
	app   *app
	dirty bool
	last  string
}

func (p *progressLine) bench(measure string, round, rounds int) {
	if !p.app.errTTY {
		if measure != p.last {
			p.app.note(chat.CodeBenchNow, measure)
		}
		p.last = measure
		return
	}
	line := p.app.text(chat.CodeBenchNow, measure)
	if rounds > 0 {
		line += fmt.Sprintf("  %d / %d", round, rounds)
	}
	fmt.Fprintf(p.app.err, "\r\x1b[K%s", line)
	p.dirty = true
}

func (p *progressLine) clear() {
	if p.dirty {
		fmt.Fprint(p.app.err, "\r\x1b[K")
		p.dirty = false
	}
}

// crowded is the share of the processors that others may take before somebody is told that figures suffer.
const crowded = 0.05

// benchTables writes what was measured, and the ratios beside their goals.
func (a *app) benchTables(r *bench.Report) error {
	limits := a.text(chat.CodeBenchNoLimits)
	if r.Read.Median > 0 {
		limits = a.text(chat.CodeBenchLimits, number(r.Read.Median/1e9), number(r.Int8.Ops.Median/1e9), r.Int8.Instruction, number(r.Int8.Cycle))
	}
	a.say(chat.CodeBenchHead, r.Model.Name, bytesText(r.Model.Bytes), bytesText(r.Model.BytesPerToken), r.Machine.Threads, r.Machine.Kernels, limits)
	if r.Int8.Void {
		a.say(chat.CodeBenchVoid)
	}
	if r.Others.Median > crowded {
		a.say(chat.CodeBenchCrowded, number(100*r.Others.Median))
	}
	rows := [][]string{strings.Split(a.text(chat.CodeBenchColumns), "|")}
	for _, name := range r.Names() {
		s := r.Stats[name]
		if s == nil || strings.Contains(name, "_share_") || strings.Contains(name, "_against_") {
			continue
		}
		share := ""
		if of := r.Shares[name]; of != nil {
			share = fmt.Sprintf("%.2f", of.Median)
		}
		rows = append(rows, []string{a.benchName(name), amount(s.Median, s.Unit), amount(s.Min, s.Unit) + " … " + amount(s.Max, s.Unit), strconv.Itoa(len(s.Values)), share})
	}
	fmt.Fprintln(a.out)
	if err := writeTable(a.out, rows); err != nil {
		return err
	}
	if err := a.benchGoals(r); err != nil {
		return err
	}
	if r.Discarded > 0 {
		a.say(chat.CodeBenchDiscarded, r.Discarded, r.Pairs)
	}
	if r.Empty > 0 {
		a.say(chat.CodeBenchEmpty, r.Empty)
	}
	return nil
}

func (a *app) benchGoals(r *bench.Report) error {
	goals := r.Reached()
	rest := r.Compared()
	if len(goals)+len(rest) == 0 {
		return nil
	}
	rows := [][]string{strings.Split(a.text(chat.CodeBenchGoals), "|")}
	for _, g := range goals {
		v, sign, bar := r.Ratios[g.Ratio], "≥", g.Least
		if g.Lowest {
			sign, bar = "≤", g.Most
		}
		mark := ""
		if g.Met(v) {
			mark = a.text(chat.CodeCLIYes)
		}
		rows = append(rows, []string{g.Ratio, number(v), sign + " " + number(bar), mark})
	}
	for _, name := range rest {
		rows = append(rows, []string{name, number(r.Ratios[name])})
	}
	if _, err := io.WriteString(a.out, "\n"); err != nil {
		return err
	}
	return writeTable(a.out, rows)
}

// benchName is what a person calls a measure: its text, with the number in its name, or the name itself.
func (a *app) benchName(name string) string {
	base, count := name, ""
	if i := strings.LastIndexByte(name, '_'); i >= 0 {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			base, count = name[:i], name[i+1:]
		}
	}
	code := chat.Code("bench_" + base)
	if text := a.text(code); text != string(code) {
		return strings.TrimSpace(text + " " + count)
	}
	return name
}

// amount writes a figure in its unit.
func amount(v float64, unit string) string {
	switch unit {
	case "bytes":
		return bytesText(int64(v))
	case "":
		return number(v)
	}
	return number(v) + " " + unit
}

// number writes three digits or more, and none that say nothing.
func number(v float64) string {
	switch {
	case v == float64(int64(v)) && v < 1e6:
		return strconv.Itoa(int(v))
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// busyCmd keeps one core busy until its standard input ends: the foreign process of bench.
type busyCmd struct{}

// Run is over when whoever started it is.
func (*busyCmd) Run(app *app) error {
	done := make(chan struct{})
	go func() {
		io.Copy(io.Discard, app.in)
		close(done)
	}()
	for {
		select {
		case <-done:
			return nil
		case <-app.ctx.Done():
			return app.ctx.Err()
		default:
			for range 1 << 16 {
				runtime.KeepAlive(app)
			}
		}
	}
}
