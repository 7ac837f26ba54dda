package document

import (
	"context"
	"errors"
	"testing"

	"exaone/chat"
)

func TestOldFormatsThroughLibreOffice(t *testing.T) {
	if _, err := findOffice(); err != nil {
		t.Skip("LibreOffice: not here")
	}
	checkText(t, "legacy", 0.995, map[string]string{
		"SampleSS.xls":            "the reference calls sheets by the names of the files that LibreOffice writes them to",
		"basic_test_ppt_file.ppt": "the reference is of the slides as they are printed: with bullets, without notes",
	})
}

func TestOldFormatsSayWhatTheyNeed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, name := range []string{"a.rtf", "b.hwp"} {
		data := map[string]string{"a.rtf": `{\rtf1 hello}`, "b.hwp": "HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05"}[name]
		_, err := Read(context.Background(), sourceOf(name, []byte(data)), Options{})
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentNeedsOffice {
			t.Errorf("%s: %v, want %s", name, err, chat.CodeDocumentNeedsOffice)
		}
	}
}
