package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"exaone/chat"

	"github.com/google/go-cmp/cmp"
)

// encoder embeds and ranks: a vector begins with the length of its text, a score is the number of its letters that the
// question has. It remembers what it was asked.
type encoder struct {
	embed chat.EmbedRequest
	rank  chat.RankRequest
	err   error
}

func (e *encoder) Embed(_ context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	e.embed = req
	out := chat.Embeddings{Model: "tiny-embedder"}
	for _, text := range req.Texts {
		out.Vectors = append(out.Vectors, []float32{float32(len(text)), 0.5, -1})
		out.Tokens += len(text)
	}
	for i, ids := range req.IDs {
		out.Vectors = append(out.Vectors, []float32{float32(len(ids)), 0.5, -1})
		out.Tokens += len(ids)
		if req.Cut {
			out.Cut = append(out.Cut, i)
		}
	}
	return out, e.err
}

func (e *encoder) Rank(_ context.Context, req chat.RankRequest) (chat.Ranking, error) {
	e.rank = req
	out := chat.Ranking{Model: "tiny-ranker", Tokens: 9}
	for _, text := range req.Texts {
		out.Scores = append(out.Scores, float32(strings.Count(text, req.Question)))
	}
	return out, e.err
}

// encoding is a server with an encoder.
func encoding(e *encoder) *Server {
	return newServer(talker, func(o *Options) { o.Embedder, o.Ranker = e, e })
}

func TestEmbeddings(t *testing.T) {
	floats := base64.StdEncoding.EncodeToString([]byte{0, 0, 0x40, 0x40, 0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf}) // 3, 0.5, -1
	for _, c := range []struct {
		body, want string
		asked      chat.EmbedRequest
	}{
		{`{"model":"m","input":"abc"}`, `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[3,0.5,-1]}],"model":"tiny-embedder","usage":{"prompt_tokens":3,"total_tokens":3}}`,
			chat.EmbedRequest{Model: "m", Texts: []string{"abc"}}},
		{`{"input":["abc","가"],"encoding_format":"base64","dimensions":2,"user":"u"}`, `"embedding":"` + floats + `"},{"object":"embedding","index":1`,
			chat.EmbedRequest{Texts: []string{"abc", "가"}, Dimensions: 2}},
		{`{"input":[1,2,3],"encoding_format":"float","input_type":"query"}`, `"embedding":[3,0.5,-1]`,
			chat.EmbedRequest{IDs: [][]int32{{1, 2, 3}}, Purpose: chat.PurposeQuery}},
		{`{"input":[[1,2,3],[4]],"truncate":true,"input_type":"document"}`, `"truncated":[0,1]`,
			chat.EmbedRequest{IDs: [][]int32{{1, 2, 3}, {4}}, Cut: true, Purpose: chat.PurposePassage}},
	} {
		e := new(encoder)
		w := post(encoding(e), "/v1/embeddings", c.body)
		if w.Code != 200 || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: got %d %s\nwant in it %s", c.body, w.Code, w.Body, c.want)
		}
		c.asked.Principal = chat.Local
		if diff := cmp.Diff(c.asked, e.embed); diff != "" {
			t.Errorf("%s: the request (-want +got):\n%s", c.body, diff)
		}
	}
}

func TestRerank(t *testing.T) {
	for _, path := range []string{"/v1/rerank", "/rerank"} {
		e := new(encoder)
		w := post(encoding(e), path, `{"model":"m","query":"a","documents":["b",{"text":"aaa"},"a"],"top_n":2}`)
		want := `"object":"list","model":"tiny-ranker","results":[{"index":1,"relevance_score":0.9525741268224334,"document":{"text":"aaa"}},` +
			`{"index":2,"relevance_score":0.7310585786300049,"document":{"text":"a"}}],"usage":{"prompt_tokens":9,"total_tokens":9}}`
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %d %s\nwant in it %s", path, w.Code, w.Body, want)
		}
		if diff := cmp.Diff(chat.RankRequest{Model: "m", Question: "a", Texts: []string{"b", "aaa", "a"}, Principal: chat.Local}, e.rank); diff != "" {
			t.Errorf("the request (-want +got):\n%s", diff)
		}
	}
	w := post(encoding(new(encoder)), "/v1/rerank", `{"query":"a","documents":["b"],"return_documents":false,"truncate":true,"top_n":9}`)
	if !strings.Contains(w.Body.String(), `"results":[{"index":0,"relevance_score":0.5}]`) {
		t.Errorf("without texts: %s", w.Body)
	}
}

// TestEncodersRefuse holds that nothing is ignored, that an encoder's error is passed on, and that a server without one
// says so.
func TestEncodersRefuse(t *testing.T) {
	for _, c := range []struct{ path, body, code, param string }{
		{"/v1/embeddings", `{}`, "bad_field", "input"},
		{"/v1/embeddings", `{"input":[]}`, "bad_field", "input"},
		{"/v1/embeddings", `{"input":""}`, "bad_field", "input"},
		{"/v1/embeddings", `{"input":["a",[1]]}`, "bad_field", "input"},
		{"/v1/embeddings", `{"input":["a",1]}`, "bad_field", "input[1]"},
		{"/v1/embeddings", `{"input":[1,-1]}`, "bad_field", "input[1]"},
		{"/v1/embeddings", `{"input":{"text":"a"}}`, "bad_field", "input"},
		{"/v1/embeddings", `{"input":"a","dimensions":0}`, "bad_field", "dimensions"},
		{"/v1/embeddings", `{"input":"a","encoding_format":"int8"}`, "bad_field", "encoding_format"},
		{"/v1/embeddings", `{"input":"a","input_type":"image"}`, "bad_field", "input_type"},
		{"/v1/embeddings", `{"input":"a","late_chunking":true}`, "unknown_field", "late_chunking"},
		{"/v1/embeddings", `{"input":[` + strings.Repeat(`"a",`, maxTexts) + `"a"]}`, "bad_field", "input"},
		{"/rerank", `{"query":"a"}`, "bad_field", "documents"},
		{"/rerank", `{"documents":["a"]}`, "bad_field", "query"},
		{"/rerank", `{"query":"a","documents":[]}`, "bad_field", "documents"},
		{"/rerank", `{"query":"a","documents":[1]}`, "bad_field", "documents[0]"},
		{"/rerank", `{"query":"a","documents":[{"title":"x"}]}`, "bad_field", "documents[0].text"},
		{"/rerank", `{"query":"a","documents":["a"],"top_n":0}`, "bad_field", "top_n"},
		{"/rerank", `{"query":"a","documents":["a"],"max_tokens_per_doc":7}`, "unsupported_field", "max_tokens_per_doc"},
	} {
		w := post(encoding(new(encoder)), c.path, c.body)
		if want := fmt.Sprintf(`"param":%q,"code":%q`, c.param, c.code); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%.80s: got %d %s, want %s", c.body, w.Code, w.Body, want)
		}
	}
	for path, body := range map[string]string{"/v1/embeddings": `{"input":"a"}`, "/v1/rerank": `{"query":"a","documents":["b"]}`} {
		if w := post(newServer(talker), path, body); w.Code != http.StatusNotImplemented {
			t.Errorf("%s without an encoder: %d %s", path, w.Code, w.Body)
		}
		for err, want := range map[error]int{chat.NewError(chat.CodeNoModel, nil, "m"): 404, errors.New("secret"): 500} {
			w := post(encoding(&encoder{err: err}), path, body)
			if w.Code != want || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s with %v: %d %s", path, err, w.Code, w.Body)
			}
		}
	}
}
