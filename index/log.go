package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"exaone/disk"
)

// A log has what was put and deleted since the last flush, so that it outlives a crash: logMagic, then records.
//
//	size      of the payload (uint32)
//	sum       CRC-32C of the payload (uint32)
//	head      CRC-32C of the two (uint32): a size is believed before its payload is there
//	payload   its kind (a byte), then parts, each behind its length (varint): segments put, or IDs deleted, or vectors put
//
// What is put is logged as the segment that was made of it, so that a restart need not analyse it again.
const (
	logMagic     = "exalog1\n"
	recordHead   = 12
	maxRecord    = 1 << 30
	recordPut    = 'P'
	recordRenew  = 'R' // a put of what is there already: its vectors stay
	recordDelete = 'D'
	recordVector = 'V'
)

// logFile is the log that is being written.
type logFile struct {
	number uint64
	file   *os.File // nil if it could not be begun
	size   int64    // of what is known to be whole
}

func logName(number uint64) string { return fmt.Sprintf("log-%08d", number) }

// createLog begins a log.
func createLog(dir string, number uint64) (*logFile, error) {
	path := filepath.Join(dir, logName(number))
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(logMagic)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = disk.SyncDir(dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return &logFile{number: number, file: f, size: int64(len(logMagic))}, nil
}

// appendRecord appends a record with its head.
func appendRecord(b []byte, kind byte, parts ...[]byte) []byte {
	start := len(b)
	b = append(b, make([]byte, recordHead)...)
	b = append(b, kind)
	for _, p := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	payload := b[start+recordHead:]
	binary.LittleEndian.PutUint32(b[start:], uint32(len(payload)))
	binary.LittleEndian.PutUint32(b[start+4:], crc32.Checksum(payload, castagnoli))
	binary.LittleEndian.PutUint32(b[start+8:], crc32.Checksum(b[start:start+8], castagnoli))
	return b
}

// errLogBroken is what writing gives after a write whose remains could not be taken back.
var errLogBroken = errors.New("the log cannot be written any more")

// append writes a record and returns when it is on the disk. After an error the log is as before; if even that fails,
// broken is set.
func (l *logFile) append(record []byte) (broken bool, err error) {
	if len(record)-recordHead > maxRecord {
		return false, fmt.Errorf("%d bytes at once, want at most %d", len(record), maxRecord)
	}
	if _, err = l.file.WriteAt(record, l.size); err == nil {
		if err = l.file.Sync(); err != nil {
			return true, err // nobody knows what is on the disk after a failed sync
		}
		l.size += int64(len(record))
		return false, nil
	}
	if err2 := l.file.Truncate(l.size); err2 != nil {
		return true, errors.Join(err, err2)
	}
	return false, err
}

// readLog yields the payloads of a log, which are the caller's then, and returns how many of its bytes are whole. What a crash leaves of a record that
// was not acknowledged, at the end of a log, ends it; anything else that is no record is an error.
func readLog(f *os.File, yield func(payload []byte) error) (whole int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	size := info.Size()
	head := make([]byte, len(logMagic))
	if n, err := f.ReadAt(head, 0); n < len(head) && err != nil && err != io.EOF {
		return 0, err
	} else if string(head[:n]) != logMagic[:n] {
		return 0, fmt.Errorf("it begins with % x, want the beginning of a log", head[:n])
	}
	if size < int64(len(logMagic)) {
		return 0, nil
	}
	at := int64(len(logMagic))
	for at < size {
		var h [recordHead]byte
		if size-at < recordHead {
			return at, nil
		}
		if _, err := f.ReadAt(h[:], at); err != nil {
			return at, err
		}
		length, sum := int64(binary.LittleEndian.Uint32(h[:])), binary.LittleEndian.Uint32(h[4:])
		if got, want := crc32.Checksum(h[:8], castagnoli), binary.LittleEndian.Uint32(h[8:]); got != want || length == 0 || length > maxRecord {
			if restIsZero(f, at, size) {
				return at, nil // a file system had made the file longer, and no more
			}
			return at, fmt.Errorf("the record at byte %d has the checksum %08x, want %08x", at, got, want)
		}
		if length > size-at-recordHead {
			return at, nil
		}
		payload := make([]byte, length)
		if _, err := f.ReadAt(payload, at+recordHead); err != nil {
			return at, err
		}
		if got := crc32.Checksum(payload, castagnoli); got != sum {
			if restIsZero(f, at+recordHead, size) {
				return at, nil
			}
			return at, fmt.Errorf("the checksum of what the record at byte %d holds is %08x, want %08x", at, got, sum)
		}
		if err := yield(payload); err != nil {
			return at, fmt.Errorf("the record at byte %d: %w", at, err)
		}
		at += recordHead + length
	}
	return at, nil
}

// restIsZero reports whether a file has nothing but zeros from a place on.
func restIsZero(f *os.File, at, size int64) bool {
	b := make([]byte, 64<<10)
	for at < size {
		n, err := f.ReadAt(b[:min(int64(len(b)), size-at)], at)
		if n == 0 && err != nil {
			return false
		}
		for _, c := range b[:n] {
			if c != 0 {
				return false
			}
		}
		at += int64(n)
	}
	return true
}

// recordParts takes a payload apart. The parts are the payload's bytes.
func recordParts(payload []byte) (kind byte, parts [][]byte, err error) {
	kind, rest := payload[0], payload[1:]
	for len(rest) > 0 {
		part, r, ok := cutBytes(rest)
		if !ok {
			return 0, nil, errors.New("a part that goes beyond the record")
		}
		parts, rest = append(parts, part), r
	}
	return kind, parts, nil
}
