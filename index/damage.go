package index

import (
	"fmt"
	"strings"
)

// Damage is a file that does not hold what was written.
type Damage struct {
	File      string
	Err       error
	Documents []string // that were in it, as far as they can be read
	All       bool     // whether these are all
}

// DamagedError is what opening an index with damaged files gives. Open with Repair drops the files; the documents that were in
// them are then gone until they are put again.
type DamagedError struct {
	Files []Damage
}

func (e *DamagedError) Error() string {
	var b strings.Builder
	for i, d := range e.Files {
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "%s is damaged: %v", d.File, d.Err)
		if d.All {
			fmt.Fprintf(&b, " (%d documents were in it)", len(d.Documents))
		} else {
			fmt.Fprintf(&b, " (at least %d documents were in it)", len(d.Documents))
		}
	}
	return b.String()
}
