package hub

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"exaone/chat"
)

// Class says what must happen before a model is brought.
type Class string

// The classes of licences.
const (
	Open     Class = "open"     // nothing
	Terms    Class = "terms"    // one click beside the text
	Research Class = "research" // a name, and a confirmation
	Unknown  Class = "unknown"  // nothing that we know of: whoever names the place has chosen it
)

// Licence is what a model is offered under.
type Licence struct {
	ID    string // as in "apache-2.0": the name of its text under licences/
	Title string
	Class Class
	URL   string // where its maker publishes it
	Whole bool   // the text that is built in is the original, not a summary of ours
}

// The licences of the catalogue.
var (
	apache = Licence{"apache-2.0", "Apache License 2.0", Open, "https://www.apache.org/licenses/LICENSE-2.0", true}
	mit    = Licence{"mit", "MIT License", Open, "https://opensource.org/license/mit", true}
	gemma  = Licence{"gemma", "Gemma Terms of Use", Terms, "https://ai.google.dev/gemma/terms", false}

	llama31 = Licence{"llama-3.1", "Llama 3.1 Community License Agreement", Terms,
		"https://www.llama.com/llama3_1/license/", false}
	exaone11 = Licence{"exaone-1.1-nc", "EXAONE AI Model License Agreement 1.1 - NC", Research,
		"https://huggingface.co/LGAI-EXAONE/EXAONE-3.5-2.4B-Instruct/blob/main/LICENSE", false}
	exaone12 = Licence{"exaone-1.2-nc", "EXAONE AI Model License Agreement 1.2 - NC", Research,
		"https://huggingface.co/LGAI-EXAONE/EXAONE-4.0-1.2B/blob/main/LICENSE", false}

	unstated = Licence{ID: "unknown", Class: Unknown}
)

//go:embed licences
var licenceTexts embed.FS

// LicenceText is a licence with the text to show. Its zero From, CodeHubLicenceFull and its like say which text
// it is.
type LicenceText struct {
	Licence
	Model string    // the model it is for
	Text  string    // what a person reads
	Hash  string    // SHA-256 of Text, hexadecimal: what is accepted
	From  string    // the address Text was fetched from; "" if it is built in
	Shown chat.Code // says in a sentence whether Text is the original; its parameter, if it has one, is From
}

// LicenceError is the error of pulling a model whose licence nobody has accepted. It carries the text to show.
// It unwraps to the *chat.Error CodeHubLicence.
type LicenceError struct {
	Licence LicenceText
	err     *chat.Error
}

func (e *LicenceError) Error() string { return e.err.Error() }

// Unwrap returns what a person may read of it.
func (e *LicenceError) Unwrap() error { return e.err }

// Acceptance is somebody's consent to a licence. TextHash is the Hash of the text that was shown.
type Acceptance struct {
	Model     string
	Licence   string // its id
	Class     Class
	TextHash  string
	Person    string // the name that was typed; "" where a click is enough
	Principal chat.Principal
	Date      time.Time // zero is now
}

// Ledger remembers acceptances. It is asked from many goroutines.
type Ledger interface {
	// Accepted reports whether this very text has been accepted for a model.
	Accepted(ctx context.Context, model, textHash string) (bool, error)
	// Record keeps an acceptance for good.
	Record(ctx context.Context, a Acceptance) error
}

// Licence returns the licence of a model, by a name or place as in [Hub.Pull], with the text to show: the
// original where the model's repository delivers it, else what is built in. A text that was fetched is kept in
// the data directory, so that it stays the same until a person removes it.
func (h *Hub) Licence(ctx context.Context, what string) (LicenceText, error) {
	t, err := h.target(what)
	if err != nil {
		return LicenceText{}, err
	}
	return h.licenceText(ctx, t)
}

// Accept records that a person accepts a model's licence. The *chat.Error is CodeHubLicenceText if TextHash is
// not that of the text that [Hub.Licence] shows, and CodeHubNeedPerson if the class is Research and nobody is
// named. Licence, Class and Date are filled in.
func (h *Hub) Accept(ctx context.Context, a Acceptance) error {
	t, err := h.target(a.Model)
	if err != nil {
		return err
	}
	text, err := h.licenceText(ctx, t)
	if err != nil {
		return err
	}
	a.Model, a.Licence, a.Class = t.name, text.ID, text.Class
	a.Person = strings.TrimSpace(a.Person)
	switch {
	case a.TextHash != text.Hash:
		return chat.NewError(chat.CodeHubLicenceText, nil, t.name)
	case text.Class == Research && a.Person == "":
		return chat.NewError(chat.CodeHubNeedPerson, nil, text.Title)
	case h.opts.Ledger == nil:
		return chat.NewError(chat.CodeHubNoLedger, nil)
	}
	if a.Date.IsZero() {
		a.Date = time.Now()
	}
	return h.opts.Ledger.Record(ctx, a)
}

