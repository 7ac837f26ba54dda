package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"exaone/chat"
	"exaone/weights"
)

// inspectShowCmd shows what a checkpoint says of itself and which tensors it holds. Names and values come from
// a file that anybody may have made, so they are quoted: none can move a terminal's cursor.
type inspectShowCmd struct {
	Model string `arg:"" placeholder:"MODEL"`
}

// Run shows it.
func (c *inspectShowCmd) Run(app *app) error {
	f, err := app.open(c.Model)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(app.out)
	if err := writeCheckpoint(w, f); err != nil {
		return err
	}
	return w.Flush()
}

func writeCheckpoint(w io.Writer, f *weights.File) error {
	var params int64
	types := map[string]int{}
	rows := [][]string{{"tensor", "type", "shape", "bytes"}}
	for _, t := range f.Tensors() {
		params += elements(t.Shape)
		types[t.DType]++
		rows = append(rows, []string{quoteStrange(t.Name), quoteStrange(t.DType), fmt.Sprint(t.Shape), strconv.FormatInt(t.Bytes, 10)})
	}
	var files []string
	for _, p := range f.Paths() {
		files = append(files, quoteStrange(filepath.Base(p)))
	}
	fmt.Fprintf(w, "format    %s\nfiles     %s\nsize      %s\nidentity  %s\nnumbers   %d in %d tensors:%s\n\n",
		f.Format(), strings.Join(files, " "), bytesText(f.Size()), f.ID(), params, len(rows)-1, countText(types))
	if err := writeMetadata(w, f); err != nil {
		return err
	}
	return writeTable(w, rows)
}

func elements(shape []int) int64 {
	n := int64(1)
	for _, d := range shape {
		n *= int64(d)
	}
	return n
}

// countText writes how many tensors each type has, most first.
func countText(types map[string]int) string {
	names := slices.SortedFunc(maps.Keys(types), func(a, b string) int {
		return cmp.Or(types[b]-types[a], strings.Compare(a, b))
	})
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, " %d %s", types[name], quoteStrange(name))
	}
	return b.String()
}

// writeMetadata writes GGUF's keys, or the members of config.json.
func writeMetadata(w io.Writer, f *weights.File) error {
	rows := [][]string{{"key", "value"}}
	for _, key := range f.Keys() {
		rows = append(rows, []string{quoteStrange(key), valueText(f.Value(key))})
	}
	if config := f.Config(); config != nil {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(config, &members); err != nil {
			return chat.NewError(chat.CodeBadModel, err, f.Dir(), err.Error())
		}
		for _, key := range slices.Sorted(maps.Keys(members)) {
			rows = append(rows, []string{quoteStrange(key), shorten(quoteStrange(compact(members[key])))})
		}
	}
	if len(rows) == 1 {
		return nil
	}
	if err := writeTable(w, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

// compact returns JSON on one line.
func compact(raw json.RawMessage) string { return strings.Join(strings.Fields(string(raw)), " ") }

// The longest value shown, in characters, and how many elements of an array.
const (
	shownText     = 100
	shownElements = 6
)

// valueText writes a value of GGUF's metadata on one line.
func valueText(v any) string {
	if s, ok := v.(string); ok {
		return shorten(strconv.Quote(s))
	}
	list := reflect.ValueOf(v)
	if list.Kind() != reflect.Slice {
		return fmt.Sprint(v)
	}
	var words []string
	for i := range min(list.Len(), shownElements) {
		if element := list.Index(i); element.Kind() == reflect.String {
			words = append(words, shorten(strconv.Quote(element.String())))
		} else {
			words = append(words, fmt.Sprint(element.Interface()))
		}
	}
	if list.Len() > shownElements {
		words = append(words, "…")
	}
	return fmt.Sprintf("%d: [%s]", list.Len(), strings.Join(words, " "))
}

// shorten cuts text after shownText characters, and shows that it did.
func shorten(s string) string {
	if runes := []rune(s); len(runes) > shownText {
		return string(runes[:shownText]) + "…"
	}
	return s
}

// quoteStrange returns s, quoted if something in it is not printable.
func quoteStrange(s string) string {
	if quoted := strconv.Quote(s); quoted != `"`+strings.ReplaceAll(s, `"`, `\"`)+`"` {
		return quoted
	}
	return s
}

// bytesText writes a number of bytes as people say it.
func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d B", n)
}
