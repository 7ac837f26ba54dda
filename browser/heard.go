package browser

// Heard is what a screen reader is told of what a selector finds, in order: role and name of each thing in the browser's
// accessibility tree that it does not pass over. A text has the role StaticText.
func (b *Tab) Heard(selector string) []Said {
	b.T.Helper()
	type value struct{ Value any }
	var out struct {
		Nodes []struct {
			Ignored    bool
			Role, Name value
		}
	}
	b.decode(b.session, "Accessibility.queryAXTree", map[string]any{"objectId": b.object(selector)}, &out)
	var all []Said
	for _, n := range out.Nodes {
		role, _ := n.Role.Value.(string)
		name, _ := n.Name.Value.(string)
		if !n.Ignored && role != "InlineTextBox" {
			all = append(all, Said{role, name})
		}
	}
	return all
}

// Said is one thing that a screen reader is told.
type Said struct{ Role, Name string }

// object is the browser's handle on what a selector finds.
func (b *Tab) object(selector string) string {
	b.T.Helper()
	var out struct{ Result struct{ ObjectID string } }
	b.decode(b.session, "Runtime.evaluate", map[string]any{"expression": "document.querySelector(" + Quote(selector) + ")"}, &out)
	if out.Result.ObjectID == "" {
		b.T.Fatalf("no %s", selector)
	}
	return out.Result.ObjectID
}
