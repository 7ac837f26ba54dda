package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
)

// tree is a conversation's messages without their texts.
type tree struct {
	messages []Message // in order of making
	byID     map[string]*Message
	children map[string][]*Message // of each, those that are shown, in order of making
}

// loadTree reads the light rows of a conversation. A deleted message is kept as an empty place while something below
// it is there, and is no child of anything once nothing is.
func loadTree(ctx context.Context, q querier, conversation string) (*tree, error) {
	all, err := rows(ctx, q, func(r scanner) (Message, error) { return scanLight(r) },
		`SELECT `+lightColumns+` FROM messages WHERE conversation = $1 ORDER BY number`, conversation)
	if err != nil {
		return nil, err
	}
	t := &tree{messages: all, byID: make(map[string]*Message, len(all)), children: make(map[string][]*Message, len(all))}
	for i := range all {
		t.byID[all[i].ID] = &all[i]
	}
	// From the last to the first: what is below a message was made after it.
	for i := len(all) - 1; i >= 0; i-- {
		m := &all[i]
		if m.Deleted.IsZero() || len(t.children[m.ID]) > 0 {
			t.children[m.Parent] = append(t.children[m.Parent], m)
		}
	}
	for _, siblings := range t.children {
		slices.Reverse(siblings)
	}
	return t, nil
}

// shown reports whether a message has a place in the tree.
func (t *tree) shown(m *Message) bool { return m.Deleted.IsZero() || len(t.children[m.ID]) > 0 }

// path is the messages from a root to one of them, with their siblings. A message that has no place any more stands
// for what is above it.
func (t *tree) path(id string) []Message {
	var up []Message
	for m := t.byID[id]; m != nil; m = t.byID[m.Parent] {
		if t.shown(m) {
			up = append(up, t.withSiblings(*m))
		}
	}
	slices.Reverse(up)
	return up
}

func (t *tree) withSiblings(m Message) Message {
	for i, sibling := range t.children[m.Parent] {
		m.Siblings = append(m.Siblings, sibling.ID)
		if sibling.ID == m.ID {
			m.Index = i
		}
	}
	return m
}

// deepest is the end of the newest branch through a message, or of the newest of all for "".
func (t *tree) deepest(id string) string {
	for len(t.children[id]) > 0 {
		below := t.children[id]
		id = below[len(below)-1].ID
	}
	return id
}

// Branch returns the messages of a conversation of who from its root to a message, the conversation's leaf if it is
// "", with their siblings and how who has rated them. Deleted ones with something below them are there as empty places.
// CodeNoConversation, CodeNoMessage.
func (s *Store) Branch(ctx context.Context, who chat.Principal, conversation, leaf string) ([]Message, error) {
	branch, err := s.branch(ctx, who, conversation, leaf)
	return branch, s.fault("read a branch", err)
}

func (s *Store) branch(ctx context.Context, who chat.Principal, conversation, leaf string) ([]Message, error) {
	c, err := ownConversation(ctx, s.reader, who, conversation)
	if err != nil {
		return nil, err
	}
	if leaf == "" {
		leaf = c.Leaf
	}
	path, err := readPath(ctx, s.reader, c.ID, leaf)
	if err != nil {
		return nil, err
	}
	ratings, err := rows(ctx, s.reader, scanRating, `SELECT `+ratingColumns+` FROM ratings JOIN messages ON messages.id = ratings.message
		WHERE ratings.principal = $1 AND messages.conversation = $2`, who.ID, c.ID)
	if err != nil {
		return nil, err
	}
	byMessage := make(map[string]*Rating, len(ratings))
	for i := range ratings {
		byMessage[ratings[i].Message] = &ratings[i]
	}
	for i := range path {
		path[i].Rating = byMessage[path[i].ID]
	}
	return path, nil
}

// readPath reads a branch of a conversation that the caller may see. The leaf "" is one without messages.
func readPath(ctx context.Context, q querier, conversation, leaf string) ([]Message, error) {
	if leaf == "" {
		return nil, nil
	}
	t, err := loadTree(ctx, q, conversation)
	if err != nil {
		return nil, err
	}
	if t.byID[leaf] == nil {
		return nil, chat.NewError(chat.CodeNoMessage, nil, leaf)
	}
	path := t.path(leaf)
	return path, fillTexts(ctx, q, conversation, path)
}

// textsAtOnce is how many texts one query reads: enough that queries cost nothing beside rows.
const textsAtOnce = 1000

// fillTexts reads the texts of messages of a conversation, which are in order of making.
func fillTexts(ctx context.Context, q querier, conversation string, path []Message) error {
	at := 0
	for part := range slices.Chunk(path, textsAtOnce) {
		var numbers strings.Builder
		for i, m := range part {
			if i > 0 {
				numbers.WriteByte(',')
			}
			fmt.Fprintf(&numbers, "%d", m.Number)
		}
		type texts struct {
			number               int64
			text, thinking, list string
		}
		found, err := rows(ctx, q, func(r scanner) (t texts, err error) {
			err = r.Scan(&t.number, &t.text, &t.thinking, &t.list)
			return t, err
		}, `SELECT number, text, thinking, attachments FROM messages
			WHERE conversation = $1 AND number IN (`+numbers.String()+`) ORDER BY number`, conversation)
		if err != nil {
			return err
		}
		for _, t := range found {
			for path[at].Number < t.number {
				at++
			}
			m := &path[at]
			m.Text, m.Thinking, m.Attachments = t.text, t.thinking, []byte(t.list)
		}
	}
	return nil
}

// LeafBelow returns the end of the newest branch that goes through a message of a conversation of who, or of the newest
// of all for "": where a page goes on when another sibling is chosen.
func (s *Store) LeafBelow(ctx context.Context, who chat.Principal, conversation, message string) (string, error) {
	t, err := s.ownTree(ctx, who, conversation)
	if err != nil {
		return "", s.fault("find a leaf", err)
	}
	if message != "" && (t.byID[message] == nil || !t.shown(t.byID[message])) {
		return "", chat.NewError(chat.CodeNoMessage, nil, message)
	}
	return t.deepest(message), nil
}

// Tree returns all messages of a conversation of who in order of making, without texts and siblings. Those that were
// deleted are among them while something below them is there.
func (s *Store) Tree(ctx context.Context, who chat.Principal, conversation string) ([]Message, error) {
	t, err := s.ownTree(ctx, who, conversation)
	if err != nil {
		return nil, s.fault("read a conversation", err)
	}
	return slices.DeleteFunc(t.messages, func(m Message) bool { return !m.Deleted.IsZero() && len(t.children[m.ID]) == 0 }), nil
}

func (s *Store) ownTree(ctx context.Context, who chat.Principal, conversation string) (*tree, error) {
	c, err := ownConversation(ctx, s.reader, who, conversation)
	if err != nil {
		return nil, err
	}
	return loadTree(ctx, s.reader, c.ID)
}
