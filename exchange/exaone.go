package exchange

import (
	"encoding/json"
	"io"
	"iter"
	"slices"
	"time"

	"exaone/chat"
	"exaone/store"
)

// Our own form. A reader of it may rely on: times are RFC 3339 in UTC; a message's parent is its place in the list,
// counted from 0, before its own, and -1 is a root; events are as package chat encodes them. The version rises when an
// older program could misread what a newer one writes.
const (
	ownFormat  = "exaone.conversations"
	ownVersion = 1
)

// exaone reads what [WriteJSON] writes.
var exaone = importer{
	name:  "exaone",
	knows: func(p probe) bool { return p.Format == ownFormat },
	read:  readOwn,
}

type ownFile struct {
	Format        string            `json:"format"`
	Version       int               `json:"version"`
	Exported      time.Time         `json:"exported"`
	Notice        string            `json:"notice"` // for people
	Conversations []ownConversation `json:"conversations"`
}

type ownConversation struct {
	Title    string       `json:"title"`
	Owner    string       `json:"owner"` // a name, for people
	Mode     string       `json:"mode"`
	Model    string       `json:"model"`
	Pinned   bool         `json:"pinned"`
	Archived bool         `json:"archived"`
	Created  time.Time    `json:"created"`
	Updated  time.Time    `json:"updated"`
	Leaf     int          `json:"leaf"`
	Messages []ownMessage `json:"messages"`
}

type ownMessage struct {
	Parent   int                `json:"parent"`
	Role     chat.Role          `json:"role"`
	State    store.MessageState `json:"state"`
	Text     string             `json:"text"`
	Thinking string             `json:"thinking"`
	Mode     string             `json:"mode"`
	Model    string             `json:"model"`
	Finish   string             `json:"finish"`
	Created  time.Time          `json:"created"`
	Events   []ownEvent         `json:"events"`
}

type ownEvent struct {
	Kind    string          `json:"kind"`
	Version int             `json:"version"`
	Data    json.RawMessage `json:"data"`
}

// WriteJSON writes conversations with all their branches, one after another, so that many of them take the memory of
// one. Read reads them again.
func WriteJSON(w io.Writer, opts Options, all iter.Seq2[store.Whole, error]) error {
	head, err := json.Marshal(ownFile{Format: ownFormat, Version: ownVersion, Exported: time.Now().UTC().Truncate(time.Second),
		Notice: chat.Text(opts.Language, chat.CodeAINotice), Conversations: []ownConversation{}})
	if err != nil {
		return err
	}
	if _, err := w.Write(head[:len(head)-len("]}")]); err != nil {
		return err
	}
	between := "\n"
	for c, err := range all {
		if err != nil {
			return err
		}
		one, err := json.Marshal(ownOf(c, opts.Owner))
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, between); err != nil {
			return err
		}
		if _, err := w.Write(one); err != nil {
			return err
		}
		between = ",\n"
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

// ownOf is a conversation in our own form.
func ownOf(c store.Whole, owner string) ownConversation {
	out := ownConversation{Title: c.Title, Owner: owner, Mode: c.Mode, Model: c.Model, Pinned: c.Pinned, Archived: c.Archived,
		Created: c.Created, Updated: c.Updated, Leaf: -1, Messages: []ownMessage{}}
	place := make(map[string]int, len(c.Messages))
	for i, m := range c.Messages {
		place[m.ID] = i
		one := ownMessage{Parent: -1, Role: m.Role, State: m.State, Text: m.Text, Thinking: m.Thinking, Mode: m.Mode,
			Model: m.Model, Finish: m.Finish, Created: m.Created, Events: []ownEvent{}}
		if up, ok := place[m.Parent]; ok {
			one.Parent = up
		}
		for _, e := range c.Events[m.ID] {
			one.Events = append(one.Events, ownEvent{e.Kind, e.Version, e.Data})
		}
		out.Messages = append(out.Messages, one)
	}
	if leaf, ok := place[c.Leaf]; ok {
		out.Leaf = leaf
	}
	return out
}

// brought are the kinds of events that an import keeps. The others speak of what is not in the file: of files, of
// approvals given, of a model's window.
var brought = []string{"citation", "table", "chart", "verdict", "call", "result", "finish"}

func readOwn(r *reader, value json.RawMessage) error {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(value, &head); err != nil || head.Version < 1 {
		return chat.NewError(chat.CodeImportUnknown, err)
	}
	if head.Version > ownVersion {
		return chat.NewError(chat.CodeImportNewer, nil, head.Version, ownVersion)
	}
	var f ownFile
	if err := json.Unmarshal(value, &f); err != nil {
		return chat.NewError(chat.CodeImportForm, err, err.Error())
	}
	for _, c := range f.Conversations {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.add(r.ownConversation(c)); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) ownConversation(c ownConversation) store.ImportedConversation {
	out := store.ImportedConversation{Title: line(c.Title, maxTitle), Origin: "import:exaone", Mode: c.Mode, Model: c.Model,
		Pinned: c.Pinned, Archived: c.Archived, Created: c.Created, Updated: c.Updated, Leaf: -1}
	if 0 <= c.Leaf && c.Leaf < len(c.Messages) {
		out.Leaf = c.Leaf
	}
	for i, m := range c.Messages {
		one := store.ImportedMessage{Parent: m.Parent, Role: m.Role, State: m.State, Text: m.Text, Thinking: m.Thinking,
			Mode: m.Mode, Model: m.Model, Finish: line(m.Finish, 40), Created: m.Created}
		if m.Parent < -1 || m.Parent >= i {
			r.skip(chat.CodeSkippedCircle, out.Title)
			one.Parent = -1
		}
		if m.Role != chat.User && m.Role != chat.Assistant {
			r.skip(chat.CodeSkippedRole, string(m.Role))
			one.Role = chat.Assistant
		}
		switch m.State {
		case store.StateDone, store.StateStopped, store.StateInterrupted, store.StateFailed:
		default: // it was being written
			one.State = store.StateInterrupted
		}
		for _, e := range m.Events {
			if ev, ok := r.ownEvent(e); ok {
				ev.Number = int64(len(one.Events) + 1)
				one.Events = append(one.Events, ev)
			}
		}
		out.Messages = append(out.Messages, one)
	}
	return out
}

// ownEvent is an event of a file, if it is brought. It is decoded and encoded again: what was written by hand is in no
// other form than what we write.
func (r *reader) ownEvent(e ownEvent) (store.Event, bool) {
	ev := chat.DecodeEvent(e.Kind, e.Version, e.Data)
	if c, ok := ev.(chat.Citation); ok {
		c.URL = webLink(c.URL)
		ev = c
	}
	kind, version, data, err := chat.EncodeEvent(ev)
	if _, unknown := ev.(chat.Unknown); unknown || err != nil || !slices.Contains(brought, kind) {
		r.skip(chat.CodeSkippedEvent, e.Kind)
		return store.Event{}, false
	}
	return store.Event{Kind: kind, Version: version, Data: data}, true
}
