package chat

// The codes of what is said about whole documents: summaries, comparisons, tables.
const (
	CodeDigestWhich     Code = "digest_which"
	CodeDigestPages     Code = "digest_pages"      // name, pages read, pages
	CodeDigestPassages  Code = "digest_passages"   // name, passages read, passages
	CodeDigestMore      Code = "digest_more"       // holes
	CodeDigestMoreBooks Code = "digest_more_books" // documents
	CodeDigestUnread    Code = "digest_unread"     // name, why
	CodeDigestHidden    Code = "digest_hidden"     // name, passages
	CodeDigestNothing   Code = "digest_nothing"

	CodeFieldsColumns Code = "fields_columns"
	CodeFieldsSource  Code = "fields_source"
	CodeFieldsRows    Code = "fields_rows"  // rows, of them from tables, from text
	CodeFieldsNone    Code = "fields_none"  // the columns
	CodeFieldsBlank   Code = "fields_blank" // cells
	CodeFieldsEmpty   Code = "fields_empty" // cells
	CodeFieldsMore    Code = "fields_more"  // rows, how many there may be
	CodeFieldsByRule  Code = "fields_by_rule"
	CodeFieldsStruck  Code = "fields_struck"    // rows
	CodeFieldsBare    Code = "fields_unchecked" // rows

	CodeCompareWhich      Code = "compare_which"
	CodeCompareTitle      Code = "compare_title"
	CodeCompareOld        Code = "compare_old"
	CodeCompareNewer      Code = "compare_newer"
	CodeCompareNote       Code = "compare_note"
	CodeCompareNew        Code = "compare_new"
	CodeCompareGone       Code = "compare_gone"
	CodeCompareOmitted    Code = "compare_omitted"
	CodeCompareSame       Code = "compare_same"
	CodeCompareEqual      Code = "compare_equal"
	CodeCompareArticles   Code = "compare_articles"   // name, articles, name, articles
	CodeCompareParagraphs Code = "compare_paragraphs" // name, paragraphs, name, paragraphs
	CodeCompareOthers     Code = "compare_others"     // headings, schedules and supplements that differ
	CodeCompareChange     Code = "compare_change"     // the beginning of the codes of changes: "_" and the change follow

	CodeDigestReplaced Code = "digest_replaced" // sentences
)

