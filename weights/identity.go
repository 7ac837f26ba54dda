package weights

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// samples is how many pages of a file's data its identity takes in.
const (
	samples    = 64
	samplePage = 4 << 10
)

// ID returns an identity of the checkpoint: hexadecimal, equal for copies of the same files under any name, and
// different for other models: it covers the sizes, the headers, the config, and 64 pages of each file spread over its
// data, since two models of one architecture may have equal headers. A checkpoint of which a tensor was changed may have
// the same; see [File.Content]. The first call reads up to some megabytes. After Close it is "".
func (f *File) ID() string { return f.identity() }

func (f *File) computeID() string {
	sum := sha256.New()
	number := func(n int) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		sum.Write(b[:])
	}
	err := guard(func() error {
		number(len(f.config))
		sum.Write(f.config)
		number(len(f.parts))
		for _, p := range f.parts {
			number(len(p.data))
			number(p.header)
			sum.Write(p.data[:p.header])
			body := p.data[p.header:]
			for i := range samples {
				at := len(body) / samples * i
				sum.Write(body[at:min(at+samplePage, len(body))])
			}
			sum.Write(body[max(0, len(body)-samplePage):])
		}
		return nil
	})
	if err != nil || len(f.parts) == 0 {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Content returns a hash of every byte of a checkpoint in prepared form, by the CRC-32C of each piece that its header
// holds: hexadecimal, and another for any other content, by chance; CRC-32C is no proof against somebody who wants two to
// look alike. Reading the data proves that it is what the header says. It is "" for any other file: to read all of it
// would cost what loading costs.
func (f *File) Content() string {
	if f.outline == nil {
		return ""
	}
	return f.outline.content()
}

// content is the hash that Content returns.
func (o *outline) content() string {
	sum := sha256.New()
	number := func(n int64) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		sum.Write(b[:])
	}
	number(o.Size)
	number(int64(o.Rest))
	for _, t := range o.Tensors { // their names and places are in what Rest is of
		interleaved := int64(0)
		if t.Interleaved {
			interleaved = 1
		}
		number(interleaved)
		number(int64(len(t.Sums)))
		for _, crc := range t.Sums {
			number(int64(crc))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}
