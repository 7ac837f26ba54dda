package web

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"exaone/assistant"
	"exaone/chat"
)

// A reply that is lost on the way must not make two questions of one.
func TestQuestionSentAgainIsOneQuestion(t *testing.T) {
	w := meteredWorld(t, assistant.Extract)
	ann := w.join("ann", "member")
	w.model.say(nil, "네.")
	ask := jsonObject{"text": "한 번만 묻습니다", "client_id": "0196f3a0-5b8e-7cc1"}
	body, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	line, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(line, "POST /api/turns HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\nSec-Fetch-Site: same-origin\r\nContent-Length: %d\r\n\r\n%s", ann.cookie, len(body), body)
	until := time.Now().Add(mostWait)
	for len(ann.must("GET", "/api/conversations", nil).at("items").([]any)) == 0 {
		if time.Now().After(until) {
			t.Fatal("the question is not kept")
		}
		time.Sleep(5 * time.Millisecond)
	}
	line.Close() // nobody has read the reply

	// What was taken asks for nothing of a quota that is used up meanwhile.
	w.perDay(0)
	conversation, question, answer := ann.ask(ask)
	ann.listen(answer, 0, nil)
	again, secondQuestion, secondAnswer := ann.ask(ask)
	if again != conversation || secondQuestion != question || secondAnswer != answer {
		t.Errorf("sent again it is %s %s %s, want %s %s %s", again, secondQuestion, secondAnswer, conversation, question, answer)
	}
	if n := len(ann.must("GET", "/api/conversations", nil).at("items").([]any)); n != 1 {
		t.Errorf("%d conversations, want 1", n)
	}
	if texts := ann.must("GET", "/api/conversations/"+conversation, nil).all("text", "messages"); len(texts) != 2 || texts[1] != "네." {
		t.Errorf("it holds %q", texts)
	}
	ann.refused("POST", "/api/turns", jsonObject{"text": "또 하나", "client_id": "another"}, chat.CodeQuotaDay)

	// What is deleted is not made again, and somebody else's name is their own.
	ann.must("DELETE", "/api/messages/"+answer, nil)
	ann.refused("POST", "/api/turns", ask, chat.CodeNoMessage)
	w.perDay(-1)
	bob := w.join("bob", "member")
	if other, _, _ := bob.ask(ask); other == conversation {
		t.Error("somebody else is given the conversation")
	}
	if status, _ := bob.send(http.MethodPost, "/api/turns", jsonObject{"text": "x", "client_id": strings.Repeat("x", 300)}); status != http.StatusBadRequest {
		t.Errorf("a name of 300 bytes: %d", status)
	}
}
