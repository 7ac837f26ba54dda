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

// ID returns an identity of the checkpoint for keys of caches: hexadecimal, equal for copies of the same files under
// any name, and different for others: it covers the sizes, the headers, the config, and 64 pages of each file
// spread over its data, since two models of one architecture may have equal headers. It is not a proof against somebody
// who wants two checkpoints to look alike. The first call reads up to some megabytes. After Close it is "".
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
