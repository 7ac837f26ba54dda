package engine

import (
	"context"
	"sync"

	"exaone/chat"
	"exaone/model"
)

// sequence is one stream of tokens: a prompt and what the model made of it. Until it is handed to a runner
// it belongs to its maker; then to the runner, but for the mailbox.
type sequence struct {
	ctx      context.Context
	ids      []int32 // the prompt, then what was generated
	prompt   int     // how many ids are the prompt
	most     int     // how many tokens may be generated
	end      map[int32]bool
	sampling chat.Sampling
	logprobs int
	echo     int // prompt logprobs: see chat.Request.PromptLogprobs
	adapter  *model.Adapter
	audience audience
	share    string
	out      mailbox

	computed int     // tokens whose keys and values are stored
	pages    []int32 // pages held, in order of position
	at       *node   // of the last page that is named, or nil
	named    int     // pages that are named: the first so many
	cached   int     // tokens of the prompt taken from the cache at first admission
	begun    bool    // was admitted before: cached is settled
	echoed   int     // prompt tokens reported
	noShare  bool    // its scope was forgotten meanwhile: name no more pages
	rank     float64 // of its prompt, once it runs; see ranking
	lookup   *lookup // what it may say next; made when it first generates
	draft    []int32 // guesses that the next step runs after the last id
	ended    bool    // its reader has been told the last
	flying   bool    // is part of a pass that pauses

	constrained *constrained // what it may say; nil is anything

	runs     bool      // is among those that run
	behind   *sequence // that computes, or has computed, more of the beginning of this one than is named
	behindAt int       // how many tokens of it
	reading  *node     // that is read from disk for this one
	brought  int       // how often something was
}

// generated is how many tokens the model has written.
func (s *sequence) generated() int { return len(s.ids) - s.prompt }

// pending is how many tokens of s are known and not computed.
func (s *sequence) pending() int { return len(s.ids) - s.computed }

// inPrompt reports whether s reads: its prompt, or, after it gave way, what it had said before. What a grammar forces it
// to say beyond one token runs with the one.
func (s *sequence) inPrompt() bool {
	n := s.pending()
	return n > 1 && (s.computed < s.prompt || n > mostBurst)
}

// news is one message from a runner to the reader of a sequence.
type news struct {
	token    chat.TokenLogprob
	isToken  bool
	echo     []chat.TokenLogprob
	read     int // prompt tokens computed so far, if progress
	progress bool
	end      chat.FinishReason
	last     *chat.TokenLogprob // the token that ended the answer; nil if none did or nobody asks
	err      error
}

// mailbox carries news from the runner to one reader. The runner never waits for the reader, and nothing is
// dropped: what was not read yet is kept, at most one entry per token of the budget.
type mailbox struct {
	mu     sync.Mutex
	queue  []news
	signal chan struct{}
}

func (m *mailbox) put(n news) {
	m.mu.Lock()
	// Progress that nobody has read is replaced by newer progress.
	if k := len(m.queue); n.progress && k > 0 && m.queue[k-1].progress {
		m.queue[k-1] = n
	} else {
		m.queue = append(m.queue, n)
	}
	m.mu.Unlock()
	select {
	case m.signal <- struct{}{}:
	default:
	}
}

// take returns all news there are, waiting for some until ctx ends or the runner is gone.
func (m *mailbox) take(ctx context.Context, gone <-chan struct{}, buf []news) ([]news, error) {
	for {
		m.mu.Lock()
		if len(m.queue) > 0 {
			got := append(buf[:0], m.queue...)
			clear(m.queue)
			m.queue = m.queue[:0]
			m.mu.Unlock()
			return got, nil
		}
		m.mu.Unlock()
		select {
		case <-m.signal:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-gone:
			if m.empty() {
				return nil, chat.NewError(chat.CodeShuttingDown, nil)
			}
		}
	}
}

func (m *mailbox) empty() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.queue) == 0
}
