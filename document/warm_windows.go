package document

import "golang.org/x/sys/windows"

// yield lets every other process come first.
func yield() { _ = windows.SetPriorityClass(windows.CurrentProcess(), windows.IDLE_PRIORITY_CLASS) }
