package web

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"exaone/chat"
)

var (
	said   = regexp.MustCompile(`\bt\("(\w+)"\s*([,)+])`)                                 // t("name"), t("name", …), t("begin_" + …)
	either = regexp.MustCompile(`\bt\([^"()]*(?:\([^()]*\))?[^"()]*\? "(\w+)" : "(\w+)"`) // t(x ? "name" : "name")
	word   = regexp.MustCompile(`"(\w+)"`)
)

// TestPageSaysWhatTheCatalogueHas holds that every text that the page asks for is in the catalogue, and that every text
// of the page is asked for.
func TestPageSaysWhatTheCatalogueHas(t *testing.T) {
	have := map[string]bool{}
	for _, code := range chat.Codes() {
		if name, ok := strings.CutPrefix(string(code), "ui_"); ok {
			have[name] = false
		}
	}
	var begins []string
	need := func(file, name string) {
		if _, ok := have[name]; !ok {
			t.Errorf("%s asks for %s, which the catalogue has not", file, name)
		}
	}
	root := os.DirFS("app/src")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		for _, m := range said.FindAllStringSubmatch(string(source), -1) {
			if m[2] == "+" {
				begins = append(begins, m[1])
			} else {
				need(name, m[1])
			}
		}
		for _, m := range either.FindAllStringSubmatch(string(source), -1) {
			need(name, m[1])
			need(name, m[2])
		}
		for _, m := range word.FindAllStringSubmatch(string(source), -1) {
			if _, ok := have[m[1]]; ok {
				have[m[1]] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	begins = append(begins, "pull_failed", "talk_phase_") // said by the server, and by name
	for name, used := range have {
		for _, begin := range begins {
			used = used || strings.HasPrefix(name, begin)
		}
		if !used {
			t.Errorf("nothing on the page says ui_%s", name)
		}
	}
}
