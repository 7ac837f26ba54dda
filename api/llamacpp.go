package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"unicode/utf8"

	"exaone/chat"
)

// llamacpp is the dialect of llama.cpp's server beside OpenAI's (tools/server/README.md): completions of raw prompts,
// tokens, and the chat format. GET /health is the house's.
//
// A raw prompt is a program's: what spells a special token in it is that token, as llama.cpp has it. Programs that put a
// person's words into one must not let them spell marks; /v1/chat/completions does not.
var llamacpp = dialect{
	name:   "llamacpp",
	refuse: refuseLlama,
	routes: []route{
		{http.MethodPost, "/completion", ScopeInference, (*Server).llamaComplete},
		{http.MethodPost, "/completions", ScopeInference, (*Server).llamaComplete},
		{http.MethodPost, "/tokenize", ScopeInference, (*Server).llamaTokenize},
		{http.MethodPost, "/detokenize", ScopeInference, (*Server).llamaDetokenize},
		{http.MethodPost, "/apply-template", ScopeInference, (*Server).llamaTemplate},
		{http.MethodGet, "/props", ScopeInference, (*Server).llamaProps},
		{"", "/infill", ScopeInference, unserved(chat.CodeNoInfill)},
		{"", "/slots", ScopeInference, unserved(chat.CodeNoSlots)},
		{"", "/slots/{id}", ScopeInference, unserved(chat.CodeNoSlots)},
	},
}

// unserved refuses a route with its reason.
func unserved(code chat.Code) func(*Server, http.ResponseWriter, *http.Request, chat.Principal) error {
	return func(*Server, http.ResponseWriter, *http.Request, chat.Principal) error {
		return chat.NewError(code, nil)
	}
}

// llamaFailure is an error as llama.cpp's clients read it.
type llamaFailure struct {
	Error struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Type    string `json:"type"`
	} `json:"error"`
}

func newLlamaFailure(status int, code chat.Code, message string) llamaFailure {
	var f llamaFailure
	f.Error.Code, f.Error.Message = status, message
	switch {
	case code == chat.CodeTooLong || code == chat.CodeTooManyTokens:
		f.Error.Type = "exceed_context_size_error"
	case status == http.StatusUnauthorized:
		f.Error.Type = "authentication_error"
	case status == http.StatusForbidden:
		f.Error.Type = "permission_error"
	case status == http.StatusNotFound:
		f.Error.Type = "not_found_error"
	case status == http.StatusNotImplemented:
		f.Error.Type = "not_supported_error"
	case status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests:
		f.Error.Type = "unavailable_error"
	case status < http.StatusInternalServerError:
		f.Error.Type = "invalid_request_error"
	default:
		f.Error.Type = "server_error"
	}
	return f
}

func refuseLlama(w http.ResponseWriter, status int, code chat.Code, message, _ string) {
	refuseJSON(w, status, newLlamaFailure(status, code, message))
}

// llamaProps says what the default model is and how it answers if nobody says otherwise. What there is nothing like here,
// such as slots and a path to show, is left out.
func (s *Server) llamaProps(w http.ResponseWriter, r *http.Request, _ chat.Principal) error {
	m, err := s.modelInfo(r, r.URL.Query().Get("model"))
	if err != nil {
		return err
	}
	type settings struct {
		Context    int        `json:"n_ctx"`
		Processing bool       `json:"is_processing"`
		Params     llamaUsual `json:"params"`
	}
	return s.writeJSON(w, struct {
		Settings   settings        `json:"default_generation_settings"`
		Alias      string          `json:"model_alias"`
		Modalities map[string]bool `json:"modalities"`
		Build      string          `json:"build_info"`
	}{settings{Context: m.Window, Params: usual(llamaDefaults, -1, nil)}, m.ID, map[string]bool{"vision": false, "audio": false}, s.opts.Version})
}

// llamaTokenize answers POST /tokenize.
func (s *Server) llamaTokenize(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	o, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	model, _ := o.text("model")
	text, ok := o.text("content")
	if !ok {
		o.add(chat.CodeBadField, o.name("content"), "nothing", "a text")
	}
	whole, _ := o.flag("add_special")
	special := true
	if v, ok := o.flag("parse_special"); ok {
		special = v
	}
	pieces, _ := o.flag("with_pieces")
	o.close()
	if err := o.err(); err != nil {
		return err
	}
	if err := s.noTokens(); err != nil {
		return err
	}
	done, err := s.enter(r.Context(), who, model)
	if err != nil {
		return err
	}
	defer done()
	ids, err := s.opts.Tokens.Encode(r.Context(), who, model, text, special, whole)
	if err != nil {
		return err
	}
	type reply struct {
		Tokens any `json:"tokens"`
	}
	if !pieces {
		return s.writeJSON(w, reply{append([]int32{}, ids...)})
	}
	list, err := s.opts.Tokens.Pieces(r.Context(), who, model, ids)
	if err != nil {
		return err
	}
	type piece struct {
		ID    int32 `json:"id"`
		Piece any   `json:"piece"` // a text, or bytes that are none
	}
	out := make([]piece, len(ids))
	for i, id := range ids {
		out[i] = piece{id, string(list[i])}
		if !utf8.Valid(list[i]) {
			out[i].Piece = numbers(list[i])
		}
	}
	return s.writeJSON(w, reply{out})
}

// numbers are bytes as JSON has them here: []byte would become base64.
func numbers(b []byte) []int {
	out := make([]int, len(b))
	for i, c := range b {
		out[i] = int(c)
	}
	return out
}

