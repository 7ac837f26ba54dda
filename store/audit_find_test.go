package store

import (
	"slices"
	"testing"
	"time"

	"exaone/chat"
)

func TestFindAudit(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		for _, e := range []struct {
			who            chat.Principal
			action, object string
		}{
			{chat.Local, "key.create", "key-1"}, {System, "key.revoke", "key-1"}, {chat.Local, "keys", "x"},
			{chat.Local, "setting.change", "model"}, {System, "key.create", "key-2"},
		} {
			must(t, s.AppendAudit(ctx, e.who, e.action, e.object, nil))
		}
		hour := time.Hour
		for _, c := range []struct {
			name   string
			filter AuditFilter
			want   []int64
		}{
			{"all", AuditFilter{Limit: 10}, []int64{5, 4, 3, 2, 1}},
			{"a page", AuditFilter{Limit: 2}, []int64{5, 4}},
			{"the next", AuditFilter{Limit: 2, Before: 4}, []int64{3, 2}},
			{"what is new", AuditFilter{Limit: 10, After: 3}, []int64{5, 4}},
			{"of one principal", AuditFilter{Limit: 10, Principal: "system"}, []int64{5, 2}},
			{"one action", AuditFilter{Limit: 10, Action: "key.create"}, []int64{5, 1}},
			{"actions of one noun", AuditFilter{Limit: 10, Action: "key."}, []int64{5, 2, 1}},
			{"one object", AuditFilter{Limit: 10, Object: "key-1"}, []int64{2, 1}},
			{"together", AuditFilter{Limit: 10, Object: "key-1", Principal: "local"}, []int64{1}},
			{"since an hour", AuditFilter{Limit: 10, From: now().Add(-hour)}, []int64{5, 4, 3, 2, 1}},
			{"from in an hour", AuditFilter{Limit: 10, From: now().Add(hour)}, nil},
			{"until an hour ago", AuditFilter{Limit: 10, To: now().Add(-hour)}, nil},
			{"a quote", AuditFilter{Limit: 10, Object: "' OR 1=1 --"}, nil},
		} {
			all, err := s.FindAudit(ctx, System, c.filter)
			must(t, err)
			var got []int64
			for _, e := range all {
				got = append(got, e.Seq)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
	})
}

// An auditor sees every branch, and each look is in the log under their name before they have it.
func TestAuditText(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		hong, err := s.CreatePerson(ctx, System, PersonSpec{Name: "hong", Role: "member"})
		must(t, err)
		auditor, err := s.CreatePerson(ctx, System, PersonSpec{Name: "yun", Role: "auditor"})
		must(t, err)
		who := chat.Principal{ID: auditor.ID, Role: "auditor"}
		c, ids := converse(t, s, chat.Principal{ID: hong.ID}, ConversationSpec{Title: "급여"}, [2]string{"얼마?", "모름"})
		say(t, s, chat.Principal{ID: hong.ID}, c.ID, "", [2]string{"얼마예요?", "비밀"})

		looks := func() int {
			all, err := s.FindAudit(ctx, System, AuditFilter{Principal: who.ID, Action: "text.read", Limit: 100})
			must(t, err)
			return len(all)
		}
		got, messages, err := s.AuditConversation(ctx, who, c.ID)
		must(t, err)
		if got.Owner != hong.ID || !slices.Equal(texts(messages), []string{"얼마?", "모름", "얼마예요?", "비밀"}) || looks() != 1 {
			t.Errorf("%+v, %q, %d looks", got, texts(messages), looks())
		}
		if _, messages, err = s.AuditMessage(ctx, who, ids[1]); err != nil || len(messages) != 4 || looks() != 2 {
			t.Errorf("by a message: %q, %v, %d looks", texts(messages), err, looks())
		}
		all, err := s.AuditConversations(ctx, who, hong.ID, "", 10)
		if err != nil || !slices.Equal(titles(all), []string{"급여"}) || looks() != 3 {
			t.Errorf("titles: %q, %v, %d looks", titles(all), err, looks())
		}
		must(t, s.DeleteConversations(ctx, chat.Principal{ID: hong.ID}, []string{c.ID}))
		_, _, err = s.AuditConversation(ctx, who, c.ID)
		wantCode(t, err, chat.CodeNoConversation)
		_, _, err = s.AuditMessage(ctx, who, ids[1])
		wantCode(t, err, chat.CodeNoMessage)
		if looks() != 3 {
			t.Errorf("%d looks at what is not there, want none", looks()-3)
		}
	})
}
