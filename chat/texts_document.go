package chat

// The codes of reading documents.
const (
	CodeNoDocument            Code = "no_document"             // id
	CodeDocumentUnread        Code = "document_unread"         // name
	CodeDocumentNoRoom        Code = "document_no_room"        // name, MiB that are wanted, MiB that are free
	CodeDocumentHeld          Code = "document_held"           // MiB that are wanted, MiB that are free
	CodeIndexNoRoom           Code = "index_no_room"           // folder
	CodeDocumentMissing       Code = "document_missing"        // the path
	CodeDocumentDamaged       Code = "document_damaged"        // the file's name
	CodeDocumentEmpty         Code = "document_empty"          // name
	CodeDocumentUnknown       Code = "document_unknown"        // name
	CodeDocumentTooMuch       Code = "document_too_much"       // what, how much is allowed
	CodeDocumentPassword      Code = "document_password"       // name: it needs one
	CodeDocumentPasswordWrong Code = "document_password_wrong" // name
	CodeDocumentCipher        Code = "document_cipher"         // name, the way in which it is encrypted
	CodeDocumentProtected     Code = "document_protected"      // name, whose protection (DRM)
	CodeDocumentNeedsOffice   Code = "document_needs_office"   // name
	CodeDocumentOffice        Code = "document_office"         // name: LibreOffice could not read it
	CodeDocumentNeedsOCR      Code = "document_needs_ocr"      // nothing
	CodeDocumentNeedsKorean   Code = "document_needs_korean"   // nothing: Tesseract without kor
	CodeDocumentSlow          Code = "document_slow"           // name, seconds
	CodeDocumentLong          Code = "document_long"           // name, minutes: all of it, however small its steps
	CodeDocumentMemory        Code = "document_memory"         // name, megabytes
	CodeDocumentReader        Code = "document_reader"         // name: its reader ended without an answer
	CodeDocumentHoles         Code = "document_holes"          // name, how many
	CodeCLISearchWhat         Code = "cli_search_what"         // nothing
	CodeCLISearchUnread       Code = "cli_search_unread"       // file, why
	CodeCLISearchRefreshed    Code = "cli_search_refreshed"    // files, read, removed
	CodeCLISearchAnew         Code = "cli_search_anew"         // folder
	CodeCLIPages              Code = "cli_pages"               // how many
	CodeCLIPagesOf            Code = "cli_pages_of"            // how many, of how many
	CodeDocumentGap           Code = "document_gap"            // the beginning of the codes of holes: "_" and what is missing follow
	CodeDocumentGapPage       Code = "document_gap_on"         // the page
)

