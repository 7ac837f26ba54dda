package exchange

import (
	"cmp"
	"encoding/json"
	"html"
	"regexp"
	"strconv"
	"strings"

	"exaone/chat"
	"exaone/store"
)

// openWebUI reads what Open WebUI exports: a list of chats, each with a history of messages by their ids; and as older
// versions wrote it, with the messages of one branch in a list.
var openWebUI = importer{
	name:  "openwebui",
	knows: func(p probe) bool { return present(p.Chat, '{') || present(p.History, '{') },
	read:  readOpenWebUI,
}

type openWebUIChat struct {
	Title    word              `json:"title"`
	Created  moment            `json:"created_at"`
	Updated  moment            `json:"updated_at"`
	Archived flag              `json:"archived"`
	Pinned   flag              `json:"pinned"`
	Chat     *openWebUIContent `json:"chat"`
	openWebUIContent
}

type openWebUIContent struct {
	Title   word       `json:"title"`
	Models  list[word] `json:"models"`
	History struct {
		Messages dict[openWebUIMessage] `json:"messages"`
		Current  word                   `json:"currentId"`
	} `json:"history"`
	Messages  list[openWebUIMessage] `json:"messages"`
	Timestamp moment                 `json:"timestamp"`
}

type openWebUIMessage struct {
	ID       word                  `json:"id"`
	Parent   word                  `json:"parentId"`
	Children list[word]            `json:"childrenIds"`
	Role     word                  `json:"role"`
	Content  json.RawMessage       `json:"content"`
	Model    word                  `json:"model"`
	At       moment                `json:"timestamp"`
	Done     json.RawMessage       `json:"done"`
	Files    list[openWebUIFile]   `json:"files"`
	Sources  list[openWebUISource] `json:"sources"`
	Error    json.RawMessage       `json:"error"`
}

type openWebUIFile struct {
	Type word `json:"type"`
	Name word `json:"name"`
}

type openWebUISource struct {
	Source struct {
		Name word `json:"name"`
		URL  word `json:"url"`
	} `json:"source"`
	Document list[word] `json:"document"`
}

func readOpenWebUI(r *reader, value json.RawMessage) error {
	var c openWebUIChat
	err := json.Unmarshal(value, &c)
	c.Title = word(line(string(c.Title), maxTitle))
	if err != nil {
		return r.unreadable(err, string(c.Title))
	}
	content := c.openWebUIContent
	if c.Chat != nil {
		content = *c.Chat
	}
	out := store.ImportedConversation{Title: string(c.Title), Origin: "import:openwebui", Created: c.Created.Time,
		Updated: latest(c.Updated.Time, c.Created.Time), Archived: bool(c.Archived), Pinned: bool(c.Pinned)}
	if out.Title == "" {
		out.Title = line(string(content.Title), maxTitle)
	}
	out.Created = latest(out.Created, content.Timestamp.Time)
	out.Updated = latest(out.Updated, out.Created)
	if len(content.Models.items) > 0 {
		out.Model = string(content.Models.items[0])
	}
	nodes := content.nodes(r, out.Title)
	if out.Messages, out.Leaf, err = r.arrange(out.Title, nodes, string(content.History.Current), false); err != nil {
		return err
	}
	return r.add(out)
}

// nodes are the messages of a chat: of its history, or else of its list, each below the one before.
func (c *openWebUIContent) nodes(r *reader, title string) []*node {
	for range c.History.Messages.odd + c.Messages.odd {
		r.skip(chat.CodeSkippedMessage, title)
	}
	ranks := map[string]int{}
	for _, e := range c.History.Messages.items {
		for i, child := range e.value.Children.items {
			ranks[string(child)] = i
		}
	}
	var nodes []*node
	for _, e := range c.History.Messages.items {
		nodes = append(nodes, &node{id: e.name, parent: string(e.value.Parent), rank: ranks[e.name], message: r.openWebUIMessage(&e.value)})
	}
	if len(nodes) > 0 {
		return nodes
	}
	for i, m := range c.Messages.items {
		nodes = append(nodes, &node{id: strconv.Itoa(i + 1), parent: strconv.Itoa(i), message: r.openWebUIMessage(&m)})
	}
	return nodes
}