// llamaDetokenize answers POST /detokenize.
func (s *Server) llamaDetokenize(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	o, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	model, _ := o.text("model")
	var list []int32
	switch raw := o.take("tokens"); {
	case raw == nil:
		o.add(chat.CodeBadField, o.name("tokens"), "nothing", "a list of ids")
	case raw[0] != '[':
		o.add(chat.CodeBadField, o.name("tokens"), shorten(raw), "a list of ids")
	case compact(raw) != "[]":
		list = ids(o, "tokens", raw)
	}
	o.close()
	if err := o.err(); err != nil {
		return err
	}
	done, err := s.enter(r.Context(), who, model)
	if err != nil {
		return err
	}
	defer done()
	text, err := s.textOf(r, who, model, list)
	if err != nil {
		return err
	}
	return s.writeJSON(w, struct {
		Content string `json:"content"`
	}{text})
}

// textOf is the text that ids stand for.
func (s *Server) textOf(r *http.Request, who chat.Principal, model string, ids []int32) (string, error) {
	if err := s.noTokens(); err != nil {
		return "", err
	}
	var text []byte
	for part := range slices.Chunk(ids, 1<<16) { // there may be millions
		pieces, err := s.opts.Tokens.Pieces(r.Context(), who, model, part)
		if err != nil {
			return "", err
		}
		for _, p := range pieces {
			text = append(text, p...)
		}
	}
	return printable(text), nil
}

// llamaTemplate answers POST /apply-template: the conversation as the model would read it.
func (s *Server) llamaTemplate(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	o, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	o.only("add_generation_prompt", "a prompt ends where the answer begins", "true")
	q, err := parseChat(o)
	if err != nil {
		return err
	}
	if err := s.noTokens(); err != nil {
		return err
	}
	q.req.Principal, q.req.Scope = who, who.Scope()
	done, err := s.enter(r.Context(), who, q.req.Model)
	if err != nil {
		return err
	}
	defer done()
	text, _, err := s.opts.Tokens.Prompt(r.Context(), q.req)
	if err != nil {
		return err
	}
	return s.writeJSON(w, struct {
		Prompt string `json:"prompt"`
	}{text})
}

// llamaPrompt is a prompt in parts: texts, and ids of tokens.
type llamaPrompt []llamaPart

type llamaPart struct {
	text string
	ids  []int32 // if not nil
}

// llamaPrompts reads prompt: a text, an object with one, a list of texts and ids that are one prompt if there are
// numbers among them, or a list of prompts, which is answered with a list.
func llamaPrompts(o *object) (out []llamaPrompt, list bool) {
	raw := o.take("prompt")
	switch {
	case raw == nil:
		o.add(chat.CodeBadField, o.name("prompt"), "nothing", "a text, ids of tokens, or a list of either")
		return nil, false
	case raw[0] != '[' || hasNumbers(raw):
		return []llamaPrompt{onePrompt(o, "prompt", raw)}, false
	}
	for i, element := range o.list("prompt", raw, maxPrompts) {
		out = append(out, onePrompt(o, fmt.Sprintf("prompt[%d]", i), element))
	}
	if len(out) == 0 {
		o.add(chat.CodeBadField, o.name("prompt"), "[]", "at least one prompt")
	}
	return out, true
}

// hasNumbers reports whether a list has a number among its elements.
func hasNumbers(raw json.RawMessage) bool {
	at, inside := 0, false // depth, a string
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case inside:
		case c == '[' || c == '{':
			at++
		case c == ']' || c == '}':
			at--
		case at == 1 && (c == '-' || c >= '0' && c <= '9'):
			return true
		}
	}
	return false
}

// onePrompt reads one prompt.
func onePrompt(o *object, field string, raw json.RawMessage) llamaPrompt {
	if o.first != nil {
		return nil
	}
	switch raw[0] {
	case '"':
		var text string
		o.want(field, raw, &text, "a text")
		return llamaPrompt{{text: text}}
	case '{':
		f := newObject(field+".", raw, maxFields, o.faults)
		text, ok := f.text("prompt_string")
		if !ok {
			f.add(chat.CodeBadField, f.name("prompt_string"), "nothing", "a text")
		}
		if data := f.take("multimodal_data"); data != nil && compact(data) != "[]" {
			f.add(chat.CodeNoEyes, f.name("multimodal_data"))
		}
		f.close()
		return llamaPrompt{{text: text}}
	case '[':
		return mixedPrompt(o, field, raw)
	}
	o.add(chat.CodeBadField, o.name(field), shorten(raw), "a text, ids of tokens, or a list of either")
	return nil
}

// mixedPrompt reads a list of ids and texts. One of ids alone may be long, and is read at once.
func mixedPrompt(o *object, field string, raw json.RawMessage) llamaPrompt {
	if !hasTexts(raw) {
		return llamaPrompt{{ids: ids(o, field, raw)}}
	}
	var out llamaPrompt
	for i, element := range o.list(field, raw, maxParts) {
		name := fmt.Sprintf("%s[%d]", field, i)
		if element[0] == '"' {
			var text string
			o.want(name, element, &text, "a text")
			out = append(out, llamaPart{text: text})
			continue
		}
		v, ok := o.parse(name, boundOf("prompt[]"), element)
		if !ok {
			return nil
		}
		if n := len(out); n > 0 && out[n-1].ids != nil {
			out[n-1].ids = append(out[n-1].ids, int32(v))
		} else {
			out = append(out, llamaPart{ids: []int32{int32(v)}})
		}
	}
	return out
}

func hasTexts(raw json.RawMessage) bool {
	for _, c := range raw {
		if c == '"' {
			return true
		}
	}
	return false
}
