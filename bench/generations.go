package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"exaone/tokenizer"
	"exaone/weights"
)

// GenerationsOptions say how three designs of one model are compared. Shape, Dir, Child and Threads are required.
type GenerationsOptions struct {
	Shape     string // one of [Shapes]
	Layers    int    // a slice of the shape's; 0 is all
	Sequences []int  // how many run at once; none is 1, 2, 4, 5 and 8, or 1 and 8 if Quick
	Context   int    // positions of each sequence before what is timed; 0 is as many as the window leaves room for
	Quick     bool   // fewer of everything
	Threads   int
	Kernels   string // what computes, for the record
	Memory    int64  // bytes of the machine; 0 is unknown

	Text string // Korean, that time is measured for; "" is [GenerationsText]
	// Tokenizer is EXAONE's. Where it is nil, a second one is trained in its place, and the report says so.
	Tokenizer     *tokenizer.Tokenizer
	TokenizerName string

	Dir   string   // where checkpoints of random weights are written: those of 16 bits take as many bytes as their memory
	Child []string // a command line that gives a [Turn] in JSON, read from standard input, to [RunTurn], and writes its result

	// Progress, if any, is told what is done now: a file that is written, or a turn.
	Progress func(what string, done, total int64)
}

// The designs that are compared, in their order.
const (
	Predecessor = "predecessor" // a stand-in: LG's is not public
	Sixteen     = "exaone16"    // EXAONE 3.0's design in 16 bits
	This        = "this"        // this engine as it is by default
)

// Generations is what a comparison found.
type Generations struct {
	Machine   Machine
	Shape     string
	Layers    int
	Of        int // layers of the shape
	Context   int
	Window    int // positions that a reserved cache has for each sequence
	Steps     int // timed, in each turn
	Rounds    int
	Text      GenerationsWords
	Designs   []Generation
	Seconds   float64
	Sequences []int
}

// GenerationsWords are the tokens of the text by both tokenizers.
type GenerationsWords struct {
	Characters int
	Weak       int    // tokens by the tokenizer trained in place of the predecessor's
	WeakSize   int    // tokens that it has
	Strong     int    // tokens by EXAONE's tokenizer, or what stands in for it
	StrongName string // "" is a tokenizer that was trained too
	StrongSize int
}

// R is how many times the tokens of EXAONE's the predecessor needs for the same text.
func (w GenerationsWords) R() float64 { return float64(w.Weak) / float64(w.Strong) }

// Generation is one design.
type Generation struct {
	Name    string
	Weights int64 // bytes of all tensors
	Read    int64 // of them what a step reads: all but the embedding's other rows
	KVHeads int
	Tokens  int // of the text
	Points  []GenerationPoint

	position int64 // bytes that one position takes in the cache, to the nearest few
	path     string
	ids      []int32
}

// GenerationPoint is a design with a number of sequences at once.
type GenerationPoint struct {
	Sequences int
	Step      Stat    // seconds in which every sequence gets one more token
	Bytes     int64   // of weights and cache that a step reads
	Peak      int64   // bytes of the process; 0 is unknown
	File      int64   // of them pages of files
	Time      float64 // seconds in which every sequence gets 1,000 more characters: Step times the tokens of 1,000 characters
	Cost      float64 // GB-seconds of 1,000 characters: Peak/10⁹ · Time / Sequences
}

// Writing is what [GenerationsOptions].Progress is told while checkpoints are written.
const Writing = "write"

// BadOption says which option cannot be, what was found and what was wanted.
type BadOption struct {
	Field string
	Found any
	Want  string
}

// Error implements error.
func (e *BadOption) Error() string {
	return fmt.Sprintf("%s: found %v, want %s", e.Field, e.Found, e.Want)
}

// NoMemory says that a comparison needs more memory than the machine has.
type NoMemory struct{ Have, Want int64 } // bytes

// Error implements error.
func (e *NoMemory) Error() string {
	return fmt.Sprintf("memory: found %d MiB, want %d MiB", e.Have>>20, e.Want>>20)
}

// besides is what a process takes beside weights and cache: the program, activations and logits.
const besides = 300 << 20

