package prompt

import (
	"strings"

	"exaone/chat"
)

var (
	chatMLMarks = []string{"<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>",
		"<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"}
	chatMLStop = []string{"<|im_end|>", "<|endoftext|>"}
)

// smolLM2 and qwen2 say who the model is where the conversation does not. Neither was taught tools; where
// a request has none, a tool's message is a turn like any other.
var (
	smolLM2 = plainChatML("smollm2", "You are a helpful AI assistant named SmolLM, trained by Hugging Face")
	qwen2   = plainChatML("qwen2", "You are a helpful assistant.")
)

// chatML is the format for models with its marks and no template: no system message of its own, tools as
// Hermes has them.
var chatML = native{
	name:   "chatml",
	tools:  true,
	marks:  chatMLMarks,
	stop:   chatMLStop,
	write:  func(w *writer, req chat.Request, _ string) error { return writeHermes(w, req, "") },
	syntax: hermesSyntax,
}

func plainChatML(name, system string) native {
	return native{
		name:  name,
		marks: chatMLMarks,
		stop:  chatMLStop,
		write: func(w *writer, req chat.Request, _ string) error {
			if req.Messages[0].Role != chat.System {
				w.own("<|im_start|>system\n" + system + "<|im_end|>\n")
			}
			for _, m := range req.Messages {
				w.own("<|im_start|>" + string(m.Role) + "\n")
				w.text(m.Text)
				w.own("<|im_end|>\n")
			}
			w.own("<|im_start|>assistant\n")
			return nil
		},
		syntax: func(chat.Request) syntax { return syntax{} },
	}
}

func hermesSyntax(chat.Request) syntax {
	return syntax{thinkOpen: "<think>", thinkClose: "</think>", callOpen: "<tool_call>", callClose: "</tool_call>"}
}

// qwen25 is the format of Qwen2.5.
var qwen25 = native{
	name:  "qwen2.5",
	tools: true,
	marks: chatMLMarks,
	stop:  chatMLStop,
	write: func(w *writer, req chat.Request, _ string) error {
		return writeHermes(w, req, "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.")
	},
	syntax: hermesSyntax,
}

// writeHermes is ChatML with tools in the system turn and their results in user turns.
func writeHermes(w *writer, req chat.Request, system string) error {
	messages := req.Messages
	first := messages[0].Role == chat.System
	if first || system != "" || len(req.Tools) > 0 {
		w.own("<|im_start|>system\n")
		if first {
			w.text(messages[0].Text)
			messages = messages[1:]
		} else {
			w.own(system)
		}
		if len(req.Tools) > 0 {
			if first || system != "" {
				w.own("\n\n")
			}
			if err := writeHermesTools(w, req.Tools); err != nil {
				return err
			}
		}
		w.own("<|im_end|>\n")
	}
	for i, m := range messages {
		switch {
		case m.Role == chat.Tool:
			writeToolResponse(w, messages, i)
		case m.Role == chat.Assistant && len(m.Calls) > 0:
			w.own("<|im_start|>assistant")
			if m.Text != "" {
				w.own("\n")
				w.text(m.Text)
			}
			for _, c := range m.Calls {
				w.own("\n")
				if err := writeHermesCall(w, c, false); err != nil {
					return err
				}
			}
			w.own("<|im_end|>\n")
		default:
			w.own("<|im_start|>" + string(m.Role) + "\n")
			w.text(m.Text)
			w.own("<|im_end|>\n")
		}
	}
	w.own("<|im_start|>assistant\n")
	return nil
}

func writeHermesTools(w *writer, tools []chat.ToolSpec) error {
	values, err := toolValues(tools)
	if err != nil {
		return err
	}
	w.own("# Tools\n\nYou may call one or more functions to assist with the user query.\n\n" +
		"You are provided with function signatures within <tools></tools> XML tags:\n<tools>")
	for _, v := range values {
		w.own("\n")
		if err := w.json(v, jsonOptions{}); err != nil {
			return err
		}
	}
	w.own("\n</tools>\n\nFor each function call, return a json object with function name and arguments within " +
		"<tool_call></tool_call> XML tags:\n<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call>")
	return nil
}

