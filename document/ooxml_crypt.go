package document

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strings"
	"unicode/utf16"

	"exaone/chat"
)

// lockedOffice opens office files of 2007 and later that need a password: a compound file in which the package is a stream,
// encrypted with AES. [MS-OFFCRYPTO 2.3.4] What is in it is then read as if it had come so.
var lockedOffice = format{
	name: "locked",
	is:   isLockedOffice,
	read: readLockedOffice,
}

// The streams of such a file.
const (
	lockedInfo    = "EncryptionInfo"
	lockedPackage = "EncryptedPackage"
)

// maxLockedEntries is how many streams such a file may have: it has nine.
const maxLockedEntries = 4096

// openLocked opens the compound file that an encrypted or protected office file is; nil if it is none.
func openLocked(src *Source) *compound {
	c, err := openCompound(src, src.Size, maxLockedEntries)
	if err != nil {
		return nil
	}
	if _, ok := c.entry(lockedPackage); !ok && rightsOf(c) == "" {
		return nil
	}
	return c
}

func isLockedOffice(head []byte, src *Source) bool {
	return hasPrefix(cfbMagic)(head, src) && openLocked(src) != nil
}

// rightsOf names the protection by rights that a file has, "" if it has none.
func rightsOf(c *compound) string {
	for _, e := range c.entries {
		if strings.Contains(e.path, "DRMEncrypted") || strings.HasSuffix(e.path, "\tDRMContent") {
			return "Microsoft Rights Management"
		}
	}
	return ""
}

func readLockedOffice(ctx context.Context, src *Source, b *builder) error {
	c := openLocked(src)
	if c == nil {
		return errors.New("no encrypted package")
	}
	if whose := rightsOf(c); whose != "" {
		return chat.NewError(chat.CodeDocumentProtected, nil, src.Name, whose)
	}
	plain, err := decryptOffice(ctx, c, src, b)
	if err != nil {
		return err
	}
	inner := &Source{ReaderAt: bytes.NewReader(plain), Size: int64(len(plain)), Name: src.Name}
	f, err := b.detect(inner)
	if err != nil {
		return err
	}
	b.doc.Format = f.name
	if err := f.read(ctx, inner, b); err != nil || f.count == nil || b.o.NoCount {
		return err
	}
	in, err := f.count(ctx, inner, b.limits)
	if err != nil {
		b.gap(Gap{What: GapCounted, Why: err.Error()})
		return ctx.Err()
	}
	b.doc.Manifest.In = &in
	b.doc.Manifest.compare()
	return nil
}

// officeKey opens a package, once it has been found.
type officeKey interface {
	// try finds the key by a password; false if it is a wrong one.
	try(ctx context.Context, password string) (bool, error)
	// open decrypts the package in place.
	open(data []byte) error
}

// usualPassword is the one with which Excel encrypts books that open without asking. [MS-OFFCRYPTO 2.4.2.1]
const usualPassword = "VelvetSweatshop"

// decryptOffice returns the package in the clear.
func decryptOffice(ctx context.Context, c *compound, src *Source, b *builder) ([]byte, error) {
	const mostInfo = 1 << 20
	infoAt, _ := c.entry(lockedInfo)
	info, err := c.read(infoAt, mostInfo)
	if err != nil || len(info) < 8 {
		return nil, chat.NewError(chat.CodeDocumentDamaged, fmt.Errorf("%s: %d bytes, want 8 or more: %w", lockedInfo, len(info), err), src.Name)
	}
	key, err := officeKeyOf(info)
	if err != nil {
		return nil, toldCipher(err, src)
	}
	right := false
	for _, password := range []string{src.Password, usualPassword} {
		if password != "" && !right {
			if right, err = key.try(ctx, password); err != nil {
				return nil, toldCipher(err, src)
			}
		}
	}
	switch {
	case !right && src.Password == "":
		return nil, chat.NewError(chat.CodeDocumentPassword, nil, src.Name)
	case !right:
		return nil, chat.NewError(chat.CodeDocumentPasswordWrong, nil, src.Name)
	}
	packageAt, _ := c.entry(lockedPackage)
	if packageAt.size > b.limits.Unpacked {
		return nil, b.limits.over("unpacked")
	}
	data, err := c.read(packageAt, b.limits.Unpacked)
	if _, told := errors.AsType[*chat.Error](err); told {
		return nil, err
	}
	if err != nil {
		b.gap(Gap{What: GapStream, Where: lockedPackage, Why: err.Error()})
	}
	if len(data) < 8 {
		return nil, fmt.Errorf("%s: %d bytes", lockedPackage, len(data))
	}
	size := binary.LittleEndian.Uint64(data)
	data = data[8:]
	data = data[:len(data)/aes.BlockSize*aes.BlockSize]
	if err := key.open(data); err != nil {
		return nil, err
	}
	return data[:min(size, uint64(len(data)))], b.unpack(int64(len(data)))
}

// unknownCipher is a way of encryption that nobody here knows.
type unknownCipher string

