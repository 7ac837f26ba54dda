-- Whose it is and how confidential it is, for everything that people wrote or had made. What is derived has the grade of
-- what it came from; nobody is shown what is above principals.grade. Nothing of 'blobs' itself is anybody's: equal files
-- are one, and each reference to it says whose it is.

ALTER TABLE folders ADD COLUMN grade BIGINT NOT NULL DEFAULT 0; -- of the instructions; conversations in it have it at least
ALTER TABLE conversations ADD COLUMN lowest BIGINT NOT NULL DEFAULT 0; -- what the grade is never below: that of what others wrote
ALTER TABLE events ADD COLUMN principal TEXT NOT NULL DEFAULT ''; -- on whose behalf it happened
ALTER TABLE events ADD COLUMN grade BIGINT NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN created BIGINT NOT NULL DEFAULT 0;
ALTER TABLE summaries ADD COLUMN principal TEXT NOT NULL DEFAULT '';
ALTER TABLE summaries ADD COLUMN grade BIGINT NOT NULL DEFAULT 0;
ALTER TABLE prompts ADD COLUMN grade BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shares ADD COLUMN grade BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ratings ADD COLUMN grade BIGINT NOT NULL DEFAULT 0;
ALTER TABLE announcements ADD COLUMN grade BIGINT NOT NULL DEFAULT 0;
ALTER TABLE announcements ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN grade BIGINT NOT NULL DEFAULT 0;
ALTER TABLE blob_refs ADD COLUMN grade BIGINT NOT NULL DEFAULT 0;
ALTER TABLE model_readers ADD COLUMN principal TEXT NOT NULL DEFAULT ''; -- who said so
ALTER TABLE model_readers ADD COLUMN created BIGINT NOT NULL DEFAULT 0;

UPDATE events SET
    principal = (SELECT messages.principal FROM messages WHERE messages.id = events.message),
    created = (SELECT messages.created FROM messages WHERE messages.id = events.message);
UPDATE summaries SET principal = (SELECT conversations.principal FROM conversations WHERE conversations.id = summaries.conversation);
UPDATE announcements SET updated = created;

-- The program itself, whoever is on this machine before there is anybody, and those who run the place: somebody must be
-- able to say what others may read.
UPDATE principals SET grade = 9 WHERE kind IN ('local', 'system') OR role = 'admin';

-- Limits of a team together: what all its members use counts. -1 is none. Those of each member are in quotas.
CREATE TABLE team_quotas (
    team       TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES teams (id),
    per_day    BIGINT           NOT NULL, -- tokens read and written
    per_minute BIGINT           NOT NULL, -- requests
    at_once    BIGINT           NOT NULL,
    principal  TEXT COLLATE "C" NOT NULL, -- who set it
    updated    BIGINT           NOT NULL
);
