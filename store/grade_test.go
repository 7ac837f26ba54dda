package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"exaone/chat"
)

// clear lets somebody read up to a grade.
func clear(t testing.TB, s *Store, who chat.Principal, grade int) {
	t.Helper()
	_, err := s.UpdatePerson(t.Context(), System, who.ID, PersonChange{Grade: &grade})
	must(t, err)
}

// graded is a conversation of somebody, and one of everything that may be as confidential.
type graded struct {
	conversation             Conversation
	folder                   Folder
	question, answer, secret string
	prompt                   Prompt
	job                      Job
	blob                     Blob
}

// gradeAll makes one of everything that has a grade, for somebody who may read it.
func gradeAll(t testing.TB, s *Store, who chat.Principal, grade int) (g graded) {
	t.Helper()
	ctx := t.Context()
	var err error
	g.folder, err = s.CreateFolder(ctx, who, FolderSpec{Name: "인사", Grade: grade})
	must(t, err)
	c, messages := converse(t, s, who, ConversationSpec{Title: "연봉 협상"}, [2]string{"급여 인상률", "계산 결과"})
	g.question, g.answer = messages[0], messages[1]
	g.conversation, err = s.UpdateConversation(ctx, who, c.ID, ConversationChange{Grade: &grade})
	must(t, err)
	more(t, s, who, &g)
	g.prompt, err = s.CreatePrompt(ctx, who, PromptSpec{Name: "raise", Title: "인상", Text: "{{이름}}", Audience: Everybody, Grade: grade})
	must(t, err)
	g.job, err = s.Enqueue(ctx, who, JobSpec{Kind: "index", Payload: "연봉", Grade: grade})
	must(t, err)
	_, err = s.CreateAnnouncement(ctx, System, AnnouncementSpec{Level: LevelInfo, Korean: "연봉 공지", Grade: grade})
	must(t, err)
	return g
}

// more adds to a conversation one of everything that belongs to it.
func more(t testing.TB, s *Store, who chat.Principal, g *graded) {
	t.Helper()
	ctx := t.Context()
	q, a, err := s.AddTurn(ctx, who, MessageSpec{Conversation: g.conversation.ID, Parent: g.answer, Text: "또"}, MessageSpec{})
	must(t, err)
	must(t, s.AppendEvents(ctx, a.ID, []Event{{Number: 1, Kind: "citation", Version: 1, Data: json.RawMessage(`{"title":"급여표"}`)}}))
	must(t, s.FinishMessage(ctx, a.ID, MessageEnd{State: StateDone, Text: "그렇습니다"}))
	_, err = s.AddSummary(ctx, who, g.conversation.ID, g.answer, "연봉 이야기", "m")
	must(t, err)
	must(t, s.Rate(ctx, who, a.ID, RatingSpec{Value: 1, Text: "연봉"}))
	g.blob, err = s.PutBlob(ctx, who, "message:"+q.ID, "text/plain", stringReader("급여표"))
	must(t, err)
	g.secret, _, err = s.CreateShare(ctx, who, ShareSpec{Conversation: g.conversation.ID, Audience: []string{Everybody}})
	must(t, err)
	g.answer = a.ID
}

// getters are all ways to what somebody wrote: each says how much of it one finds, and is an error if it is not there.
func (g graded) getters(s *Store, ctx context.Context, who chat.Principal) map[string]func() (int, error) {
	one := func(err error) (int, error) {
		if err != nil {
			return 0, err
		}
		return 1, nil
	}
	id := g.conversation.ID
	return map[string]func() (int, error){
		"Conversation": func() (int, error) { return one(second(s.Conversation(ctx, who, id))) },
		"Conversations": func() (int, error) {
			all, err := s.Conversations(ctx, who, ConversationFilter{})
			return len(all), err
		},
		"Find a title":   func() (int, error) { return found(s, ctx, who, "연봉") },
		"Find a message": func() (int, error) { return found(s, ctx, who, "급여") },
		"Message":        func() (int, error) { return one(second(s.Message(ctx, who, g.answer))) },
		"Branch":         func() (int, error) { return one(second(s.Branch(ctx, who, id, ""))) },
		"Tree":           func() (int, error) { return one(second(s.Tree(ctx, who, id))) },
		"LeafBelow":      func() (int, error) { return one(second(s.LeafBelow(ctx, who, id, ""))) },
		"Events":         func() (int, error) { return one(second(s.Events(ctx, who, g.answer, 0))) },
		"Summaries":      func() (int, error) { return one(second(s.Summaries(ctx, who, id))) },
		"Whole":          func() (int, error) { return one(second(s.Whole(ctx, who, id))) },
		"CopyBranch": func() (int, error) {
			_, err := s.CopyBranch(ctx, who, id, "")
			return one(err)
		},
		"Shares":    func() (int, error) { all, err := s.Shares(ctx, who); return len(all), err },
		"OpenShare": func() (int, error) { return one(second(s.CopyShare(ctx, who, g.secret))) },
		"Folders":   func() (int, error) { all, err := s.Folders(ctx, who); return len(all), err },
		"Folder":    func() (int, error) { return one(second(s.Folder(ctx, who, g.folder.ID))) },
		"Prompts":   func() (int, error) { all, err := s.Prompts(ctx, who); return len(all), err },
		"Prompt":    func() (int, error) { return one(second(s.Prompt(ctx, who, g.prompt.ID))) },
		"Blobs":     func() (int, error) { all, err := s.Blobs(ctx, who); return len(all), err },
		"OpenBlob": func() (int, error) {
			f, _, err := s.OpenBlob(ctx, who, g.blob.Hash)
			if err == nil {
				f.Close()
			}
			return one(err)
		},
		"Jobs": func() (int, error) { all, err := s.Jobs(ctx, who, 10); return len(all), err },
		"Job":  func() (int, error) { return one(second(s.Job(ctx, who, g.job.ID))) },
		"CurrentAnnouncements": func() (int, error) {
			all, err := s.CurrentAnnouncements(ctx, who)
			return len(all), err
		},
	}
}

