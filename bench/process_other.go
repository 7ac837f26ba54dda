//go:build !unix

package bench

import "os"

// pause and proceed do nothing where processes cannot be stopped.
func pause(*os.Process) error   { return nil }
func proceed(*os.Process) error { return nil }
