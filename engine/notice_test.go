package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"exaone/chat"
	"exaone/weights"
)

// Why something is done in another way is one line, and what is usual is said in the reader's language.
func TestReasonsAreSaidInALanguage(t *testing.T) {
	dir := t.TempDir()
	folder := weights.PreparedPath(dir + "/m.gguf")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		err  error
		path string
		want chat.Code // "" is the error as it is
	}{
		{&weights.NoSpace{Free: 1 << 20, Want: 5 << 20}, dir, chat.CodeNoticeFull},
		{&fs.PathError{Op: "open", Path: dir, Err: syscall.EACCES}, dir, chat.CodeNoticeNoWrite},
		{fmt.Errorf("write: %w", syscall.EROFS), dir, chat.CodeNoticeNoWrite},
		{errors.New("rename: file exists"), folder, chat.CodeNoticeFolder},
		{chat.NewError(chat.CodeNoticeSalt, nil, "salt", 3, 32), dir, chat.CodeNoticeSalt},
		{errors.Join(errors.New("one"), errors.New("two")), dir, ""},
	} {
		switch got := reason(test.err, test.path).(type) {
		case *chat.Error:
			if got.Code != test.want {
				t.Errorf("%v: %s, want %s", test.err, got.Code, test.want)
			}
		case string:
			if test.want != "" || strings.Contains(got, "\n") {
				t.Errorf("%v: %q, want %s", test.err, got, test.want)
			}
		}
	}
}
