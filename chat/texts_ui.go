package chat

// uiTexts are the texts of the page. Its script asks for them by code ("ui_" and a name), so they have no constants.
var uiTexts = map[Code]text{
	"ui_skip":                 {"메시지 입력으로 건너뛰기", "Skip to the message"},
	"ui_new":                  {"새 대화", "New chat"},
	"ui_settings":             {"설정", "Settings"},
	"ui_other_language_label": {"Switch to English", "Switch to Korean"},
	"ui_welcome":              {"무엇을 도와드릴까요?", "What can I help with?"},
	"ui_welcome_detail": {
		"모델은 이 서버 안에서 돌아갑니다. 쓰신 내용은 밖으로 나가지 않습니다.",
		"The model runs on this server. Nothing you write leaves it."},
	"ui_welcome_elsewhere": {
		"다른 서버에 있는 모델(%s)이 답합니다. 쓰신 내용은 그 서버로 전해집니다.",
		"A model on another server answers (%s). What you write goes there."},
	"ui_example_1":    {"처음 만난 거래처에 보낼 인사 메일을 써 주세요", "Write a short e-mail to introduce myself to a new client"},
	"ui_example_2":    {"복리와 단리의 차이를 예를 들어 설명해 주세요", "Explain compound and simple interest with an example"},
	"ui_example_3":    {"이름순으로 정렬하는 파이썬 코드를 보여 주세요", "Show Python code that sorts people by name"},
	"ui_example_4":    {"회의 메모를 한 쪽 보고서로 정리하는 틀을 만들어 주세요", "Draft an outline that turns meeting notes into a one-page report"},
	"ui_conversation": {"대화", "Conversation"},
	"ui_message":      {"메시지를 입력하세요", "Write a message"},
	"ui_send":         {"보내기", "Send"},
	"ui_stop":         {"멈추기", "Stop"},
	"ui_copy":         {"복사", "Copy"},
	"ui_copied":       {"복사했습니다", "Copied"},
	"ui_copy_failed":  {"복사하지 못했습니다", "Could not copy"},
	"ui_again":        {"다시 답하기", "Answer again"},
	"ui_retry":        {"다시 시도", "Try again"},
	"ui_stopped":      {"멈췄습니다.", "Stopped."},
	"ui_cut": {
		"한 번에 읽고 쓸 수 있는 길이를 다 써서 답변이 여기서 끝났습니다.",
		"The answer ends here because the model's window is full."},
	"ui_thinking": {"생각한 내용", "Thoughts"},
	"ui_not_yet":  {"모델을 받고 있습니다. 끝나면 보낼 수 있습니다", "The model is on its way; you can send when it is here"},

	"ui_models": {"모델 고르기", "Choose a model"},
	"ui_models_detail": {
		"한국어를 잘하는 모델부터 보여 드립니다. 크고 느린 모델일수록 대체로 답변이 낫습니다.",
		"Those that speak Korean best come first. Larger, slower models usually answer better."},
	"ui_close":    {"닫기", "Close"},
	"ui_cancel":   {"취소", "Cancel"},
	"ui_done":     {"완료", "Done"},
	"ui_no_model": {"모델 없음", "No model"},
	"ui_picker":   {"모델 고르기. 지금은 %s", "Choose a model. Now: %s"},
	"ui_no_korean": {
		"지금 쓰는 %s 모델은 한국어를 제대로 하지 못합니다. 한국어로 물으려면 다른 모델을 받으세요.",
		"The present model, %s, cannot really speak Korean. Bring another to ask in Korean."},
	"ui_model_missing": {
		"아직 모델이 없습니다.",
		"There is no model yet."},
	"ui_better":    {"더 나은 모델 보기", "See better models"},
	"ui_korean":    {"한국어", "Korean"},
	"ui_in_use":    {"사용 중", "In use"},
	"ui_elsewhere": {"다른 서버에 있음", "On another server"},
	"ui_too_large": {"메모리 %s 필요", "Needs %s of memory"},
	"ui_window":    {"%s토큰까지", "%s tokens"},
	"ui_use":       {"사용", "Use"},
	"ui_bring":     {"받기", "Bring"},
	"ui_pulling":   {"%s 모델을 받고 있습니다", "Bringing %s"},
	"ui_pull_stopped": {
		"%s 모델을 받지 못했습니다. %s",
		"%s could not be brought: %s"},
	"ui_pull_failed":    {"문제가 생겼습니다. 자세한 내용은 서버 기록에 있습니다.", "something went wrong; the server's log says what"},
	"ui_progress":       {"%s / %s (%d%%)", "%s of %s (%d%%)"},
	"ui_left_seconds":   {"%d초 남음", "%d s left"},
	"ui_left_minutes":   {"%d분 남음", "%d min left"},
	"ui_phase_wait":     {"다른 쪽에서 받는 것을 기다립니다", "Waiting for another download of it"},
	"ui_phase_ask":      {"받을 곳을 찾고 있습니다", "Looking for a source"},
	"ui_phase_download": {"받고 있습니다", "Downloading"},
	"ui_phase_unpack":   {"풀고 있습니다", "Unpacking"},
	"ui_phase_copy":     {"복사하고 있습니다", "Copying"},

	"ui_licence_text":   {"라이선스 내용", "Text of the licence"},
	"ui_licence_terms":  {"%s 모델은 아래 약관에 동의해야 받을 수 있습니다.", "%s comes under the terms below."},
	"ui_licence_accept": {"동의하고 받기", "Accept and bring"},
	"ui_licence_research": {
		"%s 모델은 연구 목적으로만 쓸 수 있습니다. 아래 내용을 읽고 이름을 적어 동의하세요.",
		"%s may be used for research only. Read the text below and accept it with your name."},
	"ui_licence_name": {"동의하는 사람의 이름", "Name of the person who accepts"},
	"ui_licence_confirm": {
		"내용을 읽었으며, 상업적으로 쓰지 않고 이 조건을 지키겠습니다.",
		"I have read the text; I will keep to it and make no commercial use of the model."},

	"ui_system":         {"모델에게 미리 주는 지시", "Instructions the model reads first"},
	"ui_system_example": {"예: 항상 존댓말로 짧게 답해 주세요.", "For example: answer briefly and politely."},
	"ui_theme":          {"화면 색", "Colours"},
	"ui_theme_system":   {"시스템 설정대로", "As the system"},
	"ui_theme_light":    {"밝게", "Light"},
	"ui_theme_dark":     {"어둡게", "Dark"},

	"ui_error_network": {
		"서버에 연결할 수 없습니다. exaone serve가 켜져 있는지 확인하고 다시 시도하세요.",
		"The server cannot be reached. See that exaone serve is running, and try again."},
	"ui_error_cut": {
		"답변이 오는 중에 연결이 끊겼습니다. 다시 시도하세요.",
		"The connection broke during the answer. Try again."},
	"ui_error_status": {"서버가 요청을 처리하지 못했습니다(HTTP %d).", "The server could not handle the request (HTTP %d)."},
}
