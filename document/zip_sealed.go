package document

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"crypto/aes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"exaone/chat"
)

// Entries of a ZIP may be encrypted, in two ways: PKWARE's own cipher, which every program writes (APPNOTE.TXT 6.1), and
// AES as WinZip has it (https://www.winzip.com/en/support/aes-encryption/). Their names are open to everybody.

const (
	methodBzip2 = 12
	methodAES   = 99
	extraAES    = 0x9901
)

// sealedEntry returns what an encrypted entry unpacks to.
func sealedEntry(p *pack, f *zip.File, src *Source) ([]byte, error) {
	if src.Password == "" {
		return nil, chat.NewError(chat.CodeDocumentPassword, nil, src.Name)
	}
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, err
	}
	left := p.b.limits.Unpacked - p.b.unpacked
	data, err := io.ReadAll(io.LimitReader(raw, left+1))
	if int64(len(data)) > left {
		return nil, p.b.limits.over("unpacked")
	}
	if err != nil {
		return nil, err
	}
	method, crc := f.Method, f.CRC32
	if method == methodAES {
		data, method, err = openAES(data, f.Extra, src.Password)
		crc = 0 // the code of authentication stands for it
	} else {
		check := byte(crc >> 24)
		if f.Flags&8 != 0 {
			check = byte(f.ModifiedTime >> 8)
		}
		data, err = openZipCrypto(data, src.Password, check)
	}
	if errors.Is(err, errWrongPassword) {
		return nil, chat.NewError(chat.CodeDocumentPasswordWrong, nil, src.Name)
	}
	if err != nil {
		return nil, err
	}
	out, err := unpackEntry(p, bytes.NewReader(data), method, crc)
	if err != nil && f.Method != methodAES { // one password of 256 passes the check of one byte
		return nil, chat.NewError(chat.CodeDocumentPasswordWrong, err, src.Name)
	}
	return out, err
}

var errWrongPassword = errors.New("wrong password")

// unpackEntry unpacks an entry, as far as the limits go. A checksum of 0 is not compared.
func unpackEntry(p *pack, raw io.Reader, method uint16, crc uint32) ([]byte, error) {
	switch method {
	case zip.Store:
	case zip.Deflate:
		raw = flate.NewReader(raw)
	case methodBzip2:
		raw = bzip2.NewReader(raw)
	default:
		return nil, fmt.Errorf("packed in way %d, want 0, 8 or 12", method)
	}
	left := p.b.limits.Unpacked - p.b.unpacked
	data, err := io.ReadAll(io.LimitReader(raw, left+1))
	if over := p.b.unpack(int64(len(data))); over != nil {
		return nil, over
	}
	if err == nil && crc != 0 && crc32.ChecksumIEEE(data) != crc {
		err = zip.ErrChecksum
	}
	return data, err
}

// openZipCrypto decrypts PKWARE's cipher in place.
func openZipCrypto(data []byte, password string, check byte) ([]byte, error) {
	const header = 12
	if len(data) < header {
		return nil, io.ErrUnexpectedEOF
	}
	keys := [3]uint32{0x12345678, 0x23456789, 0x34567890}
	update := func(b byte) {
		keys[0] = crc32.IEEETable[byte(keys[0])^b] ^ keys[0]>>8
		keys[1] = (keys[1]+keys[0]&0xff)*134775813 + 1
		keys[2] = crc32.IEEETable[byte(keys[2])^byte(keys[1]>>24)] ^ keys[2]>>8
	}
	for i := range len(password) {
		update(password[i])
	}
	for i, c := range data {
		k := uint16(keys[2] | 2)
		data[i] = c ^ byte(k*(k^1)>>8)
		update(data[i])
	}
	if data[header-1] != check {
		return nil, errWrongPassword
	}
	return data[header:], nil
}

// openAES decrypts an entry of WinZip's AES, and returns how it is packed.
func openAES(data, extra []byte, password string) ([]byte, uint16, error) {
	strength, method := byte(0), uint16(0)
	for len(extra) >= 4 {
		id, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; size > len(extra) {
			break
		}
		if id == extraAES && size >= 7 {
			strength, method = extra[4], binary.LittleEndian.Uint16(extra[5:])
		}
		extra = extra[size:]
	}
	if strength < 1 || strength > 3 {
		return nil, 0, fmt.Errorf("AES of strength %d, want 1 to 3", strength)
	}
	size := 8 + 8*int(strength) // of a key, in bytes
	salt, code := size/2, 10
	if len(data) < salt+2+code {
		return nil, 0, io.ErrUnexpectedEOF
	}
	keys, err := pbkdf2.Key(sha1.New, password, data[:salt], 1000, 2*size+2)
	if err != nil {
		return nil, 0, err
	}
	if subtle.ConstantTimeCompare(keys[2*size:], data[salt:salt+2]) == 0 {
		return nil, 0, errWrongPassword
	}
	body, want := data[salt+2:len(data)-code], data[len(data)-code:]
	mac := hmac.New(sha1.New, keys[size:2*size])
	mac.Write(body)
	if !hmac.Equal(mac.Sum(nil)[:code], want) {
		return nil, 0, errors.New("its code of authentication is another")
	}
	block, err := aes.NewCipher(keys[:size])
	if err != nil {
		return nil, 0, err
	}
	var counter, stream [aes.BlockSize]byte
	for at := 0; at < len(body); at += aes.BlockSize {
		binary.LittleEndian.PutUint64(counter[:], uint64(at/aes.BlockSize)+1)
		block.Encrypt(stream[:], counter[:])
		end := min(at+aes.BlockSize, len(body))
		subtle.XORBytes(body[at:end], body[at:end], stream[:])
	}
	return body, method, nil
}
