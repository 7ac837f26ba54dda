package assistant

import (
	"context"
	"crypto/sha256"
	"sync"

	"exaone/chat"
)

// mostCounts is how many lengths of texts are remembered; then all are forgotten. One takes up about 100 bytes.
const mostCounts = 1 << 15

// counts remembers how many tokens a model makes of a text, so that a long conversation is not counted again at each
// turn. It may be used by many goroutines; its zero value is empty.
type counts struct {
	mu sync.Mutex
	by map[[sha256.Size]byte]int
}

func (c *counts) get(key [sha256.Size]byte) (n int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, ok = c.by[key]
	return n, ok
}

func (c *counts) put(key [sha256.Size]byte, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil || len(c.by) >= mostCounts {
		c.by = make(map[[sha256.Size]byte]int)
	}
	c.by[key] = n
}

// count returns how many tokens a model reads of a request. It is a guess, on the high side, where nobody here knows
// the model's tokens: known is false then.
func (a *Assistant) count(ctx context.Context, req chat.Request) (n int, known bool, err error) {
	n, known, err = a.models.Count(ctx, req)
	if err == nil && !known {
		n = guess(req)
	}
	return n, known, err
}

// guess is about how many tokens a request has: those of its texts, and a few marks around each message.
func guess(req chat.Request) int {
	n := 4
	for _, m := range req.Messages {
		n += 8 + chat.GuessTokens(m.Text) + imageTokens(m.Images)
	}
	return n
}

// alone returns how many tokens a text takes up in a message: what a question has with it more than an empty one.
func (a *Assistant) alone(ctx context.Context, q Question, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	empty, err := a.asQuestion(ctx, q, "")
	if err != nil {
		return 0, err
	}
	n, err := a.asQuestion(ctx, q, text)
	return max(n-empty, 0), err
}

// asQuestion returns how many tokens a model reads of a question and nothing else.
func (a *Assistant) asQuestion(ctx context.Context, q Question, text string) (int, error) {
	key := sha256.Sum256([]byte(q.Model.Name + "\x00" + text))
	if n, ok := a.counts.get(key); ok {
		return n, nil
	}
	n, _, err := a.count(ctx, a.request(q, chat.Message{Role: chat.User, Text: text}))
	if err == nil {
		a.counts.put(key, n)
	}
	return n, err
}

// request is a request on behalf of whoever asked.
func (a *Assistant) request(q Question, messages ...chat.Message) chat.Request {
	return chat.Request{Model: q.Model.Name, Messages: messages, Principal: q.Principal, Scope: q.Principal.Scope(), Pass: q.Pass}
}
