package main

import "exaone/chat"

// inspectShowCmd shows what a checkpoint says of itself and which tensors it holds.
type inspectShowCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run shows it.
func (c *inspectShowCmd) Run(app *app) error {
	return chat.NewError(chat.CodeCLINotBuilt, nil, "inspect")
}
