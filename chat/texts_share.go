package chat

// The codes of showing a conversation to others, and of imports that take each their turn.
const (
	CodeShareTemporary Code = "share_temporary"
	CodeSourceWithheld Code = "source_withheld"
	CodeImportYours    Code = "import_yours"
	CodeImportSlow     Code = "import_slow" // minutes
	CodeImportLong     Code = "import_long" // minutes
	CodeCopyLarge      Code = "copy_large"  // MiB
)

// shareTexts are the texts of those.
var shareTexts = map[Code]text{
	CodeShareTemporary: {
		"임시 대화는 하루 뒤에 지워지므로 공유할 수 없습니다. 공유하려면 일반 대화에서 다시 물어보세요.",
		"a temporary chat is forgotten after a day and cannot be shared; to share it, ask again in a lasting chat"},
	CodeSourceWithheld: {
		"열어 볼 권한이 없는 출처",
		"A source that you may not open"},
	CodeImportYours: {
		"이미 보내고 있는 파일이 있습니다. 그 파일을 다 가져온 뒤에 다시 시도하세요.",
		"a file of yours is on its way already; try again when it has been imported"},
	CodeImportSlow: {
		"%d분이 지나도 파일이 다 오지 않아 가져오기를 그만두었습니다. 더 빠른 연결에서 다시 시도하세요. 가져온 것은 없습니다.",
		"the file had not arrived within %d minutes, so the import was given up; try again over a faster connection. Nothing was imported"},
	CodeImportLong: {
		"%d분이 지나도 파일을 다 가져오지 못해 그만두었습니다. 파일을 나누어 다시 시도하세요. 가져온 것은 없습니다.",
		"the file was not imported within %d minutes, so the import was given up; try again with a smaller file. Nothing was imported"},
	CodeCopyLarge: {
		"이 대화는 %d MiB보다 길어 한 번에 복사할 수 없습니다. 더 앞의 메시지까지만 복사하세요.",
		"this conversation is longer than the %d MiB that can be copied at once; copy it up to an earlier message"},
}
