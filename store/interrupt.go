package store

import (
	"context"
	"database/sql"
	"unicode/utf16"

	"exaone/chat"
)

// InterruptWriting ends the answers that an earlier process was writing when it went away: they become
// StateInterrupted, with the text that their events spell. It returns how many. A server calls it as it starts, before
// it writes answers of its own.
func (s *Store) InterruptWriting(ctx context.Context) (n int, err error) {
	err = s.write(ctx, "end interrupted answers", func(tx *sql.Tx) error {
		ids, err := rows(ctx, tx, text, `SELECT messages.id FROM messages JOIN conversations ON conversations.id = messages.conversation
			WHERE messages.state = 'writing' AND messages.deleted = 0 AND conversations.deleted = 0`)
		if err != nil {
			return err
		}
		for _, id := range ids {
			events, err := eventsOf(ctx, tx, id, 0)
			if err != nil {
				return err
			}
			said, thought := spelt(events)
			if err := finishMessage(ctx, tx, id, MessageEnd{State: StateInterrupted, Text: said, Thinking: thought}); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// spelt is what the deltas among events say and think.
func spelt(events []Event) (said, thought string) {
	var text, thinking []uint16 // deltas count in UTF-16
	for _, e := range events {
		if d, ok := chat.DecodeEvent(e.Kind, e.Version, e.Data).(chat.Delta); ok {
			text = splice(text, d.At, d.Text)
			thinking = splice(thinking, d.ThinkingAt, d.Thinking)
		}
	}
	return string(utf16.Decode(text)), string(utf16.Decode(thinking))
}

// splice puts a piece where it goes; what was there from then on gives way to it. A piece of nothing changes nothing.
func splice(units []uint16, at int, piece string) []uint16 {
	if piece == "" {
		return units
	}
	return append(units[:min(max(at, 0), len(units))], utf16.Encode([]rune(piece))...)
}
