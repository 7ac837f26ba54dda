package chat

// What is said of a sentence or a row of a table that does not stand, on the page and wherever else the answer goes.
const (
	CodeClaimMissing Code = "ui_claim_missing" // what its source does not have
	CodeRowUnchecked Code = "ui_row_unchecked"
	CodeRowChecked   Code = "ui_row_checked" // heads the column that says so, where a table has nothing but cells
)

// uiReadingTexts are what the page says of passages, of what was checked of an answer, and in the reading room: also of pictures, and of
// choosing a part of one to ask about.
var uiReadingTexts = map[Code]text{
	"ui_passages":         {"찾은 구절 %s개", "Passages found: %s"},
	"ui_passages_nearest": {"답이 될 구절은 찾지 못했습니다. 가장 가까운 구절 %s개", "Nothing answers this. The nearest passages: %s"},
	"ui_passages_among":   {"문서 %s개에서", "among %s documents"},
	"ui_passages_none":    {"볼 수 있는 문서에서 관련된 구절을 찾지 못했습니다.", "No passage was found in the documents that you may read."},
	"ui_passages_more":    {"%s개 더 보기", "Show %s more"},
	"ui_passages_fewer":   {"적게 보기", "Show fewer"},
	"ui_passage":          {"구절 %s: %s", "Passage %s: %s"},
	"ui_passage_fit":      {"질문과 맞는 정도: 가장 잘 맞는 구절의 %s%%", "How well it fits: %s%% of the best"},
	"ui_passage_all":      {"구절 모두 보기", "Show all of it"},
	"ui_passage_less":     {"줄여 보기", "Show less"},
	"ui_passage_gaps":     {"이 문서에는 읽지 못한 곳이 %s군데 있습니다", "Places of this document that could not be read: %s"},
	"ui_passage_hidden":   {"문서에서 보이지 않게 숨긴 글입니다", "The document hides this text from its readers"},
	"ui_extract":          {"문서의 문장 그대로", "In the document's own words"},
	"ui_extract_show":     {"문서의 문장 그대로 보기", "Show the document's own words"},
	"ui_extract_hide":     {"문서의 문장 접기", "Hide the document's own words"},

	"ui_claim_struck":   {"근거와 맞지 않아 취소된 문장:", "Struck out, as the source does not say so:"},
	CodeClaimMissing:    {"근거에 없음: %s", "Not in the source: %s"},
	"ui_claim_loose":    {"근거와 겹치는 말이 적음", "Few of its words are in the source"},
	"ui_claim_bare":     {"근거 없음", "No source"},
	"ui_row_struck":     {"근거와 맞지 않아 취소된 행:", "A row struck out, as its source does not say so:"},
	CodeRowChecked:      {"확인", "Check"},
	CodeRowUnchecked:    {"확인하지 못한 행", "Row not checked"},
	"ui_checked":        {"프로그램이 확인한 것", "What the program has checked"},
	"ui_checked_detail": {"프로그램이 문장을 인용한 원문과 견주었습니다. 뜻까지 확인한 것은 아닙니다.", "The program held the sentences to the text that they cite. It has not checked what they mean."},
	"ui_checked_source": {"출처 있음", "Sources exist"},
	"ui_checked_numbers": {
		"숫자 일치",
		"Numbers match"},
	"ui_checked_names":  {"따옴표 속 말 일치", "Quoted names match"},
	"ui_checked_failed": {"취소한 문장 %s개", "Sentences struck out: %s"},
	"ui_checked_loose":  {"근거가 약한 문장 %s개", "Sentences with little in their source: %s"},
	"ui_checked_bare":   {"근거 없는 문장 %s개", "Sentences without a source: %s"},

	"ui_sources_all":            {"출처 %s개 모두 보기", "Show all %s sources"},
	"ui_source_open":            {"누르면 인용한 곳이 열립니다", "Press to open it where it is cited"},
	"ui_source_deleted":         {"삭제된 문서", "Deleted document"},
	"ui_source_deleted_detail":  {"문서가 지워져 내용을 볼 수 없습니다.", "The document was deleted; there is nothing left to show."},
	"ui_source_withheld":        {"볼 수 없는 문서", "A document that you may not read"},
	"ui_source_withheld_detail": {"이 문서를 볼 권한이 없어 내용을 보여 드리지 않습니다.", "You may not read this document, so it is not shown."},

	"ui_reading":          {"문서 보기", "Reading room"},
	"ui_reading_text":     {"%s 본문", "Text of %s"},
	"ui_reading_of":       {"근거 %s / %s", "Place %s of %s"},
	"ui_reading_previous": {"이전 근거", "Previous place"},
	"ui_reading_next":     {"다음 근거", "Next place"},
	"ui_reading_save":     {"원본 파일 받기", "Save the original file"},
	"ui_reading_marked":   {"표시한 곳: %s", "Marked: %s"},
	"ui_reading_lost": {
		"인용한 글을 이 문서에서 찾지 못해 표시하지 않았습니다.",
		"The cited text is not in this document any more, so nothing is marked."},
	"ui_reading_unsure": {
		"정확한 위치를 알 수 없어 그 글이 든 줄이나 문단을 표시했습니다.",
		"Where exactly it stands is not known: the line or paragraph that holds it is marked."},
	"ui_reading_nowhere": {
		"쪽은 알지만 쪽 안의 위치는 알 수 없어 표시하지 않았습니다.",
		"The page is known, and not where on it the text stands: nothing is marked."},
	"ui_reading_unplaced": {
		"인용한 글이 이 문서의 어디에 있는지 알 수 없어 표시하지 않았습니다.",
		"Where in this document the cited text stands is not known, so nothing is marked."},
	"ui_reading_inner": {
		"인용한 글이 든 첨부 파일을 찾지 못해 표시하지 않았습니다.",
		"The cited text is in none of the files within this one, so nothing is marked."},
	"ui_reading_inside":            {"이 문서 안에 든 파일: %s.", "A file within this document: %s."},
	"ui_reading_inside_save":       {"이 파일 받기", "Save this file"},
	"ui_reading_inside_save_named": {"이 파일 받기: %s", "Save this file: %s"},
	"ui_reading_inside_unsure": {
		"인용한 곳이 어디인지 분명하지 않아 찾은 구절 전체를 표시했습니다.",
		"Which part of it is cited is not certain: the whole passage is marked."},
	"ui_reading_pdf_failed": {
		"PDF를 그리지 못했습니다. 원본 파일을 받아 열어 보세요.",
		"The PDF cannot be drawn. Save the original file and open it."},
	"ui_reading_before":       {"앞부분 더 보기", "Show what comes before"},
	"ui_reading_after":        {"뒷부분 더 보기", "Show what follows"},
	"ui_reading_empty":        {"글이 없습니다.", "There is no text."},
	"ui_reading_zoom":         {"크기", "Size"},
	"ui_reading_larger":       {"크게", "Larger"},
	"ui_reading_smaller":      {"작게", "Smaller"},
	"ui_reading_page":         {"%s쪽", "Page %s"},
	"ui_reading_slide":        {"슬라이드 %s", "Slide %s"},
	"ui_reading_sheet":        {"시트 %s", "Sheet %s"},
	"ui_reading_chapter":      {"%s장", "Chapter %s"},
	"ui_reading_flow":         {"%s쪽", "Page %s"},
	"ui_reading_sheets":       {"시트", "Sheets"},
	"ui_reading_sheet_hidden": {"(숨김)", "(hidden)"},
	"ui_reading_row":          {"행", "Row"},
	"ui_reading_table":        {"표, %s행 %s열", "Table, %s rows and %s columns"},
	"ui_reading_picture":      {"그림", "Picture"},
	"ui_reading_footnote":     {"각주", "Footnote"},
	"ui_reading_endnote":      {"미주", "Endnote"},
	"ui_reading_comment":      {"메모", "Comment"},
	"ui_reading_notes":        {"발표자 노트", "Speaker's notes"},
	"ui_reading_hidden":       {"숨은 설명", "Hidden note"},
	"ui_reading_header":       {"머리글", "Header"},
	"ui_reading_footer":       {"바닥글", "Footer"},
	"ui_reading_deleted":      {"지운 글", "Deleted text"},
	"ui_reading_unseen":       {"숨긴 글", "Hidden text"},

	"ui_pick":           {"영역을 골라 묻기", "Ask about a part"},
	"ui_pick_tip":       {"그림이나 쪽의 한 부분을 골라 그 부분에 대해 묻습니다", "Choose a part of the picture or page, and ask about it"},
	"ui_pick_how":       {"끌어서 고르거나, 화살표로 옮기고 Shift+화살표로 크기를 바꾼 뒤 Enter를 누르세요.", "Drag a box; or move it by arrows, size it by Shift and arrows, and press Enter."},
	"ui_pick_how_touch": {"묻고 싶은 부분을 손가락으로 끌어서 고르세요.", "Drag a box around what you want to ask about."},
	"ui_pick_take":      {"이 영역으로 묻기", "Ask about this part"},
	"ui_pick_box": {
		"고르는 영역: %s쪽, 왼쪽에서 %s%%, 위에서 %s%%, 너비 %s%%, 높이 %s%%",
		"Part: page %s, %s%% from the left, %s%% from the top, %s%% wide, %s%% high"},
	"ui_pick_most":       {"한 질문에 영역을 %s개까지 고를 수 있습니다.", "A question can be about %s parts at most."},
	"ui_pick_page":       {"%s쪽의 한 부분", "A part of page %s"},
	"ui_pick_asks":       {"고른 영역으로 할 수 있는 일", "What can be asked of this part"},
	"ui_pick_explain":    {"이 부분 설명", "Explain this part"},
	"ui_pick_table":      {"표로", "As a table"},
	"ui_box_ask_explain": {"이 부분을 설명해 주세요", "Explain this part"},
	"ui_sight_open":      {"본 부분 열기", "Open what was looked at"},
	"ui_checked_seen":    {"그림을 본 모델의 말 %s개: 확인할 수 없음", "Sentences of the model that looked at the picture, which cannot be checked: %s"},

	"ui_reading_ways":           {"보는 방법", "Ways to look at it"},
	"ui_reading_pages":          {"원본 모양", "As it looks"},
	"ui_reading_words":          {"글과 표", "Text and tables"},
	"ui_reading_fit":            {"화면에 맞춤", "Fit"},
	"ui_reading_natural":        {"실제 크기 1:1", "Natural size 1:1"},
	"ui_reading_picture_failed": {"그림을 보여 드리지 못했습니다. 원본 파일을 받아 열어 보세요.", "The picture cannot be shown. Save the original file and open it."},
	"ui_reading_table_large": {
		"표가 너무 커서(%s행 × %s열) 파일로 만들 수 없습니다. 원본 파일을 받으세요.",
		"The table is too large to be made a file (%s rows by %s columns). Save the original file."},
}
