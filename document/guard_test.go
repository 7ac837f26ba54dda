package document

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"exaone/chat"
)

// TestLargeListsAskForMemory fills a list until there is no memory for a longer one: what is in it stays.
func TestLargeListsAskForMemory(t *testing.T) {
	defer Guard(inUse()+64<<20, func() { t.Error("it took the memory before it asked") })()
	var cells []Cell
	for n := range 1 << 22 { // half a gigabyte
		more, err := added(cells, Cell{Row: n})
		if told, ok := errors.AsType[*chat.Error](err); ok && told.Code == chat.CodeDocumentMemory {
			if len(more) != n || n < 1<<16 || more[n-1].Row != n-1 {
				t.Errorf("%d of %d cells are kept", len(more), n)
			}
			return
		} else if err != nil {
			t.Fatal(err)
		}
		cells = more
	}
	t.Error("it never asked")
}

// TestCountsUnpackOnce counts a file whose entries say behind them how long they are: to find their ends takes nothing of what may
// be unpacked to be read.
func TestCountsUnpackOnce(t *testing.T) {
	data := zipped(t, docxParts(strings.Repeat(wordPara(wordRun("가나다")), 10_000))...)
	src := func() *Source {
		return &Source{ReaderAt: bytes.NewReader(data), Size: int64(len(data)), Name: "a.docx"}
	}
	doc, err := Read(context.Background(), src(), Options{Limits: Limits{Unpacked: 1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	if in := doc.Manifest.In; in == nil || in.Characters != 30_000 || !doc.Manifest.Whole {
		t.Errorf("counted: %+v, gaps %v", in, doc.Manifest.Gaps)
	}
	_, err = Read(context.Background(), src(), Options{Limits: Limits{Unpacked: 300 << 10}})
	if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != chat.CodeDocumentTooMuch {
		t.Errorf("less than it unpacks to is allowed: %v", err)
	}
}
