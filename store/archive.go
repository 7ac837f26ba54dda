package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// A backup is a zip file that holds the rows as text, so that it can be brought into either database, and by other
// programs:
//
//	tables/NAME.jsonl   a row a line, each an array of values in the order of the manifest's columns: numbers, texts,
//	                    and bytes in base64
//	blobs/HASH          the files
//	manifest.json       what is in it, with the SHA-256 of each; it comes last
const (
	archiveFormat  = 1
	manifestMember = "manifest.json"
	tablesFolder   = "tables/"
	blobsFolder    = "blobs/"
)

// maxManifest bounds what is read of a manifest, in bytes; maxLine, of one row.
const (
	maxManifest = 256 << 20
	maxLine     = 256 << 20
)

// manifest is what a backup says of itself.
type manifest struct {
	Format   int             `json:"format"`
	Schema   int             `json:"schema"` // the last migration that had run
	Database string          `json:"database"`
	Made     time.Time       `json:"made"`
	Tables   []manifestTable `json:"tables"` // each after those that it refers to
	Blobs    []manifestBlob  `json:"blobs"`
	Missing  []string        `json:"missing"` // blobs that were gone or damaged when it was made
	Audit    AuditHead       `json:"audit"`
}

type manifestTable struct {
	table
	Rows   int64  `json:"rows"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

type manifestBlob struct {
	Hash string `json:"hash"` // its name and its SHA-256
	Size int64  `json:"size"`
}

func (t manifestTable) member() string { return tablesFolder + t.Name + ".jsonl" }
func (b manifestBlob) member() string  { return blobsFolder + b.Hash }

// BackupInfo says what is in a backup.
type BackupInfo struct {
	Made    time.Time
	Schema  int      // version of the store it was made of
	Rows    int64    // of all tables
	Blobs   int64    // files
	Bytes   int64    // of those files
	Missing []string // hashes of files that were gone or damaged when it was made
	Audit   AuditHead
}

func (m manifest) info() BackupInfo {
	info := BackupInfo{Made: m.Made, Schema: m.Schema, Blobs: int64(len(m.Blobs)), Missing: m.Missing, Audit: m.Audit}
	for _, t := range m.Tables {
		info.Rows += t.Rows
	}
	for _, b := range m.Blobs {
		info.Bytes += b.Size
	}
	return info
}

// looseText is a text that holds bytes which are no characters, as SQLite lets one: JSON would lose them.
type looseText struct {
	Bytes []byte `json:"bytes"`
}

// encodeRow writes a row as a line.
func encodeRow(w io.Writer, values []any) error {
	for i, v := range values {
		if s, ok := v.(string); ok && !utf8.ValidString(s) {
			values[i] = looseText{[]byte(s)}
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(values)
}

// decodeRow reads the values of a line as columns are: int64, string, []byte, or nil.
func decodeRow(line []byte, columns []column) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil {
		return nil, err
	}
	if len(raw) != len(columns) {
		return nil, fmt.Errorf("%d values, want %d", len(raw), len(columns))
	}
	values := make([]any, len(raw))
	for i, c := range columns {
		var err error
		if values[i], err = decodeValue(raw[i], c.Kind); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return values, nil
}

func decodeValue(raw json.RawMessage, kind string) (any, error) {
	if bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	switch kind {
	case "integer":
		var n int64
		err := json.Unmarshal(raw, &n)
		return n, err
	case "text":
		if len(raw) > 0 && raw[0] == '{' {
			var loose looseText
			err := json.Unmarshal(raw, &loose)
			return string(loose.Bytes), err
		}
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	case "bytes":
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		b, err := base64.StdEncoding.DecodeString(s)
		if b == nil {
			b = []byte{} // empty, not NULL
		}
		return b, err
	}
	return nil, fmt.Errorf("kind %q", kind)
}
