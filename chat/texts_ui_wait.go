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
	"ui_queue_edit":     {"입력란에서 고치기", "Edit in the field"},
}
