package main

import "exaone/chat"

// licenceCmd shows the licence of a model in full.
type licenceCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run shows it.
func (c *licenceCmd) Run(app *app) error { return chat.NewError(chat.CodeCLINotBuilt, nil, "licence") }
