-- Times are milliseconds since 1970 in UTC; 0 is never. Texts that people read are kept as a code and its
-- parameters. Tables and columns are those of the file for SQLite; texts are compared byte by byte, as there.

CREATE TABLE principals (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind     TEXT COLLATE "C" NOT NULL CHECK (kind IN ('local', 'system', 'person', 'service')),
    name     TEXT COLLATE "C" NOT NULL,
    created  BIGINT           NOT NULL,
    disabled BIGINT           NOT NULL DEFAULT 0
);

INSERT INTO principals (id, kind, name, created) VALUES
    ('local', 'local', 'local', 0),
    ('system', 'system', 'system', 0);

CREATE TABLE keys (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal  TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    name       TEXT COLLATE "C" NOT NULL,
    hash       BYTEA            NOT NULL UNIQUE CHECK (length(hash) = 32), -- SHA-256 of the secret
    prefix     TEXT COLLATE "C" NOT NULL,                                  -- the beginning of the secret, to tell keys apart
    scopes     TEXT COLLATE "C" NOT NULL,                                  -- sorted, one space between
    per_minute BIGINT           NOT NULL CHECK (per_minute >= 0),          -- 0: as many as there are
    created    BIGINT           NOT NULL,
    expires    BIGINT           NOT NULL DEFAULT 0,
    last_used  BIGINT           NOT NULL DEFAULT 0,
    revoked    BIGINT           NOT NULL DEFAULT 0
);
CREATE INDEX keys_of ON keys (principal, created);

CREATE TABLE acceptances (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    model     TEXT COLLATE "C" NOT NULL,
    licence   TEXT COLLATE "C" NOT NULL,
    class     TEXT COLLATE "C" NOT NULL,
    text_hash TEXT COLLATE "C" NOT NULL, -- SHA-256 of the text that was shown
    person    TEXT COLLATE "C" NOT NULL, -- the name that was typed; empty for a click
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    accepted  BIGINT           NOT NULL
);
CREATE INDEX acceptances_of ON acceptances (model, text_hash);

CREATE TABLE settings (
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id), -- 'system': everybody's
    name      TEXT COLLATE "C" NOT NULL,
    value     TEXT COLLATE "C" NOT NULL, -- JSON
    updated   BIGINT           NOT NULL,
    PRIMARY KEY (principal, name)
);

CREATE TABLE jobs (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal    TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    kind         TEXT COLLATE "C" NOT NULL,
    payload      TEXT COLLATE "C" NOT NULL, -- JSON
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    done         BIGINT           NOT NULL DEFAULT 0,
    total        BIGINT           NOT NULL DEFAULT 0, -- 0: not known
    attempt      BIGINT           NOT NULL DEFAULT 0, -- how often it was claimed
    max_attempts BIGINT           NOT NULL CHECK (max_attempts > 0),
    not_before   BIGINT           NOT NULL,
    lease_until  BIGINT           NOT NULL DEFAULT 0,
    error_code   TEXT COLLATE "C" NOT NULL DEFAULT '',
    error_params TEXT COLLATE "C" NOT NULL DEFAULT '[]', -- JSON
    created      BIGINT           NOT NULL,
    started      BIGINT           NOT NULL DEFAULT 0,
    finished     BIGINT           NOT NULL DEFAULT 0
);
CREATE INDEX jobs_queued ON jobs (not_before, created) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_of ON jobs (principal, created);

CREATE TABLE blobs (
    hash    TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(hash) = 64), -- SHA-256 in hexadecimal
    size    BIGINT           NOT NULL CHECK (size >= 0),
    created BIGINT           NOT NULL
);

-- The type belongs to the reference: whoever stores the same bytes first must not decide what they are for
-- everybody else.
CREATE TABLE blob_refs (
    hash      TEXT COLLATE "C" NOT NULL REFERENCES blobs (hash),
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id),
    object    TEXT COLLATE "C" NOT NULL, -- what refers to it, such as 'message:17'
    mime      TEXT COLLATE "C" NOT NULL,
    created   BIGINT           NOT NULL,
    PRIMARY KEY (hash, principal, object)
);
CREATE INDEX blob_refs_of ON blob_refs (principal, created);

CREATE TABLE audit (
    seq       BIGINT           NOT NULL PRIMARY KEY,
    at        BIGINT           NOT NULL,
    principal TEXT COLLATE "C" NOT NULL, -- no reference: the record outlives the person
    action    TEXT COLLATE "C" NOT NULL,
    object    TEXT COLLATE "C" NOT NULL,
    details   TEXT COLLATE "C" NOT NULL, -- JSON
    previous  BYTEA            NOT NULL,
    hash      BYTEA            NOT NULL
);

-- The end of the chain, kept apart so that rows cut off the end are noticed.
CREATE TABLE audit_head (
    one  BIGINT           NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  BIGINT           NOT NULL,
    hash BYTEA            NOT NULL
);
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '\x');

-- Against our own mistakes; whoever owns the tables is caught by the chain.
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit rows are never changed or deleted';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