// writeHermesCall writes a call; raw leaves arguments that are no object as they are, as Qwen3 does.
func writeHermesCall(w *writer, c chat.ToolCall, raw bool) error {
	w.own("<tool_call>\n{\"name\": \"")
	w.text(c.Name)
	w.own("\", \"arguments\": ")
	v := argumentsValue(c.Arguments)
	if t, ok := v.(written); ok && raw {
		w.add(t)
	} else if err := w.json(v, jsonOptions{}); err != nil {
		return err
	}
	w.own("}\n</tool_call>")
	return nil
}

// writeToolResponse writes message i, a tool's. Neighbours share one user turn.
func writeToolResponse(w *writer, messages []chat.Message, i int) {
	if i == 0 || messages[i-1].Role != chat.Tool {
		w.own("<|im_start|>user")
	}
	w.own("\n<tool_response>\n")
	w.text(messages[i].Text)
	w.own("\n</tool_response>")
	if i+1 == len(messages) || messages[i+1].Role != chat.Tool {
		w.own("<|im_end|>\n")
	}
}

// qwen3 is the format of Qwen3: Qwen2.5's without a system message of its own, and with thinking, which
// appears in history only after the last thing the user asked. A model thinks unless told not to.
var qwen3 = native{
	name:   "qwen3",
	tools:  true,
	marks:  chatMLMarks,
	stop:   chatMLStop,
	write:  writeQwen3,
	syntax: hermesSyntax,
}

func writeQwen3(w *writer, req chat.Request, _ string) error {
	messages := req.Messages
	first := messages[0].Role == chat.System
	if first || len(req.Tools) > 0 {
		w.own("<|im_start|>system\n")
		if first {
			w.text(messages[0].Text)
			messages = messages[1:]
		}
		if len(req.Tools) > 0 {
			if first {
				w.own("\n\n")
			}
			if err := writeHermesTools(w, req.Tools); err != nil {
				return err
			}
		}
		w.own("<|im_end|>\n")
	}
	asked := lastQuestion(messages)
	for i, m := range messages {
		switch m.Role {
		case chat.Tool:
			writeToolResponse(w, messages, i)
		case chat.Assistant:
			if err := writeQwen3Answer(w, m, i > asked, i+1 == len(messages)); err != nil {
				return err
			}
		default:
			w.own("<|im_start|>" + string(m.Role) + "\n")
			w.text(m.Text)
			w.own("<|im_end|>\n")
		}
	}
	w.own("<|im_start|>assistant\n")
	if !wantsThinking(req, true) {
		w.own(noThinking)
	}
	return nil
}

// lastQuestion returns where the user last asked something, not counting tool results that a client has put
// into user messages.
func lastQuestion(messages []chat.Message) int {
	for i := len(messages) - 1; i >= 0; i-- {
		m := messages[i]
		if m.Role == chat.User && !(strings.HasPrefix(m.Text, "<tool_response>") && strings.HasSuffix(m.Text, "</tool_response>")) {
			return i
		}
	}
	return len(messages) - 1
}

func writeQwen3Answer(w *writer, m chat.Message, recent, last bool) error {
	text, thought := m.Text, m.Thinking
	if thought == "" {
		if said, inner, found := afterThinking(m.Text, "<think>", "</think>"); found {
			text, thought = strings.TrimLeft(said, "\n"), strings.TrimLeft(strings.TrimRight(inner, "\n"), "\n")
		}
	}
	w.own("<|im_start|>assistant\n")
	if recent && (last || thought != "") {
		w.own("<think>\n")
		w.text(strings.Trim(thought, "\n"))
		w.own("\n</think>\n\n")
		w.text(strings.TrimLeft(text, "\n"))
	} else {
		w.text(text)
	}
	for i, c := range m.Calls {
		if i > 0 || text != "" {
			w.own("\n")
		}
		if err := writeHermesCall(w, c, true); err != nil {
			return err
		}
	}
	w.own("<|im_end|>\n")
	return nil
}