func found(s *Store, ctx context.Context, who chat.Principal, query string) (int, error) {
	all, _, err := s.Find(ctx, who, query, 10)
	return len(all), err
}

func TestNothingAboveTheClearanceIsReturned(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada := sharer(t, s, "Ada")
		clear(t, s, ada, 2)
		g := gradeAll(t, s, ada, 2)
		check := func(when string, there bool) {
			t.Helper()
			for name, get := range g.getters(s, ctx, ada) {
				if n, err := get(); (n > 0) != there {
					t.Errorf("%s: %s finds %d, %v", when, name, n, err)
				}
			}
		}
		check("while she may read it", true)
		clear(t, s, ada, 1)
		check("when she may not any more", false)
		wantCode(t, second(s.AddMessage(ctx, ada, MessageSpec{Conversation: g.conversation.ID, Role: chat.User, Text: "?"})), chat.CodeNoConversation)
		wantCode(t, s.RevokeShare(ctx, ada, "none"), chat.CodeNoShare)
		clear(t, s, ada, 3)
		check("when she may again", true)
	})
}

// Those who read what others wrote read no more than what they are cleared for.
func TestNobodyAuditsAboveTheirClearance(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada := sharer(t, s, "Ada")
		eve, err := s.CreatePerson(ctx, System, PersonSpec{Name: "Eve", Role: RoleAuditor})
		must(t, err)
		admin, err := s.CreatePerson(ctx, System, PersonSpec{Name: "Admin", Role: RoleAdmin})
		must(t, err)
		clear(t, s, ada, 2)
		g := gradeAll(t, s, ada, 2)
		for _, grade := range []int{1, 2} {
			clear(t, s, eve.as(), grade)
			clear(t, s, admin.as(), grade)
			_, _, err := s.AuditConversation(ctx, eve.as(), g.conversation.ID)
			_, _, other := s.AuditMessage(ctx, eve.as(), g.answer)
			titles, err3 := s.AuditConversations(ctx, eve.as(), ada.ID, "", 10)
			must(t, err3)
			ratings, err4 := s.Ratings(ctx, admin.as(), true, "", 10)
			must(t, err4)
			news, err5 := s.Announcements(ctx, admin.as())
			must(t, err5)
			if grade == 2 {
				must(t, err)
				must(t, other)
			} else {
				wantCode(t, err, chat.CodeNoConversation)
				wantCode(t, other, chat.CodeNoConversation)
			}
			if there := grade == 2; len(titles) == 1 != there || len(ratings) == 1 != there || len(news) == 1 != there {
				t.Errorf("cleared for %d: %d titles, %d ratings, %d announcements", grade, len(titles), len(ratings), len(news))
			}
		}
	})
}

// grades are the grades of all rows that belong to a conversation, by table.
func grades(t testing.TB, s *Store, conversation string) map[string][]int64 {
	t.Helper()
	const within = ` WHERE message IN (SELECT id FROM messages WHERE conversation = $1) ORDER BY grade`
	all := map[string][]int64{}
	for table, query := range map[string]string{
		"conversations": ` WHERE id = $1`,
		"messages":      ` WHERE conversation = $1 ORDER BY grade`,
		"summaries":     ` WHERE conversation = $1 ORDER BY grade`,
		"shares":        ` WHERE conversation = $1 ORDER BY grade`,
		"events":        within, "ratings": within,
		"blob_refs": ` WHERE object IN (SELECT 'message:' || id FROM messages WHERE conversation = $1) ORDER BY grade`,
	} {
		found, err := rows(t.Context(), s.reader, integer, `SELECT grade FROM `+table+query, conversation)
		must(t, err)
		all[table] = slices.Compact(found)
	}
	return all
}

