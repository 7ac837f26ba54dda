package prompt

import (
	"strings"

	"exaone/chat"
)

// gemma is the format of Gemma 2 and 3. There is no system role: a system message stands before the first
// user message, as Gemma 3's template has it (Gemma 2's refuses one). Every other turn must be the user's. The
// prompt begins with <bos>. The models were taught no tools.
var gemma = native{
	name:   "gemma",
	marks:  []string{"<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"},
	stop:   []string{"<end_of_turn>", "<eos>"},
	bos:    "<bos>",
	write:  writeGemma,
	syntax: func(chat.Request) syntax { return syntax{} },
}

func writeGemma(w *writer, req chat.Request, bos string) error {
	messages, system := req.Messages, ""
	if messages[0].Role == chat.System {
		system, messages = messages[0].Text, messages[1:]
	}
	w.own(bos)
	for i, m := range messages {
		if (m.Role == chat.User) != (i%2 == 0) {
			return refuse("turns must alternate between user and assistant, and turn %d is of the %s", i+1, m.Role)
		}
		role := string(m.Role)
		if m.Role == chat.Assistant {
			role = "model"
		}
		w.own("<start_of_turn>" + role + "\n")
		if i == 0 && len(req.Messages) > len(messages) {
			w.text(system)
			w.own("\n\n")
		}
		w.text(strings.TrimFunc(m.Text, isSpace))
		w.own("<end_of_turn>\n")
	}
	w.own("<start_of_turn>model\n")
	return nil
}
