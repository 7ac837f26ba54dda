-- People, what they own, and what they said. Ids are ours; 'deleted' is when, and the row stays as a tombstone until it
-- is swept. 'grade' is for how confidential something is, lowest first.

ALTER TABLE principals ADD COLUMN role TEXT COLLATE "C" NOT NULL DEFAULT ''; -- admin, auditor, member, guest; '' is no person
ALTER TABLE principals ADD COLUMN login TEXT COLLATE "C" NOT NULL DEFAULT ''; -- what somebody signs in with, in lower case; '' is none
ALTER TABLE principals ADD COLUMN password TEXT COLLATE "C" NOT NULL DEFAULT ''; -- argon2id as a PHC string; '' is none
ALTER TABLE principals ADD COLUMN departed BIGINT NOT NULL DEFAULT 0; -- when the person left and handed over
ALTER TABLE principals ADD COLUMN heir TEXT COLLATE "C" NOT NULL DEFAULT ''; -- to whom
ALTER TABLE principals ADD COLUMN grade BIGINT NOT NULL DEFAULT 0; -- the highest that the person may read
CREATE UNIQUE INDEX principals_login ON principals (login) WHERE login <> '';

CREATE TABLE teams (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name    TEXT COLLATE "C" NOT NULL UNIQUE,
    created BIGINT           NOT NULL
);

CREATE TABLE team_members (
    team      TEXT COLLATE "C" NOT NULL REFERENCES teams (id),
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    created   BIGINT           NOT NULL,
    PRIMARY KEY (team, principal)
);
CREATE INDEX teams_of ON team_members (principal);

CREATE TABLE sessions (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    hash      BYTEA            NOT NULL UNIQUE CHECK (length(hash) = 32),
    created   BIGINT           NOT NULL,
    expires   BIGINT           NOT NULL, -- whatever is done with it
    last_used BIGINT           NOT NULL, -- to the minute; idle for long ends it too
    ended     BIGINT           NOT NULL DEFAULT 0,
    address   TEXT COLLATE "C" NOT NULL, -- where it began
    agent     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sessions_of ON sessions (principal, created);

-- Links that work once: to become somebody ('first', 'invite') or to be let in again ('reset').
CREATE TABLE links (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('first', 'invite', 'reset')),
    hash       BYTEA            NOT NULL UNIQUE CHECK (length(hash) = 32),
    principal  TEXT COLLATE "C" NOT NULL, -- who made it
    person     TEXT COLLATE "C" NOT NULL, -- whom it lets in again; '' is somebody new
    name       TEXT COLLATE "C" NOT NULL,
    role       TEXT COLLATE "C" NOT NULL,
    teams      TEXT COLLATE "C" NOT NULL, -- JSON list of ids
    created    BIGINT           NOT NULL,
    expires    BIGINT           NOT NULL,
    used       BIGINT           NOT NULL DEFAULT 0,
    revoked    BIGINT           NOT NULL DEFAULT 0
);

