package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"exaone/chat"
	"exaone/disk"
)

// Blob is a stored file. Equal content is stored once; it stays while anything refers to it.
type Blob struct {
	Hash    string // SHA-256 of the content in hexadecimal: its name
	Size    int64
	Object  string // what refers to it, such as message:17
	Mime    string // as whoever stored it said
	Created time.Time
}

// tempDir holds blobs that are being written. What a crash leaves there is removed at the next start.
const tempDir = "tmp"

// BlobPath returns where a blob lies below DIR/blobs, with slashes, or CodeNoBlob for anything but 64 lower
// case hexadecimal digits. It is the only place where a hash becomes a path.
func BlobPath(hash string) (string, error) {
	if len(hash) != 2*sha256.Size {
		return "", chat.NewError(chat.CodeNoBlob, nil, fmt.Sprintf("%.70q", hash))
	}
	for _, c := range []byte(hash) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", chat.NewError(chat.CodeNoBlob, nil, fmt.Sprintf("%.70q", hash))
		}
	}
	return path.Join(hash[:2], hash), nil
}

// openBlobs opens the directory, through which no path leads out of it, and empties its temporary one.
func (s *Store) openBlobs() (err error) {
	dir := filepath.Join(s.dir, "blobs")
	if err := disk.MakeDir(filepath.Join(dir, tempDir)); err != nil {
		return err
	}
	if s.blobs, err = os.OpenRoot(dir); err != nil {
		return err
	}
	left, err := fs.ReadDir(s.blobs.FS(), tempDir)
	if err != nil {
		return err
	}
	for _, file := range left {
		if err := s.blobs.RemoveAll(path.Join(tempDir, file.Name())); err != nil {
			return err
		}
	}
	return s.syncBlobDir(".")
}

// PutBlob stores all of r for who, and that object refers to it. Putting the same again changes nothing but
// the type. It returns when content and reference are on the disk; on an error nothing has been stored.
// Bound r: it is written until it ends.
func (s *Store) PutBlob(ctx context.Context, who chat.Principal, object, mime string, r io.Reader) (Blob, error) {
	for _, f := range []struct{ name, value string }{{"object", object}, {"mime", mime}} {
		if err := checkName(f.name, f.value); err != nil {
			return Blob{}, err
		}
	}
	// Asked again with the row, but nobody's gigabytes are written only to be thrown away.
	if err := requirePrincipal(ctx, s.reader, who); err != nil {
		return Blob{}, s.fault("store a file", err)
	}
	temp, b, err := s.writeTemp(ctx, r)
	if err != nil {
		return Blob{}, s.fault("store a file", err)
	}
	defer s.blobs.Remove(temp) // not there any more if it was needed
	b.Object, b.Mime, b.Created = object, mime, now()

	s.blobsMu.Lock()
	defer s.blobsMu.Unlock()
	if err := s.placeBlob(temp, b); err != nil {
		return Blob{}, s.fault("store a file", err)
	}
	err = s.write(ctx, "store a file", func(tx *sql.Tx) error { return insertBlob(ctx, tx, who, b) })
	if err != nil {
		// After an I/O error the rows may yet turn up when the WAL is read again, and must not be there
		// without the file: then it is left to the next start's sweep.
		if !s.dialect.mayHaveStood(err) {
			s.dropUnless(ctx, b.Hash)
		}
		return Blob{}, err
	}
	return b, nil
}

// writeTemp writes r to a temporary file, synchronised, and returns its path and what it is.
func (s *Store) writeTemp(ctx context.Context, r io.Reader) (temp string, b Blob, err error) {
	temp = path.Join(tempDir, rand.Text())
	f, err := s.blobs.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", Blob{}, err
	}
	sum := sha256.New()
	b.Size, err = io.Copy(io.MultiWriter(f, sum), contextReader{ctx, r})
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return "", Blob{}, errors.Join(err, s.blobs.Remove(temp))
	}
	b.Hash = hex.EncodeToString(sum.Sum(nil))
	return temp, b, nil
}

