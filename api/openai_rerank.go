package api

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"

	"exaone/chat"
)

// rank answers POST /v1/rerank and /rerank, which Cohere began and Jina, vLLM and llama.cpp took up.
func (s *Server) rank(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseRank(body)
	if err != nil {
		return err
	}
	if s.opts.Ranker == nil {
		return chat.NewError(chat.CodeNoRanker, nil)
	}
	q.req.Principal = who
	got, err := s.opts.Ranker.Rank(r.Context(), q.req)
	if err != nil {
		return err
	}
	if len(got.Scores) != len(q.req.Texts) {
		return fmt.Errorf("the ranker gave %d scores, want %d", len(got.Scores), len(q.req.Texts))
	}
	s.metrics.read(got.Tokens)
	return s.writeJSON(w, newRankReply(got, q))
}

// rankQuestion is what a body asks.
type rankQuestion struct {
	req  chat.RankRequest
	top  int  // how many of the best are wanted
	bare bool // without the texts
}

// parseRank reads the body of a request for a ranking.
func parseRank(o *object) (rankQuestion, error) {
	var q rankQuestion
	q.req.Model, _ = o.text("model")
	q.req.Question = o.need("query", "a text")
	q.req.Texts = documents(o)
	q.top = len(q.req.Texts)
	if n, ok := o.integer("top_n"); ok {
		q.top = min(q.top, int(n))
	}
	if with, ok := o.flag("return_documents"); ok {
		q.bare = !with
	}
	q.req.Cut, _ = o.flag("truncate")
	o.only("rank_fields", "a document is a text", `["text"]`)
	o.only("max_chunks_per_doc", "a document is read whole or, with truncate, from its beginning")
	o.only("max_tokens_per_doc", "a document is read whole or, with truncate, from its beginning")
	o.only("return_embeddings", "scores only", "false")
	o.close("user")
	return q, o.err()
}

// documents reads the texts to rank: a list of texts, or of objects that have one.
func documents(o *object) []string {
	raw := o.take("documents")
	if raw == nil {
		o.add(chat.CodeBadField, "documents", "nothing", "a list of texts")
		return nil
	}
	list := o.list("documents", raw, maxTexts)
	if len(list) == 0 {
		o.add(chat.CodeBadField, "documents", "[]", "at least one text")
	}
	var out []string
	for i, element := range list {
		field := fmt.Sprintf("documents[%d]", i)
		var text string
		if element[0] == '{' {
			d := newObject(field+".", element, maxFields, o.faults)
			text = d.need("text", "a text")
			d.close()
		} else {
			o.want(field, element, &text, "a text")
		}
		if o.first != nil {
			return nil
		}
		out = append(out, text)
	}
	return out
}

type rankReply struct {
	ID      string         `json:"id"`
	Object  string         `json:"object"`
	Model   string         `json:"model"`
	Results []rankResult   `json:"results"`
	Usage   embeddingUsage `json:"usage"`
	Cut     []int          `json:"truncated,omitempty"` // documents of which only the beginning was read
}

type rankResult struct {
	Index    int           `json:"index"`
	Score    float64       `json:"relevance_score"`
	Document *rankDocument `json:"document,omitempty"`
}

type rankDocument struct {
	Text string `json:"text"`
}

// newRankReply puts the best first. A score is a logit, and a relevance its sigmoid: clients expect 0 … 1.
func newRankReply(got chat.Ranking, q rankQuestion) rankReply {
	results := make([]rankResult, len(got.Scores))
	for i, score := range got.Scores {
		results[i] = rankResult{Index: i, Score: 1 / (1 + math.Exp(-float64(score)))}
		if !q.bare {
			results[i].Document = &rankDocument{q.req.Texts[i]}
		}
	}
	slices.SortStableFunc(results, func(a, b rankResult) int { return cmp.Compare(b.Score, a.Score) })
	return rankReply{ID: newID("rerank-"), Object: "list", Model: got.Model, Results: results[:q.top],
		Usage: embeddingUsage{got.Tokens, got.Tokens}, Cut: got.Cut}
}
