package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"exaone/chat"
	"exaone/hub"
)

// ask writes a question to standard error and returns the line that comes back, without space around it. At
// the end of input it returns io.EOF, and when the person presses Ctrl-C the context's error.
func (a *app) ask(code chat.Code, params ...any) (string, error) {
	fmt.Fprint(a.err, a.text(code, params...), " ")
	if a.lines == nil {
		a.lines = bufio.NewReader(io.LimitReader(a.in, 1<<20))
	}
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() { // a read from a terminal cannot be interrupted
		line, err := a.lines.ReadString('\n')
		if line != "" {
			err = nil
		}
		got <- answer{line, err}
	}()
	select {
	case g := <-got:
		return strings.TrimSpace(g.line), g.err
	case <-a.ctx.Done():
		fmt.Fprintln(a.err)
		return "", a.ctx.Err()
	}
}

// confirm asks a question whose answer is no unless it is yes. Where nobody is at the keyboard, the error
// names the flag that means yes.
func (a *app) confirm(flag string, code chat.Code, params ...any) (bool, error) {
	if !a.inTTY {
		return false, chat.NewError(chat.CodeCLINoKeyboard, nil, flag)
	}
	line, err := a.ask(code, params...)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	switch strings.ToLower(line) {
	case "y", "yes", "예", "네", "ㅛ": // ㅛ is y with the Korean layout still on
		return true, err
	}
	return false, err
}

// acceptLicence shows the licence of what (a name or place, as pull takes it), which nobody has accepted yet, and
// records what the person decides. Terms take a yes beside the text, research a name as well. With accept, whoever runs the command has said yes already;
// name is theirs. The error is CodeCLINotAccepted if they do not accept.
func (a *app) acceptLicence(h *hub.Hub, what string, text hub.LicenceText, accept bool, name string) error {
	a.aboutLicence(text)
	if !accept {
		if !a.inTTY {
			return chat.NewError(chat.CodeCLINoKeyboard, nil, acceptFlags(text.Class))
		}
		fmt.Fprintf(a.err, "%s\n\n", text.Text)
		if text.Class == hub.Research && name == "" {
			var err error
			if name, err = a.ask(chat.CodeCLIAskName); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
		}
		yes, err := a.confirm(acceptFlags(text.Class), chat.CodeCLIAskLicence, text.Title)
		if err != nil {
			return err
		}
		if !yes {
			return chat.NewError(chat.CodeCLINotAccepted, nil, text.Model)
		}
	}
	err := h.Accept(a.ctx, hub.Acceptance{Model: what, TextHash: text.Hash, Person: name, Principal: a.who})
	if err == nil {
		a.note(chat.CodeCLIAccepted, text.Title)
	}
	return err
}

// acceptFlags are the flags that accept a licence of a class without being asked.
func acceptFlags(class hub.Class) string {
	if class == hub.Research {
		return "--accept-licence --name NAME"
	}
	return "--accept-licence"
}
