-- Documents that people keep here to ask about. What is in a file is in its blob; what was read of it and the index in which
-- it is found lie in files that can be made again.

CREATE TABLE documents (
    id        TEXT    NOT NULL PRIMARY KEY,
    principal TEXT    NOT NULL REFERENCES principals (id), -- whose it is
    name      TEXT    NOT NULL,
    grade     INTEGER NOT NULL DEFAULT 0,
    class     TEXT    NOT NULL, -- names all who may read it, as the index divides: equal for equal readers and grades
    created   INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    deleted   INTEGER NOT NULL DEFAULT 0 -- the row stays, without its name, for what cited it
) STRICT;
CREATE INDEX documents_of ON documents (principal, deleted, updated);
CREATE INDEX documents_class ON documents (class);

-- Who else may read one: a person, a team, or '*' for everybody who is signed in.
CREATE TABLE document_readers (
    document  TEXT    NOT NULL REFERENCES documents (id),
    subject   TEXT    NOT NULL,
    principal TEXT    NOT NULL, -- who said so
    created   INTEGER NOT NULL,
    PRIMARY KEY (document, subject)
) STRICT;
CREATE INDEX document_readers_by ON document_readers (subject);

-- The files that a document was, the newest last. An answer cites one of them.
CREATE TABLE document_versions (
    id           TEXT    NOT NULL PRIMARY KEY,
    document     TEXT    NOT NULL REFERENCES documents (id),
    number       INTEGER NOT NULL, -- from 1
    principal    TEXT    NOT NULL, -- who put it in
    grade        INTEGER NOT NULL DEFAULT 0,
    hash         TEXT    NOT NULL, -- of its blob
    name         TEXT    NOT NULL, -- of the file
    mime         TEXT    NOT NULL,
    size         INTEGER NOT NULL,
    job          TEXT    NOT NULL, -- that reads it
    state        TEXT    NOT NULL, -- waiting, read, failed, cancelled
    copy_of      TEXT    NOT NULL DEFAULT '', -- another version with the same bytes, whose text may be taken over
    format       TEXT    NOT NULL DEFAULT '',
    pages        INTEGER NOT NULL DEFAULT 0,
    passages     INTEGER NOT NULL DEFAULT 0,
    gaps         INTEGER NOT NULL DEFAULT 0, -- places that could not be read; 0 is whole
    manifest     TEXT    NOT NULL DEFAULT '', -- JSON: what went in and what came out
    error_code   TEXT    NOT NULL DEFAULT '',
    error_params TEXT    NOT NULL DEFAULT '[]',
    indexed      TEXT    NOT NULL DEFAULT '', -- the class under which the index has it
    embedded     TEXT    NOT NULL DEFAULT '', -- the model that made its vectors
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX document_versions_of ON document_versions (document, number);
CREATE INDEX document_versions_hash ON document_versions (hash);
