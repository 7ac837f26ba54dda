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
	"slices"
	"strconv"
	"time"

	"exaone/chat"
	"exaone/people"
)

// failure is an error as the page reads it, and OpenAI's clients too, which the fence may refuse.
type failure struct {
	Error struct {
		Message string    `json:"message"`
		Type    string    `json:"type"`
		Param   *string   `json:"param"` // null: it is about no field
		Code    chat.Code `json:"code"`
	} `json:"error"`
}

// guard wraps the routes at a path: it authorises, writes the reply or the error, and is where a panic ends.
func (h *handler) guard(there []route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { // net/http's own way to end a connection
					panic(p)
				}
				refuse(w, r, h.explain(r, fmt.Errorf("panic: %v\n%s", p, debug.Stack())))
			}
		}()
		rt, instead := pick(there, r.Method)
		if instead != "" {
			w.Header().Set("Allow", instead)
			refuse(w, r, chat.NewError(chat.CodeBadMethod, nil, fmt.Sprintf("%.20s", r.Method), r.URL.Path, instead))
			return
		}
		var who people.Identity
		var err error
		if rt.action != "" {
			who, err = h.gate.permit(r, rt.action)
		}
		var out any
		if err == nil {
			out, err = rt.handle(h, w, r, who.Principal)
		}
		if err != nil {
			refuse(w, r, h.explain(r, err))
			return
		}
		if _, ok := out.(written); !ok {
			write(w, http.StatusOK, out)
		}
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
		if after, ok := retryAfter[told.Code]; ok && len(told.Params) > after {
			w.Header().Set("Retry-After", fmt.Sprint(told.Params[after]))
		}
	}
	write(w, status, out)
}

// retryAfter are the places of the seconds to wait among the parameters of codes.
var retryAfter = map[chat.Code]int{chat.CodeRateLimited: 1, chat.CodeQuotaMinute: 1, chat.CodeQuotaTeamMinute: 1, chat.CodeSignInWait: 0}

// language is the reader's: the page sends the one it is switched to. A program that names none reads English.
func language(r *http.Request) chat.Language {
	switch asked := r.Header.Get("Accept-Language"); asked {
	case "", "*":
		return chat.English
	default:
		return chat.PickLanguage(asked)
	}
}

// patience is how long one piece of a reply to a slow reader may take, and one of a request from a slow writer.
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
	w.WriteHeader(status)
	// A long conversation takes a slow reader minutes; each piece has its own time. A write can fail only for a reader
	// who is gone.
	slow := patient{w, http.NewResponseController(w)}
	for piece := range slices.Chunk(buf.Bytes(), 64<<10) {
		if _, err := slow.Write(piece); err != nil {
			return
		}
	}
}

// maxBody is the longest body of most of the page's own requests in bytes: names and a hash.
const maxBody = 16 << 10

// read decodes a body into v, which has a field for everything that may be in it.
func read(w http.ResponseWriter, r *http.Request, v any) error { return readUpTo(w, r, v, maxBody) }

// readUpTo is read for a body of at most limit bytes.
func readUpTo(w http.ResponseWriter, r *http.Request, v any, limit int64) error {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience))
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return chat.NewError(chat.CodeBodyTooLarge, err, max(1, limit>>20))
	}
	if err != nil {
		return chat.NewError(chat.CodeBodyNotJSON, err, dec.InputOffset(), err.Error())
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	return nil
}
