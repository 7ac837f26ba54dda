package document

import (
	"context"
	"testing"
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
