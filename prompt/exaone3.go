package prompt

import (
	"strings"

	"exaone/chat"
)

// The role tokens of the EXAONE family.
const (
	exaoneSystem    = "[|system|]"
	exaoneUser      = "[|user|]"
	exaoneAssistant = "[|assistant|]"
	exaoneTool      = "[|tool|]"
	exaoneEnd       = "[|endofturn|]"
)

var exaoneRoles = []string{exaoneSystem, exaoneUser, exaoneAssistant, exaoneTool, exaoneEnd}

// exaone3 is the format of EXAONE 3.0 and 3.5. A user turn ends with a newline and no mark; a conversation
// without a system message has an empty system turn; nothing comes before the first turn. The models were
// taught no tools.
var exaone3 = native{
	name:   "exaone3",
	marks:  exaoneRoles,
	stop:   []string{exaoneEnd},
	write:  func(w *writer, req chat.Request, _ string) error { writeExaone3(w, req, false); return nil },
	syntax: func(chat.Request) syntax { return syntax{} },
}

// exaoneDeep is the format of EXAONE Deep: that of 3.5, but every answer begins with its thinking, and
// earlier answers appear without theirs.
var exaoneDeep = native{
	name:  "exaone-deep",
	marks: exaoneRoles,
	stop:  []string{exaoneEnd},
	write: func(w *writer, req chat.Request, _ string) error {
		writeExaone3(w, req, true)
		w.own("<thought>\n")
		return nil
	},
	syntax: func(chat.Request) syntax {
		return syntax{thinkOpen: "<thought>", thinkClose: "</thought>", thinking: true}
	},
}

func writeExaone3(w *writer, req chat.Request, deep bool) {
	if req.Messages[0].Role != chat.System {
		w.own(exaoneSystem + exaoneEnd + "\n")
	}
	for _, m := range req.Messages {
		text := m.Text
		if deep {
			if said, _, found := afterThinking(text, "<thought>", "</thought>"); found {
				text = strings.TrimLeft(said, "\n")
			}
		}
		w.own("[|" + string(m.Role) + "|]")
		w.text(text)
		if m.Role == chat.User {
			w.own("\n")
		} else {
			w.own(exaoneEnd + "\n")
		}
	}
	w.own(exaoneAssistant)
}
