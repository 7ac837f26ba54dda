package chat

// The codes of embedding and scoring texts.
const (
	CodeModelEncodes    Code = "model_encodes"     // name
	CodeModelNoEmbedder Code = "model_no_embedder" // name
	CodeModelNoRanker   Code = "model_no_ranker"   // name
	CodeTextTooLong     Code = "text_too_long"     // which, from 1; tokens, window
	CodeQuestionTooLong Code = "question_too_long" // tokens, window
	CodeEmbedderNotHere Code = "embedder_not_here" // a model to bring
	CodeRankerNotHere   Code = "ranker_not_here"   // a model to bring
	CodeCLIEmbedWhat    Code = "cli_embed_what"
	CodeCLIEmbedCut     Code = "cli_embed_cut" // how many texts
	CodeCLIEmbedLine    Code = "cli_embed_line"
	// CodeCLIPulledEncoder: model, directory.
	CodeCLIPulledEncoder Code = "cli_pulled_encoder"
)

// embedTexts are the texts of embedding and scoring.
var embedTexts = map[Code]text{
	CodeModelEncodes: {
		"‘%s’ 모델은 글을 벡터나 점수로 바꾸기만 하고 답을 쓰지 않습니다. 대화 모델을 고르세요.",
		"model %q embeds or scores texts and writes no answers; choose a model that chats"},
	CodeModelNoEmbedder: {
		"‘%s’ 모델은 글을 벡터로 바꾸지 않습니다. e5-small 같은 임베딩 모델을 고르세요.",
		"model %q makes no vectors of texts; choose an embedding model such as e5-small"},
	CodeModelNoRanker: {
		"‘%s’ 모델은 글에 점수를 매기지 않습니다. bge-reranker-v2-m3 같은 리랭커를 고르세요.",
		"model %q scores no texts; choose a reranker such as bge-reranker-v2-m3"},
	CodeTextTooLong: {
		"%d번째 글이 %d토큰이라 이 모델의 한도 %d토큰을 넘습니다. 글을 나누거나, 앞부분만 읽게 하세요.",
		"text %d has %d tokens, more than this model's window of %d; split it, or ask to have only its beginning read"},
	CodeQuestionTooLong: {
		"질문이 %d토큰이라 이 모델의 한도 %d토큰 안에 글과 함께 들어가지 않습니다.",
		"the question has %d tokens and leaves no room for a text in this model's window of %d"},
	CodeEmbedderNotHere: {
		"임베딩 모델이 없습니다. exaone pull %s로 받으세요.",
		"there is no embedding model here; bring one with exaone pull %s"},
	CodeRankerNotHere: {
		"리랭커가 없습니다. exaone pull %s로 받으세요.",
		"there is no reranker here; bring one with exaone pull %s"},
	CodeCLIEmbedWhat: {
		"읽을 글이 없습니다. 글을 인자로 쓰거나 한 줄에 하나씩 파이프로 넣으세요.",
		"there is no text to read; give texts as arguments, or one a line through a pipe"},
	CodeCLIEmbedCut: {
		"글 %d개는 한도보다 길어 앞부분만 읽었습니다.",
		"of %d texts only the beginning was read: they are longer than the model's window"},
	CodeCLIPulledEncoder: {
		"‘%[1]s’ 모델을 받았습니다: %[2]s\n이제 exaone embed %[1]s \"글\"로 써 보세요.",
		"brought %[1]s to %[2]s\nnow try it: exaone embed %[1]s \"a text\""},
	CodeCLIEmbedLine: {
		"한 줄이 너무 깁니다",
		"a line is too long"},
}