-- Limits of a person, of a team (each member's), or of everybody (subject ''). -1 is none; the row nearest to the person counts.
CREATE TABLE quotas (
    subject    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    per_day    BIGINT           NOT NULL, -- tokens read and written
    per_minute BIGINT           NOT NULL, -- requests
    at_once    BIGINT           NOT NULL,
    principal  TEXT COLLATE "C" NOT NULL, -- who set it
    updated    BIGINT           NOT NULL
);

CREATE TABLE usage (
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    day       TEXT COLLATE "C" NOT NULL, -- 2026-11-30, in the server's time zone
    model     TEXT COLLATE "C" NOT NULL,
    requests  BIGINT           NOT NULL,
    prompt    BIGINT           NOT NULL, -- tokens
    cached    BIGINT           NOT NULL,
    completion BIGINT           NOT NULL,
    PRIMARY KEY (principal, day, model)
);

-- Who may use a model: persons and teams. A model without a row is everybody's.
CREATE TABLE model_readers (
    model   TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (model, subject)
);

-- What a model has been seen to be able to do.
CREATE TABLE abilities (
    model   TEXT COLLATE "C" NOT NULL,
    digest  TEXT COLLATE "C" NOT NULL, -- of its files, and of the items it was asked
    level   TEXT COLLATE "C" NOT NULL CHECK (level IN ('extract', 'assist', 'full')),
    items   TEXT COLLATE "C" NOT NULL, -- JSON: what was asked and how it went
    created BIGINT           NOT NULL,
    PRIMARY KEY (model, digest)
);

CREATE TABLE folders (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal    TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    name         TEXT COLLATE "C" NOT NULL,
    instructions TEXT COLLATE "C" NOT NULL,
    position     BIGINT           NOT NULL,
    created      BIGINT           NOT NULL,
    updated      BIGINT           NOT NULL,
    deleted      BIGINT           NOT NULL DEFAULT 0
);
CREATE INDEX folders_of ON folders (principal, position);

CREATE TABLE conversations (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    title     TEXT COLLATE "C" NOT NULL,
    titled    TEXT COLLATE "C" NOT NULL CHECK (titled IN ('', 'rule', 'model', 'person')), -- who gave the title
    folder    TEXT COLLATE "C" NOT NULL DEFAULT '',
    mode      TEXT COLLATE "C" NOT NULL DEFAULT '',
    model     TEXT COLLATE "C" NOT NULL DEFAULT '',
    leaf      TEXT COLLATE "C" NOT NULL DEFAULT '', -- the message whose branch is shown
    pinned    BIGINT           NOT NULL DEFAULT 0,
    archived  BIGINT           NOT NULL DEFAULT 0,
    temporary BIGINT           NOT NULL DEFAULT 0, -- 1: forgotten after a day, in no list and no search
    grade     BIGINT           NOT NULL DEFAULT 0,
    origin    TEXT COLLATE "C" NOT NULL DEFAULT '', -- 'import:…', 'branch:ID', 'share:ID'
    created   BIGINT           NOT NULL,
    updated   BIGINT           NOT NULL, -- the last message, not the last change of its name
    deleted   BIGINT           NOT NULL DEFAULT 0 -- 1: an import that is not complete
);
CREATE INDEX conversations_of ON conversations (principal, archived, pinned, updated, id) WHERE deleted = 0 AND temporary = 0;
CREATE INDEX conversations_in ON conversations (folder, updated) WHERE folder <> '';
CREATE INDEX conversations_deleted ON conversations (deleted) WHERE deleted <> 0;
CREATE INDEX conversations_temporary ON conversations (updated) WHERE temporary = 1;

-- A conversation is a tree: siblings have one parent. An answer's parent is its question.
CREATE TABLE messages (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    conversation TEXT COLLATE "C" NOT NULL REFERENCES conversations (id),
    parent       TEXT COLLATE "C" NOT NULL, -- '' is a root
    number       BIGINT           NOT NULL, -- 1, 2, … within the conversation, in order of making
    principal    TEXT COLLATE "C" NOT NULL, -- who wrote or asked for it
    role         TEXT COLLATE "C" NOT NULL CHECK (role IN ('user', 'assistant')),
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('writing', 'done', 'stopped', 'interrupted', 'failed')),
    text         TEXT COLLATE "C" NOT NULL,
    thinking     TEXT COLLATE "C" NOT NULL DEFAULT '',
    mode         TEXT COLLATE "C" NOT NULL DEFAULT '',
    model        TEXT COLLATE "C" NOT NULL DEFAULT '',
    attachments  TEXT COLLATE "C" NOT NULL DEFAULT '[]', -- JSON
    prompt       BIGINT           NOT NULL DEFAULT 0, -- tokens
    cached       BIGINT           NOT NULL DEFAULT 0,
    completion   BIGINT           NOT NULL DEFAULT 0,
    finish       TEXT COLLATE "C" NOT NULL DEFAULT '', -- stop, length, …
    error_code   TEXT COLLATE "C" NOT NULL DEFAULT '',
    error_params TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    grade        BIGINT           NOT NULL DEFAULT 0,
    created      BIGINT           NOT NULL,
    finished     BIGINT           NOT NULL DEFAULT 0,
    deleted      BIGINT           NOT NULL DEFAULT 0,
    UNIQUE (conversation, number)
);
CREATE INDEX messages_writing ON messages (state) WHERE state = 'writing';

