package main

import "exaone/chat"

// pullCmd brings a model: from a catalogue name, an address, or a path.
type pullCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
	Name  string `placeholder:"NAME"`
	sourceFlags
}

// Run brings the model.
func (c *pullCmd) Run(app *app) error { return chat.NewError(chat.CodeCLINotBuilt, nil, "pull") }
