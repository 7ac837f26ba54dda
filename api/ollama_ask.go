package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"exaone/chat"
)

// ollamaQuestion is what the body of a chat or generate asks.
type ollamaQuestion struct {
	req      chat.Request
	raw      *string // a prompt to continue as it is
	window   int     // of prompt and answer together; 0 is the model's
	streamed bool
	keep     *time.Duration // how long the model stays in memory afterwards; nil is as it is now
	nothing  bool           // there is nothing to answer: the model is to be loaded, or to be let go
	chat     bool           // an answer is a message
}

// latest is the tag that a name without one has.
const latest = ":latest"

// ollamaName reads the name of a model.
func ollamaName(o *object) string {
	name, _ := o.text("model")
	return strings.TrimSuffix(name, latest)
}

// readOllama reads what chat and generate have in common. Streaming is what happens if nobody says.
func readOllama(o *object) ollamaQuestion {
	q := ollamaQuestion{streamed: true}
	q.req.Model = ollamaName(o)
	if v, ok := o.flag("stream"); ok {
		q.streamed = v
	}
	options := readOllamaOptions(o)
	q.req.Sampling, q.req.Stop, q.req.MaxTokens, q.window = options.sampling, options.stop, options.maxTokens, options.window
	q.req.Grammar = ollamaFormat(o)
	q.req.Thinking = ollamaThink(o)
	q.keep = keepAlive(o)
	top, topSet := o.integer("top_logprobs")
	if on, _ := o.flag("logprobs"); on {
		q.req.Logprobs = int(top) + 1
	} else if topSet && top > 0 {
		o.add(chat.CodeBadField, o.name("top_logprobs"), top, "logprobs: true beside it")
	}
	o.only("truncate", "what does not fit the window is refused, with the numbers", "false")
	o.only("shift", "what does not fit the window is refused, with the numbers", "false")
	return q
}

// ollamaFormat reads format: "json", or a schema.
func ollamaFormat(o *object) (g chat.Grammar) {
	raw, ok := o.fields["format"]
	switch {
	case ok && raw[0] == '{':
		g.Schema = o.json("format")
	case ok:
		if o.choice("format", "", "json") == "json" {
			g.Schema = `{"type":"object"}`
		}
	}
	return g
}

// ollamaThink reads think: true, false, or how hard, which for our models is true.
func ollamaThink(o *object) *bool {
	raw, ok := o.fields["think"]
	if !ok || string(raw) == "null" {
		return nil
	}
	if raw[0] == '"' {
		o.choice("think", "low", "medium", "high")
		return new(true)
	}
	on, _ := o.flag("think")
	return &on
}

// keepAlive reads how long a model stays in memory: seconds, or a duration as Go writes it. Less than zero is until its
// memory is needed.
func keepAlive(o *object) *time.Duration {
	raw := o.fields["keep_alive"]
	if len(raw) == 0 || raw[0] != '"' {
		v, ok := o.number("keep_alive")
		if !ok {
			return nil
		}
		return new(time.Duration(v * float64(time.Second)))
	}
	text, _ := o.text("keep_alive")
	d, err := time.ParseDuration(text)
	b := boundIn(o.dialect, "keep_alive")
	if seconds := d.Seconds(); err != nil || seconds < b.min || seconds > b.max {
		o.add(chat.CodeBadField, o.name("keep_alive"), fmt.Sprintf("%.40q", text),
			fmt.Sprintf("seconds, or a duration such as 5m, %s … %s seconds", decimal(b.min), decimal(b.max)))
		return nil
	}
	return &d
}

// ollamaChat answers POST /api/chat.
func (s *Server) ollamaChat(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseOllamaChat(body)
	if err != nil {
		return err
	}
	return s.ollamaAnswer(w, r, q, who)
}

func parseOllamaChat(o *object) (ollamaQuestion, error) {
	o.dialect = "ollama"
	q := readOllama(o)
	q.chat = true
	q.req.Messages = ollamaMessages(o)
	q.nothing = len(q.req.Messages) == 0
	for i, element := range o.list("tools", o.take("tools"), maxTools) {
		t := newObject(fmt.Sprintf("tools[%d].", i), element, maxFields, o.faults)
		t.choice("type", "function")
		if f := t.object("function"); f != nil {
			q.req.Tools = append(q.req.Tools, function(f, "parameters"))
			f.close()
		} else {
			t.add(chat.CodeBadField, t.name("function"), "nothing", "an object")
		}
		t.close()
		if o.first != nil {
			break
		}
	}
	o.close()
	return q, o.err()
}

