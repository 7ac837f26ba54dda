package chat

// The codes of what the command line says while it asks a model.
const (
	CodeCLIBringing   Code = "cli_bringing"
	CodeCLINoQuestion Code = "cli_no_question"
	CodeCLIThinking   Code = "cli_thinking"
	CodeCLICutShort   Code = "cli_cut_short" // tokens
	CodeCLILoading    Code = "cli_loading"
	CodeCLIReading    Code = "cli_reading" // percent
	CodeCLITalk       Code = "cli_talk"    // model
	CodeCLITalkPrompt Code = "cli_talk_prompt"
	CodeCLITalkNew    Code = "cli_talk_new"
	CodeCLITalkHelp   Code = "cli_talk_help"
)

// talkTexts are the texts of a conversation in a terminal.
var talkTexts = map[Code]text{
	CodeCLIBringing: {
		"아직 모델이 없어 자유롭게 쓸 수 있는 작은 모델을 받습니다.",
		"there is no model yet; bringing a small one under an open licence"},
	CodeCLINoQuestion: {
		"질문이 없습니다. exaone chat \"질문\"처럼 쓰거나 파이프로 보내세요.",
		"there is no question; write exaone chat \"QUESTION\" or send it through a pipe"},
	CodeCLIThinking: {"(생각하는 중)", "(thinking)"},
	CodeCLICutShort: {
		"(%d토큰에서 답변이 끊겼습니다. --max-tokens를 늘리면 더 길게 답합니다.)",
		"(the answer was cut short at %d tokens; a larger --max-tokens lets it go on)"},
	CodeCLILoading: {"모델을 불러오는 중…", "loading the model…"},
	CodeCLIReading: {"질문을 읽는 중… %d%%", "reading the question… %d%%"},
	CodeCLITalk: {
		"‘%s’ 모델과 대화합니다. /new 새 대화, /bye 끝내기, /help 도움말, Ctrl-C 답변 멈추기",
		"talking with %q; /new starts over, /bye ends, /help helps, Ctrl-C stops an answer"},
	CodeCLITalkPrompt: {">>>", ">>>"},
	CodeCLITalkNew:    {"새 대화를 시작합니다.", "a new conversation"},
	CodeCLITalkHelp: {
		"/new   지금까지의 대화를 잊고 새로 시작합니다\n/bye   끝냅니다\nCtrl-C 답변을 멈춥니다",
		"/new   forgets the conversation and starts over\n/bye   ends\nCtrl-C stops an answer"},
}
