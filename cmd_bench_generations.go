package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf8"

	"exaone/bench"
	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
)

// benchGenerationsCmd sets LG's claim for EXAONE 3.0 beside what this machine measures of a stand-in for its
// predecessor, of EXAONE 3.0's design, and of this engine.
type benchGenerationsCmd struct {
	Shape     string  `arg:"" optional:"" default:"7.8b" placeholder:"NAME"`
	Layers    int     `default:"8" placeholder:"N"`
	Sequences []int   `placeholder:"N,…"`
	Context   int     `placeholder:"N"`
	Text      string  `type:"path" placeholder:"FILE"`
	Tokenizer string  `placeholder:"MODEL"`
	Quick     bool    ``
	JSON      bool    `name:"json"`
	SVG       string  `name:"svg" type:"path" placeholder:"FILE"`
	Threads   threads `placeholder:"N"`
	CPU       kernels `name:"cpu" placeholder:"KERNELS"`
}

// Run measures, writes the picture if one is wanted, and a table or JSON.
func (c *benchGenerationsCmd) Run(app *app) error {
	o, err := c.options(app)
	if err != nil {
		return err
	}
	bar, line := progress{app: app}, progressLine{app: app}
	o.Progress = func(what string, done, total int64) {
		if what == bench.Writing {
			line.clear()
			bar.show(hub.Progress{Phase: phaseWrite, Model: c.Shape, Done: done, Total: total})
			return
		}
		bar.clear()
		line.bench(app.text(chat.CodeGenerationsNow), int(done)+1, int(total))
	}
	g, err := bench.RunGenerations(app.ctx, o)
	bar.clear()
	line.clear()
	if err != nil {
		return generationsError(app, err, c.Shape)
	}
	if c.SVG != "" {
		if err := writeWhole(c.SVG, func(w io.Writer) error { return g.WriteSVG(w) }); err != nil {
			return notWritten(err, c.SVG, 1<<14)
		}
	}
	if c.JSON {
		out := json.NewEncoder(app.out)
		out.SetIndent("", "  ")
		return out.Encode(g)
	}
	return app.generationsTables(g)
}

// options reads what the flags name. The checkpoints live in a temporary folder until app is closed.
func (c *benchGenerationsCmd) options(app *app) (o bench.GenerationsOptions, err error) {
	if c.Layers < 1 {
		return o, chat.NewError(chat.CodeBadField, nil, "layers", c.Layers, "≥ 1")
	}
	c.CPU.force()
	name := string(c.CPU)
	if name == "" {
		name = chosenKernels()
	}
	o = bench.GenerationsOptions{
		Shape: strings.ToLower(c.Shape), Layers: c.Layers, Sequences: c.Sequences, Context: c.Context, Quick: c.Quick,
		Threads: c.Threads.orAll(), Kernels: name, Memory: physicalMemory(),
	}
	if c.Text != "" {
		b, err := os.ReadFile(c.Text)
		if err != nil {
			return o, chat.NewError(chat.CodeBadField, err, "text", c.Text, notReadable(err))
		}
		if !utf8.Valid(b) {
			return o, chat.NewError(chat.CodeBadField, nil, "text", c.Text, "UTF-8")
		}
		if o.Text = string(b); strings.TrimSpace(o.Text) == "" {
			return o, chat.NewError(chat.CodeBadField, nil, "text", c.Text, "a text that is not empty")
		}
	}
	if c.Tokenizer != "" {
		path, err := app.tokenizerPath(c.Tokenizer)
		if err != nil {
			return o, err
		}
		if o.Tokenizer, err = engine.OpenTokenizer(path); err != nil {
			return o, chat.NewError(chat.CodeBadModel, err, c.Tokenizer, err.Error())
		}
		o.TokenizerName = c.Tokenizer
	}
	program, err := os.Executable()
	if err != nil {
		return o, err
	}
	o.Child = []string{program, "bench", "turn"}
	if c.CPU != "" {
		o.Child = append(o.Child, "--cpu", string(c.CPU))
	}
	if o.Dir, err = os.MkdirTemp("", "exaone-generations-"); err != nil {
		return o, err
	}
	app.onClose(func() error { return os.RemoveAll(o.Dir) })
	return o, nil
}

// notReadable is what was wanted of a file in place of what the system says of it.
func notReadable(err error) string {
	if system, ok := errors.AsType[*os.PathError](err); ok {
		return fmt.Sprintf("a file that can be read (%v)", system.Err)
	}
	return "a file that can be read"
}

// generationsError says to a person why nothing was measured.
func generationsError(app *app, err error, shape string) error {
	if app.ctx.Err() != nil {
		return err
	}
	if bad, ok := errors.AsType[*bench.BadOption](err); ok {
		return chat.NewError(chat.CodeBadField, err, bad.Field, bad.Found, bad.Want)
	}
	if few, ok := errors.AsType[*bench.NoMemory](err); ok {
		return chat.NewError(chat.CodeGenerationsNoMemory, err, bytesText(few.Have), bytesText(few.Want))
	}
	return chat.NewError(chat.CodeBenchFailed, err, shape, err.Error())
}

