// Package people says who somebody is, what they may do, and how much of it.
//
//	cookie, key, socket, loopback ─▶ Resolver ─▶ chat.Principal with a role and teams
//	chat.Principal, Action        ─▶ May      ─▶ yes or no, by one table
//	chat.Request                  ─▶ Meter    ─▶ the model, if quotas and the model's readers allow it
//
// It keeps nothing itself: package store does, and main joins the two.
package people

import (
	"slices"
	"strings"

	"exaone/chat"
)

// Role is what somebody is here. It is a plain string, so that chat.Principal can carry it.
type Role = string

// The roles of people, and of two who are none.
const (
	Admin   Role = "admin"   // runs the place
	Auditor Role = "auditor" // reads what was done
	Member  Role = "member"  // works with it
	Guest   Role = "guest"   // asks

	Local   Role = "local"   // a program on this machine before there is an administrator, and keys made at the terminal
	Console Role = "console" // whoever owns the data directory, at the terminal
)

// Roles are those that a person may have, the most able first.
var Roles = []Role{Admin, Auditor, Member, Guest}

// Action is something that a role allows or not.
type Action string

// The actions.
const (
	Self          Action = "self"            // see and change one's own account
	Ask           Action = "ask"             // ask models
	Converse      Action = "converse"        // keep conversations; a key for models alone does not reach them
	UseAPI        Action = "use.api"         // make keys for programs
	Share         Action = "share"           // let others read a conversation
	Publish       Action = "prompts.publish" // let one's teams use a prompt
	Invite        Action = "invite"
	ManagePeople  Action = "people.manage"
	ManageTeams   Action = "teams.manage"
	ManageModels  Action = "models.manage"
	ManageQuotas  Action = "quotas.manage"
	ReadUsage     Action = "usage.read"
	ReadAudit     Action = "audit.read"
	ReadAuditText Action = "audit.text" // read what others wrote; each look is recorded
	Announce      Action = "announce"
	Brand         Action = "brand"
	HandleReports Action = "feedback.handle"
	Backup        Action = "backup"
)

// Named is the code of what an action is called.
func (a Action) Named() chat.Code {
	return chat.Code("action_" + strings.ReplaceAll(string(a), ".", "_"))
}

// Actions are all there are, in the order of the table.
var Actions = []Action{Self, Ask, Converse, UseAPI, Share, Publish, Invite, ManagePeople, ManageTeams, ManageModels, ManageQuotas,
	ReadUsage, ReadAudit, ReadAuditText, Announce, Brand, HandleReports, Backup}

// allowed is the whole of who may do what. Nobody may what is not in it. An administrator has no right to read what people
// wrote, and an auditor, who has, changes nothing. What an administrator can do all the same, by being let in as somebody
// else or by a backup, is on record: docs/decisions/0017-looks-at-others-are-on-record.md. Local gives no lasting access: whoever has an account on the machine
// is local before set-up, so that it makes no keys and nobody.
var allowed = map[Action][]Role{
	Self:          {Admin, Auditor, Member, Guest},
	Ask:           {Admin, Auditor, Member, Guest, Local, Console},
	Converse:      {Admin, Auditor, Member, Guest, Local},
	UseAPI:        {Admin, Auditor, Member, Console},
	Share:         {Admin, Auditor, Member},
	Publish:       {Admin, Auditor, Member},
	Invite:        {Admin, Console},
	ManagePeople:  {Admin, Console},
	ManageTeams:   {Admin, Console},
	ManageModels:  {Admin, Local, Console},
	ManageQuotas:  {Admin, Console},
	ReadUsage:     {Admin, Auditor, Local, Console},
	ReadAudit:     {Admin, Auditor, Console},
	ReadAuditText: {Auditor},
	Announce:      {Admin, Console},
	Brand:         {Admin, Console},
	HandleReports: {Admin, Console},
	Backup:        {Admin, Console},
}

// May reports whether a role allows an action. A role or an action that nobody knows allows nothing.
func May(role Role, action Action) bool { return slices.Contains(allowed[action], role) }

// Allowed returns what a role may do, in the order of Actions.
func Allowed(role Role) []Action {
	var all []Action
	for _, action := range Actions {
		if May(role, action) {
			all = append(all, action)
		}
	}
	return all
}
