package document

import (
	"context"
	"errors"
	"strings"
	"testing"

	"exaone/chat"
)

func TestProtectedFilesSayWhoseProtectionItIs(t *testing.T) {
	for mark, want := range map[string]string{"\x9b DRMONE  This Document is encrypted": "Fasoo DRM", "SCDSA004 …": "Softcamp Document Security"} {
		for _, name := range []string{"a.hwp", "b.docx"} {
			_, err := Read(context.Background(), sourceOf(name, []byte(mark+strings.Repeat("\x00", 100))), Options{})
			told, ok := errors.AsType[*chat.Error](err)
			if !ok || told.Code != chat.CodeDocumentProtected || told.Params[1] != want {
				t.Errorf("%s %q: %v, want that it is protected by %s", name, mark, err, want)
			}
		}
	}
}
