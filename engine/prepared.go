package engine

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"exaone/chat"
	"exaone/weights"
)

// openFile opens a model's checkpoint, in its prepared form if it may be used and there is one. Where that may not be
// used, and the original was given up for it, the error is CodeHubNoOriginal.
func (m *loaded) openFile(o *Options) (*weights.File, error) {
	if !o.prepares() {
		file, err := weights.Open(m.spec.Path)
		m.file = file
		if err == nil && o.NoPrepared && file.Paths()[0] == weights.PreparedPath(m.spec.Path) {
			return nil, chat.NewError(chat.CodeHubNoOriginal, file.Close(), m.spec.Name)
		}
		return file, m.unopened(err)
	}
	file, reason, err := weights.OpenFast(m.spec.Path)
	m.file = file
	if reason != nil {
		o.Log.Warn("the prepared form of a model is not used; it is made again", "model", m.spec.Name, "reason", reason)
	}
	return file, m.unopened(err)
}

// unopened says of a damaged prepared form what to do where there is no original that could be opened instead.
func (m *loaded) unopened(err error) error {
	if _, missing := os.Stat(m.spec.Path); missing == nil || !weights.Damaged(err) {
		return err
	}
	return chat.NewError(chat.CodeModelDamaged, err, m.spec.Name)
}

// prepares reports whether models are run from their prepared form. The reference takes weights as they come.
func (o *Options) prepares() bool { return !o.NoPrepared && !o.Exact }

// interleave gives a model that has no prepared form one, and goes on with that. If it cannot be written, the model is
// used as it is. It may take a while: a checkpoint is read and written once.
func (m *loaded) interleave(ctx context.Context, o *Options) error {
	if !o.prepares() || !m.file.Preparable() {
		return nil
	}
	start := time.Now()
	err := weights.Prepare(ctx, m.spec.Path, func(done, total int64) {
		if o.Preparing != nil {
			o.Preparing(m.spec.Name, done, total)
		}
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		o.Log.Warn("the prepared form of a model could not be written; it is used as it is, which is slower",
			"model", m.spec.Name, "reason", err, m.notPrepared(err))
		return nil
	}
	fast, reason, err := weights.OpenFast(m.spec.Path)
	if err != nil || !fast.Prepared() {
		o.Log.Warn("the prepared form of a model cannot be read back; it is used as it is, which is slower",
			"model", m.spec.Name, "reason", errors.Join(reason, err), m.notPrepared(errors.Join(reason, err)))
		if err == nil {
			err = fast.Close()
		}
		return err
	}
	o.Log.Info("model prepared", "model", m.spec.Name, "mib", fast.Size()>>20, "took", time.Since(start).Round(time.Millisecond))
	original := m.file
	m.file = fast
	return original.Close()
}

// notPrepared is the notice that a model is run as it is, and why.
func (m *loaded) notPrepared(why error) slog.Attr {
	return slog.Any(NoticeKey, chat.NewError(chat.CodeCLINotPrepared, why, m.spec.Name, reason(why, weights.PreparedPath(m.spec.Path))))
}

// damaged turns what a step met in a model's files into what a person reads. repair says that the prepared form is to
// go once nobody uses it: where the original is there, it is then made of that anew.
func (m *loaded) damaged(o *Options, damage error) (repair bool, err error) {
	o.Log.Error("the file of a model is damaged", "model", m.spec.Name, "reason", damage)
	if _, err := os.Stat(m.spec.Path); err != nil || m.file.Paths()[0] != weights.PreparedPath(m.spec.Path) {
		return false, chat.NewError(chat.CodeModelDamaged, damage, m.spec.Name)
	}
	return true, chat.NewError(chat.CodeModelRepaired, damage, m.spec.Name)
}

// removePrepared removes the prepared form of a checkpoint, if it is there.
func removePrepared(path string) error {
	if err := os.Remove(weights.PreparedPath(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
