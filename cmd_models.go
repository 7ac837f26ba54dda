package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
	"exaone/engine"
	"exaone/hub"
	"exaone/weights"
)

// modelsCmd gathers what there is to do with models. By itself it lists them.
type modelsCmd struct {
	List    modelsListCmd    `cmd:"" default:"withargs"`
	Show    modelsShowCmd    `cmd:""`
	Remove  modelsRemoveCmd  `cmd:""`
	Slim    modelsSlimCmd    `cmd:""`
	Restore modelsRestoreCmd `cmd:""`
}

type modelsListCmd struct {
	Names bool ``
}

// usualWindow is the conversation, in tokens, that the column of memory is for.
const usualWindow = 4096

// Run lists the models that are here first, then those of the catalogue.
func (c *modelsListCmd) Run(app *app) error {
	all, err := app.hub(sourceFlags{}).List()
	if err != nil {
		return err
	}
	if c.Names {
		for _, l := range all {
			fmt.Fprintln(app.out, l.Name)
		}
		return nil
	}
	rows := [][]string{strings.Split(app.text(chat.CodeCLIModelColumns), "|")}
	for _, l := range all {
		rows = append(rows, app.localRow(l))
	}
	for _, m := range hub.Models() {
		if !slices.ContainsFunc(all, func(l hub.Local) bool { return l.Name == m.Name }) {
			rows = append(rows, app.modelRow(m.Name, &m, m.Size(), m.Licence.Class, ""))
		}
	}
	if err := writeTable(app.out, rows); err != nil {
		return err
	}
	app.note(chat.CodeCLIModelsHint)
	return nil
}

// localRow is the row of a model that is here; one that is damaged says so in place of yes.
func (a *app) localRow(l hub.Local) []string {
	here := a.text(chat.CodeCLIYes)
	switch {
	case l.Err != nil:
		here = a.text(chat.CodeCLIDamaged)
	case l.Slim:
		here = a.text(chat.CodeCLIHereSlim)
	}
	return a.modelRow(l.Name, l.Model, l.Size, l.Class, here)
}

// modelRow is a row of the list. What is only known of models in the catalogue is - for others.
func (a *app) modelRow(name string, m *hub.Model, size int64, class hub.Class, here string) []string {
	memory, window, fits, languages := "-", "-", "-", "-"
	if m != nil {
		memory, window = bytesText(m.Memory(usualWindow)), strconv.Itoa(m.Window)
		fits, languages = a.fits(*m), strings.Join(m.Languages, " ")
	}
	if here == "" {
		here = "-"
	}
	return []string{name, bytesText(size), memory, window, a.licenceWord(class), fits, here, languages}
}

// fits says whether a model fits this machine, in a word.
func (a *app) fits(m hub.Model) string {
	if m.Fits(physicalMemory()) {
		return a.text(chat.CodeCLIYes)
	}
	return a.text(chat.CodeCLITooBig)
}

func (a *app) licenceWord(class hub.Class) string {
	if class == "" {
		class = hub.Unknown
	}
	return a.text(chat.Code("cli_licence_" + string(class)))
}

type modelsShowCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run shows what the catalogue knows of a model, and what is here of it.
func (c *modelsShowCmd) Run(app *app) error {
	local, localErr := app.hub(sourceFlags{}).Show(c.Model)
	m := local.Model
	if localErr != nil {
		found, err := hub.Find(c.Model)
		if err != nil {
			return localErr
		}
		m = &found
	}
	var rows [][]string
	row := func(code chat.Code, value string) { rows = append(rows, []string{app.text(code), value}) }
	if m != nil {
		row(chat.CodeCLIFactName, m.Name)
		row(chat.CodeCLIFactTitle, m.Title)
		row(chat.CodeCLIFactNote, app.text(m.Note()))
		row(chat.CodeCLIFactLanguages, strings.Join(m.Languages, " "))
		row(chat.CodeCLIFactNumbers, fmt.Sprintf("%.2f × 10⁹", float64(m.Params)/1e9))
		row(chat.CodeCLIFactWindow, app.text(chat.CodeCLITokens, m.Window))
		row(chat.CodeCLIFactSize, bytesText(m.Size()))
		row(chat.CodeCLIFactMemory, app.text(chat.CodeCLIMemoryFor, bytesText(m.Memory(usualWindow)), usualWindow))
		row(chat.CodeCLIFactFits, app.fits(*m))
		row(chat.CodeCLIFactLicence, fmt.Sprintf("%s (%s)  %s", m.Licence.Title, app.licenceWord(m.Licence.Class), m.Licence.URL))
		if len(m.Aliases) > 0 {
			row(chat.CodeCLIFactAliases, strings.Join(m.Aliases, ", "))
		}
	} else {
		row(chat.CodeCLIFactName, local.Name)
		row(chat.CodeCLIFactSize, bytesText(local.Size))
	}
	if localErr == nil {
		here := local.Path
		switch {
		case local.Err != nil:
			here = app.reason(local.Err)
		case local.Slim:
			here = weights.PreparedPath(local.Path)
		}
		row(chat.CodeCLIFactHere, here)
		if !local.Brought.IsZero() {
			row(chat.CodeCLIFactBrought, strings.TrimSpace(day(local.Brought)+"  "+local.Source+" "+local.Origin))
		}
	} else {
		row(chat.CodeCLIFactHere, app.reason(localErr))
	}
	return writeTable(app.out, rows)
}

type modelsRemoveCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
	Yes   bool   `short:"y"`
}

// Run removes a model after asking.
func (c *modelsRemoveCmd) Run(app *app) error {
	h := app.hub(sourceFlags{})
	local, err := h.Show(c.Model)
	if err != nil {
		return err
	}
	if local.Dir == "" {
		return chat.NewError(chat.CodeHubNotOurs, nil, local.Path)
	}
	size := bytesText(local.Disk())
	if !c.Yes {
		yes, err := app.confirm("--yes", chat.CodeCLIAskRemove, local.Name, size)
		if err != nil {
			return err
		}
		if !yes {
			return chat.NewError(chat.CodeCLINotRemoved, nil, local.Name)
		}
	}
	if err := h.Remove(local.Name); err != nil {
		return err
	}
	app.say(chat.CodeCLIRemoved, local.Name, size)
	if err := engine.SweepPrefixes(app.prefixDir()); err != nil {
		return chat.NewError(chat.CodeCLIPrefixesLeft, err, app.prefixDir())
	}
	return nil
}
