package document

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5" // #nosec G501: the format's
	"crypto/rc4" // #nosec G503: the format's
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// rawCipher opens the streams of an encrypted file (ISO 32000-2, 7.6).
type rawCipher struct {
	key    []byte
	method rawName // "V2" is RC4; "AESV2", "AESV3"; "Identity"
}

// passwordPad fills a password up to 32 bytes.
var passwordPad = []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")

var errCipher = errors.New("encrypted in a way that is not counted")

func newRawCipher(f *rawFile, password string) (*rawCipher, error) {
	e := f.dict(f.last["Encrypt"])
	if e["Filter"] != rawName("Standard") {
		return nil, errCipher
	}
	version, revision := rawInt(e["V"]), rawInt(e["R"])
	c := &rawCipher{method: "V2"}
	if version >= 4 {
		name, _ := e["StmF"].(rawName)
		c.method, _ = f.dict(f.dict(e["CF"])[name])["CFM"].(rawName)
		if name == "Identity" || name == "" {
			c.method = "Identity"
		}
	}
	o, _ := f.of(e["O"]).(rawString)
	u, _ := f.of(e["U"]).(rawString)
	switch {
	case revision >= 5 && len(o) >= 48 && len(u) >= 48:
		oe, _ := f.of(e["OE"]).(rawString)
		ue, _ := f.of(e["UE"]).(rawString)
		c.key = newKey(revision, []byte(password), o, u, oe, ue)
	case revision >= 2 && revision <= 4 && len(o) >= 32 && len(u) >= 16:
		var id rawString
		if ids := f.list(f.last["ID"]); len(ids) > 0 {
			id, _ = f.of(ids[0]).(rawString)
		}
		old := oldKey{revision: revision, bytes: 5, o: o[:32], u: u, id: id, permissions: uint32(int64(rawFloat(e["P"]))), metadata: e["EncryptMetadata"] != false}
		if n := rawInt(e["Length"]); revision >= 3 && n >= 40 && n <= 128 {
			old.bytes = n / 8
		} else if version >= 4 {
			old.bytes = 16
		}
		c.key = old.find([]byte(password))
	}
	if c.key == nil {
		return nil, errCipher
	}
	return c, nil
}

func rawFloat(v any) float64 { f, _ := v.(float64); return f }

func rawInt(v any) int { return int(rawFloat(v)) }

// oldKey is what the key of a file is made of, up to revision 4.
type oldKey struct {
	revision, bytes int
	o, u, id        []byte
	permissions     uint32
	metadata        bool
}

// find is the key that a password opens, that of a reader or of the owner; nil if it opens nothing.
func (k oldKey) find(password []byte) []byte {
	if key := k.reader(password); k.fits(key) {
		return key
	}
	digest := md5.Sum(padded(password)) // #nosec G401
	if k.revision >= 3 {
		for range 50 {
			digest = md5.Sum(digest[:]) // #nosec G401
		}
	}
	inner := bytes.Clone(k.o)
	for i := k.rounds() - 1; i >= 0; i-- {
		rc4With(digest[:k.bytes], byte(i), inner)
	}
	if key := k.reader(inner); k.fits(key) {
		return key
	}
	return nil
}

func (k oldKey) rounds() int {
	if k.revision >= 3 {
		return 20
	}
	return 1
}

func padded(password []byte) []byte {
	return append(bytes.Clone(password[:min(len(password), 32)]), passwordPad...)[:32]
}

func (k oldKey) reader(password []byte) []byte {
	in := append(padded(password), k.o...)
	in = binary.LittleEndian.AppendUint32(in, k.permissions)
	in = append(in, k.id...)
	if k.revision >= 4 && !k.metadata {
		in = append(in, 0xff, 0xff, 0xff, 0xff)
	}
	digest := md5.Sum(in) // #nosec G401
	if k.revision >= 3 {
		for range 50 {
			digest = md5.Sum(digest[:k.bytes]) // #nosec G401
		}
	}
	return digest[:k.bytes]
}

