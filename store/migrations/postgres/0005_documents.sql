-- Documents that people keep here to ask about. What is in a file is in its blob; what was read of it and the index in which
-- it is found lie in files that can be made again.

CREATE TABLE documents (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal TEXT COLLATE "C" NOT NULL REFERENCES principals (id), -- whose it is
    name      TEXT COLLATE "C" NOT NULL,
    grade     BIGINT           NOT NULL DEFAULT 0,
    class     TEXT COLLATE "C" NOT NULL, -- names all who may read it, as the index divides: equal for equal readers and grades
    created   BIGINT           NOT NULL,
    updated   BIGINT           NOT NULL,
    deleted   BIGINT           NOT NULL DEFAULT 0 -- the row stays, without its name, for what cited it
);
CREATE INDEX documents_of ON documents (principal, deleted, updated);
CREATE INDEX documents_class ON documents (class);

-- Who else may read one: a person, a team, or '*' for everybody who is signed in.
CREATE TABLE document_readers (
    document  TEXT COLLATE "C" NOT NULL REFERENCES documents (id),
    subject   TEXT COLLATE "C" NOT NULL,
    principal TEXT COLLATE "C" NOT NULL, -- who said so
    created   BIGINT           NOT NULL,
    PRIMARY KEY (document, subject)
);
CREATE INDEX document_readers_by ON document_readers (subject);

-- The files that a document was, the newest last. An answer cites one of them.
CREATE TABLE document_versions (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    document     TEXT COLLATE "C" NOT NULL REFERENCES documents (id),
    number       BIGINT           NOT NULL, -- from 1
    principal    TEXT COLLATE "C" NOT NULL, -- who put it in
    grade        BIGINT           NOT NULL DEFAULT 0,
    hash         TEXT COLLATE "C" NOT NULL, -- of its blob
    name         TEXT COLLATE "C" NOT NULL, -- of the file
    mime         TEXT COLLATE "C" NOT NULL,
    size         BIGINT           NOT NULL,
    job          TEXT COLLATE "C" NOT NULL, -- that reads it
    state        TEXT COLLATE "C" NOT NULL, -- waiting, read, failed, cancelled
    copy_of      TEXT COLLATE "C" NOT NULL DEFAULT '', -- another version with the same bytes, whose text may be taken over
    format       TEXT COLLATE "C" NOT NULL DEFAULT '',
    pages        BIGINT           NOT NULL DEFAULT 0,
    passages     BIGINT           NOT NULL DEFAULT 0,
    gaps         BIGINT           NOT NULL DEFAULT 0, -- places that could not be read; 0 is whole
    manifest     TEXT COLLATE "C" NOT NULL DEFAULT '', -- JSON: what went in and what came out
    error_code   TEXT COLLATE "C" NOT NULL DEFAULT '',
    error_params TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    indexed      TEXT COLLATE "C" NOT NULL DEFAULT '', -- the class under which the index has it
    embedded     TEXT COLLATE "C" NOT NULL DEFAULT '', -- the model that made its vectors
    created      BIGINT           NOT NULL,
    updated      BIGINT           NOT NULL
);
CREATE UNIQUE INDEX document_versions_of ON document_versions (document, number);
CREATE INDEX document_versions_hash ON document_versions (hash);
