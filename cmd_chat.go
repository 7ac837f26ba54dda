package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"exaone/api"
	"exaone/chat"
	"exaone/engine"
)

// chatCmd asks one question, or holds a conversation when none is given and somebody is at the keyboard.
// What comes through a pipe is put after the question.
type chatCmd struct {
	Prompt      []string `arg:"" optional:"" placeholder:"PROMPT"`
	Model       string   `placeholder:"MODEL"`
	System      string   `placeholder:"TEXT"`
	MaxTokens   length   `placeholder:"N"`
	Temperature float32  `default:"0" placeholder:"T"`
	Seed        uint64   `placeholder:"N"`
	engineFlags
	sourceFlags
	remoteFlags
}

// mostPiped bounds what is read from a pipe: more than the largest window holds, in bytes.
const mostPiped = 8 << 20

// Run asks and writes the answer as it comes.
func (c *chatCmd) Run(app *app) error {
	app.endInTime()
	question, err := c.question(app)
	if err != nil {
		return err
	}
	model, name, err := c.model(app)
	if err != nil {
		return err
	}
	talk := &talk{app: app, model: model, request: chat.Request{
		MaxTokens: int(c.MaxTokens), Principal: chat.Local, Scope: chat.Local.ID,
		Sampling: chat.Sampling{Temperature: c.Temperature, Seed: c.Seed},
	}}
	if c.System != "" {
		talk.request.Messages = []chat.Message{{Role: chat.System, Text: c.System}}
	}
	if question != "" {
		return talk.ask(app.ctx, question)
	}
	return talk.converse(name)
}

// model returns what is to answer, and its name.
func (c *chatCmd) model(app *app) (chat.Model, string, error) {
	if err := c.remoteFlags.check(c.Model); err != nil {
		return nil, "", err
	}
	if api.IsRemote(c.Model) {
		if c.engineFlags != (engineFlags{Speculate: "auto", KV: "int8"}) || c.sourceFlags != (sourceFlags{}) {
			return nil, "", chat.NewError(chat.CodeRemoteFlags, nil)
		}
		client, err := app.remote(c.Model, c.remoteFlags)
		if err != nil {
			return nil, "", err
		}
		return client, client.Name(), nil
	}
	local, err := app.modelFor(app.hub(c.sourceFlags), c.Model)
	if err != nil {
		return nil, "", err
	}
	e := app.engine(c.engineFlags, func(string) (engine.Spec, error) { return specOf(local), nil })
	return e, local.Name, nil
}

// question puts together the words of the command line and what comes through a pipe.
func (c *chatCmd) question(app *app) (string, error) {
	question := strings.Join(c.Prompt, " ")
	if app.inTTY {
		return question, nil
	}
	piped, err := io.ReadAll(io.LimitReader(app.in, mostPiped+1))
	if err != nil {
		return "", err
	}
	if len(piped) > mostPiped {
		return "", chat.NewError(chat.CodeBadRequest, nil, fmt.Sprintf("more than %d bytes of input", mostPiped))
	}
	if text := strings.TrimSpace(string(piped)); text != "" {
		if question != "" {
			question += "\n\n"
		}
		question += text
	}
	if question == "" {
		return "", chat.NewError(chat.CodeCLINoQuestion, nil)
	}
	return question, nil
}

// talk is a conversation in a terminal.
type talk struct {
	app     *app
	model   chat.Model
	request chat.Request
	shown   bool // a phase stands on the terminal's line
}

// ask puts a question and writes the answer as it comes. What is said joins the conversation, also when it was
// broken off.
func (t *talk) ask(ctx context.Context, question string) error {
	t.request.Messages = append(t.request.Messages, chat.Message{Role: chat.User, Text: question})
	var said, thought strings.Builder
	var failure error
	for ev, err := range t.model.Chat(ctx, t.request) {
		if err != nil {
			failure = err
			break
		}
		switch ev := ev.(type) {
		case chat.Delta:
			t.phase(chat.Phase{})
			if ev.Thinking != "" && thought.Len() == 0 {
				t.app.note(chat.CodeCLIThinking)
			}
			thought.WriteString(ev.Thinking)
			if t.app.errTTY {
				fmt.Fprint(t.app.err, ev.Thinking)
			}
			if ev.Text != "" && said.Len() == 0 && thought.Len() > 0 && t.app.errTTY {
				fmt.Fprintln(t.app.err)
			}
			said.WriteString(ev.Text)
			fmt.Fprint(t.app.out, ev.Text)
		case chat.Phase:
			t.phase(ev)
		case chat.Call:
			fmt.Fprintf(t.app.out, "%s(%s)", ev.Name, ev.Arguments)
		case chat.Finish:
			if ev.Reason == chat.FinishLength {
				defer t.app.note(chat.CodeCLICutShort, ev.Usage.CompletionTokens)
			}
		case chat.Echo, chat.CallDelta:
		}
	}
	t.phase(chat.Phase{})
	fmt.Fprintln(t.app.out)
	t.request.Messages = append(t.request.Messages, chat.Message{Role: chat.Assistant, Text: said.String()})
	return failure
}

// phase shows what is happening on a terminal's line of its own; the zero Phase clears it, and nothing else: an
// answer may stand there by then.
func (t *talk) phase(p chat.Phase) {
	if !t.app.errTTY || p.Name == "" && !t.shown {
		return
	}
	t.shown = p.Name != ""
	text := ""
	switch p.Name {
	case "load":
		text = t.app.text(chat.CodeCLILoading)
	case "read":
		text = t.app.text(chat.CodeCLIReading, 100*p.Done/max(p.Total, 1))
	}
	fmt.Fprint(t.app.err, "\r\x1b[K", text)
}

// converse asks for questions until the end of input or /bye. Ctrl-C stops an answer, and without one the
// program.
func (t *talk) converse(name string) error {
	t.app.note(chat.CodeCLITalk, name)
	system := len(t.request.Messages)
	for {
		line, err := t.app.ask(chat.CodeCLITalkPrompt)
		switch {
		case errors.Is(err, io.EOF), line == "/bye", line == "/exit":
			return nil
		case err != nil:
			return err
		case line == "":
			continue
		case line == "/new":
			t.request.Messages = t.request.Messages[:system]
			t.app.note(chat.CodeCLITalkNew)
			continue
		case line == "/help":
			t.app.note(chat.CodeCLITalkHelp)
			continue
		}
		if err := t.askStoppable(line); err != nil {
			return err
		}
	}
}

// askStoppable asks with Ctrl-C stopping the answer and not the program. An error that a person may read is
// shown, and the conversation goes on without that question.
func (t *talk) askStoppable(line string) error {
	before := t.request.Messages
	ctx, end := t.app.interrupts.during(t.app.ctx)
	defer end()
	err := t.ask(ctx, line)
	if told, ok := errors.AsType[*chat.Error](err); ok {
		t.request.Messages = before
		t.app.note(chat.CodeCLIFailed, told.In(t.app.lang))
		return nil
	}
	if errors.Is(err, context.Canceled) && t.app.ctx.Err() == nil {
		return nil
	}
	return err
}