// checkLicence returns the hash of the accepted text, "" if none need be, or a *LicenceError.
func (h *Hub) checkLicence(ctx context.Context, t target) (string, error) {
	if t.licence.Class == Open || t.licence.Class == Unknown {
		return "", nil
	}
	text, err := h.licenceText(ctx, t)
	if err != nil {
		return "", err
	}
	accepted := false
	if h.opts.Ledger != nil {
		if accepted, err = h.opts.Ledger.Accepted(ctx, t.name, text.Hash); err != nil {
			return "", fmt.Errorf("licence of %s: %w", t.name, err)
		}
	}
	if !accepted {
		return "", &LicenceError{text, chat.NewError(chat.CodeHubLicence, nil, t.name, text.Title)}
	}
	return text.Hash, nil
}

// licenceText finds the text: kept from before, fetched, or built in.
func (h *Hub) licenceText(ctx context.Context, t target) (LicenceText, error) {
	out := LicenceText{Licence: t.licence, Model: t.name, Shown: chat.CodeHubLicenceBundle}
	if t.licence.Whole {
		out.Shown = chat.CodeHubLicenceFull
	} else if text, from, ok := h.originalLicence(ctx, t); ok {
		out.From, out.Shown = from, chat.CodeHubLicenceFile
		out.setText(text)
		return out, nil
	}
	if t.licence.Class == Unknown {
		return out, nil
	}
	text, err := licenceTexts.ReadFile("licences/" + t.licence.ID + ".txt")
	out.setText(string(text))
	return out, err
}

func (t *LicenceText) setText(text string) {
	sum := sha256.Sum256([]byte(text))
	t.Text, t.Hash = text, hex.EncodeToString(sum[:])
}

// originalLicence returns the text that the model's repository delivers, and its address. It is fetched at most
// once: the file keeps the address in its first line.
func (h *Hub) originalLicence(ctx context.Context, t target) (text, from string, ok bool) {
	path := filepath.Join(h.dir, partialDir, t.name+".licence")
	if kept, err := os.ReadFile(path); err == nil {
		from, text, ok = strings.Cut(string(kept), "\n")
		return text, from, ok
	} else if !errors.Is(err, fs.ErrNotExist) {
		h.log.Warn("kept licence", "path", path, "error", err)
	}
	if h.opts.Offline {
		return "", "", false
	}
	for _, o := range t.origins {
		if o.Licence == "" || o.Source != (huggingFace{}).name() {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, h.timing.probe)
		body, address, err := huggingFace{}.text(ctx, h, o, o.Licence)
		cancel()
		body = bytes.TrimSpace(body)
		if err == nil && (len(body) == 0 || !utf8.Valid(body)) {
			err = errors.New("not a text")
		}
		if err != nil {
			h.log.Info("licence is not to be had", "model", t.name, "origin", o.Place, "error", err)
			continue
		}
		if err := keepFile(path, []byte(address+"\n"+string(body))); err != nil {
			h.log.Warn("keep licence", "path", path, "error", err)
			continue // without a kept text the hash might be another next time
		}
		return string(body), address, true
	}
	return "", "", false
}

// licenceOf guesses the licence of a place that is not in the catalogue by what its name says. The guess errs
// on the side of asking: a model derived from another is under the other's terms as well.
func licenceOf(place string) Licence {
	low := strings.ToLower(place)
	for _, m := range catalogue {
		for _, o := range m.Origins {
			if o.Place != "" && strings.EqualFold(o.Place, place) {
				return m.Licence
			}
		}
	}
	switch {
	case strings.Contains(low, "exaone-4"), strings.Contains(low, "exaone4"):
		return exaone12
	case strings.Contains(low, "exaone"):
		return exaone11
	case strings.Contains(low, "gemma"):
		return gemma
	case strings.Contains(low, "llama-3.1"), strings.Contains(low, "llama3.1"):
		return llama31
	}
	return unstated
}
