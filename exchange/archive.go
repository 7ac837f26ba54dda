package exchange

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode"

	"exaone/chat"
	"exaone/store"
)

// WriteArchive writes a zip with a Markdown file of each conversation, one after another.
func WriteArchive(w io.Writer, opts Options, all iter.Seq2[store.Whole, error]) error {
	archive := zip.NewWriter(w)
	n := 0
	for c, err := range all {
		if err != nil {
			return err
		}
		n++
		file, err := archive.CreateHeader(&zip.FileHeader{Name: fileName(n, c.Title, opts.Language), Method: zip.Deflate, Modified: c.Updated})
		if err != nil {
			return err
		}
		if err := WriteMarkdown(file, opts, c); err != nil {
			return err
		}
	}
	return archive.Close()
}

// maxFileName is how many bytes of a title name a file: with the number before it and the ending it fits every system.
const maxFileName = 120

// fileName is a name for a conversation's file that every system takes.
func fileName(number int, title string, lang chat.Language) string {
	title = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, line(title, maxFileName))
	title = strings.Trim(strings.Join(strings.Fields(title), " "), ". ")
	return fmt.Sprintf("%04d %s.md", number, cmp.Or(title, chat.Text(lang, chat.CodeExportUntitled)))
}

// FileName is a name for a file of conversations that were written at a time, with an ending such as "md".
func FileName(title string, at time.Time, ending string, lang chat.Language) string {
	name := strings.TrimSuffix(fileName(0, title, lang)[len("0000 "):], ".md")
	return name + " " + at.Format(time.DateOnly) + "." + ending
}
