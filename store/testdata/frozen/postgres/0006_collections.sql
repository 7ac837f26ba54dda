-- Documents in collections, documents of conversations, and which answers rest on which versions.

-- A collection is a folder of documents. Whoever may read what is above one may read it, too.
CREATE TABLE collections (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal    TEXT COLLATE "C" NOT NULL REFERENCES principals (id), -- whose it is, and whose documents are in it
    name         TEXT COLLATE "C" NOT NULL,
    parent       TEXT COLLATE "C" NOT NULL DEFAULT '', -- the collection that it is in
    created      BIGINT           NOT NULL,
    updated      BIGINT           NOT NULL
);
CREATE INDEX collections_of ON collections (principal);
CREATE INDEX collections_in ON collections (parent);

-- Who else may read what is in one and below: a person, a team, or '*' for everybody who is signed in.
CREATE TABLE collection_readers (
    collection   TEXT COLLATE "C" NOT NULL REFERENCES collections (id),
    subject      TEXT COLLATE "C" NOT NULL,
    principal    TEXT COLLATE "C" NOT NULL, -- who said so
    created      BIGINT           NOT NULL,
    PRIMARY KEY (collection, subject)
);
CREATE INDEX collection_readers_by ON collection_readers (subject);

ALTER TABLE documents ADD COLUMN collection TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN conversation TEXT COLLATE "C" NOT NULL DEFAULT ''; -- it is part of one: an id, or 'draft:…' before there is one
ALTER TABLE documents ADD COLUMN inherits BIGINT NOT NULL DEFAULT 0; -- 1: its readers are those of its collection
CREATE INDEX documents_in ON documents (collection);
CREATE INDEX documents_with ON documents (conversation);

-- The versions that a message rests on, or that are attached to it: what is to be changed in it when they go.
CREATE TABLE message_sources (
    message      TEXT COLLATE "C" NOT NULL REFERENCES messages (id),
    version      TEXT COLLATE "C" NOT NULL, -- of a document; its row may be gone
    attached     BIGINT           NOT NULL DEFAULT 0, -- 1: whoever asked put it there
    PRIMARY KEY (message, version)
);
CREATE INDEX message_sources_of ON message_sources (version);

-- What is worked out of whole documents, part by part: it can be made again, and goes with them.
CREATE TABLE digests (
    work         TEXT COLLATE "C" NOT NULL, -- names what is done, to which versions, by which model
    part         BIGINT           NOT NULL, -- 0, 1, …
    principal    TEXT COLLATE "C" NOT NULL, -- on whose behalf
    version      TEXT COLLATE "C" NOT NULL, -- that the part is of
    other        TEXT COLLATE "C" NOT NULL DEFAULT '', -- the version that it is compared with
    data         TEXT COLLATE "C" NOT NULL, -- JSON
    created      BIGINT           NOT NULL,
    PRIMARY KEY (work, part)
);
CREATE INDEX digests_of ON digests (version);
CREATE INDEX digests_with ON digests (other);

ALTER TABLE conversations ADD COLUMN redacted BIGINT NOT NULL DEFAULT 0; -- when something was last taken out of what was said
