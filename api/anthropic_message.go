package api

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"exaone/chat"
)

// blockGap stands between blocks of text that were sent apart. What an assistant said in several blocks is one text.
const blockGap = "\n\n"

// anthropicTalk turns blocks into messages.
type anthropicTalk struct {
	out   []chat.Message
	names map[string]string // of the tools that were called, by id of the call
}

// anthropicConversation reads the system prompt and the conversation.
func anthropicConversation(o *object) []chat.Message {
	talk := anthropicTalk{names: make(map[string]string)}
	talk.system(o)
	raw := o.take("messages")
	if raw == nil {
		o.add(chat.CodeBadField, "messages", "nothing", "a list of messages")
	}
	list := o.list("messages", raw, maxMessages)
	if len(list) == 0 {
		o.add(chat.CodeBadField, "messages", "[]", "at least one message")
	}
	for i, element := range list {
		m := newObject(fmt.Sprintf("messages[%d].", i), element, maxFields, o.faults)
		role := m.choice("role", "user", "assistant")
		if role == "" {
			m.add(chat.CodeBadField, m.name("role"), "nothing", "user | assistant")
		}
		blocks := anthropicBlocks(m, "content")
		if role == "assistant" {
			talk.assistant(blocks)
			if i == len(list)-1 {
				m.add(chat.CodeNoPrefill, m.name("role"))
			}
		} else {
			talk.user(blocks)
		}
		m.close()
		if o.first != nil {
			return nil
		}
	}
	return talk.out
}

// system reads the system prompt: a text, or blocks of text.
func (t *anthropicTalk) system(o *object) {
	if _, ok := o.fields["system"]; !ok {
		return
	}
	var texts []string
	for _, b := range anthropicBlocks(o, "system") {
		texts = append(texts, anthropicText(b))
	}
	if text := strings.Join(texts, blockGap); text != "" {
		t.out = append(t.out, chat.Message{Role: chat.System, Text: text})
	}
}

// anthropicBlocks reads content: a text, which is one block, or a list of blocks.
func anthropicBlocks(o *object, field string) []*object {
	raw := o.take(field)
	if raw == nil {
		if field == "content" {
			o.add(chat.CodeBadField, o.name(field), "nothing", "a text or a list of blocks")
		}
		return nil
	}
	if raw[0] == '"' {
		fields := map[string]json.RawMessage{"type": json.RawMessage(`"text"`), "text": raw}
		return []*object{{faults: o.faults, path: o.name(field) + ".", fields: fields}}
	}
	var out []*object
	for i, element := range o.list(field, raw, maxParts) {
		out = append(out, newObject(fmt.Sprintf("%s[%d].", o.name(field), i), element, maxFields, o.faults))
	}
	return out
}

// anthropicText reads a block of text, and refuses others.
func anthropicText(b *object) string {
	text := ""
	switch kind, _ := b.text("type"); kind {
	case "text":
		var ok bool
		if text, ok = b.text("text"); !ok {
			b.add(chat.CodeBadField, b.name("text"), "nothing", "a text")
		}
	case "image", "document":
		b.add(chat.CodeNoEyes, b.where())
	default:
		b.add(chat.CodeUnsupportedField, b.name("type"), strconv.Quote(fmt.Sprintf("%.40s", kind)))
	}
	b.only("citations", "answers cite nothing", "[]")
	b.close("cache_control")
	return text
}

// user takes the blocks of a user's message: texts, pictures, which are before all of the text then, and results of calls, each of which is a message of its own here.
func (t *anthropicTalk) user(blocks []*object) {
	var texts []string
	var images []chat.Image
	flush := func() {
		if len(texts)+len(images) > 0 {
			t.out = append(t.out, chat.Message{Role: chat.User, Text: strings.Join(texts, blockGap), Images: images})
			texts, images = nil, nil
		}
	}
	for _, b := range blocks {
		if kindOf(b) == "tool_result" {
			flush()
			t.result(b)
			continue
		}
		if kindOf(b) == "image" {
			b.take("type")
			if m, ok := anthropicImage(b); ok {
				images = append(images, m)
			}
			b.close("cache_control")
			continue
		}
		texts = append(texts, anthropicText(b))
	}
	if len(blocks) == 0 {
		texts = []string{""}
	}
	flush()
}

// kindOf is the type of a block, which stays to be read.
func kindOf(b *object) string {
	var kind string
	if json.Unmarshal(b.fields["type"], &kind) != nil {
		return ""
	}
	return kind
}

// result takes the result of a call. One that failed says so in its text: the formats of models have no other place.
func (t *anthropicTalk) result(b *object) {
	b.take("type")
	m := chat.Message{Role: chat.Tool, CallID: b.need("tool_use_id", "the id of a tool_use block")}
	name, known := t.names[m.CallID]
	if !known {
		b.add(chat.CodeBadField, b.name("tool_use_id"), strconv.Quote(fmt.Sprintf("%.64s", m.CallID)), "the id of a tool_use block before it")
	}
	m.Name = name
	if _, ok := b.fields["content"]; ok {
		var texts []string
		for _, inner := range anthropicBlocks(b, "content") {
			texts = append(texts, anthropicText(inner))
		}
		m.Text = strings.Join(texts, blockGap)
	}
	if failed, _ := b.flag("is_error"); failed {
		m.Text = strings.TrimSuffix("Error: "+m.Text, ": ")
	}
	b.close("cache_control")
	t.out = append(t.out, m)
}

// assistant takes the blocks of an assistant's message. The signature of a thought is taken back and not looked at.
func (t *anthropicTalk) assistant(blocks []*object) {
	m := chat.Message{Role: chat.Assistant}
	for _, b := range blocks {
		switch kindOf(b) {
		case "thinking":
			b.take("type")
			text, _ := b.text("thinking")
			if m.Thinking != "" {
				m.Thinking += blockGap
			}
			m.Thinking += text
			b.text("signature")
			b.close()
		case "redacted_thinking":
			b.add(chat.CodeUnsupportedField, b.where(), "what another server has encrypted cannot be read here; leave the block out")
		case "tool_use":
			b.take("type")
			call := chat.ToolCall{ID: b.need("id", "an id"), Name: b.need("name", "the name of a tool"), Arguments: b.json("input")}
			b.close("cache_control", "caller")
			t.names[call.ID] = call.Name
			m.Calls = append(m.Calls, call)
		default:
			m.Text += anthropicText(b)
		}
	}
	t.out = append(t.out, m)
}
