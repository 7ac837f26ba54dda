package store

import (
	"encoding/json"
	"fmt"
	"testing"

	"exaone/chat"
)

// A part of a page in which nothing can be seen is none.
func TestBoxesHaveAnInside(t *testing.T) {
	for box, fine := range map[string]bool{
		"[10,10,10.2,10.2]": true, "[0,0,0.1,0.1]": true, "[0,0,1e-9,5]": false, "[0,0,5,1e-9]": false, "[5,5,5.01,9]": false, "[0,0,0,5]": false, "[9,0,5,5]": false,
	} {
		_, err := AttachedDocuments(json.RawMessage(fmt.Sprintf(`[{"document":"d","page":1,"box":%s}]`, box)))
		if (err == nil) != fine || !fine && codeOf(err) != chat.CodeBoxForm {
			t.Errorf("%s: %v", box, err)
		}
	}
}
