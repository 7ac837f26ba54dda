package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"exaone/chat"
	"exaone/hub"
)

// quietApp is an app with nobody at the keyboard. Both streams are returned.
func quietApp(t *testing.T, lang chat.Language) (a *app, out, errs *bytes.Buffer) {
	out, errs = new(bytes.Buffer), new(bytes.Buffer)
	a = newApp(strings.NewReader(""), out, errs)
	a.ctx, a.lang, a.data = t.Context(), lang, t.TempDir()
	return a, out, errs
}

func TestOnlyCodedErrorsReachAPerson(t *testing.T) {
	secret := errors.New("dial tcp 10.0.0.1: secret cause")
	tests := []struct {
		name string
		err  error
		code int
		want string
	}{
		{"nothing", nil, exitOK, ""},
		{"a coded error, its cause not", chat.NewError(chat.CodeHubOffline, secret), exitFailed,
			"exaone: nothing is connected to because of --offline\n"},
		{"wrapped", errors.Join(io.EOF, chat.NewError(chat.CodeHubOffline, secret)), exitFailed,
			"exaone: nothing is connected to because of --offline\n"},
		{"anything else", secret, exitFailed, "exaone: something went wrong; run the same command with --debug to see the cause\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, _, errs := quietApp(t, chat.English)
			if code := a.report(test.err); code != test.code || errs.String() != test.want {
				t.Errorf("exit code %d, said %q; want %d, %q", code, errs, test.code, test.want)
			}
		})
	}
	a, _, errs := quietApp(t, chat.English)
	a.debug = true
	a.report(secret)
	if !strings.Contains(errs.String(), "secret cause") {
		t.Errorf("--debug said %q, want the cause in it", errs)
	}
}

func TestInterruptedIsSaidAsThat(t *testing.T) {
	a, _, errs := quietApp(t, chat.Korean)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a.ctx = ctx
	if code := a.report(ctx.Err()); code != exitFailed || errs.String() != "exaone: 멈췄습니다.\n" {
		t.Errorf("exit code %d, said %q", code, errs)
	}
}

func TestAppClosesLastFirst(t *testing.T) {
	a, _, _ := quietApp(t, chat.English)
	var order []int
	for i := range 3 {
		a.onClose(func() error { order = append(order, i); return nil })
	}
	if err := a.close(); err != nil || len(order) != 3 || order[0] != 2 {
		t.Errorf("closed %v, %v; want 2 1 0", order, err)
	}
	if err := a.close(); err != nil || len(order) != 3 {
		t.Errorf("closed twice: %v", order)
	}
}

func TestProgressWithoutATerminalIsAFewLines(t *testing.T) {
	a, _, errs := quietApp(t, chat.English)
	bar := progress{app: a}
	for done := int64(0); done <= 1<<20; done += 1 << 10 {
		bar.show(hub.Progress{Model: "m", Phase: hub.PhaseDownload, Done: done, Total: 1 << 20})
	}
	bar.show(hub.Progress{Model: "m", Phase: hub.PhaseFailed, Source: "a", Err: chat.NewError(chat.CodeHubOffline, nil)})
	bar.show(hub.Progress{Model: "m", Phase: hub.PhaseAsk})
	bar.show(hub.Progress{Model: "m", Phase: hub.PhaseDone})
	lines := strings.Split(strings.TrimSpace(errs.String()), "\n")
	if want := 11 + 2; len(lines) != want {
		t.Errorf("%d lines, want %d:\n%s", len(lines), want, errs)
	}
	if strings.ContainsAny(errs.String(), "\r\x1b") {
		t.Errorf("control characters in %q", errs)
	}
	if !strings.Contains(errs.String(), "not from a: nothing is connected to") {
		t.Errorf("what the first source said is missing in\n%s", errs)
	}
}

func TestProgressOnATerminalIsOneLine(t *testing.T) {
	a, _, errs := quietApp(t, chat.Korean)
	a.errTTY = true
	bar := progress{app: a}
	bar.show(hub.Progress{Model: "m", Phase: hub.PhaseDownload, Done: 1 << 20, Total: 4 << 20, Rate: 1 << 20})
	if want := "\r\x1b[Km: 받는 중   25 %  1 MiB / 4 MiB  1 MiB/s  남은 시간 3s"; errs.String() != want {
		t.Errorf("got %q, want %q", errs, want)
	}
	bar.show(hub.Progress{Model: "m", Phase: hub.PhaseDone})
	if !strings.HasSuffix(errs.String(), "\r\x1b[K") {
		t.Errorf("the line is not cleared: %q", errs)
	}
}

func TestProgressOfUnknownLength(t *testing.T) {
	a, _, errs := quietApp(t, chat.English)
	bar := progress{app: a}
	bar.show(hub.Progress{Model: "m", Phase: hub.PhaseDownload, Done: 3 << 20})
	if want := "m: downloading  3 MiB\n"; errs.String() != want {
		t.Errorf("got %q, want %q", errs, want)
	}
}

func TestTableKnowsThatHangulIsWide(t *testing.T) {
	var b bytes.Buffer
	if err := writeTable(&b, [][]string{{"이름", "크기"}, {"abcdef", "1"}, {"", "2"}}); err != nil {
		t.Fatal(err)
	}
	if want := "이름    크기\nabcdef  1\n        2\n"; b.String() != want {
		t.Errorf("got\n%q, want\n%q", b.String(), want)
	}
}

// One long cell makes no other row long.
func TestTableIsNoWiderThanAScreen(t *testing.T) {
	rows := [][]string{{strings.Repeat("가", 1<<16), "1"}}
	for range 1000 {
		rows = append(rows, []string{"짧은 이름", "2"})
	}
	var b bytes.Buffer
	if err := writeTable(&b, rows); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if want := rows[0][0] + "  1"; lines[0] != want || b.Len() > len(want)+1000*200 {
		t.Errorf("%d bytes, the long row is %d, want %d", b.Len(), len(lines[0]), len(want))
	}
	if want := "짧은 이름" + strings.Repeat(" ", widestAligned-9+2) + "2"; lines[1] != want || lines[1000] != want {
		t.Errorf("%q, want %q", lines[1], want)
	}
}

func TestLangArgIsFoundBeforeParsing(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--lang", "ko", "x"}, "ko"}, {[]string{"pull", "--lang=en"}, "en"}, {[]string{"--lang"}, ""}, {nil, ""},
	} {
		if got := langArg(test.args); got != test.want {
			t.Errorf("langArg(%q) = %q, want %q", test.args, got, test.want)
		}
	}
}
