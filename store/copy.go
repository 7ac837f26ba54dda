package store

import (
	"context"

	"exaone/chat"
)

// CopyBranch begins a conversation of who that has a branch of another of theirs in it: everything up to a message, or
// to its leaf for "". Codes are those of Branch.
func (s *Store) CopyBranch(ctx context.Context, who chat.Principal, conversation, leaf string) (Conversation, error) {
	c, err := s.Conversation(ctx, who, conversation)
	if err != nil {
		return Conversation{}, err
	}
	messages, err := s.Branch(ctx, who, conversation, leaf)
	if err != nil {
		return Conversation{}, err
	}
	return s.copyTo(ctx, who, c, messages, "branch:"+c.ID)
}

// CopyShare begins a conversation of who that has in it what a share's link shows them, to go on from there. It is
// recorded as being opened; codes are those of OpenShare.
func (s *Store) CopyShare(ctx context.Context, who chat.Principal, secret string) (Conversation, error) {
	one, c, messages, err := s.OpenShare(ctx, who, secret)
	if err != nil {
		return Conversation{}, err
	}
	return s.copyTo(ctx, who, c, messages, "share:"+one.ID)
}

// copyTo makes a conversation of messages that follow one another. They are new ones: those they were copied from may
// be deleted. What was not finished is not copied, nor what is empty because it was deleted.
func (s *Store) copyTo(ctx context.Context, who chat.Principal, from Conversation, messages []Message, origin string) (Conversation, error) {
	copied := ImportedConversation{Title: from.Title, Folder: from.Folder, Mode: from.Mode, Model: from.Model, Origin: origin, Leaf: -1}
	for _, m := range messages {
		if m.State == StateWriting || !m.Deleted.IsZero() {
			continue
		}
		copied.Messages = append(copied.Messages, ImportedMessage{Parent: len(copied.Messages) - 1, Role: m.Role, State: m.State,
			Text: m.Text, Thinking: m.Thinking, Mode: m.Mode, Model: m.Model, Finish: m.Finish, Created: m.Created})
	}
	ids, err := s.Import(ctx, who, []ImportedConversation{copied})
	if err != nil {
		return Conversation{}, err
	}
	return s.Conversation(ctx, who, ids[0])
}
