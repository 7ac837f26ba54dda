package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
)

// node is a message's place in its conversation.
type node struct {
	id, parent string
	number     int64
	deleted    bool
}

// tree is the shape of a conversation.
type tree struct {
	nodes    []node // in order of making
	byID     map[string]*node
	children map[string][]*node // of each, those that are shown, in order of making
}

// loadTree reads the shape of a conversation. A deleted message is kept as an empty place while something below it is
// there, and is no child of anything once nothing is.
func loadTree(ctx context.Context, q querier, conversation string) (*tree, error) {
	all, err := rows(ctx, q, scanNode, `SELECT id, parent, number, deleted FROM messages WHERE conversation = $1 ORDER BY number`, conversation)
	if err != nil {
		return nil, err
	}
	t := &tree{nodes: all, byID: make(map[string]*node, len(all)), children: make(map[string][]*node, len(all))}
	for i := range all {
		t.byID[all[i].id] = &all[i]
	}
	// From the last to the first: what is below a message was made after it.
	for i := len(all) - 1; i >= 0; i-- {
		if n := &all[i]; t.shown(n) {
			t.children[n.parent] = append(t.children[n.parent], n)
		}
	}
	for _, siblings := range t.children {
		slices.Reverse(siblings)
	}
	return t, nil
}

func scanNode(r scanner) (n node, err error) {
	var deleted int64
	err = r.Scan(&n.id, &n.parent, &n.number, &deleted)
	n.deleted = deleted != 0
	return n, err
}

// shown reports whether a message has a place in the tree.
func (t *tree) shown(n *node) bool { return !n.deleted || len(t.children[n.id]) > 0 }

// path is the way from a root to a message. One that has no place any more stands for what is above it.
func (t *tree) path(id string) []*node {
	var up []*node
	for n := t.byID[id]; n != nil; n = t.byID[n.parent] {
		if t.shown(n) {
			up = append(up, n)
		}
	}
	slices.Reverse(up)
	return up
}

// deepest is the end of the newest branch through a message, or of the newest of all for "".
func (t *tree) deepest(id string) string {
	for len(t.children[id]) > 0 {
		below := t.children[id]
		id = below[len(below)-1].id
	}
	return id
}

// Branch returns the messages of a conversation of who from its root to a message, the conversation's leaf if it is
// "", with their siblings and how who has rated them. Where that is more than a reader can take, the older ones are Cut: a
// branch that ends in one of those has it whole. Deleted ones with something below them are there as empty places.
// CodeNoConversation, CodeNoMessage.
func (s *Store) Branch(ctx context.Context, who chat.Principal, conversation, leaf string) ([]Message, error) {
	branch, err := s.branch(ctx, who, conversation, leaf, s.mostText)
	return branch, s.fault("read a branch", err)
}

func (s *Store) branch(ctx context.Context, who chat.Principal, conversation, leaf string, most int) ([]Message, error) {
	c, err := ownConversation(ctx, s.reader, who, conversation)
	if err != nil {
		return nil, err
	}
	if leaf == "" {
		leaf = c.Leaf
	}
	path, err := readPath(ctx, s.reader, c.ID, leaf, most)
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

// readPath reads a branch of a conversation that the caller may see, with at most so many bytes of text. The leaf "" is
// one without messages.
func readPath(ctx context.Context, q querier, conversation, leaf string, most int) ([]Message, error) {
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
	return t.read(ctx, q, conversation, t.path(leaf), most)
}

// readAtOnce is how many messages one query reads: enough that queries cost nothing beside rows.
const readAtOnce = 1000

// read reads the messages at some places, in order of making, and says who their siblings are. It reads the newest first,
// and has no text of what is older when it has read so many bytes: those are Cut.
func (t *tree) read(ctx context.Context, q querier, conversation string, places []*node, most int) ([]Message, error) {
	messages := make([]Message, 0, len(places)) // the newest first
	for left := places; len(left) > 0; {
		begin := max(0, len(left)-readAtOnce)
		full := most > 0
		done, err := readPart(ctx, q, conversation, left[begin:], full, func(m Message) bool {
			m.Cut = !full && m.Deleted.IsZero()
			most -= len(m.Text) + len(m.Thinking) + len(m.Attachments)
			messages = append(messages, m)
			return !full || most > 0
		})
		if err != nil {
			return nil, err
		}
		left = left[:begin+done]
	}
	slices.Reverse(messages)
	for i := range messages {
		m := &messages[i]
		for at, sibling := range t.children[m.Parent] {
			m.Siblings = append(m.Siblings, sibling.id)
			if sibling.id == m.ID {
				m.Index = at
			}
		}
	}
	return messages, nil
}

// readPart reads the messages at some places, the newest first, and most of the time no other: those that follow one
// another are read in one sweep, and picked by their numbers only where siblings are many. It returns how many places,
// from the first, are left when visit has seen enough.
func readPart(ctx context.Context, q querier, conversation string, part []*node, full bool, visit func(Message) bool) (int, error) {
	begin, end := part[0].number, part[len(part)-1].number
	columns := lightColumns
	if full {
		columns = messageColumns
	}
	query := `SELECT ` + columns + ` FROM messages WHERE conversation = $1 AND number BETWEEN $2 AND $3`
	if end-begin >= int64(2*len(part)) {
		numbers := make([]int64, len(part))
		for i, n := range part {
			numbers[i] = n.number
		}
		query += ` AND number IN (` + list(numbers) + `)`
	}
	left, enough := len(part), false
	err := each(ctx, q, newMessageScan(full).scan, func(m Message) bool {
		for left > 0 && part[left-1].number > m.Number {
			left--
		}
		if left > 0 && part[left-1].number == m.Number {
			left--
			enough = !visit(m)
		}
		return !enough
	}, query+` ORDER BY number DESC`, conversation, begin, end)
	if !enough {
		left = 0
	}
	return left, err
}

// list is numbers as SQL lists them.
func list(numbers []int64) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(words, ", ")
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
	all, err := rows(ctx, s.reader, newMessageScan(false).scan,
		`SELECT `+lightColumns+` FROM messages WHERE conversation = $1 ORDER BY number`, conversation)
	all = slices.DeleteFunc(all, func(m Message) bool { return t.byID[m.ID] == nil || !t.shown(t.byID[m.ID]) })
	return all, s.fault("read a conversation", err)
}

func (s *Store) ownTree(ctx context.Context, who chat.Principal, conversation string) (*tree, error) {
	c, err := ownConversation(ctx, s.reader, who, conversation)
	if err != nil {
		return nil, err
	}
	return loadTree(ctx, s.reader, c.ID)
}
