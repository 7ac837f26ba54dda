package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"exaone/chat"
)

// Digest is one part of what is worked out of a whole document, such as the summary of some of its pages.
type Digest struct {
	Part    int             // 0, 1, …
	Version string          // that the part is of
	Other   string          // the version that it is compared with; "" is none
	Data    json.RawMessage // what came of it
}

// maxDigest is how long one part may be, in bytes.
const maxDigest = 1 << 20

// KeepDigest keeps a part of a work of who, in the place of the one that was there. A work is named by whoever does it: after
// all that decides what comes of it. CodeNoDocument for a version that who may not read.
func (s *Store) KeepDigest(ctx context.Context, who chat.Principal, work string, d Digest) error {
	if err := checkName("work", work); err != nil {
		return err
	}
	if len(d.Data) > maxDigest || !json.Valid(d.Data) {
		return fmt.Errorf("part %d of %.40q: %d bytes, want JSON of at most %d", d.Part, work, len(d.Data), maxDigest)
	}
	return s.write(ctx, "keep a part of a work", func(tx *sql.Tx) error {
		for _, version := range []string{d.Version, d.Other} {
			if version == "" && version == d.Other {
				continue
			}
			if err := requireVersion(ctx, tx, who, version); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO digests (work, part, principal, version, other, data, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (work, part) DO UPDATE SET principal = excluded.principal, version = excluded.version, other = excluded.other,
				data = excluded.data, created = excluded.created`,
			who.ID+" "+work, d.Part, who.ID, d.Version, d.Other, string(d.Data), milliseconds(now()))
		return err
	})
}

// Digests returns the parts of a work of who that there are, in order, as far as who may still read what they are of.
func (s *Store) Digests(ctx context.Context, who chat.Principal, work string) ([]Digest, error) {
	may := func(column string) string {
		return `EXISTS (SELECT 1 FROM document_versions AS v JOIN documents ON documents.id = v.document
			WHERE v.id = digests.` + column + ` AND ` + readable(1) + `)`
	}
	all, err := rows(ctx, s.reader, func(r scanner) (d Digest, err error) {
		var data string
		err = r.Scan(&d.Part, &d.Version, &d.Other, &data)
		d.Data = json.RawMessage(data)
		return d, err
	}, `SELECT part, version, other, data FROM digests WHERE work = $2 AND principal = $1
		AND `+may("version")+` AND (other = '' OR `+may("other")+`) ORDER BY part`, who.ID, who.ID+" "+work)
	return all, s.fault("read the parts of a work", err)
}

// requireVersion is CodeNoDocument unless who may read a version.
func requireVersion(ctx context.Context, q querier, who chat.Principal, id string) error {
	_, ok, err := row(ctx, q, text, `SELECT v.id FROM document_versions AS v JOIN documents ON documents.id = v.document
		WHERE v.id = $2 AND `+readable(1), who.ID, id)
	if err == nil && !ok {
		err = chat.NewError(chat.CodeNoDocument, nil, fmt.Sprintf("%.40s", id))
	}
	return err
}
