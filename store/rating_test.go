package store

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exaone/chat"
)

func TestRatingsAreCollectedAndHandled(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ctx := t.Context()
		ada, bob := person(t, s, "Ada"), person(t, s, "밥")
		c, ids := converse(t, s, ada, ConversationSpec{}, [2]string{"비밀", "답1"}, [2]string{"q", "답2"})
		must(t, s.Rate(ctx, ada, ids[1], RatingSpec{Value: 1}))
		time.Sleep(time.Second)
		must(t, s.Rate(ctx, ada, ids[3], RatingSpec{Value: 1}))
		must(t, s.Rate(ctx, ada, ids[3], RatingSpec{Value: -1, Reasons: []string{"wrong", "rude"}, Text: "틀렸어요"}))
		wantCode(t, s.Rate(ctx, bob, ids[1], RatingSpec{Value: 1}), chat.CodeNoMessage)
		wantCode(t, s.Rate(ctx, ada, ids[0], RatingSpec{Value: 1}), chat.CodeNoMessage) // a question
		for _, bad := range []RatingSpec{{Value: 2}, {Value: -2}, {Value: 1, Reasons: []string{""}}, {Value: 1, Reasons: make([]string, 17)}, {Value: 1, Text: strings.Repeat("x", maxRating+1)}} {
			wantCode(t, s.Rate(ctx, ada, ids[1], bad), chat.CodeBadField)
		}
		branch, err := s.Branch(ctx, ada, c.ID, "")
		must(t, err)
		if r := branch[3].Rating; r == nil || r.Value != -1 || !slices.Equal(r.Reasons, []string{"wrong", "rude"}) || r.Text != "틀렸어요" {
			t.Errorf("rating %+v", r)
		}
		if branch[0].Rating != nil || branch[1].Rating == nil {
			t.Errorf("ratings %v, %v", branch[0].Rating, branch[1].Rating)
		}
		// list reads page by page, of one each: two may be of one moment.
		list := func(open bool) (messages []string) {
			t.Helper()
			for after := ""; ; {
				all, err := s.Ratings(ctx, System, open, after, 1)
				must(t, err)
				if len(all) == 0 {
					return messages
				}
				messages, after = append(messages, all[0].Message), all[0].Cursor()
			}
		}
		if got := list(true); !slices.Equal(got, []string{ids[3], ids[1]}) {
			t.Errorf("open: %v", got)
		}
		must(t, s.Rate(ctx, ada, ids[1], RatingSpec{Value: 1})) // in the same moment as the other
		if got := list(true); len(got) != 2 || !slices.Contains(got, ids[1]) || !slices.Contains(got, ids[3]) {
			t.Errorf("of one moment: %v", got)
		}
		for _, bad := range []string{"x", "1.2", "x.y.z", strings.Repeat("1", 30) + ".y.z"} {
			_, err := s.Ratings(ctx, System, true, bad, 1)
			wantCode(t, err, chat.CodeBadField)
		}
		must(t, s.HandleRating(ctx, chat.Local, ids[3], ada.ID))
		wantCode(t, s.HandleRating(ctx, chat.Local, ids[3], bob.ID), chat.CodeNoRating)
		if got := list(true); !slices.Equal(got, []string{ids[1]}) {
			t.Errorf("open after one was handled: %v", got)
		}
		must(t, s.Rate(ctx, ada, ids[3], RatingSpec{Value: 1})) // another opinion is another to look at
		must(t, s.Rate(ctx, ada, ids[1], RatingSpec{}))         // and one is taken back
		if got := list(true); !slices.Equal(got, []string{ids[3]}) {
			t.Errorf("in the end open: %v", got)
		}
	})
}

func TestAnnouncementsHaveTheirTime(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openTest(t, dir)
		defer s.Close()
		ctx := t.Context()
		at := time.Now()
		a, err := s.CreateAnnouncement(ctx, chat.Local, AnnouncementSpec{Level: LevelInfo, Korean: "점검"})
		must(t, err)
		b, err := s.CreateAnnouncement(ctx, chat.Local, AnnouncementSpec{Level: LevelWarning, English: "down", Begins: at.Add(time.Hour), Ends: at.Add(2 * time.Hour)})
		must(t, err)
		current := func(want ...string) {
			t.Helper()
			all, err := s.CurrentAnnouncements(ctx, chat.Local)
			var ids []string
			for _, a := range all {
				ids = append(ids, a.ID)
			}
			if err != nil || !slices.Equal(ids, want) {
				t.Errorf("after %v: %v, %v; want %v", time.Since(at), ids, err, want)
			}
		}
		current(a.ID)
		time.Sleep(time.Hour)
		current(b.ID, a.ID)
		if a.In(chat.English) != "점검" || b.In(chat.Korean) != "down" {
			t.Errorf("texts %q, %q", a.In(chat.English), b.In(chat.Korean))
		}
		time.Sleep(time.Hour)
		current(a.ID)
		changed, err := s.UpdateAnnouncement(ctx, chat.Local, a.ID, AnnouncementSpec{Level: LevelWarning, Korean: "곧", Ends: time.Now().Add(time.Minute)})
		if err != nil || changed.Korean != "곧" || changed.Level != LevelWarning {
			t.Errorf("changed %+v, %v", changed, err)
		}
		time.Sleep(time.Minute)
		current()
		must(t, s.DeleteAnnouncement(ctx, chat.Local, a.ID))
		wantCode(t, s.DeleteAnnouncement(ctx, chat.Local, a.ID), chat.CodeNoAnnouncement)
		wantCode(t, second(s.UpdateAnnouncement(ctx, chat.Local, a.ID, AnnouncementSpec{Level: LevelInfo, Korean: "x"})), chat.CodeNoAnnouncement)
		if all, err := s.Announcements(ctx, System); err != nil || len(all) != 1 || all[0] != b {
			t.Errorf("all %+v, %v; want %+v", all, err, b)
		}
		for _, bad := range []AnnouncementSpec{{Korean: "x"}, {Level: LevelInfo}, {Level: LevelInfo, Korean: " "}, {Level: LevelInfo, Korean: "x", Ends: at}} {
			wantCode(t, second(s.CreateAnnouncement(ctx, chat.Local, bad)), chat.CodeBadField)
		}
	})
}
