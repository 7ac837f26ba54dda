package chat

// The codes of requests over HTTP: what is wrong with a body, with who sends it, and with where it comes from.
const (
	CodeUnknownField     Code = "unknown_field"     // field
	CodeUnsupportedField Code = "unsupported_field" // field, what of it
	CodeNoEyes           Code = "no_eyes"           // field
	CodeBodyNotJSON      Code = "body_not_json"     // byte, what
	CodeBodyTooDeep      Code = "body_too_deep"     // limit
	CodeBodyTooLarge     Code = "body_too_large"    // limit in MiB
	CodeNoRoute          Code = "no_route"          // method, path
	CodeBadMethod        Code = "bad_method"        // method, path, method that is allowed
	CodeKeyMissing       Code = "key_missing"
	CodeKeyScope         Code = "key_scope"    // scope that is needed
	CodeRateLimited      Code = "rate_limited" // requests a minute, seconds to wait
	CodeBadHost          Code = "bad_host"     // host
	CodeBadOrigin        Code = "bad_origin"
	CodeExposed          Code = "exposed"     // address
	CodeBadAddress       Code = "bad_address" // address
	CodeNoEmbedder       Code = "no_embedder"
	CodeNoRanker         Code = "no_ranker"
	CodeUnmanaged        Code = "unmanaged" // path
	CodeNoSlots          Code = "no_slots"
	CodeNoInfill         Code = "no_infill"
	CodeNoPrefill        Code = "no_prefill" // field
)

// apiTexts are the texts of requests over HTTP.
var apiTexts = map[Code]text{
	CodeUnknownField: {
		"모르는 항목입니다: %s",
		"unknown field: %s"},
	CodeUnsupportedField: {
		"지원하지 않는 항목입니다: %s (%s)",
		"%s is not supported: %s"},
	CodeNoEyes: {
		"이 모델은 이미지나 소리를 읽지 못합니다(%s). 글만 보내 주세요.",
		"this model cannot see images or hear sound (%s); send text only"},
	CodeBodyNotJSON: {
		"요청 본문이 올바른 JSON이 아닙니다(%d번째 바이트): %s",
		"the body is not valid JSON, at byte %d: %s"},
	CodeBodyTooDeep: {
		"요청 본문의 JSON이 너무 깊습니다. 최대 %d단계까지 읽습니다.",
		"the JSON of the body is nested too deeply; the limit is %d levels"},
	CodeBodyTooLarge: {
		"요청 본문이 너무 큽니다. 최대 %d MiB까지 받습니다.",
		"the body is too large; the limit is %d MiB"},
	CodeNoRoute: {
		"이 주소에는 아무것도 없습니다: %s %s",
		"there is nothing at %s %s"},
	CodeBadMethod: {
		"%[2]s 주소는 %[1]s 요청을 받지 않습니다. %[3]s 요청을 쓰세요.",
		"%s is not allowed at %s; use %s"},
	CodeKeyMissing: {
		"API 키가 필요합니다. Authorization: Bearer 머리글에 넣어 보내세요. 키는 exaone key create로 만듭니다.",
		"an API key is needed; send it in the header Authorization: Bearer. exaone key create makes one"},
	CodeKeyScope: {
		"이 API 키로는 할 수 없는 일입니다. ‘%s’ 범위가 있는 키가 필요합니다.",
		"this API key does not allow that; a key with the scope %q is needed"},
	CodeRateLimited: {
		"이 API 키로는 1분에 %d번까지 요청할 수 있습니다. %d초 뒤에 다시 시도하세요.",
		"this API key allows %d requests a minute; try again in %d seconds"},
	CodeBadHost: {
		"‘%s’(이)라는 이름으로는 이 서버를 쓸 수 없습니다. 127.0.0.1이나 localhost로 여세요.",
		"this server does not answer to the name %q; open it as 127.0.0.1 or localhost"},
	CodeBadOrigin: {
		"다른 웹사이트에서 보낸 요청이라 받지 않았습니다.",
		"the request came from another website and was refused"},
	CodeExposed: {
		"%s에서 기다리면 다른 컴퓨터에서도 쓸 수 있으므로 비밀번호가 있는 관리자가 필요합니다. 먼저 --addr 없이 시작해 나오는 링크를 열고 비밀번호를 정하세요. 페이지 없이 프로그램만 쓴다면 exaone key create로 키를 만들고 --api-only를 쓰세요.",
		"listening on %s lets other computers in, which needs an administrator with a password: start without --addr first, open the link that it prints and set one; for programs alone, without a page, make a key with exaone key create and say --api-only"},
	CodeNoEmbedder: {
		"이 서버는 글을 벡터로 바꾸지 않습니다.",
		"this server makes no vectors of texts"},
	CodeNoRanker: {
		"이 서버는 글에 점수를 매기지 않습니다.",
		"this server scores no texts"},
	CodeBadAddress: {
		"주소를 이해할 수 없습니다: ‘%s’. 127.0.0.1:11500처럼 적으세요.",
		"the address %q is not understood; write it like 127.0.0.1:11500"},
	CodeUnmanaged: {
		"%s 주소로는 모델을 받거나 바꾸거나 지우지 않습니다. 모델은 exaone pull로 받고 exaone models로 관리합니다.",
		"%s is not served: models are brought with exaone pull and managed with exaone models"},
	CodeNoSlots: {
		"이 서버에는 슬롯이 없습니다. 요청은 한 줄로 기다렸다가 함께 처리됩니다. 대기 중인 수는 /metrics에 있습니다.",
		"this server has no slots: requests wait in one queue and run together; /metrics has the numbers"},
	CodeNoInfill: {
		"이 서버의 모델은 앞뒤 사이를 채우는 방식으로 쓰지 않습니다. /completion을 쓰세요.",
		"models here are not asked to fill in between a prefix and a suffix; use /completion"},
	CodeNoPrefill: {
		"%s: 마지막 메시지가 assistant의 것이면 이어 써야 하지만 지원하지 않습니다. user의 메시지로 끝내세요.",
		"%s: a last message of the assistant would have to be continued, which is not supported; end with one of the user"},
}
