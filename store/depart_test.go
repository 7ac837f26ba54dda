package store

import (
	"slices"
	"strings"
	"testing"

	"exaone/chat"
)

// Prompts of one name do not meet: those that are handed over get another, and both can be changed.
func TestDepartRenamesPrompts(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := sharer(t, s, "Ada"), sharer(t, s, "밥")
		long := strings.Repeat("가", 21) // 63 bytes, of 64
		create := func(who chat.Principal, name string) Prompt {
			t.Helper()
			p, err := s.CreatePrompt(ctx, who, PromptSpec{Name: name, Title: name, Text: "글"})
			must(t, err)
			return p
		}
		for _, name := range []string{"요약", "요약-2", long, "번역"} {
			create(bob, name)
		}
		gone := create(bob, "회의")
		must(t, s.DeletePrompt(ctx, bob, gone.ID))
		theirs := []Prompt{create(ada, "요약"), create(ada, "요약-3"), create(ada, long), create(ada, "회의")}
		must(t, s.Depart(ctx, System, ada.ID, bob.ID))
		all, err := s.Prompts(ctx, bob)
		must(t, err)
		var names []string
		for _, p := range all {
			names = append(names, p.Name)
		}
		want := []string{"요약", "요약-2", "요약-3", "요약-4", long, strings.Repeat("가", 20) + "-2", "번역", "회의"}
		slices.Sort(names)
		slices.Sort(want)
		if !slices.Equal(names, want) {
			t.Errorf("the heir has %q, want %q", names, want)
		}
		for _, p := range theirs {
			title := "다른 제목"
			must(t, second(s.UpdatePrompt(ctx, bob, p.ID, PromptChange{Title: &title})))
		}
		name := "번역"
		wantCode(t, second(s.UpdatePrompt(ctx, bob, theirs[0].ID, PromptChange{Name: &name})), chat.CodePromptTaken)
		must(t, s.Check(ctx))
	})
}

// Two of one name that are there already are changed all the same, but for the name.
func TestPromptsOfOneNameCanBeChanged(t *testing.T) {
	s := openTest(t, t.TempDir())
	defer s.Close()
	ctx := t.Context()
	one, err := s.CreatePrompt(ctx, chat.Local, PromptSpec{Name: "a", Title: "a", Text: "글"})
	must(t, err)
	other, err := s.CreatePrompt(ctx, chat.Local, PromptSpec{Name: "b", Title: "b", Text: "글"})
	must(t, err)
	_, err = s.writer.Exec(`UPDATE prompts SET name = 'a' WHERE id = $1`, other.ID)
	must(t, err)
	title, name := "제목", "c"
	must(t, second(s.UpdatePrompt(ctx, chat.Local, one.ID, PromptChange{Title: &title})))
	must(t, second(s.UpdatePrompt(ctx, chat.Local, other.ID, PromptChange{Name: &name})))
}

// What is handed over, what stays under a person's name and what goes is in the log.
func TestDepartSaysWhatItLeaves(t *testing.T) {
	s := openTest(t, t.TempDir())
	defer s.Close()
	ctx := t.Context()
	ada, bob := sharer(t, s, "Ada"), sharer(t, s, "밥")
	_, ids := converse(t, s, ada, ConversationSpec{}, [2]string{"q", "a"})
	must(t, s.Rate(ctx, ada, ids[1], RatingSpec{Value: -1, Reasons: []string{}}))
	must(t, s.SetSetting(ctx, ada, ada, "theme", "dark"))
	must(t, s.SetSetting(ctx, ada, ada, "instructions", "비밀 지시"))
	must(t, s.Depart(ctx, System, ada.ID, bob.ID))
	if settings, err := s.Settings(ctx, ada); err != nil || len(settings) != 0 {
		t.Errorf("settings are left: %v, %v", settings, err)
	}
	if settings, err := s.Settings(ctx, bob); err != nil || len(settings) != 0 {
		t.Errorf("the heir has them: %v, %v", settings, err)
	}
	details, ok, err := row(ctx, s.reader, text, `SELECT details FROM audit WHERE action = 'person.depart' AND object = $1`, ada.ID)
	if err != nil || !ok || !strings.Contains(details, `"ratings_left":1`) || !strings.Contains(details, `"settings_deleted":2`) {
		t.Errorf("the log has %s, %v", details, err)
	}
	if who, _, err := row(ctx, s.reader, text, `SELECT principal FROM ratings WHERE message = $1`, ids[1]); err != nil || who != ada.ID {
		t.Errorf("the rating is %s's, %v", who, err)
	}
}
