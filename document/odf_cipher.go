package document

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"exaone/chat"
)

// Parts of OpenDocument files that need a password (OASIS ODF 1.3 part 2, 4.8), and of HWPX, which does the same
// (KS X 6101, 15.1). Each part is compressed, then encrypted; META-INF/manifest.xml says how.

// sealedPack is a pack of which parts may be encrypted.
type sealedPack struct {
	*pack
	file   string // its name, for errors
	seals  map[string]seal
	secret string
	keys   map[string][]byte // derived, by what they are derived from: parts of HWPX have the same
	read   map[string]bool   // parts that somebody asked for
}

// seal is how a part is encrypted.
type seal struct {
	algorithm, derivation, start, check string
	vector, salt, sum                   []byte
	iterations, size                    int
}

// manifestPart says how parts are encrypted.
const manifestPart = "META-INF/manifest.xml"

// Limits of what a manifest may ask for.
const (
	maxIterations = 10_000_000 // LibreOffice takes 100,000
	maxSealed     = 4096       // parts
)

// unseal reads how the parts of a pack are encrypted and tries the source's password on the first.
func unseal(p *pack, src *Source) (*sealedPack, error) {
	s := &sealedPack{pack: p, file: src.Name, secret: src.Password, seals: map[string]seal{}, keys: map[string][]byte{}, read: map[string]bool{manifestPart: true}}
	if !p.has(manifestPart) {
		return s, nil
	}
	data, err := p.part(manifestPart)
	if err != nil && fatal(err) {
		return nil, err
	}
	if bytes.IndexByte(data, 0) < 0 && !bytes.Contains(data, []byte("encryption-data")) {
		return s, nil // most often: there is nothing to read
	}
	first := s.manifest(newXML(data, nil, p.b.limits.Depth))
	if first == "" {
		return s, nil
	}
	if s.secret == "" {
		return nil, chat.NewError(chat.CodeDocumentPassword, nil, src.Name)
	}
	if _, err := s.part(first); err != nil {
		return nil, err
	}
	return s, nil
}

// manifest reads the list of parts and returns the smallest that is encrypted and there.
func (s *sealedPack) manifest(x *xmlScanner) string {
	var name, first string
	for {
		token, err := x.next()
		if err != nil {
			return first
		}
		if token != xmlOpen {
			continue
		}
		now := s.seals[name]
		switch local(x.name) {
		case "file-entry":
			name = anyPrefix(x, "full-path")
			continue
		case "encryption-data":
			if len(s.seals) >= maxSealed || !s.has(name) {
				continue
			}
			now = seal{check: anyPrefix(x, "checksum-type"), sum: base64Of(anyPrefix(x, "checksum"))}
			if first == "" || s.files[name].UncompressedSize64 < s.files[first].UncompressedSize64 {
				first = name
			}
		case "algorithm":
			now.algorithm, now.vector = anyPrefix(x, "algorithm-name"), base64Of(anyPrefix(x, "initialisation-vector"))
		case "key-derivation":
			now.derivation, now.salt = anyPrefix(x, "key-derivation-name"), base64Of(anyPrefix(x, "salt"))
			now.iterations = wholeNumber([]byte(anyPrefix(x, "iteration-count")))
			now.size = wholeNumber([]byte(anyPrefix(x, "key-size")))
		case "start-key-generation":
			now.start = anyPrefix(x, "start-key-generation-name")
		default:
			continue
		}
		if _, sealed := s.seals[name]; sealed || local(x.name) == "encryption-data" {
			s.seals[name] = now
		}
	}
}

// anyPrefix is the value of an attribute whatever its prefix is.
func anyPrefix(x *xmlScanner, name string) string {
	for _, a := range x.attributes() {
		if local(a.name) == name {
			return string(x.resolve(a.value))
		}
	}
	return ""
}

func base64Of(text string) []byte {
	data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil
	}
	return data
}

// part returns a whole part, decrypted.
func (s *sealedPack) part(name string) ([]byte, error) { return s.partOf(name, s.pack.part) }

// lend returns a part like part does. It is the caller's until the pack is closed.
func (s *sealedPack) lend(name string) ([]byte, error) { return s.partOf(name, s.pack.lend) }

