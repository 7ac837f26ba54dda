package assistant

// offers are the modes that there are, the one that answers when no other fits first. A new mode is a file of its own, its
// prompts beside it, and a line here.
func offers(a *Assistant) []Offer {
	all := []Offer{
		{Mode: talk{a}, Korean: "일반 대화, 글쓰기, 번역, 상식 질문", English: "conversation, writing, translation, general questions"},
	}
	if a.library != nil {
		d := documents{Assistant: a}
		all = append(all, Offer{Mode: digest{a}, Korean: "문서 전체의 요약", English: "a summary of a whole document", Fits: digest{a}.fits},
			Offer{Mode: compare{a}, Korean: "두 문서나 두 판의 대조, 신구조문 대비표", English: "a comparison of two documents or versions", Fits: compare{a}.fits},
			Offer{Mode: tabling{a}, Korean: "문서에서 항목을 모은 표", English: "a table of what is named, from whole documents", Fits: tabling{a}.fits})
		all = append(all, Offer{Mode: d, Korean: "회사 문서나 첨부한 파일에서 찾아 답할 질문", English: "questions that documents of the company or attached files answer", Fits: d.fits})
	}
	return all
}
