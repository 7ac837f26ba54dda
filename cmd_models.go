package main

import "exaone/chat"

// modelsCmd gathers what there is to do with models. By itself it lists them.
type modelsCmd struct {
	List   modelsListCmd   `cmd:"" default:"withargs"`
	Show   modelsShowCmd   `cmd:""`
	Remove modelsRemoveCmd `cmd:""`
}

type modelsListCmd struct{ Names bool }

func (c *modelsListCmd) Run(app *app) error {
	return chat.NewError(chat.CodeCLINotBuilt, nil, "models")
}

type modelsShowCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

func (c *modelsShowCmd) Run(app *app) error {
	return chat.NewError(chat.CodeCLINotBuilt, nil, "models show")
}

type modelsRemoveCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
	Yes   bool   `short:"y"`
}

func (c *modelsRemoveCmd) Run(app *app) error {
	return chat.NewError(chat.CodeCLINotBuilt, nil, "models remove")
}
