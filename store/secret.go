package store

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"strings"
)

// A secret is "exa-", 43 characters that spell 256 random bits, and 6 that spell the CRC-32 of those before
// them. The beginning lets scanners find a secret that leaked; the sum tells a typing mistake from a key that
// is not known, without asking the database.
const (
	secretMark   = "exa-"
	secretDigits = 43 // 62^43 > 2^256
	sumDigits    = 6  // 62^6 > 2^32
	secretLength = len(secretMark) + secretDigits + sumDigits

	// secretShown is how much of a secret is kept to tell keys apart: 24 of its 256 bits.
	secretShown = len(secretMark) + 4
)

// base62 in the order that math/big uses.
const base62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// newSecret returns a secret that nobody has had before.
func newSecret() string {
	var random [32]byte
	rand.Read(random[:]) // never fails: it ends the program instead
	secret := secretMark + spell(new(big.Int).SetBytes(random[:]), secretDigits)
	return secret + secretSum(secret)
}

// isSecret reports whether s has the form of a secret and its sum is right.
func isSecret(s string) bool {
	if len(s) != secretLength || !strings.HasPrefix(s, secretMark) {
		return false
	}
	body, sum := s[:len(s)-sumDigits], s[len(s)-sumDigits:]
	return strings.Trim(body[len(secretMark):], base62) == "" && secretSum(body) == sum
}

// hashSecret is what is kept of a secret. A plain hash is enough, and quick, because nobody can try out 256
// random bits; passwords are another matter.
func hashSecret(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

func secretSum(body string) string {
	return spell(big.NewInt(int64(crc32.ChecksumIEEE([]byte(body)))), sumDigits)
}

// spell writes n in base 62 with leading zeros.
func spell(n *big.Int, digits int) string {
	s := n.Text(62)
	return strings.Repeat("0", max(0, digits-len(s))) + s
}
