package api

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
)

// TestOpenAIClient runs the official Python client, unmodified, against the scripted model. EXAONE_PYTHON names an
// interpreter that has it.
func TestOpenAIClient(t *testing.T) {
	python := os.Getenv("EXAONE_PYTHON")
	if python == "" {
		t.Skip("EXAONE_PYTHON: not set")
	}
	if err := exec.Command(python, "-c", "import openai").Run(); err != nil {
		t.Skip("openai: not in EXAONE_PYTHON")
	}
	server := httptest.NewServer(newServer(talker))
	defer server.Close()
	out, err := exec.Command(python, "testdata/openai_client.py", server.URL+"/v1", "tiny").CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
