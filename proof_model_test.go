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

// speaker is a server of OpenAI's dialect whose model says words at a steady pace, and notes when it said each.
type speaker struct {
	server *httptest.Server

	mu    sync.Mutex
	words int
	pace  time.Duration
	said  map[string][]time.Time // by the last line of the question
}

// newSpeaker starts one that says so many words, one each pace. It ends with the test.
func newSpeaker(t *testing.T, words int, pace time.Duration) *speaker {
	t.Helper()
	s := &speaker{words: words, pace: pace, said: map[string][]time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"object":"list","data":[{"id":"scripted","object":"model","created":1700000000,"owned_by":"nobody","max_model_len":32768}]}`)
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
func (s *speaker) flag() string { return "openai:" + s.server.URL + "/v1#scripted" }

func (s *speaker) answer(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Stream   bool
		Messages []struct{ Content json.RawMessage }
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Messages) == 0 {
		http.Error(w, "bad body", http.StatusBadRequest)
		return
	}
	if !in.Stream {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"id":"x","object":"chat.completion","created":1,"model":"scripted","choices":[{"index":0,"finish_reason":"stop",`+
			`"message":{"role":"assistant","content":"제목"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`)
		return
	}
	question := asked(in.Messages[len(in.Messages)-1].Content)
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	say := func(delta, finish string) {
		fmt.Fprintf(w, `data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"scripted","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}`+"\n\n", delta, finish)
		flush.Flush()
	}
	s.mu.Lock()
	words, pace := s.words, s.pace
	s.mu.Unlock()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for i := range words {
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
		s.mu.Lock()
		s.said[question] = append(s.said[question], time.Now())
		s.mu.Unlock()
		say(fmt.Sprintf(`{"role":"assistant","content":"낱말%d "}`, i), "null")
	}
	say("{}", `"stop"`)
	fmt.Fprintf(w, "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[],"+
		"\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\ndata: [DONE]\n\n", words, words+9)
}

// asked is the last line of what a message says, as text or in parts.
func asked(content json.RawMessage) string {
	var text string
	if json.Unmarshal(content, &text) != nil {
		var parts []struct{ Text string }
		if json.Unmarshal(content, &parts) == nil && len(parts) > 0 {
			text = parts[len(parts)-1].Text
		}
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// times are when the words of the answer to a question were said.
func (s *speaker) times(question string) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said[question]
}

// ask asks the speaker itself and calls hear for each word.
func (s *speaker) ask(question string, hear func()) error {
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
