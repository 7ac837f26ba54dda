package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// teller is a server of OpenAI's dialect whose model says to each question what a script has for it. It counts how often
// it was asked each, and notes when it wrote what.
type teller struct {
	server *httptest.Server

	mu    sync.Mutex
	lines map[string]line
	asked map[string]int
	wrote map[string][]time.Time
}

// line is what is said to a question: words, one each pace.
type line struct {
	words []string
	pace  time.Duration
}

// newTeller starts one that knows nothing: to what is not in its script it says 네. It ends with the test.
func newTeller(t *testing.T) *teller {
	t.Helper()
	s := &teller{lines: map[string]line{}, asked: map[string]int{}, wrote: map[string][]time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"object":"list","data":[{"id":"scripted","object":"model","created":1700000000,"owned_by":"nobody","max_model_len":1048576}]}`)
	})
	mux.HandleFunc("POST /v1/chat/completions", s.answer)
	s.server = httptest.NewServer(mux)
	t.Cleanup(func() {
		s.server.CloseClientConnections()
		s.server.Close()
	})
	return s
}

// flag is the model as serve is told of it.
func (s *teller) flag() string { return "openai:" + s.server.URL + "/v1#scripted" }

// say puts into the script what is said to a question.
func (s *teller) say(question string, pace time.Duration, words ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines[question] = line{words, pace}
}

// times are when words of the answers to a question were written.
func (s *teller) times(question string) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wrote[question]
}

func (s *teller) answer(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Stream   bool
		Messages []struct{ Content json.RawMessage }
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Messages) == 0 {
		http.Error(w, "bad body", http.StatusBadRequest)
		return
	}
	if !in.Stream { // a title, or the probe
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"id":"x","object":"chat.completion","created":1,"model":"scripted","choices":[{"index":0,"finish_reason":"stop",`+
			`"message":{"role":"assistant","content":"제목"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`)
		return
	}
	question := whole(in.Messages[len(in.Messages)-1].Content)
	s.mu.Lock()
	s.asked[question]++
	say, ok := s.lines[question]
	s.mu.Unlock()
	if !ok {
		say = line{words: []string{"네."}}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	for _, word := range say.words {
		select {
		case <-time.After(say.pace):
		case <-r.Context().Done():
			return
		}
		content, _ := json.Marshal(word) // of a string
		s.mu.Lock()
		s.wrote[question] = append(s.wrote[question], time.Now())
		s.mu.Unlock()
		fmt.Fprintf(w, `data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"scripted","choices":[{"index":0,`+
			`"delta":{"role":"assistant","content":%s},"finish_reason":null}]}`+"\n\n", content)
		if flush.Flush() != nil {
			return
		}
	}
	fmt.Fprintf(w, `data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"scripted","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+
		"\n\ndata: [DONE]\n\n")
}

// whole is what a message says, as text or in parts.
func whole(content json.RawMessage) string {
	var text string
	if json.Unmarshal(content, &text) == nil {
		return text
	}
	var parts []struct{ Text string }
	json.Unmarshal(content, &parts) // what is neither says nothing
	var all strings.Builder
	for _, part := range parts {
		all.WriteString(part.Text)
	}
	return all.String()
}
