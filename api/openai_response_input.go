package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"exaone/chat"
)

// harmlessInItem are fields of items as replies have them, which clients send back as they are.
var harmlessInItem = []string{"id", "status", "phase"}

// inputs reads the input of a response: a text, or items as earlier responses had them.
func inputs(o *object) []chat.Message {
	raw := o.take("input")
	if raw == nil {
		o.add(chat.CodeBadField, "input", "nothing", "a text or a list of items")
		return nil
	}
	if raw[0] == '"' {
		var text string
		o.want("input", raw, &text, "a text")
		return []chat.Message{{Role: chat.User, Text: text}}
	}
	list := o.list("input", raw, maxMessages)
	if len(list) == 0 {
		o.add(chat.CodeBadField, "input", "[]", "at least one item")
	}
	var t transcript
	for i, element := range list {
		t.item(newObject(fmt.Sprintf("input[%d].", i), element, maxFields, o.faults))
		if o.first != nil {
			return nil
		}
	}
	return t.messages
}

// transcript makes messages of items. What a model thought, said and called in one answer are several items of one
// message.
type transcript struct {
	messages []chat.Message
	open     bool // the last message is an assistant's, and may go on
}

func (t *transcript) item(o *object) {
	kind, ok := o.text("type")
	if !ok {
		kind = "message"
	}
	switch kind {
	case "message":
		t.message(o)
	case "reasoning":
		t.thought(o)
	case "function_call":
		t.call(o)
	case "function_call_output":
		t.result(o)
	case "item_reference":
		o.add(chat.CodeUnsupportedField, o.name("type"), "item_reference: nothing is kept here, send the item")
	default:
		o.add(chat.CodeUnsupportedField, o.name("type"), fmt.Sprintf("%.40q", kind))
	}
	o.close(harmlessInItem...)
}

// assistant returns the message that an answer's next item belongs to: the one that is open unless it is full.
func (t *transcript) assistant(full func(m *chat.Message) bool) *chat.Message {
	if last := len(t.messages) - 1; t.open && !full(&t.messages[last]) {
		return &t.messages[last]
	}
	t.messages = append(t.messages, chat.Message{Role: chat.Assistant})
	t.open = true
	return &t.messages[len(t.messages)-1]
}

func (t *transcript) message(o *object) {
	role := o.choice("role", "system", "developer", "user", "assistant")
	if role == "" {
		o.add(chat.CodeBadField, o.name("role"), "nothing", "system | developer | user | assistant")
	}
	var images []chat.Image
	at := &images
	if role != "user" {
		at = nil
	}
	text, said := content(o, "content", at)
	if !said {
		o.add(chat.CodeBadField, o.name("content"), "nothing", "a text")
	}
	switch role {
	case "assistant":
		t.assistant(func(m *chat.Message) bool { return m.Text != "" || len(m.Calls) > 0 }).Text = text
		return
	case "developer":
		role = "system"
	}
	t.open = false
	t.messages = append(t.messages, chat.Message{Role: chat.Role(role), Text: text, Images: images})
}

func (t *transcript) thought(o *object) {
	var out strings.Builder
	for _, part := range [...]struct{ field, kind string }{{"summary", "summary_text"}, {"content", "reasoning_text"}} {
		for i, element := range o.list(part.field, o.take(part.field), maxParts) {
			p := newObject(fmt.Sprintf("%s%s[%d].", o.path, part.field, i), element, maxFields, o.faults)
			p.choice("type", part.kind)
			text, _ := p.text("text")
			p.close()
			out.WriteString(text)
		}
	}
	o.only("encrypted_content", "it can be read only where it was made", `""`)
	t.assistant(func(m *chat.Message) bool { return m.Text != "" || len(m.Calls) > 0 }).Thinking += out.String()
}

func (t *transcript) call(o *object) {
	call := chat.ToolCall{ID: o.need("call_id", "the id of the call"), Name: o.need("name", "the name of a function")}
	call.Arguments, _ = o.text("arguments")
	if call.Arguments == "" {
		call.Arguments = "{}"
	}
	if !json.Valid([]byte(call.Arguments)) || depth([]byte(call.Arguments)) > maxDepth {
		o.add(chat.CodeBadField, o.name("arguments"), fmt.Sprintf("%.40q", call.Arguments), "JSON as text")
	}
	m := t.assistant(func(m *chat.Message) bool { return len(m.Calls) >= maxCalls })
	m.Calls = append(m.Calls, call)
}

func (t *transcript) result(o *object) {
	m := chat.Message{Role: chat.Tool, CallID: o.need("call_id", "the id of the call it answers")}
	text, said := content(o, "output", nil)
	if !said {
		o.add(chat.CodeBadField, o.name("output"), "nothing", "a text")
	}
	m.Text = text
	for _, earlier := range t.messages {
		if i := slices.IndexFunc(earlier.Calls, func(c chat.ToolCall) bool { return c.ID == m.CallID }); i >= 0 {
			m.Name = earlier.Calls[i].Name
		}
	}
	if m.Name == "" {
		o.add(chat.CodeBadField, o.name("call_id"), fmt.Sprintf("%.64q", m.CallID), "the id of a call before it")
	}
	t.open = false
	t.messages = append(t.messages, m)
}
