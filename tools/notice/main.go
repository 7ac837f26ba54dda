// Command notice writes the NOTICE file: what the program is, which modules are compiled into it for any
// platform it is built for, and their licences in full, each text once.
package main

import (
	"bytes"
	_ "embed" // the texts below
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// pdfium is what go-pdfium's module does not say: the licences of what its binary is made of.
//
//go:embed pdfium.txt
var pdfium string

// inside are licences of what is in a module, where no file of it has them.
var inside = map[string]string{"github.com/klippa-app/go-pdfium": pdfium}

// platforms are those an archive is made for; they differ in a few modules.
var platforms = []string{"linux/amd64", "linux/arm64", "windows/amd64", "darwin/amd64", "darwin/arm64"}

const head = `exaone
Copyright the exaone authors. Licensed under the Apache License, Version 2.0 (see LICENSE).

The models that the program runs are not part of it. Each has a licence of its own, which the program shows
before it brings the model: exaone licence MODEL.

The program contains the software listed here. The full licences follow the list. This file is written by
"make notice"; a test fails when a module is missing from it.

`

// kinds are words that tell a licence by its text, most telling first.
var kinds = []struct{ words, name string }{
	{"Apache License", "Apache-2.0"},
	{"Mozilla Public License Version 2.0", "MPL-2.0"},
	{"This is free and unencumbered software", "Unlicense"},
	{"Permission is hereby granted, free of charge", "MIT"},
	{"Neither the name", "BSD-3-Clause"},
	{"Redistributions in binary form must reproduce", "BSD-2-Clause"},
	{"Permission to use, copy, modify, and/or distribute", "ISC"},
	{"Permission to use, copy, modify, and distribute", "ISC"},
}

type module struct{ Path, Version, Dir string }

func main() {
	root := flag.String("root", ".", "the `directory` of the program's source")
	flag.Parse()
	if err := run(*root, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "notice:", err)
		os.Exit(1)
	}
}

func run(root string, w io.Writer) error {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	modules := map[string]module{
		"std": {"Go standard library", release(runtime.Version()), strings.TrimSpace(string(goroot))},
	}
	for _, platform := range platforms {
		if err := list(root, platform, modules); err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
	}
	var out, texts bytes.Buffer
	out.WriteString(head)
	seen := map[string][]string{}
	var order []string
	sorted := make([]module, 0, len(modules))
	for _, m := range modules {
		sorted = append(sorted, m)
	}
	slices.SortFunc(sorted, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	for _, m := range sorted {
		name, text, err := licence(m.Dir)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Path, err)
		}
		if more := inside[m.Path]; more != "" {
			text += "\n\n" + strings.TrimSpace(more)
		}
		fmt.Fprintf(&out, "%-44s %-14s %s\n", m.Path, name, m.Version)
		if seen[text] == nil {
			order = append(order, text)
		}
		seen[text] = append(seen[text], m.Path)
	}
	for _, text := range order {
		fmt.Fprintf(&texts, "\n%s\n%s:\n\n%s\n", strings.Repeat("-", 78), strings.Join(seen[text], ", "), text)
	}
	_, err = io.Copy(w, io.MultiReader(&out, &texts))
	return err
}

// list adds the modules compiled into the program for a platform.
func list(root, platform string, into map[string]module) error {
	goos, goarch, _ := strings.Cut(platform, "/")
	cmd := exec.Command("go", "list", "-deps", "-json=Module", ".")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct{ Module *module }
		if err := d.Decode(&pkg); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if m := pkg.Module; m != nil && m.Version != "" {
			into[m.Path] = *m
		}
	}
}

// release returns the Go release of a version, without the number of its last correction.
func release(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// licence returns the name of a module's licence, and the text of every licence and notice file of it, joined.
// The first, LICENSE or COPYING itself, is what the module is under; others are of what it contains.
func licence(dir string) (name, text string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", "", err
	}
	var texts []string
	for _, e := range entries {
		file := strings.ToUpper(e.Name())
		if e.IsDir() || !(strings.HasPrefix(file, "LICENSE") || strings.HasPrefix(file, "LICENCE") ||
			strings.HasPrefix(file, "COPYING") || strings.HasPrefix(file, "UNLICENSE") || strings.HasPrefix(file, "NOTICE")) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", "", err
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n")))
	}
	if len(texts) == 0 {
		return "", "", fmt.Errorf("no licence file in %s", dir)
	}
	return kind(texts[0]), strings.Join(texts, "\n\n"), nil
}

// kind names a licence by its text. One it cannot name is an error in waiting, so it says so.
func kind(text string) string {
	flat := strings.Join(strings.Fields(text), " ")
	for _, k := range kinds {
		if strings.Contains(flat, k.words) {
			return k.name
		}
	}
	return "see below"
}
