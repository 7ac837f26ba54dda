//go:build unix

package engine

import (
	"fmt"
	"io/fs"
	"syscall"
)

// fileNumber tells a file from all others of the machine, whatever its name; "" if that is not known.
func fileNumber(info fs.FileInfo) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", st.Dev, st.Ino)
	}
	return ""
}
