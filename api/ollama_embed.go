package api

import (
	"fmt"
	"net/http"
	"time"

	"exaone/chat"
)

// ollamaEmbed answers POST /api/embed: a vector for a text, or for each of a list.
func (s *Server) ollamaEmbed(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q := readOllamaEmbed(body)
	q.req.Texts = embedTexts(body)
	if v, ok := body.integer("dimensions"); ok {
		q.req.Dimensions = int(v)
	}
	// Ollama cuts what is too long unless it is told not to. The reply says of which texts only the beginning was read.
	q.req.Cut = true
	if cut, ok := body.flag("truncate"); ok {
		q.req.Cut = cut
	}
	body.close()
	if err := body.err(); err != nil {
		return err
	}
	began := s.opts.Now()
	out, err := s.ollamaVectors(w, r, q, who)
	if err != nil {
		return err
	}
	return s.writeJSON(w, struct {
		Model      string      `json:"model"`
		Embeddings [][]float32 `json:"embeddings"`
		Total      int64       `json:"total_duration"`
		Load       int64       `json:"load_duration"`
		PromptN    int         `json:"prompt_eval_count"`
	}{out.Model, append([][]float32{}, out.Vectors...), int64(s.opts.Now().Sub(began)), 0, out.Tokens})
}

// ollamaEmbeddings answers POST /api/embeddings, as Ollama had it before: one text, one vector.
func (s *Server) ollamaEmbeddings(w http.ResponseWriter, r *http.Request, who chat.Principal) error {
	body, err := s.readBody(w, r)
	if err != nil {
		return err
	}
	q := readOllamaEmbed(body)
	q.req.Texts, q.req.Cut = []string{body.need("prompt", "a text")}, true
	body.close()
	if err := body.err(); err != nil {
		return err
	}
	out, err := s.ollamaVectors(w, r, q, who)
	if err != nil {
		return err
	}
	if len(out.Vectors) != 1 {
		return fmt.Errorf("%d vectors for one text", len(out.Vectors))
	}
	return s.writeJSON(w, struct {
		Embedding []float32 `json:"embedding"`
	}{out.Vectors[0]})
}

type ollamaEmbedQuestion struct {
	req  chat.EmbedRequest
	keep *time.Duration
}

// readOllamaEmbed reads what both ways to ask for vectors have in common. Options pick tokens, of which there are none
// here; those that would change what is read are refused.
func readOllamaEmbed(o *object) ollamaEmbedQuestion {
	o.dialect = "ollama"
	var q ollamaEmbedQuestion
	q.req.Model = ollamaName(o)
	q.keep = keepAlive(o)
	if options := readOllamaOptions(o); options.window > 0 {
		o.add(chat.CodeUnsupportedField, "options.num_ctx", "an embedder reads as much as it was taught to")
	}
	return q
}

// embedTexts reads input: a text, or a list of texts.
func embedTexts(o *object) []string {
	raw := o.take("input")
	if raw == nil {
		o.add(chat.CodeBadField, o.name("input"), "nothing", "a text or a list of texts")
		return nil
	}
	if raw[0] == '"' {
		var text string
		o.want("input", raw, &text, "a text")
		return []string{text}
	}
	list := o.list("input", raw, maxTexts)
	out := make([]string, len(list))
	for i, element := range list {
		if !o.want(fmt.Sprintf("input[%d]", i), element, &out[i], "a text") {
			return nil
		}
	}
	return out
}

// ollamaVectors asks for vectors. No text has none.
func (s *Server) ollamaVectors(w http.ResponseWriter, r *http.Request, q ollamaEmbedQuestion, who chat.Principal) (chat.Embeddings, error) {
	switch {
	case s.opts.Embedder == nil:
		return chat.Embeddings{}, chat.NewError(chat.CodeNoEmbedder, nil)
	case q.keep != nil && s.opts.Memory == nil:
		return chat.Embeddings{}, chat.NewError(chat.CodeUnsupportedField, nil, "keep_alive", "nobody keeps models here")
	case len(q.req.Texts) == 0:
		return chat.Embeddings{Model: q.req.Model}, nil
	}
	q.req.Principal = who
	out, err := s.opts.Embedder.Embed(r.Context(), q.req)
	if err != nil {
		return out, err
	}
	for _, i := range out.Cut {
		w.Header().Add(warningHeader, fmt.Sprintf("input[%d] is longer than the model reads; its end was left out", i))
	}
	s.metrics.read(out.Tokens)
	if q.keep != nil {
		err = s.keep(r, who, out.Model, *q.keep)
	}
	return out, err
}
