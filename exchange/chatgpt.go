package exchange

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"exaone/chat"
	"exaone/store"
)

// chatgpt reads what ChatGPT exports: conversations.json, a list of conversations whose messages are a mapping of nodes
// with parents. The export is documented by those who read it alone; see testdata/README.md.
var chatgpt = importer{
	name:  "chatgpt",
	knows: func(p probe) bool { return present(p.Mapping, '{') || len(p.CurrentNode) > 0 },
	read:  readChatGPT,
}

type chatgptConversation struct {
	Title    word              `json:"title"`
	Created  moment            `json:"create_time"`
	Updated  moment            `json:"update_time"`
	Mapping  dict[chatgptNode] `json:"mapping"`
	Current  word              `json:"current_node"`
	Archived flag              `json:"is_archived"`
	Starred  flag              `json:"is_starred"`
	Model    word              `json:"default_model_slug"`
}

type chatgptNode struct {
	Message  *chatgptMessage `json:"message"`
	Parent   word            `json:"parent"`
	Children list[word]      `json:"children"`
}

type chatgptMessage struct {
	Author struct {
		Role word `json:"role"`
	} `json:"author"`
	Created   moment         `json:"create_time"`
	Content   chatgptContent `json:"content"`
	Status    word           `json:"status"`
	Recipient word           `json:"recipient"`
	Metadata  struct {
		Model  word `json:"model_slug"`
		Hidden flag `json:"is_visually_hidden_from_conversation"`
		Finish struct {
			Type word `json:"type"`
		} `json:"finish_details"`
		Attachments list[chatgptAttachment] `json:"attachments"`
		Citations   list[chatgptCitation]   `json:"citations"`
		References  list[chatgptReference]  `json:"content_references"`
	} `json:"metadata"`
}

type chatgptAttachment struct {
	Name word `json:"name"`
}

type chatgptContent struct {
	Type     word                  `json:"content_type"`
	Parts    list[json.RawMessage] `json:"parts"`
	Text     word                  `json:"text"`
	Language word                  `json:"language"`
	Thoughts list[chatgptThought]  `json:"thoughts"`
}

type chatgptThought struct {
	Summary word `json:"summary"`
	Content word `json:"content"`
}

func readChatGPT(r *reader, value json.RawMessage) error {
	var c chatgptConversation
	err := json.Unmarshal(value, &c)
	title := line(string(c.Title), maxTitle)
	if err != nil || len(c.Mapping.items) == 0 {
		return r.unreadable(err, title)
	}
	for range c.Mapping.odd {
		r.skip(chat.CodeSkippedMessage, title)
	}
	ranks := make(map[string]int, len(c.Mapping.items))
	for _, e := range c.Mapping.items {
		for i, child := range e.value.Children.items {
			ranks[string(child)] = i
		}
	}
	var nodes []*node
	citations := 0 // counted through: parts of one answer are put together
	for _, e := range c.Mapping.items {
		n := &node{id: e.name, parent: string(e.value.Parent), rank: ranks[e.name]}
		if m := e.value.Message; m != nil {
			n.message = r.chatgptMessage(m, &citations)
		}
		nodes = append(nodes, n)
	}
	out := store.ImportedConversation{Title: title, Origin: "import:chatgpt", Model: string(c.Model),
		Created: c.Created.Time, Updated: latest(c.Updated.Time, c.Created.Time), Archived: bool(c.Archived), Pinned: bool(c.Starred)}
	if out.Messages, out.Leaf, err = r.arrange(title, nodes, string(c.Current), true); err != nil {
		return err
	}
	return r.add(out)
}

// latest is a time, or another if it is not known.
func latest(t, other time.Time) time.Time {
	if t.IsZero() {
		return other
	}
	return t
}

