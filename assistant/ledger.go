package assistant

import (
	"context"
	"strconv"
	"strings"

	"exaone/chat"
)

// mostListed is how many turns that are not in the window a ledger lists one by one. Those before them are one item for
// each fate, so that a conversation of years does not put thousands of lines beside each answer.
const mostListed = 50

// account is a ledger that is being written.
type account struct {
	chat.Ledger
	err   error
	count func(text string) (int, error)
}

// add writes a piece down, unless one before it could not be counted.
func (c *account) add(kind, text string, fate chat.Fate, message string) {
	if c.err != nil || strings.TrimSpace(text) == "" {
		return
	}
	var n int
	if n, c.err = c.count(text); c.err == nil {
		c.Items = append(c.Items, chat.LedgerItem{Kind: kind, Label: label(text), Tokens: n, Fate: fate, Message: message})
	}
}

// ledger tells what is in a window and what is not, in the order in which it would be read. What is kept adds up to the
// tokens that the model reads.
func (a *Assistant) ledger(ctx context.Context, w *window) (chat.Ledger, error) {
	c := account{count: func(text string) (int, error) { return a.alone(ctx, w.q, text) }}
	c.Window, c.Reserved, c.Estimated = w.size, w.reserved, !w.known
	c.add("prompt", w.system, chat.FateKept, "")
	for _, text := range w.q.Instructions {
		c.add("instructions", text, chat.FateKept, "")
	}
	c.add("summary", w.summary.Text, chat.FateKept, w.summary.ID)
	if w.ahead > w.covered {
		c.Items = append(c.Items, chat.LedgerItem{Kind: "summary", Tokens: mostSummary(w.size), Fate: chat.FateKept})
	}
	first := max(min(w.from, len(w.pairs))-mostListed, w.cut())
	c.Items = append(c.Items, w.older(first)...)
	for i, p := range w.pairs[first:] {
		fate := w.fate(first + i)
		c.add("question", p.question.Text, fate, p.question.ID)
		c.add("answer", p.answer.Text, fate, p.answer.ID)
	}
	w.q.glance.account(w.q, &c)
	c.add("question", w.q.Text, chat.FateKept, w.q.Message)
	c.add("answer", w.q.Begun, chat.FateKept, "")
	c.balance(w.total)
	return w.rounds.in(c.Ledger), c.err
}

// fate is what becomes of a turn.
func (w *window) fate(i int) chat.Fate {
	switch {
	case i < max(w.covered, w.ahead):
		return chat.FateSummarised
	case i >= w.from && w.pairs[i].whole:
		return chat.FateKept
	}
	return chat.FateLeftOut
}

// cut is how many turns from the oldest on were too old to be read. They have no words to be listed by.
func (w *window) cut() int {
	n := 0
	for n < len(w.pairs) && (w.pairs[n].question.Cut || w.pairs[n].answer.Cut) {
		n++
	}
	return n
}

// older are the turns before a place, one item for each fate in a row. An item's label is how many messages it is of.
func (w *window) older(until int) []chat.LedgerItem {
	var items []chat.LedgerItem
	messages := 0
	for i, p := range w.pairs[:until] {
		last := len(items) - 1
		if last < 0 || items[last].Fate != w.fate(i) {
			items = append(items, chat.LedgerItem{Kind: "older", Fate: w.fate(i)})
			last, messages = last+1, 0
		}
		for _, said := range []Said{p.question, p.answer} {
			if said.ID != "" {
				messages++
				items[last].Message = said.ID
			}
		}
		items[last].Tokens += p.tokens
		items[last].Label = strconv.Itoa(messages)
	}
	return items
}

// balance makes what is kept add up to total: marks of the format are a piece of their own. Where texts join to fewer
// tokens than they have alone, the longest gives them up.
func (c *account) balance(total int) {
	longest := -1
	for i, item := range c.Items {
		if item.Fate != chat.FateKept {
			continue
		}
		if item.Kind == "summary" && item.Label == "" { // it is still to be made
			continue
		}
		total -= item.Tokens
		if longest < 0 || item.Tokens > c.Items[longest].Tokens {
			longest = i
		}
	}
	switch {
	case total > 0:
		c.Items = append(c.Items, chat.LedgerItem{Kind: "rest", Tokens: total, Fate: chat.FateKept})
	case total < 0 && longest >= 0:
		c.Items[longest].Tokens += total
	}
}

// label is the beginning of a text on one line.
func label(text string) string {
	const most = 60 // characters
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}