// Error is the way's name.
func (u unknownCipher) Error() string { return string(u) }

func toldCipher(err error, src *Source) error {
	if u, ok := errors.AsType[unknownCipher](err); ok {
		return chat.NewError(chat.CodeDocumentCipher, err, src.Name, string(u))
	}
	return err
}

// officeKeyOf reads in which way a package is encrypted.
func officeKeyOf(info []byte) (officeKey, error) {
	major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:])
	switch {
	case major == 4 && minor == 4:
		return agileKeyOf(info[8:])
	case minor == 2 && major >= 2 && major <= 4:
		return standardKeyOf(info)
	}
	return nil, unknownCipher(fmt.Sprintf("Office %d.%d", major, minor))
}

// spun is a password hashed as often as the file wants, so that guessing takes its time. [2.3.4.11]
func spun(ctx context.Context, h hash.Hash, salt []byte, password string, times int) ([]byte, error) {
	h.Reset()
	h.Write(salt)
	for _, unit := range utf16.Encode([]rune(password)) {
		h.Write([]byte{byte(unit), byte(unit >> 8)})
	}
	sum := h.Sum(nil)
	var count [4]byte
	for i := range times {
		if i&0xffff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		binary.LittleEndian.PutUint32(count[:], uint32(i))
		h.Reset()
		h.Write(count[:])
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum, nil
}

// standardKey is the encryption of Office 2007. [2.3.4.5]
type standardKey struct {
	size                           int // bytes
	salt, verifier, verifierHashed []byte
	key                            []byte
}

func standardKeyOf(info []byte) (*standardKey, error) {
	if len(info) < 12 {
		return nil, fmt.Errorf("%s: %d bytes", lockedInfo, len(info))
	}
	headerSize := binary.LittleEndian.Uint32(info[8:])
	if headerSize < 20 || uint64(headerSize)+12+72 > uint64(len(info)) {
		return nil, fmt.Errorf("%s: a header of %d bytes in %d", lockedInfo, headerSize, len(info))
	}
	header, verifier := info[12:12+headerSize], info[12+headerSize:]
	k := &standardKey{size: int(binary.LittleEndian.Uint32(header[16:])) / 8, salt: verifier[4:20], verifier: verifier[20:36]}
	k.verifierHashed = verifier[40:72]
	switch algorithm := binary.LittleEndian.Uint32(header[8:]); algorithm {
	case 0x660e, 0x660f, 0x6610, 0:
		if k.size != 16 && k.size != 24 && k.size != 32 {
			return nil, unknownCipher(fmt.Sprintf("AES %d", 8*k.size))
		}
	case 0x6801:
		return nil, unknownCipher("RC4")
	default:
		return nil, unknownCipher(fmt.Sprintf("CryptoAPI 0x%x", algorithm))
	}
	return k, nil
}

func (k *standardKey) try(ctx context.Context, password string) (bool, error) {
	const times = 50_000
	sum, err := spun(ctx, sha1.New(), k.salt, password, times)
	if err != nil {
		return false, err
	}
	final := sha1.Sum(append(sum, 0, 0, 0, 0))
	k.key = nil
	for _, pad := range []byte{0x36, 0x5c} {
		block := bytes.Repeat([]byte{pad}, 64)
		subtle.XORBytes(block, block, final[:])
		half := sha1.Sum(block)
		k.key = append(k.key, half[:]...)
	}
	k.key = k.key[:k.size]
	verifier, hashed := bytes.Clone(k.verifier), bytes.Clone(k.verifierHashed)
	if err := errors.Join(k.open(verifier), k.open(hashed)); err != nil {
		return false, err
	}
	want := sha1.Sum(verifier)
	return bytes.Equal(hashed[:len(want)], want[:]), nil
}

// open decrypts block by block, each alike.
func (k *standardKey) open(data []byte) error {
	block, err := aes.NewCipher(k.key)
	if err != nil {
		return err
	}
	for i := 0; i+aes.BlockSize <= len(data); i += aes.BlockSize {
		block.Decrypt(data[i:], data[i:])
	}
	return nil
}

// agileKey is the encryption of Office 2010 and later. [2.3.4.10]
type agileKey struct {
	data, password                agileSpec
	spins                         int
	verifier, verifierHashed, key []byte // encrypted
	opened                        []byte
}

// agileSpec is how one thing of a file is encrypted.
type agileSpec struct {
	salt []byte
	size int // of the key, bytes
	hash func() hash.Hash
}

// maxSpins is the most that the format allows.
const maxSpins = 10_000_000

func agileKeyOf(info []byte) (*agileKey, error) {
	k := &agileKey{}
	x := newXML(info, map[string]string{
		"http://schemas.microsoft.com/office/2006/encryption":               "e",
		"http://schemas.microsoft.com/office/2006/keyEncryptor/password":    "p",
		"http://schemas.microsoft.com/office/2006/keyEncryptor/certificate": "c",
	}, ooxmlDepth)
	var found error
	err := x.each(0, func(x *xmlScanner) error {
		var err error
		switch x.name {
		case "e:keyData":
			k.data, err = agileSpecOf(x)
		case "p:encryptedKey":
			k.password, err = agileSpecOf(x)
			k.spins = intOf(x.attr("spinCount"), -1)
			k.verifier, k.verifierHashed = cryptBase64(x, "encryptedVerifierHashInput"), cryptBase64(x, "encryptedVerifierHashValue")
			k.key = cryptBase64(x, "encryptedKeyValue")
		}
		found = errors.Join(found, err)
		return nil
	})
	if err = errors.Join(found, err); err != nil {
		return nil, fmt.Errorf("%s: %w", lockedInfo, err)
	}
	whole := func(data []byte) bool { return len(data) > 0 && len(data)%aes.BlockSize == 0 }
	switch {
	case k.password.hash == nil || k.data.hash == nil:
		return nil, unknownCipher("certificate")
	case k.spins < 0 || k.spins > maxSpins:
		return nil, fmt.Errorf("%s: spinCount %d, want 0 to %d", lockedInfo, k.spins, maxSpins)
	case !whole(k.verifier) || !whole(k.verifierHashed) || !whole(k.key) || len(k.key) < k.data.size:
		return nil, fmt.Errorf("%s: keys of %d, %d and %d bytes", lockedInfo, len(k.verifier), len(k.verifierHashed), len(k.key))
	}
	return k, nil
}

func cryptBase64(x *xmlScanner, name string) []byte {
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(x.attr(name)))
	if err != nil {
		return nil
	}
	return data
}

