package main

import "exaone/chat"

// chatCmd asks one question, or holds a conversation when none is given and somebody is at the keyboard.
// What comes through a pipe is put after the question.
type chatCmd struct {
	Prompt      []string `arg:"" optional:"" placeholder:"PROMPT"`
	Model       string   `placeholder:"MODEL"`
	System      string   `placeholder:"TEXT"`
	MaxTokens   int      `placeholder:"N"`
	Temperature float32  `default:"0" placeholder:"T"`
	Seed        uint64   `placeholder:"N"`
	engineFlags
	sourceFlags
}

// Run asks and writes the answer as it comes.
func (c *chatCmd) Run(app *app) error { return chat.NewError(chat.CodeCLINotBuilt, nil, "chat") }
