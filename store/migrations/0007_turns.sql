-- People take turns at having their documents read, and what somebody may search is known without looking at each document.

ALTER TABLE jobs ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0; -- 1: somebody waits for it
CREATE INDEX jobs_turns ON jobs (principal, urgent, not_before, created) WHERE state = 'queued'; -- whose job is next
CREATE INDEX jobs_begun ON jobs (principal, urgent, started); -- when somebody's last turn was
DROP INDEX jobs_queued;

-- Who may read the documents of a class. A class is a hash of its readers and its grade, so that a row is true for ever; rows of
-- classes that no document has any more are swept.
CREATE TABLE document_classes (
    subject TEXT    NOT NULL, -- a person, a team, or '*'
    class   TEXT    NOT NULL,
    grade   INTEGER NOT NULL,
    PRIMARY KEY (subject, class)
) STRICT;
INSERT INTO document_classes (subject, class, grade)
    SELECT principal, class, grade FROM documents WHERE deleted = 0
    UNION SELECT document_readers.subject, documents.class, documents.grade FROM document_readers
        JOIN documents ON documents.id = document_readers.document WHERE documents.deleted = 0;
DROP INDEX documents_class;
CREATE INDEX documents_class ON documents (class, deleted);

-- What is looked for all the time, and seldom there: documents that are deleted, versions that have newer ones, those that are in
-- the index for other readers than they have ('-'), and those without vectors of a model.
CREATE INDEX documents_gone ON documents (id) WHERE deleted <> 0;
CREATE INDEX document_versions_later ON document_versions (document, number) WHERE number > 1;
CREATE INDEX document_versions_moved ON document_versions (id) WHERE state = 'read' AND (indexed = '' OR indexed = '-');
CREATE INDEX document_versions_embedded ON document_versions (embedded) WHERE state = 'read' AND indexed <> '';
UPDATE document_versions SET indexed = '-' WHERE indexed <> ''
    AND indexed <> (SELECT class FROM documents WHERE documents.id = document_versions.document);
