package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// A search that would have to read too much returns what it has found, and says so.
func TestSearchIsCut(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		// Each pair of the query's characters is in every message, and all three in a row only in the oldest and the newest.
		near := strings.Repeat("가나힣나다 ", 100)
		c, _ := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"가나다", near})
		_, _ = converse(t, s, chat.Local, ConversationSpec{}, [2]string{near, near}, [2]string{near, near}, [2]string{near, near})
		newest, _ := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"가나다", "답"})
		for _, test := range []struct {
			most bounds
			cut  bool
			ids  []string
		}{
			{searchBounds, false, []string{newest.ID, c.ID}},
			{bounds{bytes: 3 * len(near), time: time.Minute}, true, []string{newest.ID}},
			{bounds{bytes: searchBounds.bytes, time: 0}, true, []string{newest.ID}},
		} {
			s.most = test.most
			found, cut, err := s.Find(ctx, chat.Local, "가나다", 10)
			must(t, err)
			var ids []string
			for _, f := range found {
				ids = append(ids, f.Conversation.ID)
			}
			if cut != test.cut || fmt.Sprint(ids) != fmt.Sprint(test.ids) {
				t.Errorf("with %+v: found %v, cut %v; want %v, %v", test.most, ids, cut, test.ids, test.cut)
			}
		}
	})
}

// One search at a time: a newer one ends the older and begins when that is over. Others' are no matter.
func TestANewerSearchEndsTheOlder(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ada := person(t, s, "Ada")
		_, _ = converse(t, s, ada, ConversationSpec{}, [2]string{"가나다", "답"})
		ctx, end, err := s.searches.begin(t.Context(), ada)
		must(t, err)
		if _, _, err := s.Find(t.Context(), chat.Local, "가나다", 10); err != nil {
			t.Fatal(err)
		}
		newer := make(chan error)
		go func() {
			found, _, err := s.Find(t.Context(), ada, "가나다", 10)
			if err == nil && len(found) != 1 {
				err = fmt.Errorf("found %d", len(found))
			}
			newer <- err
		}()
		<-ctx.Done()
		_, _, err = s.find(ctx, ada, queryWords("가나다"), 10)
		wantCode(t, err, chat.CodeSearchNewer)
		select {
		case err := <-newer:
			t.Fatalf("the newer search did not wait: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
		left, leave := context.WithCancel(t.Context())
		leave()
		if _, _, err := s.Find(left, ada, "가나다", 10); !errors.Is(err, context.Canceled) {
			t.Errorf("whoever left before it began: %v", err)
		}
		end()
		// The one that left has ended the one that waited.
		if err := <-newer; err != nil {
			wantCode(t, err, chat.CodeSearchNewer)
		}
		if found, _, err := s.Find(t.Context(), ada, "가나다", 10); err != nil || len(found) != 1 {
			t.Errorf("found %d, %v", len(found), err)
		}
		if n := len(s.searches.now); n != 0 {
			t.Errorf("%d searches are under way", n)
		}
	})
}

// Opening a conversation reads so much text and no more: the newest, and what is older is said to be left out, but is
// copied whole.
func TestALongBranchIsCut(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, ids := converse(t, s, chat.Local, ConversationSpec{}, [2]string{"q1", "a1"}, [2]string{"q2", "a2"}, [2]string{"q3", "a3"})
		s.mostText = 9 // a message has two bytes of text, and two of no attachments
		check := func(leaf string, want ...string) {
			t.Helper()
			branch, err := s.Branch(ctx, chat.Local, c.ID, leaf)
			must(t, err)
			var got []string
			for _, m := range branch {
				text := m.Text
				if m.Cut {
					text += "…"
				}
				got = append(got, text)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("branch %q, want %q", got, want)
			}
		}
		check("", "…", "…", "…", "a2", "q3", "a3")
		check(ids[1], "q1", "a1")
		copied, err := s.CopyBranch(ctx, chat.Local, c.ID, "")
		must(t, err)
		s.mostText = branchBytes
		c = copied
		check("", "q1", "a1", "q2", "a2", "q3", "a3")
	})
}
