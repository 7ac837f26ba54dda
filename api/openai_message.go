package api

import (
	"encoding/json"
	"fmt"
	"strings"

	"exaone/chat"
)

// harmlessInMessage are fields that OpenAI's and other servers' replies have, and clients send back as they are.
var harmlessInMessage = []string{"annotations", "refusal", "reasoning", "cache_control"}

// messages reads the conversation.
func messages(o *object) []chat.Message {
	raw := o.take("messages")
	if raw == nil {
		o.add(chat.CodeBadField, "messages", "nothing", "a list of messages")
		return nil
	}
	list := o.list("messages", raw, maxMessages)
	if len(list) == 0 {
		o.add(chat.CodeBadField, "messages", "[]", "at least one message")
	}
	out := make([]chat.Message, 0, len(list))
	for i, element := range list {
		out = append(out, message(newObject(fmt.Sprintf("messages[%d].", i), element, maxFields, o.faults)))
		if o.first != nil {
			return nil
		}
	}
	return out
}

func message(o *object) chat.Message {
	var m chat.Message
	switch role := o.choice("role", "system", "developer", "user", "assistant", "tool"); role {
	case "":
		o.add(chat.CodeBadField, o.name("role"), "nothing", "system | developer | user | assistant | tool")
	case "developer": // the name of system for newer models of OpenAI
		m.Role = chat.System
	default:
		m.Role = chat.Role(role)
	}
	m.Name, _ = o.text("name")
	var said bool
	var images *[]chat.Image // where they may be
	if m.Role == chat.User {
		images = &m.Images
	}
	m.Text, said = content(o, "content", images)
	if m.Role == chat.Assistant {
		m.Thinking, _ = o.text("reasoning_content")
		m.Calls = calls(o)
	}
	if m.Role == chat.Tool {
		if m.CallID, _ = o.text("tool_call_id"); m.CallID == "" {
			o.add(chat.CodeBadField, o.name("tool_call_id"), "nothing", "the id of the call it answers")
		}
	}
	if !said && len(m.Calls) == 0 {
		o.add(chat.CodeBadField, o.name("content"), "nothing", "a text")
	}
	o.only("audio", "text only")
	o.only("function_call", "use tool_calls")
	o.close(harmlessInMessage...)
	return m
}

// content reads a message's text: a string, or parts that are texts, or pictures where images says where they go. The pictures
// are before all of the text then.
func content(o *object, field string, images *[]chat.Image) (text string, ok bool) {
	raw := o.take(field)
	if raw == nil {
		return "", false
	}
	if raw[0] == '"' {
		ok = o.want(field, raw, &text, "a text")
		return text, ok
	}
	var out strings.Builder
	for i, element := range o.list(field, raw, maxParts) {
		part := newObject(fmt.Sprintf("%s%s[%d].", o.path, field, i), element, maxFields, o.faults)
		switch kind, _ := part.text("type"); kind {
		case "text", "input_text", "output_text":
			piece, ok := part.text("text")
			if !ok {
				part.add(chat.CodeBadField, part.name("text"), "nothing", "a text")
			}
			out.WriteString(piece)
		case "refusal": // what a model of OpenAI's said instead
			piece, _ := part.text("refusal")
			out.WriteString(piece)
		case "image_url", "input_image":
			if images == nil && part.sees() {
				part.add(chat.CodeUnsupportedField, part.where(), "pictures in a message of a user")
			} else if m, ok := openaiImage(part); ok {
				*images = append(*images, m)
			}
		case "image", "input_audio", "audio_url", "video_url", "file", "input_file":
			part.add(chat.CodeNoEyes, strings.TrimSuffix(part.path, "."))
		default:
			part.add(chat.CodeBadField, part.name("type"), fmt.Sprintf("%.40q", kind), "text")
		}
		part.close("cache_control", "annotations", "logprobs")
		if o.first != nil {
			return "", false
		}
	}
	return out.String(), true
}

// calls reads the tool calls of an assistant's message.
func calls(o *object) []chat.ToolCall {
	var out []chat.ToolCall
	for i, element := range o.list("tool_calls", o.take("tool_calls"), maxCalls) {
		c := newObject(fmt.Sprintf("%stool_calls[%d].", o.path, i), element, maxFields, o.faults)
		var call chat.ToolCall
		call.ID, _ = c.text("id")
		c.choice("type", "function")
		if f := c.object("function"); f != nil {
			call.Name, _ = f.text("name")
			call.Arguments, _ = f.text("arguments")
			if call.Arguments == "" {
				call.Arguments = "{}"
			}
			if !json.Valid([]byte(call.Arguments)) || depth([]byte(call.Arguments)) > maxDepth {
				f.add(chat.CodeBadField, f.name("arguments"), fmt.Sprintf("%.40q", call.Arguments), "JSON as text")
			}
			f.close()
		}
		if call.Name == "" {
			c.add(chat.CodeBadField, c.name("function.name"), "nothing", "the name of a function")
		}
		c.close("index")
		if o.first != nil {
			return nil
		}
		out = append(out, call)
	}
	return out
}
