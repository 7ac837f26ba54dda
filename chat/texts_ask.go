package chat

// The codes of asking about files at the terminal, of proving answers again, and of the documents that the program brings.
const (
	CodeExamples Code = "examples"

	CodeCLIAskReading   Code = "cli_ask_reading" // file, done, all
	CodeCLIAskSearching Code = "cli_ask_searching"
	CodeCLIAskSources   Code = "cli_ask_sources"
	CodeCLIAskNearest   Code = "cli_ask_nearest"
	CodeCLIAskStruck    Code = "cli_ask_struck" // what is missing
	CodeCLIAskChecked   Code = "cli_ask_checked"
	CodeCLIAskFiles     Code = "cli_ask_files"
	CodeCLIAskNoFile    Code = "cli_ask_no_file"
	CodeCLIAskUnread    Code = "cli_ask_unread" // file, why

	CodeCLIVerifyOK       Code = "cli_verify_ok"
	CodeCLIVerifyMissing  Code = "cli_verify_missing" // what
	CodeCLIVerifyChanged  Code = "cli_verify_changed"
	CodeCLIVerifyDeleted  Code = "cli_verify_deleted"
	CodeCLIVerifyWithheld Code = "cli_verify_withheld"
	CodeCLIVerifyUnread   Code = "cli_verify_unread"
	CodeCLIVerifyUncited  Code = "cli_verify_uncited"
	CodeCLIVerifySum      Code = "cli_verify_sum" // claims, of them in order, struck, false
	CodeCLIVerifyNone     Code = "cli_verify_none"
	CodeCLIVerifyNothing  Code = "cli_verify_nothing" // id
)

var askTexts = map[Code]text{
	CodeExamples: {"예제 자료", "Examples"},

	CodeCLIAskReading:   {"읽는 중: %s (%d/%d)", "reading: %s (%d/%d)"},
	CodeCLIAskSearching: {"찾는 중…", "searching…"},
	CodeCLIAskSources:   {"출처", "Sources"},
	CodeCLIAskNearest:   {"가장 가까운 대목", "What comes nearest"},
	CodeCLIAskStruck:    {"(근거에 없음: %s)", "(not in the source: %s)"},
	CodeCLIAskChecked:   {"확인한 것: 인용한 글이 문서에 있고, 숫자가 그 글과 맞습니다.", "Checked: the cited text is in the document, and the numbers agree with it."},
	CodeCLIAskFiles:     {"파일을 하나 이상, 마지막에 질문을 주세요", "give one file or more, and the question last"},
	CodeCLIAskNoFile:    {"읽을 수 있는 파일이 없습니다", "there is no file that can be read"},
	CodeCLIAskUnread:    {"%s은(는) 읽지 못했습니다: %s", "%s could not be read: %s"},

	CodeCLIVerifyOK:       {"맞음", "ok"},
	CodeCLIVerifyMissing:  {"근거에 없는 것: %s", "not in the source: %s"},
	CodeCLIVerifyChanged:  {"인용한 글이 바뀜", "the cited text has changed"},
	CodeCLIVerifyDeleted:  {"문서가 삭제됨", "the document was deleted"},
	CodeCLIVerifyWithheld: {"볼 수 없는 문서", "a document that you may not read"},
	CodeCLIVerifyUnread:   {"아직 읽지 않은 문서", "a document that is not read yet"},
	CodeCLIVerifyUncited:  {"근거를 대지 않음", "cites nothing"},
	CodeCLIVerifySum:      {"문장 %d개: 맞음 %d, 답변에서 이미 지운 것 %d, 거짓 인용 %d", "%d sentences: %d ok, %d struck out in the answer already, %d false citations"},
	CodeCLIVerifyNone:     {"이 답변에는 확인할 인용이 없습니다", "this answer has no citations to check"},
	CodeCLIVerifyNothing:  {"%s은(는) 답변도 대화도 아닙니다", "%s is neither an answer nor a conversation"},
}