// chatgptMessage is what there is to show of a message; nil if there is nothing.
func (r *reader) chatgptMessage(m *chatgptMessage, citations *int) *store.ImportedMessage {
	out := &store.ImportedMessage{Created: m.Created.Time, Model: string(m.Metadata.Model), State: store.StateDone}
	kind := string(cmp.Or(m.Content.Type, "text"))
	switch {
	case m.Author.Role == "system":
		if r.chatgptText(&m.Content) != "" {
			r.skip(chat.CodeSkippedInstructions, "")
		}
		return nil
	case bool(m.Metadata.Hidden), strings.HasSuffix(kind, "_editable_context"):
		r.skip(chat.CodeSkippedHidden, kind)
		return nil
	case m.Author.Role == "user":
		out.Role = chat.User
	case m.Author.Role == "assistant" && (m.Recipient == "" || m.Recipient == "all"):
		out.Role = chat.Assistant
	case m.Author.Role == "assistant":
		r.skip(chat.CodeSkippedTool, string(m.Recipient))
		return nil
	case m.Author.Role == "tool":
		r.skip(chat.CodeSkippedTool, kind)
		return nil
	default:
		r.skip(chat.CodeSkippedRole, string(m.Author.Role))
		return nil
	}
	if kind == "thoughts" {
		out.Thinking = thoughts(m.Content.Thoughts.items)
	} else {
		out.Text = r.chatgptText(&m.Content)
	}
	var names []string
	for _, a := range m.Metadata.Attachments.items {
		names = append(names, string(a.Name))
	}
	out.Text = r.withFiles(names, out.Text)
	if out.Role == chat.Assistant {
		out.Text, out.Events = r.cite(out.Text, m.Metadata.Citations.items, m.Metadata.References.items, citations)
	}
	chatgptEnd(m, out)
	if out.Text == "" && out.Thinking == "" {
		return nil
	}
	return out
}

// chatgptEnd says how a message ended.
func chatgptEnd(m *chatgptMessage, out *store.ImportedMessage) {
	switch m.Metadata.Finish.Type {
	case "stop":
		out.Finish = string(chat.FinishStop)
	case "max_tokens":
		out.Finish = string(chat.FinishLength)
	case "interrupted":
		out.State = store.StateStopped
	}
	if m.Status == "in_progress" && out.Role == chat.Assistant {
		out.State = store.StateInterrupted
	}
}

func thoughts(all []chatgptThought) string {
	var text paragraphs
	for _, t := range all {
		if t.Summary != "" {
			text.add("**" + string(t.Summary) + "**")
		}
		text.add(string(t.Content))
	}
	return text.String()
}

// chatgptText is the text of a message's content. What is no text leaves a word in its place.
func (r *reader) chatgptText(c *chatgptContent) string {
	switch c.Type {
	case "code", "execution_output":
		return fenced(string(c.Language), string(c.Text))
	case "thoughts", "reasoning_recap":
		r.skip(chat.CodeSkippedPart, string(c.Type))
		return ""
	}
	var text paragraphs
	text.add(string(c.Text))
	for _, raw := range c.Parts.items {
		var part struct {
			Type word `json:"content_type"`
			Text word `json:"text"`
		}
		switch {
		case present(raw, '"'):
			var s string
			json.Unmarshal(raw, &s)
			text.add(s)
		case json.Unmarshal(raw, &part) != nil || !present(raw, '{'):
			r.skip(chat.CodeSkippedPart, string(c.Type))
		case part.Type == "audio_transcription":
			text.add(string(part.Text))
		default:
			r.skip(chat.CodeSkippedPart, string(part.Type))
			text.add(place(string(part.Type)))
		}
	}
	if text.Len() == 0 && c.Type != "text" && c.Type != "" && c.Type != "multimodal_text" {
		r.skip(chat.CodeSkippedPart, string(c.Type))
	}
	return text.String()
}

// withFiles is a text below the names of files that came with it. The files themselves are not brought.
func (r *reader) withFiles(names []string, text string) string {
	var all paragraphs
	for _, name := range names {
		r.skip(chat.CodeSkippedFile, name)
		all.add("[" + line(name, 200) + "]")
	}
	all.add(text)
	return all.String()
}

// place is what stands where something was that is no text.
func place(kind string) string {
	for _, known := range []string{"image", "audio", "video"} {
		if strings.Contains(kind, known) {
			return "[" + known + "]"
		}
	}
	return "[" + line(kind, 60) + "]"
}

// fenced is code in a fence that nothing in it ends.
func fenced(language, code string) string {
	if code == "" {
		return ""
	}
	longest, run := 2, 0
	for i := range len(code) {
		if code[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	if language == "unknown" {
		language = ""
	}
	fence := strings.Repeat("`", longest+1)
	return fence + line(language, 40) + "\n" + strings.TrimRight(code, "\n") + "\n" + fence
}
