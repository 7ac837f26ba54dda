package chat

// In returns the text of a code that is a parameter of another's sentence.
func (c Code) In(lang Language) string { return Text(lang, c) }

// CodeOfProgram is the name of what only the program itself does.
const CodeOfProgram Code = "action_system"

// actionTexts name what people may do, and what they are: "action_" and the action, "role_" and the role. A sentence has
// them as parameters.
var actionTexts = map[Code]text{
	"action_self":            {"자기 계정 관리", "managing one's own account"},
	"action_ask":             {"모델에 묻기", "asking models"},
	"action_converse":        {"대화 보관", "keeping conversations"},
	"action_use_api":         {"API 키 만들기", "making API keys"},
	"action_share":           {"대화 공유", "sharing conversations"},
	"action_prompts_publish": {"프롬프트 공유", "publishing prompts"},
	"action_invite":          {"초대", "inviting people"},
	"action_people_manage":   {"사용자 관리", "managing people"},
	"action_teams_manage":    {"팀 관리", "managing teams"},
	"action_models_manage":   {"모델 관리", "managing models"},
	"action_quotas_manage":   {"한도 관리", "managing limits"},
	"action_usage_read":      {"사용량 보기", "reading usage"},
	"action_audit_read":      {"감사 기록 보기", "reading the audit log"},
	"action_audit_text":      {"다른 사람의 대화 열람", "reading what others wrote"},
	"action_announce":        {"공지", "announcing"},
	"action_brand":           {"화면 꾸미기", "changing how the page looks"},
	"action_feedback_handle": {"의견 처리", "handling feedback"},
	"action_backup":          {"백업", "backing up"},
	CodeOfProgram:            {"프로그램 내부 작업", "the program's own work"},

	"role_admin":   {"관리자", "admin"},
	"role_auditor": {"감사자", "auditor"},
	"role_member":  {"구성원", "member"},
	"role_guest":   {"손님", "guest"},
}
