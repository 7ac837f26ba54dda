package store

import (
	"io"

	"exaone/chat"
	"exaone/disk"
)

// spareRoom is what documents leave free on a disk, in bytes: where there is no room for another file, what people say is
// kept all the same, and what has been kept is read.
const spareRoom = 32 << 20

// roomStep is how much of a file is written before it is asked again whether there is room.
const roomStep = 4 << 20

// roomReader ends with CodeDocumentNoRoom before a file that is read from it, and written to a disk, takes the room that is
// to be left free there.
type roomReader struct {
	r    io.Reader
	free func() (int64, error)
	name string // of the file
	size int64  // how long it is, or longer; 0 if nobody knows
	read int64
	next int64 // at how many bytes to ask
}

// Read reads, unless there is no room for more.
func (r *roomReader) Read(p []byte) (int, error) {
	if r.read >= r.next {
		r.next = r.read + roomStep
		free, err := r.free()
		if err == nil && free < spareRoom+max(r.size-r.read, 0) {
			return 0, r.full(nil, free)
		}
	}
	n, err := r.r.Read(p)
	r.read += int64(n)
	return n, err
}

// free is how much more an ordinary user may write where the files are.
func (s *Store) free() (int64, error) { return disk.Free(s.dir) }

// full is the error that there is no room, with the room that the file had before it came.
func (r *roomReader) full(cause error, free int64) error {
	want := spareRoom + max(r.size, r.read)
	return chat.NewError(chat.CodeDocumentNoRoom, cause, r.name, (want+1<<20-1)>>20, (free+r.read)>>20)
}

// fault makes an error one of a full disk, if it is one that came in spite of all.
func (r *roomReader) fault(err error) error {
	if err == nil || !disk.Full(err) && codeOf(err) != chat.CodeStoreFull {
		return err
	}
	free, failed := r.free()
	if failed != nil || free >= spareRoom {
		return err // the disk that is full is another one: that of a database
	}
	return r.full(err, free)
}
