package document

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"exaone/chat"
)

// testdata/locked.docx is a DOCX with one paragraph that msoffcrypto-tool 6.1.0 encrypted with the password 비밀7.

func TestLockedOfficeFileIsOpened(t *testing.T) {
	data, err := os.ReadFile("testdata/locked.docx")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		password string
		code     chat.Code
	}{
		{"비밀7", ""},
		{"", chat.CodeDocumentPassword},
		{"비밀8", chat.CodeDocumentPasswordWrong},
	} {
		src := sourceOf("계약.docx", data)
		src.Password = c.password
		doc, err := Read(context.Background(), src, Options{})
		if c.code != "" {
			if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != c.code {
				t.Errorf("%q: %v, want %s", c.password, err, c.code)
			}
			continue
		}
		if err != nil || doc.Format != "docx" || doc.Text(false) != "대외비 계약서\n" || !doc.Manifest.Whole || doc.Manifest.In == nil {
			t.Errorf("%q: %+v, %v", c.password, doc, err)
		}
	}
}

// standardInfo encrypts as Office 2007 does: what is read is held to the description, turned around.
func standardInfo(t *testing.T, password string, data []byte) (info, locked []byte) {
	t.Helper()
	k := &standardKey{size: 16, salt: []byte("0123456789abcdef"), verifier: make([]byte, 16), verifierHashed: make([]byte, 32)}
	if _, err := k.try(context.Background(), password); err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(k.key)
	if err != nil {
		t.Fatal(err)
	}
	encrypt := func(data []byte) []byte {
		out := bytes.Clone(data)
		for i := 0; i < len(out); i += 16 {
			block.Encrypt(out[i:], out[i:])
		}
		return out
	}
	verifier := []byte("what is verified")
	hashed := sha1.Sum(verifier)
	header := make([]byte, 32)
	binary.LittleEndian.PutUint32(header[8:], 0x660e)
	binary.LittleEndian.PutUint32(header[16:], 128)
	info = append([]byte{4, 0, 2, 0, 0x24, 0, 0, 0, byte(len(header)), 0, 0, 0}, header...)
	info = append(append(info, 16, 0, 0, 0), k.salt...)
	info = append(info, encrypt(verifier)...)
	info = append(append(info, 20, 0, 0, 0), encrypt(append(hashed[:], make([]byte, 12)...))...)
	return info, encrypt(data)
}

func TestStandardEncryptionIsOpened(t *testing.T) {
	want := []byte("thirty-two bytes: two whole ones")
	info, locked := standardInfo(t, "암호", want)
	key, err := officeKeyOf(info)
	if err != nil {
		t.Fatal(err)
	}
	if right, err := key.try(context.Background(), "틀림"); right || err != nil {
		t.Errorf("a wrong password: %v, %v", right, err)
	}
	if right, err := key.try(context.Background(), "암호"); !right || err != nil {
		t.Fatalf("the right password: %v, %v", right, err)
	}
	if err := key.open(locked); err != nil || !bytes.Equal(locked, want) {
		t.Errorf("%q, %v, want %q", locked, err, want)
	}
}

// FuzzOfficeKey: whatever a file says of its encryption, trying a password ends.
func FuzzOfficeKey(f *testing.F) {
	data, err := os.ReadFile("testdata/locked.docx")
	if err != nil {
		f.Fatal(err)
	}
	c := openLocked(sourceOf("a", data))
	at, _ := c.entry(lockedInfo)
	info, err := c.read(at, 1<<20)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(info)
	f.Add([]byte{4, 0, 2, 0, 0, 0, 0, 0, 32, 0, 0, 0})
	f.Fuzz(func(t *testing.T, info []byte) {
		if len(info) < 8 {
			return
		}
		key, err := officeKeyOf(info)
		if err != nil {
			return
		}
		if a, ok := key.(*agileKey); ok {
			a.spins = min(a.spins, 10)
		}
		if right, err := key.try(context.Background(), "x"); right && err == nil {
			key.open(make([]byte, 64))
		}
	})
}