// documentTexts are the texts of reading documents.
var documentTexts = map[Code]text{
	CodeCLISearchWhat: {
		"질문을 쓰거나, 질문이 든 파일을 --queries로 알려 주세요.",
		"ask a question, or name a file of questions with --queries"},
	CodeCLISearchUnread: {
		"%s: %s",
		"%s: %s"},
	CodeCLISearchRefreshed: {
		"파일 %d개 가운데 %d개를 새로 읽고, 없어진 %d개를 색인에서 뺐습니다.",
		"of %d files %d were read, and %d that are gone were taken out"},
	CodeCLISearchAnew: {
		"‘%s’ 폴더의 색인이 손상되어 다시 만듭니다.",
		"the index of %q is damaged and is made again"},
	CodeCLIPages:   {"%d쪽을 읽었습니다", "%d pages read"},
	CodeCLIPagesOf: {"%[2]d쪽 가운데 %[1]d쪽을 읽었습니다", "%d of %d pages read"},
	CodeNoDocument: {
		"‘%s’ 문서를 찾을 수 없습니다.",
		"there is no document %q"},
	CodeDocumentUnread: {
		"‘%s’ 문서를 아직 읽는 중입니다.",
		"%q is still being read"},
	CodeDocumentNoRoom: {
		"‘%s’ 파일을 넣을 공간이 모자랍니다: %d MiB가 필요한데 디스크에 %d MiB가 남아 있습니다. 공간을 비운 뒤 다시 넣어 주세요.",
		"there is no room for %q: %d MiB are wanted, and the disk has %d MiB; free some space and put it in again"},
	CodeDocumentHeld: {
		"디스크 공간이 모자라 읽기를 멈췄습니다: %d MiB가 필요한데 %d MiB가 남아 있습니다. 공간이 생기면 이어서 읽습니다.",
		"reading waits for room on the disk: %d MiB are wanted, %d MiB are free; it goes on as soon as there is room"},
	CodeIndexNoRoom: {
		"디스크 공간이 모자라 ‘%s’ 폴더에서 바뀐 것을 다 읽지 못했습니다. 이미 읽은 것에서 찾습니다.",
		"the disk is full, so not all that has changed in %q was read; what has been read before is searched"},
	CodeDocumentMissing: {
		"‘%s’ 파일이 없거나 열 수 없습니다.",
		"%q is not there or cannot be opened"},
	CodeDocumentDamaged: {
		"‘%s’ 파일이 손상되어 끝까지 읽을 수 없습니다.",
		"%q is damaged and cannot be read to its end"},
	CodeDocumentEmpty: {
		"‘%s’ 파일이 비어 있습니다.",
		"%q is empty"},
	CodeDocumentUnknown: {
		"‘%s’ 파일은 읽을 수 있는 형식이 아닙니다. HWP, HWPX, PDF, DOCX, PPTX, XLSX, ODF, EPUB, HTML, 텍스트, 전자우편, ZIP, 그림 파일을 읽을 수 있습니다.",
		"%q is of no format that can be read here: HWP, HWPX, PDF, DOCX, PPTX, XLSX, ODF, EPUB, HTML, text, e-mail, ZIP and pictures can"},
	CodeDocumentTooMuch: {
		"파일이 허용된 한도를 넘습니다(%s, 최대 %v).",
		"the file goes beyond what is allowed: %s, at most %v"},
	CodeDocumentTooMuch + "_attributes": {"한 요소의 속성 수", "attributes of an element"},
	CodeDocumentTooMuch + "_blocks":     {"문단과 칸의 수", "paragraphs and cells"},
	CodeDocumentTooMuch + "_depth":      {"겹쳐 들어간 깊이", "nesting"},
	CodeDocumentTooMuch + "_entries":    {"안에 든 항목 수", "entries"},
	CodeDocumentTooMuch + "_pages":      {"쪽수", "pages"},
	CodeDocumentTooMuch + "_pixels":     {"그림의 화소 수", "pixels of a picture"},
	CodeDocumentTooMuch + "_records":    {"레코드 수", "records"},
	CodeDocumentTooMuch + "_text":       {"글자의 크기", "size of its text"},
	CodeDocumentTooMuch + "_unpacked":   {"압축을 푼 크기", "size once unpacked"},
	CodeDocumentPassword: {
		"‘%s’ 파일은 암호로 잠겨 있습니다. 암호를 입력하세요.",
		"%q is locked with a password; enter it"},
	CodeDocumentPasswordWrong: {
		"‘%s’ 파일의 암호가 맞지 않습니다.",
		"the password does not open %q"},
	CodeDocumentCipher: {
		"‘%s’ 파일은 %s 방식으로 암호화되어 있어 열 수 없습니다. 만든 프로그램에서 암호를 풀어 다시 저장하세요.",
		"%q is encrypted with %s, which cannot be opened here; save it without encryption in the program that made it"},
	CodeDocumentProtected: {
		"‘%s’ 파일은 문서 보안(%s)으로 보호되어 있어 읽을 수 없습니다. 보안을 해제한 파일을 올려 주세요.",
		"%q is protected by document security (%s) and cannot be read; lift the protection first"},
	CodeDocumentNeedsOffice: {
		"‘%s’ 파일은 옛 형식이어서 LibreOffice가 있어야 읽을 수 있습니다. 서버에 LibreOffice를 설치하거나(예: apt install libreoffice) 새 형식으로 저장해 주세요.",
		"%q is of an old format that LibreOffice must read; install LibreOffice on the server (for instance: apt install libreoffice) or save the file in a newer format"},
	CodeDocumentOffice: {
		"LibreOffice가 ‘%s’ 파일을 읽지 못했습니다.",
		"LibreOffice could not read %q"},
	CodeDocumentNeedsOCR: {
		"그림에서 글자를 읽으려면 Tesseract가 필요합니다. 서버에 설치하세요(예: apt install tesseract-ocr tesseract-ocr-kor).",
		"Tesseract is needed to read text in pictures; install it on the server (for instance: apt install tesseract-ocr tesseract-ocr-kor)"},
	CodeDocumentNeedsKorean: {
		"Tesseract에 한국어 자료가 없습니다. 서버에 설치하세요(예: apt install tesseract-ocr-kor).",
		"Tesseract has no data for Korean; install it on the server (for instance: apt install tesseract-ocr-kor)"},
	CodeDocumentSlow: {
		"‘%s’ 파일을 읽는 데 %v초가 넘게 걸려 멈췄습니다.",
		"reading %q took more than %v seconds and was stopped"},
	CodeDocumentLong: {
		"‘%s’ 파일 전체를 읽는 데 %v분이 넘게 걸려 멈췄습니다.",
		"reading all of %q took more than %v minutes and was stopped"},
	CodeDocumentMemory: {
		"‘%s’ 파일을 읽는 데 메모리가 %vMB 넘게 들어 멈췄습니다.",
		"reading %q took more than %v MB of memory and was stopped"},
	CodeDocumentReader: {
		"‘%s’ 파일을 읽던 프로세스가 중단되었습니다.",
		"the process that read %q ended without an answer"},
	CodeDocumentHoles: {
		"‘%s’ 문서에 읽지 못한 곳이 %d군데 있습니다.",
		"%q has %d places that could not be read"},
	CodeDocumentGap:                 {"빠진 곳", "what is missing"},
	CodeDocumentGapPage:             {"%d쪽: ", "page %d: "},
	CodeDocumentGap + "_page":       {"쪽을 읽지 못했습니다", "the page could not be read"},
	CodeDocumentGap + "_pages":      {"읽지 못한 쪽이 있습니다", "pages are missing"},
	CodeDocumentGap + "_tables":     {"읽지 못한 표가 있습니다", "tables are missing"},
	CodeDocumentGap + "_cells":      {"읽지 못한 셀이 있습니다", "cells are missing"},
	CodeDocumentGap + "_images":     {"읽지 못한 그림이 있습니다", "pictures are missing"},
	CodeDocumentGap + "_characters": {"읽지 못한 글자가 있습니다", "characters are missing"},
	CodeDocumentGap + "_stream":     {"파일 안의 자료가 손상되었습니다", "a stream of the file is damaged"},
	CodeDocumentGap + "_entry":      {"파일 안의 항목을 읽지 못했습니다", "an entry of the file could not be read"},
	CodeDocumentGap + "_cell":       {"셀을 읽지 못했습니다", "a cell could not be read"},
	CodeDocumentGap + "_text":       {"글자로 바꾸지 못한 곳이 있습니다", "bytes that could not be turned into text"},
	CodeDocumentGap + "_scan":       {"그림으로 된 쪽이라 글자를 읽지 않았습니다", "the page is a picture whose text was not recognised"},
	CodeDocumentGap + "_table":      {"표의 셀이 서로 맞지 않습니다", "the cells of a table do not fit together"},
	CodeDocumentGap + "_embedded":   {"안에 든 개체를 읽지 못했습니다", "an embedded object was not read"},
	CodeDocumentGap + "_uncounted":  {"빠진 것이 없는지 세어 보지 못했습니다", "what is in the file could not be counted"},

	"ui_act_document_grade":   {"문서 등급 변경", "Document's grade changed"},
	"ui_act_document_readers": {"문서를 읽을 사람 변경", "Who may read a document changed"},
	"ui_act_document_delete":  {"문서 삭제", "Document deleted"},
}
