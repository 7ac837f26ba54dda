package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"exaone/engine"
)

// Options say what is measured, and with what. Path, Name and Open are required.
type Options struct {
	Path    string                // the checkpoint
	Name    string                // what the engines that Open makes call it
	Open    func() *engine.Engine // a fresh engine; those of one run share a folder for prefixes. Run closes them
	Threads int                   // of the engine, and of the limits
	Kernels string                // what computes, for the record
	Read    int64                 // bytes of memory that the read limit goes over; 0 is 3 GiB
	Quick   bool                  // less of everything, in under 40 s
	Only    []string              // names of [Measures]; none is all
	Busy    []string              // a command line that keeps one core busy until its standard input ends
	Peers   []string              // programs that speak the lines of tools/peer/peer.c

	// Progress, if any, is told what is measured now; of how many, if that is known.
	Progress func(measure string, round, rounds int)
}

// readSize is what a read limit goes over: far more than any cache holds.
const readSize = 3 << 30

// Measures returns the names of what can be measured, in the order in which it is.
func Measures() []string {
	return []string{"load", "decode", "prefill", "streams", "prefix", "stall", "busy", "memory"}
}

// bench is one run.
type bench struct {
	*Options
	limits  *Limits
	subject *subject
	report  *Report
	plan    plan
	until   time.Time // when no further round begins; zero is never
}

// plan is how much is measured.
type plan struct {
	rounds   int   // pairs of each measure
	decode   int   // tokens
	before   int   // tokens of the prompt before them
	prefill  []int // lengths of prompts
	streams  []int // how many at once
	each     int   // tokens of each stream
	prefix   int   // tokens that everybody's prompt begins with
	behind   int   // tokens behind them
	arriving int   // tokens of the prompt that arrives while a stream runs
	context  int   // tokens of the sequence whose memory is taken
}

// planFor fits lengths to the window of a model.
func planFor(o *Options, window int) plan {
	p := plan{
		rounds: 5, decode: 48, before: 16, prefill: []int{128, 512, 2048, 4096}, streams: []int{1, 2, 4, 8, 16}, each: 24,
		prefix: 2048, behind: 32, arriving: 2048, context: 4096,
	}
	if o.Quick {
		p.rounds, p.decode, p.before, p.prefill, p.streams, p.each = 3, 12, 4, []int{128}, []int{8}, 6
		p.prefix, p.arriving, p.context = 256, 256, 64
	}
	most := window - 16 // the last positions are for the answer
	p.prefill = slices.Clone(p.prefill)
	for i := range p.prefill {
		p.prefill[i] = min(p.prefill[i], most)
	}
	p.prefill = slices.Compact(p.prefill)
	for _, n := range []*int{&p.prefix, &p.arriving, &p.context} {
		*n = max(1, min(*n, most/2))
	}
	p.context = min(4096, most)
	if o.Quick {
		p.context = min(64, most)
	}
	p.before = min(p.before, most/2)
	p.decode = max(2, min(p.decode, (window-p.before)/2))
	p.each = max(2, min(p.each, (window-p.before)/2))
	return p
}

// quickTime is when a quick run begins no further round. What is under way, and the last limits, take the rest of
// forty seconds.
const quickTime = 24 * time.Second

