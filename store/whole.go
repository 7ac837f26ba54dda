package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
)

// Whole is a conversation with all that was said in it, to be carried elsewhere.
type Whole struct {
	Conversation
	Messages []Message          // in order of making; a deleted one is an empty place above others
	Events   map[string][]Event // of answers, by id: all but those that only spell the text
}

// Files returns the hashes of the files that it names, each once, in order.
func (w Whole) Files() []string {
	var all []string
	known := make(map[string]bool)
	for _, m := range w.Messages {
		for _, hash := range filesOf(m.Attachments, w.Events[m.ID]) {
			if !known[hash] {
				known[hash] = true
				all = append(all, hash)
			}
		}
	}
	return all
}

// spelling are the kinds of events that say nothing once an answer has ended.
const spelling = `'delta', 'call_delta', 'phase', 'echo'`

// Whole returns a conversation of who with all its branches, or CodeNoConversation.
func (s *Store) Whole(ctx context.Context, who chat.Principal, conversation string) (Whole, error) {
	w, err := s.whole(ctx, who, conversation)
	return w, s.fault("read a conversation", err)
}

func (s *Store) whole(ctx context.Context, who chat.Principal, conversation string) (w Whole, err error) {
	if w.Conversation, err = ownConversation(ctx, s.reader, who, conversation); err != nil {
		return w, err
	}
	t, err := loadTree(ctx, s.reader, conversation)
	if err != nil {
		return w, err
	}
	all, err := rows(ctx, s.reader, scanMessage,
		`SELECT `+messageColumns+` FROM messages WHERE conversation = $1 ORDER BY number`, conversation)
	if err != nil {
		return w, err
	}
	w.Messages = slices.DeleteFunc(all, func(m Message) bool { return t.byID[m.ID] == nil || !t.shown(t.byID[m.ID]) })
	w.Events, err = keptEvents(ctx, s.reader, conversation)
	return w, err
}

// keptEvents returns the events of a conversation's answers by id, without those that only spell the text.
func keptEvents(ctx context.Context, q querier, conversation string) (map[string][]Event, error) {
	byMessage := make(map[string][]Event)
	err := each(ctx, q, scanTold, func(f told) bool {
		byMessage[f.message] = append(byMessage[f.message], f.event)
		return true
	}, `SELECT `+toldColumns+` FROM events JOIN messages ON messages.id = events.message
		WHERE messages.conversation = $1 AND events.kind NOT IN (`+spelling+`) ORDER BY events.message, events.number`, conversation)
	return byMessage, err
}

// eventsWithin returns the events of messages of a branch by id, those of kinds that pass a condition, with so many bytes
// of data at most: of the newest, each all of its or none. Those of the messages before the place that it returns were not
// read; what was Cut has none.
func eventsWithin(ctx context.Context, q querier, branch []Message, kinds string, most int) (byMessage map[string][]Event, from int, err error) {
	byMessage = make(map[string][]Event)
	var ids []any // the newest first
	for _, m := range slices.Backward(branch) {
		if !m.Cut {
			ids = append(ids, m.ID)
		}
	}
	full := "" // the first message for whose events there is no room
	for some := range slices.Chunk(ids, eventsAtOnce) {
		err := each(ctx, q, scanTold, func(f told) bool {
			if most -= len(f.event.Data); most < 0 {
				full = f.message
				return false
			}
			byMessage[f.message] = append(byMessage[f.message], f.event)
			return true
		}, `SELECT `+toldColumns+` FROM events JOIN messages ON messages.id = events.message
			WHERE events.message IN (`+parameters(len(some))+`) AND events.kind `+kinds+`
			ORDER BY messages.number DESC, events.number`, some...)
		if err != nil || full != "" {
			delete(byMessage, full)
			return byMessage, 1 + slices.IndexFunc(branch, func(m Message) bool { return m.ID == full }), err
		}
	}
	return byMessage, 0, nil
}

// eventsAtOnce is of how many messages one query reads the events.
const eventsAtOnce = 500

// parameters are so many of a query, as SQL lists them.
func parameters(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("$%d", i+1)
	}
	return strings.Join(all, ", ")
}

// told is an event of a message.
type told struct {
	message string
	event   Event
}

const toldColumns = `events.message, events.number, events.first, events.kind, events.version, events.data`

func scanTold(r scanner) (f told, err error) {
	var data string
	err = r.Scan(&f.message, &f.event.Number, &f.event.First, &f.event.Kind, &f.event.Version, &data)
	f.event.Data = []byte(data)
	return f, err
}
