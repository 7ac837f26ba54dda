package chat

// The codes of limits that people share, and of how much one person may have going on at once.
const (
	CodeQuotaTeamDay    Code = "quota_team_day"     // tokens used, limit, when it is 0 again, name of the team
	CodeQuotaTeamMinute Code = "quota_team_minute"  // requests a minute, seconds to wait, name of the team
	CodeQuotaTeamAtOnce Code = "quota_team_at_once" // limit, name of the team

	CodeTurnTooManyYours Code = "turn_too_many_yours" // limit
	CodeFollowTooMany    Code = "follow_too_many"     // limit
)

// limitTexts are the texts of such limits.
var limitTexts = map[Code]text{
	CodeQuotaTeamDay: {
		"‘%[4]s’ 팀이 오늘 함께 쓸 수 있는 토큰을 다 썼습니다(%[1]d / %[2]d). %[3]s에 다시 쓸 수 있습니다.",
		"the team %[4]q has used up its tokens of today (%[1]d of %[2]d); you can ask again at %[3]s"},
	CodeQuotaTeamMinute: {
		"‘%[3]s’ 팀은 모두 합쳐 1분에 %[1]d번까지 물을 수 있습니다. %[2]d초 뒤에 다시 시도하세요.",
		"the team %[3]q together can ask %[1]d times a minute; try again in %[2]d seconds"},
	CodeQuotaTeamAtOnce: {
		"‘%[2]s’ 팀은 모두 합쳐 동시에 %[1]d개까지 물을 수 있습니다. 앞의 답변이 끝난 뒤에 다시 시도하세요.",
		"the team %[2]q together can ask %[1]d at once; try again when an answer has ended"},

	CodeTurnTooManyYours: {
		"한 사람이 동시에 쓰게 할 수 있는 답변은 %d개까지입니다. 앞의 답변이 끝나거나 멈춘 뒤에 다시 물어보세요.",
		"one person can have %d answers written at once; wait for one to end, or stop one, and ask again"},
	CodeFollowTooMany: {
		"한 사람이 동시에 지켜볼 수 있는 답변은 %d개까지입니다. 다른 창이나 탭을 닫고 다시 여세요.",
		"one person can follow %d answers at once; close another window or tab and open this one again"},
}
