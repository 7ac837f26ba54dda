package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
)

// sealedName is what the audit log says of a name that goes: whoever knows the name can show that it was this one, and from
// the log alone nobody learns it. Each has a salt of its own, so that equal names are not seen to be equal, and no list of
// likely names can be tried against all at once.
type sealedName struct {
	Salt   string `json:"salt"`   // 16 bytes in hexadecimal
	SHA256 string `json:"sha256"` // of the salt's bytes and the name's
}

func sealed(name string) sealedName {
	var salt [16]byte
	rand.Read(salt[:]) // never fails
	sum := sha256.Sum256(append(salt[:], name...))
	return sealedName{hex.EncodeToString(salt[:]), hex.EncodeToString(sum[:])}
}
