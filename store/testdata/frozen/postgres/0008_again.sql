-- Versions that are in the index for others than may read them now are looked for all the time, and among those that are being read
-- again, too.

CREATE INDEX document_versions_again ON document_versions (id) WHERE state = 'waiting' AND indexed = '-';
