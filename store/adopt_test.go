package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// What was said before there was anybody is the first administrator's, and can be found by them alone.
func TestFirstAdministratorHasWhatWasThere(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		f, err := s.CreateFolder(ctx, chat.Local, FolderSpec{Name: "과일"})
		must(t, err)
		c, ids := converse(t, s, chat.Local, ConversationSpec{Title: "처음", Folder: f.ID}, [2]string{"감은?", "가을에"})
		must(t, s.Rate(ctx, chat.Local, ids[1], RatingSpec{Value: 1}))
		must(t, s.SetSetting(ctx, chat.Local, chat.Local, "theme", "dark"))
		blob, err := s.PutBlob(ctx, chat.Local, "message:1", "text/plain", strings.NewReader("x"))
		must(t, err)
		_, err = s.CreatePrompt(ctx, chat.Local, PromptSpec{Name: "p", Title: "p", Text: "p"})
		must(t, err)
		key, _, err := s.CreateKey(ctx, chat.Local, KeySpec{Name: "program", Scopes: []Scope{ScopeInference}})
		must(t, err)

		secret, _, err := s.CreateLink(ctx, chat.Local, LinkSpec{Kind: LinkFirst, Life: time.Hour})
		must(t, err)
		first, err := s.UseLink(ctx, secret, PersonSpec{Name: "관리자"})
		must(t, err)
		who := chat.Principal{ID: first.ID, Role: first.Role}
		got, err := s.Branch(ctx, who, c.ID, "")
		must(t, err)
		if !slices.Equal(texts(got), []string{"감은?", "가을에"}) || got[1].Rating == nil {
			t.Errorf("%q, rated %v", texts(got), got[1].Rating)
		}
		all, err := s.Conversations(ctx, who, ConversationFilter{Folder: f.ID})
		if err != nil || len(all) != 1 {
			t.Errorf("in the folder: %v, %v", all, err)
		}
		var theme string
		if _, err := s.Setting(ctx, who, "theme", &theme); err != nil || theme != "dark" {
			t.Errorf("theme %q, %v", theme, err)
		}
		file, _, err := s.OpenBlob(ctx, who, blob.Hash)
		must(t, err)
		must(t, file.Close())
		if prompts, err := s.Prompts(ctx, who); err != nil || len(prompts) != 1 {
			t.Errorf("prompts %v, %v", prompts, err)
		}
		if _, err := s.VerifyKey(ctx, key); err != nil {
			t.Errorf("a program's key: %v", err)
		}
		_, err = s.Conversation(ctx, chat.Local, c.ID)
		wantCode(t, err, chat.CodeNoConversation)
		for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); time.Sleep(10 * time.Millisecond) { // the index follows
			if found, _, err := s.Find(ctx, who, "가을", 10); err == nil && len(found) == 1 {
				break
			}
		}
		if found, _, err := s.Find(ctx, who, "가을", 10); err != nil || len(found) != 1 {
			t.Errorf("found %v, %v", found, err)
		}

		// Who comes by an invitation has nothing yet.
		later, _ := converse(t, s, chat.Local, ConversationSpec{Title: "나중"}, [2]string{"?", "!"})
		secret, _, err = s.CreateLink(ctx, who, LinkSpec{Kind: LinkInvite, Role: "member"})
		must(t, err)
		second, err := s.UseLink(ctx, secret, PersonSpec{Name: "홍길동", Login: "hong", Password: "x"})
		must(t, err)
		_, err = s.Conversation(ctx, chat.Principal{ID: second.ID}, later.ID)
		wantCode(t, err, chat.CodeNoConversation)
	})
}
