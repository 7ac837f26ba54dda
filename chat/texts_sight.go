package chat

// The codes of pictures: of asking about a part of one, and of who has looked at it.
const (
	CodeBoxForm     Code = "box_form"      // number of the attachment from 1, what was found, what was wanted: both in JSON
	CodeBoxTooMany  Code = "box_too_many"  // how many, how many there may be
	CodeBoxNoPage   Code = "box_no_page"   // name, the page that was asked for, how many there are
	CodeBoxOutside  Code = "box_outside"   // name, page, the box, the width of the page, its height
	CodeBoxNoPlaces Code = "box_no_places" // name: its format does not say where on a page its text stands
	CodeBoxTooMuch  Code = "box_too_much"  // characters, how many there may be
	CodeNoPicture   Code = "no_picture"    // name: no picture can be made of its pages

	CodeSightWords Code = "ui_sight_words"
	CodeSightModel Code = "ui_sight_model"
	CodeSightBoth  Code = "ui_sight_both"
	CodeSeenOnly   Code = "ui_claim_seen"

	CodeBoxNoWords  Code = "box_no_words"     // nothing
	CodeBoxReadAnew Code = "box_read_anew"    // what was read
	CodeBoxTable    Code = "box_table"        // nothing: what the answer with a table says
	CodeBoxNoTable  Code = "box_no_table"     // nothing
	CodeBoxMore     Code = "box_more"         // how many passages are not said
	CodeAskPicture  Code = "ask_picture"      // number of the picture, where it is from: what a model is told of a picture
	CodeAskCoarse   Code = "ask_coarse"       // width, height of a picture, and of what a model is shown of it; follows CodeAskPicture
	CodeAskSeen     Code = "ask_seen"         // nothing: what a model is told of answering from pictures
	CodeBoxAsk      Code = "ui_box_ask_table" // nothing: the question that asks for the table of a part
)

var sightTexts = map[Code]text{
	CodeBoxForm: {
		"%d번째 첨부의 영역을 쓸 수 없습니다. 받은 값: %s. 쓸 수 있는 값: %s.",
		"the box of attachment %d cannot be used: it has %s, want %s"},
	CodeBoxTooMany: {
		"영역을 %d개 골랐습니다. 한 질문에 %d개까지 고를 수 있습니다.",
		"%d boxes, want at most %d in one question"},
	CodeBoxNoPage: {
		"‘%s’ 문서에는 %d쪽이 없습니다(모두 %d쪽).",
		"%q has no page %d (it has %d)"},
	CodeBoxOutside: {
		"‘%s’ 문서 %d쪽에서 고른 영역 %s이 쪽(%.1f × %.1f)을 벗어납니다.",
		"the box on %q, page %d, is %s, want one within the page of %.1f × %.1f"},
	CodeBoxNoPlaces: {
		"‘%s’ 문서는 글자가 쪽의 어디에 있는지 알 수 없는 형식이어서 영역을 골라 물을 수 없습니다. 그림이나 PDF로 물어 주세요.",
		"%q is of a format that does not say where on a page its text stands, so that no part can be asked about; ask about a picture or a PDF"},
	CodeBoxTooMuch: {
		"고른 영역의 글자가 너무 많습니다(%d자, 최대 %d자). 더 작게 골라 주세요.",
		"there are too many characters in the box: %d, want at most %d; choose a smaller one"},
	CodeNoPicture: {
		"‘%s’ 문서는 쪽을 그림으로 보여 줄 수 없는 형식입니다. 그림과 PDF만 볼 수 있습니다.",
		"the pages of %q cannot be shown as pictures; those of pictures and PDFs can"},

	CodeSightWords: {"그림의 글자를 읽고 답함", "Answered from the words of the picture"},
	CodeSightModel: {"모델이 그림을 봄", "The model looked at the picture"},
	CodeSightBoth:  {"모델이 그림을 보고, 그림의 글자도 읽음", "The model looked at the picture and read its words"},
	CodeSeenOnly:   {"그림을 본 모델의 말: 확인할 수 없음", "Said by the model that looked at the picture: cannot be checked"},

	CodeBoxNoWords: {
		"고른 영역에서 읽을 수 있는 글자를 찾지 못했습니다. 지금 모델은 그림을 볼 수 없습니다.",
		"There are no words to be read in this part, and the model cannot see pictures."},
	CodeBoxReadAnew: {
		"문서를 읽을 때에는 이 영역에서 글자를 찾지 못했습니다. 크게 확대하여 다시 읽으면 다음과 같이 보이지만, 보관된 글과 맞추어 확인할 수 없습니다:",
		"No words were found in this part when the document was read. Enlarged and read again it looks as follows, which cannot be checked against what is kept:"},
	CodeBoxTable: {
		"고른 영역의 표입니다.",
		"This is the table in this part."},
	CodeBoxNoTable: {
		"고른 영역에서 표를 찾지 못했습니다.",
		"There is no table in this part."},
	CodeBoxMore: {
		"영역의 글이 더 있습니다: 대목 %d개가 위에 보입니다.",
		"There is more in this part: %d more passages are shown above."},
	CodeAskPicture: {
		"그림 %d: %s",
		"Picture %d: %s"},
	CodeAskCoarse: {
		" (%d × %d 화소를 %d × %d로 줄임: 작은 글씨는 보이지 않을 수 있음)",
		" (%d × %d pixels shown as %d × %d: small letters may be lost)"},
	CodeAskSeen: {
		"질문과 함께 그림이 있습니다. 자료의 글에서 알 수 있는 것은 자료 번호를 달고, 그림에서만 보이는 것은 번호 없이 쓰세요.",
		"There are pictures with the question. Cite what the sources say by their number, and write what only the pictures show without one."},
	CodeBoxAsk: {"이 부분을 표로 옮겨 주세요", "Make a table of this part"},
}
