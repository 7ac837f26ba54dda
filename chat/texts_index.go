package chat

// The codes of the index of documents.
const (
	CodeIndexLocked Code = "index_locked" // pid, directory
)

// indexTexts are the texts of the index of documents.
var indexTexts = map[Code]text{
	CodeIndexLocked: {
		"다른 exaone 프로그램(프로세스 %d)이 이 검색 색인을 이미 쓰고 있습니다: %s. 그 프로그램을 끝내고 다시 하세요.",
		"another exaone (process %d) already uses the search index %s; end it and try again"},
}
