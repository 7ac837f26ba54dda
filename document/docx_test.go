package document

import "testing"

func TestDOCXSamples(t *testing.T) {
	checkText(t, "docx", 0.995, map[string]string{})
}

func TestDOCXTables(t *testing.T) {
	checkTables(t, "docx", map[string]string{})
}
