package document

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

func readMailText(t *testing.T, text string) *Document {
	t.Helper()
	doc, err := Read(context.Background(), sourceOf("a.eml", []byte(strings.ReplaceAll(text, "\n", "\r\n"))), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestMailOfEveryKind(t *testing.T) {
	for _, c := range []struct{ name, in, title, text string }{
		{"a word divided within a character",
			"From: a@b.kr\nSubject: =?euc-kr?B?w+LA?= =?euc-kr?B?5SA=?= =?EUC-KR?Q?=BD=C5=C3?=\n =?euc-kr?B?uw==?=\n\n본문", "출장 신청", "본문"},
		{"nothing encoded and nothing said", "From: a@b.kr\nSubject: \xc3\xe2\xc0\xe5 \xbd\xc5\xc3\xbb\n\n\xbf\xb5\xbc\xf6\xc1\xf5\xc0\xbb \xba\xd9\xc0\xce\xb4\xd9", "출장 신청", "영수증을 붙인다"},
		{"a boundary that never closes", "From: a@b.kr\nSubject: s\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n하나\n--x\nContent-Type: text/plain\n\n둘", "s", "하나둘"},
		{"quoted-printable", "From: a@b.kr\nSubject: s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=EA=B0=80=\n=EB=82=98", "s", "가나"},
		{"of alternatives the plain one", "From: a@b.kr\nSubject: s\nContent-Type: multipart/alternative; boundary=x\n\n--x\n\nplain\n--x\nContent-Type: text/html\n\n<p>rich</p>\n--x--", "s", "plain"},
	} {
		doc := readMailText(t, c.in)
		if got := squeezed(strings.TrimPrefix(doc.Text(false), c.title)); doc.Meta.Title != c.title || got != squeezed(c.text) || !doc.Manifest.Whole {
			t.Errorf("%s: title %q, text %q, gaps %v; want %q, %q", c.name, doc.Meta.Title, got, doc.Manifest.Gaps, c.title, c.text)
		}
	}
}

func TestMailNamesWhatIsAttached(t *testing.T) {
	doc := readMailText(t, `From: a@b.kr
Subject: s
Content-Type: multipart/mixed; boundary=x

--x

본문
--x
Content-Type: text/plain; name*0*=euc-kr''%BD%C7%C0%FB; name*1=.txt
Content-Transfer-Encoding: base64

7KCQ
--x
Content-Disposition: attachment; filename="\"a;b\".unknown"
Content-Transfer-Encoding: base64

AAECAwQFBgcAAQ==
--x--`)
	if len(doc.Attachments) != 2 {
		t.Fatalf("%d attachments, want 2", len(doc.Attachments))
	}
	first, second := doc.Attachments[0], doc.Attachments[1]
	if first.Name != "실적.txt" || first.Read == nil || first.Read.Text(true) != "점\n" {
		t.Errorf("first: %+v", first)
	}
	if second.Name != `"a;b".unknown` || second.Why != string(chat.CodeDocumentUnknown) || doc.Manifest.Whole {
		t.Errorf("second: %+v; whole %v", second, doc.Manifest.Whole)
	}
}

func TestMailboxHasAllItsMessages(t *testing.T) {
	in := "From a@b Wed Jul 20\nFrom: a@b\nSubject: one\n\nfirst\n\nFrom a@b Wed Jul 20\nFrom: a@b\nSubject: 둘\n\nsecond"
	for _, text := range []string{in, strings.ReplaceAll(in, "\n", "\r\n")} {
		doc, err := Read(context.Background(), sourceOf("a.mbox", []byte(text)), Options{})
		if err != nil || len(doc.Attachments) != 2 || doc.Attachments[1].Name != "2 둘.eml" || doc.Attachments[0].Read.Text(true) != "one\nfirst\n" {
			t.Errorf("%v: %+v", err, doc)
		}
	}
}

func TestMailThatIsEncryptedSaysHow(t *testing.T) {
	in := "From: a@b.kr\nSubject: 비밀\nContent-Type: multipart/encrypted; boundary=x; protocol=\"application/pgp-encrypted\"\n\n--x--"
	_, err := Read(context.Background(), sourceOf("a.eml", []byte(in)), Options{})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentCipher || told.Params[1] != "OpenPGP" {
		t.Errorf("%v", err)
	}
}

func TestMailSamples(t *testing.T) {
	for _, s := range samples(t, "email") {
		var want struct {
			Subject, From, Date, Body string
			From_                     string
			To                        any
			Attachments               []struct{ Name, Text, Subject string }
		}
		if err := json.Unmarshal(s.ref(t, s.Reference), &want); err != nil {
			t.Fatal(err)
		}
		doc, err := Read(context.Background(), s.source(t), Options{})
		if err != nil {
			t.Errorf("%s: %v", s.File, err)
			continue
		}
		body := strings.TrimPrefix(textOfBlocks(doc), doc.Meta.Title)
		if f1 := bigramF1(body, want.Body); f1 < 0.995 || doc.Meta.Title != want.Subject || doc.Meta.From != want.From_ {
			t.Errorf("%s: F1 %.4f, %q of %q; want %q of %q", s.File, f1, doc.Meta.Title, doc.Meta.From, want.Subject, want.From_)
		}
		if to, ok := want.To.(string); ok && to != doc.Meta.To {
			t.Errorf("%s: to %q, want %q", s.File, doc.Meta.To, to)
		}
		if when, err := time.Parse(time.RFC3339, want.Date); err == nil && !when.Equal(doc.Meta.Created) {
			t.Errorf("%s: of %v, want %v", s.File, doc.Meta.Created, when)
		}
		if len(doc.Attachments) != len(want.Attachments) {
			t.Errorf("%s: %d attachments, want %d: %+v", s.File, len(doc.Attachments), len(want.Attachments), doc.Attachments)
			continue
		}
		for i, w := range want.Attachments {
			got := doc.Attachments[i]
			if w.Name != "" && got.Name != w.Name {
				t.Errorf("%s: attachment %q, want %q", s.File, got.Name, w.Name)
			}
			if w.Text == "" {
				continue
			}
			if text := strings.TrimPrefix(got.Read.Text(true), w.Subject); bigramF1(strings.ReplaceAll(text, "\t", ","), w.Text) < 0.995 {
				t.Errorf("%s: %s says %q, want %q", s.File, got.Name, text, w.Text)
			}
		}
		t.Logf("%s: gaps %v", s.File, doc.Manifest.Gaps)
	}
}

// textOfBlocks is the text of a document without what is attached.
func textOfBlocks(doc *Document) string {
	own := *doc
	own.Attachments = nil
	return own.Text(false)
}

func FuzzMail(f *testing.F) {
	f.Add([]byte("From: a@b.kr\r\nSubject: =?utf-8?B?7JWI?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n하나\r\n--x--"))
	f.Add([]byte("From: a\nTo: b\nContent-Type: message/rfc822\n\nFrom: c\nContent-Transfer-Encoding: base64\n\nAA=="))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Limits{Text: 1 << 20, Unpacked: 4 << 20, Blocks: 10_000, Entries: 1000}
		doc, err := Read(context.Background(), sourceOf("a.eml", data), Options{Limits: limits})
		if err != nil {
			if _, ok := errors.AsType[*chat.Error](err); !ok {
				t.Errorf("not an error for people: %v", err)
			}
			return
		}
		_ = doc.Passages()
	})
}
