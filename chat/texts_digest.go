package chat

// The codes of what is said about whole documents: summaries, comparisons, tables.
const (
	CodeDigestWhich     Code = "digest_which"
	CodeDigestPages     Code = "digest_pages"      // name, pages read, pages
	CodeDigestPassages  Code = "digest_passages"   // name, passages read, passages
	CodeDigestMore      Code = "digest_more"       // holes
	CodeDigestMoreBooks Code = "digest_more_books" // documents
	CodeDigestUnread    Code = "digest_unread"     // name, why
	CodeDigestHidden    Code = "digest_hidden"     // name, passages
	CodeDigestNothing   Code = "digest_nothing"
	CodeDigestReplaced  Code = "digest_replaced" // sentences
)

// digestTexts are the texts of what is said about whole documents.
var digestTexts = map[Code]text{
	CodeDigestWhich: {
		"어느 문서를 말씀하시는지 알 수 없습니다. 문서를 대화에 첨부하거나, 문서의 이름을 질문에 써 주세요.",
		"It is not clear which document you mean. Attach it to the chat, or name it in your question."},
	CodeDigestPages:     {"**%s**: %d/%d쪽을 읽었습니다.", "**%s**: %d of %d pages read."},
	CodeDigestPassages:  {"**%s**: %d/%d대목을 읽었습니다.", "**%s**: %d of %d passages read."},
	CodeDigestMore:      {"그 밖에 읽지 못한 곳 %d군데", "%d more places that could not be read"},
	CodeDigestMoreBooks: {"문서가 너무 많아 %d개는 읽지 않았습니다.", "There are too many documents: %d were not read."},
	CodeDigestUnread:    {"**%s**: 읽지 못했습니다. %s", "**%s**: not read. %s"},
	CodeDigestHidden:    {"**%s**: 화면에 보이지 않게 숨겨 둔 대목 %d곳은 쓰지 않았습니다.", "**%s**: %d passages that the document hides were left out."},
	CodeDigestNothing:   {"요약할 문장이 없습니다. 표나 그림만 있는 문서일 수 있습니다.", "There are no sentences to sum up. The document may have only tables or pictures."},
	CodeDigestReplaced:  {"모델이 쓴 문장 %d개는 원문과 맞지 않아 원문의 문장으로 바꾸었습니다.", "%d sentences of the model did not agree with the document; its own sentences stand in their place."},

	"ui_talk_phase_pages": {"문서를 처음부터 끝까지 읽고 있습니다", "Reading whole documents"},
}
