package hub

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"exaone/chat"
)

// Bring brings a model when there is none and nobody has chosen: an open one, the best of those that fit this
// machine and whose source answers. A source that does not answer within a few seconds is passed over. It
// yields progress as [Hub.Pull] does.
//
// The error is CodeHubOffline, or CodeHubNoSource with what each source said.
func (h *Hub) Bring(ctx context.Context) iter.Seq2[Progress, error] {
	return h.bringOne(ctx, defaults)
}

// BringFor is Bring for a task other than chatting.
func (h *Hub) BringFor(ctx context.Context, task Task) iter.Seq2[Progress, error] {
	return h.bringOne(ctx, encoderDefaults[task])
}

// bringOne brings the first of some models that fits and whose source answers.
func (h *Hub) bringOne(ctx context.Context, choices []choice) iter.Seq2[Progress, error] {
	return h.run(ctx, func(ctx context.Context, r *reporter) (Local, error) {
		if h.opts.Offline {
			return Local{}, chat.NewError(chat.CodeHubOffline, nil)
		}
		var tried []said
		var first string
		silent := map[string]bool{}
		for _, d := range choices {
			m, err := Find(d.model)
			if err != nil {
				return Local{}, err
			}
			if silent[d.source] || !h.comfortable(m, d.comfort) {
				continue
			}
			o, err := m.from(d.source)
			if err != nil {
				return Local{}, err
			}
			first = cmp.Or(first, m.Name)
			r.now.Model, r.now.Source = m.Name, d.source
			r.begin(PhaseAsk, 0, 0)
			err = h.answers(ctx, r, o)
			silent[d.source] = err != nil
			if err == nil {
				var l Local
				l, err = h.bring(ctx, r, target{m.Name, m.Title, m.Licence, []Origin{o}})
				if err == nil {
					return l, nil
				}
			} else {
				r.failed(err)
			}
			if ctx.Err() != nil {
				return Local{}, ctx.Err()
			}
			tried = append(tried, said{d.source, err})
		}
		if len(tried) == 0 {
			return Local{}, chat.NewError(chat.CodeHubNothingHere, nil)
		}
		return Local{}, chat.NewError(chat.CodeHubNoSource, allSaid(tried), first, allSaid(tried))
	})
}

// comfortable reports whether a model fits, and the machine has at least so much memory that it is pleasant.
func (h *Hub) comfortable(m Model, comfort int64) bool {
	return m.Fits(h.opts.Memory) && (h.opts.Memory == 0 || h.opts.Memory >= comfort)
}

// from returns the origin of m at a source.
func (m Model) from(source string) (Origin, error) {
	for _, o := range m.Origins {
		if o.Source == source {
			return o, nil
		}
	}
	return Origin{}, fmt.Errorf("model %s: no origin at %s", m.Name, source)
}

// answers asks a source whether it would give what o says.
func (h *Hub) answers(ctx context.Context, r *reporter, o Origin) error {
	s, ok := sourceNamed(o.Source)
	if !ok {
		return fmt.Errorf("source %q, want one of %d known", o.Source, len(sources))
	}
	probe, cancel := context.WithTimeout(ctx, h.timing.probe)
	defer cancel()
	err := s.probe(probe, &pull{reporter: r, h: h}, o)
	if err != nil && ctx.Err() == nil && probe.Err() != nil {
		return chat.NewError(chat.CodeHubUnreachable, err, s.name())
	}
	return err
}
