package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"exaone/chat"
)

// errLeft says that the client is gone and there is nobody to tell.
var errLeft = errors.New("client left")

// fail replies with an error, unless something was replied already or the client is gone. Whatever is not a
// *chat.Error becomes "something went wrong" and an id that is in the log.
func (s *Server) fail(w *tracked, r *http.Request, d dialect, id string, err error) {
	told := s.explain(r, id, err)
	if told == nil || w.status != 0 {
		return
	}
	status := told.Code.HTTPStatus()
	if after := retryAfter(told); after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(after))
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.Header().Set("Cache-Control", "no-store")
	d.refuse(w, status, told.Code, told.In(language(r)), param(told))
}

// explain returns what a person may read of an error, and logs what they may not. nil: there is nobody to tell.
func (s *Server) explain(r *http.Request, id string, err error) *chat.Error {
	if cause, ok := errors.AsType[*chat.Error](context.Cause(r.Context())); ok {
		return cause // the server ends the request, and says why
	}
	if r.Context().Err() != nil || errors.Is(err, errLeft) {
		return nil
	}
	told, ok := errors.AsType[*chat.Error](err)
	if !ok {
		s.opts.Log.Error("request failed", "id", id, "method", r.Method, "path", r.URL.Path, "err", err)
		return chat.NewError(chat.CodeInternal, nil, id)
	}
	if told.Code.HTTPStatus() >= http.StatusInternalServerError {
		s.opts.Log.Warn("request refused", "id", id, "method", r.Method, "path", r.URL.Path, "err", err)
	}
	return told
}

// language is that of messages: English, as programs expect, unless Korean is asked for.
func language(r *http.Request) chat.Language {
	asked := strings.ToLower(r.Header.Get("Accept-Language"))
	if strings.Contains(asked, "ko") && chat.PickLanguage(asked) == chat.Korean {
		return chat.Korean
	}
	return chat.English
}

// retryAfter is after how many seconds trying again makes sense, 0 if nobody knows.
func retryAfter(e *chat.Error) int {
	switch e.Code {
	case chat.CodeBusy:
		return 1
	case chat.CodeNoModelYet:
		return 5
	case chat.CodeRemoteBusy:
		if len(e.Params) > 2 {
			if seconds, ok := e.Params[2].(int); ok {
				return seconds
			}
		}
	case chat.CodeRateLimited, chat.CodeQuotaMinute, chat.CodeQuotaTeamMinute:
		if len(e.Params) > 1 {
			if seconds, ok := e.Params[1].(int); ok {
				return seconds
			}
		}
		return 1
	}
	return 0
}

// param is the field an error is about, "" if it is about none.
func param(e *chat.Error) string {
	switch e.Code {
	case chat.CodeBadField, chat.CodeUnknownField, chat.CodeUnsupportedField, chat.CodeNoEyes:
		if len(e.Params) > 0 {
			field, _ := e.Params[0].(string)
			return field
		}
	case chat.CodeNoModel:
		return "model"
	}
	return ""
}
