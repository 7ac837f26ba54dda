package document

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"unicode/utf16"

	"golang.org/x/text/encoding/korean"
)

// hwpCipher reads what a password has encrypted.
type hwpCipher func(io.Reader) io.Reader

// hwpCiphers are the ways in which a password encrypts, by what the file says of it: 4 is that of Hangul 2007 and later,
// the others that of those before.
func hwpCiphers(version uint32, password string) []hwpCipher {
	now := func(from io.Reader) io.Reader { return &hwpDeciphered{from: from, block: hwpPassword(password)} }
	before := func(from io.Reader) io.Reader { return &hwpBlocks{from: from, block: hwpOldPassword(password)} }
	if version == 4 {
		return []hwpCipher{now}
	}
	return []hwpCipher{before, now}
}

// hwpPassword is the cipher of a password: AES-128 with the SHA-1 of the password, each byte of it after the byte before
// it turned by one bit. Neither salt nor rounds: the format is as it is. [facts: volexity/hwp-extract]
func hwpPassword(password string) cipher.Block {
	typed, err := korean.EUCKR.NewEncoder().Bytes([]byte(password))
	if err != nil {
		typed = []byte(password)
	}
	mixed := make([]byte, 0, 2*len(typed))
	before := byte(0xec)
	for _, c := range typed {
		mixed = append(mixed, bits.RotateLeft8(before, 1), c)
		before = c
	}
	sum := sha1.Sum(mixed)
	return sure(aes.NewCipher(sum[:16]))
}

// hwpOldPassword is the cipher of a password in HWP 3, and in HWP 5 before Hangul 2007: DES, each block by itself. Its 56
// bits are the bytes of the password in UTF-16, wound around seven bytes. [facts: edwardkim/rhwp, of HWP 3]
func hwpOldPassword(password string) cipher.Block {
	var wound [7]byte
	for i, u := range utf16.Encode([]rune(password)) {
		for k, c := range []byte{byte(u), byte(u >> 8)} {
			at := (2*i + k) % len(wound)
			wound[at] = bits.RotateLeft8(wound[at]^c, 1)
		}
	}
	var key [8]byte // seven bits in each byte, before one of parity
	for i := range 56 {
		key[i/7] |= wound[i/8] >> (7 - i%8) & 1 << (7 - i%7)
	}
	return sure(des.NewCipher(key[:]))
}

// sure is a cipher whose key has the right length.
func sure(block cipher.Block, err error) cipher.Block {
	if err != nil {
		panic(err)
	}
	return block
}

// hwpDeciphered reads what a password's cipher has encrypted, in cipher feedback mode by single bits: the register, of
// zeros at first, is encrypted for each bit, which is added to the first bit of the outcome and shifted into the register.
type hwpDeciphered struct {
	from  io.Reader
	block cipher.Block
	// the register, high half first
	high, low uint64
}

func (d *hwpDeciphered) Read(p []byte) (int, error) {
	const most = 4096 // a cipher this slow looks up often
	n, err := d.from.Read(p[:min(len(p), most)])
	var in, out [16]byte
	for i := range n {
		c := p[i]
		plain := byte(0)
		for bit := range 8 {
			binary.BigEndian.PutUint64(in[:], d.high)
			binary.BigEndian.PutUint64(in[8:], d.low)
			d.block.Encrypt(out[:], in[:])
			of := c >> (7 - bit) & 1
			plain = plain<<1 | of ^ out[0]>>7
			d.high = d.high<<1 | d.low>>63
			d.low = d.low<<1 | uint64(of)
		}
		p[i] = plain
	}
	return n, err
}

// hwpDistributed reads a section of a document for distribution: a record with the key, then the section in AES-128, each
// block by itself. [facts: Changwoo Ryu, 배포용 문서의 ViewText 암호화 해제 방법, 2014]
func hwpDistributed(from io.Reader) (io.Reader, error) {
	var head [4]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, fmt.Errorf("the key: %w", err)
	}
	bits := binary.LittleEndian.Uint32(head[:])
	if bits&0x3ff != hwpDistribution || bits>>20 != 256 {
		return nil, fmt.Errorf("the key: record %#x of %d bytes, want %#x of 256", bits&0x3ff, bits>>20, hwpDistribution)
	}
	var data [256]byte
	if _, err := io.ReadFull(from, data[:]); err != nil {
		return nil, fmt.Errorf("the key: %w", err)
	}
	key := hwpDistributionKey(data)
	return &hwpBlocks{from: from, block: sure(aes.NewCipher(key[:]))}, nil
}

// hwpDistributionKey is the key that a document for distribution carries, hidden by random numbers of a known seed.
func hwpDistributionKey(data [256]byte) (key [16]byte) {
	seed := binary.LittleEndian.Uint32(data[:])
	random := seed
	next := func() uint32 { // rand() of Microsoft's C
		random = random*214013 + 2531011
		return random >> 16 & 0x7fff
	}
	for i, left, with := 0, uint32(0), byte(0); i < len(data); i, left = i+1, left-1 {
		if left == 0 {
			with = byte(next())
			left = next()&0xf + 1
		}
		if i >= 4 {
			data[i] ^= with
		}
	}
	copy(key[:], data[4+seed&0xf:])
	return key
}

// hwpBlocks reads what was encrypted block by block. A piece of a block at the end is left out: it cannot be read.
type hwpBlocks struct {
	from  io.Reader
	block cipher.Block
	buf   [4096]byte
	ready []byte
}

func (d *hwpBlocks) Read(p []byte) (int, error) {
	if len(d.ready) == 0 {
		n, err := io.ReadFull(d.from, d.buf[:])
		size := d.block.BlockSize()
		n -= n % size
		if n == 0 {
			if err == nil || err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			return 0, err
		}
		for i := 0; i < n; i += size {
			d.block.Decrypt(d.buf[i:i+size], d.buf[i:i+size])
		}
		d.ready = d.buf[:n]
	}
	n := copy(p, d.ready)
	d.ready = d.ready[n:]
	return n, nil
}
