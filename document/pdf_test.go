package document

import "testing"

func TestPDFSamples(t *testing.T) {
	const bidi = "PDFium gives Arabic and Hebrew as they are read, in plain letters; the reference has them as they are drawn"
	checkText(t, "pdf", 0.98, map[string]string{
		"ArabicCIDTrueType.pdf":    bidi,
		"issue11656.pdf":           bidi,
		"complex_ttf_font.pdf":     "its fonts say wrong characters: reader and reference make up different ones, and the manifest says so",
		"copy_paste_ligatures.pdf": "seven ligatures, which are taken apart here (ff, fi, st) and are characters of their own in the reference",
		"rotated.pdf":              "the page's number comes last here, as a footer, and first in the reference; 39 characters in all",
	})
}
