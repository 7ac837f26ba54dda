package assistant

// offers are the modes that there are, the one that answers when no other fits first. A new mode is a file of its own, its
// prompts beside it, and a line here.
func offers(a *Assistant) []Offer {
	return []Offer{
		{Mode: talk{a}},
	}
}
