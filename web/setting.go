package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"exaone/chat"
	"exaone/people"
)

// settingRoutes are about how a person wants the page to be. They are kept with the person, for every device.
var settingRoutes = []route{
	{http.MethodGet, "/api/settings", people.Converse, (*handler).settings},
	{http.MethodPut, "/api/settings", people.Converse, (*handler).changeSettings},
}

// settingsJSON is what a person has set; null is nothing.
type settingsJSON struct {
	Language     *string `json:"language,omitempty"`
	Theme        *string `json:"theme,omitempty"`
	FontSize     *string `json:"font_size,omitempty"`
	Density      *string `json:"density,omitempty"`
	EnterSends   *bool   `json:"enter_sends,omitempty"`
	Contrast     *bool   `json:"contrast,omitempty"` // more of it, in whichever theme
	Instructions *string `json:"instructions,omitempty"`
	DefaultModel *string `json:"default_model,omitempty"`
	DefaultMode  *string `json:"default_mode,omitempty"`
}

// pageSettings are the names of what may be set. A word is one of those listed; nil is any line.
var pageSettings = map[string][]string{
	"language":      {"ko", "en"},
	"theme":         {"system", "light", "dark", "contrast"},
	"font_size":     {"small", "medium", "large", "larger"},
	"density":       {"comfortable", "compact"},
	"default_model": nil,
	"default_mode":  nil,
}

// maxInstructions bounds what the model is to read first, in bytes.
const maxInstructions = 64 << 10

func (h *handler) settings(_ http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	all, err := h.store.Settings(r.Context(), who)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	var out settingsJSON // there are settings that are not the page's
	return &out, json.Unmarshal(text, &out)
}

// changeSettings keeps what is there, and leaves the rest as it is.
func (h *handler) changeSettings(w http.ResponseWriter, r *http.Request, who chat.Principal) (any, error) {
	var in settingsJSON
	if err := readUpTo(w, r, &in, maxLongBody); err != nil {
		return nil, err
	}
	changes := map[string]any{}
	for name, value := range map[string]*string{"language": in.Language, "theme": in.Theme, "font_size": in.FontSize,
		"density": in.Density, "default_model": in.DefaultModel, "default_mode": in.DefaultMode} {
		if value == nil {
			continue
		}
		if err := checkSetting(name, *value); err != nil {
			return nil, err
		}
		changes[name] = *value
	}
	if in.DefaultModel != nil {
		if err := h.usable(r, who, *in.DefaultModel); err != nil {
			return nil, err
		}
	}
	for name, value := range map[string]*bool{"enter_sends": in.EnterSends, "contrast": in.Contrast} {
		if value != nil {
			changes[name] = *value
		}
	}
	if in.Instructions != nil {
		if n := len(*in.Instructions); n > maxInstructions {
			return nil, chat.NewError(chat.CodeBadField, nil, "instructions", fmt.Sprintf("%d bytes", n), fmt.Sprintf("≤ %d", maxInstructions))
		}
		changes["instructions"] = *in.Instructions
	}
	for name, value := range changes {
		if value == "" {
			value = nil
		}
		if err := h.store.SetSetting(r.Context(), who, who, name, value); err != nil {
			return nil, err
		}
	}
	return h.settings(w, r, who)
}

// checkSetting is an error for a word that a setting cannot be. "" takes it away.
func checkSetting(name, value string) error {
	words := pageSettings[name]
	switch {
	case value == "" || slices.Contains(words, value):
		return nil
	case words == nil && len(value) <= maxPerson && utf8.ValidString(value) && !strings.ContainsAny(value, "\x00\r\n"):
		return nil
	}
	want := strings.Join(words, " | ")
	if words == nil {
		want = fmt.Sprintf("≤ %d bytes, one line", maxPerson)
	}
	return chat.NewError(chat.CodeBadField, nil, name, fmt.Sprintf("%.40q", value), want)
}
