package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"github.com/rogpeppe/go-internal/testscript"
)

// joins opens a link as the page does: joins URL SECRET LOGIN PASSWORD. Who joins is called as their login is.
func joins(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: joins URL SECRET LOGIN PASSWORD")
	}
	body, err := json.Marshal(map[string]string{"secret": args[1], "name": args[2], "login": args[2], "password": args[3]})
	ts.Check(err)
	resp, err := http.Post(args[0]+"/api/session/link", "application/json", bytes.NewReader(body))
	ts.Check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if joined := resp.StatusCode == http.StatusOK && len(resp.Cookies()) == 1; joined == neg {
		ts.Fatalf("status %d, %d cookies: %s", resp.StatusCode, len(resp.Cookies()), text)
	}
}
