package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"exaone/chat"
)

// route is one method at one path of the page's own.
type route struct {
	method string
	path   string
	scope  string // what it asks the gate for; "" asks nothing
	// handle returns what is replied as JSON.
	handle func(h *handler, w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error)
}

// failure is an error as the page reads it, and OpenAI's clients too, which the fence may refuse.
type failure struct {
	Error struct {
		Message string    `json:"message"`
		Type    string    `json:"type"`
		Param   *string   `json:"param"` // null: it is about no field
		Code    chat.Code `json:"code"`
	} `json:"error"`
}

// guard wraps a route: it authorises, writes the reply or the error, and is where a panic ends.
func (h *handler) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				refuse(w, r, h.explain(r, fmt.Errorf("panic: %v\n%s", p, debug.Stack())))
			}
		}()
		if rt.method != "" && r.Method != rt.method {
			w.Header().Set("Allow", rt.method)
			refuse(w, r, chat.NewError(chat.CodeBadMethod, nil, fmt.Sprintf("%.20s", r.Method), rt.path, rt.method))
			return
		}
		var who chat.Principal
		var err error
		if rt.scope != "" {
			who, err = h.gate.Authorize(r, rt.scope)
		}
		var out any
		if err == nil {
			out, err = rt.handle(h, w, r, who)
		}
		if err != nil {
			refuse(w, r, h.explain(r, err))
			return
		}
		write(w, http.StatusOK, out)
	})
}

// explain returns what a person may read of an error. The rest is in the log, under an id.
func (h *handler) explain(r *http.Request, err error) *chat.Error {
	if cause, ok := errors.AsType[*chat.Error](context.Cause(r.Context())); ok {
		return cause
	}
	if told, ok := errors.AsType[*chat.Error](err); ok {
		return told
	}
	var b [12]byte
	rand.Read(b[:]) // never fails
	id := "req_" + hex.EncodeToString(b[:])
	h.log.Error("request failed", "id", id, "method", r.Method, "path", r.URL.Path, "err", err)
	return chat.NewError(chat.CodeInternal, nil, id)
}

// refuse replies with an error in the reader's language.
func refuse(w http.ResponseWriter, r *http.Request, told *chat.Error) {
	var out failure
	out.Error.Code, out.Error.Message = told.Code, told.In(language(r))
	status := told.Code.HTTPStatus()
	out.Error.Type = "invalid_request_error"
	if status >= http.StatusInternalServerError {
		out.Error.Type = "server_error"
	}
	switch status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case http.StatusTooManyRequests:
		if len(told.Params) > 1 && told.Code == chat.CodeRateLimited {
			w.Header().Set("Retry-After", fmt.Sprint(told.Params[1]))
		}
	}
	write(w, status, out)
}

// language is the reader's: the page sends the one it is switched to. A program that names none reads English.
func language(r *http.Request) chat.Language {
	switch asked := r.Header.Get("Accept-Language"); asked {
	case "", "*":
		return chat.English
	default:
		return chat.PickLanguage(asked)
	}
}

// patience is how long one reply to a slow reader may take.
const patience = 30 * time.Second

func write(w http.ResponseWriter, status int, v any) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil { // our own types: a mistake of ours
		panic(err)
	}
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(buf.Len()))
	header.Set("Cache-Control", "no-store")
	// A recorder in a test has no deadlines, and a write can fail only for a reader who is gone.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience))
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes())
}

// maxBody is the longest body of the page's own requests in bytes: names and a hash.
const maxBody = 16 << 10

// read decodes a body into v, which has a field for everything that may be in it.
func read(w http.ResponseWriter, r *http.Request, v any) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience))
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return chat.NewError(chat.CodeBodyTooLarge, err, 1)
	}
	if err != nil {
		return chat.NewError(chat.CodeBodyNotJSON, err, dec.InputOffset(), err.Error())
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	return nil
}
