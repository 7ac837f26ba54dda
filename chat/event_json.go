package chat

import (
	"encoding/json"
	"fmt"
	"slices"
)

// eventVersion is the version in which each kind is written today. A kind's version rises when an older program could
// misread what a newer one writes; [DecodeEvent] then still reads the older.
const eventVersion = 1

// EncodeEvent returns an event as it is stored and sent: its kind, the version of the kind's form, and JSON. The tokens
// of Delta, Echo and Finish are left out: they are for programs, which get them as they come. Lists are never null.
//
// The error says that a Chart's Spec is not JSON. EncodeEvent of an [Unknown] is what was decoded.
func EncodeEvent(ev Event) (kind string, version int, data []byte, err error) {
	switch e := ev.(type) {
	case Delta:
		kind = "delta"
	case Echo:
		kind = "echo"
	case Phase:
		kind = "phase"
	case CallDelta:
		kind = "call_delta"
	case Call:
		kind = "call"
	case Finish:
		e.Warnings = present(e.Warnings)
		kind, ev = "finish", e
	case Result:
		kind = "result"
	case Citation:
		kind = "citation"
	case Table:
		e.Columns, e.Rows = present(e.Columns), slices.Clone(present(e.Rows))
		for i, row := range e.Rows {
			e.Rows[i] = present(row)
		}
		kind, ev = "table", e
	case Chart:
		kind = "chart"
	case File:
		kind = "file"
	case Approval:
		kind = "approval"
	case Ledger:
		e.Items = present(e.Items)
		kind, ev = "ledger", e
	case Verdict:
		e.Checked, e.Failed = present(e.Checked), present(e.Failed)
		kind, ev = "verdict", e
	case Passages:
		e.Versions, e.Items = present(e.Versions), slices.Clone(present(e.Items))
		for i := range e.Items {
			e.Items[i].Marks, e.Items[i].Extract = present(e.Items[i].Marks), present(e.Items[i].Extract)
		}
		kind, ev = "passages", e
	case Claim:
		e.Cites, e.Checked, e.Missing = slices.Clone(present(e.Cites)), present(e.Checked), present(e.Missing)
		for i := range e.Cites {
			e.Cites[i].Spans = present(e.Cites[i].Spans)
		}
		kind, ev = "claim", e
	case Sight:
		kind = "sight"
	case Unknown:
		return e.Kind, e.Version, e.Data, nil
	}
	if data, err = json.Marshal(ev); err != nil {
		return "", 0, nil, fmt.Errorf("%s: %w", kind, err)
	}
	return kind, eventVersion, data, nil
}

// present is list, or an empty one in the place of none.
func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// DecodeEvent is the inverse of [EncodeEvent]. What cannot be read, because it is of a kind or version unknown here or
// not well-formed, becomes an [Unknown] that holds it. data is not kept, except in that.
func DecodeEvent(kind string, version int, data []byte) Event {
	if version == eventVersion {
		if ev := decoded(kind, data); ev != nil {
			return ev
		}
	}
	return Unknown{Kind: kind, Version: version, Data: data}
}

func decoded(kind string, data []byte) Event {
	switch kind {
	case "delta":
		return read[Delta](data)
	case "echo":
		return read[Echo](data)
	case "phase":
		return read[Phase](data)
	case "call_delta":
		return read[CallDelta](data)
	case "call":
		return read[Call](data)
	case "finish":
		return read[Finish](data)
	case "result":
		return read[Result](data)
	case "citation":
		return read[Citation](data)
	case "table":
		return read[Table](data)
	case "chart":
		return read[Chart](data)
	case "file":
		return read[File](data)
	case "approval":
		return read[Approval](data)
	case "ledger":
		return read[Ledger](data)
	case "verdict":
		return read[Verdict](data)
	case "passages":
		return read[Passages](data)
	case "claim":
		return read[Claim](data)
	case "sight":
		return read[Sight](data)
	}
	return nil
}

// read returns an event that JSON spells, or nil.
func read[T Event](data []byte) Event {
	var ev T
	if json.Unmarshal(data, &ev) != nil {
		return nil
	}
	return ev
}
