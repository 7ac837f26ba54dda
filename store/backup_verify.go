package store

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"exaone/chat"
)

// VerifyBackup reads a backup of size bytes from its beginning to its end and says what is in it. CodeBackupForeign if
// it is none, CodeBackupNewer if a newer program made it, CodeBackupDamaged with what is wrong, CodeAuditAltered with
// the first row of the audit log that was changed.
func VerifyBackup(ctx context.Context, r io.ReaderAt, size int64) (BackupInfo, error) {
	a, err := openArchive(r, size)
	if err != nil {
		return BackupInfo{}, err
	}
	if err := a.verify(ctx); err != nil {
		return BackupInfo{}, err
	}
	return a.manifest.info(), nil
}

// archive is a backup that is being read.
type archive struct {
	manifest manifest
	members  map[string]*zip.File
}

// openArchive reads the manifest and sees to it that it names what is there. What the members hold is not looked at.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, chat.NewError(chat.CodeBackupForeign, err)
	}
	a := &archive{members: map[string]*zip.File{}}
	for _, f := range z.File {
		if a.members[f.Name] != nil {
			return nil, damaged(f.Name, errors.New("it is there twice"))
		}
		a.members[f.Name] = f
	}
	f := a.members[manifestMember]
	if f == nil {
		return nil, chat.NewError(chat.CodeBackupForeign, errors.New("no manifest"))
	}
	if err := readManifest(f, &a.manifest); err != nil {
		return nil, damaged(manifestMember, err)
	}
	m := a.manifest
	if known := len(migrations(&sqliteDialect)); m.Format > archiveFormat || m.Schema > known {
		return nil, chat.NewError(chat.CodeBackupNewer, nil, max(m.Schema, known+m.Format-archiveFormat), known)
	}
	if m.Format != archiveFormat || m.Schema < 1 {
		return nil, damaged(manifestMember, fmt.Errorf("format %d, schema %d", m.Format, m.Schema))
	}
	return a, a.checkNames()
}

func readManifest(f *zip.File, into *manifest) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxManifest+1))
	if err == nil && len(text) > maxManifest {
		err = fmt.Errorf("more than %d bytes", maxManifest)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// checkNames is an error unless the manifest names each member once, and nothing else.
func (a *archive) checkNames() error {
	named := map[string]bool{manifestMember: true}
	name := func(member string) error {
		if named[member] || a.members[member] == nil {
			return damaged(member, errors.New("it is not there, or named twice"))
		}
		named[member] = true
		return nil
	}
	for _, t := range a.manifest.Tables {
		if err := name(t.member()); err != nil {
			return err
		}
	}
	for _, b := range a.manifest.Blobs {
		if _, err := BlobPath(b.Hash); err != nil {
			return damaged(manifestMember, err)
		}
		if err := name(b.member()); err != nil {
			return err
		}
	}
	for member := range a.members {
		if !named[member] {
			return damaged(member, errors.New("the manifest does not name it"))
		}
	}
	return nil
}

func damaged(what string, cause error) error {
	return chat.NewError(chat.CodeBackupDamaged, cause, fmt.Sprintf("%.200q", what))
}

// verify reads every member.
func (a *archive) verify(ctx context.Context) error {
	for _, t := range a.manifest.Tables {
		each := func([]any) error { return nil }
		var chain *auditChain
		if t.Name == "audit" {
			chain = &auditChain{columns: t.Columns}
			each = chain.add
		}
		if err := a.readRows(ctx, t, each); err != nil {
			return err
		}
		if chain != nil {
			if err := chain.endsAt(a.manifest.Audit); err != nil {
				return err
			}
		}
	}
	for _, b := range a.manifest.Blobs {
		if err := a.readBlob(ctx, b, io.Discard); err != nil {
			return err
		}
	}
	return nil
}

// readRows gives each row of a table to each, and at the end sees whether the table was what the manifest says. An
// error of each is returned as it is.
func (a *archive) readRows(ctx context.Context, t manifestTable, each func(values []any) error) error {
	in, err := a.members[t.member()].Open()
	if err != nil {
		return damaged(t.member(), err)
	}
	defer in.Close()
	sum := sha256.New()
	limited := &io.LimitedReader{R: contextReader{ctx, in}, N: t.Size + 1}
	lines := bufio.NewScanner(io.TeeReader(limited, sum))
	lines.Buffer(make([]byte, 64<<10), maxLine)
	n := int64(0)
	for lines.Scan() {
		values, err := decodeRow(lines.Bytes(), t.Columns)
		if err != nil {
			return damaged(t.member(), fmt.Errorf("line %d: %w", n+1, err))
		}
		if err := each(values); err != nil {
			return err
		}
		n++
	}
	if err := lines.Err(); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return damaged(t.member(), err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); n != t.Rows || limited.N != 1 || got != t.SHA256 {
		return damaged(t.member(), fmt.Errorf("%d rows with sum %s, want %d with %s", n, got, t.Rows, t.SHA256))
	}
	return nil
}

// readBlob copies a file of the archive and is an error unless it is what its name says.
func (a *archive) readBlob(ctx context.Context, b manifestBlob, to io.Writer) error {
	in, err := a.members[b.member()].Open()
	if err != nil {
		return damaged(b.member(), err)
	}
	defer in.Close()
	sum := sha256.New()
	from := &readError{r: io.LimitReader(in, b.Size+1)}
	n, err := io.Copy(io.MultiWriter(to, sum), contextReader{ctx, from})
	if from.err != nil {
		return damaged(b.member(), from.err)
	}
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); n != b.Size || got != b.Hash {
		return damaged(b.member(), fmt.Errorf("%d bytes with sum %s", n, got))
	}
	return nil
}

