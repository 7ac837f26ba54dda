package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"exaone/chat"
	"exaone/store"
	"exaone/web"
)

// peopleCmd gathers what there is to do with people.
type peopleCmd struct {
	List    peopleListCmd    `cmd:""`
	Invite  peopleInviteCmd  `cmd:""`
	Reset   peopleResetCmd   `cmd:""`
	Disable peopleDisableCmd `cmd:""`
	Enable  peopleEnableCmd  `cmd:""`
}

type peopleListCmd struct{}

// Run lists everybody, those who left too.
func (c *peopleListCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	all, err := st.Persons(app.ctx, app.who)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		app.note(chat.CodeCLINoPeople)
		return nil
	}
	teams, err := st.Teams(app.ctx, app.who)
	if err != nil {
		return err
	}
	rows := [][]string{strings.Split(app.text(chat.CodeCLIPeopleColumns), "|")}
	for _, p := range all {
		rows = append(rows, []string{p.ID, orDash(p.Name), orDash(p.Login), app.text(chat.Code("role_" + p.Role)), orDash(teamsOf(p, teams)), app.text(personState(p))})
	}
	return writeTable(app.out, rows)
}

// orDash is text that a table shows on one line, or "-" for none.
func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return inLine(text)
}

// teamsOf names the teams of a person.
func teamsOf(p store.Person, all []store.Team) string {
	var names []string
	for _, t := range all {
		for _, id := range p.Teams {
			if id == t.ID {
				names = append(names, t.Name)
			}
		}
	}
	return strings.Join(names, ",")
}

func personState(p store.Person) chat.Code {
	switch {
	case !p.Departed.IsZero():
		return chat.CodeCLIStateLeft
	case !p.Disabled.IsZero():
		return chat.CodeCLIStateDisabled
	case !p.Password:
		return chat.CodeCLIStateNoPassword
	}
	return chat.CodeCLIStateGood
}

// peopleInviteCmd makes a link by which somebody new comes in.
type peopleInviteCmd struct {
	Name string   `arg:"" optional:"" placeholder:"NAME"`
	Role string   `default:"member" enum:"admin,auditor,member,guest" placeholder:"ROLE"`
	Team []string `placeholder:"TEAM"`
	URL  string   `name:"url" placeholder:"URL"`
}

// Run writes the link alone to standard output.
func (c *peopleInviteCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	spec := store.LinkSpec{Kind: store.LinkInvite, Name: c.Name, Role: c.Role}
	all, err := st.Teams(app.ctx, app.who)
	if err != nil {
		return err
	}
	for _, name := range c.Team {
		id, err := teamNamed(all, name)
		if err != nil {
			return err
		}
		spec.Teams = append(spec.Teams, id)
	}
	return app.makeLink(st, spec, c.URL)
}

// teamNamed returns the id of a team by its name or id.
func teamNamed(all []store.Team, name string) (string, error) {
	for _, t := range all {
		if t.Name == name || t.ID == name {
			return t.ID, nil
		}
	}
	return "", chat.NewError(chat.CodeNoTeam, nil, name)
}

// makeLink makes a link and writes it to standard output, and the words about it to standard error.
func (a *app) makeLink(st *store.Store, spec store.LinkSpec, url string) error {
	secret, link, err := st.CreateLink(a.ctx, a.who, spec)
	if err != nil {
		return err
	}
	a.note(chat.CodeCLILinkMade, day(link.Expires))
	_, err = fmt.Fprintln(a.out, web.LinkAt(a.linkBase(url), secret))
	return err
}

// linkBase is where links point: at the URL that was named, else at the server that runs the command, else at where one
// listens that nobody told otherwise.
func (a *app) linkBase(url string) string {
	switch {
	case url != "":
		return strings.TrimSuffix(url, "/")
	case a.desk != nil && a.desk.address != "":
		return a.desk.address
	}
	return "http://" + defaultAddr
}

// peopleResetCmd makes a link by which somebody chooses a new password.
type peopleResetCmd struct {
	Person string `arg:"" placeholder:"PERSON"`
	URL    string `name:"url" placeholder:"URL"`
}

// Run writes the link alone to standard output. Somebody who was disabled stays so.
func (c *peopleResetCmd) Run(app *app) error {
	st, err := app.store()
	if err != nil {
		return err
	}
	p, err := app.person(st, c.Person)
	if err != nil {
		return err
	}
	return app.makeLink(st, store.LinkSpec{Kind: store.LinkReset, Person: p.ID}, c.URL)
}

// person finds somebody by login, id, or a name that only one has.
func (a *app) person(st *store.Store, who string) (store.Person, error) {
	held, err := st.PersonByLogin(a.ctx, a.who, who)
	if err == nil {
		return held.Person, nil
	}
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeNoPerson {
		return store.Person{}, err
	}
	all, err := st.Persons(a.ctx, a.who)
	if err != nil {
		return store.Person{}, err
	}
	var named []store.Person
	for _, p := range all {
		if p.ID == who {
			return p, nil
		}
		if p.Name == who {
			named = append(named, p)
		}
	}
	if len(named) != 1 {
		return store.Person{}, chat.NewError(chat.CodeNoPerson, nil, who)
	}
	return named[0], nil
}

// peopleDisableCmd ends what somebody may do.
type peopleDisableCmd struct {
	Person string `arg:"" placeholder:"PERSON"`
}

// Run ends sessions and keys, and within seconds what a running server does for them.
func (c *peopleDisableCmd) Run(app *app) error {
	return app.switchPerson(c.Person, chat.CodeCLIDisabled, (*store.Store).DisablePrincipal)
}

// peopleEnableCmd takes disable back.
type peopleEnableCmd struct {
	Person string `arg:"" placeholder:"PERSON"`
}

// Run lets somebody in again.
func (c *peopleEnableCmd) Run(app *app) error {
	return app.switchPerson(c.Person, chat.CodeCLIEnabled, (*store.Store).EnablePrincipal)
}

// switchPerson does something to somebody, and says so.
func (a *app) switchPerson(who string, said chat.Code, do func(*store.Store, context.Context, chat.Principal, string) error) error {
	st, err := a.store()
	if err != nil {
		return err
	}
	p, err := a.person(st, who)
	if err != nil {
		return err
	}
	if err := do(st, a.ctx, a.who, p.ID); err != nil {
		return err
	}
	a.note(said, p.Name)
	return nil
}
