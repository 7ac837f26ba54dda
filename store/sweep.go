package store

import (
	"context"
	"errors"
	"io/fs"
	"path"
)

// Swept counts what Sweep found.
type Swept struct {
	Files   int   // blobs on the disk
	Removed int   // of them, how many nothing referred to
	Bytes   int64 // what those took
}

// Sweep removes the files of blobs that nothing refers to: a crash leaves one where it comes between placing
// a file and committing its row, or between committing that a row goes and removing the file. Open does so in
// the background; blobs may be put and released meanwhile.
func (s *Store) Sweep(ctx context.Context) (Swept, error) {
	var n Swept
	dirs, err := fs.ReadDir(s.blobs.FS(), ".")
	if err != nil {
		return n, s.fault("sweep the files", err)
	}
	for _, dir := range dirs {
		if !dir.IsDir() || dir.Name() == tempDir {
			continue
		}
		files, err := fs.ReadDir(s.blobs.FS(), dir.Name())
		if err != nil {
			return n, s.fault("sweep the files", err)
		}
		for _, file := range files {
			// What is not named like a blob was not put there by us, and stays.
			name, err := BlobPath(file.Name())
			if err != nil || name != path.Join(dir.Name(), file.Name()) {
				continue
			}
			n.Files++
			size, err := s.sweepFile(ctx, file)
			if err != nil {
				return n, s.fault("sweep the files", err)
			}
			if size >= 0 {
				n.Removed++
				n.Bytes += size
			}
		}
	}
	return n, nil
}

// sweepFile removes a file that has no row and returns its size, or -1 for one that has.
func (s *Store) sweepFile(ctx context.Context, file fs.DirEntry) (int64, error) {
	s.blobsMu.Lock()
	defer s.blobsMu.Unlock()
	info, err := file.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return -1, nil // released since the directory was read
	}
	if err != nil {
		return -1, err
	}
	removed, err := s.removeUnless(ctx, file.Name())
	if err != nil || !removed {
		return -1, err
	}
	return info.Size(), nil
}

// removeUnless removes the file of a blob unless it has a row or somebody keeps the files, and reports whether it did.
// The caller holds blobsMu, so that no row is on its way.
func (s *Store) removeUnless(ctx context.Context, hash string) (bool, error) {
	name, err := BlobPath(hash)
	if err != nil {
		return false, err
	}
	n, _, err := row(ctx, s.reader, integer, `SELECT count(*) FROM blobs WHERE hash = $1`, hash)
	if err != nil || n > 0 {
		return false, err
	}
	if s.keepers > 0 {
		s.kept = true
		return false, nil
	}
	err = s.blobs.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// dropUnless is removeUnless for where a file that stays does no harm: the next start sweeps it. It does not
// end with ctx, as what led to it has been done already.
func (s *Store) dropUnless(ctx context.Context, hash string) {
	if _, err := s.removeUnless(context.WithoutCancel(ctx), hash); err != nil {
		s.log.Warn("a file that nothing refers to stays until the next start", "hash", hash, "err", err)
	}
}

func (s *Store) sweepAtStart(ctx context.Context) {
	n, err := s.Sweep(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s.log.Warn("files that nothing refers to were not swept", "err", err)
	case n.Removed > 0:
		s.log.Info("files that nothing referred to were removed", "files", n.Removed, "bytes", n.Bytes)
	}
}