// placeBlob gives a temporary file its name, unless it is there already. A file of another size is damaged:
// the good one takes its place.
func (s *Store) placeBlob(temp string, b Blob) error {
	name, err := BlobPath(b.Hash)
	if err != nil {
		return err
	}
	dir := path.Dir(name)
	if info, err := s.blobs.Lstat(name); err == nil && info.Mode().IsRegular() && info.Size() == b.Size {
		return s.syncBlobDir(dir) // whoever placed it may have been killed before doing so
	}
	err = s.blobs.Mkdir(dir, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err == nil {
		if err := s.syncBlobDir("."); err != nil {
			return err
		}
	}
	if err := s.blobs.Rename(temp, name); err != nil {
		return err
	}
	return s.syncBlobDir(dir)
}

func (s *Store) syncBlobDir(dir string) error {
	return disk.SyncDir(filepath.Join(s.blobs.Name(), dir))
}

func insertBlob(ctx context.Context, tx *sql.Tx, who chat.Principal, b Blob) error {
	if err := requirePrincipal(ctx, tx, who); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO blobs (hash, size, created) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`,
		b.Hash, b.Size, milliseconds(b.Created))
	if err != nil {
		return err
	}
	message, _ := strings.CutPrefix(b.Object, "message:") // what is no message's has no grade
	_, err = tx.Exec(`INSERT INTO blob_refs (hash, principal, object, mime, created, grade)
		VALUES ($1, $2, $3, $4, $5, coalesce((SELECT grade FROM messages WHERE id = $6), 0))
		ON CONFLICT (hash, principal, object) DO UPDATE SET mime = excluded.mime, grade = excluded.grade`,
		b.Hash, who.ID, b.Object, b.Mime, milliseconds(b.Created), message)
	return err
}

// OpenBlob opens a file that something of who's refers to; close it. CodeNoBlob if nothing does,
// CodeBlobMissing if the file is gone from the disk or has another size.
func (s *Store) OpenBlob(ctx context.Context, who chat.Principal, hash string) (*os.File, Blob, error) {
	name, err := BlobPath(hash)
	if err != nil {
		return nil, Blob{}, err
	}
	b, ok, err := row(ctx, s.reader, scanBlob, `SELECT `+blobColumns+` WHERE blob_refs.principal = $1
		AND blob_refs.hash = $2 AND `+cleared("blob_refs.grade", 1)+` ORDER BY blob_refs.created, blob_refs.object LIMIT 1`, who.ID, hash)
	if err != nil {
		return nil, Blob{}, s.fault("open a file", err)
	}
	if !ok {
		return nil, Blob{}, chat.NewError(chat.CodeNoBlob, nil, hash)
	}
	f, err := s.blobs.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, b, chat.NewError(chat.CodeBlobMissing, err, hash)
	}
	if err != nil {
		return nil, b, s.fault("open a file", err)
	}
	if info, err := f.Stat(); err != nil || info.Size() != b.Size {
		f.Close()
		return nil, b, chat.NewError(chat.CodeBlobMissing, err, hash)
	}
	return f, b, nil
}

// Blobs returns what of who's refers to files, oldest first: one Blob for each reference.
func (s *Store) Blobs(ctx context.Context, who chat.Principal) ([]Blob, error) {
	all, err := rows(ctx, s.reader, scanBlob,
		`SELECT `+blobColumns+` WHERE blob_refs.principal = $1 AND `+cleared("blob_refs.grade", 1)+` ORDER BY blob_refs.created, blob_refs.hash`, who.ID)
	return all, s.fault("list the files", err)
}

const blobColumns = `blobs.hash, blobs.size, blob_refs.object, blob_refs.mime, blob_refs.created
	FROM blob_refs JOIN blobs ON blobs.hash = blob_refs.hash`

func scanBlob(r scanner) (b Blob, err error) {
	var created int64
	err = r.Scan(&b.Hash, &b.Size, &b.Object, &b.Mime, &created)
	b.Created = moment(created)
	return b, err
}

// ReleaseBlob takes a reference of who's away. With the last reference to it the file goes. CodeNoBlob if
// there is no such reference.
func (s *Store) ReleaseBlob(ctx context.Context, who chat.Principal, object, hash string) error {
	s.blobsMu.Lock()
	defer s.blobsMu.Unlock()
	err := s.write(ctx, "release a file", func(tx *sql.Tx) error {
		result, err := tx.Exec(`DELETE FROM blob_refs WHERE hash = $1 AND principal = $2 AND object = $3`, hash, who.ID, object)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, chat.NewError(chat.CodeNoBlob, nil, fmt.Sprintf("%.70q", hash)))
		}
		_, err = tx.Exec(`DELETE FROM blobs WHERE hash = $1
			AND NOT EXISTS (SELECT 1 FROM blob_refs WHERE blob_refs.hash = blobs.hash)`, hash)
		return err
	})
	if err != nil {
		return err
	}
	s.dropUnless(ctx, hash)
	return nil
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
