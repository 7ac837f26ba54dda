package hub

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"exaone/chat"
	"exaone/disk"
)

// target is what a pull is to bring.
type target struct {
	name    string
	title   string
	licence Licence
	origins []Origin
}

// pull is one source's turn at bringing a target. It belongs to one goroutine.
type pull struct {
	*reporter
	h    *Hub
	dir  string   // the staging folder
	root *os.Root // the same; names that servers sent go through it
}

func (p *pull) log() *slog.Logger { return p.h.log }

// Pull brings a model and yields its progress until PhaseDone, or one error. A consumer that breaks out of the
// loop cancels it; what has arrived stays for the next time.
//
// what is a name or an alias of the catalogue, or a place: hf:OWNER/NAME[@REVISION][/FILE], a URL (with
// #sha256=HEX it is verified), or the path of a file or a folder. A model that is already here is done at once.
//
// Errors: *LicenceError if a licence must be accepted first. Of the *chat.Error codes CodeHubUnknownNear,
// CodeHubDiskFull, CodeHubOffline and those of the sources; when several sources were tried, CodeHubNoSource
// with what each of them said.
func (h *Hub) Pull(ctx context.Context, what string) iter.Seq2[Progress, error] {
	return h.run(ctx, func(ctx context.Context, r *reporter) (Local, error) {
		t, err := h.target(what)
		if err != nil {
			return Local{}, err
		}
		return h.bring(ctx, r, t)
	})
}

// Wait drains a pull and returns the model it brought.
func Wait(progress iter.Seq2[Progress, error]) (Local, error) {
	var last Progress
	for p, err := range progress {
		if err != nil {
			return Local{}, err
		}
		last = p
	}
	return last.Local, nil
}

// run makes a stream of progress of a function that brings something.
func (h *Hub) run(ctx context.Context, f func(context.Context, *reporter) (Local, error)) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r := &reporter{yield: yield, cancel: cancel}
		local, err := f(ctx, r)
		if err == nil {
			r.now.Local = local
			r.now.File = ""
			r.phase(PhaseDone)
			return
		}
		r.send(err)
	}
}

// target finds out what a person means.
func (h *Hub) target(what string) (target, error) {
	if m, err := Find(what); err == nil {
		return target{m.Name, m.Title, m.Licence, m.Origins}, nil
	}
	o, err := h.place(what)
	if err != nil {
		return target{}, err
	}
	name := modelName(o.Place)
	if len(o.Files) == 1 && o.Source == (huggingFace{}).name() {
		name = modelName(o.Files[0].Name)
	}
	if err := checkModelName(name); err != nil {
		return target{}, err
	}
	return target{name, o.Place, licenceOf(what), []Origin{o}}, nil
}

// place reads a place that is not in the catalogue.
func (h *Hub) place(what string) (Origin, error) {
	switch {
	case strings.HasPrefix(what, "hf:"):
		return parseRepository(strings.TrimPrefix(what, "hf:"))
	case strings.HasPrefix(what, "https://"), strings.HasPrefix(what, "http://"):
		return parseLink(what)
	}
	if _, err := os.Stat(what); err == nil {
		path, err := filepath.Abs(what)
		return Origin{Source: (folder{}).name(), Place: path}, err
	}
	return Origin{}, unknown(what, catalogueNames())
}

// bring brings a target, whatever it takes: consent, the lock, one source after another.
func (h *Hub) bring(ctx context.Context, r *reporter, t target) (Local, error) {
	r.now.Model = t.name
	if l, err := h.here(t.name); err != nil || l.Name != "" {
		return l, err
	}
	if h.opts.Offline && !slices.ContainsFunc(t.origins, isLocal) {
		return Local{}, chat.NewError(chat.CodeHubOffline, nil)
	}
	hash, err := h.checkLicence(ctx, t)
	if err != nil {
		return Local{}, err
	}
	lock, err := h.lock(ctx, t.name, r)
	if err != nil {
		return Local{}, err
	}
	defer lock.Close()
	if _, err := h.sweepGone(t.name); err != nil {
		h.log.Warn("remove what is left of a removal", "model", t.name, "error", err)
	}
	// Whoever had the lock may have brought it.
	if l, err := h.here(t.name); err != nil || l.Name != "" {
		return l, err
	}
	var tried []said
	for _, o := range t.origins {
		l, err := h.bringFrom(ctx, r, t, o, hash)
		if err == nil {
			return l, nil
		}
		if ctx.Err() != nil {
			return Local{}, ctx.Err()
		}
		h.log.Warn("source failed", "model", t.name, "source", o.Source, "error", err)
		r.failed(err)
		tried = append(tried, said{o.Source, err})
	}
	if len(tried) == 1 {
		return Local{}, tried[0].err
	}
	return Local{}, chat.NewError(chat.CodeHubNoSource, allSaid(tried), t.name, allSaid(tried))
}

func isLocal(o Origin) bool {
	s, ok := sourceNamed(o.Source)
	return ok && s.local()
}

