package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// peer is another engine in a process of its own, which answers lines (tools/peer/peer.c says which). Between its
// answers it is stopped, so that threads of its own that wait by spinning take nothing from whoever is measured.
type peer struct {
	name  string
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	ready float64 // seconds it took to load
}

// startPeer starts a peer and waits until it has loaded the model.
func startPeer(ctx context.Context, program, path string, threads, window int, kv string) (*peer, error) {
	p := &peer{name: strings.TrimSuffix(filepath.Base(program), "-peer")}
	p.cmd = exec.CommandContext(ctx, program, path, fmt.Sprint(threads), fmt.Sprint(window), kv)
	p.cmd.Stderr = os.Stderr
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.answer("ready", &p.ready); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, pause(p.cmd.Process)
}

// peerPatience is how long one answer may take: 2,048 tokens on a crowded machine, or a load from a slow disk.
const peerPatience = 10 * time.Minute

// answer reads one line and the numbers behind its first word.
func (p *peer) answer(word string, values ...any) error {
	late := time.AfterFunc(peerPatience, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	line, err := p.out.ReadString('\n')
	if err != nil {
		return fmt.Errorf("peer %s: %w", p.name, err)
	}
	rest, ok := strings.CutPrefix(line, word+" ")
	if !ok {
		return fmt.Errorf("peer %s: %s", p.name, strings.TrimSpace(line))
	}
	if n, err := fmt.Sscan(rest, values...); err != nil || n != len(values) {
		return fmt.Errorf("peer %s: line %q, want %d numbers", p.name, strings.TrimSpace(line), len(values))
	}
	return nil
}

// ask sends a line and returns what was answered in seconds.
func (p *peer) ask(format string, args ...any) (seconds float64, err error) {
	err = p.exchange(fmt.Sprintf(format, args...), &seconds)
	return seconds, err
}

func (p *peer) exchange(line string, values ...any) error {
	if err := proceed(p.cmd.Process); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(p.in, line); err != nil {
		return fmt.Errorf("peer %s: %w", p.name, err)
	}
	return errors.Join(p.answer("ok", values...), pause(p.cmd.Process))
}

// close ends the peer.
func (p *peer) close() error {
	err := errors.Join(proceed(p.cmd.Process), p.in.Close())
	if p.cmd.Process.Kill() == nil { // it has nothing to save
		p.cmd.Wait()
	}
	return err
}

// againstPeers measures this engine and one peer after the other, taking turns.
func (b *bench) againstPeers(ctx context.Context) error {
	if err := b.load(ctx); err != nil {
		return err
	}
	var ours int64
	for _, program := range b.Peers {
		if err := b.againstPeer(ctx, program, &ours); err != nil {
			return err
		}
	}
	return nil
}

// turn is one thing that both do, in units a second.
type turn struct {
	name   string
	ours   func(context.Context) (float64, error)
	theirs func(*peer) (float64, error)
}

func (b *bench) turns() []turn {
	s, pl := b.subject, b.plan
	list := []turn{{"decode",
		func(ctx context.Context) (float64, error) { return s.decode(ctx, pl.decode, pl.before) },
		func(p *peer) (float64, error) {
			took, err := p.ask("decode %d %d", pl.decode, pl.before)
			return float64(pl.decode) / took, err
		}}}
	for _, n := range pl.prefill {
		if n > 2048 {
			continue
		}
		list = append(list, turn{fmt.Sprintf("prefill_%d", n),
			func(ctx context.Context) (float64, error) {
				took, err := s.prefill(ctx, n)
				return float64(n) / took, err
			},
			func(p *peer) (float64, error) {
				took, err := p.ask("prefill %d", n)
				return float64(n) / took, err
			}})
	}
	return append(list, turn{"streams_8",
		func(ctx context.Context) (float64, error) { return s.streams(ctx, 8, pl.each, 16) },
		func(p *peer) (float64, error) {
			took, err := p.ask("streams 8 %d", pl.each)
			return float64(8*pl.each) / took, err
		}})
}

// againstPeer measures one peer. ours keeps the memory of this engine for the next.
func (b *bench) againstPeer(ctx context.Context, program string, ours *int64) error {
	kv := b.subject.cacheName()
	b.report.KV = kv
	b.Progress(filepath.Base(program), 0, 0)
	window := min(b.subject.window, 4096)
	p, err := startPeer(ctx, program, b.Path, b.Threads, window, kv)
	if err != nil {
		return err
	}
	defer p.close()
	b.report.note(p.name+"_load", "s", p.ready)
	for round := range 2 * b.plan.rounds { // the second half makes up for pairs that were discarded
		for _, t := range b.turns() {
			if !b.wants(strings.SplitN(t.name, "_", 2)[0]) || round >= b.plan.rounds && b.report.paired(t.name, p.name) >= b.plan.rounds {
				continue
			}
			b.Progress(p.name+" "+t.name, b.report.paired(t.name, p.name)+1, b.plan.rounds)
			mine, err := b.watched(func() (float64, error) { return t.ours(ctx) })
			if err != nil {
				return err
			}
			theirs, err := b.watched(func() (float64, error) { return t.theirs(p) }, p.cmd.Process.Pid)
			if err != nil {
				return err
			}
			b.report.notePair(t.name, p.name, mine, theirs)
		}
	}
	if b.wants("memory") {
		return b.memoryAgainst(ctx, p, ours)
	}
	return nil
}

// memoryAgainst compares what one long sequence takes at its peak.
func (b *bench) memoryAgainst(ctx context.Context, p *peer, ours *int64) error {
	if *ours == 0 {
		if err := b.memory(ctx); err != nil {
			return err
		}
		_, _, *ours, _ = resident()
	}
	n := min(b.plan.context, b.subject.window-9)
	if _, err := p.ask("prefill %d", n); err != nil {
		return err
	}
	var peak, anonymous, file float64
	if err := p.exchange("memory", &peak, &anonymous, &file); err != nil {
		return err
	}
	b.report.note(p.name+"_memory_peak", "bytes", peak)
	b.report.note(p.name+"_memory_anonymous", "bytes", anonymous)
	if peak > 0 && *ours > 0 {
		b.report.note("memory_against_"+p.name, "", float64(*ours)/peak)
	}
	return nil
}
