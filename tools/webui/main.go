// Webui measures this program's workspace beside Open WebUI on one machine, taking turns, on one scripted OpenAI backend:
// how long each takes to start, what memory it holds at rest, what it adds before the first token, how many tokens it
// passes on to fifty people, and how fast it opens a conversation of 5,000 messages.
//
//	webui -exaone ./exaone -open-webui PYTHON/bin/open-webui [-rounds 3]
//
// Open WebUI is asked without accounts, without its embedder and without its database of chats where its page would use
// it: what it does beside answering is left out of its times. We are asked as the page asks: every turn is stored before it
// is acknowledged.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"
)

// subject is one of the two.
type subject interface {
	name() string
	// start runs it in an empty folder and returns when its page can be had.
	start(ctx context.Context, dir, backend string) error
	// enter does what comes before the first question, such as signing in.
	enter(ctx context.Context) error
	// ask asks a question and calls token for each piece of the answer.
	ask(ctx context.Context, text string, token func()) error
	// bring makes a conversation of so many messages and returns its id.
	bring(ctx context.Context, messages int) (string, error)
	// open reads a conversation as the page does when it is chosen, and returns how many bytes came.
	open(ctx context.Context, id string) (int, error)
	process() int
	stop()
}

// figures are what was measured of one subject in one round.
type figures struct {
	start    time.Duration
	memory   int64 // bytes
	added    time.Duration
	rate     float64 // tokens a second
	opening  time.Duration
	openSize int
}

const (
	people   = 50
	pieces   = 200
	messages = 5000
	asks     = 40
)

func main() {
	ours := flag.String("exaone", "./exaone", "this program")
	theirs := flag.String("open-webui", "open-webui", "the other one")
	rounds := flag.Int("rounds", 3, "how often each is started")
	documents := flag.String("documents", "", "asks about documents instead: the folder with samples/ and bench/")
	models := flag.String("models", "", "the folder of the models of a data directory; for -documents")
	model := flag.String("model", "gemma-3-270m", "one of them, which answers; for -documents")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	work := func() error { return run(ctx, *ours, *theirs, *rounds) }
	if *documents != "" {
		work = func() error { return compareDocuments(ctx, *ours, *theirs, *documents, *models, *model) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, ours, theirs string, rounds int) error {
	back, err := newBackend()
	if err != nil {
		return err
	}
	defer back.close()
	found := map[string][]figures{}
	for round := range rounds {
		for _, s := range []subject{newExaone(ours), newOpenWebUI(theirs)} {
			f, err := measure(ctx, s, back)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name(), err)
			}
			fmt.Printf("round %d %-10s start %6.2f s, idle %5.0f MiB, first token +%6.2f ms, %6.0f tokens/s, opens in %7.1f ms (%d KiB)\n", round+1, s.name(),
				f.start.Seconds(), float64(f.memory)/(1<<20), milliseconds(f.added), f.rate, milliseconds(f.opening), f.openSize>>10)
			found[s.name()] = append(found[s.name()], f)
		}
	}
	return report(found)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

func measure(ctx context.Context, s subject, back *backend) (f figures, err error) {
	dir, err := os.MkdirTemp("", "webui")
	if err != nil {
		return f, err
	}
	defer os.RemoveAll(dir)
	began := time.Now()
	defer s.stop()
	if err := s.start(ctx, dir, back.url()); err != nil {
		return f, err
	}
	f.start = time.Since(began)
	if err := s.enter(ctx); err != nil {
		return f, fmt.Errorf("entering: %w", err)
	}
	select {
	case <-time.After(5 * time.Second):
	case <-ctx.Done():
		return f, ctx.Err()
	}
	if f.memory, err = memoryOf(s.process()); err != nil {
		return f, err
	}
	if f.added, err = firstToken(ctx, s, back); err != nil {
		return f, fmt.Errorf("asking: %w", err)
	}
	if f.rate, err = throughput(ctx, s); err != nil {
		return f, fmt.Errorf("asking at once: %w", err)
	}
	id, err := s.bring(ctx, messages)
	if err != nil {
		return f, fmt.Errorf("bringing %d messages: %w", messages, err)
	}
	var times []time.Duration
	for range 10 {
		began := time.Now()
		if f.openSize, err = s.open(ctx, id); err != nil {
			return f, fmt.Errorf("opening: %w", err)
		}
		times = append(times, time.Since(began))
	}
	f.opening = median(times)
	return f, nil
}

// firstToken is how much later the first token comes than from the backend itself.
func firstToken(ctx context.Context, s subject, back *backend) (time.Duration, error) {
	var direct, through []time.Duration
	for i := range asks {
		began := time.Now()
		var first time.Time
		token := func() {
			if first.IsZero() {
				first = time.Now()
			}
		}
		if err := back.ask(ctx, token); err != nil {
			return 0, err
		}
		direct = append(direct, first.Sub(began))
		began, first = time.Now(), time.Time{}
		if err := s.ask(ctx, fmt.Sprintf("질문 %d", i), token); err != nil {
			return 0, err
		}
		if first.IsZero() {
			return 0, fmt.Errorf("no token came")
		}
		through = append(through, first.Sub(began))
	}
	return median(through) - median(direct), nil
}

// throughput is how many tokens a second fifty people get together.
func throughput(ctx context.Context, s subject) (float64, error) {
	began := time.Now()
	done := make(chan error, people)
	counts := make([]int, people)
	for p := range people {
		go func() {
			done <- s.ask(ctx, fmt.Sprintf("사람 %d", p), func() { counts[p]++ })
		}()
	}
	for range people {
		if err := <-done; err != nil {
			return 0, err
		}
	}
	took, sum := time.Since(began), 0
	for _, n := range counts {
		if n < pieces {
			return 0, fmt.Errorf("%d pieces of an answer came, want %d", n, pieces)
		}
		sum += n
	}
	return float64(sum) / took.Seconds(), nil
}

func median(all []time.Duration) time.Duration {
	all = slices.Clone(all)
	slices.Sort(all)
	return all[len(all)/2]
}

// report prints the medians side by side; it is an error if we are behind in any row.
func report(found map[string][]figures) error {
	of := func(name string, get func(figures) float64) float64 {
		var all []float64
		for _, f := range found[name] {
			all = append(all, get(f))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	rows := []struct {
		name   string
		get    func(figures) float64
		higher bool
	}{
		{"start, s", func(f figures) float64 { return f.start.Seconds() }, false},
		{"idle memory, MiB", func(f figures) float64 { return float64(f.memory) / (1 << 20) }, false},
		{"first token, ms added", func(f figures) float64 { return milliseconds(f.added) }, false},
		{"50 people, tokens/s", func(f figures) float64 { return f.rate }, true},
		{"opening 5,000 messages, ms", func(f figures) float64 { return milliseconds(f.opening) }, false},
	}
	behind := 0
	fmt.Printf("\n%-28s %12s %12s %8s\n", "median", "exaone", "open-webui", "times")
	for _, row := range rows {
		a, b := of("exaone", row.get), of("open-webui", row.get)
		times := b / a
		if row.higher {
			times = a / b
		}
		fmt.Printf("%-28s %12.2f %12.2f %7.1fx\n", row.name, a, b, times)
		if times <= 1 {
			behind++
		}
	}
	if behind > 0 {
		return fmt.Errorf("behind in %d rows", behind)
	}
	return nil
}
