package document

import (
	"bytes"
	"context"

	"exaone/chat"
)

// protected is any file that a company's document security has encrypted: only its program, with a person's rights, opens
// it. Such files keep the name and the extension that they had.
var protected = format{name: "protected", is: isProtected, read: readProtected}

// protections are how protected files begin, and whose protection it is.
var protections = []struct{ mark, whose string }{
	{"\x9b DRMONE  This Document is encrypted and protected by Fasoo DRM", "Fasoo DRM"},
	{"\x9b DRMONE", "Fasoo DRM"},
	{"SCDSA0", "Softcamp Document Security"},
	{"<## NASCA DRM FILE", "NASCA DRM"},
	{"<DOCUMENT SAFER", "MarkAny Document SAFER"},
	{"DOCUMENT SAFER", "MarkAny Document SAFER"},
	{"TESSAFE", "Teruten"},
}

// whose is whose protection a file has that begins so; "" if none.
func whose(head []byte) string {
	for _, p := range protections {
		if bytes.HasPrefix(head, []byte(p.mark)) {
			return p.whose
		}
	}
	return ""
}

func isProtected(head []byte, _ *Source) bool { return whose(head) != "" }

func readProtected(_ context.Context, src *Source, _ *builder) error {
	var head [64]byte
	n, _ := src.ReadAt(head[:], 0)
	return chat.NewError(chat.CodeDocumentProtected, nil, src.Name, whose(head[:n]))
}
