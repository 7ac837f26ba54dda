package exchange

import (
	"bytes"
	"encoding/json"
	"regexp"

	"exaone/chat"
	"exaone/store"
)

// librechat reads what LibreChat exports: one conversation, with its messages in a list or, as it calls it recursive,
// each below its parent; and lists of such.
var librechat = importer{
	name: "librechat",
	knows: func(p probe) bool {
		return len(p.ConversationID) > 0 && (present(p.Messages, '[') || present(p.MessagesTree, '['))
	},
	read: readLibreChat,
}

type librechatConversation struct {
	Title    word            `json:"title"`
	Created  moment          `json:"createdAt"`
	Updated  moment          `json:"updatedAt"`
	Messages json.RawMessage `json:"messages"`
	Tree     json.RawMessage `json:"messagesTree"`
	Options  struct {
		Model word `json:"model"`
	} `json:"options"`
}

type librechatMessage struct {
	ID         word                `json:"messageId"`
	Parent     *word               `json:"parentMessageId"`
	Text       word                `json:"text"`
	Content    list[librechatPart] `json:"content"`
	User       json.RawMessage     `json:"isCreatedByUser"`
	Sender     word                `json:"sender"`
	Model      word                `json:"model"`
	Created    moment              `json:"createdAt"`
	Unfinished flag                `json:"unfinished"`
	Error      flag                `json:"error"`
	Finish     word                `json:"finish_reason"`
	Files      list[librechatFile] `json:"files"`
}

type librechatPart struct {
	Type  word            `json:"type"`
	Text  json.RawMessage `json:"text"` // a text, or an object with one
	Think word            `json:"think"`
}

type librechatFile struct {
	Name word `json:"filename"`
}

func readLibreChat(r *reader, value json.RawMessage) error {
	var c librechatConversation
	if err := json.Unmarshal(value, &c); err != nil {
		return r.unreadable(err, line(string(c.Title), maxTitle))
	}
	if !present(c.Tree, '[') {
		c.Tree = c.Messages
	}
	title := line(string(c.Title), maxTitle)
	b := librechatBranches{reader: r, title: title, dec: json.NewDecoder(bytes.NewReader(c.Tree))}
	if err := b.list(nil); err != nil {
		return r.unreadable(err, title)
	}
	out := store.ImportedConversation{Title: title, Origin: "import:librechat", Model: string(c.Options.Model),
		Created: c.Created.Time, Updated: c.Updated.Time, Leaf: -1}
	var err error
	if out.Messages, _, err = r.arrange(title, b.all(), "", false); err != nil {
		return err
	}
	for _, m := range out.Messages {
		if out.Created.IsZero() || !m.Created.IsZero() && m.Created.Before(out.Created) {
			out.Created = m.Created
		}
		if c.Updated.IsZero() && m.Created.After(out.Updated) {
			out.Updated = m.Created
		}
	}
	for i, m := range out.Messages { // it does not say which branch is shown: the one that was gone on with last
		if out.Leaf < 0 || !m.Created.Before(out.Messages[out.Leaf].Created) {
			out.Leaf = i
		}
	}
	return r.add(out)
}

// librechatThinking is how it writes into an answer what was thought.
var librechatThinking = regexp.MustCompile(`(?s)^\s*:::thinking\n(.*?)\n:::\s*`)

func (r *reader) librechatMessage(m *librechatMessage) *store.ImportedMessage {
	out := &store.ImportedMessage{Created: m.Created.Time, Model: string(m.Model), Role: chat.Assistant, State: store.StateDone}
	if string(m.User) == "true" || len(m.User) == 0 && m.Sender == "User" {
		out.Role, out.Model = chat.User, ""
	}
	var text, thinking paragraphs
	for _, p := range m.Content.items {
		switch p.Type {
		case "think":
			thinking.add(string(p.Think))
		case "text":
			raw, _ := json.Marshal([]librechatPart{p})
			text.add(r.contentText(raw))
		case "tool_call":
			r.skip(chat.CodeSkippedTool, string(p.Type))
		default:
			r.skip(chat.CodeSkippedPart, string(p.Type))
			text.add(place(string(p.Type)))
		}
	}
	if text.Len() == 0 {
		text.add(string(m.Text))
	}
	out.Text = text.String()
	if found := librechatThinking.FindStringSubmatch(out.Text); found != nil && out.Role == chat.Assistant {
		thinking.add(found[1])
		out.Text = out.Text[len(found[0]):]
	}
	out.Thinking = thinking.String()
	var files []string
	for _, f := range m.Files.items {
		files = append(files, string(f.Name))
	}
	out.Text = r.withFiles(files, out.Text)
	switch m.Finish {
	case "stop", "length":
		out.Finish = string(m.Finish)
	}
	if out.Role == chat.Assistant {
		switch {
		case bool(m.Error):
			out.State = store.StateFailed
		case bool(m.Unfinished):
			out.State = store.StateInterrupted
		}
	}
	if out.Text == "" && out.Thinking == "" {
		return nil
	}
	return out
}