-- What happened while an answer was made, as package chat encodes it. A row may stand for several events of one kind that
-- came one after another: those from 'first' to 'number'.
CREATE TABLE events (
    message TEXT COLLATE "C" NOT NULL REFERENCES messages (id),
    number  BIGINT           NOT NULL,
    first   BIGINT           NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    version BIGINT           NOT NULL,
    data    TEXT COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (message, number)
);

-- What stands for the older part of a branch when the window is too small for it.
CREATE TABLE summaries (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    conversation TEXT COLLATE "C" NOT NULL REFERENCES conversations (id),
    until        TEXT COLLATE "C" NOT NULL, -- the last message it stands for
    text         TEXT COLLATE "C" NOT NULL,
    model        TEXT COLLATE "C" NOT NULL,
    created      BIGINT           NOT NULL,
    undone       BIGINT           NOT NULL DEFAULT 0
);
CREATE INDEX summaries_of ON summaries (conversation, until);

CREATE TABLE prompts (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    name      TEXT COLLATE "C" NOT NULL, -- what is typed after '/'
    title     TEXT COLLATE "C" NOT NULL,
    text      TEXT COLLATE "C" NOT NULL, -- {{name}} and {{name|choice|choice}} are asked for
    job       TEXT COLLATE "C" NOT NULL DEFAULT '', -- family of jobs
    audience  TEXT COLLATE "C" NOT NULL DEFAULT '', -- '' its owner, '*' everybody, or a team
    created   BIGINT           NOT NULL,
    updated   BIGINT           NOT NULL,
    deleted   BIGINT           NOT NULL DEFAULT 0
);
CREATE INDEX prompts_of ON prompts (principal, name);

CREATE TABLE shares (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    conversation TEXT COLLATE "C" NOT NULL REFERENCES conversations (id),
    principal    TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    hash         BYTEA            NOT NULL UNIQUE CHECK (length(hash) = 32),
    prefix       TEXT COLLATE "C" NOT NULL,
    leaf         TEXT COLLATE "C" NOT NULL, -- of a snapshot; '' is live
    audience     TEXT COLLATE "C" NOT NULL, -- JSON list of persons and teams; ["*"] is everybody who is signed in
    expires      BIGINT           NOT NULL, -- 0 is never
    created      BIGINT           NOT NULL,
    revoked      BIGINT           NOT NULL DEFAULT 0,
    opened       BIGINT           NOT NULL DEFAULT 0 -- how often
);
CREATE INDEX shares_of ON shares (principal, created);
CREATE INDEX shares_to ON shares (conversation);

CREATE TABLE ratings (
    message   TEXT COLLATE "C" NOT NULL REFERENCES messages (id),
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    value     BIGINT           NOT NULL CHECK (value IN (-1, 1)),
    reasons   TEXT COLLATE "C" NOT NULL, -- JSON list of codes
    text      TEXT COLLATE "C" NOT NULL,
    created   BIGINT           NOT NULL,
    handled   BIGINT           NOT NULL DEFAULT 0,
    handler   TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (message, principal)
);
CREATE INDEX ratings_of ON ratings (principal);
CREATE INDEX ratings_open ON ratings (created) WHERE handled = 0;

CREATE TABLE announcements (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL,
    level     TEXT COLLATE "C" NOT NULL CHECK (level IN ('info', 'warning')),
    ko        TEXT COLLATE "C" NOT NULL,
    en        TEXT COLLATE "C" NOT NULL,
    begins    BIGINT           NOT NULL,
    ends      BIGINT           NOT NULL, -- 0 is never
    created   BIGINT           NOT NULL,
    deleted   BIGINT           NOT NULL DEFAULT 0
);

-- What can be searched: each message, and each conversation's title (message ''). Both are derived from the rows above.
CREATE TABLE search (
    id           BIGINT           NOT NULL PRIMARY KEY, -- grows with the time of what it finds
    conversation TEXT COLLATE "C" NOT NULL REFERENCES conversations (id),
    message      TEXT COLLATE "C" NOT NULL,
    UNIQUE (conversation, message)
);
-- The pairs of characters in it, as words of letters and digits, by the same id.
CREATE TABLE search_grams (
    rowid BIGINT   NOT NULL PRIMARY KEY,
    grams TSVECTOR NOT NULL
);
CREATE INDEX search_grams_in ON search_grams USING gin (grams);
