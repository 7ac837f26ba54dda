package exchange

import (
	"bytes"
	"encoding/json"
	"strconv"

	"exaone/chat"
)

// librechatBranches reads messages that may each hold those below them, in one pass however deep that goes.
type librechatBranches struct {
	*reader
	title string
	dec   *json.Decoder
	nodes []*librechatBranch
	seen  int // values of lists
}

// librechatBranch is a message and, in a tree, the one that it is in.
type librechatBranch struct {
	*node
	in     *librechatBranch
	before *librechatBranch // in a list, the one before it
	named  *string          // the parent that it names; nil if it names none
}

// all are the messages, each below the one that it is in, or else the one that it names, or else the one before it.
func (b *librechatBranches) all() []*node {
	var nodes []*node
	for _, one := range b.nodes {
		switch {
		case one.in != nil:
			one.parent = one.in.id
		case one.named != nil:
			one.parent = *one.named
		case one.before != nil:
			one.parent = one.before.id
		}
		nodes = append(nodes, one.node)
	}
	return nodes
}

// list reads a list of messages. What in it is none is passed over.
func (b *librechatBranches) list(in *librechatBranch) error {
	begin, err := b.dec.Token()
	if err != nil {
		return err
	}
	if begin != json.Delim('[') {
		return b.rest(begin)
	}
	var before *librechatBranch
	for rank := 0; b.dec.More(); rank++ {
		begin, err := b.dec.Token()
		if err != nil {
			return err
		}
		if b.seen++; b.seen > maxItems {
			return errItems
		}
		if begin != json.Delim('{') {
			b.skip(chat.CodeSkippedMessage, b.title)
			if err := b.rest(begin); err != nil {
				return err
			}
			continue
		}
		one := &librechatBranch{node: &node{}, in: in, before: before}
		if in != nil {
			one.rank = rank
		}
		before = one
		b.nodes = append(b.nodes, one)
		if err := b.message(one); err != nil {
			return err
		}
	}
	_, err = b.dec.Token()
	return err
}

// message reads a message behind its brace.
func (b *librechatBranches) message(one *librechatBranch) error {
	fields := bytes.NewBufferString("{")
	for b.dec.More() {
		name, err := b.dec.Token()
		if err != nil {
			return err
		}
		if name == "children" {
			if err := b.list(one); err != nil {
				return err
			}
			continue
		}
		var value json.RawMessage
		if err := b.dec.Decode(&value); err != nil {
			return err
		}
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		if fields.Len() > 1 {
			fields.WriteByte(',')
		}
		fields.Write(key)
		fields.WriteByte(':')
		fields.Write(value)
	}
	if _, err := b.dec.Token(); err != nil {
		return err
	}
	fields.WriteByte('}')
	var m librechatMessage
	if err := json.Unmarshal(fields.Bytes(), &m); err != nil {
		return err
	}
	one.id = string(m.ID)
	if one.id == "" {
		one.id = "\x00" + strconv.Itoa(len(b.nodes)) // no id of theirs
	}
	one.named = (*string)(m.Parent)
	one.node.message = b.librechatMessage(&m)
	return nil
}

// rest reads what is left of a value that began with a token.
func (b *librechatBranches) rest(begin json.Token) error {
	depth := 0
	for token := begin; ; {
		switch token {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		var err error
		if token, err = b.dec.Token(); err != nil {
			return err
		}
	}
}