// ollamaGenerate answers POST /api/generate.
func (s *Server) ollamaGenerate(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseOllamaGenerate(body)
	if err != nil {
		return err
	}
	return s.ollamaAnswer(w, r, q, who)
}

func parseOllamaGenerate(o *object) (ollamaQuestion, error) {
	o.dialect = "ollama"
	q := readOllama(o)
	text, _ := o.text("prompt")
	system, _ := o.text("system")
	raw, _ := o.flag("raw")
	images := ollamaImages(o)
	switch {
	case raw && system != "":
		o.add(chat.CodeBadField, o.name("system"), "a text beside raw: true", "none: a raw prompt is all that the model reads")
	case raw && len(images) > 0:
		o.add(chat.CodeBadField, o.name("images"), "pictures beside raw: true", "none: a raw prompt is all that the model reads")
	case raw && text != "":
		q.raw = &text
	case text != "" || len(images) > 0:
		if system != "" {
			q.req.Messages = append(q.req.Messages, chat.Message{Role: chat.System, Text: system})
		}
		q.req.Messages = append(q.req.Messages, chat.Message{Role: chat.User, Text: text, Images: images})
	}
	q.nothing = text == "" && len(images) == 0
	o.only("suffix", "models here are not asked to fill in between", `""`)
	o.only("template", "a model's own is used; raw: true takes a prompt as it is", `""`)
	o.only("context", "send the conversation to /api/chat", "[]")
	o.close()
	return q, o.err()
}

// ollamaAnswer answers a question, or loads or lets go of a model if nothing was asked.
func (s *Server) ollamaAnswer(w http.ResponseWriter, r *http.Request, q ollamaQuestion, who chat.Principal) error {
	if q.keep != nil && s.opts.Memory == nil {
		return chat.NewError(chat.CodeUnsupportedField, nil, "keep_alive", "nobody keeps models here")
	}
	q.req.Principal, q.req.Scope = who, who.Scope()
	to := s.newOllamaReply(r, q)
	if q.nothing {
		return s.ollamaLoad(w, r, q, to)
	}
	if err := s.ollamaFit(r, &q); err != nil {
		return err
	}
	err := s.answer(w, r, []chat.Request{q.req}, q.streamed, to)
	if q.keep != nil {
		if kept := s.keep(r, who, q.req.Model, *q.keep); err == nil {
			err = kept
		}
	}
	return err
}

// ollamaFit turns a raw prompt into tokens, and holds prompt and answer within num_ctx.
func (s *Server) ollamaFit(r *http.Request, q *ollamaQuestion) error {
	if q.raw != nil {
		ids, err := s.rawPrompt(r.Context(), q.req.Principal, q.req.Model, *q.raw)
		if err != nil {
			return err
		}
		q.req.Prompt = &chat.Prompt{IDs: ids}
	}
	if q.window == 0 {
		return nil
	}
	n, err := s.countTokens(r.Context(), q.req)
	if err != nil {
		return err
	}
	switch left := q.window - n; {
	case left <= 0:
		return chat.NewError(chat.CodeTooLong, nil, n, q.window)
	case q.req.MaxTokens > left:
		return chat.NewError(chat.CodeTooManyTokens, nil, n, q.req.MaxTokens, q.window)
	case q.req.MaxTokens == 0:
		// What the model itself can read may be less; it is known by now.
		if m, err := s.modelInfo(r, q.req.Model); err != nil || m.Window == 0 || q.window < m.Window {
			q.req.MaxTokens = left
		}
	}
	return nil
}

// ollamaLoad brings a model into memory, or lets it go where keep_alive is 0.
func (s *Server) ollamaLoad(w http.ResponseWriter, r *http.Request, q ollamaQuestion, to *ollamaReply) error {
	who := q.req.Principal
	if s.opts.Memory == nil {
		return chat.NewError(chat.CodeBadField, nil, "prompt, messages", "nothing", "something to answer")
	}
	done, err := s.enter(r.Context(), who, q.req.Model)
	if err != nil {
		return err
	}
	defer done()
	to.reason = "load"
	if q.keep != nil && *q.keep == 0 {
		to.reason = "unload"
		_, err = s.modelInfo(r, q.req.Model)
	} else {
		err = s.opts.Memory.Load(r.Context(), who, q.req.Model)
	}
	if err == nil && q.keep != nil {
		err = s.keep(r, who, q.req.Model, *q.keep)
	}
	if err != nil {
		return err
	}
	return s.writeJSON(w, to.end())
}
