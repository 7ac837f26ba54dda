package weights

// hugePages would ask for larger pages; there are none for files.
func hugePages([]byte) {}

// willNeed would ask the system to read a map ahead; Windows does so by itself for sequential access.
func willNeed([]byte) {}
