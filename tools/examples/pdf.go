package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// office is LibreOffice with a folder of its own.
type office struct{ home string }

// writePDF has LibreOffice print a text of HTML, with a font of a folder, as a PDF that is tagged.
func writePDF(from, to, fonts string) error {
	home, err := os.MkdirTemp("", "examples-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	if err := os.CopyFS(filepath.Join(home, ".fonts"), os.DirFS(fonts)); err != nil {
		return err
	}
	o := office{home}
	// By way of ODF, where the gap between Hangul and numbers can be left out: it would read as a space.
	text, err := o.convert(from, "HTML (StarWriter)", "fodt:OpenDocument Text Flat XML", "report.fodt")
	if err != nil {
		return err
	}
	text = bytes.ReplaceAll(text, []byte(`style:text-autospace="ideograph-alpha"`), []byte(`style:text-autospace="none"`))
	flat := filepath.Join(home, "even.fodt")
	if err := os.WriteFile(flat, text, 0o644); err != nil {
		return err
	}
	pdf, err := o.convert(flat, "OpenDocument Text Flat XML", `pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}`, "even.pdf")
	if err != nil {
		return err
	}
	return os.WriteFile(to, pdf, 0o644)
}

// convert converts a file and returns what comes of it.
func (o office) convert(file, as, to, made string) ([]byte, error) {
	cmd := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(o.home, "office"), "--headless", "--infilter="+as,
		"--convert-to", to, "--outdir", o.home, file)
	cmd.Env = append(os.Environ(), "HOME="+o.home)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("soffice: %w\n%s", err, out)
	}
	return os.ReadFile(filepath.Join(o.home, made))
}