func (s *sealedPack) partOf(name string, packed func(name string) ([]byte, error)) ([]byte, error) {
	s.read[name] = true
	data, err := packed(name)
	how, sealed := s.seals[name]
	if !sealed || err != nil {
		return data, err
	}
	plain, err := s.decrypt(how, data)
	if err != nil {
		return nil, err
	}
	if !how.matches(plain) {
		return nil, chat.NewError(chat.CodeDocumentPasswordWrong, nil, s.file)
	}
	left := s.b.limits.Unpacked - s.b.unpacked
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(plain)), left+1))
	if over := s.b.unpack(int64(len(out))); over != nil {
		return nil, over
	}
	if err != nil {
		return out, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

// verify looks at the parts that nobody asked for (previews, settings): a file in which one is damaged is damaged. Whoever reads
// for the text alone does not look at them.
func (s *sealedPack) verify() error {
	if s.b.o.Plain {
		return nil
	}
	for _, name := range s.names {
		if s.read[name] {
			continue
		}
		if err := s.b.ctx.Err(); err != nil {
			return err
		}
		n, err := s.look(name, s.b.limits.Unpacked-s.b.unpacked)
		if over := s.b.unpack(n); over != nil {
			return over
		}
		if err != nil {
			s.b.gap(Gap{What: GapEntry, Where: clean(name), Why: err.Error()})
		}
	}
	return nil
}

// cipher is the error for a way of encryption that is not known here.
func (s *sealedPack) cipher(how string) error {
	return chat.NewError(chat.CodeDocumentCipher, nil, s.file, how)
}

// decrypt decrypts a part, which stays compressed.
func (s *sealedPack) decrypt(how seal, data []byte) ([]byte, error) {
	name := how.algorithm[strings.LastIndexByte(how.algorithm, '#')+1:]
	size, known := map[string]int{"aes128-cbc": 16, "aes192-cbc": 24, "aes256-cbc": 32}[strings.ToLower(name)]
	if !known {
		return nil, s.cipher(name)
	}
	if how.size != 0 {
		size = how.size
	}
	if size != 16 && size != 24 && size != 32 || len(how.vector) != aes.BlockSize || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, chat.NewError(chat.CodeDocumentDamaged, errors.New("an encrypted part without a whole key, vector or last block"), s.file)
	}
	key, err := s.key(how, size)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, chat.NewError(chat.CodeDocumentDamaged, err, s.file)
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, how.vector).CryptBlocks(plain, data)
	if pad := int(plain[len(plain)-1]); pad >= 1 && pad <= aes.BlockSize { // the rest of what fills the last block is random
		return plain[:len(plain)-pad], nil
	}
	return plain, nil
}

// key derives the key of a part from the password.
func (s *sealedPack) key(how seal, size int) ([]byte, error) {
	if name := how.derivation[strings.LastIndexByte(how.derivation, '#')+1:]; !strings.EqualFold(name, "PBKDF2") {
		return nil, s.cipher(name)
	}
	if how.iterations < 1 || how.iterations > maxIterations {
		return nil, s.cipher(fmt.Sprintf("PBKDF2 × %d", how.iterations))
	}
	var start []byte
	switch name := how.start[strings.LastIndexByte(how.start, '#')+1:]; strings.ToLower(name) {
	case "", "sha1":
		sum := sha1.Sum([]byte(s.secret))
		start = sum[:]
	case "sha256":
		sum := sha256.Sum256([]byte(s.secret))
		start = sum[:]
	default:
		return nil, s.cipher(name)
	}
	of := fmt.Sprintf("%x %x %d %d", start, how.salt, how.iterations, size)
	if key := s.keys[of]; key != nil {
		return key, nil
	}
	if err := s.b.ctx.Err(); err != nil {
		return nil, err
	}
	key, err := pbkdf2.Key(sha1.New, string(start), how.salt, how.iterations, size)
	if err != nil {
		return nil, chat.NewError(chat.CodeDocumentDamaged, err, s.file)
	}
	s.keys[of] = key
	return key, nil
}

// matches reports whether the checksum of a decrypted part is right: that the password is. Without one, only unpacking tells.
func (how seal) matches(plain []byte) bool {
	name := strings.ToLower(how.check[strings.LastIndexByte(how.check, '#')+1:])
	var sum hash.Hash
	switch {
	case strings.HasPrefix(name, "sha256"):
		sum = sha256.New()
	case strings.HasPrefix(name, "sha1"):
		sum = sha1.New()
	default:
		_, err := io.Copy(io.Discard, io.LimitReader(flate.NewReader(bytes.NewReader(plain)), 1<<16))
		return err == nil
	}
	if strings.HasSuffix(name, "1k") {
		plain = plain[:min(len(plain), 1024)]
	}
	sum.Write(plain)
	return len(how.sum) > 0 && hmac.Equal(sum.Sum(nil), how.sum)
}
