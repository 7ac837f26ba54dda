package engine

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"exaone/chat"
	"exaone/disk"
	"exaone/weights"
)

// NoticeKey is the attribute of a log record of something that is done in another way than it was asked for, though
// nobody fails. Its value is a *chat.Error: whoever shows the log to a person can say it in their language.
const NoticeKey = "notice"

// reason is why path could not be used, as a parameter of a notice: what is usual in a person's language, and anything
// else as it is, on one line.
func reason(err error, path string) any {
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told
	}
	info, _ := os.Stat(path)
	switch full, isFull := errors.AsType[*weights.NoSpace](err); {
	case isFull:
		return chat.NewError(chat.CodeNoticeFull, err, full.Free>>20, (full.Want+1<<20-1)>>20)
	case disk.Full(err):
		return chat.NewError(chat.CodeNoticeNoRoom, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return chat.NewError(chat.CodeNoticeNoWrite, err)
	case info != nil && info.IsDir() && strings.HasSuffix(path, weights.PreparedPath("")):
		return chat.NewError(chat.CodeNoticeFolder, err, path)
	case info != nil && !info.IsDir() && errors.Is(err, syscall.ENOTDIR):
		return chat.NewError(chat.CodeNoticeFile, err, path)
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
