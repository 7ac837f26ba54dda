package main

import (
	"fmt"

	"exaone/chat"
	"exaone/hub"
)

// licenceCmd shows the licence of a model in full.
type licenceCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run shows it. What is said about it goes to standard error, so that a pipe gets the text alone.
func (c *licenceCmd) Run(app *app) error {
	text, err := app.hub(sourceFlags{}).Licence(app.ctx, c.Model)
	if err != nil {
		return err
	}
	app.aboutLicence(text)
	_, err = fmt.Fprintln(app.out, text.Text)
	return err
}

// aboutLicence says which licence a text is, what class it has, and whether the text is the original.
func (a *app) aboutLicence(text hub.LicenceText) {
	fmt.Fprintf(a.err, "%s: %s\n", text.Model, text.Title)
	if text.URL != "" {
		fmt.Fprintln(a.err, text.URL)
	}
	fmt.Fprintln(a.err, a.text(classCode(text.Class)))
	switch {
	case text.From != "":
		a.note(text.Shown, text.From)
	case text.Class != hub.Unknown:
		a.note(text.Shown)
	}
	fmt.Fprintln(a.err)
}

func classCode(class hub.Class) chat.Code { return chat.Code("cli_class_" + string(class)) }