// agileSpecOf reads how something is encrypted off the element that was opened last.
func agileSpecOf(x *xmlScanner) (agileSpec, error) {
	s := agileSpec{salt: cryptBase64(x, "saltValue"), size: intOf(x.attr("keyBits"), 0) / 8}
	name, chaining, digest := x.attr("cipherAlgorithm"), x.attr("cipherChaining"), x.attr("hashAlgorithm")
	s.hash = map[string]func() hash.Hash{"SHA1": sha1.New, "SHA-1": sha1.New, "SHA256": sha256.New, "SHA-256": sha256.New,
		"SHA384": sha512.New384, "SHA-384": sha512.New384, "SHA512": sha512.New, "SHA-512": sha512.New}[digest]
	if name != "AES" || chaining != "ChainingModeCBC" || s.hash == nil || s.size != 16 && s.size != 24 && s.size != 32 {
		return s, unknownCipher(strings.Join([]string{name, fmt.Sprint(8 * s.size), chaining, digest}, " "))
	}
	if len(s.salt) == 0 {
		return s, errors.New("no salt")
	}
	return s, nil
}

// fitted is a hash cut to a size, or filled up to it.
func fitted(sum []byte, size int) []byte {
	for len(sum) < size {
		sum = append(sum, 0x36)
	}
	return sum[:size]
}

// decrypt decrypts whole blocks in place, chained.
func (s *agileSpec) decrypt(key, iv, data []byte) error {
	block, err := aes.NewCipher(key)
	if err == nil {
		cipher.NewCBCDecrypter(block, fitted(bytes.Clone(iv), aes.BlockSize)).CryptBlocks(data, data)
	}
	return err
}

// What tells apart the keys that are made of one password. [2.3.4.13]
var (
	agileVerifier       = []byte{0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79}
	agileVerifierHashed = []byte{0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e}
	agileValue          = []byte{0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6}
)

func (k *agileKey) try(ctx context.Context, password string) (bool, error) {
	h := k.password.hash()
	sum, err := spun(ctx, h, k.password.salt, password, k.spins)
	if err != nil {
		return false, err
	}
	opened := func(encrypted, of []byte) []byte {
		h.Reset()
		h.Write(sum)
		h.Write(of)
		data := bytes.Clone(encrypted)
		err = errors.Join(err, k.password.decrypt(fitted(h.Sum(nil), k.password.size), k.password.salt, data))
		return data
	}
	verifier, hashed, key := opened(k.verifier, agileVerifier), opened(k.verifierHashed, agileVerifierHashed), opened(k.key, agileValue)
	if err != nil {
		return false, err
	}
	h.Reset()
	h.Write(verifier)
	if !bytes.HasPrefix(hashed, h.Sum(nil)) {
		return false, nil
	}
	k.opened = key[:k.data.size]
	return true, nil
}

// open decrypts piece by piece of 4096 bytes, each with a beginning of its own. [2.3.4.15]
func (k *agileKey) open(data []byte) error {
	const piece = 4096
	h := k.data.hash()
	for i := 0; i*piece < len(data); i++ {
		var number [4]byte
		binary.LittleEndian.PutUint32(number[:], uint32(i))
		h.Reset()
		h.Write(k.data.salt)
		h.Write(number[:])
		if err := k.data.decrypt(k.opened, h.Sum(nil), data[i*piece:min((i+1)*piece, len(data))]); err != nil {
			return err
		}
	}
	return nil
}