// generationsTables writes what was measured, what was only scaled, and the ratios beside LG's.
func (a *app) generationsTables(g *bench.Generations) error {
	a.say(chat.CodeGenerationsStandIn)
	a.say(chat.CodeGenerationsHead, g.Shape, g.Layers, g.Of, g.Machine.Threads, g.Machine.Kernels)
	if g.Layers < g.Of {
		a.say(chat.CodeGenerationsSlice)
	}
	a.say(chat.CodeGenerationsMethod, g.Context, g.Steps, g.Rounds, g.Window)
	strong := chat.CodeGenerationsTokens
	if g.Text.StrongName == "" {
		strong = chat.CodeGenerationsTrained
	}
	a.say(strong, g.Text.Characters, g.Text.Weak, g.Text.WeakSize, g.Text.Strong, g.Text.StrongSize, number(g.Text.R()), g.Text.StrongName)
	a.say(chat.CodeGenerationsMix)
	fmt.Fprintln(a.out)
	rows := [][]string{strings.Split(a.text(chat.CodeGenerationsColumns), "|")}
	for i := range g.Sequences {
		for _, d := range g.Designs {
			p := d.Points[i]
			peak, cost := "-", "-"
			if p.Peak > 0 {
				peak, cost = bytesText(p.Peak), number(p.Cost)
			}
			rows = append(rows, []string{strconv.Itoa(p.Sequences), a.text(chat.Code("generations_" + d.Name)),
				number(1000*p.Step.Median) + " ms", number(1000*p.Step.Min) + " … " + number(1000*p.Step.Max), number(p.Time) + " s", peak, cost})
		}
	}
	if err := writeTable(a.out, rows); err != nil {
		return err
	}
	return a.generationsRatios(g)
}

func (a *app) generationsRatios(g *bench.Generations) error {
	rows := [][]string{strings.Split(a.text(chat.CodeGenerationsRatios), "|")}
	rows = append(rows, []string{"", a.text(chat.CodeGenerationsLG), ratio(bench.LGTime), ratio(bench.LGMemory), ratio(bench.LGCost)})
	for _, name := range []string{bench.Sixteen, bench.This} {
		for _, r := range g.Against(name) {
			rows = append(rows, []string{strconv.Itoa(r.Sequences), a.text(chat.Code("generations_" + name)),
				ratio(r.Time), ratio(r.Memory), ratio(r.Cost), ratio(r.StepTime), ratio(r.StepCost), ratio(r.BoundTime), ratio(r.BoundCost)})
		}
	}
	fmt.Fprintln(a.out)
	if err := writeTable(a.out, rows); err != nil {
		return err
	}
	best, last := g.Rates()
	a.say(chat.CodeGenerationsBound, number(best/1e9), number(last/1e9), g.Sequences[len(g.Sequences)-1])
	fmt.Fprintln(a.out)
	memory, cost := g.Best()
	if memory.Memory == 0 {
		a.say(chat.CodeGenerationsNoPeak)
		return nil
	}
	for _, x := range []struct {
		code      chat.Code
		best      float64
		sequences int
		goal      float64
	}{
		{chat.CodeGenerationsMemory, memory.Memory, memory.Sequences, bench.GenerationsMemory},
		{chat.CodeGenerationsCost, cost.Cost, cost.Sequences, bench.GenerationsCost},
	} {
		verdict := chat.CodeGenerationsMissed
		if x.best <= x.goal {
			verdict = chat.CodeCLIYes
		}
		a.say(x.code, ratio(x.best), x.sequences, ratio(x.goal), a.text(verdict))
	}
	return nil
}

// ratio writes a ratio with the digits of LG's, and one more where it is small.
func ratio(v float64) string {
	switch {
	case v == 0:
		return "-"
	case v < 0.1:
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// benchTurnCmd is what generations runs in a process of its own: a turn in JSON in, what came of it out.
type benchTurnCmd struct {
	CPU kernels `name:"cpu" placeholder:"KERNELS"`
}

// Run takes the turn.
func (c *benchTurnCmd) Run(app *app) error {
	c.CPU.force()
	var t bench.Turn
	if err := json.NewDecoder(app.in).Decode(&t); err != nil {
		return chat.NewError(chat.CodeBadField, err, "turn", err.Error(), "JSON")
	}
	runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), t.Threads+2)) // as every command that runs an engine
	r, err := bench.RunTurn(app.ctx, t)
	if err != nil {
		return chat.NewError(chat.CodeBenchFailed, err, t.Path, err.Error())
	}
	return json.NewEncoder(app.out).Encode(r)
}
