package api

import (
	"context"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"exaone/chat"
)

// way writes a grammar into a request body.
type way func(g chat.Grammar, body fields)

// constrain writes what the answer must match as the server wants it.
func (c *Client) constrain(ctx context.Context, p *peer, req chat.Request, body fields) error {
	kind := grammarKind(req.Grammar)
	ways, sure := waysOf(p, kind, req.Prompt != nil)
	if len(ways) == 0 {
		return chat.NewError(chat.CodeRemoteNoGrammar, nil, c.host, kind)
	}
	if !sure {
		found, err := c.probe(ctx, p, kind, ways)
		if err != nil {
			return err
		}
		if found < 0 {
			return chat.NewError(chat.CodeRemoteNoGrammar, nil, c.host, kind)
		}
		ways = ways[found:]
	}
	ways[0](req.Grammar, body)
	return nil
}

func grammarKind(g chat.Grammar) string {
	switch {
	case g.Schema != "":
		return "json_schema"
	case g.Regex != "":
		return "regex"
	case g.GBNF != "":
		return "grammar"
	}
	return "choice"
}

// waysOf returns the ways in which a server may take a kind of grammar, the likeliest first, and whether the first is
// known to be right. raw is a request outside a conversation.
//
// Sources: the documents of vLLM ("Structured Outputs": guided_ fields until 0.11, structured_outputs from then on),
// SGLang ("Structured Outputs"), llama.cpp's server and OpenAI's reference.
func waysOf(p *peer, kind string, raw bool) (ways []way, sure bool) {
	schema := kind == "json_schema"
	switch p.kind {
	case peerExaone:
		return []way{ourFormat}, true
	case peerVLLM:
		switch newer, known := atLeast(p.version, 0, 11); {
		case schema:
			return []way{schemaFormat}, true
		case !known:
			return []way{structuredOutputs, guidedFields}, false
		case newer:
			return []way{structuredOutputs}, true
		}
		return []way{guidedFields}, true
	case peerSGLang:
		if schema && !raw {
			return []way{schemaFormat}, true
		}
		return []way{sglangFields}, true
	case peerLlama:
		if kind == "regex" {
			return nil, true
		}
		return []way{llamaFields}, true
	case peerOpenAI:
		if schema && !raw {
			return []way{schemaFormat}, true
		}
	case peerOther:
		if schema && !raw {
			return []way{schemaFormat}, false // it may be ignored: whoever promises it must have seen it work
		}
	}
	return nil, true
}

// atLeast compares a version such as 0.11.0rc1 with one; known is false for what is no version.
func atLeast(version string, major, minor int) (newer, known bool) {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return false, false
	}
	a, errA := strconv.Atoi(parts[0])
	b, errB := strconv.Atoi(parts[1])
	return a > major || a == major && b >= minor, errA == nil && errB == nil
}

// schemaFormat is OpenAI's. "strict" has a server say what of a schema it cannot hold.
func schemaFormat(g chat.Grammar, body fields) {
	body["response_format"] = fields{"type": "json_schema", "json_schema": fields{
		"name": "answer", "strict": true, "schema": json.RawMessage(g.Schema)}}
}

func ourFormat(g chat.Grammar, body fields) {
	switch {
	case g.Schema != "":
		schemaFormat(g, body)
	case g.Regex != "":
		body["response_format"] = fields{"type": "regex", "regex": g.Regex}
	case g.GBNF != "":
		body["response_format"] = fields{"type": "grammar", "grammar": g.GBNF}
	default:
		body["response_format"] = fields{"type": "choice", "choices": g.Choices}
	}
}

func structuredOutputs(g chat.Grammar, body fields) {
	inner := fields{}
	vllmFields(g, inner, "")
	body["structured_outputs"] = inner
}

func guidedFields(g chat.Grammar, body fields) { vllmFields(g, body, "guided_") }

func vllmFields(g chat.Grammar, into fields, prefix string) {
	switch {
	case g.Regex != "":
		into[prefix+"regex"] = g.Regex
	case g.GBNF != "":
		into[prefix+"grammar"] = g.GBNF
	default:
		into[prefix+"choice"] = g.Choices
	}
}

func sglangFields(g chat.Grammar, body fields) {
	switch {
	case g.Schema != "":
		body["json_schema"] = g.Schema // as text
	case g.Regex != "":
		body["regex"] = g.Regex
	case g.GBNF != "":
		body["ebnf"] = g.GBNF
	default:
		var quoted []string
		for _, choice := range g.Choices {
			quoted = append(quoted, regexp.QuoteMeta(choice))
		}
		body["regex"] = "(" + strings.Join(quoted, "|") + ")"
	}
}

func llamaFields(g chat.Grammar, body fields) {
	switch {
	case g.Schema != "":
		body["json_schema"] = json.RawMessage(g.Schema)
	case g.GBNF != "":
		body["grammar"] = g.GBNF
	default:
		var quoted []string
		for _, choice := range g.Choices {
			quoted = append(quoted, gbnfText(choice))
		}
		body["grammar"] = "root ::= " + strings.Join(quoted, " | ")
	}
}

// gbnfText is a text as a literal of llama.cpp's grammars.
func gbnfText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
}

// The answer that a probe wants, in each form.
const (
	probeWord   = "zephyr"
	probeSchema = `{"type":"object","properties":{"word":{"type":"string","enum":["` + probeWord + `"]}},"required":["word"],"additionalProperties":false}`
	probeLength = 256 // tokens: some think before
)

// probe finds out, once, which way a server heeds: it asks for what nobody would answer by itself. -1 is none.
func (c *Client) probe(ctx context.Context, p *peer, kind string, ways []way) (int, error) {
	end, err := c.finds(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	family := "other"
	g := chat.Grammar{Choices: []string{probeWord}}
	if kind == "json_schema" {
		family, g = kind, chat.Grammar{Schema: probeSchema}
	}
	if found, ok := c.probed(p, family); ok {
		return found, nil
	}
	for i, w := range ways {
		heeds, err := c.heeds(ctx, p, w, g)
		if err != nil {
			return 0, err
		}
		if heeds {
			c.notes(p, family, i)
			return i, nil
		}
	}
	c.notes(p, family, -1)
	return -1, nil
}

// probed is which way of a family was found.
func (c *Client) probed(p *peer, family string) (found int, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok = p.probed[family]
	return found, ok
}

// notes keeps which way of a family was found.
func (c *Client) notes(p *peer, family string, found int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.probed[family] = found
}

// heeds asks with a grammar and reports whether the answer matches it.
func (c *Client) heeds(ctx context.Context, p *peer, w way, g chat.Grammar) (bool, error) {
	body := fields{"model": p.model, "messages": []fields{{"role": "user", "content": "Hello."}}, "temperature": 0,
		"max_tokens": probeLength}
	w(g, body)
	r, err := c.post(ctx, "chat/completions", body)
	if codeOf(err) == chat.CodeRemoteRefused { // it knows the field, or not, and will have none of it
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer r.close()
	var got struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := c.decode(r, &got); err != nil {
		return false, err
	}
	if len(got.Choices) == 0 {
		return false, nil
	}
	said := strings.TrimSpace(got.Choices[0].Message.Content)
	if g.Schema == "" {
		return said == probeWord, nil
	}
	var object map[string]string
	return json.Unmarshal([]byte(said), &object) == nil && len(object) == 1 && object["word"] == probeWord, nil
}