func TestWhatBelongsToAConversationHasItsGrade(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada := sharer(t, s, "Ada")
		clear(t, s, ada, 3)
		g := gradeAll(t, s, ada, 1)
		check := func(when string, want int64) {
			t.Helper()
			for table, got := range grades(t, s, g.conversation.ID) {
				if !slices.Equal(got, []int64{want}) {
					t.Errorf("%s: %s have grades %d, want %d", when, table, got, want)
				}
			}
		}
		check("made after it was raised", 1)
		for _, grade := range []int{3, 0, 2} {
			c, err := s.UpdateConversation(ctx, ada, g.conversation.ID, ConversationChange{Grade: &grade})
			must(t, err)
			if c.Grade != grade {
				t.Errorf("grade %d, want %d", c.Grade, grade)
			}
			check(fmt.Sprint("changed to ", grade), int64(grade))
			more(t, s, ada, &g)
			check(fmt.Sprint("added to at ", grade), int64(grade))
		}
		owners, err := rows(ctx, s.reader, text, `SELECT DISTINCT principal FROM events UNION SELECT DISTINCT principal FROM summaries`)
		must(t, err)
		if !slices.Equal(owners, []string{ada.ID}) {
			t.Errorf("events and summaries are of %v", owners)
		}
	})
}

func TestGradesAreChangedWithinTheClearance(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob := sharer(t, s, "Ada"), person(t, s, "밥")
		clear(t, s, ada, 2)
		clear(t, s, bob, 2)
		c, _ := converse(t, s, ada, ConversationSpec{Title: "안건"}, [2]string{"?", "!"})
		set := func(who chat.Principal, grade int) error {
			_, err := s.UpdateConversation(ctx, who, c.ID, ConversationChange{Grade: &grade})
			return err
		}
		wantCode(t, set(ada, 3), chat.CodeGradeAbove)
		wantCode(t, set(ada, MaxGrade+1), chat.CodeBadField)
		wantCode(t, set(ada, -1), chat.CodeBadField)
		wantCode(t, set(bob, 1), chat.CodeNoConversation)
		must(t, set(ada, 2))
		must(t, set(ada, 1))
		log, err := s.FindAudit(ctx, System, AuditFilter{Action: "conversation.grade", Limit: 10})
		must(t, err)
		if len(log) != 2 || string(log[0].Details) != `{"grade":1,"grade_before":2}` || string(log[1].Details) != `{"grade":2,"grade_before":0}` {
			t.Errorf("log %+v", log)
		}
		clear(t, s, ada, 0)
		wantCode(t, set(ada, 0), chat.CodeNoConversation) // who may not read it cannot make it readable
		above := 2
		wantCode(t, second(s.CreateFolder(ctx, ada, FolderSpec{Name: "f", Grade: above})), chat.CodeGradeAbove)
		wantCode(t, second(s.CreateConversation(ctx, ada, ConversationSpec{Grade: above})), chat.CodeGradeAbove)
		wantCode(t, second(s.CreatePrompt(ctx, ada, PromptSpec{Name: "p", Title: "p", Text: "p", Grade: above})), chat.CodeGradeAbove)
		wantCode(t, second(s.Enqueue(ctx, ada, JobSpec{Kind: "k", Grade: above})), chat.CodeGradeAbove)
		wantCode(t, second(s.CreateAnnouncement(ctx, ada, AnnouncementSpec{Level: LevelInfo, Korean: "k", Grade: above})), chat.CodeGradeAbove)
		over := MaxGrade + 1
		wantCode(t, second(s.UpdatePerson(ctx, System, ada.ID, PersonChange{Grade: &over})), chat.CodeBadField)
	})
}

func TestAFolderRaisesWhatIsInIt(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada := sharer(t, s, "Ada")
		clear(t, s, ada, 3)
		f, err := s.CreateFolder(ctx, ada, FolderSpec{Name: "인사", Grade: 1})
		must(t, err)
		begun, err := s.CreateConversation(ctx, ada, ConversationSpec{Folder: f.ID})
		must(t, err)
		moved, _ := converse(t, s, ada, ConversationSpec{}, [2]string{"?", "!"})
		must(t, s.MoveConversations(ctx, ada, []string{moved.ID}, f.ID))
		put, _ := converse(t, s, ada, ConversationSpec{}, [2]string{"?", "!"})
		_, err = s.UpdateConversation(ctx, ada, put.ID, ConversationChange{Folder: &f.ID})
		must(t, err)
		want := func(grade int) {
			t.Helper()
			for _, id := range []string{begun.ID, moved.ID, put.ID} {
				if c, err := s.Conversation(ctx, ada, id); err != nil || c.Grade != grade {
					t.Errorf("grade %d, %v; want %d", c.Grade, err, grade)
				}
			}
		}
		want(1)
		two, zero, nowhere := 2, 0, ""
		_, err = s.UpdateFolder(ctx, ada, f.ID, FolderChange{Grade: &two})
		must(t, err)
		want(2)
		wantCode(t, second(s.UpdateConversation(ctx, ada, put.ID, ConversationChange{Grade: &zero})), chat.CodeGradeBelow)
		c, err := s.UpdateConversation(ctx, ada, put.ID, ConversationChange{Grade: &zero, Folder: &nowhere})
		if err != nil || c.Grade != 0 || c.Folder != "" {
			t.Errorf("taken out: %+v, %v", c, err)
		}
	})
}

