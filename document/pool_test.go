package document

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exaone/chat"

	"go.uber.org/goleak"
)

// TestMain is also the child of the pools in these tests: with formats of its own that misbehave as they are told.
func TestMain(m *testing.M) {
	if os.Getenv("EXAONE_TEST_CHILD") != "" {
		formats = append(slices.Clone(formats), &misbehaving)
		if err := Serve(context.Background(), os.Stdin, os.Stdout, Options{Cache: os.Getenv("EXAONE_TEST_CACHE")}); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// misbehaving reads files that say what their reader is to do.
var misbehaving = format{
	name: "misbehaving", extensions: []string{".bad"}, is: hasPrefix("bad:"),
	read: func(ctx context.Context, src *Source, b *builder) error {
		data, err := src.bytes(b.limits)
		if err != nil {
			return err
		}
		b.doc.Unit = Paper
		for line := range strings.Lines(strings.TrimPrefix(string(data), "bad:")) {
			switch verb, rest, _ := strings.Cut(strings.TrimSpace(line), " "); verb {
			case "page":
				if err := b.page(Page{}); err != nil {
					return err
				}
				if err := b.add(Block{Kind: Paragraph, Text: rest}); err != nil {
					return err
				}
			case "panic":
				panic(rest)
			case "hang":
				time.Sleep(time.Hour)
			case "creep":
				for n := 0; ; n++ {
					if err := b.page(Page{}); err != nil {
						return err
					}
					if err := b.add(Block{Kind: Paragraph, Text: fmt.Sprint("step ", n)}); err != nil {
						return err
					}
					time.Sleep(100 * time.Millisecond)
				}
			case "wait":
				b.o.Wait(time.Minute)
				time.Sleep(3 * time.Second)
				b.o.Wait(0)
			case "die":
				os.Exit(9)
			case "eat":
				var kept [][]byte
				for len(kept) < 1<<20 {
					kept = append(kept, slices.Repeat([]byte{1}, 1<<20))
				}
				runtime.KeepAlive(kept)
			case "ask":
				if err := mayTake(1 << 40); err != nil {
					return err
				}
			}
		}
		return nil
	},
}

func pool(t *testing.T) *Pool {
	t.Helper()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("EXAONE_TEST_CHILD", "1")
	p := NewPool(PoolOptions{Command: []string{me}, Memory: 96 << 20, Silence: time.Minute}) // on a busy machine reading takes its time
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// begun has a child of a pool wait for its next order: to start one takes time.
func begun(t *testing.T, p *Pool) {
	t.Helper()
	if _, err := p.Read(t.Context(), write(t, "bad:page first"), "a.bad", "", Options{}); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.bad")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPoolReadsPageByPage(t *testing.T) {
	p := pool(t)
	var pages []string
	doc, err := p.Read(context.Background(), write(t, "bad:page one\npage 둘"), "규정.bad", "", Options{
		Page: func(page Page, blocks []Block, _ int) error {
			pages = append(pages, blocks[0].Text)
			return nil
		},
	})
	if err != nil || !slices.Equal(pages, []string{"one", "둘"}) || doc.Text(true) != "one\n둘\n" || doc.Manifest.Out.Pages != 2 {
		t.Errorf("%v, pages %q, document %+v", err, pages, doc)
	}
}

// A reader that has said that it waits is not taken for one that hangs.
func TestPoolWaitsWhenTold(t *testing.T) {
	p := pool(t)
	begun(t, p)
	p.o.Silence = 2 * time.Second
	doc, err := p.Read(context.Background(), write(t, "bad:wait\npage at last"), "a.bad", "", Options{})
	if err != nil || doc.Text(true) != "at last\n" {
		t.Errorf("%v", err)
	}
}

// What a file does to its reader ends that file; the next one is read.
func TestPoolOutlivesItsChildren(t *testing.T) {
	p := pool(t)
	for _, c := range []struct {
		does string
		want chat.Code
	}{
		{"panic now", chat.CodeDocumentReader},
		{"hang", chat.CodeDocumentSlow},
		{"die", chat.CodeDocumentReader},
		{"eat", chat.CodeDocumentMemory},
		{"ask", chat.CodeDocumentMemory},
	} {
		begun(t, p)
		if c.want == chat.CodeDocumentSlow {
			p.o.Silence = 2 * time.Second
		}
		half, err := p.Read(context.Background(), write(t, "bad:page one\npage two\n"+c.does), "a.bad", "", Options{})
		if told, ok := errors.AsType[*chat.Error](err); !ok || told.Code != c.want || told.Params[0] != "a.bad" {
			t.Errorf("%s: %v, want %s", c.does, err, c.want)
		}
		if half == nil || !strings.HasPrefix(half.Text(true), "one\n") || !half.Manifest.Cut {
			t.Errorf("%s: what was read until then is %+v, want it cut", c.does, half)
		}
		p.o.Silence = time.Minute
		if doc, err := p.Read(context.Background(), write(t, "bad:page fine"), "b.bad", "", Options{}); err != nil || doc.Text(true) != "fine\n" || doc.Manifest.Cut {
			t.Errorf("after %s: %v", c.does, err)
		}
	}
}

// A document that has a page to show all the time, and never ends, is ended; what it showed is kept.
func TestPoolEndsWhatCreeps(t *testing.T) {
	p := pool(t)
	begun(t, p)
	whole := p.o.Whole
	p.o.Whole = 3 * time.Second
	began := time.Now()
	doc, err := p.Read(t.Context(), write(t, "bad:creep"), "a.bad", "", Options{})
	told, ok := errors.AsType[*chat.Error](err)
	if !ok || told.Code != chat.CodeDocumentLong || !strings.Contains(told.In("en"), "0.05 minutes") {
		t.Errorf("%v, want %s", err, chat.CodeDocumentLong)
	}
	if took := time.Since(began); took < p.o.Whole {
		t.Errorf("took %v", took)
	}
	if doc == nil || doc.Format != misbehaving.name || doc.Unit != Paper || !strings.Contains(doc.Text(true), "step 3") || doc.Manifest.Out.Pages < 4 || doc.Manifest.Out.Characters < 20 {
		t.Errorf("what was read: %+v", doc)
	}
	p.o.Whole = whole
	if doc, err := p.Read(t.Context(), write(t, "bad:page fine"), "b.bad", "", Options{}); err != nil || doc.Text(true) != "fine\n" {
		t.Errorf("the next: %v", err)
	}
}

// A child that is told to end, as all of a process group are, hands over no half of a document.
func TestChildrenEndWithTheirOrders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.md")
	if err := os.WriteFile(path, []byte("하나\n\n둘\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var in, out bytes.Buffer
	if err := gob.NewEncoder(&in).Encode(order{Path: path, Name: "a.md", Memory: 1 << 40}); err != nil { // of this process, in which other tests have run
		t.Fatal(err)
	}
	if err := Serve(ctx, &in, &out, Options{}); err != nil {
		t.Fatal(err)
	}
	replies, text := gob.NewDecoder(&out), ""
	for {
		var r reply
		if err := replies.Decode(&r); err != nil {
			t.Fatal(err)
		}
		text += (&Document{Blocks: r.Blocks}).Text(true)
		if r.Done {
			if text += r.Doc.Text(true); r.Code != "" || text != "하나\n\n둘\n" {
				t.Errorf("%q and %s (%s)", text, r.Code, r.Why)
			}
			return
		}
	}
}

// A child that was killed while it waited, for the memory of the machine perhaps, costs no document.
func TestPoolReplacesChildrenThatDiedWaiting(t *testing.T) {
	p := pool(t)
	if _, err := p.Read(t.Context(), write(t, "bad:page 하나"), "a.bad", "", Options{}); err != nil {
		t.Fatal(err)
	}
	if len(p.idle) != 1 {
		t.Fatalf("%d children wait", len(p.idle))
	}
	c := p.idle[0]
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = c.cmd.Process.Wait()
	if doc, err := p.Read(t.Context(), write(t, "bad:page 둘"), "b.bad", "", Options{}); err != nil || !strings.Contains(doc.Text(true), "둘") {
		t.Errorf("%v, %v", doc, err)
	}
}

func TestPoolStopsWhenAsked(t *testing.T) {
	p := pool(t)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		time.Sleep(50 * time.Millisecond)
		cancel()
	}()
	if _, err := p.Read(ctx, write(t, "bad:hang"), "a.bad", "", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestPoolIsForMany(t *testing.T) {
	p := pool(t)
	path := write(t, "bad:page one\npage two")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if doc, err := p.Read(context.Background(), path, "a.bad", "", Options{}); err != nil || len(doc.Blocks) != 2 {
				t.Errorf("%v: %+v", err, doc)
			}
		})
	}
	all.Wait()
}
