package exchange

import (
	"bytes"
	"errors"
	"testing"
	"unicode/utf8"

	"exaone/chat"
	"exaone/store"
)

func FuzzRead(f *testing.F) {
	for _, name := range []string{"chatgpt.json", "openwebui.json", "librechat.json", "librechat_flat.json"} {
		f.Add(sample(f, name))
	}
	f.Add(zipped(f, "conversations.json", `[{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["x"]}},"parent":"a"}}}]`))
	f.Add([]byte(`{"format":"exaone.conversations","version":1,"conversations":[{"leaf":-7,"messages":[{"parent":3,"role":"x","events":[{"kind":"citation","version":1,"data":{"url":"javascript:x"}}]}]}]}`))
	f.Add([]byte(`{"format":"exaone.conversations","version":1,"conversations":[{"messages":[{"role":"user","attachments":[{"name":"a\n","blob":"709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c"}]}],"files":[{"blob":"709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c","data":"AAAA"}]}]}`))
	f.Add([]byte(`[{"chat":{"messages":[{"role":"assistant","content":"<details type=\"reasoning\"><summary></summary></details>"}]}}]`))
	f.Add([]byte(`{"conversationId":1,"messages":[[{}],{"children":{"a":[]}},{"children":[{"children":[null]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := readWithin(t.Context(), bytes.NewReader(data), int64(len(data)), 1<<20)
		if err != nil {
			if told, ok := errors.AsType[*chat.Error](err); !ok || !utf8.ValidString(told.In(chat.Korean)) {
				t.Errorf("an error that no person may read: %v", err)
			}
			return
		}
		for _, one := range in.Skipped {
			if text := one.In(chat.Korean); one.Count < 1 || len(text) > 400 {
				t.Errorf("%+v is said as %q", one, text)
			}
		}
		// Whatever is read, the store takes.
		if err := store.CheckImport(in.Conversations); err != nil {
			t.Errorf("the store does not take it: %v", err)
		}
	})
}

func FuzzSqueezed(f *testing.F) {
	f.Add([]byte(`{"a  b" : [ 1 ,  "c\"  \\"  ]}`), 3)
	f.Fuzz(func(t *testing.T, data []byte, piece int) {
		check(t, data, min(max(piece, 1), 64))
	})
}