func (r *reader) openWebUIMessage(m *openWebUIMessage) *store.ImportedMessage {
	out := &store.ImportedMessage{Created: m.At.Time, Model: string(m.Model), State: store.StateDone}
	switch m.Role {
	case "user":
		out.Role, out.Model = chat.User, ""
	case "assistant":
		out.Role = chat.Assistant
		if string(m.Done) == "false" {
			out.State = store.StateInterrupted
		}
	case "system":
		r.skip(chat.CodeSkippedInstructions, "")
		return nil
	default:
		r.skip(chat.CodeSkippedRole, string(m.Role))
		return nil
	}
	out.Text = r.contentText(m.Content)
	if out.Role == chat.Assistant {
		out.Text, out.Thinking = r.details(out.Text)
	}
	var files []string
	for _, f := range m.Files.items {
		files = append(files, string(cmp.Or(f.Name, f.Type)))
	}
	out.Text = r.withFiles(files, out.Text)
	for i, s := range m.Sources.items {
		var snippet string
		if len(s.Document.items) > 0 {
			snippet = string(s.Document.items[0])
		}
		name, link := string(s.Source.Name), string(s.Source.URL)
		if link == "" {
			link = name
		}
		out.Events = append(out.Events, citation(i+1, i+1, name, link, snippet))
	}
	if len(m.Error) > 0 && m.Error[0] != 'n' && m.Error[0] != 'f' { // null, false
		r.skip(chat.CodeSkippedPart, "error")
		out.State = store.StateFailed
	}
	if out.Text == "" && out.Thinking == "" {
		return nil
	}
	return out
}

// contentText is a text, or the texts of a list of parts as OpenAI's API has them. What is no text leaves a word.
func (r *reader) contentText(raw json.RawMessage) string {
	var whole string
	if json.Unmarshal(raw, &whole) == nil {
		return whole
	}
	var text paragraphs
	var parts list[struct {
		Type word            `json:"type"`
		Text json.RawMessage `json:"text"` // a text, or an object with one
	}]
	json.Unmarshal(raw, &parts)
	for _, p := range parts.items {
		var inner struct {
			Value word `json:"value"`
		}
		var s word
		json.Unmarshal(p.Text, &s)
		json.Unmarshal(p.Text, &inner)
		switch {
		case p.Type == "text" || p.Type == "output_text" || p.Type == "input_text":
			text.add(string(s) + string(inner.Value))
		default:
			r.skip(chat.CodeSkippedPart, string(p.Type))
			text.add(place(string(p.Type)))
		}
	}
	for range parts.odd {
		r.skip(chat.CodeSkippedPart, "")
	}
	return text.String()
}

// detailsBlock is how Open WebUI writes into an answer what was thought and which tools were used.
var detailsBlock = regexp.MustCompile(`(?s)<details type="(reasoning|tool_calls|code_interpreter)"[^>]*>\s*(?:<summary>.*?</summary>)?(.*?)</details>\s*`)

// details takes those blocks out of an answer.
func (r *reader) details(text string) (said, thought string) {
	var thoughts paragraphs
	said = detailsBlock.ReplaceAllStringFunc(text, func(block string) string {
		m := detailsBlock.FindStringSubmatch(block)
		if m[1] != "reasoning" {
			r.skip(chat.CodeSkippedTool, m[1])
			return ""
		}
		var lines []string
		for l := range strings.Lines(html.UnescapeString(m[2])) {
			l = strings.TrimRight(l, "\r\n")
			lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(l, ">"), " "))
		}
		thoughts.add(strings.TrimSpace(strings.Join(lines, "\n")))
		return ""
	})
	return said, thoughts.String()
}
