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
	CodeCLIAskUnread    Code = "cli_ask_unread"   // file, why
	CodeCLIAskOneFile   Code = "cli_ask_one_file" // how many there are

	CodeCLIVerifyOK       Code = "cli_verify_ok"
	CodeCLIVerifyMissing  Code = "cli_verify_missing" // what
	CodeCLIVerifyChanged  Code = "cli_verify_changed"
	CodeCLIVerifyDeleted  Code = "cli_verify_deleted"
	CodeCLIVerifyWithheld Code = "cli_verify_withheld"
	CodeCLIVerifyUnread   Code = "cli_verify_unread"
	CodeCLIVerifyUncited  Code = "cli_verify_uncited"
	CodeCLIVerifyAbsent   Code = "cli_verify_absent"
	CodeCLIVerifyUnknown  Code = "cli_verify_unknown"
	CodeCLIVerifyStray    Code = "cli_verify_stray"
	CodeCLIVerifySum      Code = "cli_verify_sum"  // sentences, of them in order, struck, false; citations that could not be checked
	CodeCLIVerifyRows     Code = "cli_verify_rows" // rows, of them in order, struck, wrong, not checked
	CodeCLIVerifyNone     Code = "cli_verify_none"
)

var askTexts = map[Code]text{
	CodeExamples: {"예제 자료", "Examples"},

	"ui_act_answer_verify": {"답변의 인용 확인", "Citations of an answer checked"},

	CodeCLIAskReading:   {"읽는 중: %s (%d/%d)", "reading: %s (%d/%d)"},
	CodeCLIAskSearching: {"찾는 중…", "searching…"},
	CodeCLIAskSources:   {"출처", "Sources"},
	CodeCLIAskNearest:   {"가장 가까운 대목", "What comes nearest"},
	CodeCLIAskStruck:    {"(근거에 없음: %s)", "(not in the source: %s)"},
	CodeCLIAskChecked:   {"확인한 것: 인용한 글이 문서에 있고, 숫자가 그 글과 맞습니다.", "Checked: the cited text is in the document, and the numbers agree with it."},
	CodeCLIAskFiles:     {"파일을 하나 이상, 마지막에 질문을 주세요", "give one file or more, and the question last"},
	CodeCLIAskNoFile:    {"읽을 수 있는 파일이 없습니다", "there is no file that can be read"},
	CodeCLIAskUnread:    {"%s은(는) 읽지 못했습니다: %s", "%s could not be read: %s"},

	CodeCLIAskOneFile: {"--box는 파일이 하나일 때만 쓸 수 있습니다(지금 %d개)", "--box is for one file; there are %d"},

	CodeCLIVerifyOK:       {"맞음", "ok"},
	CodeCLIVerifyMissing:  {"근거에 없는 것: %s", "not in the source: %s"},
	CodeCLIVerifyChanged:  {"인용한 글이 바뀜", "the cited text has changed"},
	CodeCLIVerifyDeleted:  {"문서가 삭제됨", "the document was deleted"},
	CodeCLIVerifyWithheld: {"볼 수 없는 문서", "a document that you may not read"},
	CodeCLIVerifyUnread:   {"아직 읽지 않은 문서", "a document that is not read yet"},
	CodeCLIVerifyUncited:  {"근거를 대지 않음", "cites nothing"},
	CodeCLIVerifyAbsent:   {"문서에 없는 자리", "no such place in the document"},
	CodeCLIVerifyUnknown:  {"찾은 적 없는 대목", "a passage that was never found"},
	CodeCLIVerifyStray:    {"확인되지 않은 인용", "a citation that nothing stands behind"},
	CodeCLIVerifySum: {
		"문장 %d개: 맞음 %d, 답변에서 이미 지운 것 %d, 거짓 인용 %d, 확인하지 못한 인용 %d",
		"%d sentences: %d ok, %d struck out in the answer already, %d false citations, %d citations not checked"},
	CodeCLIVerifyRows: {
		"표의 행 %d개: 맞음 %d, 답변에서 이미 지운 것 %d, 틀린 것 %d, 확인하지 못한 것 %d",
		"%d rows of tables: %d ok, %d struck out in the answer already, %d wrong, %d not checked"},
	CodeCLIVerifyNone: {"이 답변에는 확인할 인용이 없습니다", "this answer has no citations to check"},

	"ui_example_documents": {"출장 여비는 언제까지 정산해야 하나요?", "When must travel expenses be settled? (asked in Korean)"},
	"ui_copy_sources":      {"출처와 함께 복사", "Copy with sources"},
	"ui_print":             {"인쇄", "Print"},
	"ui_proof_again":       {"근거 다시 확인", "Check the proof again"},
	"ui_proof_detail":      {"인용한 글이 지금도 문서에 있는지, 문장의 숫자가 그 글에 있는지 문서에서 다시 봅니다.", "The cited text is looked up again in the documents, and the numbers of each sentence in that text."},
	"ui_proof_none":        {"확인할 인용이 없습니다", "There are no citations to check"},
	"ui_proof_whole":       {"거짓 인용이 없습니다", "No citation is false"},
	"ui_proof_partly":      {"거짓 인용이 없습니다. 확인하지 못한 인용과 행 %s개", "No citation is false; citations and rows that could not be checked: %s"},
	"ui_proof_false":       {"거짓 인용이 있습니다", "A citation is false"},
	"ui_proof_ok":          {"인용한 글이 문서에 있고, 숫자가 맞습니다", "The cited text is in the document, and the numbers agree"},
	"ui_proof_missing":     {"근거에 없는 것: %s", "Not in the source: %s"},
	"ui_proof_uncited":     {"근거를 대지 않음", "Cites nothing"},
	"ui_proof_unknown":     {"찾은 적 없는 대목을 인용함", "Cites a passage that was never found"},
	"ui_proof_absent":      {"인용한 자리가 문서에 없음", "The document has no such place"},
	"ui_proof_changed":     {"인용한 글이 바뀜", "The cited text has changed"},
	"ui_proof_deleted":     {"문서가 삭제되어 확인할 수 없음", "The document was deleted"},
	"ui_proof_withheld":    {"볼 수 없는 문서라 확인할 수 없음", "You may not read the document"},
	"ui_proof_unread":      {"문서를 아직 읽는 중", "The document is still being read"},
	"ui_proof_stray":       {"뒷받침이 없는 인용 [%s]", "Citation [%s] has nothing behind it"},

	"cli_help_ask": {
		"파일에 물어 근거와 함께 답합니다",
		"answer a question from files, with the proof"},
	"cli_detail_ask": {
		`파일이나 폴더를 하나 이상 쓰고 질문은 마지막에 씁니다. 서버도 모델도 필요 없습니다. 모델 없이는 파일에 적힌 문장이 답이고,
--model을 주면 그 모델이 쓴 문장마다 인용한 글이 파일에 있는지, 숫자가 맞는지 확인합니다. 근거에 없는 숫자가 든 문장에는 줄을
긋습니다. 답이 없으면 가장 가까운 대목을 보여 주고 종료 코드 1로 끝납니다.`,
		`Give one file or folder, or more, and the question last. Neither a server nor a model is needed: without one the answer is a
sentence of the files. With --model, each sentence that it writes is held against the text that it cites; one with a number
that is not there is struck through. If nothing answers the question, what comes nearest is shown, and the exit code is 1.`},
	"cli_example_ask":   {"exaone ask 규정 '출장비는 언제까지 정산하나요?'", "exaone ask rules 'when are travel expenses settled?'"},
	"cli_arg_ask":       {"파일과 폴더, 그리고 마지막에 질문", "files and folders, and the question last"},
	"cli_flag_ask_json": {"찾은 대목, 답, 인용, 문장마다의 근거를 담은 JSON", "JSON with the passages, the answer, the citations, and what each sentence rests on"},
	"cli_flag_box": {
		"쪽:왼쪽,위,오른쪽,아래 — 그림이나 PDF 한 개의 그 부분만 (포인트나 픽셀, 왼쪽 위가 0,0; 네 번까지)",
		"PAGE:LEFT,TOP,RIGHT,BOTTOM, that part alone of a picture or PDF (points or pixels from the top left corner; up to four times)"},
	"cli_flag_ask_model": {"문장을 쓸 모델. 없으면 파일에 적힌 문장이 답", "the model that writes; without one the answer is in the words of the files"},

	"cli_help_verify": {
		"답변의 인용을 다시 확인합니다",
		"check the citations of an answer again"},
	"cli_detail_verify": {
		`ID는 답변이나 대화의 id입니다. 대화면 그 대화의 답변을 모두 확인합니다. 처음 확인한 결과는 믿지 않고, 인용한 글이 보관된 문서의
그 자리에 그대로 있는지, 문장의 숫자와 따옴표 안의 이름이 그 글에 있는지 다시 봅니다. 거짓 인용이 하나라도 있으면 종료 코드 1로 끝납니다.
삭제된 문서의 인용은 확인할 수 없다고 알려 줍니다. 서버가 돌고 있으면 서버가 확인합니다.`,
		`ID is that of an answer or of a conversation, all of whose answers are checked then. What was found at first is not believed:
the cited text is looked up at its place in the document that is kept, and the sentence's numbers and quoted names in that text.
One false citation makes the exit code 1. What cites a deleted document cannot be checked, and is said to be so. A server that
is running does it.`},
	"cli_example_verify":   {"exaone verify message-5x2k", "exaone verify message-5x2k"},
	"cli_arg_verify":       {"답변이나 대화의 id", "the id of an answer or a conversation"},
	"cli_flag_verify_json": {"답변마다 JSON 한 줄", "a line of JSON for each answer"},
}
