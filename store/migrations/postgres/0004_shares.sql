-- What a share shows beside the words, and whatever refers to the files of a message that goes.

ALTER TABLE shares ADD COLUMN thinking BIGINT NOT NULL DEFAULT 0; -- 1: what the model thought is shown, too
CREATE INDEX blob_refs_by ON blob_refs (object);
