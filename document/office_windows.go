package document

import "os/exec"

// asGroup does nothing here: LibreOffice is one program on Windows.
func asGroup(*exec.Cmd) {}
