package api

import (
	"fmt"

	"exaone/chat"
)

// ollamaMessages reads the conversation, of which there may be none.
func ollamaMessages(o *object) []chat.Message {
	var out []chat.Message
	var open []chat.ToolCall // calls that have no result yet
	for i, element := range o.list("messages", o.take("messages"), maxMessages) {
		m := ollamaMessage(newObject(fmt.Sprintf("messages[%d].", i), element, maxFields, o.faults), i, &open)
		if o.first != nil {
			return nil
		}
		out = append(out, m)
	}
	return out
}

func ollamaMessage(o *object, at int, open *[]chat.ToolCall) chat.Message {
	var m chat.Message
	role := o.choice("role", "system", "user", "assistant", "tool")
	if role == "" {
		o.add(chat.CodeBadField, o.name("role"), "nothing", "system | user | assistant | tool")
	}
	m.Role = chat.Role(role)
	m.Text, _ = o.text("content")
	if m.Images = ollamaImages(o); len(m.Images) > 0 && m.Role != chat.User {
		o.add(chat.CodeUnsupportedField, o.name("images"), "pictures in a message of a user")
	}
	switch m.Role {
	case chat.Assistant:
		m.Thinking, _ = o.text("thinking")
		m.Calls = ollamaCalls(o, at)
		*open = append(*open, m.Calls...)
	case chat.Tool:
		answersCall(o, &m, open)
	}
	o.close("thinking", "tool_calls") // of others than assistants: null or empty
	return m
}

// answersCall finds the call that a tool's message answers: the one it names by id, else the first of the tool's name,
// else the first that has no result yet. Ollama's messages need name none.
func answersCall(o *object, m *chat.Message, open *[]chat.ToolCall) {
	m.CallID, _ = o.text("tool_call_id")
	m.Name, _ = o.text("tool_name")
	if older, ok := o.text("name"); ok && m.Name == "" {
		m.Name = older
	}
	fits := func(c chat.ToolCall) bool {
		return (m.CallID == "" || c.ID == m.CallID) && (m.Name == "" || c.Name == m.Name)
	}
	for i, c := range *open {
		if fits(c) {
			m.CallID, m.Name = c.ID, c.Name
			*open = append((*open)[:i:i], (*open)[i+1:]...)
			return
		}
	}
	if m.CallID == "" {
		m.CallID = m.Name
	}
}

// ollamaCalls reads the calls of an assistant's message. A call that has no id gets one, different in each message.
func ollamaCalls(o *object, at int) []chat.ToolCall {
	var out []chat.ToolCall
	for i, element := range o.list("tool_calls", o.take("tool_calls"), maxCalls) {
		c := newObject(fmt.Sprintf("%stool_calls[%d].", o.path, i), element, maxFields, o.faults)
		var call chat.ToolCall
		if call.ID, _ = c.text("id"); call.ID == "" {
			call.ID = fmt.Sprintf("call_%d_%d", at, i)
		}
		c.choice("type", "function")
		if f := c.object("function"); f != nil {
			call.Name = f.need("name", "the name of a function")
			call.Arguments = "{}"
			if raw, ok := f.fields["arguments"]; ok && string(raw) != "null" {
				call.Arguments = f.json("arguments")
			}
			f.idle("index")
			f.close("description")
		} else {
			c.add(chat.CodeBadField, c.name("function"), "nothing", "an object")
		}
		c.close()
		if o.first != nil {
			return nil
		}
		out = append(out, call)
	}
	return out
}
