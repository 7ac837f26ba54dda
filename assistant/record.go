package assistant

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"exaone/chat"
	"exaone/store"
)

// Numbered is an event of an answer with its place: 1, 2, … A delta may stand for several that came one after another;
// its number is that of the last, and its At says where it goes, so that hearing part of it twice changes nothing.
type Numbered struct {
	Number int64
	Event  chat.Event

	first int64 // of those it stands for
}

// record is what has happened in one turn so far. The turn's goroutine writes it, and whoever answers an
// approval; any number read it: a reader takes what
// there is and waits for more, at its own pace, so that none holds another back.
//
//	add ──▶ events ──┬──▶ since: readers, at once
//	                 └──▶ unkept: the store, now and then ──▶ keep: deltas that are kept become one
type record struct {
	mu     sync.Mutex
	events []Numbered // a part that readers hold is never written to again
	kept   int        // how many of them are on the disk
	last   int64      // the number given out last

	text, thinking         strings.Builder
	textUnits, thoughtUnit int // their lengths in UTF-16

	more chan struct{} // closed when something happens; nil while nobody waits
	over bool
	err  error // with which it ended, for those who read
}

// add numbers an event and makes it known, unless the turn is over.
func (r *record) add(ev chat.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return
	}
	if d, ok := ev.(chat.Delta); ok {
		d.Tokens, d.Text, d.Thinking = nil, storable(d.Text), storable(d.Thinking)
		if d.Text == "" && d.Thinking == "" {
			return
		}
		d.At, d.ThinkingAt = r.textUnits, r.thoughtUnit
		r.text.WriteString(d.Text)
		r.thinking.WriteString(d.Thinking)
		r.textUnits += units(d.Text)
		r.thoughtUnit += units(d.Thinking)
		ev = d
	}
	r.last++
	r.events = append(r.events, Numbered{Number: r.last, Event: ev, first: r.last})
	r.wake()
}

// storable is a text as it is kept: in UTF-8 and without the character 0, so that what is counted here is what is there.
func storable(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.ReplaceAll(text, "\x00", "\uFFFD")
}

// units is the length of a text in UTF-16, in which pages count.
func units(text string) int {
	n := 0
	for _, c := range text {
		n += utf16.RuneLen(c)
	}
	return n
}

// wake tells those who wait. r.mu is held.
func (r *record) wake() {
	if r.more != nil {
		close(r.more)
		r.more = nil
	}
}

// next is an event with the number that it will have once it is added.
func (r *record) next(ev chat.Event) Numbered {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Numbered{Number: r.last + 1, Event: ev, first: r.last + 1}
}

// end makes known that nothing will follow. err is nil after a chat.Finish.
func (r *record) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over, r.err = true, err
	r.wake()
}

// since returns the events after a number. If there are none it returns a channel that is closed when there is more, or
// that this is the end, and the error with which it ended.
func (r *record) since(after int64) (events []Numbered, more <-chan struct{}, over bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, _ := slices.BinarySearchFunc(r.events, after+1, func(n Numbered, number int64) int { return int(n.Number - number) })
	if i < len(r.events) {
		return r.events[i:len(r.events):len(r.events)], nil, false, nil
	}
	if r.over {
		return nil, nil, true, r.err
	}
	if r.more == nil {
		r.more = make(chan struct{})
	}
	return nil, r.more, false, nil
}

// said returns what has been said and thought.
func (r *record) said() (text, thinking string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String(), r.thinking.String()
}

// unkept returns the events that are not on the disk, with neighbours that can be one made one.
func (r *record) unkept() []Numbered {
	r.mu.Lock()
	defer r.mu.Unlock()
	return joined(slices.Values(r.events[r.kept:]))
}

// keep says that events, as unkept returned them, are on the disk: they take the place of those they were made of.
func (r *record) keep(events []Numbered) {
	if len(events) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	next := r.kept
	for next < len(r.events) && r.events[next].Number <= events[len(events)-1].Number {
		next++
	}
	r.events = slices.Concat(r.events[:r.kept], events, r.events[next:])
	r.kept += len(events)
}

// joined makes deltas that follow one another one, and of phases of one name keeps the last.
func joined(events iter.Seq[Numbered]) []Numbered {
	var out []Numbered
	var run []chat.Delta
	flush := func() {
		if len(run) > 1 {
			out[len(out)-1].Event = spliced(run)
		}
		run = run[:0]
	}
	for n := range events {
		last := len(out) - 1
		switch ev := n.Event.(type) {
		case chat.Delta:
			if len(run) > 0 {
				out[last].Number = n.Number
				run = append(run, ev)
				continue
			}
			run = append(run, ev)
		case chat.Phase:
			flush()
			if last >= 0 {
				if before, ok := out[last].Event.(chat.Phase); ok && before.Name == ev.Name {
					out[last].Number, out[last].Event = n.Number, ev
					continue
				}
			}
		case chat.Echo, chat.CallDelta, chat.Call, chat.Finish, chat.Result, chat.Citation, chat.Table, chat.Chart, chat.File,
			chat.Approval, chat.Ledger, chat.Verdict, chat.Passages, chat.Claim, chat.Sight, chat.Unknown:
			flush()
		}
		out = append(out, n)
	}
	flush()
	return out
}

// spliced is one delta that says what several say one after another.
func spliced(run []chat.Delta) chat.Delta {
	var text, thinking strings.Builder
	for _, d := range run {
		text.WriteString(d.Text)
		thinking.WriteString(d.Thinking)
	}
	return chat.Delta{At: run[0].At, Text: text.String(), ThinkingAt: run[0].ThinkingAt, Thinking: thinking.String()}
}

// rows writes events down for the store.
func rows(events []Numbered) ([]store.Event, error) {
	out := make([]store.Event, len(events))
	for i, n := range events {
		kind, version, data, err := chat.EncodeEvent(n.Event)
		if err != nil {
			return nil, err
		}
		out[i] = store.Event{Number: n.Number, First: n.first, Kind: kind, Version: version, Data: data}
	}
	return out, nil
}