// RunGenerations compares a stand-in for EXAONE's predecessor (a key-value head for every head, 16 bits, caches
// reserved for the whole window, a weaker tokenizer), EXAONE 3.0's design in 16 bits, and this engine. Every figure is
// of a process of its own; the designs take turns, so that what the machine does meanwhile meets all of them. Its
// errors include *[NoMemory].
func RunGenerations(ctx context.Context, o GenerationsOptions) (*Generations, error) {
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	start := time.Now()
	g, err := newGenerations(&o)
	if err != nil {
		return nil, err
	}
	if err := g.write(ctx, &o); err != nil {
		return nil, err
	}
	total := int64(g.Rounds * len(g.Sequences) * len(g.Designs))
	done := int64(0)
	for range g.Rounds {
		for at := range g.Sequences {
			for i := range g.Designs {
				o.Progress(g.Designs[i].Name, done, total)
				if err := g.turn(ctx, &o, i, at); err != nil {
					return nil, fmt.Errorf("%s, %d sequences: %w", g.Designs[i].Name, g.Sequences[at], err)
				}
				done++
			}
		}
	}
	g.settle()
	g.Seconds = time.Since(start).Seconds()
	return g, nil
}

// newGenerations settles what is measured, and refuses what cannot be.
func newGenerations(o *GenerationsOptions) (*Generations, error) {
	whole, ok := shapes[o.Shape]
	if !ok {
		return nil, &BadOption{"NAME", o.Shape, strings.Join(Shapes(), ", ")}
	}
	if o.Layers < 0 || o.Layers > whole.l {
		return nil, &BadOption{"layers", o.Layers, fmt.Sprintf("1 … %d", whole.l)}
	}
	if o.Text == "" {
		o.Text = GenerationsText
	}
	g := &Generations{
		Machine: Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(), Kernels: o.Kernels, Threads: o.Threads, Cores: runtime.NumCPU()},
		Shape:   o.Shape, Layers: o.Layers, Of: whole.l, Window: min(whole.window, 4096), Steps: 6, Rounds: 3, Sequences: []int{1, 2, 4, 5, 8},
	}
	if g.Layers == 0 {
		g.Layers = whole.l
	}
	if o.Quick {
		g.Steps, g.Rounds, g.Sequences = 3, 1, []int{1, 8}
	}
	if len(o.Sequences) > 0 {
		g.Sequences = slices.Compact(slices.Sorted(slices.Values(o.Sequences)))
	}
	if least, most := g.Sequences[0], g.Sequences[len(g.Sequences)-1]; least < 1 || most > 64 {
		return nil, &BadOption{"sequences", g.Sequences, "1 … 64"}
	}
	most := g.Window - warmSteps - g.Steps
	if g.Context = o.Context; g.Context == 0 {
		g.Context = most
	}
	if g.Context < 1 || g.Context > most {
		return nil, &BadOption{"context", g.Context, fmt.Sprintf("1 … %d", most)}
	}
	if err := g.words(o, whole.v); err != nil {
		return nil, err
	}
	return g, g.fits(o)
}

// words encodes the text as each design does.
func (g *Generations) words(o *GenerationsOptions, vocab int) error {
	weak, err := trainWeak()
	if err != nil {
		return err
	}
	strong := o.Tokenizer
	g.Text.StrongName = o.TokenizerName
	if strong == nil {
		g.Text.StrongName = ""
		if strong, err = trainBalanced(); err != nil {
			return err
		}
	}
	few, many := strong.Encode(nil, o.Text, false), weak.Encode(nil, o.Text, false)
	g.Text.Characters = utf8.RuneCountInString(o.Text)
	g.Text.Weak, g.Text.WeakSize, g.Text.Strong, g.Text.StrongSize = len(many), weak.Len(), len(few), strong.Len()
	if len(few) == 0 || len(many) == 0 {
		return &BadOption{"text", "nothing", "some Korean"}
	}
	for _, ids := range [][]int32{few, many} {
		for i := range ids {
			ids[i] %= int32(vocab) // shapes with fewer tokens than the tokenizer has: which row is read costs the same
		}
	}
	g.Designs = []Generation{{Name: Predecessor, ids: many}, {Name: Sixteen, ids: few}, {Name: This, ids: few}}
	return nil
}

