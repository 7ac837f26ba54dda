package store

import (
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

func TestPromptsAndTheirAudience(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob, eve := person(t, s, "Ada"), person(t, s, "밥"), person(t, s, "Eve")
		team, err := s.CreateTeam(ctx, ada, "영업")
		must(t, err)
		bob.Groups = []string{"team-other", team.ID}
		make := func(who chat.Principal, name, audience string) Prompt {
			t.Helper()
			p, err := s.CreatePrompt(ctx, who, PromptSpec{Name: name, Title: name + " 제목", Text: "{{무엇}}을 요약해", Job: "writing", Audience: audience})
			must(t, err)
			return p
		}
		own, ours, all := make(ada, "혼자", ""), make(ada, "우리", team.ID), make(ada, "모두", Everybody)
		make(bob, "혼자", "")
		for _, check := range []struct {
			name string
			who  chat.Principal
			want []string
		}{
			{"its owner", ada, []string{"모두", "우리", "혼자"}},
			{"a member of the team", bob, []string{"모두", "우리", "혼자"}},
			{"somebody else", eve, []string{"모두"}},
		} {
			got, err := s.Prompts(ctx, check.who)
			var names []string
			for _, p := range got {
				names = append(names, p.Name)
			}
			if err != nil || !slices.Equal(names, check.want) {
				t.Errorf("%s has %v, %v; want %v", check.name, names, err, check.want)
			}
		}
		must(t, second(s.Prompt(ctx, bob, ours.ID)))
		must(t, second(s.Prompt(ctx, eve, all.ID)))
		nobody := chat.Principal{ID: "nobody", Groups: []string{""}}
		for _, p := range []Prompt{own, ours} {
			wantCode(t, second(s.Prompt(ctx, eve, p.ID)), chat.CodeNoPrompt)
			wantCode(t, second(s.Prompt(ctx, nobody, p.ID)), chat.CodeNoPrompt)
		}
		// Reading is not changing.
		wantCode(t, second(s.UpdatePrompt(ctx, bob, ours.ID, PromptChange{Text: point("x")})), chat.CodeNoPrompt)
		wantCode(t, s.DeletePrompt(ctx, bob, ours.ID), chat.CodeNoPrompt)

		changed, err := s.UpdatePrompt(ctx, ada, own.ID, PromptChange{Name: point("함께"), Audience: point(Everybody)})
		must(t, err)
		if got, err := s.Prompt(ctx, eve, own.ID); err != nil || got != changed || got.Name != "함께" || got.Text != own.Text {
			t.Errorf("got %+v, %v; want %+v", got, err, changed)
		}
		wantCode(t, second(s.UpdatePrompt(ctx, ada, own.ID, PromptChange{Name: point("우리")})), chat.CodePromptTaken)
		wantCode(t, second(s.UpdatePrompt(ctx, ada, own.ID, PromptChange{Audience: point("team-nowhere")})), chat.CodeNoTeam)
		must(t, s.DeletePrompt(ctx, ada, all.ID))
		wantCode(t, second(s.Prompt(ctx, ada, all.ID)), chat.CodeNoPrompt)
		make(ada, "모두", "") // its name is free again
		for _, bad := range []PromptSpec{{}, {Name: "a b", Title: "t", Text: "x"}, {Name: "a/b", Title: "t", Text: "x"}, {Name: "전각\u3000공백", Title: "t", Text: "x"},
			{Name: strings.Repeat("a", 65), Title: "t", Text: "x"}, {Name: "a", Text: "x"}, {Name: "a", Title: "t", Text: " "}, {Name: "a", Title: "t", Text: "\x00"}} {
			wantCode(t, second(s.CreatePrompt(ctx, ada, bad)), chat.CodeBadField)
		}
	})
}
