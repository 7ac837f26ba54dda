package api

import (
	"net/http"

	"exaone/chat"
)

// form is what a dialect's stream looks like.
type form struct {
	kind  string // the Content-Type
	lines bool   // a chunk is a line of JSON, not a server-sent event
	alive string // what is sent when nothing was for a while; "" is nothing
}

// formed is a reply whose stream is not as OpenAI's is.
type formed interface{ form() form }

// eventForm is that of most streams. Readers skip the comment; proxies see that somebody is there.
var eventForm = form{kind: "text/event-stream; charset=utf-8", alive: ": waiting\n\n"}

func formOf(to reply) form {
	if f, ok := to.(formed); ok {
		return f.form()
	}
	return eventForm
}

// warningHeader is where a reply says what of a request had no effect.
const warningHeader = "X-Exaone-Warning"

// warn says in a header of the reply what of a grammar constrains nothing. A stream has begun before anybody knows.
func warn(h http.Header, warnings []chat.Warning) {
	const most = 16
	for i, w := range warnings {
		if i == most {
			h.Add(warningHeader, "and more")
			return
		}
		text := w.Text
		if w.Keyword != "" {
			text = w.Keyword + ": " + text
		}
		if w.Path != "" {
			text = w.Path + ": " + text
		}
		h.Add(warningHeader, text)
	}
}
