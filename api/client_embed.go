package api

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"

	"exaone/chat"
)

// wirePurposes are the words for purposes that our own server knows.
var wirePurposes = map[chat.Purpose]string{chat.PurposeQuery: "query", chat.PurposePassage: "passage"}

// Embed makes vectors with the model on the server. Only exaone can be asked to read the beginning of a text that is too
// long: others do not say which texts those were.
func (c *Client) Embed(ctx context.Context, req chat.EmbedRequest) (chat.Embeddings, error) {
	var out chat.Embeddings
	yes := func() bool { return true }
	err := c.again(ctx, yes, yes, func(ctx context.Context) error {
		p, err := c.known(ctx)
		if err != nil {
			return err
		}
		body := fields{"model": p.model, "input": req.Texts, "encoding_format": "float"}
		if req.IDs != nil {
			body["input"] = req.IDs
		}
		if p.kind == peerExaone || p.kind == peerVLLM || p.kind == peerOpenAI {
			body["encoding_format"] = "base64"
		}
		if req.Dimensions > 0 {
			body["dimensions"] = req.Dimensions
		}
		if word := wirePurposes[req.Purpose]; word != "" && p.kind == peerExaone {
			body["input_type"] = word
		}
		if req.Cut {
			if p.kind != peerExaone {
				return c.cannot("the beginning of a text that is too long")
			}
			body["truncate"] = true
		}
		r, err := c.post(ctx, "embeddings", body)
		if err != nil {
			return err
		}
		defer r.close()
		var reply heardVectors
		if err = c.decode(r, &reply); err == nil {
			out, err = c.vectors(reply, req)
		}
		return err
	})
	return out, err
}

// heardVectors is a reply of /embeddings.
type heardVectors struct {
	Data []struct {
		Index     int
		Embedding json.RawMessage
	}
	Usage struct {
		PromptTokens int `json:"prompt_tokens"`
	}
	Cut []int `json:"truncated"`
}

// vectors checks a reply and puts the vectors in the order of the texts, each of length 1.
func (c *Client) vectors(reply heardVectors, req chat.EmbedRequest) (chat.Embeddings, error) {
	out := chat.Embeddings{Model: c.Name(), Tokens: reply.Usage.PromptTokens, Cut: reply.Cut,
		Vectors: make([][]float32, max(len(req.Texts), len(req.IDs)))}
	if len(reply.Data) != len(out.Vectors) {
		return out, c.bad("%d vectors for %d texts", len(reply.Data), len(out.Vectors))
	}
	size := req.Dimensions
	for _, d := range reply.Data {
		if d.Index < 0 || d.Index >= len(out.Vectors) || out.Vectors[d.Index] != nil {
			return out, c.bad("vector %d of %d twice, or not of them", d.Index, len(out.Vectors))
		}
		v, ok := floatsOf(d.Embedding)
		if size == 0 {
			size = len(v)
		}
		if !ok || len(v) == 0 || len(v) != size || !toUnit(v) {
			return out, c.bad("vector %d has %d numbers or none of a length, want %d", d.Index, len(v), size)
		}
		out.Vectors[d.Index] = v
	}
	return out, nil
}

// floatsOf reads numbers, or base64 of float32, little-endian.
func floatsOf(raw json.RawMessage) ([]float32, bool) {
	var out []float32
	if len(raw) == 0 || raw[0] != '"' {
		return out, json.Unmarshal(raw, &out) == nil
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return nil, false
	}
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(packed)%4 != 0 {
		return nil, false
	}
	for ; len(packed) > 0; packed = packed[4:] {
		out = append(out, math.Float32frombits(binary.LittleEndian.Uint32(packed)))
	}
	return out, true
}

// toUnit gives a vector length 1 and reports whether it has one.
func toUnit(v []float32) bool {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return false
	}
	if math.Abs(sum-1) > 1e-6 { // else leave its bits as they are
		scale := 1 / math.Sqrt(sum)
		for i, x := range v {
			v[i] = float32(float64(x) * scale)
		}
	}
	return true
}

var (
	_ chat.Model    = (*Client)(nil)
	_ chat.Embedder = (*Client)(nil)
)
