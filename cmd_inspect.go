package main

import "exaone/chat"

// inspectCmd is for whoever doubts: what a checkpoint holds, what a text becomes, what a model computes.
type inspectCmd struct {
	Show   inspectShowCmd   `cmd:"" default:"withargs"`
	Tokens inspectTokensCmd `cmd:""`
	Logits inspectLogitsCmd `cmd:""`
}

// inspectTokensCmd reads JSON lines {"text":…,"special":bool} from standard input and writes {"ids":[…]} for
// each. A folder with only a tokenizer will do.
type inspectTokensCmd struct {
	Model string `required:"" placeholder:"MODEL"`
}

// Run encodes line by line.
func (c *inspectTokensCmd) Run(app *app) error {
	return chat.NewError(chat.CodeCLINotBuilt, nil, "inspect tokens")
}

// inspectLogitsCmd writes the logits of every position of a sequence of ids, [n, vocab] in float32,
// little-endian.
type inspectLogitsCmd struct {
	Model   string   `required:"" placeholder:"MODEL"`
	IDs     tokenIDs `name:"ids" required:"" placeholder:"1,2,3"`
	Out     string   `required:"" type:"path" placeholder:"FILE"`
	Exact   bool     ``
	Threads int      `placeholder:"N"`
}

// Run computes and writes the file.
func (c *inspectLogitsCmd) Run(app *app) error {
	return chat.NewError(chat.CodeCLINotBuilt, nil, "inspect logits")
}
