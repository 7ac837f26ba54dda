package api

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// sent is what an official client sent in make prove-clients and was answered: testdata/clients.jsonl, one a line.
type sent struct {
	Client, Path string
	Body         json.RawMessage
}

func sentByClients(t testing.TB) []sent {
	t.Helper()
	f, err := os.Open("testdata/clients.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []sent
	scan := bufio.NewScanner(f)
	for scan.Scan() {
		var one sent
		if err := json.Unmarshal(scan.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	if len(all) < 50 {
		t.Fatalf("only %d bodies", len(all))
	}
	return all
}

// TestBodiesOfClients holds that what official clients send is answered, each in the form it asked for.
func TestBodiesOfClients(t *testing.T) {
	server := newServer(talker, withAll)
	for _, c := range sentByClients(t) {
		w := post(server, c.Path, string(c.Body))
		if w.Code != http.StatusOK {
			t.Errorf("%s %s %s: %d %s", c.Client, c.Path, c.Body, w.Code, w.Body)
			continue
		}
		var asked struct{ Stream *bool }
		if err := json.Unmarshal(c.Body, &asked); err != nil {
			t.Fatal(err)
		}
		streams := asked.Stream != nil && *asked.Stream
		if got := strings.HasPrefix(w.Header().Get("Content-Type"), "application/json"); got == streams {
			t.Errorf("%s %s %s: content type %q", c.Client, c.Path, c.Body, w.Header().Get("Content-Type"))
		}
	}
}

// TestEveryDialectStopsWhenReaderLeaves holds that a client that closes its connection cancels the model at once.
func TestEveryDialectStopsWhenReaderLeaves(t *testing.T) {
	for path, body := range map[string]string{
		"/api/chat":     `{` + hello + `}`,
		"/api/generate": `{"prompt":"a","stream":false}`,
		"/v1/messages":  `{"stream":true,` + sky + `}`,
		"/completion":   `{"prompt":"a","stream":true}`,
	} {
		ctx, leave := context.WithCancel(context.Background())
		model, stopped := talksOn(leave)
		server := httptest.NewServer(newServer(model, withAll))
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_, err = io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: the client got a whole answer", path)
		}
		select {
		case <-stopped:
		case <-time.After(patience):
			t.Fatalf("%s: the model still talks", path)
		}
		leave()
		server.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}
