package chat

// The codes of the assistant: what ends an answer, and words that go into a model's window.
const (
	CodeTurnInterrupted Code = "turn_interrupted"
	CodeTurnWriting     Code = "turn_writing"  // id of the answer
	CodeTurnNotKept     Code = "turn_not_kept" // the error of the store
	CodeTurnEmpty       Code = "turn_empty"
	CodeTurnTooMany     Code = "turn_too_many" // how many are being written, limit
	CodeNoMode          Code = "no_mode"       // name
	CodeNotAnAnswer     Code = "not_an_answer" // id
	CodeNotAQuestion    Code = "not_a_question"
	CodeApprovalOver    Code = "approval_over"

	CodeAINotice Code = "ai_notice"

	// What an answer from documents says by itself, and where something stands in one.
	CodeAnswerNotFound Code = "answer_not_found"
	CodeAnswerNearest  Code = "answer_nearest"
	CodeAnswerNothing  Code = "answer_nothing"
	CodePlacePage      Code = "place_page"  // page
	CodePlacePages     Code = "place_pages" // first, last
	CodePlaceSlide     Code = "place_slide"
	CodePlaceSheet     Code = "place_sheet"
	CodePlaceChapter   Code = "place_chapter"
	CodePlaceParagraph Code = "place_paragraph"
	CodeAskSource      Code = "ask_source" // a word of a prompt: what a passage is called
	CodeAskSourcePlace Code = "ask_source_place"

	CodeAskGoOn     Code = "ask_go_on"
	CodeAskSummary  Code = "ask_summary"
	CodeAskQuestion Code = "ask_question"
	CodeAskAnswer   Code = "ask_answer"
)

// assistantTexts are the texts of the assistant.
var assistantTexts = map[Code]text{
	CodeTurnInterrupted: {
		"서버가 다시 시작되어 답변이 중간에 끊겼습니다. 그때까지 쓴 내용은 그대로 있습니다.",
		"the server was restarted in the middle of this answer; what had been written is here"},
	CodeApprovalOver: {
		"이미 답했거나, 답변이 끝나서 더 기다리지 않는 요청입니다.",
		"this has been answered, or the answer has ended and nobody waits for it"},
	CodeTurnWriting: {
		"아직 답변(%s)을 쓰고 있습니다. 끝나거나 멈춘 뒤에 이어서 물어보세요.",
		"the answer %s is still being written; wait for it, or stop it, and go on then"},
	CodeTurnNotKept: {
		"답변을 저장하지 못했습니다. %s 저장될 때까지 계속 시도하지만, 필요한 내용은 지금 복사해 두세요.",
		"the answer could not be kept: %s. It is tried again until it can, but copy now what you need"},
	CodeTurnEmpty: {
		"질문이 비어 있습니다.",
		"there is no question"},
	CodeTurnTooMany: {
		"지금 쓰고 있는 답변이 너무 많습니다(%d개, 한도 %d개). 잠시 뒤에 다시 시도하세요.",
		"too many answers are being written (%d, limit %d); try again in a moment"},
	CodeNoMode: {
		"‘%s’ 모드는 없습니다.",
		"there is no mode %q"},
	CodeNotAnAnswer: {
		"‘%s’ 메시지는 답변이 아닙니다.",
		"the message %q is not an answer"},
	CodeNotAQuestion: {
		"답변에 답할 수는 없습니다. 질문을 고르세요.",
		"only a question can be answered again"},

	CodeAINotice: {
		"이 답변은 AI가 만들었습니다. 틀릴 수 있으니 중요한 내용은 확인하세요.",
		"This answer was made by AI. It may be wrong: check what matters."},

	CodeAnswerNotFound: {"문서에서 답을 찾지 못했습니다.", "The documents do not answer this."},
	CodeAnswerNearest:  {"가장 가까운 내용을 함께 보여 드립니다.", "What comes nearest is shown beside it."},
	CodeAnswerNothing:  {"찾아볼 문서가 없습니다.", "There are no documents to look through."},
	CodePlacePage:      {"%d쪽", "p. %d"},
	CodePlacePages:     {"%d–%d쪽", "pp. %d–%d"},
	CodePlaceSlide:     {"슬라이드 %d", "slide %d"},
	CodePlaceSheet:     {"시트 %d", "sheet %d"},
	CodePlaceChapter:   {"%d장", "chapter %d"},
	CodePlaceParagraph: {"%d번째 문단", "paragraph %d"},
	CodeAskSource:      {"자료", "source"},
	CodeAskSourcePlace: {"출처", "from"},

	CodeAskGoOn: {
		"바로 앞의 답변이 중간에 끊겼습니다. 앞 내용을 되풀이하지 말고 끊긴 곳부터 이어서 쓰세요.",
		"Your last answer was cut off. Go on exactly where it stopped, without repeating any of it."},
	CodeAskSummary:  {"지금까지의 대화 요약:", "Summary of the conversation so far:"},
	CodeAskQuestion: {"질문:", "Question:"},
	CodeAskAnswer:   {"답변:", "Answer:"},
}
