package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"exaone/chat"
)

// Check reads the whole store and returns the first thing that is wrong with it: CodeStoreDamaged for the
// database, CodeBlobMissing for a file that is gone or has other content, CodeAuditAltered for the log. It
// takes as long as reading everything does.
func (s *Store) Check(ctx context.Context) error {
	if err := s.dialect.verify(s, ctx); err != nil {
		return s.fault("check the store", err)
	}
	if err := s.checkBlobs(ctx); err != nil {
		return s.fault("check the files", err)
	}
	_, err := s.VerifyAudit(ctx, System)
	return err
}

// checkBlobs reads every file that has a row. One that is released meanwhile is none of its business.
func (s *Store) checkBlobs(ctx context.Context) error {
	hashes, err := rows(ctx, s.reader, text, `SELECT hash FROM blobs ORDER BY hash`)
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		if err := ctx.Err(); err != nil {
			return err
		}
		why := s.checkBlob(ctx, hash)
		if why == nil {
			continue
		}
		n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM blobs WHERE hash = $1`, hash)
		if err != nil {
			return err
		}
		if n > 0 {
			return chat.NewError(chat.CodeBlobMissing, why, hash)
		}
	}
	return nil
}

func (s *Store) checkBlob(ctx context.Context, hash string) error {
	name, err := BlobPath(hash)
	if err != nil {
		return err
	}
	f, err := s.blobs.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, contextReader{ctx, f}); err != nil {
		return err
	}
	if found := hex.EncodeToString(sum.Sum(nil)); found != hash {
		return fmt.Errorf("content %s, want %s", found, hash)
	}
	return nil
}
