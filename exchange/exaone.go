package exchange

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"time"

	"exaone/chat"
	"exaone/store"
)

// Our own form. A reader of it may rely on: times are RFC 3339 in UTC; a message's parent is its place in the list,
// counted from 0, before its own, and -1 is a root; events are as package chat encodes them; attachments and the event
// "file" name files by the SHA-256 of their content, which follows the messages in base64. The version rises when an older
// program could misread what a newer one writes.
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
	Grade    int          `json:"grade"`            // how confidential it is, 0 to 9
	Lowest   int          `json:"lowest,omitempty"` // what its grade is never below: it was copied from others
	Created  time.Time    `json:"created"`
	Updated  time.Time    `json:"updated"`
	Leaf     int          `json:"leaf"`
	Messages []ownMessage `json:"messages"`
	Files    []ownBlob    `json:"files,omitempty"` // written one by one, after the rest
}

type ownBlob struct {
	Blob string `json:"blob"`
	MIME string `json:"mime"`
	Size int64  `json:"size"`
	Data []byte `json:"data"`
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

	Attachments json.RawMessage `json:"attachments,omitempty"`
}

type ownEvent struct {
	Kind    string          `json:"kind"`
	Version int             `json:"version"`
	Data    json.RawMessage `json:"data"`
}

// WriteJSON writes conversations with all their branches and files, one after another, so that many of them take the
// memory of one. Read reads them again.
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
		if _, err := io.WriteString(w, between); err != nil {
			return err
		}
		if err := writeOwn(w, opts, c); err != nil {
			return err
		}
		between = ",\n"
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

// writeOwn writes a conversation in our own form. However long its files are, none is held in memory.
func writeOwn(w io.Writer, opts Options, c store.Whole) error {
	one, err := json.Marshal(ownOf(c, opts.Owner))
	if err != nil {
		return err
	}
	if _, err := w.Write(one[:len(one)-len("}")]); err != nil {
		return err
	}
	between := `,"files":[`
	for _, hash := range c.Files() {
		written, err := writeBlob(w, opts, between, hash)
		if err != nil {
			return err
		}
		if written {
			between = ","
		}
	}
	end := "}"
	if between == "," {
		end = "]}"
	}
	_, err = io.WriteString(w, end)
	return err
}

// writeBlob writes a file behind what is between it and the one before, and reports whether it did: not if the file is
// gone.
func writeBlob(w io.Writer, opts Options, between, hash string) (bool, error) {
	if opts.Open == nil {
		return false, nil
	}
	file, b, err := opts.Open(hash)
	if told, ok := errors.AsType[*chat.Error](err); ok && (told.Code == chat.CodeNoBlob || told.Code == chat.CodeBlobMissing) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer file.Close()
	head, err := json.Marshal(ownBlob{Blob: b.Hash, MIME: b.Mime, Size: b.Size, Data: []byte{}})
	if err != nil {
		return false, err
	}
	if _, err := io.WriteString(w, between+string(head[:len(head)-len(`"}`)])); err != nil {
		return false, err
	}
	data := base64.NewEncoder(base64.StdEncoding, w)
	if _, err := io.Copy(data, file); err != nil {
		return false, err
	}
	if err := data.Close(); err != nil {
		return false, err
	}
	_, err = io.WriteString(w, `"}`)
	return true, err
}

