package api

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"net/http"

	"exaone/chat"
)

// embed answers POST /v1/embeddings.
func (s *Server) embed(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q, err := parseEmbedding(body)
	if err != nil {
		return err
	}
	if s.opts.Embedder == nil {
		return chat.NewError(chat.CodeNoEmbedder, nil)
	}
	q.req.Principal = who
	got, err := s.opts.Embedder.Embed(r.Context(), q.req)
	if err != nil {
		return err
	}
	if want := len(q.req.Texts) + len(q.req.IDs); len(got.Vectors) != want {
		return fmt.Errorf("the embedder made %d vectors, want %d", len(got.Vectors), want)
	}
	s.metrics.read(got.Tokens)
	return s.writeJSON(w, newEmbeddingReply(got, q.base64))
}

// embeddingQuestion is what a body asks.
type embeddingQuestion struct {
	req    chat.EmbedRequest
	base64 bool
}

// purposes are the words of input_type, which others than OpenAI have.
var purposes = map[string]chat.Purpose{
	"": chat.PurposeNone, "query": chat.PurposeQuery, "passage": chat.PurposePassage, "document": chat.PurposePassage,
}

// parseEmbedding reads the body of a request for vectors: OpenAI's fields, and input_type (what the texts are for) and
// truncate (read only the beginning of a text that is too long, instead of refusing it).
func parseEmbedding(o *object) (embeddingQuestion, error) {
	var q embeddingQuestion
	q.req.Model, _ = o.text("model")
	for _, p := range prompts(o, "input", maxTexts) {
		if p.IDs != nil {
			q.req.IDs = append(q.req.IDs, p.IDs)
			continue
		}
		if p.Text == "" {
			o.add(chat.CodeBadField, "input", `""`, "texts that are not empty")
		}
		q.req.Texts = append(q.req.Texts, p.Text)
	}
	switch {
	case len(q.req.Texts) > 0 && len(q.req.IDs) > 0:
		o.add(chat.CodeBadField, "input", "texts and ids", "either of them")
	case len(q.req.Texts) == 0 && len(q.req.IDs) == 0:
		o.add(chat.CodeBadField, "input", "[]", "at least one text")
	}
	q.base64 = o.choice("encoding_format", "float", "base64") == "base64"
	if n, ok := o.integer("dimensions"); ok {
		q.req.Dimensions = int(n)
	}
	q.req.Purpose = purposes[o.choice("input_type", "query", "passage", "document")]
	q.req.Cut, _ = o.flag("truncate")
	o.close("user")
	return q, o.err()
}

type embeddingReply struct {
	Object string         `json:"object"`
	Data   []embedding    `json:"data"`
	Model  string         `json:"model"`
	Usage  embeddingUsage `json:"usage"`
	// Cut has the indexes of texts of which only the beginning was read; OpenAI has no field for it.
	Cut []int `json:"truncated,omitempty"`
}

type embedding struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"` // numbers, or base64 of float32, little-endian
}

type embeddingUsage struct {
	PromptTokens int `json:"prompt_tokens"`
	TotalTokens  int `json:"total_tokens"`
}

func newEmbeddingReply(got chat.Embeddings, inBase64 bool) embeddingReply {
	reply := embeddingReply{Object: "list", Data: make([]embedding, len(got.Vectors)), Model: got.Model,
		Usage: embeddingUsage{got.Tokens, got.Tokens}, Cut: got.Cut}
	for i, v := range got.Vectors {
		reply.Data[i] = embedding{"embedding", i, v}
		if inBase64 {
			reply.Data[i].Embedding = base64OfFloats(v)
		}
	}
	return reply
}

func base64OfFloats(v []float32) string {
	raw := make([]byte, 0, 4*len(v))
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(raw)
}
