-- People, what they own, and what they said. Ids are ours; 'deleted' is when, and the row stays as a tombstone until it
-- is swept. 'grade' is for how confidential something is, lowest first.

ALTER TABLE principals ADD COLUMN role TEXT NOT NULL DEFAULT ''; -- admin, auditor, member, guest; '' is no person
ALTER TABLE principals ADD COLUMN login TEXT NOT NULL DEFAULT ''; -- what somebody signs in with, in lower case; '' is none
ALTER TABLE principals ADD COLUMN password TEXT NOT NULL DEFAULT ''; -- argon2id as a PHC string; '' is none
ALTER TABLE principals ADD COLUMN departed INTEGER NOT NULL DEFAULT 0; -- when the person left and handed over
ALTER TABLE principals ADD COLUMN heir TEXT NOT NULL DEFAULT ''; -- to whom
ALTER TABLE principals ADD COLUMN grade INTEGER NOT NULL DEFAULT 0; -- the highest that the person may read
CREATE UNIQUE INDEX principals_login ON principals (login) WHERE login <> '';

CREATE TABLE teams (
    id      TEXT    NOT NULL PRIMARY KEY,
    name    TEXT    NOT NULL UNIQUE,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE team_members (
    team      TEXT    NOT NULL REFERENCES teams (id),
    principal TEXT    NOT NULL REFERENCES principals (id),
    created   INTEGER NOT NULL,
    PRIMARY KEY (team, principal)
) STRICT;
CREATE INDEX teams_of ON team_members (principal);

CREATE TABLE sessions (
    id        TEXT    NOT NULL PRIMARY KEY,
    principal TEXT    NOT NULL REFERENCES principals (id),
    hash      BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL, -- whatever is done with it
    last_used INTEGER NOT NULL, -- to the minute; idle for long ends it too
    ended     INTEGER NOT NULL DEFAULT 0,
    address   TEXT    NOT NULL, -- where it began
    agent     TEXT    NOT NULL
) STRICT;
CREATE INDEX sessions_of ON sessions (principal, created);

-- Links that work once: to become somebody ('first', 'invite') or to be let in again ('reset').
CREATE TABLE links (
    id         TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('first', 'invite', 'reset')),
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    principal  TEXT    NOT NULL, -- who made it
    person     TEXT    NOT NULL, -- whom it lets in again; '' is somebody new
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    teams      TEXT    NOT NULL, -- JSON list of ids
    created    INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    used       INTEGER NOT NULL DEFAULT 0,
    revoked    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Limits of a person, of a team (each member's), or of everybody (subject ''). -1 is none; the row nearest to the person counts.
CREATE TABLE quotas (
    subject    TEXT    NOT NULL PRIMARY KEY,
    per_day    INTEGER NOT NULL, -- tokens read and written
    per_minute INTEGER NOT NULL, -- requests
    at_once    INTEGER NOT NULL,
    principal  TEXT    NOT NULL, -- who set it
    updated    INTEGER NOT NULL
) STRICT;

CREATE TABLE usage (
    principal TEXT    NOT NULL REFERENCES principals (id),
    day       TEXT    NOT NULL, -- 2026-11-30, in the server's time zone
    model     TEXT    NOT NULL,
    requests  INTEGER NOT NULL,
    prompt    INTEGER NOT NULL, -- tokens
    cached    INTEGER NOT NULL,
    completion INTEGER NOT NULL,
    PRIMARY KEY (principal, day, model)
) STRICT;

-- Who may use a model: persons and teams. A model without a row is everybody's.
CREATE TABLE model_readers (
    model   TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (model, subject)
) STRICT;

-- What a model has been seen to be able to do.
CREATE TABLE abilities (
    model   TEXT    NOT NULL,
    digest  TEXT    NOT NULL, -- of its files, and of the items it was asked
    level   TEXT    NOT NULL CHECK (level IN ('extract', 'assist', 'full')),
    items   TEXT    NOT NULL, -- JSON: what was asked and how it went
    created INTEGER NOT NULL,
    PRIMARY KEY (model, digest)
) STRICT;

CREATE TABLE folders (
    id           TEXT    NOT NULL PRIMARY KEY,
    principal    TEXT    NOT NULL REFERENCES principals (id),
    name         TEXT    NOT NULL,
    instructions TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    deleted      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX folders_of ON folders (principal, position);

CREATE TABLE conversations (
    id        TEXT    NOT NULL PRIMARY KEY,
    principal TEXT    NOT NULL REFERENCES principals (id),
    title     TEXT    NOT NULL,
    titled    TEXT    NOT NULL CHECK (titled IN ('', 'rule', 'model', 'person')), -- who gave the title
    folder    TEXT    NOT NULL DEFAULT '',
    mode      TEXT    NOT NULL DEFAULT '',
    model     TEXT    NOT NULL DEFAULT '',
    leaf      TEXT    NOT NULL DEFAULT '', -- the message whose branch is shown
    pinned    INTEGER NOT NULL DEFAULT 0,
    archived  INTEGER NOT NULL DEFAULT 0,
    temporary INTEGER NOT NULL DEFAULT 0, -- 1: forgotten after a day, in no list and no search
    grade     INTEGER NOT NULL DEFAULT 0,
    origin    TEXT    NOT NULL DEFAULT '', -- 'import:…', 'branch:ID', 'share:ID'
    created   INTEGER NOT NULL,
    updated   INTEGER NOT NULL, -- the last message, not the last change of its name
    deleted   INTEGER NOT NULL DEFAULT 0 -- 1: an import that is not complete
) STRICT;
CREATE INDEX conversations_of ON conversations (principal, archived, pinned, updated, id) WHERE deleted = 0 AND temporary = 0;
CREATE INDEX conversations_in ON conversations (folder, updated) WHERE folder <> '';
CREATE INDEX conversations_deleted ON conversations (deleted) WHERE deleted <> 0;
CREATE INDEX conversations_temporary ON conversations (updated) WHERE temporary = 1;

-- A conversation is a tree: siblings have one parent. An answer's parent is its question.
CREATE TABLE messages (
    id           TEXT    NOT NULL PRIMARY KEY,
    conversation TEXT    NOT NULL REFERENCES conversations (id),
    parent       TEXT    NOT NULL, -- '' is a root
    number       INTEGER NOT NULL, -- 1, 2, … within the conversation, in order of making
    principal    TEXT    NOT NULL, -- who wrote or asked for it
    role         TEXT    NOT NULL CHECK (role IN ('user', 'assistant')),
    state        TEXT    NOT NULL CHECK (state IN ('writing', 'done', 'stopped', 'interrupted', 'failed')),
    text         TEXT    NOT NULL,
    thinking     TEXT    NOT NULL DEFAULT '',
    mode         TEXT    NOT NULL DEFAULT '',
    model        TEXT    NOT NULL DEFAULT '',
    attachments  TEXT    NOT NULL DEFAULT '[]', -- JSON
    prompt       INTEGER NOT NULL DEFAULT 0, -- tokens
    cached       INTEGER NOT NULL DEFAULT 0,
    completion   INTEGER NOT NULL DEFAULT 0,
    finish       TEXT    NOT NULL DEFAULT '', -- stop, length, …
    error_code   TEXT    NOT NULL DEFAULT '',
    error_params TEXT    NOT NULL DEFAULT '[]',
    grade        INTEGER NOT NULL DEFAULT 0,
    created      INTEGER NOT NULL,
    finished     INTEGER NOT NULL DEFAULT 0,
    deleted      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (conversation, number)
) STRICT;
CREATE INDEX messages_writing ON messages (state) WHERE state = 'writing';

-- What happened while an answer was made, as package chat encodes it. A row may stand for several events of one kind that
-- came one after another: those from 'first' to 'number'.
CREATE TABLE events (
    message TEXT    NOT NULL REFERENCES messages (id),
    number  INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    data    TEXT    NOT NULL, -- JSON
    PRIMARY KEY (message, number)
) STRICT;

-- What stands for the older part of a branch when the window is too small for it.
CREATE TABLE summaries (
    id           TEXT    NOT NULL PRIMARY KEY,
    conversation TEXT    NOT NULL REFERENCES conversations (id),
    until        TEXT    NOT NULL, -- the last message it stands for
    text         TEXT    NOT NULL,
    model        TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    undone       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX summaries_of ON summaries (conversation, until);

CREATE TABLE prompts (
    id        TEXT    NOT NULL PRIMARY KEY,
    principal TEXT    NOT NULL REFERENCES principals (id),
    name      TEXT    NOT NULL, -- what is typed after '/'
    title     TEXT    NOT NULL,
    text      TEXT    NOT NULL, -- {{name}} and {{name|choice|choice}} are asked for
    job       TEXT    NOT NULL DEFAULT '', -- family of jobs
    audience  TEXT    NOT NULL DEFAULT '', -- '' its owner, '*' everybody, or a team
    created   INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    deleted   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX prompts_of ON prompts (principal, name);

CREATE TABLE shares (
    id           TEXT    NOT NULL PRIMARY KEY,
    conversation TEXT    NOT NULL REFERENCES conversations (id),
    principal    TEXT    NOT NULL REFERENCES principals (id),
    hash         BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    prefix       TEXT    NOT NULL,
    leaf         TEXT    NOT NULL, -- of a snapshot; '' is live
    audience     TEXT    NOT NULL, -- JSON list of persons and teams; ["*"] is everybody who is signed in
    expires      INTEGER NOT NULL, -- 0 is never
    created      INTEGER NOT NULL,
    revoked      INTEGER NOT NULL DEFAULT 0,
    opened       INTEGER NOT NULL DEFAULT 0 -- how often
) STRICT;
CREATE INDEX shares_of ON shares (principal, created);
CREATE INDEX shares_to ON shares (conversation);

CREATE TABLE ratings (
    message   TEXT    NOT NULL REFERENCES messages (id),
    principal TEXT    NOT NULL REFERENCES principals (id),
    value     INTEGER NOT NULL CHECK (value IN (-1, 1)),
    reasons   TEXT    NOT NULL, -- JSON list of codes
    text      TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    handled   INTEGER NOT NULL DEFAULT 0,
    handler   TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (message, principal)
) STRICT;
CREATE INDEX ratings_of ON ratings (principal);
CREATE INDEX ratings_open ON ratings (created) WHERE handled = 0;

CREATE TABLE announcements (
    id        TEXT    NOT NULL PRIMARY KEY,
    principal TEXT    NOT NULL,
    level     TEXT    NOT NULL CHECK (level IN ('info', 'warning')),
    ko        TEXT    NOT NULL,
    en        TEXT    NOT NULL,
    begins    INTEGER NOT NULL,
    ends      INTEGER NOT NULL, -- 0 is never
    created   INTEGER NOT NULL,
    deleted   INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What can be searched: each message, and each conversation's title (message ''). Both are derived from the rows above.
CREATE TABLE search (
    id           INTEGER NOT NULL PRIMARY KEY, -- grows with the time of what it finds
    conversation TEXT    NOT NULL REFERENCES conversations (id),
    message      TEXT    NOT NULL,
    UNIQUE (conversation, message)
) STRICT;
-- The pairs of characters in it, as words of letters and digits, by the same id.
CREATE VIRTUAL TABLE search_grams USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, prefix = 6, tokenize = 'ascii'
);
