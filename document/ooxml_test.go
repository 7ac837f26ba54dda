package document

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"exaone/chat"
)

// TestOOXMLSamplesAreWhole: what the second pass counts in the samples came out, and nothing is missing but what is an
// object of another program.
func TestOOXMLSamplesAreWhole(t *testing.T) {
	for _, folder := range []string{"docx", "pptx"} {
		for _, s := range samples(t, folder) {
			doc, err := Read(context.Background(), s.source(t), Options{})
			if err != nil {
				t.Errorf("%s: %v", s.File, err)
				continue
			}
			for _, g := range doc.Manifest.Gaps {
				if g.What != GapEmbedded {
					t.Errorf("%s: %+v", s.File, g)
				}
			}
			if in := doc.Manifest.In; in == nil {
				t.Errorf("%s: nothing was counted", s.File)
			}
		}
	}
}

// TestOOXMLHostile: what attacks readers gives text or an error that says why, soon.
func TestOOXMLHostile(t *testing.T) {
	for _, s := range samples(t, "hostile") {
		if !strings.HasSuffix(s.File, ".docx") && !strings.HasSuffix(s.File, ".pptx") {
			continue
		}
		begun := time.Now()
		doc, err := Read(context.Background(), s.source(t), Options{})
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%s: %v", s.File, took)
		}
		if _, told := errors.AsType[*chat.Error](err); err != nil && !told {
			t.Errorf("%s: %v, want an error that people can read", s.File, err)
		}
		if err == nil && doc.Manifest.Whole {
			t.Errorf("%s: whole, want holes to be named", s.File)
		}
		if doc != nil {
			t.Logf("%s: %v, %d characters, %+v", s.File, err, doc.Manifest.Out.Characters, doc.Manifest.Gaps)
		} else {
			t.Logf("%s: %v", s.File, err)
		}
	}
}