// fits reports whether a key is the file's.
func (k oldKey) fits(key []byte) bool {
	if k.revision < 3 {
		test := bytes.Clone(passwordPad)
		rc4With(key, 0, test)
		return bytes.Equal(test, k.u[:min(len(k.u), 32)])
	}
	digest := md5.Sum(append(bytes.Clone(passwordPad), k.id...)) // #nosec G401
	for i := range 20 {
		rc4With(key, byte(i), digest[:])
	}
	return bytes.Equal(digest[:], k.u[:16])
}

// rc4With encrypts with a key whose bytes are changed by a number.
func rc4With(key []byte, by byte, data []byte) {
	changed := bytes.Clone(key)
	for i := range changed {
		changed[i] ^= by
	}
	if c, err := rc4.NewCipher(changed); err == nil { // #nosec G405
		c.XORKeyStream(data, data)
	}
}

// newKey is the key of a file of revision 5 or 6.
func newKey(revision int, password, o, u, oe, ue []byte) []byte {
	password = password[:min(len(password), 127)]
	hash := func(salt, also []byte) []byte {
		if revision == 5 {
			sum := sha256.Sum256(slices.Concat(password, salt, also))
			return sum[:]
		}
		return hardened(password, salt, also)
	}
	open := func(key, data []byte) []byte {
		block, err := aes.NewCipher(key)
		if err != nil || len(data) < 32 {
			return nil
		}
		out := make([]byte, 32)
		cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(out, data[:32])
		return out
	}
	if bytes.Equal(hash(u[32:40], nil), u[:32]) {
		return open(hash(u[40:48], nil), ue)
	}
	if bytes.Equal(hash(o[32:40], u[:48]), o[:32]) {
		return open(hash(o[40:48], u[:48]), oe)
	}
	return nil
}

// hardened is algorithm 2.B of ISO 32000-2.
func hardened(password, salt, also []byte) []byte {
	first := sha256.Sum256(slices.Concat(password, salt, also))
	k := first[:]
	for i := 0; ; i++ {
		e := bytes.Repeat(slices.Concat(password, k, also), 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		rest := 0
		for _, b := range e[:16] {
			rest += int(b)
		}
		switch rest % 3 {
		case 0:
			sum := sha256.Sum256(e)
			k = sum[:]
		case 1:
			sum := sha512.Sum384(e)
			k = sum[:]
		default:
			sum := sha512.Sum512(e)
			k = sum[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i-31 {
			return k[:32]
		}
	}
}

// open decrypts a stream.
func (c *rawCipher) open(s *rawStream) ([]byte, error) {
	if c.method == "Identity" || s.dict["Type"] == rawName("XRef") {
		return s.data, nil
	}
	key := c.key
	if c.method != "AESV3" {
		in := append(bytes.Clone(key), byte(s.number), byte(s.number>>8), byte(s.number>>16), 0, 0)
		if c.method == "AESV2" {
			in = append(in, "sAlT"...)
		}
		digest := md5.Sum(in) // #nosec G401
		key = digest[:min(len(c.key)+5, 16)]
	}
	if c.method == "V2" {
		out := bytes.Clone(s.data)
		rc4With(key, 0, out)
		return out, nil
	}
	if len(s.data) < 32 || len(s.data)%16 != 0 {
		if len(s.data) == 0 || len(s.data) == 16 {
			return nil, nil
		}
		return nil, fmt.Errorf("%d encrypted bytes, want whole blocks of 16", len(s.data))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, len(s.data)-16)
	cipher.NewCBCDecrypter(block, s.data[:16]).CryptBlocks(out, s.data[16:])
	n := int(out[len(out)-1])
	if n < 1 || n > 16 {
		return out, errors.New("encrypted bytes that do not end as they should")
	}
	return out[:len(out)-n], nil
}
