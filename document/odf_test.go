package document

import (
	"context"
	"errors"
	"testing"

	"exaone/chat"
)

// odfMisses are the samples whose text differs from the reference for a reason.
var odfMisses = map[string]string{
	"testODFwithOOo3.odt": "LibreOffice's text has numbers of lists and notes in it, and no notes, comments and boxes",
}

func TestODFText(t *testing.T) { checkText(t, "odf", 0.995, odfMisses) }

func TestODFCountsAgree(t *testing.T) {
	for _, s := range samples(t, "odf") {
		if s.Reference == "" {
			continue
		}
		doc, err := Read(context.Background(), s.source(t), Options{})
		if err != nil {
			t.Errorf("%s: %v", s.File, err)
			continue
		}
		in, out := *doc.Manifest.In, doc.Manifest.Out
		if in.Pages > 0 && in.Pages != out.Pages {
			t.Errorf("%s: %d pages, want %d", s.File, out.Pages, in.Pages)
		}
		in.Pages, out.Pages = 0, 0
		in.pages, out.pages = nil, nil
		if in != out || !doc.Manifest.Whole {
			t.Errorf("%s: in %+v, out %+v, gaps %v", s.File, in, out, doc.Manifest.Gaps)
		}
	}
}

func TestODFAsksForThePassword(t *testing.T) {
	for _, s := range samples(t, "odf") {
		if s.File != "testODTEncrypted.odt" {
			continue
		}
		src := s.source(t)
		for password, want := range map[string]chat.Code{"": chat.CodeDocumentPassword, "wrong": chat.CodeDocumentPasswordWrong} {
			src.Password = password
			_, err := Read(context.Background(), src, Options{})
			if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != want {
				t.Errorf("password %q: %v, want %s", password, err, want)
			}
		}
	}
}
