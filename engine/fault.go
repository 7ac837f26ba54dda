package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"exaone/tensor"
)

// stamp is what a file of a model was when the model was loaded.
type stamp struct {
	path string
	info os.FileInfo
}

// stamps looks at files. One that cannot be looked at has none.
func stamps(paths []string) []stamp {
	var list []stamp
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			list = append(list, stamp{path, info})
		}
	}
	return list
}

// changed says what became of the file since, or nil if it is as it was.
func (s stamp) changed() error {
	name := filepath.Base(s.path)
	switch now, err := os.Stat(s.path); {
	case err != nil:
		return err
	case now.Size() != s.info.Size():
		return fmt.Errorf("%s: %d bytes, want %d as when it was loaded", name, now.Size(), s.info.Size())
	case !now.ModTime().Equal(s.info.ModTime()) || !os.SameFile(now, s.info):
		return fmt.Errorf("%s was written to while it was used", name)
	}
	return nil
}

// fault returns what is wrong with the files of a model if that explains the panic v of a step, or nil. A file that is
// cut short under its map is a fault of whichever thread touches the lost part; of a pool's threads nothing is left of
// the fault but its text, so that the files themselves are asked.
func (m *loaded) fault(v any) error {
	if damage, ok := v.(*tensor.Damage); ok {
		return damage
	}
	what, _, _ := strings.Cut(fmt.Sprint(v), "\n") // behind it is the stack of a thread
	for _, s := range m.stamps {
		if err := s.changed(); err != nil {
			return fmt.Errorf("%w; a step panicked: %s", err, what)
		}
	}
	// An address is known of a fault in a map alone (debug.SetPanicOnFault): the disk does not give what it has.
	if at, ok := v.(interface{ Addr() uintptr }); ok {
		return fmt.Errorf("the weights cannot be read at address %#x: %s", at.Addr(), what)
	}
	return nil
}
