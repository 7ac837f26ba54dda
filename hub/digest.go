package hub

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
	"strings"
)

// digest is what a file's content must hash to: SHA-256, or the SHA-1 of a git blob, which small files of a
// Hugging Face repository are known by. The zero value is not known.
type digest struct {
	sha256 string
	blob   string
}

// parseETag reads the digest that the Hugging Face protocol puts into an ETag.
func parseETag(etag string) digest {
	hexes := strings.ToLower(strings.Trim(strings.TrimPrefix(etag, "W/"), `"`))
	if _, err := hex.DecodeString(hexes); err != nil {
		return digest{}
	}
	switch len(hexes) {
	case 2 * sha256.Size:
		return digest{sha256: hexes}
	case 2 * sha1.Size:
		return digest{blob: hexes}
	}
	return digest{}
}

func (d digest) known() bool { return d != digest{} }

// String is how a state file keeps it.
func (d digest) String() string { return d.sha256 + d.blob }

// hasher computes both digests of a file of a known size, or the SHA-256 alone.
type hasher struct {
	sum  hash.Hash
	blob hash.Hash // nil without a size
}

// newHasher returns a hasher for a file of size bytes, -1 if that is not known.
func newHasher(size int64) *hasher {
	h := &hasher{sum: sha256.New()}
	if size >= 0 {
		// git hashes "blob", the size and a zero byte before the content.
		h.blob = sha1.New()
		h.blob.Write([]byte("blob " + strconv.FormatInt(size, 10) + "\x00"))
	}
	return h
}

func (h *hasher) Write(p []byte) (int, error) {
	h.sum.Write(p)
	if h.blob != nil {
		h.blob.Write(p)
	}
	return len(p), nil
}

func (h *hasher) sha256() string { return hex.EncodeToString(h.sum.Sum(nil)) }

// matches reports whether what was hashed is want, and returns what was found and wanted in the same kind.
func (h *hasher) matches(want digest) (found, wanted string, ok bool) {
	if want.blob != "" && h.blob != nil {
		found = hex.EncodeToString(h.blob.Sum(nil))
		return found, want.blob, found == want.blob
	}
	found = h.sha256()
	return found, want.sha256, want.sha256 == "" || found == want.sha256
}
