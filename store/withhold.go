package store

import (
	"context"
	"slices"
	"strings"

	"exaone/chat"
)

// What an answer has of a document is for those who may read the document. Whoever asked has been told it, and keeps it; to
// anybody else the answer is shown without what rests on documents that they may not read: of passages and of what sentences
// rest on they see that there is some, and a mark stands in the place of the sentences (unsayText).

// veil withholds from somebody what they may not read, and knows what it has asked already.
type veil struct {
	s   *Store
	who chat.Principal
	may map[string]bool // by version
}

func (s *Store) veilFor(who chat.Principal) *veil { return &veil{s, who, map[string]bool{}} }

// mayVersion reports whether they may read a version.
func (v *veil) mayVersion(ctx context.Context, version string) (bool, error) {
	may, known := v.may[version]
	if known {
		return may, nil
	}
	may, err := v.s.MayRead(ctx, v.who, chat.SourceVersion+version)
	if err == nil {
		v.may[version] = may
	}
	return may, err
}

// hides returns those of the versions that events tell of which they may not read.
func (v *veil) hides(ctx context.Context, events []Event) (func(source string) bool, bool, error) {
	hidden := map[string]bool{}
	for _, version := range sourcesOf(events) {
		may, err := v.mayVersion(ctx, version)
		if err != nil {
			return nil, false, err
		}
		if !may {
			hidden[version] = true
		}
	}
	return func(source string) bool {
		version, ok := strings.CutPrefix(source, chat.SourceVersion)
		return ok && hidden[version]
	}, len(hidden) > 0, nil
}

// hidesSome reports whether anything of a conversation, of whatever branch, rests on a version that they may not read.
func (v *veil) hidesSome(ctx context.Context, conversation string) (bool, error) {
	versions, err := rows(ctx, v.s.reader, text, `SELECT DISTINCT version FROM message_sources JOIN messages ON messages.id = message_sources.message
		WHERE messages.conversation = $1 ORDER BY version`, conversation)
	for _, version := range versions {
		if may, err := v.mayVersion(ctx, version); err != nil || !may {
			return err == nil, err
		}
	}
	return false, err
}

// draw withholds what they may not read of a message and its events, and returns the events that are left. It reports whether
// words of the message went.
func (v *veil) draw(ctx context.Context, m *Message, events []Event) (left []Event, some bool, err error) {
	m.Attachments, err = attachmentsShown(m.Attachments, func(version string) (bool, error) { return v.mayVersion(ctx, version) })
	if err != nil {
		return nil, false, err
	}
	if m.Error != nil && strings.HasPrefix(string(m.Error.Code), "document_") { // it names one
		m.Error = &chat.Error{Code: m.Error.Code, Params: blank(m.Error.Params)}
	}
	is, some, err := v.hides(ctx, events)
	if err != nil {
		return nil, false, err
	}
	now := unsaid{}
	if some {
		now = unsayText(m.Text, claimsOf(events), func(c chat.Claim) bool { return restsElsewhere(c, is) }, chat.CodeDocumentHidden)
		m.Text, m.Thinking = now.text, ""
	}
	for _, e := range events {
		after, err := v.drawEvent(e, is, now, some)
		if err != nil {
			return nil, false, err
		}
		if after != nil {
			left = append(left, *after)
		}
	}
	return left, some, nil
}

// drawEvent is an event as it is shown, or nil for one that is not. What an answer made goes with any document that it rests on.
func (v *veil) drawEvent(e Event, is func(string) bool, now unsaid, some bool) (_ *Event, err error) {
	switch told := chat.DecodeEvent(e.Kind, e.Version, e.Data).(type) {
	case chat.Passages:
		told = unsayPassages(told, is, true)
		// How much there was to look through is the asker's, and so is what was looked for: it may be put into words of an earlier answer.
		told.Query, told.Among, told.Versions = "", 0, nil
		_, e.Version, e.Data, err = chat.EncodeEvent(told)
	case chat.Claim:
		if some {
			told = unsayClaim(told, is, true)
			told.Start, told.End = now.at(told.Start, told.End)
			_, e.Version, e.Data, err = chat.EncodeEvent(told)
		}
	case chat.Citation:
		e, err = unsayEvent(e, is, true)
	case chat.Verdict:
		if some {
			told.Failed = slices.Repeat([]string{"…"}, len(told.Failed))
			_, e.Version, e.Data, err = chat.EncodeEvent(told)
		}
	case chat.Finish:
	default:
		if some {
			return nil, nil
		}
	}
	return &e, err
}
