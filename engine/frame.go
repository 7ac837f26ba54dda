package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"exaone/chat"
	"exaone/grammar"
	"exaone/prompt"
)

// constraint returns what an answer to req must match, or nil if it may be anything. What is known of a constraint
// once, its masks above all, serves the next request with the same one, within its scope.
func (m *loaded) constraint(ctx context.Context, req *chat.Request) (*grammar.Grammar, []chat.Warning, error) {
	if req.Grammar.IsZero() && !calls(req) && req.Choice.Mode != chat.ToolNone {
		return nil, nil, nil
	}
	frame := prompt.Frame{}
	if req.Prompt == nil {
		frame = prompt.FrameOf(m.dialect, *req)
	}
	if frame.Own && req.Grammar.IsZero() {
		return nil, nil, nil
	}
	all, err := json.Marshal([]any{req.Scope, req.Grammar, req.Tools, req.Choice, req.OneCall, req.Thinking, frame})
	if err != nil {
		return nil, nil, err
	}
	c, err := m.constraints.get(ctx, sha256.Sum256(all), func() compiled { return compile(ctx, req, frame) })
	if err != nil {
		return nil, nil, err
	}
	return c.grammar, c.warnings, c.err
}

// compileTime bounds what a constraint may take; sensible ones take milliseconds.
const compileTime = 2 * time.Second

func compile(ctx context.Context, req *chat.Request, frame prompt.Frame) compiled {
	ctx, cancel := context.WithTimeout(ctx, compileTime)
	defer cancel()
	f := framer{ctx: ctx, req: req, frame: frame}
	root, ok := f.answer()
	switch {
	case f.err != nil:
		return compiled{err: f.err}
	case !ok:
		return compiled{warnings: f.warnings}
	}
	g, err := grammar.New(ctx, root)
	if err != nil {
		return compiled{err: badGrammar("", err)}
	}
	return compiled{grammar: g, warnings: f.warnings}
}

// calls reports whether an answer to req may call tools.
func calls(req *chat.Request) bool {
	return len(req.Tools) > 0 && req.Prompt == nil && req.Choice.Mode != chat.ToolNone
}

// badGrammar is the error of a constraint that cannot be compiled. where is the field it came from, if that is not the
// request's own grammar.
func badGrammar(where string, err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("compiling it takes longer than %v", compileTime)
	}
	if where != "" {
		err = fmt.Errorf("%s: %w", where, err)
	}
	return chat.NewError(chat.CodeBadGrammar, nil, err.Error())
}

// framer puts what a request constrains into what its dialect writes around it.
type framer struct {
	ctx      context.Context
	req      *chat.Request
	frame    prompt.Frame
	warnings []chat.Warning
	err      error
}

// answer is all that a model may write; false is anything.
func (f *framer) answer() (grammar.Expr, bool) {
	said, free := grammar.Free(), true
	if !f.req.Grammar.IsZero() {
		said, free = f.source("", f.req.Grammar), false
		if f.frame.Blank {
			said = grammar.Seq(maybe(grammar.Text(" ")), said)
		}
	}
	if f.req.Prompt != nil {
		return said, !free
	}
	form := f.frame.Call
	switch {
	case calls(f.req) && !f.frame.Own:
		said = f.withCalls(said, free)
	case form.Open != "" && free:
		said = grammar.Free(form.Open)
	case free:
		return said, false
	}
	return f.behindThinking(said), true
}

// behindThinking lets a model think before it says what it must.
func (f *framer) behindThinking(said grammar.Expr) grammar.Expr {
	no := f.req.Thinking != nil && !*f.req.Thinking
	if f.frame.ThinkClose == "" || no && !f.frame.Thinking {
		return said
	}
	thought := grammar.Seq(grammar.Free(f.frame.ThinkClose), grammar.Special(f.frame.ThinkClose),
		maybe(grammar.Text("\n")), maybe(grammar.Text("\n")), said)
	if f.frame.Thinking {
		return thought
	}
	return grammar.Alt(said, grammar.Seq(grammar.Special(f.frame.ThinkOpen), thought))
}

// mostCalls bounds the calls of an answer: no client wants more, and a model that repeats itself would never end.
const mostCalls = 128

