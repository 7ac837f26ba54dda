package browser

import "encoding/json"

// What ChatEXAONE's page is like, as expressions.
const (
	CanAsk   = `document.querySelector("#composer-input") && document.querySelector("#picked")?.textContent`
	Answered = `document.querySelector("#send") && !document.querySelector("#stop") && [...document.querySelectorAll(".turn")].at(-1)?.querySelector(".by")`
	Answer   = `[...document.querySelectorAll(".answer")].at(-1)` // the last
)

// Ask types a question into ChatEXAONE's page and sends it.
func (b *Tab) Ask(text string) {
	b.T.Helper()
	b.Eval(`document.querySelector("#composer-input").focus()`)
	b.Insert(text)
	b.Press("Enter", 13, Plain)
}

// Quote writes a text as JavaScript does.
func Quote(text string) string {
	out, _ := json.Marshal(text) // of a string
	return string(out)
}
