package chat

// The codes of carrying conversations away and bringing them here.
const (
	CodeImportTooLarge Code = "import_too_large" // MiB
	CodeImportTooMany  Code = "import_too_many"  // messages
	CodeImportDamaged  Code = "import_damaged"   // byte
	CodeImportForm     Code = "import_form"      // what
	CodeImportUnknown  Code = "import_unknown"
	CodeImportNothing  Code = "import_nothing"
	CodeImportNewer    Code = "import_newer" // version found, newest version known

	// What was skipped: its name, how often.
	CodeSkippedInstructions Code = "skipped_instructions"
	CodeSkippedHidden       Code = "skipped_hidden"
	CodeSkippedTool         Code = "skipped_tool"
	CodeSkippedFile         Code = "skipped_file"
	CodeSkippedPart         Code = "skipped_part"
	CodeSkippedRole         Code = "skipped_role"
	CodeSkippedValue        Code = "skipped_value"
	CodeSkippedMessage      Code = "skipped_message"
	CodeSkippedEmpty        Code = "skipped_empty"
	CodeSkippedCircle       Code = "skipped_circle"
	CodeSkippedTwice        Code = "skipped_twice"
	CodeSkippedLong         Code = "skipped_long"
	CodeSkippedEvent        Code = "skipped_event"
	CodeSkippedMore         Code = "skipped_more"

	CodeExportUntitled   Code = "export_untitled"
	CodeExportOwner      Code = "export_owner"
	CodeExportBegun      Code = "export_begun"
	CodeExportLast       Code = "export_last"
	CodeExportModels     Code = "export_models"
	CodeExportAt         Code = "export_at"
	CodeExportQuestion   Code = "export_question"
	CodeExportAnswer     Code = "export_answer"
	CodeExportThinking   Code = "export_thinking"
	CodeExportUnfinished Code = "export_unfinished"
	CodeExportOthers     Code = "export_others" // how many messages
	CodeExportSources    Code = "export_sources"
	CodeExportNearest    Code = "export_nearest"
	CodeExportChart      Code = "export_chart"   // title
	CodeExportFile       Code = "export_file"    // name
	CodeExportFailed     Code = "export_failed"  // what
	CodeExportUnknown    Code = "export_unknown" // kind
)

// exchangeTexts are the texts of exports and imports.
var exchangeTexts = map[Code]text{
	CodeImportTooLarge: {
		"파일이 너무 큽니다. 압축을 푼 크기로도 %d MiB까지 가져올 수 있습니다. 그림이 든 zip이라면 그 안의 conversations.json만 골라 보세요. 가져온 것은 없습니다.",
		"the file is too large: at most %d MiB can be imported, also unpacked; of a zip with pictures choose the conversations.json in it. Nothing was imported"},
	CodeImportTooMany: {
		"메시지가 너무 많습니다. 파일 하나에서 %d개까지 가져올 수 있습니다. 가져온 것은 없습니다.",
		"there are too many messages: at most %d can be imported from one file. Nothing was imported"},
	CodeImportDamaged: {
		"파일이 중간에 끊겼거나 손상되었습니다(%d바이트 부근). 다시 내려받아 보세요. 가져온 것은 없습니다.",
		"the file is cut short or damaged (near byte %d); download it again. Nothing was imported"},
	CodeImportForm: {
		"파일의 형식이 맞지 않습니다(%s). 가져온 것은 없습니다.",
		"the file is not in the form that it says (%s). Nothing was imported"},
	CodeImportUnknown: {
		"어느 프로그램의 대화 파일인지 알 수 없습니다. ChatGPT, Open WebUI, LibreChat, exaone에서 내보낸 파일(JSON 또는 zip)을 고르세요.",
		"this is no export that is known here; choose a file (JSON or zip) that ChatGPT, Open WebUI, LibreChat or exaone exported"},
	CodeImportNothing: {
		"파일에 가져올 대화가 없습니다.",
		"there is no conversation to import in the file"},
	CodeImportNewer: {
		"더 새로운 exaone에서 내보낸 파일입니다(형식 %d, 여기서는 %d까지). 이 프로그램을 업데이트하세요.",
		"a newer exaone exported this file (version %d, this one reads up to %d); update this program"},

	CodeSkippedInstructions: {"지시문(시스템 메시지)%.0s %d개", "instructions (system messages)%.0s: %d"},
	CodeSkippedHidden:       {"그 프로그램이 보여 주지 않던 내용(%s) %d개", "what that program did not show (%s): %d"},
	CodeSkippedTool:         {"도구 호출과 그 결과(%s) %d개", "tool calls and their results (%s): %d"},
	CodeSkippedFile:         {"파일(%s) %d개", "files (%s): %d"},
	CodeSkippedPart:         {"글이 아닌 부분(%s) %d개", "parts that are no text (%s): %d"},
	CodeSkippedRole:         {"알 수 없는 역할(%s)의 메시지 %d개", "messages of an unknown role (%s): %d"},
	CodeSkippedValue:        {"읽을 수 없는 대화(%s) %d개", "conversations that cannot be read (%s): %d"},
	CodeSkippedMessage:      {"‘%s’에서 읽을 수 없는 메시지 %d개", "messages that cannot be read, in %q: %d"},
	CodeSkippedEmpty:        {"내용이 없는 대화(%s) %d개", "conversations with nothing in them (%s): %d"},
	CodeSkippedCircle:       {"‘%s’에서 앞뒤가 맞지 않아 새 갈래로 옮긴 메시지 %d개", "messages that followed one another in a circle and begin a branch now, in %q: %d"},
	CodeSkippedTwice:        {"‘%s’에서 같은 번호가 두 번 나온 메시지 %d개", "messages whose id was there before, in %q: %d"},
	CodeSkippedLong:         {"‘%s’에서 1 MiB를 넘어 뒷부분을 자른 글 %d개", "texts beyond 1 MiB whose end was cut off, in %q: %d"},
	CodeSkippedEvent:        {"다른 곳에 속하는 기록(%s) %d개", "records that belong elsewhere (%s): %d"},
	CodeSkippedMore:         {"그 밖에%.0s %d개", "and more%.0s: %d"},

	CodeExportUntitled:   {"제목 없는 대화", "Untitled conversation"},
	CodeExportOwner:      {"작성자", "Owner"},
	CodeExportBegun:      {"시작", "Begun"},
	CodeExportLast:       {"마지막 메시지", "Last message"},
	CodeExportModels:     {"모델", "Models"},
	CodeExportAt:         {"내보낸 때", "Exported"},
	CodeExportQuestion:   {"질문", "Question"},
	CodeExportAnswer:     {"답변", "Answer"},
	CodeExportThinking:   {"생각한 과정", "Reasoning"},
	CodeExportUnfinished: {"이 답변은 중간에 끊겼습니다.", "This answer was cut short."},
	CodeExportOthers: {
		"다른 갈래에 있는 메시지 %d개는 JSON으로 내보내면 들어 있습니다.",
		"Another %d messages are on other branches; the JSON export has them."},
	CodeExportSources: {"출처", "Sources"},
	CodeExportNearest: {"찾은 대목", "Passages that were found"},
	CodeExportChart:   {"(차트: %s)", "(chart: %s)"},
	CodeExportFile:    {"(파일: %s)", "(file: %s)"},
	CodeExportFailed:  {"확인하지 못한 내용: %s", "Not confirmed: %s"},
	CodeExportUnknown: {"(이 프로그램이 보여 줄 수 없는 내용: %s)", "(something that this program cannot show: %s)"},
}