// ownOf is a conversation in our own form.
func ownOf(c store.Whole, owner string) ownConversation {
	out := ownConversation{Title: c.Title, Owner: owner, Mode: c.Mode, Model: c.Model, Pinned: c.Pinned, Archived: c.Archived,
		Grade: c.Grade, Lowest: c.Lowest, Created: c.Created, Updated: c.Updated, Leaf: -1, Messages: []ownMessage{}}
	place := make(map[string]int, len(c.Messages))
	for i, m := range c.Messages {
		place[m.ID] = i
		one := ownMessage{Parent: -1, Role: m.Role, State: m.State, Text: m.Text, Thinking: m.Thinking, Mode: m.Mode,
			Model: m.Model, Finish: m.Finish, Created: m.Created, Events: []ownEvent{}, Attachments: m.Attachments}
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

// brought are the kinds of events that an import keeps. The others speak of what is not in the file: of approvals given,
// of a model's window.
var brought = []string{"citation", "table", "chart", "file", "verdict", "call", "result", "finish"}

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
		Pinned: c.Pinned, Archived: c.Archived, Grade: c.Grade, Lowest: c.Lowest, Created: c.Created, Updated: c.Updated, Leaf: -1}
	if 0 <= c.Leaf && c.Leaf < len(c.Messages) {
		out.Leaf = c.Leaf
	}
	out.Files = r.ownFiles(c.Files)
	for i, m := range c.Messages {
		one := store.ImportedMessage{Parent: m.Parent, Role: m.Role, State: m.State, Text: m.Text, Thinking: m.Thinking,
			Mode: m.Mode, Model: m.Model, Finish: line(m.Finish, 40), Created: m.Created,
			Attachments: r.ownAttachments(m.Attachments, out.Files)}
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
			if ev, ok := r.ownEvent(e, out.Files); ok {
				ev.Number = int64(len(one.Events) + 1)
				one.Events = append(one.Events, ev)
			}
		}
		out.Messages = append(out.Messages, one)
	}
	return out
}

// ownFiles are the files of a conversation, by their hash. One whose content is another is left out.
func (r *reader) ownFiles(all []ownBlob) map[string]store.ImportedFile {
	files := make(map[string]store.ImportedFile, len(all))
	for _, one := range all {
		sum := sha256.Sum256(one.Data)
		if hex.EncodeToString(sum[:]) != one.Blob {
			r.skip(chat.CodeSkippedFile, one.Blob)
			continue
		}
		files[one.Blob] = store.ImportedFile{MIME: cmp.Or(line(one.MIME, 100), "application/octet-stream"), Content: one.Data}
	}
	return files
}

// ownAttachments are the attachments of a message whose files came along.
func (r *reader) ownAttachments(list json.RawMessage, files map[string]store.ImportedFile) json.RawMessage {
	var kept []store.Attachment
	for _, one := range store.Attached(list) {
		file, ok := files[one.Blob]
		if !ok {
			r.skip(chat.CodeSkippedFile, one.Name)
			continue
		}
		kept = append(kept, store.Attachment{Name: line(one.Name, 200), MIME: line(one.MIME, 100), Blob: one.Blob, Size: int64(len(file.Content))})
	}
	if kept == nil {
		return nil
	}
	out, err := json.Marshal(kept)
	if err != nil || len(out) > maxAttachments {
		r.skip(chat.CodeSkippedPart, "attachments")
		return nil
	}
	return out
}

// ownEvent is an event of a file, if it is brought. It is decoded and encoded again: what was written by hand is in no
// other form than what we write.
func (r *reader) ownEvent(e ownEvent, files map[string]store.ImportedFile) (store.Event, bool) {
	ev := chat.DecodeEvent(e.Kind, e.Version, e.Data)
	switch found := ev.(type) {
	case chat.Citation:
		found.URL = webLink(found.URL)
		ev = found
	case chat.File:
		file, ok := files[found.Blob]
		if !ok {
			r.skip(chat.CodeSkippedFile, found.Name)
			return store.Event{}, false
		}
		found.Size = int64(len(file.Content))
		ev = found
	}
	kind, version, data, err := chat.EncodeEvent(ev)
	if _, unknown := ev.(chat.Unknown); unknown || err != nil || !slices.Contains(brought, kind) {
		r.skip(chat.CodeSkippedEvent, e.Kind)
		return store.Event{}, false
	}
	return store.Event{Kind: kind, Version: version, Data: data}, true
}