// synthetic is the checkpoint of a design.
func (g *Generations) synthetic(i int) *Synthetic {
	s := &Synthetic{Shape: g.Shape, Type: "f16", Layers: g.Layers, Seed: uint64(i)}
	switch g.Designs[i].Name {
	case Predecessor:
		s.AllHeads = true
	case This:
		s.Type = "q4"
	}
	return s
}

// fits fills in sizes, and compares the largest turn with what the machine has.
func (g *Generations) fits(o *GenerationsOptions) error {
	most := int64(g.Sequences[len(g.Sequences)-1])
	for i := range g.Designs {
		d := &g.Designs[i]
		s := g.synthetic(i)
		outline, err := s.outline()
		if err != nil {
			return err
		}
		if d.Weights, err = s.Size(); err != nil {
			return err
		}
		d.KVHeads, d.Tokens = outline.g, len(d.ids)
		if d.Read, err = s.read(); err != nil {
			return err
		}
		d.position = 2 * 2 * int64(outline.l*outline.g*outline.e)
		cache := most * int64(g.Window) * d.position
		if want := d.Weights + cache + besides; d.Name != This && o.Memory > 0 && want > o.Memory {
			return &NoMemory{Have: o.Memory, Want: want}
		}
		if d.Name == This {
			d.position = d.position / 2 * 17 / 16 // 8 bits, and a scale of 16 for 32 numbers
		}
	}
	return nil
}

// write makes the checkpoints, and of this engine's the prepared form that it runs from.
func (g *Generations) write(ctx context.Context, o *GenerationsOptions) error {
	for i := range g.Designs {
		d := &g.Designs[i]
		d.path = filepath.Join(o.Dir, d.Name+".gguf")
		s := g.synthetic(i)
		s.Progress = func(done, total int64) { o.Progress(Writing, done, total) }
		f, err := os.Create(d.path)
		if err != nil {
			return err
		}
		if err := errors.Join(s.Write(ctx, f), f.Close()); err != nil {
			return err
		}
		err = weights.Prepare(ctx, d.path, func(done, total int64) { o.Progress(Writing, done, total) })
		if err != nil {
			return err
		}
	}
	return nil
}

// turn measures one design with one number of sequences in a process of its own.
func (g *Generations) turn(ctx context.Context, o *GenerationsOptions, design, at int) error {
	d := &g.Designs[design]
	t := Turn{Path: d.path, Threads: o.Threads, Context: g.Context, Sequences: g.Sequences[at], Steps: g.Steps, IDs: d.ids}
	if d.Name != This {
		t.Half, t.Reserve = true, g.Window
	}
	r, err := runChild(ctx, o.Child, t)
	if err != nil {
		return err
	}
	if len(d.Points) <= at {
		d.Points = append(d.Points, GenerationPoint{Sequences: t.Sequences, Step: Stat{Unit: "s"}})
	}
	p := &d.Points[at]
	p.Step.Values = append(p.Step.Values, r.Seconds...)
	if r.Peak > p.Peak {
		p.Peak, p.File = r.Peak, r.File
	}
	return nil
}

// runChild gives a turn to another process.
func runChild(ctx context.Context, command []string, t Turn) (r TurnResult, err error) {
	in, err := json.Marshal(t)
	if err != nil {
		return r, err
	}
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return r, context.Cause(ctx)
		}
		return r, errors.Join(err, errors.New(strings.TrimSpace(said.String())))
	}
	err = json.Unmarshal(out.Bytes(), &r)
	if err == nil && len(r.Seconds) == 0 {
		err = errors.New("the other process timed no step")
	}
	return r, err
}

// settle computes medians and what follows from them.
func (g *Generations) settle() {
	for i := range g.Designs {
		d := &g.Designs[i]
		for j := range d.Points {
			p := &d.Points[j]
			p.Step.settle()
			p.Bytes = d.Read + int64(p.Sequences*g.Context)*d.position
			p.Time = p.Step.Median * 1000 * float64(d.Tokens) / float64(g.Text.Characters)
			p.Cost = float64(p.Peak) / 1e9 * p.Time / float64(p.Sequences)
		}
	}
}
