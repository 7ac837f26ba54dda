package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// backend is a server of OpenAI's dialect whose model says the same number of pieces at once, whatever it is asked.
type backend struct {
	listener net.Listener
	server   *http.Server
}

func newBackend() (*backend, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"object":"list","data":[{"id":"scripted","object":"model","created":1700000000,"owned_by":"nobody","max_model_len":32768}]}`)
	})
	mux.HandleFunc("POST /v1/chat/completions", answer)
	b := &backend{listener, &http.Server{Handler: mux}}
	go b.server.Serve(listener) // ends with close
	return b, nil
}

func (b *backend) url() string { return "http://" + b.listener.Addr().String() + "/v1" }

func (b *backend) close() { b.server.Close() }

func answer(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Stream bool `json:"stream"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !in.Stream { // a title, say
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"id":"x","object":"chat.completion","created":1,"model":"scripted","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"제목"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	say := func(delta, finish string) {
		fmt.Fprintf(w, `data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"scripted","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}`+"\n\n", delta, finish)
		flush.Flush()
	}
	for i := range pieces {
		say(fmt.Sprintf(`{"role":"assistant","content":"낱말%d "}`, i), "null")
	}
	say("{}", `"stop"`)
	fmt.Fprint(w, "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"scripted\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":200,\"total_tokens\":209}}\n\ndata: [DONE]\n\n")
}

// ask asks the backend itself.
func (b *backend) ask(ctx context.Context, token func()) error {
	return chunks(ctx, b.url()+"/chat/completions", "", `{"model":"scripted","stream":true,"messages":[{"role":"user","content":"?"}]}`, token)
}

// chunks posts a question in OpenAI's dialect and calls token for each piece of the answer.
func chunks(ctx context.Context, url, bearer, body string, token func()) error {
	return events(ctx, http.MethodPost, url, bearer, body, func(_, data string) bool {
		if strings.Contains(data, `"content":"`) {
			token()
		}
		return data != "[DONE]"
	})
}

// events reads server-sent events until f returns false or they end.
func events(ctx context.Context, method, url, bearer, body string, f func(event, data string) bool) error {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		line, _ := bufio.NewReader(resp.Body).ReadString('\n')
		return fmt.Errorf("%s %s: %s: %.200s", method, url, resp.Status, line)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	event := ""
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			event = value
		case "data":
			if !f(event, value) {
				return nil
			}
		case "":
			event = ""
		}
	}
	return lines.Err()
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * people}}