// withCalls lets an answer call tools, as the request's choice says. Where a call is a part of what is said, text may
// come before it and not behind.
func (f *framer) withCalls(said grammar.Expr, free bool) grammar.Expr {
	form, choice := f.frame.Call, f.req.Choice
	var each []grammar.Expr
	names := make(map[string]bool)
	for i, t := range f.req.Tools {
		if names[t.Name] {
			f.fail(chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("tools[%d].name", i), t.Name, "a name that no other tool has"))
		}
		names[t.Name] = true
		if choice.Mode != chat.ToolNamed || t.Name == choice.Name {
			each = append(each, f.call(i, t))
		}
	}
	if len(each) == 0 {
		f.fail(chat.NewError(chat.CodeBadField, nil, "tool_choice", choice.Name, "the name of one of the tools"))
		return said
	}
	one := grammar.Alt(each...)
	some := one
	if form.Many && !f.req.OneCall && choice.Mode != chat.ToolNamed {
		some = grammar.Seq(one, grammar.Repeat(grammar.Seq(grammar.Text(form.Between), one), 0, mostCalls-1))
	}
	switch {
	case choice.Mode != chat.ToolAuto:
		return some
	case !free:
		return grammar.Alt(said, some)
	case form.Open == "": // what begins as a call does is one
		return grammar.Alt(maybe(grammar.Seq(f.source("", chat.Grammar{Regex: `[^{\s]`}), grammar.Free())), some)
	}
	return grammar.Seq(grammar.Free(form.Open), maybe(some))
}

// call is tool i of the request, called.
func (f *framer) call(i int, t chat.ToolSpec) grammar.Expr {
	form := f.frame.Call
	mark := grammar.Text
	if form.Special {
		mark = grammar.Special
	}
	schema, found := argumentsSchema(t.Parameters)
	if found != "" {
		f.fail(chat.NewError(chat.CodeBadField, nil, fmt.Sprintf("tools[%d].parameters.type", i), found, `"object"`))
		return grammar.Text("")
	}
	arguments := f.source(fmt.Sprintf("tools[%d] %q", i, t.Name), chat.Grammar{Schema: schema})
	parts := []grammar.Expr{grammar.Text(form.Head + prompt.Quoted(t.Name) + form.Middle), arguments, grammar.Text(form.Tail)}
	if form.Open != "" {
		parts = append(append([]grammar.Expr{mark(form.Open)}, parts...), mark(form.Close))
	}
	return grammar.Seq(parts...)
}

// argumentsSchema is a tool's schema, of which only objects match. found is its type if no object has it.
func argumentsSchema(parameters string) (schema, found string) {
	const object = `"object"`
	p := []byte(parameters)
	if len(bytes.TrimSpace(p)) == 0 {
		return `{"type":` + object + `}`, ""
	}
	var top map[string]json.RawMessage
	if json.Unmarshal(p, &top) != nil {
		return parameters, "" // its error is the grammar's
	}
	kind, has := top["type"]
	var one string
	var several []string
	switch {
	case !has && len(top) == 0:
		return `{"type":` + object + `}`, ""
	case !has:
		return `{"type":` + object + `,` + string(p[bytes.IndexByte(p, '{')+1:]), ""
	case json.Unmarshal(kind, &one) == nil && one != "object", json.Unmarshal(kind, &several) == nil && !slices.Contains(several, "object"):
		return "", string(kind)
	}
	from, to := memberOf(p, "type")
	return string(p[:from]) + object + string(p[to:]), ""
}

// memberOf returns where the value of the last member of that name lies in a JSON object.
func memberOf(object []byte, name string) (from, to int) {
	dec := json.NewDecoder(bytes.NewReader(object))
	_, _ = dec.Token() // the bracket: it was read before
	for dec.More() {
		key, _ := dec.Token()
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			break
		}
		if key == name {
			to = int(dec.InputOffset())
			from = to - len(value)
		}
	}
	return from, to
}

func (f *framer) source(where string, g chat.Grammar) grammar.Expr {
	e, warnings, err := grammar.Source(f.ctx, g)
	if err != nil {
		f.fail(badGrammar(where, err))
		return grammar.Text("")
	}
	for _, w := range warnings {
		if where != "" {
			w.Text = where + ": " + w.Text
		}
		f.warnings = append(f.warnings, w)
	}
	return e
}

func (f *framer) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func maybe(e grammar.Expr) grammar.Expr { return grammar.Repeat(e, 0, 1) }
