package engine

import (
	"errors"
	"math"

	"exaone/grammar"
	"exaone/tokenizer"
)

// constrained is what a sequence may say: a grammar, and where in it the sequence is. What is sampled is sampled among
// the tokens that the grammar allows there; what it forces is taken without asking the model. Of a budget of tokens it
// keeps back those that the shortest end needs, so that the answer is whole when the budget is used up.
//
// Nothing here depends on how many tokens a step runs, on guesses or on who else is asking: it looks at the sequence's
// own tokens alone.
type constrained struct {
	matcher *grammar.Matcher
	tok     *tokenizer.Tokenizer
	ends    map[int32]bool
	closing []int32 // memory
	text    []byte  // memory
}

// newConstrained returns the constraint of a sequence that has said nothing, and how many tokens the shortest text
// that it allows has.
func newConstrained(g *grammar.Grammar, v *grammar.Vocabulary, tok *tokenizer.Tokenizer, ends map[int32]bool) (*constrained, int) {
	c := &constrained{matcher: g.Matcher(v), tok: tok, ends: ends}
	return c, c.need()
}

// need is how many tokens the shortest end from here has.
func (c *constrained) need() int {
	c.closing = c.matcher.ClosingTokens(c.closing[:0])
	return len(c.closing)
}

// mask takes from logits [vocab] all tokens that must not come next. memory holds a bit for each.
func (c *constrained) mask(logits []float32, memory []uint64) {
	c.matcher.Mask(memory)
	if c.matcher.Accepts() {
		for id := range c.ends {
			memory[id>>6] |= 1 << (id & 63)
		}
	} else {
		for id := range c.ends {
			memory[id>>6] &^= 1 << (id & 63)
		}
	}
	never := float32(math.Inf(-1))
	for i, word := range memory {
		if word == math.MaxUint64 {
			continue
		}
		row := logits[i*64 : min(i*64+64, len(logits))]
		if word == 0 {
			for k := range row {
				row[k] = never
			}
			continue
		}
		for k := range row {
			if word>>k&1 == 0 {
				row[k] = never
			}
		}
	}
}

// pick returns the next token of a sequence that may have left more. It is the one that sample draws, unless an answer
// that goes on with it could not end in time: then another is drawn, and at last the first of the shortest end. It is -1, and
// nothing has ended, if there is none: see why.
func (c *constrained) pick(logits []float32, left int, memory []uint64, sample func() int32) (id int32, ended bool) {
	if c.need() >= left && len(c.closing) > 0 && !c.matcher.Accepts() {
		id = c.closing[0]
		c.matcher.Advance(id)
		return id, false
	}
	c.mask(logits, memory)
	if c.matcher.Err() != nil {
		return -1, false
	}
	before := c.matcher.State()
	const tries = 8
	for range tries {
		id := sample()
		if c.ends[id] {
			return id, true
		}
		if !c.matcher.Advance(id) {
			break // every token was taken away: logits without any number
		}
		if c.need() <= left-1 {
			return id, false
		}
		c.matcher.Restore(before)
		logits[id] = float32(math.Inf(-1))
	}
	if c.need() == 0 {
		return -1, c.matcher.Accepts()
	}
	id = c.closing[0]
	c.matcher.Advance(id)
	return id, false
}

// why is why no token may come next where there should be one.
func (c *constrained) why() error {
	if err := c.matcher.Err(); err != nil {
		return badGrammar("", err)
	}
	return badGrammar("", errUnspeakable)
}

// errUnspeakable says that a vocabulary has no tokens for what must come next.
var errUnspeakable = errors.New("the model's vocabulary cannot write the text that it wants")

// forced appends to ids the tokens that must follow, as the tokenizer writes their text. The last one is held back
// where what follows may still become one token with it. At most left-need of them, so that the end stays in reach.
func (c *constrained) forced(ids []int32, left int) []int32 {
	c.text = append(c.text[:0], c.matcher.Forced(maxForced)...)
	if len(c.text) == 0 {
		return ids
	}
	list := c.tok.Encode(nil, string(c.text), false)
	before := c.matcher.State()
	open := !c.matcher.AdvanceBytes(c.text) || !c.matcher.Done()
	c.matcher.Restore(before)
	if open {
		list = list[:len(list)-1]
	}
	list = list[:min(len(list), mostBurst-1, left)]
	n := 0
	for n < len(list) && c.matcher.Advance(list[n]) { // less with a tokenizer that adds or changes text
		n++
	}
	// Nearly always the end is in reach from there; where it is not, there is less to take.
	for ; n > 0 && c.need() > left-n; n-- {
		c.matcher.Restore(before)
		for _, id := range list[:n-1] {
			c.matcher.Advance(id)
		}
	}
	return append(ids, list[:n]...)
}

// What is taken at once: they are rows of one step.
const (
	maxForced = 256 // bytes
	mostBurst = 32  // tokens, with the one before them
)

// fits cuts guesses where the grammar does not allow them.
func (c *constrained) fits(guesses []int32) []int32 {
	before := c.matcher.State()
	n := 0
	for n < len(guesses) && c.matcher.Advance(guesses[n]) {
		n++
	}
	c.matcher.Restore(before)
	return guesses[:n]
}

// done reports whether nothing but the end may follow.
func (c *constrained) done() bool { return c.matcher.Done() }
