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

	mu        sync.Mutex
	lines     map[string]line
	otherwise line // to what is not in the script
	asked     map[string]int
	wrote     map[string][]time.Time
}

// line is what is said to a question: words, one each pace.
type line struct {
	words []string
	pace  time.Duration
}

// newTeller starts one that knows nothing: to what is not in its script it says 네. It ends with the test.
func newTeller(t *testing.T) *teller {
	t.Helper()
	s := &teller{lines: map[string]line{}, otherwise: line{words: []string{"네."}}, asked: map[string]int{}, wrote: map[string][]time.Time{}}
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

// newSpeaker starts one that says so many words to whatever it is asked, 낱말0 first, one each pace.
func newSpeaker(t *testing.T, words int, pace time.Duration) *teller {
	t.Helper()
	s := newTeller(t)
	s.otherwise = line{make([]string, words), pace}
	for i := range words {
		s.otherwise.words[i] = fmt.Sprintf("낱말%d ", i)
	}
	return s
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
		say = s.otherwise
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	next := time.Now()
	for _, word := range say.words {
		next = next.Add(say.pace) // whatever writing takes
		select {
		case <-time.After(time.Until(next)):
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
		"\n\ndata: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[],"+
		"\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\ndata: [DONE]\n\n", len(say.words), len(say.words)+9)
}

// ask asks the model itself, and calls hear for each word.
func (s *teller) ask(question string, hear func()) error {
	body := fmt.Sprintf(`{"model":"scripted","stream":true,"messages":[{"role":"user","content":%q}]}`, question)
	reply, err := provenClient.Post(s.server.URL+"/v1/chat/completions", "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	return readEvents(reply.Body, func(_, data string) bool {
		if strings.Contains(data, `"content":"`) {
			hear()
		}
		return data != "[DONE]"
	})
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
