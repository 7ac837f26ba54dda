-- Times are milliseconds since 1970 in UTC; 0 is never. Texts that people read are kept as a code and its
-- parameters. Only plain SQL stands here, so that another database can be taught the same schema.

CREATE TABLE principals (
    id       TEXT    NOT NULL PRIMARY KEY,
    kind     TEXT    NOT NULL CHECK (kind IN ('local', 'system', 'person', 'service')),
    name     TEXT    NOT NULL,
    created  INTEGER NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO principals (id, kind, name, created) VALUES
    ('local', 'local', 'local', 0),
    ('system', 'system', 'system', 0);

CREATE TABLE keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    principal  TEXT    NOT NULL REFERENCES principals (id),
    name       TEXT    NOT NULL,
    hash       BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32), -- SHA-256 of the secret
    prefix     TEXT    NOT NULL,                                  -- the beginning of the secret, to tell keys apart
    scopes     TEXT    NOT NULL,                                  -- sorted, one space between
    per_minute INTEGER NOT NULL CHECK (per_minute >= 0),          -- 0: as many as there are
    created    INTEGER NOT NULL,
    expires    INTEGER NOT NULL DEFAULT 0,
    last_used  INTEGER NOT NULL DEFAULT 0,
    revoked    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX keys_of ON keys (principal, created);

CREATE TABLE acceptances (
    id        TEXT    NOT NULL PRIMARY KEY,
    model     TEXT    NOT NULL,
    licence   TEXT    NOT NULL,
    class     TEXT    NOT NULL,
    text_hash TEXT    NOT NULL, -- SHA-256 of the text that was shown
    person    TEXT    NOT NULL, -- the name that was typed; empty for a click
    principal TEXT    NOT NULL REFERENCES principals (id),
    accepted  INTEGER NOT NULL
) STRICT;
CREATE INDEX acceptances_of ON acceptances (model, text_hash);

CREATE TABLE settings (
    principal TEXT    NOT NULL REFERENCES principals (id), -- 'system': everybody's
    name      TEXT    NOT NULL,
    value     TEXT    NOT NULL, -- JSON
    updated   INTEGER NOT NULL,
    PRIMARY KEY (principal, name)
) STRICT;

CREATE TABLE jobs (
    id           TEXT    NOT NULL PRIMARY KEY,
    principal    TEXT    NOT NULL REFERENCES principals (id),
    kind         TEXT    NOT NULL,
    payload      TEXT    NOT NULL, -- JSON
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    done         INTEGER NOT NULL DEFAULT 0,
    total        INTEGER NOT NULL DEFAULT 0, -- 0: not known
    attempt      INTEGER NOT NULL DEFAULT 0, -- how often it was claimed
    max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
    not_before   INTEGER NOT NULL,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    error_code   TEXT    NOT NULL DEFAULT '',
    error_params TEXT    NOT NULL DEFAULT '[]', -- JSON
    created      INTEGER NOT NULL,
    started      INTEGER NOT NULL DEFAULT 0,
    finished     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX jobs_queued ON jobs (not_before, created) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_of ON jobs (principal, created);

CREATE TABLE blobs (
    hash    TEXT    NOT NULL PRIMARY KEY CHECK (length(hash) = 64), -- SHA-256 in hexadecimal
    size    INTEGER NOT NULL CHECK (size >= 0),
    created INTEGER NOT NULL
) STRICT;

-- The type belongs to the reference: whoever stores the same bytes first must not decide what they are for
-- everybody else.
CREATE TABLE blob_refs (
    hash      TEXT    NOT NULL REFERENCES blobs (hash),
    principal TEXT    NOT NULL REFERENCES principals (id),
    object    TEXT    NOT NULL, -- what refers to it, such as 'message:17'
    mime      TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    PRIMARY KEY (hash, principal, object)
) STRICT;
CREATE INDEX blob_refs_of ON blob_refs (principal, created);

CREATE TABLE audit (
    seq       INTEGER NOT NULL PRIMARY KEY,
    at        INTEGER NOT NULL,
    principal TEXT    NOT NULL, -- no reference: the record outlives the person
    action    TEXT    NOT NULL,
    object    TEXT    NOT NULL,
    details   TEXT    NOT NULL, -- JSON
    previous  BLOB    NOT NULL,
    hash      BLOB    NOT NULL
) STRICT;

-- The end of the chain, kept apart so that rows cut off the end are noticed.
CREATE TABLE audit_head (
    one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash BLOB    NOT NULL
) STRICT;
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, x'');

-- Against our own mistakes; whoever can edit the file is caught by the chain.
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit rows are never changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit rows are never deleted');
END;
