package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"exaone/chat"
)

// The formats of before 2007, which LibreOffice turns into newer ones, if it is here. Nothing else in this package runs
// another program. There is nothing to count them by: what LibreOffice makes is counted.
var (
	oldDoc  = format{name: "doc", extensions: []string{".doc", ".dot"}, is: hasStream("WordDocument"), read: throughOffice(".doc", "docx"), foreign: true, skip: []Kind{Header, Footer, Footnote, Endnote, Comment}}
	oldXLS  = format{name: "xls", extensions: []string{".xls", ".xlt"}, is: hasStream("Workbook", "Book"), read: throughOffice(".xls", "xlsx"), foreign: true, rows: true}
	oldPPT  = format{name: "ppt", extensions: []string{".ppt", ".pps", ".pot"}, is: hasStream("PowerPoint Document"), read: throughOffice(".ppt", "pptx"), foreign: true, bare: true}
	hwp3    = format{name: "hwp3", extensions: []string{".hwp"}, is: hasPrefix("HWP Document File V3."), read: throughOffice(".hwp", "odt"), foreign: true}
	oldRTF  = format{name: "rtf", extensions: []string{".rtf"}, is: hasPrefix(`{\rtf`), read: throughOffice(".rtf", "docx"), foreign: true, skip: []Kind{Header, Footer, Footnote, Endnote, Comment}}
	offices = []string{"soffice", "libreoffice"}
)

// officeTime is how long LibreOffice may take for one file: it starts in a second or two.
const officeTime = time.Minute

// hasStream is an is for a compound file with a stream of one of the names at its root.
func hasStream(names ...string) func([]byte, *Source) bool {
	return func(head []byte, src *Source) bool {
		if !hasPrefix(cfbMagic)(head, src) {
			return false
		}
		file, err := openCompound(src, src.Size, maxCFBEntries)
		if err != nil {
			return false
		}
		return slices.ContainsFunc(names, func(name string) bool {
			e, ok := file.entry(name)
			return ok && !e.storage
		})
	}
}

// throughOffice is a read that lets LibreOffice turn a file into another format, and reads that.
func throughOffice(from, to string) func(context.Context, *Source, *builder) error {
	return func(ctx context.Context, src *Source, b *builder) error {
		program, err := findOffice()
		if err != nil {
			return chat.NewError(chat.CodeDocumentNeedsOffice, err, src.Name)
		}
		if src.Size > b.limits.Unpacked {
			return b.limits.larger("unpacked")
		}
		dir, err := os.MkdirTemp("", "exaone-office-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if b.o.Wait != nil {
			b.o.Wait(officeTime + 5*time.Second)
		}
		made, err := runOffice(ctx, program, dir, from, to, src)
		if err != nil {
			return err
		}
		defer made.Close()
		info, err := made.Stat()
		if err != nil {
			return err
		}
		converted := &Source{ReaderAt: made, Size: info.Size(), Name: "document." + to}
		f, err := b.detect(converted)
		if err != nil {
			return chat.NewError(chat.CodeDocumentOffice, err, src.Name)
		}
		return f.read(ctx, converted, b)
	}
}

// findOffice is where LibreOffice is.
func findOffice() (string, error) {
	for _, name := range offices {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("none of %q is in the path", offices)
}

// officeSettings keep LibreOffice from running macros and from fetching what a document links to. A profile that is new
// for each file has them; nothing is left of it.
const officeSettings = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop></item>
</oor:items>
`

// runOffice converts a file in a folder of its own, and returns what came of it, which the folder keeps.
func runOffice(ctx context.Context, program, dir, from, to string, src *Source) (*os.File, error) {
	profile := filepath.Join(dir, "profile")
	if err := os.MkdirAll(filepath.Join(profile, "user"), 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(profile, "user", "registrymodifications.xcu"), []byte(officeSettings), 0o600); err != nil {
		return nil, err
	}
	in := filepath.Join(dir, "document"+from) // not the name that it came with, which is anybody's
	file, err := os.OpenFile(in, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(file, src.reader())
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, officeTime)
	defer cancel()
	home := (&url.URL{Scheme: "file", Path: filepath.ToSlash(profile)}).String()
	cmd := exec.CommandContext(ctx, program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
		"-env:UserInstallation="+home, "--convert-to", to, "--outdir", dir, in)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = time.Second
	asGroup(cmd)
	err = cmd.Run()
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil, chat.NewError(chat.CodeDocumentSlow, err, src.Name, officeTime.Seconds())
	}
	made, opened := os.Open(filepath.Join(dir, "document."+to))
	if err != nil || opened != nil {
		return nil, chat.NewError(chat.CodeDocumentOffice, errors.Join(err, opened, errors.New(said.String())), src.Name)
	}
	return made, nil
}
