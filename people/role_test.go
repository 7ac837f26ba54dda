package people

import (
	"slices"
	"strings"
	"testing"
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
