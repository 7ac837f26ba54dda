package store

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"exaone/chat"
)

// Backup writes everything that the store keeps to w as one file, while others read and write: the rows as they are at
// one moment, and the files they refer to. Secrets are in it only as the hashes that the rows have. [Restore] brings
// it into an empty store of either kind. Tables that are made from others are left out. After an error what was
// written is worth nothing.
//
// A file that is gone or damaged is left out, said in the log and in the backup, so that one lost file does not keep
// the rest from being copied.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	return s.fault("back up", s.backup(ctx, w))
}

func (s *Store) backup(ctx context.Context, w io.Writer) error {
	release := s.keepFiles()
	defer release()
	archive := zip.NewWriter(w)
	m := manifest{Format: archiveFormat, Database: s.dialect.name, Made: now(), Blobs: []manifestBlob{}, Missing: []string{}}
	blobs, err := s.backupRows(ctx, archive, &m)
	if err != nil {
		return err
	}
	for _, b := range blobs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.checkBlob(ctx, b.Hash); err != nil {
			if ctx.Err() != nil {
				return err
			}
			s.log.Warn("a file is not in the backup", "hash", b.Hash, "err", err)
			m.Missing = append(m.Missing, b.Hash)
			continue
		}
		if err := s.backupBlob(ctx, archive, b, m.Made); err != nil {
			return err
		}
		m.Blobs = append(m.Blobs, b)
	}
	into, err := createMember(archive, manifestMember, zip.Deflate, m.Made)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(into)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(m); err != nil {
		return err
	}
	return archive.Close()
}

// keepFiles has the files of blobs stay where they are, though nothing refers to them any more, until release is
// called.
func (s *Store) keepFiles() (release func()) {
	s.blobsMu.Lock()
	defer s.blobsMu.Unlock()
	s.keepers++
	return func() {
		s.blobsMu.Lock()
		defer s.blobsMu.Unlock()
		s.keepers--
		if s.keepers == 0 && s.kept {
			s.kept = false
			s.background.Go(func() { s.sweepAtStart(s.life) })
		}
	}
}

// backupRows writes the rows of all tables as they are at one moment and returns the blobs that there are then.
func (s *Store) backupRows(ctx context.Context, archive *zip.Writer, m *manifest) ([]manifestBlob, error) {
	tx, err := s.reader.BeginTx(ctx, s.dialect.snapshot)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	version, _, err := row(ctx, tx, integer, `SELECT max(version) FROM migrations`)
	if err != nil {
		return nil, err
	}
	m.Schema = int(version)
	if m.Audit, err = readHead(ctx, tx); err != nil {
		return nil, err
	}
	tables, err := s.readTables(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		done, err := backupTable(ctx, tx, archive, t, m.Made)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", t.Name, err)
		}
		m.Tables = append(m.Tables, done)
	}
	return rows(ctx, tx, func(r scanner) (b manifestBlob, err error) {
		err = r.Scan(&b.Hash, &b.Size)
		return b, err
	}, `SELECT hash, size FROM blobs ORDER BY hash`)
}

func createMember(archive *zip.Writer, name string, method uint16, at time.Time) (io.Writer, error) {
	return archive.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: at})
}

// backupTable writes the rows of one table and says what it wrote.
func backupTable(ctx context.Context, tx *sql.Tx, archive *zip.Writer, t table, at time.Time) (manifestTable, error) {
	done := manifestTable{table: t}
	into, err := createMember(archive, done.member(), zip.Deflate, at)
	if err != nil {
		return done, err
	}
	sum := sha256.New()
	count := &countingWriter{w: io.MultiWriter(into, sum)}
	found, err := tx.QueryContext(ctx, `SELECT `+t.list()+` FROM `+quoteName(t.Name)+t.order())
	if err != nil {
		return done, err
	}
	defer found.Close()
	for found.Next() {
		values, err := scanValues(found, t.Columns)
		if err != nil {
			return done, err
		}
		if err := encodeRow(count, values); err != nil {
			return done, err
		}
		done.Rows++
	}
	done.Size, done.SHA256 = count.n, hex.EncodeToString(sum.Sum(nil))
	return done, found.Err()
}

// scanValues reads a row as values that encodeRow writes.
func scanValues(r scanner, columns []column) ([]any, error) {
	dest := make([]any, len(columns))
	for i, c := range columns {
		switch c.Kind {
		case "integer":
			dest[i] = new(sql.NullInt64)
		case "text":
			dest[i] = new(sql.NullString)
		case "bytes":
			dest[i] = new([]byte)
		default:
			return nil, fmt.Errorf("column %s: kind %q", c.Name, c.Kind)
		}
	}
	if err := r.Scan(dest...); err != nil {
		return nil, err
	}
	values := make([]any, len(dest))
	for i := range dest {
		switch v := dest[i].(type) {
		case *sql.NullInt64:
			if v.Valid {
				values[i] = v.Int64
			}
		case *sql.NullString:
			if v.Valid {
				values[i] = v.String
			}
		case *[]byte:
			// SQLite's driver has no difference between no bytes and none; a column of bytes is never NULL.
			values[i] = append([]byte{}, *v...)
		}
	}
	return values, nil
}

// backupBlob writes a file as it is: it has been checked.
func (s *Store) backupBlob(ctx context.Context, archive *zip.Writer, b manifestBlob, at time.Time) error {
	name, err := BlobPath(b.Hash)
	if err != nil {
		return err
	}
	f, err := s.blobs.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	into, err := createMember(archive, b.member(), zip.Store, at)
	if err != nil {
		return err
	}
	n, err := io.Copy(into, contextReader{ctx, f})
	if err == nil && n != b.Size {
		err = chat.NewError(chat.CodeBlobMissing, fmt.Errorf("%d bytes, want %d", n, b.Size), b.Hash)
	}
	return err
}

// countingWriter counts what goes through it.
type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
