package store

import (
	"testing"

	"exaone/chat"
)

// What is above the clearance of whoever reads a share is not theirs, though they have it.
func TestASourceIsReadWithinTheClearance(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		bob := person(t, s, "밥")
		clear(t, s, bob, 2)
		c, err := s.CreateConversation(t.Context(), bob, ConversationSpec{Grade: 2})
		must(t, err)
		m, err := s.AddMessage(t.Context(), bob, MessageSpec{Conversation: c.ID, Role: chat.User, Text: "?"})
		must(t, err)
		file := put(t, s, bob, messageObject(m.ID), "연봉")
		for grade, want := range []bool{false, false, true} {
			clear(t, s, bob, grade)
			if may, err := s.MayRead(t.Context(), bob, chat.SourceFile+file.Hash); err != nil || may != want {
				t.Errorf("cleared for %d: may read it: %v, %v, want %v", grade, may, err, want)
			}
		}
	})
}

// A document does not become everybody's by having an address.
func TestOnlySitesAreEverybodys(t *testing.T) {
	s := openTest(t, t.TempDir())
	bob := person(t, s, "밥")
	for _, c := range []struct {
		source, url string
		want        bool
	}{
		{"example.com", "https://example.com/a", true},
		{"Example.com", "https://www.example.com/a", true},
		{"https://www.example.com/", "https://example.com/a", true},
		{"example.com", "http://news.example.com:8080/a", true},
		{"", "https://example.com/a", true},
		{"document_7", "https://wiki.example.com/7", false},
		{"com", "https://example.com/a", false},
		{"example.org", "https://example.com/a", false},
		{"file:abc", "https://example.com/a", false},
		{"", "", false},
		{"", "javascript:alert(1)", false},
		{"example.com", "", false},
	} {
		may, err := s.mayReadCited(t.Context(), bob, chat.Citation{Source: c.source, URL: c.url}, nil)
		if err != nil || may != c.want {
			t.Errorf("%q at %q: may read it: %v, %v, want %v", c.source, c.url, may, err, c.want)
		}
	}
}
