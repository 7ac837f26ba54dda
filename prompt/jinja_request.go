package prompt

import (
	"fmt"

	"exaone/chat"
)

// variables are what a chat template sees: a closed list, so that a request cannot set others.
//
//	messages [{role, content, reasoning_content?, tool_calls?, tool_call_id?, name?}] · tools or None
//	documents None · add_generation_prompt True · bos_token · eos_token
//	enable_thinking and thinking, if the request says which
//
// Roles and the type of a tool are ours; everything else in messages and tools came with the request.
func variables(req chat.Request, bos, eos string) (*dict, error) {
	vars := newDict(9)
	messages := &list{make([]value, len(req.Messages))}
	for i, msg := range req.Messages {
		d, err := messageValue(msg)
		if err != nil {
			return nil, chat.NewError(chat.CodeBadRequest, nil, fmt.Sprintf("messages[%d]: %v", i, err))
		}
		messages.items[i] = d
	}
	tools, err := toolValues(req.Tools)
	if err != nil {
		return nil, err
	}
	vars.put("messages", messages)
	vars.put("tools", nil)
	if len(tools) > 0 {
		vars.put("tools", &list{tools})
	}
	vars.put("documents", nil)
	vars.put("add_generation_prompt", true)
	vars.put("bos_token", own(bos))
	vars.put("eos_token", own(eos))
	if req.Thinking != nil {
		vars.put("enable_thinking", *req.Thinking)
		vars.put("thinking", *req.Thinking)
	}
	return vars, nil
}

func messageValue(msg chat.Message) (*dict, error) {
	d := newDict(6)
	d.put("role", own(string(msg.Role)))
	d.put("content", saidText(msg.Text))
	if msg.Thinking != "" {
		d.put("reasoning_content", saidText(msg.Thinking))
	}
	if len(msg.Calls) > 0 {
		calls := &list{make([]value, len(msg.Calls))}
		for i, c := range msg.Calls {
			calls.items[i] = callValue(c)
		}
		d.put("tool_calls", calls)
	}
	if msg.Role == chat.Tool {
		d.put("tool_call_id", saidText(msg.CallID))
		d.put("name", saidText(msg.Name))
	}
	return d, nil
}

func callValue(c chat.ToolCall) *dict {
	f := newDict(2)
	f.put("name", saidText(c.Name))
	f.put("arguments", argumentsValue(c.Arguments))
	d := newDict(3)
	d.put("id", saidText(c.ID))
	d.put("type", own("function"))
	d.put("function", f)
	return d
}

// argumentsValue is what templates expect of arguments: an object, or the text if it is none.
func argumentsValue(s string) value {
	if s == "" {
		return newDict(0)
	}
	v, err := parseJSON(s)
	if _, ok := v.(*dict); err != nil || !ok {
		return saidText(s)
	}
	return v
}

// toolValues are the tools as OpenAI's API has them, which is what templates are written for.
func toolValues(tools []chat.ToolSpec) ([]value, error) {
	out := make([]value, len(tools))
	for i, t := range tools {
		f := newDict(3)
		f.put("name", saidText(t.Name))
		f.put("description", saidText(t.Description))
		if t.Parameters != "" {
			v, err := parseJSON(t.Parameters)
			if err != nil {
				return nil, chat.NewError(chat.CodeBadRequest, err, fmt.Sprintf("tools[%d] %q: parameters: %v", i, t.Name, err))
			}
			if _, ok := v.(*dict); !ok {
				return nil, chat.NewError(chat.CodeBadRequest, nil,
					fmt.Sprintf("tools[%d] %q: parameters: found %s, want a JSON object", i, t.Name, kind(v)))
			}
			f.put("parameters", v)
		}
		d := newDict(2)
		d.put("type", own("function"))
		d.put("function", f)
		out[i] = d
	}
	return out, nil
}