// readError remembers why reading failed, to tell that from why writing did.
type readError struct {
	r   io.Reader
	err error
}

func (r *readError) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// auditChain verifies the rows of an audit log as they come by.
type auditChain struct {
	columns []column
	end     AuditHead
}

func (c *auditChain) add(values []any) error {
	e, err := auditOfRow(c.columns, values)
	if err != nil {
		return damaged(tablesFolder+"audit", err)
	}
	if err := checkLink(c.end, e); err != nil {
		return err
	}
	c.end = AuditHead{e.Seq, e.Hash}
	return nil
}

func (c *auditChain) endsAt(head AuditHead) error {
	if c.end.Seq == head.Seq && bytes.Equal(c.end.Hash, head.Hash) {
		return nil
	}
	return chat.NewError(chat.CodeAuditAltered, fmt.Errorf("the last row is %d, want %d", c.end.Seq, head.Seq),
		min(c.end.Seq, head.Seq)+1)
}

// auditOfRow reads an entry from a row with these columns, in whatever order they are.
func auditOfRow(columns []column, values []any) (e linkedEntry, err error) {
	var at int64
	var details string
	for _, f := range []struct {
		name string
		set  func(v any) bool
	}{
		{"seq", setTo(&e.Seq)}, {"at", setTo(&at)}, {"principal", setTo(&e.Principal)}, {"action", setTo(&e.Action)},
		{"object", setTo(&e.Object)}, {"details", setTo(&details)}, {"previous", setTo(&e.previous)}, {"hash", setTo(&e.Hash)},
	} {
		i := slices.IndexFunc(columns, func(c column) bool { return c.Name == f.name })
		if i < 0 || !f.set(values[i]) {
			return e, fmt.Errorf("column %s", f.name)
		}
	}
	e.At, e.Details = moment(at), json.RawMessage(details)
	return e, nil
}

// setTo sets a variable to a value of its type.
func setTo[T any](to *T) func(any) bool {
	return func(v any) bool {
		value, ok := v.(T)
		*to = value
		return ok
	}
}
