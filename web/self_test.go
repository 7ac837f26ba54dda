package web

import (
	"strings"
	"testing"

	"exaone/chat"
)

func TestPeopleSayHowTheyAreCalledAndWhatTheySee(t *testing.T) {
	w := newWorld(t, nil)
	ann := w.join("ann", "member")
	if got := ann.must("PATCH", "/api/session", jsonObject{"name": "  안나  "}); got.text("name") != "안나" || got.text("role") != "member" {
		t.Errorf("renamed: %v", got)
	}
	if got := ann.must("GET", "/api/session", nil).text("person", "name"); got != "안나" {
		t.Errorf("the session tells %q", got)
	}
	for _, bad := range []string{"", " ", strings.Repeat("가", 200)} {
		ann.refused("PATCH", "/api/session", jsonObject{"name": bad}, chat.CodeBadField)
	}
	ann.refused("PATCH", "/api/session", jsonObject{"name": "안나", "role": "admin"}, chat.CodeBodyNotJSON)

	ann.must("PUT", "/api/settings", jsonObject{"contrast": true, "theme": "dark"})
	if got := ann.must("PUT", "/api/settings", jsonObject{"enter_sends": false}); got.at("contrast") != true || got.text("theme") != "dark" {
		t.Errorf("kept: %v", got)
	}
	if got := ann.must("PUT", "/api/settings", jsonObject{"contrast": false}); got.at("contrast") != false {
		t.Errorf("taken back: %v", got)
	}
}
