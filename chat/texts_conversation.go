package chat

// The codes of conversations and what belongs to them. What somebody may not see is "not there".
const (
	CodeNoConversation Code = "no_conversation" // id
	CodeNoMessage      Code = "no_message"      // id
	CodeAnswerOver     Code = "answer_over"     // id
	CodeNoFolder       Code = "no_folder"       // id
	CodeNoSummary      Code = "no_summary"      // id
	CodeNoPrompt       Code = "no_prompt"       // id
	CodePromptTaken    Code = "prompt_taken"    // name
	CodeNoShare        Code = "no_share"        // nothing: whoever asks may be anybody
	CodeNoRating       Code = "no_rating"       // id of the message
	CodeNoAnnouncement Code = "no_announcement" // id
)

// conversationTexts are the texts of conversations and what belongs to them.
var conversationTexts = map[Code]text{
	CodeNoConversation: {
		"‘%s’ 대화를 찾을 수 없습니다. 지워졌을 수 있습니다.",
		"there is no conversation %q; it may have been deleted"},
	CodeNoMessage: {
		"‘%s’ 메시지를 찾을 수 없습니다. 지워졌을 수 있습니다.",
		"there is no message %q; it may have been deleted"},
	CodeAnswerOver: {
		"‘%s’ 답변은 이미 끝났습니다.",
		"the answer %q has ended already"},
	CodeNoFolder: {
		"‘%s’ 폴더를 찾을 수 없습니다.",
		"there is no folder %q"},
	CodeNoSummary: {
		"‘%s’ 요약을 찾을 수 없습니다.",
		"there is no summary %q"},
	CodeNoPrompt: {
		"‘%s’ 프롬프트를 찾을 수 없습니다.",
		"there is no prompt %q"},
	CodePromptTaken: {
		"‘/%s’ 프롬프트가 이미 있습니다. 다른 이름을 쓰세요.",
		"you have a prompt /%s already; choose another name"},
	CodeNoShare: {
		"공유된 대화를 찾을 수 없습니다. 공유가 끝났거나 볼 수 있는 사람이 아닙니다.",
		"this shared conversation cannot be found; it is shared no more, or not with you"},
	CodeNoRating: {
		"‘%s’ 메시지에 대한 평가를 찾을 수 없습니다.",
		"there is no rating of message %q"},
	CodeNoAnnouncement: {
		"‘%s’ 공지를 찾을 수 없습니다.",
		"there is no announcement %q"},
}
