package chat

// The codes of how confidential something is, and of what is not all there is.
const (
	CodeGradeAbove Code = "grade_above" // grade that was asked for, highest that the person may read
	CodeGradeBelow Code = "grade_below" // lowest that it can have

	CodeSearchCut   Code = "search_cut"
	CodeSearchNewer Code = "search_newer"
)

// gradeTexts are the texts of grades, and of what is not all there is.
var gradeTexts = map[Code]text{
	CodeGradeAbove: {
		"%d등급을 줄 수 없습니다. 볼 수 있는 등급은 %d등급까지라서, 더 높이면 스스로도 볼 수 없게 됩니다.",
		"this cannot have grade %d: you may read up to grade %d, and would not see it any more yourself"},
	CodeGradeBelow: {
		"%d등급보다 낮출 수 없습니다. 들어 있는 폴더나 가져온 대화, 첨부한 파일이 그 등급입니다.",
		"this cannot go below grade %d: the folder it is in, the conversation it was copied from, or a file attached to it has that grade"},
	CodeSearchCut: {
		"글이 많아 최근 것까지만 찾았습니다. 낱말을 더 넣으면 더 오래된 것도 찾을 수 있습니다.",
		"there is too much to search through, so only what is recent was searched; more words find what is older"},
	CodeSearchNewer: {
		"새로 검색을 시작해서 앞의 검색은 그쳤습니다.",
		"this search ended because you began another"},

	"ui_act_conversation_grade": {"대화 등급 변경", "Chat's grade changed"},
	"ui_act_folder_grade":       {"폴더 등급 변경", "Folder's grade changed"},
	"ui_act_prompt_grade":       {"프롬프트 등급 변경", "Prompt's grade changed"},
}
