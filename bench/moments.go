package bench

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// load measures from a new engine to the first token, with the checkpoint in the page cache, as often as there are
// rounds. The first engine brings it there, and the last stays for what is measured next.
func (b *bench) load(ctx context.Context) error {
	rounds := 1
	if b.wants("load") {
		rounds = 1 + b.plan.rounds
	}
	for round := range rounds {
		if round > 1 && b.Quick {
			break
		}
		b.Progress("load", round, rounds-1)
		if err := b.subject.close(); err != nil {
			return err
		}
		start := time.Now()
		b.subject.start()
		a, err := b.subject.ask(ctx, b.subject.ids(1), 1, b.subject.scope(), nil)
		if err != nil {
			return fmt.Errorf("load: %w", err)
		}
		next, err := b.subject.prefill(ctx, 1)
		if err != nil {
			return fmt.Errorf("load: %w", err)
		}
		if round > 0 {
			b.report.note("load_to_first_token", "s", a.last.Sub(start).Seconds())
			b.report.note("load_next_token", "s", next)
		}
	}
	return nil
}

// prefix measures the first token behind a prefix that everybody in a scope shares: cold, warm, in another scope,
// and after the engine was closed and opened again.
func (b *bench) prefix(ctx context.Context) error {
	s, p := b.subject, b.plan
	shared := s.ids(p.prefix)
	ask := func(scope string) (answer, error) {
		return s.ask(ctx, append(shared[:len(shared):len(shared)], s.ids(p.behind)...), 1, scope, nil)
	}
	first := func(name, scope string) (answer, error) {
		b.Progress(name, 0, 0)
		a, err := ask(scope)
		if err == nil {
			b.report.note(name, "s", a.last.Sub(a.start).Seconds())
			b.report.note(name+"_cached", "tokens", float64(a.cached))
		}
		return a, err
	}
	scope := s.scope()
	if _, err := first("prefix_cold", scope); err != nil {
		return err
	}
	for range b.plan.rounds {
		if _, err := first("prefix_warm", scope); err != nil {
			return err
		}
	}
	if _, err := first("prefix_other_scope", s.scope()); err != nil {
		return err
	}
	if err := s.close(); err != nil {
		return err
	}
	s.start()
	if _, err := s.ask(ctx, s.ids(1), 1, s.scope(), nil); err != nil { // load
		return err
	}
	_, err := first("prefix_restarted", scope)
	return err
}

// stall measures what a running stream notices of a long prompt that arrives, and how fast that is read meanwhile.
func (b *bench) stall(ctx context.Context) error {
	s, p := b.subject, b.plan
	rounds := max(1, p.rounds-2)
	for round := range rounds {
		b.Progress("stall", round+1, rounds)
		idle, err := s.prefill(ctx, p.arriving)
		if err != nil {
			return err
		}
		if err := b.stallOnce(ctx, float64(p.arriving)/idle); err != nil {
			return err
		}
	}
	return nil
}

// stallOnce runs one stream, has a prompt arrive, and stops the stream when that is read.
func (b *bench) stallOnce(ctx context.Context, idle float64) error {
	s, p := b.subject, b.plan
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	prompt, scope, arriving := s.ids(p.before), s.scope(), s.ids(p.arriving)
	const settle = 4 // tokens of the stream before the prompt arrives
	read := make(chan answer, 1)
	failed := make(chan error, 1)
	var gap time.Duration
	var previous, arrived time.Time
	seen := 0
	var done *answer
	_, err := s.ask(ctx, prompt, s.window-p.before-1, scope, func(now time.Time) bool {
		if seen++; seen == settle {
			arrived = now
			go func() {
				a, err := s.ask(ctx, arriving, 1, s.scope(), nil)
				failed <- err
				read <- a
			}()
		}
		if !arrived.IsZero() && now.After(arrived) {
			gap = max(gap, now.Sub(previous))
		}
		previous = now
		select {
		case a := <-read:
			done = &a
			return false
		default:
			return true
		}
	})
	if err == nil {
		err = <-failed
	}
	if err == nil && done == nil {
		err = errors.New("the stream ended before the prompt was read")
	}
	if err != nil {
		return err
	}
	busy := float64(p.arriving) / done.last.Sub(done.start).Seconds()
	b.report.note("stall_longest_gap", "s", gap.Seconds())
	b.report.note("stall_prompt", "tokens/s", busy)
	b.report.note("stall_prompt_share_of_idle", "", busy/idle)
	return nil
}

// busy measures decoding while another process keeps one core busy, in turn with decoding alone.
func (b *bench) busy(ctx context.Context) error {
	if len(b.Busy) == 0 {
		return nil
	}
	s, p := b.subject, b.plan
	for round := range p.rounds {
		b.Progress("busy", round+1, p.rounds)
		idle, err := s.decode(ctx, p.decode, p.before)
		if err != nil {
			return err
		}
		other := exec.CommandContext(ctx, b.Busy[0], b.Busy[1:]...)
		input, err := other.StdinPipe()
		if err != nil {
			return err
		}
		if err := other.Start(); err != nil {
			return err
		}
		loaded, err := s.decode(ctx, p.decode, p.before)
		err = errors.Join(err, input.Close(), other.Wait())
		if err != nil {
			return err
		}
		if idle <= 0 || loaded <= 0 { // too fast for the clock
			b.report.Empty++
			continue
		}
		b.report.note("busy_decode", "tokens/s", loaded)
		b.report.note("busy_share_of_idle", "", loaded/idle)
	}
	return nil
}

// memory measures what one long sequence takes. The memory of the read limit is given back first, so that the figures
// are the engine's.
func (b *bench) memory(ctx context.Context) error {
	s, p := b.subject, b.plan
	b.Progress("memory", 0, 0)
	if b.limits != nil {
		err := b.limits.Close()
		b.limits = nil
		if err != nil {
			return err
		}
	}
	if err := s.close(); err != nil {
		return err
	}
	resetPeak()
	s.start()
	n := min(p.context, s.window-9)
	if _, err := s.ask(ctx, s.ids(n), 8, s.scope(), nil); err != nil {
		return err
	}
	anonymous, file, peak, ok := resident()
	if !ok {
		return nil
	}
	b.report.note("memory_context", "tokens", float64(n+8))
	b.report.note("memory_peak", "bytes", float64(peak))
	b.report.note("memory_anonymous", "bytes", float64(anonymous))
	b.report.note("memory_file", "bytes", float64(file))
	b.report.note("memory_cache", "bytes", float64(s.cacheBytes())*float64(n+8))
	return nil
}
