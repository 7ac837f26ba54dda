package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/people"
)

// AnnouncementLevel says how loud an announcement is.
type AnnouncementLevel string

// The levels of announcements.
const (
	LevelInfo    AnnouncementLevel = "info"
	LevelWarning AnnouncementLevel = "warning"
)

// Announcement is a text that everybody sees for a time.
type Announcement struct {
	ID     string
	Author string // the id of whoever wrote it
	Level  AnnouncementLevel
	// Texts for those who read Korean and for those who read English. One may be empty: the other stands for it.
	Korean, English string
	Begins          time.Time
	Ends            time.Time // zero: never
	Grade           int       // who is not cleared for it does not see it
	Created         time.Time
	Updated         time.Time
}

// In returns the text for a person who reads a language.
func (a Announcement) In(lang chat.Language) string {
	text, other := a.English, a.Korean
	if lang == chat.Korean {
		text, other = other, text
	}
	if text == "" {
		return other
	}
	return text
}

// AnnouncementSpec is what an announcement should be. Begins that is zero is now.
type AnnouncementSpec struct {
	Level           AnnouncementLevel
	Korean, English string
	Begins, Ends    time.Time
	Grade           int
}

const maxAnnouncement = 4 << 10 // bytes

const announcementColumns = `id, principal, level, ko, en, begins, ends, grade, created, updated`

func scanAnnouncement(r scanner) (a Announcement, err error) {
	var begins, ends, created, updated int64
	err = r.Scan(&a.ID, &a.Author, &a.Level, &a.Korean, &a.English, &begins, &ends, &a.Grade, &created, &updated)
	a.Begins, a.Ends, a.Created, a.Updated = moment(begins), moment(ends), moment(created), moment(updated)
	return a, err
}

func checkAnnouncement(spec *AnnouncementSpec) error {
	if !slices.Contains([]AnnouncementLevel{LevelInfo, LevelWarning}, spec.Level) {
		return chat.NewError(chat.CodeBadField, nil, "level", fmt.Sprintf("%.40q", spec.Level), "info | warning")
	}
	if strings.TrimSpace(spec.Korean) == "" && strings.TrimSpace(spec.English) == "" {
		return chat.NewError(chat.CodeBadField, nil, "text", `""`, fmt.Sprintf("1–%d bytes", maxAnnouncement))
	}
	for _, text := range []string{spec.Korean, spec.English} {
		if err := checkText("text", text, maxAnnouncement); err != nil {
			return err
		}
	}
	if spec.Begins.IsZero() {
		spec.Begins = now()
	}
	spec.Begins, spec.Ends = moment(milliseconds(spec.Begins)), moment(milliseconds(spec.Ends))
	if !spec.Ends.IsZero() && !spec.Ends.After(spec.Begins) {
		return chat.NewError(chat.CodeBadField, nil, "ends", spec.Ends.Format(time.RFC3339), "> "+spec.Begins.Format(time.RFC3339))
	}
	return nil
}

// CreateAnnouncement announces something. Who may is for the caller to see; CodeBadField says what is wrong with it.
func (s *Store) CreateAnnouncement(ctx context.Context, by chat.Principal, spec AnnouncementSpec) (Announcement, error) {
	if err := checkAnnouncement(&spec); err != nil {
		return Announcement{}, err
	}
	a := Announcement{ID: newID("announcement"), Author: by.ID, Level: spec.Level, Korean: spec.Korean, English: spec.English,
		Begins: spec.Begins, Ends: spec.Ends, Grade: spec.Grade, Created: now()}
	a.Updated = a.Created
	err := s.write(ctx, "announce", func(tx *sql.Tx) error {
		if err := requireGrade(ctx, tx, by, a.Grade); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO announcements (id, principal, level, ko, en, begins, ends, grade, created, updated)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
			a.ID, a.Author, string(a.Level), a.Korean, a.English, milliseconds(a.Begins), milliseconds(a.Ends), a.Grade,
			milliseconds(a.Created))
		if err != nil {
			return err
		}
		return appendAudit(tx, by, "announcement.create", a.ID, nil)
	})
	if err != nil {
		return Announcement{}, err
	}
	return a, nil
}

// UpdateAnnouncement makes an announcement another and returns it. CodeNoAnnouncement, CodeBadField.
func (s *Store) UpdateAnnouncement(ctx context.Context, by chat.Principal, id string, spec AnnouncementSpec) (a Announcement, err error) {
	if err := checkAnnouncement(&spec); err != nil {
		return Announcement{}, err
	}
	err = s.write(ctx, "change an announcement", func(tx *sql.Tx) error {
		if err := requireGrade(ctx, tx, by, spec.Grade); err != nil {
			return err
		}
		var ok bool
		a, ok, err = row(ctx, tx, scanAnnouncement, `UPDATE announcements SET level = $2, ko = $3, en = $4, begins = $5, ends = $6,
				grade = $7, updated = $8
			WHERE id = $1 AND deleted = 0 AND `+cleared("announcements.grade", 9)+` RETURNING `+announcementColumns,
			id, string(spec.Level), spec.Korean, spec.English, milliseconds(spec.Begins), milliseconds(spec.Ends), spec.Grade,
			milliseconds(now()), by.ID)
		if err != nil || !ok {
			return orElse(err, chat.NewError(chat.CodeNoAnnouncement, nil, id))
		}
		return appendAudit(tx, by, "announcement.change", id, nil)
	})
	if err != nil {
		return Announcement{}, err
	}
	return a, nil
}

// DeleteAnnouncement takes an announcement back. CodeNoAnnouncement if there is none that by is cleared for.
func (s *Store) DeleteAnnouncement(ctx context.Context, by chat.Principal, id string) error {
	return s.write(ctx, "take an announcement back", func(tx *sql.Tx) error {
		result, err := tx.Exec(`UPDATE announcements SET deleted = $2 WHERE id = $1 AND deleted = 0
			AND `+cleared("announcements.grade", 3), id, milliseconds(now()), by.ID)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return orElse(err, chat.NewError(chat.CodeNoAnnouncement, nil, id))
		}
		return appendAudit(tx, by, "announcement.delete", id, nil)
	})
}

// Announcements returns all announcements, those that are over or to come too, newest first. It is for those who
// announce: CodeMayNot for others.
func (s *Store) Announcements(ctx context.Context, who chat.Principal) ([]Announcement, error) {
	if err := s.right(ctx, who, people.Announce); err != nil {
		return nil, err
	}
	all, err := rows(ctx, s.reader, scanAnnouncement,
		`SELECT `+announcementColumns+` FROM announcements WHERE deleted = 0 AND `+cleared("announcements.grade", 1)+`
			ORDER BY begins DESC, created DESC, id`, who.ID)
	return all, s.fault("list the announcements", err)
}

// CurrentAnnouncements returns what is announced now, newest first, to whoever has signed in.
func (s *Store) CurrentAnnouncements(ctx context.Context, who chat.Principal) ([]Announcement, error) {
	all, err := rows(ctx, s.reader, scanAnnouncement, `SELECT `+announcementColumns+` FROM announcements
		WHERE deleted = 0 AND begins <= $1 AND (ends = 0 OR ends > $1) AND `+cleared("announcements.grade", 2)+`
		ORDER BY begins DESC, created DESC, id`, milliseconds(now()), who.ID)
	return all, s.fault("list the announcements", err)
}