// here returns the model of this name if it is here and whole, and nothing if it is not here.
func (h *Hub) here(name string) (Local, error) {
	l, err := h.read(name)
	switch {
	case isMissing(err):
		return Local{}, nil
	case isNoCheckpoint(err):
		return Local{}, chat.NewError(chat.CodeHubOccupied, err, name, filepath.Join(h.dir, name))
	case err != nil:
		return Local{}, err
	case l.Err != nil:
		return Local{}, l.Err
	}
	return l, nil
}

// bringFrom brings a target from one origin and puts it where models are.
func (h *Hub) bringFrom(ctx context.Context, r *reporter, t target, o Origin, licenceHash string) (Local, error) {
	s, ok := sourceNamed(o.Source)
	if !ok {
		return Local{}, fmt.Errorf("source %q, want one of %d known", o.Source, len(sources))
	}
	r.now.Source, r.now.File = s.name(), ""
	p, err := h.stage(r, t.name, s.name())
	if err != nil {
		return Local{}, err
	}
	defer p.root.Close()
	r.begin(PhaseAsk, 0, 0)
	files, err := s.bring(ctx, p, o)
	if err != nil {
		return Local{}, err
	}
	m := manifest{
		Version: manifestVersion, Name: t.name, Title: t.title,
		Source: s.name(), Origin: o.describe(),
		Licence: t.licence.ID, Class: t.licence.Class, LicenceHash: licenceHash,
		Brought: time.Now().UTC().Truncate(time.Second), Files: files,
	}
	if err := p.settle(m); err != nil {
		return Local{}, err
	}
	return h.read(t.name)
}

// describe says in one line where a model came from, without credentials.
func (o Origin) describe() string {
	switch {
	case len(o.Packages) > 0:
		var names []string
		for _, k := range o.Packages {
			names = append(names, k.Name+"=="+k.Version)
		}
		return strings.Join(names, " ")
	case o.Revision != "":
		return o.Place + "@" + o.Revision
	}
	return withoutCredentials(o.Place)
}

// stage opens the folder where a model gathers.
func (h *Hub) stage(r *reporter, name, source string) (*pull, error) {
	dir := filepath.Join(h.dir, partialDir, name, source)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, unwritable(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	return &pull{reporter: r, h: h, dir: dir, root: root}, nil
}

// settle makes a whole model of the staging folder: only the model's files, a manifest, and then the name.
func (p *pull) settle(m manifest) error {
	// The states go last: without them, a crash in between would cost the download.
	if err := p.sweep(m.Files, false); err != nil {
		return err
	}
	data, err := m.encode()
	if err != nil {
		return err
	}
	if err := p.writeFile(manifestName, data); err != nil {
		return err
	}
	if err := disk.SyncDir(p.dir); err != nil {
		return unwritable(p.dir, err)
	}
	if err := p.root.Close(); err != nil { // Windows renames no open folder
		return unwritable(p.dir, err)
	}
	final, parent := filepath.Join(p.h.dir, m.Name), filepath.Dir(p.dir)
	if _, err := os.Lstat(final); err == nil {
		return chat.NewError(chat.CodeHubOccupied, nil, m.Name, final)
	}
	if err := os.Rename(p.dir, final); err != nil {
		return unwritable(final, err)
	}
	if err := disk.SyncDir(p.h.dir); err != nil {
		return unwritable(p.h.dir, err)
	}
	p.dir = final
	err = p.sweep(append(m.Files, File{Name: manifestName}), true)
	// What other sources had begun is of no more use either.
	if err := errors.Join(err, os.RemoveAll(parent)); err != nil {
		p.log().Warn("remove what is left of a download", "model", m.Name, "error", err)
	}
	return nil
}

// sweep removes what is in p.dir and not in keep: wheels, parts, and states if they are to go.
func (p *pull) sweep(keep []File, states bool) error {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return unwritable(p.dir, err)
	}
	for _, e := range entries {
		kept := slices.ContainsFunc(keep, func(f File) bool { return f.Name == e.Name() })
		if kept || !states && strings.HasSuffix(e.Name(), stateSuffix) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(p.dir, e.Name())); err != nil {
			return unwritable(p.dir, err)
		}
	}
	return nil
}

// said is what a source said when it failed.
type said struct {
	source string
	err    error
}

// allSaid is what several sources said. It can be told in both languages.
type allSaid []said

// In returns "source: what it said" of all of them for a person.
func (a allSaid) In(lang chat.Language) string {
	var parts []string
	for _, s := range a {
		what := chat.Text(lang, chat.CodeHubUnreachable, s.source)
		if told, ok := errors.AsType[*chat.Error](s.err); ok {
			what = told.In(lang)
		}
		parts = append(parts, s.source+": "+what)
	}
	if lang == chat.Korean {
		return strings.Join(parts, " ") // its sentences have full stops
	}
	return strings.Join(parts, "; ")
}

// MarshalText keeps the English text where parameters are stored.
func (a allSaid) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

func (a allSaid) Error() string {
	var parts []string
	for _, s := range a {
		parts = append(parts, s.source+": "+s.err.Error())
	}
	return strings.Join(parts, "; ")
}

// String is In for an English reader, for logs.
func (a allSaid) String() string { return a.In(chat.English) }

// Unwrap returns the errors of all sources.
func (a allSaid) Unwrap() []error {
	var errs []error
	for _, s := range a {
		errs = append(errs, s.err)
	}
	return errs
}