// Whoever begins has what was kept before there was anybody, and may read it.
func TestTheFirstAdministratorIsCleared(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		c, err := s.CreateConversation(ctx, chat.Local, ConversationSpec{Title: "t", Grade: MaxGrade})
		must(t, err)
		secret, _, err := s.CreateLink(ctx, chat.Local, LinkSpec{Kind: LinkFirst})
		must(t, err)
		p, err := s.UseLink(ctx, secret, PersonSpec{Name: "관리자"})
		must(t, err)
		if _, err := s.Conversation(ctx, p.as(), c.ID); err != nil {
			t.Error(err)
		}
		other, err := s.CreatePerson(ctx, p.as(), PersonSpec{Name: "밥", Role: RoleAdmin})
		must(t, err)
		if other.Grade != 0 {
			t.Errorf("the second administrator is cleared for %d", other.Grade)
		}
	})
}

// A reader who goes on from what was shared with them cannot make it readable for others.
func TestACopyOfAShareKeepsItsGrade(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada, bob, eve := sharer(t, s, "Ada"), person(t, s, "밥"), person(t, s, "Eve")
		clear(t, s, ada, 2)
		clear(t, s, bob, 2)
		clear(t, s, eve, 1)
		g := gradeAll(t, s, ada, 2)
		wantCode(t, second(s.CopyShare(ctx, eve, g.secret)), chat.CodeNoShare)
		c, err := s.CopyShare(ctx, bob, g.secret)
		must(t, err)
		branch, err := s.CopyBranch(ctx, bob, c.ID, "")
		must(t, err)
		own, err := s.CopyBranch(ctx, ada, g.conversation.ID, "")
		must(t, err)
		one := 1
		for _, id := range []string{c.ID, branch.ID} {
			wantCode(t, second(s.UpdateConversation(ctx, bob, id, ConversationChange{Grade: &one})), chat.CodeGradeBelow)
			for table, got := range grades(t, s, id) {
				if len(got) > 0 && !slices.Equal(got, []int64{2}) {
					t.Errorf("%s of a copy have grades %d", table, got)
				}
			}
		}
		if own.Grade != 2 {
			t.Errorf("a branch has grade %d", own.Grade)
		}
		must(t, second(s.UpdateConversation(ctx, ada, own.ID, ConversationChange{Grade: &one})))
	})
}

// Those who administer change nothing that they may not read, and an import that will be refused does not look well.
func TestNobodyChangesWhatIsAboveTheirClearance(t *testing.T) {
	eachStore(t, func(t *testing.T, at place) {
		s := at.open(t)
		ctx := t.Context()
		ada := sharer(t, s, "Ada")
		p, err := s.CreatePerson(ctx, System, PersonSpec{Name: "Admin", Role: RoleAdmin})
		must(t, err)
		admin := p.as()
		clear(t, s, ada, 2)
		g := gradeAll(t, s, ada, 2)
		news, err := s.Announcements(ctx, System)
		must(t, err)
		imported := []ImportedConversation{{Title: "가져옴", Grade: 2, Leaf: -1}}
		clear(t, s, admin, 1)
		wantCode(t, s.DeleteAnnouncement(ctx, admin, news[0].ID), chat.CodeNoAnnouncement)
		wantCode(t, s.HandleRating(ctx, admin, g.answer, ada.ID), chat.CodeNoRating)
		wantCode(t, s.MayImport(ctx, admin, imported), chat.CodeGradeAbove)
		wantCode(t, second(s.Import(ctx, admin, imported)), chat.CodeGradeAbove)
		clear(t, s, admin, 2)
		must(t, s.DeleteAnnouncement(ctx, admin, news[0].ID))
		must(t, s.HandleRating(ctx, admin, g.answer, ada.ID))
		must(t, s.MayImport(ctx, admin, imported))
		imported[0].Messages = []ImportedMessage{{Parent: 7}}
		wantCode(t, s.MayImport(ctx, admin, imported), chat.CodeBadField)
	})
}