// Run measures and returns what it found. It ends early, with the context's error, when ctx ends. An error of the
// engine ends it too: a figure beside a failure is worth nothing.
func Run(ctx context.Context, o Options) (r *Report, err error) {
	for _, name := range o.Only {
		if !slices.Contains(Measures(), name) {
			return nil, fmt.Errorf("measure %q, want one of %q", name, Measures())
		}
	}
	if o.Read == 0 {
		o.Read = readSize
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	b := &bench{Options: &o, report: newReport(&o)}
	if b.subject, err = newSubject(&o); err != nil {
		return nil, err
	}
	b.plan = planFor(&o, b.subject.window)
	defer func() {
		err = errors.Join(err, b.subject.close())
		if b.limits != nil {
			err = errors.Join(err, b.limits.Close())
		}
	}()
	b.report.describe(b.subject)
	start := time.Now()
	if o.Quick {
		b.until = start.Add(quickTime)
	}
	if len(o.Peers) > 0 {
		err = b.againstPeers(ctx)
	} else {
		err = b.alone(ctx)
	}
	b.report.Seconds = time.Since(start).Seconds()
	b.report.settle()
	return b.report, err
}

// late reports whether a quick run has no time for another round.
func (b *bench) late() bool { return !b.until.IsZero() && time.Now().After(b.until) }

// wants reports whether a measure is asked for.
func (b *bench) wants(name string) bool { return len(b.Only) == 0 || slices.Contains(b.Only, name) }

// alone measures the engine beside the limits of this machine.
func (b *bench) alone(ctx context.Context) error {
	if err := b.load(ctx); err != nil {
		return err
	}
	if err := b.rates(ctx); err != nil {
		return err
	}
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
		quick   bool
	}{
		{"prefix", b.prefix, false}, {"stall", b.stall, false}, {"busy", b.busy, false}, {"memory", b.memory, true},
	} {
		if !b.wants(part.name) || b.Quick && !part.quick && len(b.Only) == 0 {
			continue
		}
		if err := part.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// rate is something whose speed is measured in pairs with the limits.
type rate struct {
	name, measure, unit string
	of                  func(ctx context.Context) (float64, error) // in units
	bytes, ops          float64                                    // that memory and cores do for one unit, if that limits it
}

// rates measures what has a speed: each in turn, round by round, so that all are measured in the same minutes.
func (b *bench) rates(ctx context.Context) error {
	list := b.ratesWanted()
	if len(list) == 0 {
		return nil
	}
	b.Progress("limits", 0, 0)
	var err error
	if b.limits, err = NewLimits(b.Threads, b.Read); err != nil {
		return err
	}
	if b.report.Int8.Instruction = b.limits.Instruction(); b.report.Int8.Instruction == "" {
		b.report.Int8.Instruction = "plain Go, not a limit"
	}
	limit, err := b.limit(ctx)
	if err != nil {
		return err
	}
	for round := range 2 * b.plan.rounds { // the second half makes up for pairs that were discarded
		for _, r := range list {
			if round > 0 && b.late() {
				return nil
			}
			if round >= b.plan.rounds && b.report.kept(r.name) >= b.plan.rounds {
				continue
			}
			b.Progress(r.name, b.report.kept(r.name)+1, b.plan.rounds)
			value, err := b.watched(func() (float64, error) { return r.of(ctx) })
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			after, err := b.limit(ctx)
			if err != nil {
				return err
			}
			b.report.add(r, value, limit.mean(after))
			limit = after
		}
	}
	return nil
}

// limit is what the machine can do in one moment.
type limit struct {
	read float64 // bytes a second
	peak Peak
}

func (l limit) mean(o limit) limit {
	m := limit{read: (l.read + o.read) / 2, peak: l.peak}
	m.peak.Ops = (l.peak.Ops + o.peak.Ops) / 2
	m.peak.Hertz = (l.peak.Hertz + o.peak.Hertz) / 2
	m.peak.Cycle = min(l.peak.Cycle, o.peak.Cycle)
	return m
}

// limit measures both limits.
func (b *bench) limit(ctx context.Context) (limit, error) {
	read, err := b.limits.Read(ctx)
	if err != nil {
		return limit{}, err
	}
	peak, err := b.limits.Multiply(ctx)
	return limit{read, peak}, err
}

// ratesWanted lists decode, prefill and streams as they are asked for.
func (b *bench) ratesWanted() []rate {
	var list []rate
	s, p := b.subject, b.plan
	if b.wants("decode") || b.wants("stall") || b.wants("busy") {
		middle := float64(p.before) + float64(p.decode)/2
		list = append(list, rate{
			name: "decode", measure: "decode", unit: "tokens/s",
			of:    func(ctx context.Context) (float64, error) { return s.decode(ctx, p.decode, p.before) },
			bytes: float64(s.step) + middle*float64(s.cacheBytes()),
		})
	}
	if b.wants("prefill") || b.wants("stall") {
		for _, n := range p.prefill {
			list = append(list, rate{
				name: fmt.Sprintf("prefill_%d", n), measure: "prefill", unit: "tokens/s",
				of: func(ctx context.Context) (float64, error) {
					took, err := s.prefill(ctx, n)
					return float64(n) / took, err
				},
				ops: 2 * (float64(s.matrices) + float64(s.head)/float64(n)),
			})
		}
	}
	if b.wants("streams") {
		for _, n := range p.streams {
			list = append(list, rate{
				name: fmt.Sprintf("streams_%d", n), measure: "streams", unit: "tokens/s",
				of: func(ctx context.Context) (float64, error) { return s.streams(ctx, n, p.each, min(16, p.before)) },
			})
		}
	}
	return list
}
