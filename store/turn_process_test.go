package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"exaone/chat"
)

// writeTurn asks and answers as a server does: a turn, then events of its answer, then its end, as far as i says; the
// last of four does so again below the first answer. What it returns names the answer, how many pieces of it were
// acknowledged, and whether its end was.
func writeTurn(ctx context.Context, s *Store, name string, i int) ([]string, error) {
	_, _, a, err := s.StartConversation(ctx, chat.Local, ConversationSpec{}, MessageSpec{Text: name + "|"}, MessageSpec{})
	if err != nil {
		return []string{"turn"}, err
	}
	pieces := 2 * min(i%4, 2)
	if i%4 > 0 {
		if err := answerPieces(ctx, s, a.ID, pieces); err != nil {
			return []string{"turn"}, err
		}
	}
	if i%4 < 2 {
		return []string{"turn", a.ID, name, strconv.Itoa(pieces), string(StateWriting)}, nil
	}
	if err := s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: answerText(pieces)}); err != nil {
		return []string{"turn"}, err
	}
	if i%4 < 3 {
		return []string{"turn", a.ID, name, strconv.Itoa(pieces), string(StateDone)}, nil
	}
	_, again, err := s.AddTurn(ctx, chat.Local, MessageSpec{Conversation: a.Conversation, Parent: a.ID, Text: name + "|"}, MessageSpec{})
	if err != nil {
		return []string{"turn"}, err
	}
	if err := answerPieces(ctx, s, again.ID, pieces); err != nil {
		return []string{"turn"}, err
	}
	err = s.FinishMessage(ctx, again.ID, MessageEnd{State: StateDone, Text: answerText(pieces)})
	return []string{"turn", again.ID, name, strconv.Itoa(pieces), string(StateDone)}, err
}

// answerPieces appends the events of an answer in two batches.
func answerPieces(ctx context.Context, s *Store, id string, n int) error {
	var events []Event
	for i := range n {
		events = append(events, delta(int64(i+1), len([]rune(answerText(i))), "조각 "))
	}
	if err := s.AppendEvents(ctx, id, events[:n/2]); err != nil {
		return err
	}
	return s.AppendEvents(ctx, id, events[n/2:])
}

func answerText(pieces int) string {
	var text string
	for range pieces {
		text += "조각 "
	}
	return text
}

// findTurn is an error unless what writeTurn acknowledged is there, and is found.
func findTurn(ctx context.Context, s *Store, words []string) error {
	id, name, state := words[0], words[1], MessageState(words[3])
	pieces, _ := strconv.Atoi(words[2])
	a, err := s.Message(ctx, chat.Local, id)
	if err != nil {
		return err
	}
	q, err := s.Message(ctx, chat.Local, a.Parent)
	if err != nil {
		return err
	}
	events, err := s.Events(ctx, chat.Local, id, 0)
	if err != nil {
		return err
	}
	if text, _ := spelt(events); q.Text != name+"|" || a.State != state || len(events) != pieces || text != answerText(pieces) {
		return fmt.Errorf("question %q, answer %s, %d events that spell %q", q.Text, a.State, len(events), text)
	}
	if state == StateDone && a.Text != answerText(pieces) {
		return fmt.Errorf("answer %q, want %q", a.Text, answerText(pieces))
	}
	found, _, err := s.Find(ctx, chat.Local, q.Text, 100)
	if err == nil && !slices.ContainsFunc(found, func(f Found) bool { return f.Conversation.ID == a.Conversation }) {
		err = fmt.Errorf("a search for %q finds %d others", q.Text, len(found))
	}
	return err
}
