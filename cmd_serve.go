package main

import "exaone/chat"

// serveCmd serves models over HTTP, and the page at /, until it is told to stop.
//
// The default port is not assigned to anybody, and is none of the ports of programs people run beside this
// one (8080, 11434, 8000, 3000, 5000).
type serveCmd struct {
	Model string `placeholder:"MODEL"`
	Addr  string `default:"127.0.0.1:11500" placeholder:"HOST:PORT"`
	engineFlags
	sourceFlags
}

// Run serves until the context ends.
func (c *serveCmd) Run(app *app) error { return chat.NewError(chat.CodeCLINotBuilt, nil, "serve") }
