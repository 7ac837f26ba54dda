package people

import (
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// The table as a person reads it: a column for each role, + for yes. It is written apart from the one in the code.
const table = `
                 admin auditor member guest local console
self             +     +       +      +     -     -
ask              +     +       +      +     +     +
converse         +     +       +      +     +     -
use.api          +     +       +      -     -     +
share            +     +       +      -     -     -
prompts.publish  +     +       +      -     -     -
invite           +     -       -      -     -     +
people.manage    +     -       -      -     -     +
teams.manage     +     -       -      -     -     +
models.manage    +     -       -      -     +     +
quotas.manage    +     -       -      -     -     +
usage.read       +     +       -      -     +     +
audit.read       +     +       -      -     -     +
audit.text       -     +       -      -     -     -
announce         +     -       -      -     -     +
brand            +     -       -      -     -     +
feedback.handle  +     -       -      -     -     +
backup           +     -       -      -     -     +
`

// TestActionsAndRolesHaveNames holds that no sentence shows a person what only programs know.
func TestActionsAndRolesHaveNames(t *testing.T) {
	var codes []chat.Code
	for _, action := range Actions {
		codes = append(codes, action.Named())
	}
	for _, role := range Roles {
		codes = append(codes, chat.Code("role_"+role))
	}
	for _, code := range codes {
		if got := chat.Text(chat.Korean, code); got == string(code) {
			t.Errorf("%s has no name", code)
		}
	}
	refusal := chat.NewError(chat.CodeMayNot, nil, ManagePeople.Named())
	if got, want := refusal.In(chat.Korean), "‘사용자 관리’ 권한이 없습니다. 관리자에게 문의하세요."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMay(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(table), "\n")
	roles := strings.Fields(lines[0])
	var listed []Action
	for _, line := range lines[1:] {
		words := strings.Fields(line)
		action := Action(words[0])
		listed = append(listed, action)
		for i, role := range roles {
			if got, want := May(role, action), words[i+1] == "+"; got != want {
				t.Errorf("%s may %s: %v, want %v", role, action, got, want)
			}
		}
	}
	if !slices.Equal(listed, Actions) {
		t.Errorf("the table has %v, want %v", listed, Actions)
	}
	for action := range allowed {
		if !slices.Contains(Actions, action) {
			t.Errorf("%s is allowed to somebody and is no action", action)
		}
	}
}

func TestWhoIsNobodyMayNothing(t *testing.T) {
	for _, role := range []Role{"", "root", "Admin", "system"} {
		if got := Allowed(role); got != nil {
			t.Errorf("role %q may %v, want nothing", role, got)
		}
	}
	if May(Admin, "") || May(Admin, "everything") {
		t.Error("an administrator may what is no action")
	}
}
