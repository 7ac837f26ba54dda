package prompt

import (
	"strings"
	"time"

	"exaone/chat"
)

// llama3 is the format of Llama 3.1 and 3.3, whose templates always say the same day; llama32 is that of
// 3.2, which says today's.
var (
	llama3  = llama("llama3", func() string { return "26 Jul 2024" })
	llama32 = llama("llama3.2", func() string { return strftime("%d %b %Y", time.Now()) })
)

func llama(name string, date func() string) native {
	return native{
		name:  name,
		tools: true,
		marks: []string{"<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>",
			"<|eot_id|>", "<|eom_id|>", "<|python_tag|>"},
		stop: []string{"<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"},
		bos:  "<|begin_of_text|>",
		write: func(w *writer, req chat.Request, bos string) error {
			return writeLlama3(w, req, bos, date())
		},
		syntax: func(req chat.Request) syntax {
			return syntax{bare: len(req.Tools) > 0, bareMark: "<|python_tag|>"}
		},
	}
}

func llamaHeader(w *writer, role string) {
	w.own("<|start_header_id|>" + role + "<|end_header_id|>\n\n")
}

func writeLlama3(w *writer, req chat.Request, bos, date string) error {
	messages := req.Messages
	w.own(bos)
	llamaHeader(w, "system")
	if len(req.Tools) > 0 {
		w.own("Environment: ipython\n")
	}
	w.own("Cutting Knowledge Date: December 2023\nToday Date: " + date + "\n\n")
	if messages[0].Role == chat.System {
		w.text(strings.TrimFunc(messages[0].Text, isSpace))
		messages = messages[1:]
	}
	w.own("<|eot_id|>")
	if len(req.Tools) > 0 {
		if len(messages) == 0 {
			return refuse("tools stand in the first user message, and there is none")
		}
		if err := writeLlama3Tools(w, req.Tools); err != nil {
			return err
		}
		w.text(strings.TrimFunc(messages[0].Text, isSpace))
		w.own("<|eot_id|>")
		messages = messages[1:]
	}
	for _, m := range messages {
		switch {
		case len(m.Calls) > 0:
			// The format has one call in a turn; several are a turn each.
			for _, c := range m.Calls {
				llamaHeader(w, "assistant")
				w.own(`{"name": "`)
				w.text(c.Name)
				w.own(`", "parameters": `)
				if err := w.json(argumentsValue(c.Arguments), jsonOptions{}); err != nil {
					return err
				}
				w.own("}<|eot_id|>")
			}
		case m.Role == chat.Tool:
			llamaHeader(w, "ipython")
			if err := w.json(saidText(m.Text), jsonOptions{}); err != nil {
				return err
			}
			w.own("<|eot_id|>")
		default:
			llamaHeader(w, string(m.Role))
			w.text(strings.TrimFunc(m.Text, isSpace))
			w.own("<|eot_id|>")
		}
	}
	llamaHeader(w, "assistant")
	return nil
}

func writeLlama3Tools(w *writer, tools []chat.ToolSpec) error {
	values, err := toolValues(tools)
	if err != nil {
		return err
	}
	llamaHeader(w, "user")
	w.own("Given the following functions, please respond with a JSON for a function call " +
		"with its proper arguments that best answers the given prompt.\n\n" +
		`Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.` +
		"Do not use variables.\n\n")
	for _, v := range values {
		if err := w.json(v, jsonOptions{indented: true, indent: "    "}); err != nil {
			return err
		}
		w.own("\n\n")
	}
	return nil
}