// digestTexts are the texts of what is said about whole documents.
var digestTexts = map[Code]text{
	CodeDigestWhich: {
		"어느 문서를 말씀하시는지 알 수 없습니다. 문서를 대화에 첨부하거나, 문서의 이름을 질문에 써 주세요.",
		"It is not clear which document you mean. Attach it to the chat, or name it in your question."},
	CodeDigestPages:     {"**%s**: %d/%d쪽을 읽었습니다.", "**%s**: %d of %d pages read."},
	CodeDigestPassages:  {"**%s**: %d/%d대목을 읽었습니다.", "**%s**: %d of %d passages read."},
	CodeDigestMore:      {"그 밖에 읽지 못한 곳 %d군데", "%d more places that could not be read"},
	CodeDigestMoreBooks: {"문서가 너무 많아 %d개는 읽지 않았습니다.", "There are too many documents: %d were not read."},
	CodeDigestUnread:    {"**%s**: 읽지 못했습니다. %s", "**%s**: not read. %s"},
	CodeDigestHidden:    {"**%s**: 화면에 보이지 않게 숨겨 둔 대목 %d곳은 쓰지 않았습니다.", "**%s**: %d passages that the document hides were left out."},
	CodeDigestNothing:   {"요약할 문장이 없습니다. 표나 그림만 있는 문서일 수 있습니다.", "There are no sentences to sum up. The document may have only tables or pictures."},
	CodeDigestReplaced:  {"모델이 쓴 문장 %d개는 원문과 맞지 않아 원문의 문장으로 바꾸었습니다.", "%d sentences of the model did not agree with the document; its own sentences stand in their place."},

	CodeFieldsColumns: {
		"어떤 항목으로 표를 만들지 알 수 없습니다. 예를 들어 ‘이름, 금액, 날짜로 표를 만들어 줘’처럼 항목을 쉼표로 나누어 써 주세요.",
		"It is not clear which columns the table should have. Name them with commas between, for instance: make a table with name, amount, date."},
	CodeFieldsSource: {"출처", "Source"},
	CodeFieldsRows:   {"%d행을 모았습니다(표에서 %d행, 글에서 %d행).", "%d rows were collected: %d from tables, %d from text."},
	CodeFieldsNone:   {"문서에서 %s에 해당하는 내용을 찾지 못했습니다.", "Nothing was found for %s."},
	CodeFieldsBlank:  {"원문에 없어서 비어 있는 칸이 %d개 있습니다.", "%d cells are empty because the documents do not say."},
	CodeFieldsEmpty:  {"모델이 채웠지만 원문에 없어서 지운 칸이 %d개 있습니다.", "%d cells that the model filled in were emptied: the passage does not have them."},
	CodeFieldsStruck: {"근거와 맞지 않아 취소한 행이 %d개 있습니다.", "%d rows are struck out: their sources do not say so."},
	CodeFieldsBare:   {"근거를 확인하지 못한 행이 %d개 있습니다.", "%d rows could not be checked against a source."},
	CodeFieldsMore:   {"표에 담지 못한 행이 %d개 더 있습니다(최대 %d행).", "%d more rows are not in the table, which holds %d."},
	CodeFieldsByRule: {
		"표와 ‘항목: 값’ 꼴의 글에서만 모았습니다. 문장 속에 있는 내용은 빠졌을 수 있습니다.",
		"Only tables and lists of labels were used: what is said in sentences may be missing."},

	CodeCompareWhich: {
		"무엇과 무엇을 대조할지 알 수 없습니다. 문서 두 개를 첨부하거나 이름을 둘 다 써 주세요. 한 문서의 새 판과 옛 판은 그 문서 이름만 쓰면 됩니다.",
		"It is not clear which two to compare. Attach two documents or name both; of a document with an older version its name is enough."},
	CodeCompareTitle:                      {"신구조문 대비표", "Comparison"},
	CodeCompareOld:                        {"현행", "Before"},
	CodeCompareNewer:                      {"개정안", "After"},
	CodeCompareNote:                       {"비고", "Note"},
	CodeCompareNew:                        {"<신  설>", "<new>"},
	CodeCompareGone:                       {"<삭  제>", "<deleted>"},
	CodeCompareOmitted:                    {"(생  략)", "(omitted)"},
	CodeCompareSame:                       {"(현행과 같음)", "(as before)"},
	CodeCompareEqual:                      {"달라진 곳이 없습니다.", "Nothing differs."},
	CodeCompareArticles:                   {"%s %d개 조와 %s %d개 조를 모두 맞대었습니다.", "%s has %d articles and %s %d; all were compared."},
	CodeCompareParagraphs:                 {"%s %d개 문단과 %s %d개 문단을 모두 맞대었습니다.", "%s has %d paragraphs and %s %d; all were compared."},
	CodeCompareOthers:                     {"조가 아닌 곳(장·절, 부칙, 별표)도 %d곳 다릅니다.", "Of headings, supplements and schedules %d differ, too."},
	CodeCompareChange:                     {"바뀜", "Changed"},
	CodeCompareChange + "_same":           {"같음", "same"},
	CodeCompareChange + "_reworded":       {"자구 수정", "reworded"},
	CodeCompareChange + "_moved":          {"이동", "moved"},
	CodeCompareChange + "_moved_reworded": {"이동·자구 수정", "moved and reworded"},
	CodeCompareChange + "_rewritten":      {"전부 개정", "rewritten"},
	CodeCompareChange + "_added":          {"신설", "new"},
	CodeCompareChange + "_removed":        {"삭제", "deleted"},

	"ui_talk_phase_pages": {"문서를 처음부터 끝까지 읽고 있습니다", "Reading whole documents"},
}
