package chat

// waitTexts are what the page says about questions that are still to be sent, about what a model can do, and about
// drawings.
var waitTexts = map[Code]text{
	"ui_queue_held": {
		"아직 보내지 않은 질문이 %d개 있습니다.",
		"Questions that have not been sent: %d"},
	"ui_queue_send":     {"보내기", "Send it"},
	"ui_queue_send_all": {"차례로 보내기", "Send in turn"},
	"ui_level_switch":   {"%s 모델로 바꾸기", "Switch to %s"},
	"ui_level_ask_admin": {
		"더 큰 모델은 관리자가 받을 수 있습니다.",
		"An administrator can bring a larger one."},
	"ui_no_model_ask": {
		"아직 모델이 없습니다. 관리자가 모델을 받으면 물을 수 있습니다.",
		"There is no model yet. You can ask once an administrator has brought one."},
	"ui_diagram":        {"답변에 있는 도표", "A diagram in the answer"},
	"ui_diagram_wait":   {"도표를 그리고 있습니다", "Drawing the diagram"},
	"ui_diagram_failed": {"도표로 그릴 수 없어서 코드를 보여 드립니다.", "This cannot be drawn; here is its code."},
	"ui_approval_over":  {"답변이 끝나서 더 기다리지 않습니다.", "The answer has ended; nobody waits for this any more."},
	"ui_name_change":    {"바꾸기", "Change"},
	"ui_name_change_title": {
		"다른 사람에게 보일 이름",
		"The name that others see"},
	"ui_share_thinking": {"생각한 내용도 보이기", "Show the thoughts, too"},
	"ui_share_thinking_detail": {
		"모델이 답하기 전에 생각한 내용까지 읽을 수 있습니다.",
		"Readers see what the model thought before it answered."},
	"ui_search_cut": {
		"글이 많아 최근 것까지만 찾았습니다. 낱말을 더 넣으면 더 오래된 것도 찾을 수 있습니다.",
		"There is too much to search through, so only what is recent was searched. More words find what is older."},
	"ui_audit_console": {"서버의 터미널", "The server's terminal"},
	"ui_audit_local":   {"이 컴퓨터의 프로그램", "A program on this computer"},
	"ui_grade":         {"등급", "Grade"},
	"ui_clearance":     {"읽을 수 있는 등급", "May read up to"},
	"ui_clearance_detail": {
		"이 등급까지의 대화와 폴더를 보고 만들 수 있습니다.",
		"Conversations and folders up to this grade can be seen and made."},
	"ui_limits_team_each":  {"각 팀원", "each member"},
	"ui_limits_team_whole": {"팀 전체", "the whole team"},
	"ui_quota_team":        {"%s 팀: 오늘 %s / %s토큰 사용", "%s: %s of %s tokens used today"},
	"ui_ledger_rounds":     {"답하기 전에 모델을 %s번 더 부릅니다(약 %s토큰).", "The model is asked %s times before the answer (about %s tokens)."},
	"ui_message_cut": {
		"아래 글이 많아서 이 메시지는 보여 드리지 못했습니다.",
		"There is too much below this message to show it here."},
	"ui_branch_cut": {
		"대화가 너무 길어 오래된 메시지의 글은 빼고 보여 드립니다. 그 메시지를 열면 볼 수 있습니다.",
		"This conversation is so long that older messages are shown without their text; open one to read it."},
	"ui_message_open": {"열어 보기", "Open it"},
	"ui_queue_edit":   {"입력란에서 고치기", "Edit in the field"},
}
