package prompt

import (
	"strings"

	"exaone/chat"
)

// exaone4 is the format of EXAONE 4.0. Every turn ends with the same mark; tools stand in the system turn;
// an answer opens with its thinking, or with an empty one where the request does not ask for it, and
// earlier answers appear with an empty one.
var exaone4 = native{
	name:  "exaone4",
	tools: true,
	marks: append([]string{"<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_result>", "</tool_result>"},
		exaoneRoles...),
	stop:  []string{exaoneEnd},
	write: writeExaone4,
	syntax: func(req chat.Request) syntax {
		return syntax{thinkOpen: "<think>", thinkClose: "</think>", thinking: wantsThinking(req, false),
			callOpen: "<tool_call>", callClose: "</tool_call>"}
	},
}

const noThinking = "<think>\n\n</think>\n\n"

func writeExaone4(w *writer, req chat.Request, _ string) error {
	if req.Messages[0].Role != chat.System && len(req.Tools) > 0 {
		w.own(exaoneSystem + "\n")
		if err := writeExaone4Tools(w, req.Tools); err != nil {
			return err
		}
		w.own(exaoneEnd + "\n")
	}
	for i, m := range req.Messages {
		switch {
		case m.Role == chat.Assistant:
			if err := writeExaone4Answer(w, m); err != nil {
				return err
			}
		case m.Role == chat.Tool:
			after := i > 0 && req.Messages[i-1].Role == chat.Tool
			before := i+1 < len(req.Messages) && req.Messages[i+1].Role == chat.Tool
			if !after {
				w.own(exaoneTool + "\n")
			}
			w.own(`<tool_result>{"result": `)
			if err := w.json(saidText(m.Text), jsonOptions{}); err != nil {
				return err
			}
			w.own("}</tool_result>")
			if before {
				w.own("\n")
			} else {
				w.own(exaoneEnd + "\n")
			}
		default:
			w.own("[|" + string(m.Role) + "|]\n")
			w.text(m.Text)
			if i == 0 && m.Role == chat.System && len(req.Tools) > 0 {
				w.own("\n\n")
				if err := writeExaone4Tools(w, req.Tools); err != nil {
					return err
				}
			}
			w.own(exaoneEnd + "\n")
		}
	}
	w.own(exaoneAssistant + "\n")
	if wantsThinking(req, false) {
		w.own("<think>\n")
	} else {
		w.own(noThinking)
	}
	return nil
}

func writeExaone4Answer(w *writer, m chat.Message) error {
	w.own(exaoneAssistant + "\n")
	if m.Text != "" || len(m.Calls) > 0 {
		w.own(noThinking)
	}
	said, _, found := afterThinking(m.Text, "<think>", "</think>")
	if found {
		said = strings.TrimFunc(said, isSpace)
	}
	w.text(said)
	for i, c := range m.Calls {
		if i > 0 || m.Text != "" {
			w.own("\n")
		}
		w.own(`<tool_call>{"name": "`)
		w.text(c.Name)
		w.own(`", "arguments": `)
		if err := w.json(argumentsValue(c.Arguments), jsonOptions{}); err != nil {
			return err
		}
		w.own("}</tool_call>")
	}
	w.own(exaoneEnd + "\n")
	return nil
}

func writeExaone4Tools(w *writer, tools []chat.ToolSpec) error {
	values, err := toolValues(tools)
	if err != nil {
		return err
	}
	w.own("# Available Tools" +
		"\nYou can use none, one, or multiple of the following tools by calling them as functions to help with the user’s query." +
		"\nHere are the tools available to you in JSON format within <tool> and </tool> tags:\n")
	for _, v := range values {
		w.own("<tool>")
		if err := w.json(v, jsonOptions{}); err != nil {
			return err
		}
		w.own("</tool>\n")
	}
	w.own("\nFor each function call you want to make, return a JSON object with function name and arguments within <tool_call> and </tool_call> tags, like:" +
		"\n<tool_call>{\"name\": function_1_name, \"arguments\": {argument_1_name: argument_1_value, argument_2_name: argument_2_value}}</tool_call>" +
		"\n<tool_call>{\"name\": function_2_name, \"arguments\": {...}}</tool_call>\n..." +
		"\nNote that if no argument name is specified for a tool, you can just print the argument value directly, without the argument name or JSON formatting.")
	return nil
}
